//! Hears what a person does on a display.

use std::sync::mpsc;

use super::Heard;
use crate::executor::ActError;
use crate::x11::Listener;

/// Hears the mouse and the keyboard of an X display until it is dropped, whoever moves them.
pub struct Ear {
    heard: mpsc::Receiver<Heard>,
    _listener: Listener,
}

impl Ear {
    /// Listens on `display`, or on the one that `DISPLAY` names.
    ///
    /// # Errors
    /// [`ActError::NoDisplay`] when nothing answers, or the display lacks the RECORD extension.
    pub fn start(display: Option<&str>) -> Result<Self, ActError> {
        let (tell, heard) = mpsc::channel();
        let listener = Listener::start(display, tell)?;
        Ok(Self { heard, _listener: listener })
    }

    /// The next input that was heard, if there is one.
    pub fn next(&self) -> Option<Heard> {
        self.heard.try_recv().ok()
    }
}
