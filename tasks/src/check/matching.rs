//! How a text must be.

use std::fmt;

use regex::Regex;

/// What a text must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// Exactly this, apart from a last newline.
    Equals(String),
    /// This is a part of it.
    Contains(String),
    /// This regular expression matches somewhere in it.
    Matches(String),
}

impl Match {
    /// A match by a regular expression.
    ///
    /// # Errors
    /// What is wrong with the expression, in a line.
    pub fn regex(pattern: &str) -> Result<Self, String> {
        match Regex::new(pattern) {
            Ok(_) => Ok(Self::Matches(pattern.to_owned())),
            Err(e) => Err(e.to_string().lines().last().unwrap_or("not a regular expression").trim().to_owned()),
        }
    }

    /// Whether the text is so.
    pub fn holds(&self, text: &str) -> bool {
        match self {
            Self::Equals(wanted) => ended(text) == ended(wanted),
            Self::Contains(part) => text.contains(part),
            // Known to be valid since it was made by `regex`.
            Self::Matches(pattern) => Regex::new(pattern).is_ok_and(|r| r.is_match(text)),
        }
    }
}

/// Without the newline that editors put at a file's end.
fn ended(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

impl fmt::Display for Match {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Equals(text) => write!(f, "equals {text:?}"),
            Self::Contains(text) => write!(f, "contains {text:?}"),
            Self::Matches(pattern) => write!(f, "matches /{pattern}/"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_match() {
        let equals = |t: &str| Match::Equals(t.into());
        let cases = [
            (equals("hello"), "hello\n", true),
            (equals("hello\n"), "hello", true),
            (equals("hello"), "hello\n\n", false),
            (equals("hello"), "Hello", false),
            (Match::Contains("ell".into()), "hello", true),
            (Match::Contains("ELL".into()), "hello", false),
            (Match::regex(r"^h\w{4}$").unwrap(), "hello", true),
            (Match::regex("x").unwrap(), "hello", false),
        ];
        let wrong: Vec<_> = cases.iter().filter(|(m, text, want)| m.holds(text) != *want).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn a_bad_expression_says_why() {
        assert!(Match::regex("(").unwrap_err().contains("unclosed group"));
    }
}
