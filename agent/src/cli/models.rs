//! Models: the one that the command line names, those that a server has, those that read text.

use std::sync::Arc;

use sightstep_vision::read::{Reader, TextModels};
use sightstep_vision::weights;

use super::Failure;
use crate::exit::Exit;
use crate::model::{self, Model};
use crate::planner::endpoint::client::Client;

/// Who plans, as `--model` and `--profile` say.
pub fn named(model: &str, profile: Option<&str>) -> Result<Model, Failure> {
    Model::named(model, profile, &environment).map_err(|e| Failure::usage(e.to_string()))
}

/// `sightstep models URL`: the models of a server, one a line.
pub fn list(server: &str) -> Result<Exit, Failure> {
    let settings = model::server(server, &environment).map_err(|e| Failure::usage(e.to_string()))?;
    let runtime = tokio::runtime::Runtime::new().map_err(|e| Failure::environment(&e))?;
    let served = runtime.block_on(async { Client::new(settings)?.served().await });
    for name in served.map_err(|e| Failure::environment(&e))? {
        println!("{name}");
    }
    Ok(Exit::Done)
}

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
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
