//! What a layer does to each of its sums.

use crate::simd;

/// A function of one number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Activation {
    None,
    Relu,
    /// x·Φ(x), with the error function.
    Gelu,
    /// x·sigmoid(x).
    Silu,
    Sigmoid,
    /// x times this + 1/2, kept within 0 and 1.
    HardSigmoid(f32),
}

impl Activation {
    /// Replaces each number by its value.
    #[inline(always)]
    pub fn apply<const FUSED: bool>(self, values: &mut [f32]) {
        match self {
            Self::None => {}
            Self::Relu => each(values, |x| if x > 0.0 { x } else { 0.0 }),
            Self::Gelu => each(values, simd::gelu::<FUSED>),
            Self::Silu => each(values, |x| x / (1.0 + simd::exp(-x))),
            Self::Sigmoid => each(values, |x| 1.0 / (1.0 + simd::exp(-x))),
            Self::HardSigmoid(slope) => each(values, |x| (x * slope + 0.5).clamp(0.0, 1.0)),
        }
    }
}

#[inline(always)]
fn each(values: &mut [f32], f: impl Fn(f32) -> f32) {
    for value in values {
        *value = f(*value);
    }
}
