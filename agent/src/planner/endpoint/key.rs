//! The API key: taken from the environment, sent to its server, seen nowhere else.

use std::fmt;

use reqwest::header::HeaderValue;

/// The variable that holds the key of any server.
pub const VARIABLE: &str = "SIGHTSTEP_API_KEY";

/// What stands in the place of a key.
pub const HIDDEN: &str = "{api key}";

/// Keys shorter than this are no secrets: servers that ask for none are given "none" or "EMPTY", and taking such
/// words out of every text would only garble it.
const SHORTEST_SECRET: usize = 8;

/// An API key. It has no `Display`, and its `Debug` says where it came from, not what it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    value: String,
    variable: &'static str,
}

/// A key that cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable} holds a character that no key has\nhint: set it again; was more copied than the key?")]
pub struct KeyError {
    variable: &'static str,
}

impl Key {
    /// The key that the first of these variables holds which is set; nothing where none is.
    ///
    /// # Errors
    /// [`KeyError`] when it holds what cannot be part of a key.
    pub fn from_environment(
        variables: &[&'static str],
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, KeyError> {
        for variable in variables {
            let value = environment(variable).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
            if let Some(value) = value {
                let sendable = value.bytes().all(|b| b.is_ascii_graphic());
                return if sendable { Ok(Some(Self { value, variable })) } else { Err(KeyError { variable }) };
            }
        }
        Ok(None)
    }

    /// The variable that it was taken from.
    pub fn variable(&self) -> &'static str {
        self.variable
    }

    /// The key behind `prefix` as a header's value that no debug output shows.
    pub fn header(&self, prefix: &str) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(&format!("{prefix}{}", self.value)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// The text with the key taken out.
    pub fn redact(&self, text: &str) -> String {
        if self.is_secret() { text.replace(&self.value, HIDDEN) } else { text.to_owned() }
    }

    /// The value, for whoever takes it out of other texts; nothing where it is no secret.
    pub fn secret(&self) -> Option<&str> {
        self.is_secret().then_some(self.value.as_str())
    }

    fn is_secret(&self) -> bool {
        self.value.len() >= SHORTEST_SECRET
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key(from {})", self.variable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(value: &str) -> Result<Option<Key>, KeyError> {
        Key::from_environment(&["FIRST", "SECOND"], &|name| (name == "SECOND").then(|| value.to_owned()))
    }

    #[test]
    fn a_key_is_never_shown() {
        let key = key(" sk-abcdef123\n").unwrap().unwrap();
        assert_eq!(format!("{key:?}"), "Key(from SECOND)");
        assert_eq!(key.redact("bad key sk-abcdef123!"), "bad key {api key}!");
        let header = key.header("Bearer ").unwrap();
        assert_eq!(header.as_bytes(), b"Bearer sk-abcdef123");
        assert_eq!(format!("{header:?}"), "Sensitive");
    }

    #[test]
    fn what_is_no_key_is_refused_and_not_repeated() {
        let error = key("sk-abc def").unwrap_err();
        assert!(error.to_string().starts_with("SECOND holds a character") && !error.to_string().contains("abc"));
        assert_eq!(key("  "), Ok(None));
        let placeholder = key("none").unwrap().unwrap();
        assert_eq!((placeholder.redact("none"), placeholder.secret()), ("none".to_owned(), None));
    }
}
