//! Reading a recording back, also one whose last line was cut off.

use std::path::{Path, PathBuf};

use super::{EVENTS, Entry, FORMAT, FRAMES, Header, RecordingError, VERSION};

/// A recording as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    folder: PathBuf,
    /// What happened, in order.
    pub entries: Vec<Entry>,
    /// The last line, where it is damaged: the run ended while it was written.
    pub damage: Option<Damage>,
}

/// A damaged last line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

impl Recording {
    /// Reads the recording in `folder`.
    ///
    /// # Errors
    /// [`RecordingError`] when there is none, it is of a later version, or a line other than the last is damaged.
    pub fn open(folder: &Path) -> Result<Self, RecordingError> {
        let path = folder.join(EVENTS);
        let bytes = std::fs::read(&path).map_err(|e| RecordingError::read(&path, e))?;
        let lines: Vec<&[u8]> = bytes.split(|b| *b == b'\n').collect();
        check_header(&path, lines.first().copied().unwrap_or_default())?;
        let (mut entries, mut damage) = (Vec::new(), None);
        let filled: Vec<(usize, &[u8])> =
            (1..).zip(lines).skip(1).filter(|(_, l)| !l.trim_ascii().is_empty()).collect();
        for (at, (line, bytes)) in filled.iter().enumerate() {
            match serde_json::from_slice(bytes) {
                Ok(entry) => entries.push(entry),
                Err(e) if at + 1 == filled.len() => damage = Some(Damage { line: *line, reason: e.to_string() }),
                Err(e) => return Err(RecordingError::Damaged { path, line: *line, reason: e.to_string() }),
            }
        }
        Ok(Self { folder: folder.to_owned(), entries, damage })
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file of a picture named in an event.
    pub fn frame(&self, digest: &str) -> PathBuf {
        self.folder.join(FRAMES).join(format!("{digest}.png"))
    }
}

fn check_header(path: &Path, line: &[u8]) -> Result<(), RecordingError> {
    let not = || RecordingError::NotARecording { path: path.to_owned() };
    let header: Header = serde_json::from_slice(line).map_err(|_| not())?;
    if header.format != FORMAT {
        return Err(not());
    }
    if header.version > VERSION {
        return Err(RecordingError::TooNew { path: path.to_owned(), found: header.version, known: VERSION });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEADER: &str = "{\"format\":\"sightstep-recording\",\"version\":1}\n";
    const ASKED: &str = "{\"t\":0.5,\"event\":\"asked\",\"step\":1,\"question\":\"?\",\"answer\":null}\n";

    fn opened(content: &[u8]) -> Result<Recording, RecordingError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(EVENTS), content).unwrap();
        Recording::open(folder.path())
    }

    #[test]
    fn a_damaged_last_line_is_reported_and_the_rest_read() {
        let whole = format!("{HEADER}{ASKED}{ASKED}");
        assert_eq!(opened(whole.as_bytes()).unwrap().entries.len(), 2);
        for cut in HEADER.len() + ASKED.len() + 1..whole.len() - 1 {
            let read = opened(&whole.as_bytes()[..cut]).unwrap();
            assert_eq!((read.entries.len(), read.damage.map(|d| d.line)), (1, Some(3)), "cut at {cut}");
        }
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        let cases: [(&str, &str); 4] = [
            ("", "is not a recording"),
            ("{\"format\":\"other\",\"version\":1}\n", "is not a recording"),
            ("{\"format\":\"sightstep-recording\",\"version\":99}\n", "version 99"),
            (
                "{\"format\":\"sightstep-recording\",\"version\":1}\nrubbish\n{\"t\":0,\"event\":\"x\"}\n",
                ":2: this line",
            ),
        ];
        for (content, says) in cases {
            let error = opened(content.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(says) && error.contains("hint:"), "{content:?}: {error}");
        }
    }

    #[test]
    fn a_folder_without_a_recording_is_named() {
        let error = Recording::open(Path::new("/no/such/run")).unwrap_err().to_string();
        assert!(error.starts_with("/no/such/run/recording.jsonl cannot be read"), "{error}");
    }

    proptest! {
        #[test]
        fn no_content_makes_it_panic(content in prop::collection::vec(any::<u8>(), 0..200), headed in any::<bool>()) {
            let mut bytes = if headed { HEADER.as_bytes().to_vec() } else { Vec::new() };
            bytes.extend(content);
            let _ = opened(&bytes);
        }
    }
}
