//! Hears what a person does on a display.

use std::sync::mpsc;

use crate::error::ActError;
use crate::input::Heard;
use crate::platform::{self, Listening};

/// Hears the mouse and the keyboard of a display until it is dropped, whoever moves them.
pub struct InputListener {
    heard: mpsc::Receiver<Heard>,
    _listening: Box<dyn Listening>,
}

impl InputListener {
    /// Listens on `display`, or on the one that `DISPLAY` names.
    ///
    /// # Errors
    /// [`ActError::NoDisplay`] when nothing answers or the display lacks the RECORD extension, [`ActError::CannotListen`] on
    /// platforms where a person cannot be heard.
    pub fn start(display: Option<&str>) -> Result<Self, ActError> {
        let (tell, heard) = mpsc::channel();
        let listening = platform::of(display)?.listen(tell)?;
        Ok(Self { heard, _listening: listening })
    }

    /// The next input that was heard, if there is one.
    pub fn next(&self) -> Option<Heard> {
        self.heard.try_recv().ok()
    }
}
