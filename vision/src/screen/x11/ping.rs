//! `_NET_WM_PING`: a program that is asked answers once it has dealt with all input before.

use x11rb::connection::Connection as _;
use x11rb::errors::ConnectionError;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ClientMessageEvent, ConnectionExt as _, EventMask,
};
use x11rb::rust_connection::RustConnection;

/// The question under way.
pub(super) struct Ping {
    atoms: Option<(Atom, Atom)>,
    /// Questions are told apart by their number, which stands in the place of a time.
    number: u32,
    answered: u32,
    asked: Option<u32>,
}

impl Ping {
    /// Answers come to the root window: GTK sends them to who watches what is below it, Qt to who watches the window itself.
    /// Where they cannot be watched for, nothing is asked.
    pub(super) fn watch(connection: &RustConnection, root: u32) -> Self {
        let atom = |name: &str| Some(connection.intern_atom(false, name.as_bytes()).ok()?.reply().ok()?.atom);
        let aux =
            ChangeWindowAttributesAux::new().event_mask(EventMask::SUBSTRUCTURE_NOTIFY | EventMask::STRUCTURE_NOTIFY);
        let watched = connection.change_window_attributes(root, &aux).ok().and_then(|cookie| cookie.check().ok());
        let atoms = watched.and_then(|()| atom("WM_PROTOCOLS").zip(atom("_NET_WM_PING")));
        Self { atoms, number: 0, answered: 0, asked: None }
    }

    /// Asks the window, if it is one that answers.
    pub(super) fn ask(&mut self, connection: &RustConnection, window: Option<u32>) -> Result<(), ConnectionError> {
        self.answered = self.number;
        let (Some((protocols, ping)), Some(window)) = (self.atoms, window) else { return Ok(()) };
        let known = connection.get_property(false, window, protocols, AtomEnum::ATOM, 0, 32)?.reply();
        if !known.is_ok_and(|known| known.value32().is_some_and(|mut known| known.any(|known| known == ping))) {
            return Ok(());
        }
        self.number += 1;
        self.asked = Some(window);
        let event = ClientMessageEvent::new(32, window, protocols, [ping, self.number, window, 0, 0]);
        connection.send_event(false, window, EventMask::NO_EVENT, event)?;
        connection.flush()
    }

    /// Takes note of an answer.
    pub(super) fn note(&mut self, event: &Event) {
        let (Some((protocols, ping)), Event::ClientMessage(message)) = (self.atoms, event) else { return };
        let data = message.data.as_data32();
        if message.type_ == protocols && message.format == 32 && data[0] == ping {
            self.answered = self.answered.max(data[1].min(self.number));
        }
    }

    /// Whether the last question is answered, or never will be because the window that was asked has closed.
    pub(super) fn is_answered(&self, connection: &RustConnection) -> bool {
        let is_there =
            |window: u32| connection.get_window_attributes(window).is_ok_and(|cookie| cookie.reply().is_ok());
        self.answered >= self.number || !self.asked.is_some_and(is_there)
    }
}
