//! The functions between linear layers.

use candle_core::{D, Result, Tensor};
use sightstep_vision::simd;

use super::host;

/// √(2/π) of the tanh approximation.
const SQRT_2_OVER_PI: f32 = 0.797_884_6;

/// The functions between two linear layers, in the order of their numbers in `gpu/kernels.cu`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activation {
    /// x · sigmoid(x)
    Silu,
    /// x · sigmoid(1.702 x)
    QuickGelu,
    /// The tanh approximation of GELU.
    TanhGelu,
    /// GELU with the error function.
    Gelu,
}

impl Activation {
    /// Applies it to every number of a row, in place.
    pub(crate) fn row(self, row: &mut [f32]) {
        apply(self, row);
    }

    /// Applies it to every number, in place.
    pub(crate) fn apply(self, x: &Tensor) -> Result<()> {
        let width = x.dim(D::Minus1)?;
        host::edit(x, |values| host::each_row(values, width, |_, row| apply(self, row)))
    }

    /// act(gate) · up, where each row has the gate's numbers, then those of `up`.
    pub(crate) fn gated(self, x: &Tensor) -> Result<Tensor> {
        let (rows, width) = x.dims2()?;
        let half = width / 2;
        let values = host::read(x, |x| {
            let mut values = vec![0f32; rows * half];
            host::each_row(&mut values, half, |row, out| {
                let (gate, up) = x[row * width..][..width].split_at(half);
                out.copy_from_slice(gate);
                apply(self, out);
                out.iter_mut().zip(up).for_each(|(value, up)| *value *= up);
            });
            values
        })?;
        Tensor::from_vec(values, (rows, half), x.device())
    }
}

simd::wide! {
    /// Replaces each number by its value.
    fn apply(activation: Activation, row: &mut [f32]) {
        match activation {
            Activation::Silu => each(row, |x| x / (1.0 + simd::exp(-x))),
            Activation::QuickGelu => each(row, |x| x / (1.0 + simd::exp(-1.702 * x))),
            // (1 + tanh u) / 2 is the sigmoid of 2u.
            Activation::TanhGelu => each(row, |x| {
                let u = SQRT_2_OVER_PI * (x + 0.044_715 * x * x * x);
                x / (1.0 + simd::exp(-2.0 * u))
            }),
            Activation::Gelu => each(row, simd::gelu::<FUSED>),
        }
    }
}

#[inline(always)]
fn each(row: &mut [f32], f: impl Fn(f32) -> f32) {
    row.iter_mut().for_each(|x| *x = f(*x));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        // From the functions' definitions, in f64.
        let cases = [
            (Activation::Silu, 1.5, 1.226_361_5),
            (Activation::QuickGelu, -0.75, -0.163_609_5),
            (Activation::TanhGelu, 1.0, 0.841_192),
            (Activation::Gelu, 1.0, 0.841_344_7),
            (Activation::Gelu, -2.0, -0.045_500_26),
        ];
        let found = |activation: Activation, x| {
            let mut row = [x];
            apply(activation, &mut row);
            row[0]
        };
        let wrong: Vec<_> = cases.iter().filter(|(a, x, right)| (found(*a, *x) - right).abs() > 1e-6).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
