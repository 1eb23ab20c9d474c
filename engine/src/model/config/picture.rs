//! How pictures are prepared: `preprocessor_config.json`.

use std::path::Path;

use super::VisionConfig;
use crate::EngineError;
use crate::load::files::{self, Fields};

/// The sizes that a picture is brought to and how its pixels become numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PictureRule {
    /// Both sides become multiples of this many pixels: the width of one token.
    pub factor: u32,
    /// The fewest pixels of a resized picture.
    pub min_pixels: u64,
    /// The most pixels of a resized picture.
    pub max_pixels: u64,
    /// Mean of each channel, 0 to 1.
    pub(crate) mean: [f32; 3],
    /// Standard deviation of each channel, 0 to 1.
    pub(crate) std: [f32; 3],
}

/// CLIP's, which the reference takes where a configuration has none.
const MEAN: [f32; 3] = [0.481_454_66, 0.457_827_5, 0.408_210_73];
const STD: [f32; 3] = [0.268_629_54, 0.261_302_6, 0.275_777_1];

impl PictureRule {
    /// Reads the checkpoint's file, or the part of `processor_config.json` that newer checkpoints have instead.
    pub(crate) fn read(folder: &Path, vision: &VisionConfig) -> Result<Self, EngineError> {
        let fields = fields(folder)?;
        for (name, expected) in [("patch_size", vision.patch), ("merge_size", vision.merge)] {
            let found = fields.size(name, expected)?;
            if found != expected {
                return Err(fields.wrong(format!("\"{name}\" is {found}, but config.json has {expected}")));
            }
        }
        let size = fields.inner("size");
        let rule = Self {
            factor: vision.factor() as u32,
            min_pixels: fields.or("min_pixels", size.or("shortest_edge", 56 * 56)?)?,
            max_pixels: fields.or("max_pixels", size.or("longest_edge", 28 * 28 * 1280)?)?,
            mean: fields.or("image_mean", MEAN)?,
            std: fields.or("image_std", STD)?,
        };
        if rule.min_pixels > rule.max_pixels || rule.std.iter().any(|std| !std.is_normal()) {
            return Err(fields.wrong("its limits of size or its image_std make no sense".into()));
        }
        Ok(rule)
    }
}

fn fields(folder: &Path) -> Result<Fields, EngineError> {
    let path = folder.join("preprocessor_config.json");
    if let Some(value) = files::json_if_there(&path)? {
        return Ok(Fields::new(&path, value));
    }
    let path = folder.join("processor_config.json");
    match files::json_if_there(&path)? {
        Some(value) => Ok(Fields::new(&path, value).inner("image_processor")),
        None => Err(EngineError::NotACheckpoint { folder: folder.to_owned(), missing: "preprocessor_config.json" }),
    }
}
