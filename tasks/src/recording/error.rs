//! Why a recording cannot be written or read.

use std::path::{Path, PathBuf};

/// Why a recording cannot be written or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordingError {
    /// The folder cannot be written.
    #[error(
        "the recording cannot be written: {path}: {reason}\nhint: is the disk full, or the folder read-only? --runs DIR puts recordings elsewhere"
    )]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// There is no recording in the folder, or it cannot be read.
    #[error("{path} cannot be read: {reason}\nhint: a recording is a folder that holds recording.jsonl")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The first line is not that of a recording.
    #[error(
        "{path} is not a recording: its first line does not name the format\nhint: a recording starts with {{\"format\":\"sightstep-recording\",\"version\":1}}"
    )]
    NotARecording {
        /// The file.
        path: PathBuf,
    },
    /// It was written by a later version.
    #[error("{path} has version {found} of the format; this program reads up to {known}\nhint: use a newer sightstep")]
    TooNew {
        /// The file.
        path: PathBuf,
        /// The version found.
        found: u32,
        /// The latest version that is understood.
        known: u32,
    },
    /// A line that is not the last one is damaged.
    #[error(
        "{path}:{line}: this line is not an event: {reason}\nhint: only a last line can be cut off by a crash; this file was changed"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
}

impl RecordingError {
    pub(super) fn write(path: &Path, reason: impl ToString) -> Self {
        Self::Write { path: path.to_owned(), reason: reason.to_string() }
    }

    pub(super) fn read(path: &Path, reason: impl ToString) -> Self {
        Self::Read { path: path.to_owned(), reason: reason.to_string() }
    }
}
