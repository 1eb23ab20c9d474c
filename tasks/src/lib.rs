//! What is wanted and what happened: task files, their checks, and recordings.

pub mod check;
pub mod confusables;
pub mod recording;
pub mod task;
