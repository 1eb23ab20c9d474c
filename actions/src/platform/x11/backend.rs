//! Input events on an X server: enigo for the mouse and the named keys, our own key events for characters.

use enigo::Enigo;
use x11rb::protocol::xproto::{KEY_PRESS_EVENT, KEY_RELEASE_EVENT};

use super::held;
use super::keymap::{Keymap, Stroke};
use super::keysym::{self, SHIFT};
use super::server::Server;
use super::{typing, windows};
use crate::error::ActError;
use crate::key::Key;
use crate::plan::{Button, Direction, WindowChange};
use crate::platform::enigo as mouse;
use crate::platform::{InputBackend, Motion, Stop};
use crate::receipt::Receipt;
use crate::space::{DesktopPoint, Size};

/// Two connections to one server: enigo's and our own.
pub(super) struct X11Backend {
    enigo: Enigo,
    server: Server,
}

impl X11Backend {
    /// Connects to `display`, or to the one that `DISPLAY` names.
    pub fn connect(display: Option<&str>) -> Result<Self, ActError> {
        let server = Server::connect(display)?;
        Ok(Self { enigo: mouse::new(display)?, server })
    }

    /// Presses or releases the key of a keysym or a character, with the Shift that its level needs.
    fn key(&self, map: &Keymap, key: Key, motion: Motion) -> Result<(), ActError> {
        let stroke = stroke(map, key).ok_or_else(|| ActError::NoSuchKey { key: key.to_string() })?;
        let shift = map.code(SHIFT).filter(|_| stroke.shift);
        let kind = if motion == Motion::Press { KEY_PRESS_EVENT } else { KEY_RELEASE_EVENT };
        let pair = [shift, Some(stroke.code)];
        let ordered: Vec<u8> = match motion {
            Motion::Press => pair.into_iter().flatten().collect(),
            Motion::Release => pair.into_iter().rev().flatten().collect(),
        };
        ordered.into_iter().try_for_each(|code| self.server.fake(kind, code))
    }
}

/// How a key is pressed on this layout.
fn stroke(map: &Keymap, key: Key) -> Option<Stroke> {
    match key {
        Key::Char(c) => map.stroke(c),
        other => map.code(keysym::of_key(other)).map(|code| Stroke { code, shift: false, level3: false }),
    }
}

impl InputBackend for X11Backend {
    fn bounds(&mut self) -> Result<(DesktopPoint, Size), ActError> {
        Ok((DesktopPoint { x: 0, y: 0 }, self.server.size()?))
    }

    fn move_to(&mut self, point: DesktopPoint) -> Result<(), ActError> {
        mouse::move_to(&mut self.enigo, point)
    }

    fn pointer(&mut self) -> Result<DesktopPoint, ActError> {
        self.server.pointer()
    }

    fn is_shielded(&mut self) -> Result<bool, ActError> {
        self.server.is_shielded()
    }

    fn button(&mut self, button: Button, motion: Motion) -> Result<(), ActError> {
        mouse::button(&mut self.enigo, button, motion)
    }

    fn notch(&mut self, direction: Direction) -> Result<(), ActError> {
        mouse::notch(&mut self.enigo, direction)
    }

    fn keys(&mut self, keys: &[Key], motion: Motion) -> Result<(), ActError> {
        let map = Keymap::read(&self.server)?;
        let mut keys = keys.to_vec();
        if motion == Motion::Release {
            keys.reverse();
        }
        let pressed = keys.iter().try_for_each(|key| self.key(&map, *key, motion));
        pressed.and(self.server.sync())
    }

    fn text(&mut self, text: &str, stop: &Stop) -> Result<Receipt, ActError> {
        let map = Keymap::read(&self.server)?;
        typing::type_text(&self.server, &map, text, stop)?;
        let missing = typing::missing(&map, text);
        let how = if map.spare.is_empty() { "they were pasted" } else { "spare keys typed them" };
        let note = (missing > 0).then(|| format!("{missing} characters are not on the layout; {how}"));
        Ok(Receipt { method: "keys".into(), note, ..Receipt::default() })
    }

    fn window(&mut self, title: &str, change: WindowChange) -> Result<(), ActError> {
        windows::change(&self.server, title, change)
    }

    fn release_all(&mut self) -> Result<(), ActError> {
        held::release_all(&self.server)
    }
}
