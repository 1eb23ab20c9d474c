//! Telling whoever watches what happens, from the recording's own events.

mod ended;
pub mod export;
pub mod github;
mod json;
pub mod junit;
pub mod movie;
pub mod page;
mod preview;
pub mod seen;
mod terminal;

pub use ended::{TaskEnded, word};
pub use json::JsonLines;
pub use preview::{NOWHERE, Preview, is_possible as can_preview};
pub use terminal::TerminalReport;

use sightstep_tasks::recording::Entry;
use sightstep_vision::frame::Frame;

/// Hears every event of a run, free of secrets.
pub trait Report: Send + Sync {
    /// An event happened.
    fn entry(&mut self, entry: &Entry);

    /// The screen was looked at; places where a secret was typed are painted over.
    fn picture(&mut self, _frame: &Frame) {}
}

/// Tells nobody.
pub struct Silent;

impl Report for Silent {
    fn entry(&mut self, _entry: &Entry) {}
}
