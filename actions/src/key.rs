//! Keys and chords by their normalised names: lower case, free of any keyboard layout and of X11's own words.

mod chord;
mod names;

pub use chord::Chord;

use std::fmt;
use std::str::FromStr;

use crate::nearest::{did_you_mean, nearest};

/// One key, or one character that a key types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// A key with a name.
    Named(Named),
    /// F1 to F24.
    Function(u8),
    /// The key that types this character, whatever the layout.
    Char(char),
}

/// The keys that have a name of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are the keys'")]
pub enum Named {
    Ctrl,
    Alt,
    Shift,
    Super,
    Enter,
    Tab,
    Escape,
    Backspace,
    Delete,
    Insert,
    Home,
    End,
    PageUp,
    PageDown,
    Up,
    Down,
    Left,
    Right,
    Space,
    CapsLock,
    NumLock,
    ScrollLock,
    PrintScreen,
    Pause,
    Menu,
}

impl Named {
    /// All of them.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "only X11 asks for them"))]
    pub(crate) const ALL: [Self; 25] = [
        Self::Ctrl,
        Self::Alt,
        Self::Shift,
        Self::Super,
        Self::Enter,
        Self::Tab,
        Self::Escape,
        Self::Backspace,
        Self::Delete,
        Self::Insert,
        Self::Home,
        Self::End,
        Self::PageUp,
        Self::PageDown,
        Self::Up,
        Self::Down,
        Self::Left,
        Self::Right,
        Self::Space,
        Self::CapsLock,
        Self::NumLock,
        Self::ScrollLock,
        Self::PrintScreen,
        Self::Pause,
        Self::Menu,
    ];
}

/// A key name that means nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No key is called this.
    #[error(
        "there is no key called \"{name}\"{}\n\
         hint: keys are single characters, f1 to f24, or names such as ctrl, enter, page_down",
        did_you_mean(nearest.as_deref())
    )]
    Unknown {
        /// What was written.
        name: String,
        /// The known name that is most like it.
        nearest: Option<String>,
    },
    /// A chord of no keys.
    #[error("a chord needs at least one key\nhint: write it as in \"ctrl+s\"")]
    Empty,
}

impl Key {
    /// Whether the key changes what other keys do while it is down.
    pub fn is_modifier(self) -> bool {
        matches!(self, Self::Named(Named::Ctrl | Named::Alt | Named::Shift | Named::Super))
    }

    /// Whether the key makes a command of a letter, so that the letter's case no longer counts.
    fn commands(self) -> bool {
        matches!(self, Self::Named(Named::Ctrl | Named::Alt | Named::Super))
    }

    /// The same key with a capital letter made small: `ctrl+S` is the chord of the key `s`.
    fn small(self) -> Self {
        match self {
            Self::Char(c) => {
                let mut lower = c.to_lowercase();
                match (lower.next(), lower.next()) {
                    (Some(one), None) => Self::Char(one),
                    _ => self,
                }
            }
            other => other,
        }
    }
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(name: &str) -> Result<Self, KeyError> {
        let mut characters = name.chars();
        if let (Some(c), None) = (characters.next(), characters.next()) {
            return Ok(names::character(c));
        }
        let plain = names::plain(name);
        names::look_up(&plain).ok_or_else(|| KeyError::Unknown {
            nearest: nearest(&plain, names::all()).map(str::to_owned),
            name: name.to_owned(),
        })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(named) => f.write_str(names::of(*named)),
            Self::Function(number) => write!(f, "f{number}"),
            Self::Char(c) => write!(f, "{c}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_and_aliases_normalise() {
        let cases = [
            ("ctrl", "ctrl"),
            ("Control", "ctrl"),
            ("Control_L", "ctrl"),
            ("ctrlright", "ctrl"),
            ("cmd", "super"),
            ("command", "super"),
            ("win", "super"),
            ("Meta", "super"),
            ("Super_R", "super"),
            ("option", "alt"),
            ("Return", "enter"),
            ("KP_Enter", "enter"),
            ("esc", "escape"),
            ("del", "delete"),
            ("pgup", "page_up"),
            ("Page_Up", "page_up"),
            ("page-down", "page_down"),
            ("PageDown", "page_down"),
            ("Prior", "page_up"),
            ("arrowup", "up"),
            ("ArrowLeft", "left"),
            ("down_arrow", "down"),
            ("spacebar", "space"),
            (" ", "space"),
            ("\n", "enter"),
            ("\t", "tab"),
            ("F5", "f5"),
            ("f24", "f24"),
            ("a", "a"),
            ("A", "A"),
            ("é", "é"),
            ("中", "中"),
            ("+", "+"),
            ("-", "-"),
            ("plus", "+"),
            ("minus", "-"),
            ("KP_7", "7"),
            ("KP_Add", "+"),
            ("num5", "5"),
            ("bracketleft", "["),
            ("capslock", "caps_lock"),
            ("Print", "print_screen"),
        ];
        let wrong: Vec<String> = cases
            .iter()
            .map(|(written, want)| (written, *want, written.parse::<Key>().map(|k| k.to_string())))
            .filter(|(_, want, got)| got.as_deref() != Ok(*want))
            .map(|(written, want, got)| format!("{written:?}: expected {want:?}, got {got:?}"))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn unknown_names_say_what_is_near() {
        let cases =
            [("entr", Some("enter")), ("crtl", Some("ctrl")), ("f25", None), ("f0", None), ("", None), ("hello", None)];
        let near = |name: &str| match name.parse::<Key>() {
            Err(KeyError::Unknown { nearest, .. }) => nearest,
            other => Some(format!("{other:?}")),
        };
        let wrong: Vec<_> = cases
            .iter()
            .filter(|(name, want)| {
                want.is_some_and(|w| near(name).as_deref() != Some(w)) || name.parse::<Key>().is_ok()
            })
            .map(|(name, _)| (name, near(name)))
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn every_normalised_name_is_its_own() {
        let wrong: Vec<_> =
            names::normalised().filter(|n| n.parse::<Key>().map(|k| k.to_string()) != Ok((*n).to_owned())).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    proptest! {
        #[test]
        fn nothing_written_makes_it_panic(name in ".{0,12}") {
            if let Ok(key) = name.parse::<Key>() {
                prop_assert_eq!(key.to_string().parse::<Key>(), Ok(key));
            }
        }
    }
}
