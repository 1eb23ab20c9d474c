//! Weights in fewer bits, made while they are loaded.

use candle_core::Tensor;
use candle_core::quantized::GgmlDType;

/// How matrices are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantize {
    /// 8 bits in blocks of 32 with a common scale: 8.5 bits a weight.
    Q8_0,
    /// 4 bits in blocks of 256: 4.5 bits a weight.
    Q4K,
}

impl Quantize {
    /// Bits that a weight takes.
    pub(crate) fn bits(self) -> f64 {
        match self {
            Self::Q8_0 => 8.5,
            Self::Q4K => 4.5,
        }
    }

    /// How the matrices of the tower are stored: never in fewer than 8 bits, for small things in a picture would be lost.
    pub(crate) fn of_tower(self) -> Self {
        Self::Q8_0
    }

    /// How this matrix is stored: in 4 bits only where its rows are whole blocks of 256.
    pub(crate) fn kind(self, weight: &Tensor) -> GgmlDType {
        let inputs = weight.dims().last().copied().unwrap_or_default();
        if self == Self::Q4K && inputs.is_multiple_of(256) { GgmlDType::Q4K } else { GgmlDType::Q8_0 }
    }
}
