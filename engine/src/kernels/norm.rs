//! Normalising rows: by their root mean square, or by mean and variance.

use candle_core::{D, Result, Tensor};
use sightstep_vision::simd;

use super::host;

/// A normalisation with its weights.
pub(crate) struct Norm {
    weight: Vec<f32>,
    /// With a bias the mean is taken off as well.
    bias: Option<Vec<f32>>,
    eps: f32,
}

impl Norm {
    /// By mean and variance where there is a bias, else by the root mean square.
    pub fn new(weight: Vec<f32>, bias: Option<Vec<f32>>, eps: f64) -> Self {
        Self { weight, bias, eps: eps as f32 }
    }

    /// Its weights, its bias where it has one, and what keeps it from dividing by zero.
    pub fn parts(&self) -> (&[f32], Option<&[f32]>, f32) {
        (&self.weight, self.bias.as_deref(), self.eps)
    }

    /// The rows, normalised.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let width = x.dim(D::Minus1)?;
        let values = host::read(x, |x| {
            let mut values = vec![0f32; x.len()];
            host::each_row(&mut values, width, |row, out| {
                out.copy_from_slice(&x[row * width..][..width]);
                self.row(out);
            });
            values
        })?;
        Tensor::from_vec(values, x.shape(), x.device())
    }

    /// One row, in place; also one head of a row.
    pub fn row(&self, row: &mut [f32]) {
        normalise(self, row);
    }
}

simd::wide! {
    fn normalise(norm: &Norm, row: &mut [f32]) {
        match &norm.bias {
            Some(bias) => layer(row, &norm.weight, bias, norm.eps),
            None => rms(row, &norm.weight, norm.eps),
        }
    }
}

#[inline(always)]
fn rms(row: &mut [f32], weight: &[f32], eps: f32) {
    let mean = simd::total(row, |x| x * x) / row.len() as f32;
    let scale = 1.0 / (mean + eps).sqrt();
    row.iter_mut().zip(weight).for_each(|(x, weight)| *x = weight * (*x * scale));
}

#[inline(always)]
fn layer(row: &mut [f32], weight: &[f32], bias: &[f32], eps: f32) {
    let count = row.len() as f32;
    let mean = simd::total(row, |x| x) / count;
    let variance = simd::total(row, |x| (x - mean) * (x - mean)) / count;
    let scale = 1.0 / (variance + eps).sqrt();
    for ((x, weight), bias) in row.iter_mut().zip(weight).zip(bias) {
        *x = (*x - mean) * scale * weight + bias;
    }
}
