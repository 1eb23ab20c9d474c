//! What a hub says of a model: its version and files, of which those count that a model is loaded from.

use serde::Deserialize;
use sightstep_vision::digest::Expected;

/// A version of a model.
#[derive(Debug, PartialEq, Eq)]
pub struct Listing {
    /// The commit.
    pub revision: String,
    /// The files that a model is loaded from.
    pub files: Vec<ListedFile>,
}

/// A file.
#[derive(Debug, PartialEq, Eq)]
pub struct ListedFile {
    /// Its name, without folders.
    pub name: String,
    /// Its bytes.
    pub size: u64,
    /// What they must be.
    pub digest: Expected,
}

impl Listing {
    /// The listing in a hub's answer.
    ///
    /// # Errors
    /// Why it is none, in words.
    pub fn read(json: &[u8]) -> Result<Self, String> {
        let said: Said = serde_json::from_slice(json).map_err(|e| format!("its answer is no list of files: {e}"))?;
        if !is_hex(&said.sha) {
            return Err("its answer names no version".to_owned());
        }
        let wanted = said.siblings.into_iter().filter(|file| is_wanted(&file.rfilename));
        Ok(Self { revision: said.sha, files: wanted.map(listed).collect::<Result<_, _>>()? })
    }

    /// Whether there is something to load.
    pub fn has_weights(&self) -> bool {
        self.files.iter().any(|file| file.name.ends_with(".safetensors"))
    }
}

#[derive(Deserialize)]
struct Said {
    sha: String,
    siblings: Vec<Sibling>,
}

#[derive(Deserialize)]
struct Sibling {
    rfilename: String,
    size: Option<u64>,
    #[serde(rename = "blobId")]
    blob: Option<String>,
    lfs: Option<Large>,
}

#[derive(Deserialize)]
struct Large {
    sha256: String,
    size: u64,
}

/// Configurations, templates, tokenizers and weights, at the top level; no code and no pickles.
fn is_wanted(name: &str) -> bool {
    let plain =
        !name.starts_with('.') && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    plain && (name == "tiktoken.model" || [".safetensors", ".json", ".jinja"].iter().any(|end| name.ends_with(end)))
}

fn listed(file: Sibling) -> Result<ListedFile, String> {
    let none = || format!("its answer has no digest for {}", file.rfilename);
    let (size, digest) = match (&file.lfs, file.size, &file.blob) {
        (Some(large), ..) if is_hex(&large.sha256) => (large.size, Expected::Sha256(large.sha256.clone())),
        (None, Some(size), Some(blob)) if is_hex(blob) => (size, Expected::GitBlob(blob.clone())),
        _ => return Err(none()),
    };
    Ok(ListedFile { name: file.rfilename, size, digest })
}

fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_loaded_is_fetched() {
        let json = br#"{"sha": "0abc", "siblings": [
            {"rfilename": "config.json", "size": 10, "blobId": "01"},
            {"rfilename": "model.safetensors", "size": 99, "blobId": "02", "lfs": {"sha256": "ff", "size": 99}},
            {"rfilename": "pytorch_model.bin", "size": 9, "blobId": "03"},
            {"rfilename": "modeling_x.py", "size": 9, "blobId": "04"},
            {"rfilename": "../config.json", "size": 9, "blobId": "05"},
            {"rfilename": "onnx/config.json", "size": 9, "blobId": "06"}]}"#;
        let listing = Listing::read(json).expect("a listing");
        let names: Vec<_> = listing.files.iter().map(|file| (file.name.as_str(), file.digest.hex())).collect();
        assert_eq!(names, [("config.json", "01"), ("model.safetensors", "ff")]);
        assert!(listing.has_weights());
    }

    #[test]
    fn answers_that_name_no_version_or_digest_are_refused() {
        let cases: [(&[u8], &str); 4] = [
            (b"<html>", "is no list of files"),
            (br#"{"sha": "../..", "siblings": []}"#, "names no version"),
            (br#"{"sha": "0a", "siblings": [{"rfilename": "config.json", "size": 1}]}"#, "no digest for config.json"),
            (
                br#"{"sha": "0a", "siblings": [{"rfilename": "a.safetensors", "lfs": {"sha256": "../x", "size": 1}}]}"#,
                "no digest for a.safetensors",
            ),
        ];
        for (json, words) in cases {
            let said = Listing::read(json).expect_err("no listing");
            assert!(said.contains(words), "{said}");
        }
    }
}
