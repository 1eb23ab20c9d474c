//! The clipboard of an X server, lent for one paste: what it held is kept and put back.
//!
//! On X the clipboard's content lives in the program that owns it. To lend it is to own it for a while; to put its old
//! content back is to go on owning it, with that content, until a program takes it.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ConnectionExt as _, CreateWindowAux, EventMask, PropMode, Property, SELECTION_NOTIFY_EVENT,
    SelectionNotifyEvent, SelectionRequestEvent, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use super::server::Server;
use crate::error::ActError;

x11rb::atom_manager! {
    /// What the protocol of selections is spoken with.
    Atoms: AtomsCookie {
        CLIPBOARD,
        TARGETS,
        UTF8_STRING,
        INCR,
        SIGHTSTEP_CLIPBOARD,
    }
}

/// How long the owner of the clipboard has to say what it holds.
const ANSWER: Duration = Duration::from_millis(500);

/// How long nobody must ask for the text before it is taken away: a clipboard's keeper may be quicker than the program
/// that it is meant for.
const QUIET: Duration = Duration::from_millis(200);

/// What Shift+Insert pastes: the clipboard in most programs, the primary selection in terminals.
const COUNT: usize = 2;

/// What each selection holds for others.
type Contents = Arc<Mutex<[Option<Vec<u8>>; COUNT]>>;

/// The clipboard and the primary selection while a text of ours is in both.
pub(super) struct Lent {
    contents: Contents,
    before: [Option<Vec<u8>>; COUNT],
    asked: Receiver<()>,
}

impl Lent {
    /// Puts the text into both.
    pub fn with(server: &Server, text: &str) -> Result<Self, ActError> {
        let owner = Owner::connect(server)?;
        let before = owner.selections().map(|selection| owner.read(selection));
        let [clipboard, primary] = before;
        let before = [clipboard?, primary?];
        let contents: Contents = Arc::new(Mutex::new([(); COUNT].map(|()| Some(text.as_bytes().to_vec()))));
        owner.own_all()?;
        let (tell, asked) = mpsc::channel();
        let lent = Self { contents: Arc::clone(&contents), before, asked };
        let serve = move || owner.serve(&contents, &tell);
        let thread = std::thread::Builder::new().name("clipboard".into()).spawn(serve);
        thread.map_err(crate::error::lost).map(|_| lent)
    }

    /// Waits until a program has taken the text, and until no other does; whether one did.
    pub fn was_taken(&self, within: Duration) -> bool {
        let is_taken = self.asked.recv_timeout(within).is_ok();
        while is_taken && self.asked.recv_timeout(QUIET).is_ok() {}
        is_taken
    }
}

impl Drop for Lent {
    /// Puts the old contents back; what held nothing holds nothing.
    fn drop(&mut self) {
        *self.contents.lock().unwrap_or_else(PoisonError::into_inner) = std::mem::take(&mut self.before);
    }
}

/// A connection and a window of their own that own selections.
struct Owner {
    conn: RustConnection,
    window: Window,
    atoms: Atoms,
}

impl Owner {
    fn connect(server: &Server) -> Result<Self, ActError> {
        let (conn, _) = x11rb::connect(server.display.as_deref()).map_err(crate::error::lost)?;
        let window = conn.generate_id()?;
        let events = CreateWindowAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        conn.create_window(0, window, server.root, 0, 0, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &events)?.check()?;
        let atoms = Atoms::new(&conn)?.reply()?;
        Ok(Self { conn, window, atoms })
    }

    fn selections(&self) -> [Atom; COUNT] {
        [self.atoms.CLIPBOARD, AtomEnum::PRIMARY.into()]
    }

    /// What a selection holds as text; nothing where it holds none.
    fn read(&self, selection: Atom) -> Result<Option<Vec<u8>>, ActError> {
        let place = self.atoms.SIGHTSTEP_CLIPBOARD;
        self.conn.convert_selection(self.window, selection, self.atoms.UTF8_STRING, place, x11rb::CURRENT_TIME)?;
        let answered = |event: &Event| match event {
            Event::SelectionNotify(notify) => Some(notify.property),
            _ => None,
        };
        let Some(property) = self.wait_for(answered)?.filter(|property| *property != x11rb::NONE) else {
            return Ok(None);
        };
        let (kind, content) = self.take(property)?;
        if kind != self.atoms.INCR {
            return Ok(Some(content));
        }
        self.read_in_parts(property).map(Some)
    }

    /// A long content comes in parts; an empty one is the end.
    fn read_in_parts(&self, property: Atom) -> Result<Vec<u8>, ActError> {
        let mut whole = Vec::new();
        let is_new = |event: &Event| match event {
            Event::PropertyNotify(notify) if notify.atom == property && notify.state == Property::NEW_VALUE => Some(()),
            _ => None,
        };
        while self.wait_for(is_new)?.is_some() {
            let (_, part) = self.take(property)?;
            if part.is_empty() {
                break;
            }
            whole.extend(part);
        }
        Ok(whole)
    }

    /// Type and value of a property, which is deleted.
    fn take(&self, property: Atom) -> Result<(Atom, Vec<u8>), ActError> {
        let reply = self.conn.get_property(true, self.window, property, AtomEnum::ANY, 0, u32::MAX / 4)?.reply()?;
        Ok((reply.type_, reply.value))
    }

    fn wait_for<T>(&self, wanted: impl Fn(&Event) -> Option<T>) -> Result<Option<T>, ActError> {
        let until = Instant::now() + ANSWER;
        self.conn.flush()?;
        while Instant::now() < until {
            match self.conn.poll_for_event()? {
                Some(event) => {
                    if let Some(found) = wanted(&event) {
                        return Ok(Some(found));
                    }
                }
                None => std::thread::sleep(Duration::from_millis(2)),
            }
        }
        Ok(None)
    }

    fn own_all(&self) -> Result<(), ActError> {
        for selection in self.selections() {
            self.conn.set_selection_owner(self.window, selection, x11rb::CURRENT_TIME)?;
        }
        Ok(self.conn.sync()?)
    }

    /// Answers whoever asks, until other programs own both selections or the display is gone.
    fn serve(self, contents: &Contents, tell: &Sender<()>) {
        let mut owned = self.selections().to_vec();
        while !owned.is_empty() {
            match self.conn.wait_for_event() {
                Ok(Event::SelectionRequest(request)) => match self.answer(&request, contents) {
                    // Nobody listens any more once the old content is back.
                    Ok(is_text) => drop(is_text.then(|| tell.send(()))),
                    Err(error) => tracing::debug!("a program that asked for the clipboard is gone: {error}"),
                },
                Ok(Event::SelectionClear(clear)) => owned.retain(|selection| *selection != clear.selection),
                Ok(_) => {}
                Err(_) => return,
            }
        }
    }

    /// Gives the content or says that there is none; whether the text itself was given.
    fn answer(&self, request: &SelectionRequestEvent, contents: &Contents) -> Result<bool, ActError> {
        let at = self.selections().iter().position(|selection| *selection == request.selection);
        let content = at.and_then(|at| contents.lock().unwrap_or_else(PoisonError::into_inner)[at].clone());
        // Old programs name no property and mean the target.
        let property = if request.property == x11rb::NONE { request.target } else { request.property };
        let given = match content {
            Some(_) if request.target == self.atoms.TARGETS => {
                let targets = [self.atoms.TARGETS, self.atoms.UTF8_STRING];
                self.conn.change_property32(
                    PropMode::REPLACE,
                    request.requestor,
                    property,
                    AtomEnum::ATOM,
                    &targets,
                )?;
                true
            }
            Some(text) if request.target == self.atoms.UTF8_STRING => {
                let kind = self.atoms.UTF8_STRING;
                self.conn.change_property8(PropMode::REPLACE, request.requestor, property, kind, &text)?;
                true
            }
            _ => false,
        };
        let notify = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: request.time,
            requestor: request.requestor,
            selection: request.selection,
            target: request.target,
            property: if given { property } else { x11rb::NONE },
        };
        self.conn.send_event(false, request.requestor, EventMask::NO_EVENT, notify)?;
        self.conn.flush()?;
        Ok(given && request.target == self.atoms.UTF8_STRING)
    }
}
