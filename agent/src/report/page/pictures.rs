//! The pictures of a page, each embedded once.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sightstep_tasks::recording::Recording;

/// Data addresses of the pictures by their digests.
pub(super) fn embedded<'f>(recording: &Recording, frames: impl Iterator<Item = &'f str>) -> BTreeMap<String, String> {
    let mut pictures = BTreeMap::new();
    // A name that is no digest could lead to any file.
    for frame in frames.filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric())) {
        if !pictures.contains_key(frame)
            && let Ok(bytes) = std::fs::read(recording.frame(frame))
        {
            pictures.insert(frame.to_owned(), format!("data:image/png;base64,{}", BASE64_STANDARD.encode(bytes)));
        }
    }
    pictures
}
