//! What a run leaves behind: recordings, pictures, reports, films, and what a person demonstrated.

mod keeping;
mod movie;
mod pictures;
mod record;
mod recordings;
mod report;
#[path = "../support/mod.rs"]
mod support;
mod watch;
