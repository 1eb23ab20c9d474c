//! A matrix of weights with its bias and activation, laid out once as the kernel multiplies it.

use super::activation::Activation;
use super::kernel::{COLUMNS, Kernel, ROWS, Tile};
use crate::simd;

/// Numbers of rows that pass by every strip together, at most: they stay in the cache.
const TOGETHER: usize = 16_384;

/// Rows that pass by every strip together, at most.
const LONGEST: usize = 128;

/// A matrix that rows of numbers are multiplied with.
pub(super) struct Product {
    kernel: Kernel,
    inputs: usize,
    outputs: usize,
    strips: Vec<Strip>,
    activation: Activation,
}

/// Some columns side by side.
struct Strip {
    /// Width in registers.
    vectors: usize,
    /// For each input, the weight of every column.
    weights: Vec<f32>,
    /// One for each column; zero for those that only fill the last strip up.
    bias: Vec<f32>,
}

impl Product {
    /// Of weights with the inputs of each output side by side.
    pub fn new(kernel: Kernel, inputs: usize, weights: &[f32], bias: &[f32], activation: Activation) -> Self {
        let outputs = bias.len();
        assert_eq!(weights.len(), inputs * outputs, "a weight for every input and output");
        let mut strips = Vec::new();
        let mut start = 0;
        while start < outputs {
            let vectors = (outputs - start).div_ceil(kernel.lanes()).min(3);
            let columns = vectors * kernel.lanes();
            let some = columns.min(outputs - start);
            let mut strip = Strip { vectors, weights: vec![0.0; inputs * columns], bias: vec![0.0; columns] };
            strip.bias[..some].copy_from_slice(&bias[start..start + some]);
            for column in 0..some {
                for (input, weight) in weights[(start + column) * inputs..][..inputs].iter().enumerate() {
                    strip.weights[input * columns + column] = *weight;
                }
            }
            strips.push(strip);
            start += columns;
        }
        Self { kernel, inputs, outputs, strips, activation }
    }

    /// Numbers in a row that comes out.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Numbers in a row that goes in.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// How many rows are best multiplied together.
    pub fn together(&self) -> usize {
        let rows = self.kernel.rows();
        (TOGETHER / self.inputs / rows * rows).clamp(rows, LONGEST)
    }

    /// Multiplies rows, which lie side by side, and adds `more`, where it is given, at the end.
    pub fn rows(&self, rows: &[f32], more: Option<&[f32]>, out: &mut [f32]) {
        let together = self.together();
        let chunks = rows.chunks(together * self.inputs).zip(out.chunks_mut(together * self.outputs)).enumerate();
        for (n, (rows, out)) in chunks {
            let more = more.map(|more| &more[n * together * self.outputs..][..out.len()]);
            self.multiply(rows, more, out);
        }
    }

    /// Multiplies so few rows that they stay in the cache.
    fn multiply(&self, rows: &[f32], more: Option<&[f32]>, out: &mut [f32]) {
        let (count, at_once) = (rows.len() / self.inputs, self.kernel.rows());
        // The last ones are filled up to as many as are done at once.
        let whole = count / at_once * at_once;
        let mut last = vec![0.0; if whole < count { at_once * self.inputs } else { 0 }];
        last[..rows.len() - whole * self.inputs].copy_from_slice(&rows[whole * self.inputs..]);
        let mut tile: Tile = [[0.0; COLUMNS]; ROWS];
        let mut start = 0;
        for strip in &self.strips {
            let columns = (strip.vectors * self.kernel.lanes()).min(self.outputs - start);
            for first in (0..count).step_by(at_once) {
                let rows = if first < whole { &rows[first * self.inputs..][..at_once * self.inputs] } else { &last };
                self.kernel.multiply(rows, &strip.weights, strip.vectors, &mut tile);
                let at = first * self.outputs + start;
                let rows = Rows {
                    tile: &mut tile[..at_once.min(count - first)],
                    more: more.map(|more| &more[at..]),
                    out: &mut out[at..],
                    apart: self.outputs,
                    columns,
                };
                finish(&strip.bias, self.activation, rows);
            }
            start += columns;
        }
    }
}

/// Rows of a tile, and where they go.
struct Rows<'a> {
    tile: &'a mut [[f32; COLUMNS]],
    /// What is added at the end.
    more: Option<&'a [f32]>,
    out: &'a mut [f32],
    /// From the start of a row that comes out to the start of the next.
    apart: usize,
    /// How many columns come out.
    columns: usize,
}

simd::wide! {
    /// Bias, activation and what is added.
    fn finish(bias: &[f32], activation: Activation, rows: Rows) {
        // The compiler knows the width in each.
        match bias.len() {
            48 => finish_all::<FUSED, 48>(bias, activation, rows),
            32 => finish_all::<FUSED, 32>(bias, activation, rows),
            24 => finish_all::<FUSED, 24>(bias, activation, rows),
            16 => finish_all::<FUSED, 16>(bias, activation, rows),
            _ => finish_all::<FUSED, 8>(bias, activation, rows),
        }
    }
}

#[inline(always)]
fn finish_all<const FUSED: bool, const WIDTH: usize>(bias: &[f32], activation: Activation, rows: Rows) {
    let Rows { tile, more, out, apart, columns } = rows;
    let bias = &bias[..WIDTH];
    for (row, sums) in tile.iter_mut().enumerate() {
        let sums = &mut sums[..WIDTH];
        for (sum, bias) in sums.iter_mut().zip(bias) {
            *sum += bias;
        }
        activation.apply::<FUSED>(sums);
        let out = &mut out[row * apart..][..columns];
        match more {
            Some(more) => {
                for ((out, sum), more) in out.iter_mut().zip(sums).zip(&more[row * apart..][..columns]) {
                    *out = *sum + more;
                }
            }
            None if columns == WIDTH => out[..WIDTH].copy_from_slice(sums),
            None => out.copy_from_slice(&sums[..columns]),
        }
    }
}
