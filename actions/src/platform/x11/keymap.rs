//! The keyboard's layout: which key, with which modifiers, types a character.

use std::collections::HashMap;

use x11rb::connection::Connection;
use x11rb::protocol::xproto::ConnectionExt as _;

use super::keysym::{self, LEVEL3, SHIFT};
use super::server::Server;
use crate::error::ActError;

/// How a character is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stroke {
    /// The key.
    pub code: u8,
    /// Whether Shift is held.
    pub shift: bool,
    /// Whether AltGr is held.
    pub level3: bool,
}

/// A layout as the server has it now.
#[derive(Debug, Clone, Default)]
pub(super) struct Keymap {
    characters: HashMap<char, Stroke>,
    plain: HashMap<u32, u8>,
    /// Codes of keys that no keyboard has and nothing is bound to.
    pub spare: Vec<u8>,
}

/// The columns of X's key table that hold the first group, with the modifiers that choose them.
///
/// The order is fixed by the XKB protocol: two levels of each of the first two groups, then the higher levels of the
/// first group.
const COLUMNS: [(usize, bool, bool); 4] = [(0, false, false), (1, true, false), (4, false, true), (5, true, true)];

impl Keymap {
    /// Asks the server. Cheap enough for every use (below a millisecond), and never stale.
    pub fn read(server: &Server) -> Result<Self, ActError> {
        let (first, last) = (server.conn.setup().min_keycode, server.conn.setup().max_keycode);
        let table = server.conn.get_keyboard_mapping(first, last - first + 1)?;
        let modifiers = server.conn.get_modifier_mapping()?;
        let (table, modifiers) = (table.reply()?, modifiers.reply()?);
        Ok(Self::of(first, table.keysyms_per_keycode.into(), &table.keysyms, &modifiers.keycodes))
    }

    /// A layout of `per` keysyms for each code from `first` on; `reserved` codes are never spare.
    fn of(first: u8, per: usize, keysyms: &[u32], reserved: &[u8]) -> Self {
        let mut map = Self::default();
        let keys: Vec<(u8, &[u32])> = (first..=u8::MAX).zip(keysyms.chunks(per.max(1))).collect();
        for (code, symbols) in &keys {
            // Code 8 is 0 for the kernel, which means no key: programs ignore it.
            if symbols.iter().all(|symbol| *symbol == 0) && *code != 8 && !reserved.contains(code) {
                map.spare.push(*code);
            }
            if let Some(&symbol) = symbols.first().filter(|symbol| **symbol != 0) {
                map.plain.entry(symbol).or_insert(*code);
            }
        }
        for (column, shift, level3) in COLUMNS {
            if (shift && !map.plain.contains_key(&SHIFT)) || (level3 && !map.plain.contains_key(&LEVEL3)) {
                continue;
            }
            for (code, symbols) in &keys {
                if let Some(c) = symbols.get(column).and_then(|symbol| keysym::to_char(*symbol)) {
                    map.characters.entry(c).or_insert(Stroke { code: *code, shift, level3 });
                }
            }
        }
        map
    }

    /// How the layout types a character.
    pub fn stroke(&self, c: char) -> Option<Stroke> {
        self.characters.get(&c).copied()
    }

    /// The key whose first level is this keysym.
    pub fn code(&self, keysym: u32) -> Option<u8> {
        self.plain.get(&keysym).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes 8..: nothing, q with AltGr-at, 2 with quote, ISO level 3, Shift, dead circumflex, spare, a modifier's.
    fn german() -> Keymap {
        #[rustfmt::skip]
        let table = [
            0, 0, 0, 0, 0, 0,
            0x71, 0x51, 0x71, 0x51, 0x40, 0x7d9,
            0x32, 0x22, 0x32, 0x22, 0xb2, 0,
            LEVEL3, 0, LEVEL3, 0, 0, 0,
            SHIFT, 0, 0, 0, 0, 0,
            0xfe52, 0xb0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0,
        ];
        Keymap::of(8, 6, &table, &[15])
    }

    #[test]
    fn every_level_is_found() {
        let map = german();
        let stroke = |code, shift, level3| Some(Stroke { code, shift, level3 });
        let cases = [
            ('q', stroke(9, false, false)),
            ('Q', stroke(9, true, false)),
            ('@', stroke(9, false, true)),
            ('"', stroke(10, true, false)),
            ('²', stroke(10, false, true)),
            ('°', stroke(13, true, false)),
            ('^', None),
            ('é', None),
        ];
        let wrong: Vec<_> = cases.iter().filter(|(c, want)| map.stroke(*c) != *want).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn only_free_codes_are_spare() {
        assert_eq!(german().spare, [14]);
    }

    #[test]
    fn without_the_modifier_a_level_cannot_be_reached() {
        let map = Keymap::of(8, 6, &[0x71, 0x51, 0x71, 0x51, 0x40, 0], &[]);
        assert_eq!((map.stroke('Q'), map.stroke('@')), (None, None));
        assert!(map.stroke('q').is_some());
    }

    #[test]
    fn a_strange_table_is_no_panic() {
        Keymap::of(250, 0, &[1; 40], &[]);
        Keymap::of(8, 7, &[1, 2, 3], &[]);
    }
}
