//! Our keys in enigo's words.

use enigo::Key as Theirs;

use crate::error::ActError;
use crate::key::{Key, Named};

/// Enigo's name of a key; not every keyboard has all.
pub(super) fn key_of(key: Key) -> Result<Theirs, ActError> {
    let theirs = match key {
        Key::Char(c) => Some(Theirs::Unicode(c)),
        Key::Function(number) => function(number),
        Key::Named(named) => common(named).or_else(|| special(named)),
    };
    theirs.ok_or_else(|| ActError::NoSuchKey { key: key.to_string() })
}

fn common(named: Named) -> Option<Theirs> {
    Some(match named {
        Named::Ctrl => Theirs::Control,
        Named::Alt => Theirs::Alt,
        Named::Shift => Theirs::Shift,
        Named::Super => Theirs::Meta,
        Named::Enter => Theirs::Return,
        Named::Tab => Theirs::Tab,
        Named::Escape => Theirs::Escape,
        Named::Backspace => Theirs::Backspace,
        Named::Delete => Theirs::Delete,
        Named::Home => Theirs::Home,
        Named::End => Theirs::End,
        Named::PageUp => Theirs::PageUp,
        Named::PageDown => Theirs::PageDown,
        Named::Up => Theirs::UpArrow,
        Named::Down => Theirs::DownArrow,
        Named::Left => Theirs::LeftArrow,
        Named::Right => Theirs::RightArrow,
        Named::Space => Theirs::Space,
        Named::CapsLock => Theirs::CapsLock,
        _ => return None,
    })
}

#[cfg(not(target_os = "macos"))]
fn special(named: Named) -> Option<Theirs> {
    match named {
        Named::Insert => Some(Theirs::Insert),
        Named::NumLock => Some(Theirs::Numlock),
        Named::PrintScreen => Some(Theirs::PrintScr),
        Named::Pause => Some(Theirs::Pause),
        #[cfg(target_os = "windows")]
        Named::Menu => Some(Theirs::Apps),
        _ => None,
    }
}

#[cfg(target_os = "macos")]
fn special(_: Named) -> Option<Theirs> {
    None
}

fn function(number: u8) -> Option<Theirs> {
    const KEYS: [Theirs; 20] = [
        Theirs::F1,
        Theirs::F2,
        Theirs::F3,
        Theirs::F4,
        Theirs::F5,
        Theirs::F6,
        Theirs::F7,
        Theirs::F8,
        Theirs::F9,
        Theirs::F10,
        Theirs::F11,
        Theirs::F12,
        Theirs::F13,
        Theirs::F14,
        Theirs::F15,
        Theirs::F16,
        Theirs::F17,
        Theirs::F18,
        Theirs::F19,
        Theirs::F20,
    ];
    KEYS.get(usize::from(number).checked_sub(1)?).copied()
}
