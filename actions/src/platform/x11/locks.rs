//! Caps Lock and the layout's group: both change what keys type, so they are put aside while typing.

use x11rb::protocol::xkb::{ConnectionExt as _, Group, ID};
use x11rb::protocol::xproto::ModMask;

use super::server::Server;
use crate::error::ActError;

/// What was locked, to be locked again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Locks {
    caps: bool,
    group: Group,
}

/// The keyboard that programs see, in XKB's numbering.
fn keyboard() -> u16 {
    u16::from(ID::USE_CORE_KBD)
}

impl Locks {
    /// Unlocks what is locked and says what it was; nothing where nothing was, or the server has no XKB.
    pub fn put_aside(server: &Server) -> Result<Option<Self>, ActError> {
        if server.conn.xkb_use_extension(1, 0)?.reply().is_ok_and(|r| !r.supported) {
            return Ok(None);
        }
        let Ok(state) = server.conn.xkb_get_state(keyboard())?.reply() else { return Ok(None) };
        let caps = u16::from(state.locked_mods) & u16::from(ModMask::LOCK) != 0;
        let held = Self { caps, group: state.locked_group };
        if !caps && state.locked_group == Group::M1 {
            return Ok(None);
        }
        set(server, false, Group::M1)?;
        Ok(Some(held))
    }

    /// Locks again what was locked.
    pub fn put_back(self, server: &Server) -> Result<(), ActError> {
        set(server, self.caps, self.group)
    }
}

fn set(server: &Server, caps: bool, group: Group) -> Result<(), ActError> {
    let none = ModMask::from(0u16);
    let locked = if caps { ModMask::LOCK } else { none };
    server.conn.xkb_latch_lock_state(keyboard(), ModMask::LOCK, locked, true, group, none, false, 0)?;
    server.sync()
}
