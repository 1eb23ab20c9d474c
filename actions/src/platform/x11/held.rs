//! Letting go: whatever is down in the server goes up.

use x11rb::protocol::xproto::{BUTTON_RELEASE_EVENT, ConnectionExt as _, KEY_RELEASE_EVENT, KeyButMask};

use super::server::Server;
use crate::error::ActError;

/// The five buttons that a server tells about, with their bits in the pointer's state.
const TOLD: [(u8, KeyButMask); 5] = [
    (1, KeyButMask::BUTTON1),
    (2, KeyButMask::BUTTON2),
    (3, KeyButMask::BUTTON3),
    (4, KeyButMask::BUTTON4),
    (5, KeyButMask::BUTTON5),
];
/// Buttons that it does not tell about: sideways wheel, back, forward. Releasing one that is up does nothing.
const UNTOLD: [u8; 4] = [6, 7, 8, 9];

/// Releases every key and button that is down, whoever pressed it, even a process that was killed.
///
/// The server is asked instead of remembering what was pressed: that can't be wrong.
pub(super) fn release_all(server: &Server) -> Result<(), ActError> {
    for code in keys_down(server)? {
        server.fake(KEY_RELEASE_EVENT, code)?;
    }
    let state = server.conn.query_pointer(server.root)?.reply()?.mask;
    let told = TOLD.iter().filter(|(_, bit)| u16::from(state) & u16::from(*bit) != 0).map(|(button, _)| *button);
    for button in told.chain(UNTOLD) {
        server.fake(BUTTON_RELEASE_EVENT, button)?;
    }
    server.sync()
}

/// The codes of all keys that are down.
fn keys_down(server: &Server) -> Result<Vec<u8>, ActError> {
    let bits = server.conn.query_keymap()?.reply()?.keys;
    Ok((0..=u8::MAX).filter(|code| bits[usize::from(code / 8)] & (1 << (code % 8)) != 0).collect())
}
