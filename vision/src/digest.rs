//! Digests of files as they come: of large files by SHA-256, of small ones as git names them.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use sha1::Sha1;
use sha2::{Digest as _, Sha256};

/// What a file's content must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// The SHA-256 of the content, in hex.
    Sha256(String),
    /// The name that git has for the content: the SHA-1, in hex, of its length and itself.
    GitBlob(String),
}

impl Expected {
    /// The digest in hex.
    pub fn hex(&self) -> &str {
        match self {
            Self::Sha256(hex) | Self::GitBlob(hex) => hex,
        }
    }
}

/// A digest of content that is still coming.
pub struct Running {
    hasher: Hasher,
    len: u64,
}

enum Hasher {
    Sha256(Sha256),
    GitBlob(Sha1),
}

impl Running {
    /// Of nothing yet, in the kind that is expected; `size` is that of the whole content.
    pub fn new(expected: &Expected, size: u64) -> Self {
        let hasher = match expected {
            Expected::Sha256(_) => Hasher::Sha256(Sha256::new()),
            Expected::GitBlob(_) => Hasher::GitBlob(Sha1::new_with_prefix(format!("blob {size}\0"))),
        };
        Self { hasher, len: 0 }
    }

    /// Of what a file has already; of nothing where it is not there.
    ///
    /// # Errors
    /// What the system says when the file cannot be read.
    pub fn of_file(expected: &Expected, size: u64, path: &Path) -> std::io::Result<Self> {
        let mut running = Self::new(expected, size);
        if !path.exists() {
            return Ok(running);
        }
        let mut file = File::open(path)?;
        let mut buffer = vec![0; 1 << 20];
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(running),
                read => running.update(&buffer[..read]),
            }
        }
    }

    /// More of the content.
    pub fn update(&mut self, bytes: &[u8]) {
        self.len += bytes.len() as u64;
        match &mut self.hasher {
            Hasher::Sha256(hasher) => hasher.update(bytes),
            Hasher::GitBlob(hasher) => hasher.update(bytes),
        }
    }

    /// Bytes so far.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether nothing came so far.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The digest in hex.
    pub fn finish(self) -> String {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        match self.hasher {
            Hasher::Sha256(hasher) => hex(&hasher.finalize()),
            Hasher::GitBlob(hasher) => hex(&hasher.finalize()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_that_other_programs_give() {
        // `printf hello | sha256sum` and `printf hello | git hash-object --stdin`.
        let sha = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
        let git = "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0";
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), "hel").expect("it can be written");
        for expected in [Expected::Sha256(sha.to_owned()), Expected::GitBlob(git.to_owned())] {
            let mut running = Running::of_file(&expected, 5, file.path()).expect("it can be read");
            assert_eq!(running.len(), 3);
            running.update(b"lo");
            assert_eq!(running.finish(), expected.hex());
        }
    }
}
