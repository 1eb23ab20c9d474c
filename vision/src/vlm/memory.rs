//! Whether a model fits into memory, said before it is loaded.

use super::EngineError;
use super::config::Config;
use super::kv::KvStore;
use super::quantize::Quantize;

/// What a model needs.
pub(super) struct Need {
    /// Numbers of the tower, which are never quantised.
    pub tower: u64,
    /// Numbers of the text model's matrices.
    pub text: u64,
    /// Bytes of a full key-value store.
    pub kv: u64,
}

impl Need {
    /// Of a model whose checkpoint has so many numbers.
    pub fn new(config: &Config, numbers: u64, context: usize) -> Self {
        let embedding = (config.text.vocabulary * config.text.hidden) as u64;
        // The embedding is read from the file; where the output layer is the same matrix, it is loaded for that.
        let text = numbers.saturating_sub(if config.text.tied { 0 } else { embedding });
        let vision = &config.vision;
        let tower = (vision.depth * vision.hidden * (4 * vision.hidden + 3 * vision.intermediate)) as u64;
        Self { tower: tower.min(text), text: text.saturating_sub(tower), kv: KvStore::bytes(&config.text, context) }
    }

    /// Bytes with the text model in so many bits.
    pub fn bytes(&self, quantize: Option<Quantize>) -> u64 {
        let bits = quantize.map_or(32.0, Quantize::bits);
        self.tower * 4 + (self.text as f64 * bits / 8.0) as u64 + self.kv
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
pub(super) fn free() -> Option<u64> {
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
        let need = Need { tower: gib / 2, text: 7 * gib, kv: gib };
        assert!(need.check(None, Some(40 * gib)).is_ok() && need.check(None, None).is_ok());
        let said = need.check(None, Some(20 * gib)).unwrap_err().to_string();
        assert!(said.contains("needs 31.0 GiB") && said.contains("20.0 GiB are free"), "{said}");
        assert!(said.contains("q8_0 takes about 10.4 GiB") && said.contains("q4_k about 6.9 GiB"), "{said}");
        assert!(need.check(Some(Quantize::Q8_0), Some(20 * gib)).is_ok());
    }
}
