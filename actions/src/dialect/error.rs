//! What an answer says that cannot be read, and where.

use std::fmt;

use crate::key::KeyError;
use crate::nearest::{did_you_mean, nearest};
use crate::resize::ResizeError;
use crate::space::SpaceError;

/// An answer that is no plan.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}", self.said())]
pub struct ParseError {
    /// What is wrong.
    pub problem: Problem,
    /// Where; absent where it is the answer as a whole.
    pub place: Option<Place>,
}

/// A place in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    /// What stands there, shortened.
    pub text: String,
}

/// What is wrong with an answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// There is no action in it.
    #[error("the answer has no action\nhint: {hint}")]
    NoAction {
        /// What an action looks like in this dialect.
        hint: &'static str,
    },
    /// Something else stands where a part of an action should stand.
    #[error("{expected} should stand here")]
    Expected {
        /// What should stand there.
        expected: &'static str,
    },
    /// An action that does not exist.
    #[error("there is no action called \"{name}\"{}", did_you_mean(nearest.as_deref()))]
    UnknownAction {
        /// What was written.
        name: String,
        /// The known name that is most like it.
        nearest: Option<String>,
    },
    /// An action without something that it needs.
    #[error("{action} needs {needs}")]
    Missing {
        /// The action, as it was written.
        action: String,
        /// What it needs.
        needs: &'static str,
    },
    /// An argument that cannot be what it should be.
    #[error("{written} is not {wanted}")]
    BadValue {
        /// What was written, shortened.
        written: String,
        /// What it should be.
        wanted: &'static str,
    },
    /// Something that would have to be run to have a value.
    #[error("{found} is not evaluated\nhint: arguments are plain texts, numbers and lists of them")]
    NotEvaluated {
        /// What it is: a call, an expression, …
        found: &'static str,
    },
    /// A point that is not on the screen.
    #[error(transparent)]
    Space(#[from] SpaceError),
    /// A key that does not exist.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Broken JSON.
    #[error("the JSON is broken: {0}")]
    Json(String),
    /// A screenshot that cannot be sent to the model.
    #[error(transparent)]
    Resize(#[from] ResizeError),
}

/// A plan that a dialect has no words for.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SerialiseError {
    /// The dialect has no such action.
    #[error("{dialect} has no words for the action {action}\nhint: use the profile of another model")]
    NoWords {
        /// The dialect.
        dialect: &'static str,
        /// The action's name.
        action: &'static str,
    },
    /// A point that is not on the screen.
    #[error(transparent)]
    Space(#[from] SpaceError),
    /// A screenshot that cannot be sent to the model.
    #[error(transparent)]
    Resize(#[from] ResizeError),
}

/// A problem near a part of the answer's text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fault<'a> {
    pub problem: Problem,
    pub near: &'a str,
}

impl<'a> Fault<'a> {
    pub fn new(problem: impl Into<Problem>, near: &'a str) -> Self {
        Self { problem: problem.into(), near }
    }

    pub fn expected(expected: &'static str, near: &'a str) -> Self {
        Self::new(Problem::Expected { expected }, near)
    }

    pub fn missing(action: &str, needs: &'static str, near: &'a str) -> Self {
        Self::new(Problem::Missing { action: short(action), needs }, near)
    }

    /// An action that is none of the known ones.
    pub fn unknown(name: &str, known: impl IntoIterator<Item = &'static str>, near: &'a str) -> Self {
        let nearest = nearest(name, known).map(str::to_owned);
        Self::new(Problem::UnknownAction { name: short(name), nearest }, near)
    }

    pub fn bad(written: &str, wanted: &'static str, near: &'a str) -> Self {
        Self::new(Problem::BadValue { written: format!("\"{}\"", short(written)), wanted }, near)
    }

    /// The error with the place that `near` has in the whole answer.
    pub fn within(self, answer: &str) -> ParseError {
        let offset = (self.near.as_ptr() as usize).checked_sub(answer.as_ptr() as usize);
        let place = offset.filter(|at| *at < answer.len()).and_then(|at| Place::at(answer, at));
        ParseError { problem: self.problem, place }
    }
}

impl Place {
    fn at(answer: &str, offset: usize) -> Option<Self> {
        let (before, after) = answer.split_at_checked(offset)?;
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Some(Self { line, column, text: short(after.lines().next().unwrap_or_default()) })
    }
}

impl ParseError {
    fn said(&self) -> String {
        let problem = self.problem.to_string();
        let Some(place) = &self.place else { return problem };
        let (what, hint) = problem.split_once('\n').map_or((problem.as_str(), ""), |(what, hint)| (what, hint));
        let line_break = if hint.is_empty() { "" } else { "\n" };
        format!("{what} ({place}){line_break}{hint}")
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: `{}`", self.line, self.column, self.text)
    }
}

/// The start of a text, for a message.
pub(crate) fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_named() {
        let answer = "Thought: é\nAction: clik(point='1')";
        let near = &answer[answer.find("clik").unwrap()..];
        let problem = Problem::UnknownAction { name: "clik".into(), nearest: Some("click".into()) };
        let said = Fault::new(problem, near).within(answer).to_string();
        assert_eq!(
            said,
            "there is no action called \"clik\" (did you mean \"click\"?) (line 2, column 9: `clik(point='1')`)"
        );
    }

    #[test]
    fn a_hint_stays_last_and_foreign_text_has_no_place() {
        let fault = Fault::new(Problem::NotEvaluated { found: "a call" }, "elsewhere");
        assert_eq!(fault.clone().within("answer").place, None);
        let answer = "x()";
        let said = Fault { near: answer, ..fault }.within(answer).to_string();
        assert!(said.starts_with("a call is not evaluated (line 1, column 1: `x()`)\nhint: "), "{said}");
    }
}
