//! Columns of a line that attend to one another.

use super::activation::Activation;
use super::kernel::Kernel;
use super::layers::{LayerWeights, Layers};
use super::product::Product;
use crate::simd;

/// Groups of channels that attend each on its own.
const HEADS: usize = 8;

/// The next layer as a product.
pub(super) fn linear(kernel: Kernel, layers: &mut Layers, activation: Activation) -> Result<Product, String> {
    let LayerWeights { inputs, values, bias, .. } = layers.linear()?;
    Ok(Product::new(kernel, inputs, &values, &bias, activation))
}

/// A block of attention and of two products, each after a norm and added to what it began with.
pub(super) struct Attending {
    norm: Norm,
    /// Query, key and value.
    three: Product,
    out: Product,
    norm_after: Norm,
    widen: Product,
    narrow: Product,
}

impl Attending {
    pub fn load(kernel: Kernel, layers: &mut Layers) -> Result<Self, String> {
        const EPSILON: f32 = 1e-5;
        Ok(Self {
            norm: Norm::new(&layers.norm()?, EPSILON),
            three: linear(kernel, layers, Activation::None)?,
            out: linear(kernel, layers, Activation::None)?,
            norm_after: Norm::new(&layers.norm()?, EPSILON),
            widen: linear(kernel, layers, Activation::Silu)?,
            narrow: linear(kernel, layers, Activation::None)?,
        })
    }

    /// Goes over rows that lie side by side.
    pub fn run(&self, rows: &mut Vec<f32>) {
        let attended = attention(&product(&self.three, &self.norm.run(rows), None), self.out.inputs());
        let after = product(&self.out, &attended, Some(rows));
        let wide = product(&self.widen, &self.norm_after.run(&after), None);
        *rows = product(&self.narrow, &wide, Some(&after));
    }
}

fn product(product: &Product, rows: &[f32], more: Option<&[f32]>) -> Vec<f32> {
    let mut out = vec![0.0; rows.len() / product.inputs() * product.outputs()];
    product.rows(rows, more, &mut out);
    out
}

/// Every row's values, weighed by how well its query agrees with the keys. A row has the query, the key and the value, each
/// of so many channels.
fn attention(three: &[f32], channels: usize) -> Vec<f32> {
    let (rows, each) = (three.len() / (3 * channels), channels / HEADS);
    // Channel by channel, so that what is summed lies side by side.
    let mut turned = vec![0.0; three.len()];
    for (row, values) in three.chunks_exact(3 * channels).enumerate() {
        for (channel, value) in values.iter().enumerate() {
            turned[channel * rows + row] = *value;
        }
    }
    let (_, keys_and_values) = turned.split_at(channels * rows);
    let (keys, values) = keys_and_values.split_at(channels * rows);
    let mut out = vec![0.0; rows * channels];
    let mut weights = vec![0.0; rows];
    for row in 0..rows {
        let queries = &three[row * 3 * channels..][..channels];
        for first in (0..channels).step_by(each) {
            let part = first * rows..(first + each) * rows;
            let out = &mut out[row * channels + first..][..each];
            head(&queries[first..][..each], &keys[part.clone()], &values[part], &mut weights, out);
        }
    }
    out
}

simd::wide! {
    /// What one group of channels of one row gives, from the keys and values of all rows, channel by channel.
    fn head(queries: &[f32], keys: &[f32], values: &[f32], weights: &mut [f32], out: &mut [f32]) {
        let (rows, scale) = (weights.len(), 1.0 / (queries.len() as f32).sqrt());
        weights.fill(0.0);
        for (query, keys) in queries.iter().zip(keys.chunks_exact(rows)) {
            let query = query * scale;
            for (weight, key) in weights.iter_mut().zip(keys) {
                *weight = simd::mul_add::<FUSED>(query, *key, *weight);
            }
        }
        let most = simd::greatest(weights);
        for weight in weights.iter_mut() {
            *weight = simd::exp(*weight - most);
        }
        let total = simd::total(weights, |weight| weight);
        for (out, values) in out.iter_mut().zip(values.chunks_exact(rows)) {
            *out = dot::<FUSED>(weights, values) / total;
        }
    }
}

#[inline(always)]
fn dot<const FUSED: bool>(a: &[f32], b: &[f32]) -> f32 {
    const LANES: usize = 16;
    let (whole, rest) = a.as_chunks::<LANES>();
    let (others, other_rest) = b.as_chunks::<LANES>();
    let mut sums = [0f32; LANES];
    for (a, b) in whole.iter().zip(others) {
        for lane in 0..LANES {
            sums[lane] = simd::mul_add::<FUSED>(a[lane], b[lane], sums[lane]);
        }
    }
    sums.iter().sum::<f32>() + rest.iter().zip(other_rest).map(|(a, b)| a * b).sum::<f32>()
}

/// Rows brought to mean 0 and spread 1, then scaled and shifted channel by channel.
pub(super) struct Norm {
    scale: Vec<f32>,
    shift: Vec<f32>,
    epsilon: f32,
}

impl Norm {
    pub fn new(weights: &LayerWeights, epsilon: f32) -> Self {
        Self { scale: weights.values.clone(), shift: weights.bias.clone(), epsilon }
    }

    pub fn run(&self, rows: &[f32]) -> Vec<f32> {
        let mut out = rows.to_vec();
        for row in out.chunks_exact_mut(self.scale.len()) {
            normalise(self, row);
        }
        out
    }
}

simd::wide! {
    fn normalise(norm: &Norm, row: &mut [f32]) {
        let count = row.len() as f32;
        let mean = simd::total(row, |value| value) / count;
        let spread = simd::total(row, |value| (value - mean) * (value - mean)) / count;
        let factor = 1.0 / (spread + norm.epsilon).sqrt();
        for ((value, scale), shift) in row.iter_mut().zip(&norm.scale).zip(&norm.shift) {
            *value = (*value - mean) * factor * scale + shift;
        }
    }
}
