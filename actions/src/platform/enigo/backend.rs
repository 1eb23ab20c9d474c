//! Every input of a desktop through enigo: macOS and Windows.
//!
//! Typed text goes the way of enigo, which types Unicode there directly. What is down is remembered here, because these
//! systems cannot be asked.

use std::sync::mpsc;

use enigo::{Enigo, Keyboard as _, Mouse as _};

use super::keys::key_of;
use crate::error::{ActError, lost};
use crate::input::Heard;
use crate::key::Key;
use crate::plan::{Button, Direction};
use crate::platform::{InputBackend, Listening, Motion, Platform, PointerSource, Stop};
use crate::receipt::Receipt;
use crate::space::{DesktopPoint, Size};

/// The session's own desktop.
pub(in crate::platform) struct Session;

impl Session {
    /// The session's own desktop; there is no other.
    pub(in crate::platform) fn of(display: Option<&str>) -> Result<Self, ActError> {
        let foreign = |name: &str| ActError::NoDisplay {
            display: format!("display \"{name}\""),
            reason: "only the session's own desktop can be acted on here".to_owned(),
        };
        display.map_or(Ok(Self), |name| Err(foreign(name)))
    }
}

impl Platform for Session {
    fn input(&self) -> Result<Box<dyn InputBackend>, ActError> {
        Ok(Box::new(EnigoBackend::connect()?))
    }

    fn pointer(&self) -> Result<Option<Box<dyn PointerSource>>, ActError> {
        // A second handle of enigo's would be needed on the watch's thread; whether it is allowed was never tried.
        Ok(None)
    }

    fn listen(&self, _tell: mpsc::Sender<Heard>) -> Result<Box<dyn Listening>, ActError> {
        Err(ActError::CannotListen { platform: std::env::consts::OS })
    }
}

/// Enigo, and what it holds down for us.
struct EnigoBackend {
    enigo: Enigo,
    keys: Vec<Key>,
    buttons: Vec<Button>,
}

impl EnigoBackend {
    fn connect() -> Result<Self, ActError> {
        Ok(Self { enigo: super::new(None)?, keys: Vec::new(), buttons: Vec::new() })
    }
}

impl InputBackend for EnigoBackend {
    fn bounds(&mut self) -> Result<(DesktopPoint, Size), ActError> {
        let (width, height) = self.enigo.main_display().map_err(lost)?;
        let size = Size { width: width.unsigned_abs(), height: height.unsigned_abs() };
        Ok((DesktopPoint { x: 0, y: 0 }, size))
    }

    fn move_to(&mut self, point: DesktopPoint) -> Result<(), ActError> {
        super::move_to(&mut self.enigo, point)
    }

    fn pointer(&mut self) -> Result<DesktopPoint, ActError> {
        let (x, y) = self.enigo.location().map_err(lost)?;
        Ok(DesktopPoint { x, y })
    }

    fn button(&mut self, which: Button, motion: Motion) -> Result<(), ActError> {
        super::button(&mut self.enigo, which, motion)?;
        remember(&mut self.buttons, which, motion);
        Ok(())
    }

    fn notch(&mut self, direction: Direction) -> Result<(), ActError> {
        super::notch(&mut self.enigo, direction)
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
