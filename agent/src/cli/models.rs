//! Loading the models that the command line names.

use std::sync::Arc;

use sightstep_vision::read::{Reader, TextModels};
use sightstep_vision::weights;

use super::Failure;

/// The only planner of this version.
pub const READER: &str = "reader";

/// Says which planners there are, where another is asked for.
pub fn known(model: &str) -> Result<(), Failure> {
    if model == READER {
        return Ok(());
    }
    Err(Failure::usage(format!("there is no model \"{model}\"\nhint: this version has --model {READER}")))
}

/// The models that read text, checked and loaded.
pub fn text() -> Result<Arc<TextModels>, Failure> {
    let folder = weights::locate().map_err(|e| Failure::environment(&e))?;
    TextModels::load(&folder).map(Arc::new).map_err(|e| Failure::environment(&e))
}

/// A reader of its own.
pub fn reader() -> Result<Reader, Failure> {
    Ok(Reader::new(text()?))
}
