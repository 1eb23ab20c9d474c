//! The model in the box: a small checkpoint that comes with the program, as files of a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::EngineError;

/// The files of `engine/box/` that a model is loaded from.
const FILES: [(&str, &[u8]); 6] = [
    ("config.json", include_bytes!("../../box/config.json")),
    ("generation_config.json", include_bytes!("../../box/generation_config.json")),
    ("preprocessor_config.json", include_bytes!("../../box/preprocessor_config.json")),
    ("tokenizer_config.json", include_bytes!("../../box/tokenizer_config.json")),
    ("tokenizer.json", include_bytes!("../../box/tokenizer.json")),
    ("chat_template.json", include_bytes!("../../box/chat_template.json")),
];

/// The file of weights.
const WEIGHTS: &str = "model.safetensors";

/// Its content, as `engine/train/pack.py` packs it: two thirds of its size.
const PACKED: &[u8] = include_bytes!("../../box/model.safetensors.packed");

/// The BLAKE3 digest of its content.
const DIGEST: &str = "0bc2047bab7e8820839bd41536077c0ce76b8cb6c653a382979aaeb618bc3cb3";

/// Unpacks the model below `place`, where it is not there already: the folder that an engine loads.
///
/// # Errors
/// [`EngineError`] when the folder cannot be written.
pub fn unpack(place: &Path) -> Result<PathBuf, EngineError> {
    let folder = place.join(name());
    if is_whole(&folder) {
        return Ok(folder);
    }
    write_files(place, &folder).map_err(|e| EngineError::Unwritable { path: folder.clone(), reason: e.to_string() })?;
    Ok(folder)
}

/// A name that other versions of the model do not have.
fn name() -> String {
    let mut hasher = blake3::Hasher::new();
    for (name, content) in FILES {
        hasher.update(name.as_bytes()).update(content);
    }
    hasher.update(DIGEST.as_bytes());
    format!("box-{}", &hasher.finalize().to_hex()[..16])
}

fn is_whole(folder: &Path) -> bool {
    let is_there = |(name, content): &(&str, &[u8])| fs::read(folder.join(name)).is_ok_and(|found| found == *content);
    let digest = |weights: Vec<u8>| blake3::hash(&weights).to_hex();
    FILES.iter().all(is_there) && fs::read(folder.join(WEIGHTS)).is_ok_and(|weights| digest(weights) == *DIGEST)
}

/// The file of weights: its header, then each number's lower byte beside its upper one.
fn weights() -> io::Result<Vec<u8>> {
    let broken = || io::Error::new(io::ErrorKind::InvalidData, "the packed weights are broken");
    let planes = miniz_oxide::inflate::decompress_to_vec_zlib(PACKED).map_err(|_| broken())?;
    let header = planes.first_chunk().map(|length| u64::from_le_bytes(*length) + 8);
    let header = header.and_then(|length| usize::try_from(length).ok()).ok_or_else(broken)?;
    let (header, numbers) = planes.split_at_checked(header).ok_or_else(broken)?;
    let (lower, upper) = numbers.split_at(numbers.len() / 2);
    let numbers = lower.iter().zip(upper).flat_map(|(lower, upper)| [*lower, *upper]);
    Ok(header.iter().copied().chain(numbers).collect())
}

/// Written beside its place and renamed: it is there whole or not at all, also where two programs unpack it at once.
fn write_files(place: &Path, folder: &Path) -> io::Result<()> {
    let beside = place.join(format!(".box-{}", std::process::id()));
    fs::create_dir_all(&beside)?;
    for (name, content) in FILES {
        fs::write(beside.join(name), content)?;
    }
    fs::write(beside.join(WEIGHTS), weights()?)?;
    // What is there is not whole.
    let _ = fs::remove_dir_all(folder);
    let renamed = fs::rename(&beside, folder);
    if renamed.is_err() {
        let _ = fs::remove_dir_all(&beside);
    }
    // Another program may have been faster.
    if is_whole(folder) { Ok(()) } else { renamed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Engine, Family, LoadOptions};

    #[test]
    fn it_is_unpacked_once_and_again_where_it_was_damaged() {
        let place = tempfile::tempdir().unwrap();
        let folder = unpack(place.path()).unwrap();
        let changed = || fs::metadata(folder.join("model.safetensors")).unwrap().modified().unwrap();
        let before = changed();
        assert_eq!(unpack(place.path()).unwrap(), folder);
        assert_eq!(changed(), before);
        fs::write(folder.join("config.json"), "{}").unwrap();
        assert_eq!(unpack(place.path()).unwrap(), folder);
        assert!(is_whole(&folder));
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    }

    #[test]
    fn it_is_a_checkpoint_that_the_engine_loads() {
        let place = tempfile::tempdir().unwrap();
        let folder = unpack(place.path()).unwrap();
        assert_eq!(Family::of_checkpoint(&folder).unwrap(), Family::Qwen25Vl);
        Engine::load(&folder, &LoadOptions::default()).unwrap();
    }
}
