//! What is wrong with a task file: where, what, and what to do.

use std::ops::Range;
use std::path::{Path, PathBuf};

use sightstep_actions::nearest::nearest;

use super::locate::{self, KeyPath, Shown};

/// Why a task cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TaskError {
    /// The file cannot be read.
    #[error("{path}: {reason}\nhint: give the path of a task file, or the name of a task in tasks/ or tasks/examples/")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The file is not text.
    #[error("{path} is not UTF-8 text\nhint: a task file is TOML")]
    NotText {
        /// The file.
        path: PathBuf,
    },
    /// Something in the file is wrong.
    #[error("{path}:{line}:{column}: {message}\n{excerpt}{hint}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// Characters, counted from 1.
        column: usize,
        /// What is wrong.
        message: String,
        /// The line with a mark below the place.
        excerpt: String,
        /// What to do.
        hint: String,
    },
    /// A goal that is not from a file is wrong.
    #[error("{message}\n{hint}")]
    Goal {
        /// What is wrong.
        message: String,
        /// What to do.
        hint: String,
    },
}

/// Something that validation does not accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field.
    pub path: KeyPath,
    /// What is wrong with it, without naming it.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl TaskError {
    pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        Self::Unreadable { path: path.to_owned(), reason: error.to_string() }
    }

    /// What the TOML parser or the shape of the raw task found.
    pub(super) fn syntax(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        let message = error.message().lines().next().unwrap_or_default().to_owned();
        let (message, hint) = explained(&message);
        Self::at(path, text, error.span().unwrap_or(0..0), message, hint)
    }

    pub(super) fn invalid(path: &Path, text: &str, problem: &Problem) -> Self {
        let message = format!("{}: {}", Shown(&problem.path), problem.message);
        if text.is_empty() {
            return Self::Goal { message, hint: format!("hint: {}", problem.hint) };
        }
        let span = locate::span(text, &problem.path).unwrap_or(0..0);
        Self::at(path, text, span, message, problem.hint.clone())
    }

    fn at(path: &Path, text: &str, span: Range<usize>, message: String, hint: String) -> Self {
        let (line, column) = locate::position(text, span.start);
        let excerpt = excerpt(text, line, column, text.get(span).unwrap_or_default());
        Self::Invalid { path: path.to_owned(), line, column, message, excerpt, hint: format!("hint: {hint}") }
    }
}

/// The line with marks below the part that is meant.
fn excerpt(text: &str, line: usize, column: usize, part: &str) -> String {
    let content = text.lines().nth(line - 1).unwrap_or_default();
    let left = content.chars().count().saturating_sub(column - 1).max(1);
    let marks = part.lines().next().unwrap_or_default().chars().count().clamp(1, left);
    let number = line.to_string();
    let margin = " ".repeat(number.len());
    format!("{number} | {content}\n{margin} | {}{}\n", " ".repeat(column - 1), "^".repeat(marks))
}

/// The parser's message in our words, with the nearest known key and a hint.
fn explained(message: &str) -> (String, String) {
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match names.split_first() {
        Some((unknown, known)) if message.starts_with("unknown field") => {
            let near = nearest(unknown, known.iter().copied());
            let hint = near.map_or_else(
                || format!("the keys here are {}", known.join(", ")),
                |near| format!("did you mean \"{near}\"?"),
            );
            (format!("there is no key \"{unknown}\" here"), hint)
        }
        Some((missing, _)) if message.starts_with("missing field") => {
            (format!("the key \"{missing}\" is missing"), format!("add {missing} = …"))
        }
        _ => (message.to_owned(), "`sightstep check --schema` prints what a task file may hold".to_owned()),
    }
}
