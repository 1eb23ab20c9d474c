//! The weights of the models that read text: where they lie and whether they are the ones that are meant.

use std::fs::File;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

/// The variable that names another folder than the user's cache.
pub const VARIABLE: &str = "SIGHTSTEP_MODELS";

/// A file of weights with the SHA-256 of its content.
struct WeightsFile {
    name: &'static str,
    digest: &'static str,
}

/// Finds lines of text: PP-OCRv6 small, from the PyPI wheel `rapidocr` 3.10.0.
const DETECTION: WeightsFile = WeightsFile {
    name: "PP-OCRv6_det_small.onnx",
    digest: "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
};

/// Reads a line of text, from the same wheel; the characters it knows are in its metadata.
const RECOGNITION: WeightsFile = WeightsFile {
    name: "PP-OCRv6_rec_small.onnx",
    digest: "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
};

/// Why weights cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// There is no folder that could hold them.
    #[error(
        "no folder for weights is known: neither {VARIABLE}, XDG_CACHE_HOME nor HOME is set\n\
         hint: set {VARIABLE} to the folder that holds {} and {}", DETECTION.name, RECOGNITION.name
    )]
    NoFolder,
    /// A file is absent or cannot be read.
    #[error("{} cannot be read: {reason}\nhint: `make weights` fetches it; {VARIABLE} names another folder", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// A file is not the one that is meant.
    #[error(
        "{} has the wrong content: its SHA-256 is {found}, not {expected}\n\
         hint: remove it and fetch it again with `make weights`", path.display()
    )]
    WrongDigest {
        /// The file.
        path: PathBuf,
        /// The digest of its content, in hex.
        found: String,
        /// The digest that it should have, in hex.
        expected: &'static str,
    },
    /// A file is right but cannot be loaded.
    #[error("{} cannot be loaded: {reason}", path.display())]
    NotLoaded {
        /// The file.
        path: PathBuf,
        /// What the runtime says.
        reason: String,
    },
}

/// The folder where the weights are looked for: [`VARIABLE`], else `sightstep/models` in the user's cache folder.
///
/// # Errors
/// [`WeightsError::NoFolder`] where the environment names none.
pub fn locate() -> Result<PathBuf, WeightsError> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = set(VARIABLE) {
        return Ok(folder);
    }
    let cache = set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache")));
    cache.map(|cache| cache.join("sightstep/models")).ok_or(WeightsError::NoFolder)
}

/// The two files in the folder, detection first, each with the content that is meant.
///
/// # Errors
/// [`WeightsError`] naming the file that is absent or wrong.
pub fn verify(folder: &Path) -> Result<[PathBuf; 2], WeightsError> {
    Ok([right(folder, &DETECTION)?, right(folder, &RECOGNITION)?])
}

fn right(folder: &Path, weights: &WeightsFile) -> Result<PathBuf, WeightsError> {
    let path = folder.join(weights.name);
    let found = digest(&path).map_err(|e| WeightsError::Unreadable { path: path.clone(), reason: e.to_string() })?;
    if found == weights.digest {
        return Ok(path);
    }
    Err(WeightsError::WrongDigest { path, found, expected: weights.digest })
}

fn digest(path: &Path) -> std::io::Result<String> {
    let mut hasher = Sha256::new();
    std::io::copy(&mut File::open(path)?, &mut HashWriter(&mut hasher))?;
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Feeds what is written to a hash.
struct HashWriter<'a>(&'a mut Sha256);

impl std::io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_and_wrong_files_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let absent = verify(folder.path()).unwrap_err().to_string();
        assert!(absent.contains("PP-OCRv6_det_small.onnx cannot be read") && absent.contains("hint:"), "{absent}");
        std::fs::write(folder.path().join(DETECTION.name), "not weights").unwrap();
        let wrong = verify(folder.path()).unwrap_err().to_string();
        // What sha256sum says of these eleven bytes.
        let found = "3f0c3b7fe785be78e9825afcbddcb5ba3ff8ee8912970635cc145bef989be854";
        assert!(wrong.contains(found) && wrong.contains(DETECTION.digest), "{wrong}");
    }
}
