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
            Self::Gelu => each(values, gelu::<FUSED>),
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

/// x·Φ(x) to about 3e-7 of x.
///
/// erf(x/√2) as a quotient of polynomials of x², fitted to erf within ±4 (Eigen's `generic_fast_erf_float`): beyond it is ±1 in
/// single precision.
#[inline(always)]
fn gelu<const FUSED: bool>(x: f32) -> f32 {
    const ABOVE: [f32; 7] = [
        -2.726_142_3e-10,
        2.770_681_4e-8,
        -2.101_024e-6,
        -5.692_506_4e-5,
        -7.349_906_3e-4,
        -2.954_6e-3,
        -1.609_603_3e-2,
    ];
    const BELOW: [f32; 5] = [-1.456_607_2e-5, -2.133_740_6e-4, -1.682_827e-3, -7.373_329_2e-3, -1.426_473_9e-2];
    let t = (x * std::f32::consts::FRAC_1_SQRT_2).clamp(-4.0, 4.0);
    let s = t * t;
    let mut above = ABOVE[0];
    for factor in &ABOVE[1..] {
        above = simd::mul_add::<FUSED>(above, s, *factor);
    }
    let mut below = BELOW[0];
    for factor in &BELOW[1..] {
        below = simd::mul_add::<FUSED>(below, s, *factor);
    }
    let half = 0.5 * x;
    simd::mul_add::<FUSED>(half, t * above / below, half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gelu_is_near_the_library_s() {
        let mut worst = 0f64;
        for step in -80_000..80_000 {
            let x = step as f32 / 10_000.0;
            let right = 0.5 * f64::from(x) * (1.0 + libm::erf(f64::from(x) / std::f64::consts::SQRT_2));
            worst = worst.max((f64::from(gelu::<false>(x)) - right).abs() / f64::from(x.abs()).max(1.0));
        }
        assert!(worst < 5e-7, "{worst:e}");
    }
}
