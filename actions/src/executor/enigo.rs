//! Hands through enigo alone: macOS and Windows.
//!
//! Typed text goes the way of enigo, which types Unicode there directly. What is down is remembered here, for these
//! systems cannot be asked.

mod keys;

use enigo::{Axis, Coordinate, Enigo, Keyboard, Mouse, Settings};

use self::keys::{button_of, key_of};
use super::error::lost;
use super::{ActError, Hands, Motion, Receipt, Stop};
use crate::key::Key;
use crate::plan::{Button, Direction};
use crate::space::{DesktopPoint, Size};

/// Enigo, and what it holds down for us.
pub(crate) struct EnigoHands {
    enigo: Enigo,
    keys: Vec<Key>,
    buttons: Vec<Button>,
}

impl EnigoHands {
    /// Connects to an X display, or to the session's own desktop.
    pub fn connect(display: Option<&str>) -> Result<Self, ActError> {
        Ok(Self { enigo: new(display)?, keys: Vec::new(), buttons: Vec::new() })
    }
}

/// Enigo without its delays.
pub(crate) fn new(display: Option<&str>) -> Result<Enigo, ActError> {
    let settings = Settings { x11_display: display.map(str::to_owned), linux_delay: 0, ..Settings::default() };
    Enigo::new(&settings).map_err(|e| ActError::NoDisplay {
        display: display.unwrap_or("the session's desktop").to_owned(),
        reason: e.to_string(),
    })
}

/// Puts the pointer on a pixel, as [`Hands::move_to`].
pub(crate) fn move_to(enigo: &mut Enigo, point: DesktopPoint) -> Result<(), ActError> {
    enigo.move_mouse(point.x, point.y, Coordinate::Abs).map_err(lost)
}

/// Presses or releases a button, as [`Hands::button`].
pub(crate) fn button(enigo: &mut Enigo, button: Button, motion: Motion) -> Result<(), ActError> {
    enigo.button(button_of(button)?, motion.into()).map_err(lost)
}

/// Turns the wheel by one notch, as [`Hands::notch`].
pub(crate) fn notch(enigo: &mut Enigo, direction: Direction) -> Result<(), ActError> {
    let (length, axis) = match direction {
        Direction::Up => (-1, Axis::Vertical),
        Direction::Down => (1, Axis::Vertical),
        Direction::Left => (-1, Axis::Horizontal),
        Direction::Right => (1, Axis::Horizontal),
    };
    enigo.scroll(length, axis).map_err(lost)
}

impl Hands for EnigoHands {
    fn bounds(&mut self) -> Result<(DesktopPoint, Size), ActError> {
        let (width, height) = self.enigo.main_display().map_err(lost)?;
        let size = Size { width: width.unsigned_abs(), height: height.unsigned_abs() };
        Ok((DesktopPoint { x: 0, y: 0 }, size))
    }

    fn move_to(&mut self, point: DesktopPoint) -> Result<(), ActError> {
        move_to(&mut self.enigo, point)
    }

    fn pointer(&mut self) -> Result<DesktopPoint, ActError> {
        let (x, y) = self.enigo.location().map_err(lost)?;
        Ok(DesktopPoint { x, y })
    }

    fn button(&mut self, which: Button, motion: Motion) -> Result<(), ActError> {
        button(&mut self.enigo, which, motion)?;
        remember(&mut self.buttons, which, motion);
        Ok(())
    }

    fn notch(&mut self, direction: Direction) -> Result<(), ActError> {
        notch(&mut self.enigo, direction)
    }

    fn keys(&mut self, keys: &[Key], motion: Motion) -> Result<(), ActError> {
        let mut keys = keys.to_vec();
        if motion == Motion::Release {
            keys.reverse();
        }
        for key in keys {
            self.enigo.key(key_of(key)?, motion.into()).map_err(lost)?;
            remember(&mut self.keys, key, motion);
        }
        Ok(())
    }

    fn text(&mut self, text: &str, stop: &Stop) -> Result<Receipt, ActError> {
        stop.check()?;
        self.enigo.text(text).map_err(lost)?;
        Ok(Receipt { method: "keys".into(), ..Receipt::default() })
    }

    fn release_all(&mut self) -> Result<(), ActError> {
        for button in std::mem::take(&mut self.buttons) {
            self.button(button, Motion::Release)?;
        }
        let keys = std::mem::take(&mut self.keys);
        self.keys(&keys, Motion::Release)
    }
}

fn remember<T: PartialEq>(held: &mut Vec<T>, what: T, motion: Motion) {
    held.retain(|h| *h != what);
    if motion == Motion::Press {
        held.push(what);
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
