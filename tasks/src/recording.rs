//! Recordings: what a run saw, planned, did and found, as a folder that outlives every way out.
//!
//! The format is described in `tasks/RECORDING.md`. [`Recorder`] writes it as the run goes, [`Recording`] reads it back.

mod error;
mod event;
mod reader;
mod seen;
mod writer;

#[cfg(test)]
mod tests;

pub use error::RecordingError;
pub use event::{Acted, CheckSeen, Entry, Event, Exchange, Outcome, ScreenSeen, WindowSeen};
pub use reader::{Damage, Recording};
pub use seen::{ElementSeen, GroupSeen, Healed, LineSeen, TargetSeen, TaskSeen, Terms, WordSeen};
pub use writer::Recorder;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The name in the first line of a recording.
pub const FORMAT: &str = "sightstep-recording";

/// The version that is written. It rises only when an older reader would misunderstand; added fields and events don't.
pub const VERSION: u32 = 1;

/// The file of events inside a recording's folder.
pub const EVENTS: &str = "recording.jsonl";

/// The folder of pictures inside a recording's folder.
pub const FRAMES: &str = "frames";

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
struct Header {
    format: String,
    version: u32,
}

/// Milliseconds, to the microsecond.
pub fn millis(time: std::time::Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

/// The JSON Schema of a recording's lines: the first, or an event.
pub fn schema() -> serde_json::Value {
    #[derive(JsonSchema)]
    #[serde(untagged)]
    #[schemars(title = "A line of recording.jsonl")]
    #[expect(dead_code, reason = "it is only there for its schema")]
    enum Line {
        /// The first line names the format and its version.
        Header(Header),
        /// Every other line.
        Entry(Box<Entry>),
    }
    schemars::schema_for!(Line).to_value()
}
