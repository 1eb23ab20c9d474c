//! Writing accepted behaviour into a recording; every other line stays as it is, byte for byte.

use sightstep_tasks::recording::{EVENTS, Recording, RecordingError};

use super::compare::Placed;

/// Replaces these entries. The file is written beside its place and renamed: it is whole at every moment.
pub(super) fn rewrite(recording: &Recording, replaced: &[Placed]) -> Result<(), RecordingError> {
    let path = recording.folder().join(EVENTS);
    let failed = |e: std::io::Error| RecordingError::Write { path: path.clone(), reason: e.to_string() };
    let text = std::fs::read_to_string(&path).map_err(failed)?;
    let mut at = 0;
    let mut lines = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let is_entry = number > 0 && !line.trim().is_empty();
        let new = replaced.iter().find(|(place, _)| is_entry && *place == at);
        let written = new.and_then(|(_, entry)| serde_json::to_string(entry).ok());
        lines.push(written.unwrap_or_else(|| line.to_owned()));
        at += usize::from(is_entry);
    }
    let part = path.with_extension("part");
    std::fs::write(&part, lines.join("\n") + "\n").and_then(|()| std::fs::rename(&part, &path)).map_err(failed)
}
