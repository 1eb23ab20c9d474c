//! Hearing every key and button of a display, by the RECORD extension.

use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Instant;

use x11rb::connection::Connection as _;
use x11rb::protocol::record::{self, ConnectionExt as _, Range, Range8};
use x11rb::protocol::xproto::{self, ConnectionExt as _, KeyButMask, Window};
use x11rb::x11_utils::TryParse as _;

use super::keysym;
use super::server::Server;
use crate::error::ActError;
use crate::input::{Accent, Heard, Input, Struck};
use crate::space::DesktopPoint;

/// The length of an event in RECORD's data.
const EVENT: usize = 32;

/// RECORD's words for "all clients" and "data from the server".
const ALL_CLIENTS: u32 = 3;
const FROM_SERVER: u8 = 0;

/// The number pad's keys, which type what Num Lock says.
const PAD_DIGITS: std::ops::RangeInclusive<u32> = 0xffb0..=0xffb9;

/// Listens on a thread until it is dropped.
pub(super) struct X11Listener {
    control: Server,
    context: record::Context,
    thread: Option<JoinHandle<()>>,
}

impl X11Listener {
    /// Tells everything that is heard on the display.
    pub fn start(display: Option<&str>, tell: mpsc::Sender<Heard>) -> Result<Self, ActError> {
        let (control, data) = (Server::connect(display)?, Server::connect(display)?);
        let lacking = |_| ActError::NoDisplay {
            display: display.unwrap_or("the session's display").to_owned(),
            reason: "it lacks the RECORD extension, which a person is heard with".into(),
        };
        control.conn.record_query_version(1, 13)?.reply().map_err(lacking)?;
        let context = control.conn.generate_id().map_err(|e| ActError::Lost { reason: e.to_string() })?;
        let range = Range {
            device_events: Range8 { first: xproto::KEY_PRESS_EVENT, last: xproto::MOTION_NOTIFY_EVENT },
            ..Range::default()
        };
        control.conn.record_create_context(context, 0, &[ALL_CLIENTS], &[range])?.check()?;
        let asked = control.clone();
        let own = Own::of(&control);
        let listen = move || {
            let Ok(replies) = data.conn.record_enable_context(context) else { return };
            for reply in replies {
                // A display that is gone is noticed by everyone else.
                let Ok(reply) = reply else { return };
                if reply.category != FROM_SERVER || reply.client_swapped {
                    continue;
                }
                for event in reply.data.chunks_exact(EVENT) {
                    let heard = heard(event, &asked).filter(|heard| !own.is_meant(&asked, heard.input));
                    if heard.is_some_and(|heard| tell.send(heard).is_err()) {
                        return;
                    }
                }
            }
        };
        let thread = std::thread::Builder::new().name("listener".into()).spawn(listen);
        let thread = thread.map_err(|e| ActError::Lost { reason: e.to_string() })?;
        Ok(Self { control, context, thread: Some(thread) })
    }
}

impl Drop for X11Listener {
    fn drop(&mut self) {
        // Ending the context ends the stream of replies that the thread waits for.
        let ended = self.control.conn.record_disable_context(self.context).is_ok() && self.control.sync().is_ok();
        if let Some(thread) = self.thread.take().filter(|_| ended) {
            let _ = thread.join();
        }
    }
}

fn heard(event: &[u8], server: &Server) -> Option<Heard> {
    let at = Instant::now();
    let point = |x: i16, y: i16| DesktopPoint { x: x.into(), y: y.into() };
    let input = match event[0] & 0x7f {
        xproto::KEY_PRESS_EVENT => {
            let (press, _) = xproto::KeyPressEvent::try_parse(event).ok()?;
            pressed(&press, server)?
        }
        xproto::KEY_RELEASE_EVENT => {
            let (release, _) = xproto::KeyReleaseEvent::try_parse(event).ok()?;
            Input::Up(modifier(&release, server)?)
        }
        xproto::BUTTON_PRESS_EVENT => {
            let (press, _) = xproto::ButtonPressEvent::try_parse(event).ok()?;
            Input::Press(press.detail, point(press.root_x, press.root_y))
        }
        xproto::BUTTON_RELEASE_EVENT => {
            let (release, _) = xproto::ButtonReleaseEvent::try_parse(event).ok()?;
            Input::Release(release.detail, point(release.root_x, release.root_y))
        }
        xproto::MOTION_NOTIFY_EVENT => {
            let (moved, _) = xproto::MotionNotifyEvent::try_parse(event).ok()?;
            Input::Moved(point(moved.root_x, moved.root_y))
        }
        _ => return None,
    };
    Some(Heard { at, input })
}

/// The key of a press. The layout is asked for anew each time: typing programs bind keys on the spot.
fn pressed(press: &xproto::KeyPressEvent, server: &Server) -> Option<Input> {
    let symbols = server.conn.get_keyboard_mapping(press.detail, 1).ok()?.reply().ok()?.keysyms;
    let is_down = |mask: KeyButMask| u16::from(press.state) & u16::from(mask) != 0;
    let (shift, caps, level3) = (is_down(KeyButMask::SHIFT), is_down(KeyButMask::LOCK), is_down(KeyButMask::MOD5));
    let group = usize::from((u16::from(press.state) >> 13) & 1);
    let symbol = symbol(&symbols, group, shift, level3)?;
    if let Some(accent) = Accent::of(symbol) {
        return Some(Input::Dead(accent));
    }
    let symbol = if caps && !shift { capital(symbol) } else { symbol };
    Some(Input::Key(Struck {
        key: key_of(symbol)?,
        shift,
        ctrl: is_down(KeyButMask::CONTROL),
        alt: is_down(KeyButMask::MOD1),
        super_: is_down(KeyButMask::MOD4),
    }))
}

/// The modifier that a key is; only these are of interest when they go up.
fn modifier(release: &xproto::KeyReleaseEvent, server: &Server) -> Option<crate::key::Key> {
    let symbols = server.conn.get_keyboard_mapping(release.detail, 1).ok()?.reply().ok()?.keysyms;
    key_of(*symbols.first()?).filter(|key| key.is_modifier())
}

/// The keysym of a level; see `keymap::COLUMNS` for the order of the columns. A key without a second level has one.
fn symbol(symbols: &[u32], group: usize, shift: bool, level3: bool) -> Option<u32> {
    let column = if level3 { 4 } else { 2 * group } + usize::from(shift);
    let has = |column: &usize| symbols.get(*column).is_some_and(|symbol| *symbol != 0);
    let column = [column, usize::from(shift), 0].into_iter().find(has)?;
    symbols.get(column).copied()
}

fn capital(symbol: u32) -> u32 {
    keysym::to_char(symbol).and_then(|c| c.to_uppercase().next()).map_or(symbol, keysym::of_char)
}

fn key_of(symbol: u32) -> Option<crate::key::Key> {
    if PAD_DIGITS.contains(&symbol) {
        return char::from_digit(symbol - PAD_DIGITS.start(), 10).map(crate::key::Key::Char);
    }
    keysym::to_key(symbol)
}

/// The terminal that this program was started from: what is done in it is about the recording.
struct Own(Vec<Window>);

impl Own {
    /// The window that the terminal names in `WINDOWID`, with those around it.
    fn of(server: &Server) -> Self {
        let mut windows = Vec::new();
        let mut next = std::env::var("WINDOWID").ok().and_then(|id| id.parse::<Window>().ok());
        while let Some(window) = next.filter(|window| *window != server.root && *window != 0) {
            windows.push(window);
            let tree = server.conn.query_tree(window).ok().and_then(|tree| tree.reply().ok());
            next = tree.map(|tree| tree.parent);
        }
        Self(windows)
    }

    /// Whether the input goes to the terminal.
    fn is_meant(&self, server: &Server, input: Input) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let window = match input {
            Input::Key(_) | Input::Up(_) | Input::Dead(_) => {
                server.conn.get_input_focus().ok().and_then(|focus| focus.reply().ok()).map(|f| f.focus)
            }
            _ => server.conn.query_pointer(server.root).ok().and_then(|at| at.reply().ok()).map(|at| at.child),
        };
        window.is_some_and(|window| self.0.contains(&window))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{Key, Named};

    #[test]
    fn a_key_gives_what_its_level_says() {
        let a = [0x61, 0x41, 0x61, 0x41, 0xe6, 0xc6];
        let enter = [0xff0d, 0];
        let cases = [
            (symbol(&a, 0, false, false), Some(0x61)),
            (symbol(&a, 0, true, false), Some(0x41)),
            (symbol(&a, 0, false, true), Some(0xe6)),
            (symbol(&enter, 0, true, false), Some(0xff0d)),
            (symbol(&[], 0, false, false), None),
        ];
        assert!(cases.iter().all(|(got, want)| got == want), "{cases:?}");
        assert_eq!(capital(0xe9), 0xc9);
        assert_eq!(key_of(0xffb7), Some(Key::Char('7')));
        assert_eq!(key_of(0xff0d), Some(Key::Named(Named::Enter)));
    }
}
