//! X's numbers for keys and characters.

use xkeysym::Keysym;

use crate::key::{Key, Named};

/// Left Shift: makes a key give its second level.
pub(super) const SHIFT: u32 = 0xffe1;
/// AltGr: makes a key give its third level.
pub(super) const LEVEL3: u32 = 0xfe03;

/// The keysym of a character: Latin-1 characters are their own number, others have a bit set.
pub(super) fn of_char(c: char) -> u32 {
    match u32::from(c) {
        latin @ (0x20..=0x7e | 0xa0..=0xff) => latin,
        other => 0x0100_0000 | other,
    }
}

/// The character that a keysym types, also for the old keysyms of Cyrillic, Greek and other layouts.
///
/// None for dead keys and for everything on a keyboard that is not a character key (the number pad too: what its keys
/// type depends on Num Lock).
pub(super) fn to_char(keysym: u32) -> Option<char> {
    match keysym {
        0 | 0xfe00..=0xffff => None,
        0x0100_0000..=0x0110_ffff => char::from_u32(keysym & 0x00ff_ffff),
        other => Keysym::new(other).key_char(),
    }
}

/// The key of a keysym; both keys of a kind, and the number pad's without Num Lock, are the same one.
pub(super) fn to_key(keysym: u32) -> Option<Key> {
    let named = |keysym: u32| Named::ALL.into_iter().find(|named| of_named(*named) == keysym).map(Key::Named);
    match keysym {
        0xffbe..=0xffd5 => u8::try_from(keysym - 0xffbd).ok().map(Key::Function),
        // Right-hand modifiers lie one behind the left-hand ones.
        0xffe2 | 0xffe4 | 0xffea | 0xffec => named(keysym - 1),
        0xfe20 => named(0xff09),
        0xff8d => named(0xff0d),
        0xff95..=0xff9b => named(keysym - 0x45),
        0xff9c => named(0xff57),
        0xff9e => named(0xff63),
        0xff9f => named(0xffff),
        _ => named(keysym).or_else(|| to_char(keysym).map(Key::Char)),
    }
}

/// The keysym of a key.
pub(super) fn of_key(key: Key) -> u32 {
    match key {
        Key::Char(c) => of_char(c),
        Key::Function(number) => 0xffbd + u32::from(number),
        Key::Named(named) => of_named(named),
    }
}

fn of_named(named: Named) -> u32 {
    match named {
        Named::Ctrl => 0xffe3,
        Named::Alt => 0xffe9,
        Named::Shift => SHIFT,
        Named::Super => 0xffeb,
        Named::Enter => 0xff0d,
        Named::Tab => 0xff09,
        Named::Escape => 0xff1b,
        Named::Backspace => 0xff08,
        Named::Delete => 0xffff,
        Named::Insert => 0xff63,
        Named::Home => 0xff50,
        Named::End => 0xff57,
        Named::PageUp => 0xff55,
        Named::PageDown => 0xff56,
        Named::Up => 0xff52,
        Named::Down => 0xff54,
        Named::Left => 0xff51,
        Named::Right => 0xff53,
        Named::Space => 0x20,
        Named::CapsLock => 0xffe5,
        Named::NumLock => 0xff7f,
        Named::ScrollLock => 0xff14,
        Named::PrintScreen => 0xff61,
        Named::Pause => 0xff13,
        Named::Menu => 0xff67,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn old_and_special_keysyms() {
        let cases = [
            (0x61, Some('a')),
            (0xe9, Some('é')),
            (0x20ac, Some('€')),
            (0x06c6, Some('ф')),
            (0x07e1, Some('α')),
            (0x01b1, Some('ą')),
            (0x0100_4e2d, Some('中')),
            (0xfe52, None),
            (0xffb5, None),
            (0xff0d, None),
            (0, None),
        ];
        let wrong: Vec<_> =
            cases.iter().filter(|(sym, want)| to_char(*sym) != *want).map(|(s, w)| (s, w, to_char(*s))).collect();
        assert!(wrong.is_empty(), "{wrong:x?}");
    }

    #[test]
    fn keys_come_back() {
        let functions = (1..=24).map(Key::Function);
        let all = Named::ALL.into_iter().map(Key::Named).chain(functions).chain(['a', 'é', '中', '%'].map(Key::Char));
        let wrong: Vec<_> = all.filter(|key| to_key(of_key(*key)) != Some(*key)).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        let pad = [(0xff8d, Named::Enter), (0xff97, Named::Up), (0xff9f, Named::Delete), (0xffe4, Named::Ctrl)];
        assert!(pad.iter().all(|(symbol, named)| to_key(*symbol) == Some(Key::Named(*named))));
    }

    proptest! {
        #[test]
        fn a_character_comes_back(c in any::<char>().prop_filter("a control character", |c| !c.is_control())) {
            prop_assert_eq!(to_char(of_char(c)), Some(c));
        }
    }
}
