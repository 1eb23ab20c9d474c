//! Texts of a recording with today's inputs in them: another name is typed, another file is clicked.

use std::collections::BTreeMap;

use sightstep_tasks::task::Secrets;

/// A value this short is only replaced where it is the whole text: "a" stands in too many words.
const SHORT: usize = 3;

/// What inputs were then and are now.
#[derive(Debug, Clone, Default)]
pub(super) struct Changes {
    /// Old and new values, the longest old one first.
    values: Vec<(String, String)>,
    secrets: Secrets,
}

impl Changes {
    /// The inputs whose values differ, and the secrets, which recordings hold by name.
    pub(super) fn new(then: &BTreeMap<String, String>, now: &BTreeMap<String, String>, secrets: Secrets) -> Self {
        let is_secret = |name: &str| secrets.names().any(|secret| secret == name);
        let differing = then.iter().filter_map(|(name, old)| {
            let new = now.get(name).filter(|new| *new != old && !is_secret(name))?;
            (!old.is_empty()).then(|| (old.clone(), new.clone()))
        });
        let mut values: Vec<(String, String)> = differing.collect();
        values.sort_by_key(|(old, _)| std::cmp::Reverse(old.len()));
        Self { values, secrets }
    }

    /// The text with today's values.
    pub(super) fn of(&self, text: &str) -> String {
        if let Some((_, new)) = self.values.iter().find(|(old, _)| old == text) {
            return new.clone();
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(next) = rest.chars().next() {
            let long = |old: &str| old.chars().count() >= SHORT;
            match self.values.iter().find(|(old, _)| long(old) && rest.starts_with(old.as_str())) {
                Some((old, new)) => {
                    out.push_str(new);
                    rest = &rest[old.len()..];
                }
                None => {
                    out.push(next);
                    rest = &rest[next.len_utf8()..];
                }
            }
        }
        self.secrets.fill(&out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(values: &[(&str, &str)]) -> BTreeMap<String, String> {
        values.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn changed_values_are_put_in_and_others_stay() {
        let then = map(&[("name", "Ada"), ("file", "Ada.txt"), ("one", "a"), ("same", "Bob"), ("pin", "{pin}")]);
        let now = map(&[("name", "Eve"), ("file", "x.txt"), ("one", "b"), ("same", "Bob"), ("pin", "4711")]);
        let changes = Changes::new(&then, &now, Secrets::new([("pin".to_owned(), "4711".to_owned())]));
        let cases = [
            ("Ada", "Eve"),
            ("Dear Ada,", "Dear Eve,"),
            ("Ada.txt", "x.txt"),
            ("save Ada.txt for Ada", "save x.txt for Eve"),
            ("a", "b"),
            ("banana", "banana"),
            ("Bob", "Bob"),
            ("{pin}\n", "4711\n"),
            ("Grüße 中", "Grüße 中"),
        ];
        let wrong: Vec<_> =
            cases.iter().map(|(text, want)| (changes.of(text), want)).filter(|(g, w)| g != *w).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
