//! Where in a task file something is: a path of keys to a line and a column.

use std::fmt;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// One step down into a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// A table's key.
    Name(String),
    /// An array's element, from 0.
    Index(usize),
}

impl From<&str> for Key {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

impl From<usize> for Key {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// A path from the document's root.
pub type KeyPath = Vec<Key>;

/// A path as a person would write it: `check[2].region`.
pub struct Shown<'a>(pub &'a [Key]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, key) in self.0.iter().enumerate() {
            match key {
                Key::Name(name) if at == 0 => write!(f, "{name}")?,
                Key::Name(name) => write!(f, ".{name}")?,
                Key::Index(index) => write!(f, "[{}]", index + 1)?,
            }
        }
        Ok(())
    }
}

/// The bytes of the value at the path, or of the nearest enclosing value that is there.
pub fn span(text: &str, path: &[Key]) -> Option<Range<usize>> {
    let document = DeTable::parse(text).ok()?;
    let mut best = None;
    let mut table = Some(document.get_ref());
    let mut array = None;
    for key in path {
        let value = match key {
            Key::Name(name) => table.and_then(|t| t.get(name.as_str())),
            Key::Index(index) => array.and_then(|a: &toml::de::DeArray<'_>| a.get(*index)),
        };
        let Some(value) = value else { break };
        best = Some(value.span());
        table = match value.get_ref() {
            DeValue::Table(inner) => Some(inner),
            _ => None,
        };
        array = match value.get_ref() {
            DeValue::Array(inner) => Some(inner),
            _ => None,
        };
    }
    best
}

/// Line and column, both from 1, of a byte of the text.
pub fn position(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte.min(text.len())).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "goal = 'é'\n[[check]]\nfile = 'a'\n[[check]]\nall = [{ text = 'x' }]\n";

    #[test]
    fn values_are_found() {
        let cases: [(Vec<Key>, &str); 4] = [
            (vec!["goal".into()], "'é'"),
            (vec!["check".into(), 0.into(), "file".into()], "'a'"),
            (vec!["check".into(), 1.into(), "all".into(), 0.into(), "text".into()], "'x'"),
            (vec!["check".into(), 0.into(), "file".into(), "nothing".into()], "'a'"),
        ];
        for (path, expected) in cases {
            assert_eq!(span(TEXT, &path).map(|s| &TEXT[s]), Some(expected), "{}", Shown(&path));
        }
        assert_eq!(span(TEXT, &["nothing".into()]), None);
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(position(TEXT, 0), (1, 1));
        assert_eq!(position("éa\nb", 2), (1, 2));
        assert_eq!(position("éa\nb", 4), (2, 1));
        assert_eq!(position("ab", 99), (1, 3));
    }

    #[test]
    fn paths_are_shown_as_people_count() {
        assert_eq!(Shown(&["check".into(), 1.into(), "region".into()]).to_string(), "check[2].region");
    }
}
