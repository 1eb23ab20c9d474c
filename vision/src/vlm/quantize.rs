//! Weights in fewer bits, made while they are loaded.

use candle_core::Tensor;
use candle_core::quantized::GgmlDType;

/// How the text model's matrices are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantize {
    /// 8 bits in blocks of 32 with a common scale: 8.5 bits a weight.
    Q8_0,
    /// 4 bits in blocks of 256: 4.5 bits a weight.
    Q4K,
}

impl Quantize {
    /// Bits that a weight takes.
    pub(super) fn bits(self) -> f64 {
        match self {
            Self::Q8_0 => 8.5,
            Self::Q4K => 4.5,
        }
    }

    /// How this matrix is stored: in 4 bits only where its rows are whole blocks of 256, not at all where they are not
    /// whole blocks of 32.
    pub(super) fn kind(self, weight: &Tensor) -> Option<GgmlDType> {
        let inputs = weight.dims().last().copied().unwrap_or_default();
        match self {
            Self::Q4K if inputs.is_multiple_of(256) => Some(GgmlDType::Q4K),
            _ if inputs.is_multiple_of(32) => Some(GgmlDType::Q8_0),
            _ => None,
        }
    }
}
