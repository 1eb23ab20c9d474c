//! Values that must never be seen, and taking them out of text.

use std::fmt;

/// The secret values of a run with the names that stand for them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secrets {
    /// Longest first, so that a secret inside another does not break it.
    values: Vec<(String, String)>,
}

impl Secrets {
    /// Secrets of these names and values; empty values are not secret.
    pub fn new(named: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut values: Vec<(String, String)> = named.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        values.sort_by_key(|(_, value)| std::cmp::Reverse(value.len()));
        Self { values }
    }

    /// The text with each secret replaced by its `{name}`, also where it is escaped as inside a JSON string.
    pub fn redact(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, value) in &self.values {
            for form in forms(value) {
                text = text.replace(&form, &format!("{{{name}}}"));
            }
        }
        text
    }

    /// The text with each secret's `{name}` replaced by the secret: the way back, for what a model says of one that it
    /// was never told.
    pub fn fill(&self, text: &str) -> String {
        self.values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    /// What the secrets are called.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(|(name, _)| name.as_str())
    }

    /// These and one more.
    #[must_use]
    pub fn with(self, name: &str, value: &str) -> Self {
        Self::new(self.values.into_iter().chain([(name.to_owned(), value.to_owned())]))
    }

    /// The names of the secrets that the text holds.
    pub fn names_in(&self, text: &str) -> impl Iterator<Item = &str> {
        self.values.iter().filter(move |(_, value)| text.contains(value)).map(|(name, _)| name.as_str())
    }

    /// Whether the text holds a secret.
    pub fn is_in(&self, text: &str) -> bool {
        self.values.iter().any(|(_, value)| text.contains(value))
    }
}

/// Never shows a value.
impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.values.iter().map(|(name, _)| name)).finish()
    }
}

/// A value as it is, and as it stands in a JSON string once or twice (a planner's raw answer may itself be JSON).
fn forms(value: &str) -> Vec<String> {
    let once = escaped(value);
    let twice = escaped(&once);
    let mut all = vec![twice, once, value.to_owned()];
    all.dedup();
    all
}

fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn secrets(values: &[(&str, &str)]) -> Secrets {
        Secrets::new(values.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn every_form_is_replaced() {
        let known = secrets(&[("pin", "12"), ("password", "a\"12\\b")]);
        let cases = [
            ("typed a\"12\\b here", "typed {password} here"),
            (r#"{"text":"a\"12\\b"}"#, r#"{"text":"{password}"}"#),
            (r#"{"raw":"{\"text\":\"a\\\"12\\\\b\"}"}"#, r#"{"raw":"{\"text\":\"{password}\"}"}"#),
            ("pin 12", "pin {pin}"),
            ("nothing", "nothing"),
        ];
        let wrong: Vec<_> =
            cases.iter().filter(|(t, e)| known.redact(t) != *e).map(|(t, _)| (t, known.redact(t))).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        assert!(known.is_in("x12y") && !known.is_in("1 2"));
        assert_eq!(format!("{known:?}"), r#"["password", "pin"]"#);
    }

    #[test]
    fn names_become_values_again() {
        let known = secrets(&[("pin", "12"), ("password", "a\"12\\b")]).with("key", "k");
        assert_eq!(known.fill("{password} {pin} {key} {other}"), "a\"12\\b 12 k {other}");
        assert_eq!(known.redact("k"), "{key}");
    }

    proptest! {
        #[test]
        fn no_secret_stays_and_json_stays_json(value in "[^{}]{4,12}", around in "[a-z \"]{0,8}") {
            let known = secrets(&[("p", &value)]);
            let json = serde_json::json!({ "text": format!("{around}{value}{around}") }).to_string();
            let redacted: serde_json::Value = serde_json::from_str(&known.redact(&json)).unwrap();
            prop_assert!(!redacted["text"].as_str().unwrap().contains(&value) || around.contains(&value));
        }
    }
}
