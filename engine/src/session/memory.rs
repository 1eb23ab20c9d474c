//! Whether a model fits into memory, said before it is loaded.

use crate::EngineError;
use crate::kernels::quantize::Quantize;
use crate::load::gguf::Gguf;
use crate::load::weights::Weights;
use crate::model::config::Config;
use crate::model::kv::KvStore;

/// Bytes that a model declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// Its weights: of its own where they are quantised, else of the mapped files.
    pub weights: u64,
    /// A session's full key-value store.
    pub kv: u64,
}

/// What a model needs.
pub(crate) struct Need {
    /// Numbers of the tower's matrices.
    pub tower: u64,
    /// Numbers of the text model's matrices.
    pub text: u64,
    /// Bytes that a number takes which is not quantised: as many as in the file where it stays there, else four.
    pub plain: u64,
    /// Bytes of the text model's matrices where they come from a GGUF file.
    pub gguf: Option<u64>,
    /// Bytes of a full key-value store.
    pub kv: u64,
}

impl Need {
    /// Of a model with these weights.
    pub fn new(config: &Config, weights: &Weights, context: usize) -> Self {
        let vision = &config.vision;
        let tower = (vision.depth * vision.hidden * (4 * vision.hidden + 3 * vision.intermediate)) as u64;
        let tower = tower.min(weights.count());
        let stays = weights.is_bf16() && config.text.experts.is_none();
        let kv = KvStore::bytes(&config.text, context);
        let gguf = weights.gguf().map(Gguf::bytes);
        Self { tower, text: weights.count() - tower, plain: if stays { 2 } else { 4 }, gguf, kv }
    }

    /// What it takes with the matrices in so many bits.
    pub fn declared(&self, quantize: Option<Quantize>) -> Memory {
        let bytes = |numbers: u64, quantize: Option<Quantize>| {
            (numbers as f64 * quantize.map_or(self.plain as f64, |quantize| quantize.bits() / 8.0)) as u64
        };
        let text = self.gguf.unwrap_or_else(|| bytes(self.text, quantize));
        Memory { weights: bytes(self.tower, quantize.map(Quantize::of_tower)) + text, kv: self.kv }
    }

    fn bytes(&self, quantize: Option<Quantize>) -> u64 {
        let Memory { weights, kv } = self.declared(quantize);
        weights + kv
    }

    /// Refuses what does not fit.
    pub fn check(&self, quantize: Option<Quantize>, free: Option<u64>) -> Result<(), EngineError> {
        match free {
            Some(free) if self.bytes(quantize) > free => Err(EngineError::TooLittleMemory {
                needed: self.bytes(quantize),
                free,
                q8: self.bytes(Some(Quantize::Q8_0)),
                q4: self.bytes(Some(Quantize::Q4K)),
            }),
            _ => Ok(()),
        }
    }
}

/// Bytes that programs can still have without swapping, where the system says so.
pub(crate) fn free() -> Option<u64> {
    let said = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = said.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    Some(line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_little_is_said_with_what_would_fit() {
        let gib = 1 << 30;
        let need = Need { tower: gib / 2, text: 7 * gib, plain: 4, gguf: None, kv: gib };
        assert!(need.check(None, Some(40 * gib)).is_ok() && need.check(None, None).is_ok());
        let said = need.check(None, Some(20 * gib)).unwrap_err().to_string();
        assert!(said.contains("needs 31.0 GiB") && said.contains("20.0 GiB are free"), "{said}");
        assert!(said.contains("q8_0 takes about 9.0 GiB") && said.contains("q4_k about 5.5 GiB"), "{said}");
        assert!(need.check(Some(Quantize::Q8_0), Some(20 * gib)).is_ok());
    }
}
