//! Recordings: what a run saw, planned, did and found, as a folder that outlives every way out.
//!
//! The format is described in `tasks/RECORDING.md`. [`Recorder`] writes it as the run goes, [`Recording`] reads it back.

mod error;
mod event;
mod reader;
mod writer;

pub use error::RecordingError;
pub use event::{Acted, CheckSeen, Entry, Event, Exchange, Outcome, ScreenSeen, WindowSeen};
pub use reader::{Damage, Recording};
pub use writer::Recorder;

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Header {
    format: String,
    version: u32,
}
