//! What moves the mouse and presses the keys of a desktop, one event at a time.

use super::stop::Stop;
use crate::error::ActError;
use crate::key::Key;
use crate::plan::{Button, Direction, WindowChange};
use crate::receipt::Receipt;
use crate::space::{DesktopPoint, Size};

/// Down or up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Motion {
    Press,
    Release,
}

/// The events that a desktop understands. Each has reached the desktop when its method returns.
pub(crate) trait InputBackend {
    /// The desktop's top-left pixel and its size, as they are now.
    fn bounds(&mut self) -> Result<(DesktopPoint, Size), ActError>;
    /// Puts the pointer on a pixel.
    fn move_to(&mut self, point: DesktopPoint) -> Result<(), ActError>;
    /// Where the pointer is.
    fn pointer(&mut self) -> Result<DesktopPoint, ActError>;
    /// Whether something that cannot be seen lies under the pointer and would take a press; false where that is not known.
    fn is_shielded(&mut self) -> Result<bool, ActError> {
        Ok(false)
    }
    /// Presses or releases a mouse button.
    fn button(&mut self, button: Button, motion: Motion) -> Result<(), ActError>;
    /// Turns the wheel by one notch.
    fn notch(&mut self, direction: Direction) -> Result<(), ActError>;
    /// Presses keys in order, or releases them in reverse.
    fn keys(&mut self, keys: &[Key], motion: Motion) -> Result<(), ActError>;
    /// Types text; the receipt's time is not filled in.
    fn text(&mut self, text: &str, stop: &Stop) -> Result<Receipt, ActError>;
    /// Changes the window of this title.
    fn window(&mut self, _title: &str, _change: WindowChange) -> Result<(), ActError> {
        Err(ActError::NoWindowChanges)
    }
    /// Lets go of every key and button that is down.
    fn release_all(&mut self) -> Result<(), ActError>;
}
