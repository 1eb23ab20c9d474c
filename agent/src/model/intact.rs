//! Whether the files of a fetched model still are what the hub listed: each is kept under the digest of its content.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sightstep_engine::EngineError;
use sightstep_vision::digest::{Expected, Running};

use super::Environment;

/// Remembers which files were found intact, so that gigabytes are read for it once and not at every start.
#[derive(Debug, Clone)]
pub(super) struct Intact {
    /// A file for each digest that was found right, which says how the file looked then; nothing is remembered without.
    marks: Option<PathBuf>,
}

impl Intact {
    /// With what is remembered in the user's cache.
    pub fn of(environment: Environment<'_>) -> Self {
        Self { marks: super::cache(environment).map(|cache| cache.join("intact")) }
    }

    /// Checks the files of a model's folder that lie under their digest; a folder that was not fetched has none.
    ///
    /// # Errors
    /// [`EngineError::WrongDigest`] naming the file that has changed since.
    pub fn check(&self, folder: &Path) -> Result<(), EngineError> {
        let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
        for blob in entries.filter_map(|entry| entry.ok()?.path().canonicalize().ok()) {
            if let Some(expected) = expected(&blob) {
                self.check_blob(&blob, &expected)?;
            }
        }
        Ok(())
    }

    fn check_blob(&self, blob: &Path, expected: &Expected) -> Result<(), EngineError> {
        let unreadable = |e: std::io::Error| EngineError::Unreadable { path: blob.to_owned(), reason: e.to_string() };
        let about = fs::metadata(blob).map_err(unreadable)?;
        let look = look(&about);
        let mark = self.marks.as_ref().map(|marks| marks.join(expected.hex()));
        if mark.as_ref().is_some_and(|mark| fs::read_to_string(mark).is_ok_and(|then| then == look)) {
            return Ok(());
        }
        let found = Running::of_file(expected, about.len(), blob).map_err(unreadable)?.finish();
        if found != expected.hex() {
            return Err(EngineError::WrongDigest { path: blob.to_owned(), found });
        }
        // Where it cannot be remembered, it is read again the next time.
        if let Some(folder) = &self.marks {
            let _ = fs::create_dir_all(folder).and_then(|()| fs::write(folder.join(expected.hex()), look));
        }
        Ok(())
    }
}

/// The digest under which a hub's files are kept: `blobs/SHA-256` the large ones, `blobs/SHA-1` those that git holds.
fn expected(blob: &Path) -> Option<Expected> {
    let is_blob = blob.parent()?.file_name() == Some(OsStr::new("blobs"));
    let name = blob.file_name()?.to_str().filter(|name| is_blob && name.chars().all(|c| c.is_ascii_hexdigit()))?;
    match name.len() {
        64 => Some(Expected::Sha256(name.to_owned())),
        40 => Some(Expected::GitBlob(name.to_owned())),
        _ => None,
    }
}

/// How a file looks from outside: its length, and when it was last changed.
fn look(about: &fs::Metadata) -> String {
    let changed = about.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    format!("{} bytes, {} ns", about.len(), changed.as_nanos())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changed_is_found_and_one_that_did_not_is_read_once() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let [blobs, snapshot] = ["blobs", "snapshots"].map(|name| place.path().join(name));
        for folder in [&blobs, &snapshot] {
            fs::create_dir(folder).expect("a folder");
        }
        // `printf hello | sha256sum`
        let digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
        let blob = blobs.join(digest);
        fs::write(&blob, "hello").expect("a file");
        std::os::unix::fs::symlink(&blob, snapshot.join("model.safetensors")).expect("a link");
        fs::write(snapshot.join("notes.txt"), "lies under no digest").expect("a file");
        let intact = Intact { marks: Some(place.path().join("marks")) };
        intact.check(&snapshot).expect("it is intact");
        let mark = place.path().join("marks").join(digest);
        assert_eq!(fs::read_to_string(&mark).ok(), fs::metadata(&blob).ok().map(|about| look(&about)));
        // With the mark of the changed file it would not be read: that it is, the next lines show.
        fs::write(&blob, "hallo!").expect("a file");
        let error = intact.check(&snapshot).expect_err("it has changed").to_string();
        assert!(error.contains("has other content than it had when it was fetched"), "{error}");
        fs::write(&mark, look(&fs::metadata(&blob).expect("a file"))).expect("a mark");
        intact.check(&snapshot).expect("it looks as it did when it was read");
    }
}
