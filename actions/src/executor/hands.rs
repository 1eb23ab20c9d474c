//! What moves the mouse and presses the keys of a desktop, one event at a time.

use super::enigo::EnigoHands;
use super::{ActError, Receipt, Stop};
use crate::key::Key;
use crate::plan::{Button, Direction};
use crate::space::{DesktopPoint, Size};
use crate::x11::X11Hands;

/// Down or up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Motion {
    Press,
    Release,
}

/// The events that a desktop understands. Each has reached the desktop when its method returns.
pub(crate) trait Hands {
    /// The desktop's top-left pixel and its size, as they are now.
    fn bounds(&mut self) -> Result<(DesktopPoint, Size), ActError>;
    /// Puts the pointer on a pixel.
    fn move_to(&mut self, point: DesktopPoint) -> Result<(), ActError>;
    /// Where the pointer is.
    fn pointer(&mut self) -> Result<DesktopPoint, ActError>;
    /// Presses or releases a mouse button.
    fn button(&mut self, button: Button, motion: Motion) -> Result<(), ActError>;
    /// Turns the wheel by one notch.
    fn notch(&mut self, direction: Direction) -> Result<(), ActError>;
    /// Presses keys in order, or releases them in reverse.
    fn keys(&mut self, keys: &[Key], motion: Motion) -> Result<(), ActError>;
    /// Types text; the receipt's time is not filled in.
    fn text(&mut self, text: &str, stop: &Stop) -> Result<Receipt, ActError>;
    /// Lets go of every key and button that is down.
    fn release_all(&mut self) -> Result<(), ActError>;
}

/// The hands for `display`, an X display, or for the session's own desktop.
///
/// On Linux and the BSDs that is always an X server: on Wayland the one that runs X programs (Xwayland). Elsewhere
/// everything goes through enigo alone.
pub(crate) fn connect(display: Option<&str>) -> Result<Box<dyn Hands>, ActError> {
    if cfg!(any(target_os = "macos", target_os = "windows")) && display.is_none() {
        return Ok(Box::new(EnigoHands::connect(None)?));
    }
    Ok(Box::new(X11Hands::connect(display)?))
}
