//! Chords: several keys down at once, as people and models write them.

use std::fmt;
use std::str::FromStr;

use super::{Key, KeyError, names};

/// Keys that go down in order and up in reverse; modifiers first, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chord(Vec<Key>);

impl Chord {
    /// A chord of these key names, as a plan holds them.
    ///
    /// # Errors
    /// [`KeyError`] when there is none or one has no meaning.
    pub fn of(names: &[String]) -> Result<Self, KeyError> {
        Self::new(names.iter().map(|name| name.parse()).collect::<Result<_, _>>()?)
    }

    fn new(mut keys: Vec<Key>) -> Result<Self, KeyError> {
        if keys.is_empty() {
            return Err(KeyError::Empty);
        }
        if keys.len() > 1 && keys.iter().any(|key| key.commands()) {
            keys.iter_mut().for_each(|key| *key = key.small());
        }
        keys.sort_by_key(|key| !key.is_modifier());
        let mut once = Vec::with_capacity(keys.len());
        for key in keys {
            if !once.contains(&key) {
                once.push(key);
            }
        }
        Ok(Self(once))
    }

    /// The keys in the order in which they go down.
    pub fn keys(&self) -> &[Key] {
        &self.0
    }

    /// Their normalised names, as a plan holds them.
    pub fn names(&self) -> Vec<String> {
        self.0.iter().map(Key::to_string).collect()
    }

    /// Whether both are the same keys, in whatever order.
    pub fn same_keys(&self, keys: &[Key]) -> bool {
        let within = |these: &[Key], those: &[Key]| these.iter().all(|a| those.iter().any(|b| a.small() == b.small()));
        within(&self.0, keys) && within(keys, &self.0)
    }
}

impl FromStr for Chord {
    type Err = KeyError;

    /// Reads `ctrl+s`, `Ctrl-Shift-T`, `alt f4`, `page up`, `ctrl++`.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        if text.chars().count() == 1 {
            return Self::new(vec![text.parse()?]);
        }
        Self::new(parse_all(&split(text))?)
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().join("+"))
    }
}

/// The names between `+`, `-` and blanks. A separator where a name should stand is the key of that character.
fn split(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut name = String::new();
    let mut expects_key = true;
    for c in text.trim().chars() {
        match c {
            '+' | '-' if name.is_empty() && expects_key => {
                names.push(c.to_string());
                expects_key = false;
            }
            '+' | '-' => {
                names.extend((!name.is_empty()).then(|| std::mem::take(&mut name)));
                expects_key = true;
            }
            c if c.is_whitespace() => {
                if !name.is_empty() {
                    names.push(std::mem::take(&mut name));
                    expects_key = false;
                }
            }
            c => name.push(c),
        }
    }
    // "ctrl -" ends in a separator with no key behind it: the separator was the key.
    if expects_key && name.is_empty() {
        names.extend(text.trim().chars().last().filter(|c| "+-".contains(*c)).map(String::from));
    }
    names.extend((!name.is_empty()).then_some(name));
    names
}

/// Parses the names, taking two neighbours as one where only together they mean a key ("page up", "caps lock").
fn parse_all(names: &[String]) -> Result<Vec<Key>, KeyError> {
    let mut keys = Vec::new();
    let mut rest = names;
    while let [first, after @ ..] = rest {
        let pair = after.first().and_then(|second| names::look_up(&names::plain(&format!("{first}_{second}"))));
        if let Some(key) = pair {
            keys.push(key);
            rest = &after[1..];
        } else {
            keys.push(first.parse()?);
            rest = after;
        }
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn chords_are_read_as_people_write_them() {
        let cases = [
            ("ctrl+s", "ctrl+s"),
            ("Ctrl-Shift-T", "ctrl+shift+t"),
            ("alt f4", "alt+f4"),
            ("CTRL + S", "ctrl+s"),
            ("s+ctrl", "ctrl+s"),
            ("shift+ctrl+s", "shift+ctrl+s"),
            ("ctrl+ctrl+c", "ctrl+c"),
            ("ctrl++", "ctrl++"),
            ("ctrl+-", "ctrl+-"),
            ("ctrl -", "ctrl+-"),
            ("ctrl--", "ctrl+-"),
            ("ctrl plus", "ctrl++"),
            ("+", "+"),
            ("-", "-"),
            (" ", "space"),
            ("A", "A"),
            ("shift+A", "shift+A"),
            ("page up", "page_up"),
            ("ctrl+page-down", "ctrl+page_down"),
            ("Page_Up", "page_up"),
            ("enter", "enter"),
            ("super", "super"),
            ("ctrl alt del", "ctrl+alt+delete"),
        ];
        let wrong: Vec<String> = cases
            .iter()
            .map(|(written, want)| (written, *want, written.parse::<Chord>().map(|c| c.to_string())))
            .filter(|(_, want, got)| got.as_deref() != Ok(*want))
            .map(|(written, want, got)| format!("{written:?}: expected {want:?}, got {got:?}"))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn what_is_no_chord_is_an_error() {
        for text in ["", "   ", "ctrl+foo", "press ctrl"] {
            assert!(text.parse::<Chord>().is_err(), "{text:?}");
        }
        assert_eq!(Chord::of(&[]), Err(KeyError::Empty));
    }

    #[test]
    fn order_and_case_do_not_make_another_chord() {
        let chord: Chord = "ctrl+shift+s".parse().unwrap();
        assert!(chord.same_keys("shift ctrl S".parse::<Chord>().unwrap().keys()));
        assert!(!chord.same_keys("ctrl+s".parse::<Chord>().unwrap().keys()));
    }

    proptest! {
        #[test]
        fn nothing_written_makes_it_panic(text in "[ +a-zA-Z0-9_\\-é中]{0,16}") {
            if let Ok(chord) = text.parse::<Chord>() {
                prop_assert_eq!(Chord::of(&chord.names()), Ok(chord));
            }
        }
    }
}
