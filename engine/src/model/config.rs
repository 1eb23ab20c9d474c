//! What a checkpoint's `config.json` says, for all families alike: their differences are data here, not code elsewhere.

use std::path::Path;

use crate::EngineError;
use crate::load::files::{self, Fields};

mod generation;
mod picture;
mod text;
mod vision;

pub(crate) use generation::Generation;
pub use picture::PictureRule;
pub(crate) use text::{ExpertConfig, TextConfig};
pub(crate) use vision::{Mlp, NormKind, VisionConfig};

/// The families of models that the engine runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// Qwen2-VL: UI-TARS 2B, 7B and 72B.
    Qwen2Vl,
    /// Qwen2.5-VL: UI-TARS-1.5-7B.
    Qwen25Vl,
    /// Qwen2.5-VL's tower before a Qwen2 whose positions count tokens alone: OpenCUA.
    OpenCua,
    /// Qwen3-VL: GUI-Owl-1.5, MAI-UI, UI-Venus-1.5.
    Qwen3Vl,
    /// Qwen3-VL with a mixture of experts as its text model.
    Qwen3VlMoe,
}

/// Each family with the `model_type` of its configurations.
const FAMILIES: [(&str, Family); 5] = [
    ("qwen2_vl", Family::Qwen2Vl),
    ("qwen2_5_vl", Family::Qwen25Vl),
    ("opencua", Family::OpenCua),
    ("qwen3_vl", Family::Qwen3Vl),
    ("qwen3_vl_moe", Family::Qwen3VlMoe),
];

impl Family {
    /// The name that configurations have for it.
    pub fn name(self) -> &'static str {
        FAMILIES.iter().find(|(_, family)| *family == self).map_or("", |(name, _)| name)
    }

    /// The family of the checkpoint in a folder.
    ///
    /// # Errors
    /// [`EngineError`] when there is no checkpoint, or none of these families.
    pub fn of_checkpoint(folder: &Path) -> Result<Self, EngineError> {
        let path = folder.join("config.json");
        if !path.exists() {
            return Err(EngineError::NotACheckpoint { folder: folder.to_owned(), missing: "config.json" });
        }
        Self::of(&path, &Fields::new(&path, files::json(&path)?))
    }

    fn of(path: &Path, all: &Fields) -> Result<Self, EngineError> {
        let found: String = all.get("model_type")?.unwrap_or_default();
        let known = FAMILIES.iter().find(|(name, _)| *name == found);
        Ok(known.ok_or(EngineError::UnknownFamily { path: path.to_owned(), found })?.1)
    }

    fn is_third(self) -> bool {
        matches!(self, Self::Qwen3Vl | Self::Qwen3VlMoe)
    }
}

/// A checkpoint's architecture.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub family: Family,
    pub vision: VisionConfig,
    pub text: TextConfig,
    /// The token that stands for one merged patch of a picture.
    pub image_token: u32,
}

impl Config {
    /// Reads `config.json` of a checkpoint's folder.
    pub fn read(folder: &Path) -> Result<Self, EngineError> {
        let path = folder.join("config.json");
        let all = Fields::new(&path, files::json(&path)?);
        let family = Family::of(&path, &all)?;
        let text = TextConfig::read(&all, family)?;
        let vision = VisionConfig::read(&all.inner("vision_config"), family, text.hidden)?;
        let (name, usual) = match family {
            Family::OpenCua => ("media_placeholder_token_id", 151_664),
            _ => ("image_token_id", 151_655),
        };
        Ok(Self { family, vision, text, image_token: all.or(name, usual)? })
    }
}
