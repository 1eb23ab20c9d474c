//! How the checkpoint wants answers to be generated: `generation_config.json`.

use std::path::Path;

use super::text::OneOrMore;
use crate::EngineError;
use crate::load::files::{self, Fields};

/// The parts that concern greedy answers; sampling is only done when asked for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Generation {
    /// Tokens that end an answer.
    pub ends: Vec<u32>,
    /// Divides the positive and multiplies the negative logits of tokens that occurred, the prompt's included; 1 is none.
    pub repetition_penalty: f32,
}

impl Generation {
    /// Reads the checkpoint's file; `ends` are those of its `config.json`, where the file names none or is absent.
    pub fn read(folder: &Path, ends: &[u32]) -> Result<Self, EngineError> {
        let path = folder.join("generation_config.json");
        let fields = Fields::new(&path, files::json_if_there(&path)?.unwrap_or_default());
        let penalty: f32 = fields.or("repetition_penalty", 1.0)?;
        if !(penalty.is_finite() && penalty > 0.0) {
            return Err(fields.wrong(format!("\"repetition_penalty\" cannot be {penalty}")));
        }
        let ends = fields.get::<OneOrMore>("eos_token_id")?.map_or_else(|| ends.to_vec(), OneOrMore::all);
        Ok(Self { ends, repetition_penalty: penalty })
    }
}
