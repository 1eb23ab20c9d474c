//! Input through enigo: alone on macOS and Windows; its mouse on an X server too.

use enigo::{Axis, Coordinate, Enigo, Mouse as _, Settings};

use super::Motion;
use crate::error::{ActError, lost};
use crate::plan::{Button, Direction};
use crate::space::DesktopPoint;

#[cfg(not(target_os = "linux"))]
mod backend;
#[cfg(not(target_os = "linux"))]
mod keys;

#[cfg(not(target_os = "linux"))]
pub(super) use backend::Session;

/// Enigo without its delays.
pub(super) fn new(display: Option<&str>) -> Result<Enigo, ActError> {
    let settings = Settings { x11_display: display.map(str::to_owned), linux_delay: 0, ..Settings::default() };
    Enigo::new(&settings).map_err(|e| ActError::NoDisplay {
        display: display.unwrap_or("the session's desktop").to_owned(),
        reason: e.to_string(),
    })
}

/// Puts the pointer on a pixel, as [`InputBackend::move_to`].
pub(super) fn move_to(enigo: &mut Enigo, point: DesktopPoint) -> Result<(), ActError> {
    enigo.move_mouse(point.x, point.y, Coordinate::Abs).map_err(lost)
}

/// Presses or releases a button, as [`InputBackend::button`].
pub(super) fn button(enigo: &mut Enigo, button: Button, motion: Motion) -> Result<(), ActError> {
    enigo.button(button_of(button)?, motion.into()).map_err(lost)
}

/// Turns the wheel by one notch, as [`InputBackend::notch`].
pub(super) fn notch(enigo: &mut Enigo, direction: Direction) -> Result<(), ActError> {
    let (length, axis) = match direction {
        Direction::Up => (-1, Axis::Vertical),
        Direction::Down => (1, Axis::Vertical),
        Direction::Left => (-1, Axis::Horizontal),
        Direction::Right => (1, Axis::Horizontal),
    };
    enigo.scroll(length, axis).map_err(lost)
}

/// Enigo's name of a button; not every desktop has all.
fn button_of(button: Button) -> Result<enigo::Button, ActError> {
    match button {
        Button::Left => Ok(enigo::Button::Left),
        Button::Right => Ok(enigo::Button::Right),
        Button::Middle => Ok(enigo::Button::Middle),
        #[cfg(not(target_os = "macos"))]
        Button::Back => Ok(enigo::Button::Back),
        #[cfg(not(target_os = "macos"))]
        Button::Forward => Ok(enigo::Button::Forward),
        #[cfg(target_os = "macos")]
        button => Err(ActError::NoSuchButton { button }),
    }
}

impl From<Motion> for enigo::Direction {
    fn from(motion: Motion) -> Self {
        match motion {
            Motion::Press => Self::Press,
            Motion::Release => Self::Release,
        }
    }
}
