//! The meanings and the words that people use for them.

use std::fmt;
use std::sync::LazyLock;

/// Name and words of each class, in the order of the network's.
static ALL: LazyLock<Vec<(&'static str, Vec<&'static str>)>> =
    LazyLock::new(|| include_str!("../../icons/meanings.txt").lines().map(line).collect());

/// What an icon means, or that it is none.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Meaning(u16);

impl Meaning {
    /// That of a class.
    pub(super) fn of(class: usize) -> Self {
        Self(class.min(count().saturating_sub(1)) as u16)
    }

    /// The last class: letters, pictures, borders, and icons of no known meaning.
    pub(super) fn none() -> Self {
        Self::of(usize::MAX)
    }

    /// Every one, `none` last.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..count()).map(Self::of)
    }

    /// The meaning of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|meaning| meaning.name() == name)
    }

    /// Whether it is no icon, or one of no known meaning.
    pub fn is_none(self) -> bool {
        self == Self::none()
    }

    /// A short name that no other has, such as `more-vertical`.
    pub fn name(self) -> &'static str {
        ALL.get(usize::from(self.0)).map_or("none", |(name, _)| name)
    }

    /// The words that people use for it, the usual first; there are none for what is no icon.
    pub fn words(self) -> &'static [&'static str] {
        words(self)
    }

    /// Whether people call it so, in capitals or not.
    pub fn is_called(self, word: &str) -> bool {
        let word = word.trim().to_lowercase();
        self.words().iter().any(|own| own.to_lowercase() == word)
    }
}

impl fmt::Debug for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The words that people use for a meaning, the usual first.
pub fn words(meaning: Meaning) -> &'static [&'static str] {
    ALL.get(usize::from(meaning.0)).map_or(&[], |(_, words)| words)
}

/// How many there are.
pub(super) fn count() -> usize {
    ALL.len()
}

/// `name: word, word`.
fn line(text: &'static str) -> (&'static str, Vec<&'static str>) {
    let (name, words) = text.split_once(':').unwrap_or((text, ""));
    (name.trim(), words.split(',').map(str::trim).filter(|word| !word.is_empty()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_meaning_has_a_name_of_its_own_and_words() {
        let mut names: Vec<_> = Meaning::all().map(Meaning::name).collect();
        assert!(names.len() > 150 && names.last() == Some(&"none"));
        assert!(Meaning::all().all(|meaning| meaning.is_none() == meaning.words().is_empty()));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count());
    }

    #[test]
    fn words_are_found_in_any_case() {
        let settings = Meaning::all().find(|meaning| meaning.name() == "settings").unwrap();
        assert_eq!(settings.words()[0], "settings");
        assert!(settings.is_called("Gear ") && !settings.is_called("bin"));
    }
}
