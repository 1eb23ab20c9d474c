//! An answer that is read while it is written.

use crate::plan::{Action, Plan};

use super::{Canvas, Dialect, ParseError};

/// Reads an answer piece by piece and gives its first action as soon as it is complete.
///
/// Where a family says that the last of several `Action:` counts, the whole answer can mean something else than its
/// beginning; whoever acts on the first action stops the answer there.
#[derive(Debug, Clone)]
pub struct PlanStream {
    dialect: Dialect,
    canvas: Canvas,
    answer: String,
    is_found: bool,
}

impl PlanStream {
    pub(crate) fn new(dialect: Dialect, canvas: Canvas) -> Self {
        Self { dialect, canvas, answer: String::new(), is_found: false }
    }

    /// Takes the next piece; gives the first action, once.
    pub fn push(&mut self, piece: &str) -> Option<Action> {
        self.answer.push_str(piece);
        // An action is complete at one of these, and looking after every token would cost more.
        if self.is_found || !piece.contains([')', '}', ']', '>', '\n']) {
            return None;
        }
        let first = self.dialect.first(&self.answer, &self.canvas);
        self.is_found = first.is_some();
        first
    }

    /// What was written so far.
    pub fn answer(&self) -> &str {
        &self.answer
    }

    /// The plan of the answer as far as it was written.
    ///
    /// # Errors
    /// [`ParseError`] naming what cannot be read, and where.
    pub fn finish(self) -> Result<Plan, ParseError> {
        self.dialect.parse(&self.answer, &self.canvas)
    }
}
