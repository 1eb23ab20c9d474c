//! A matrix of weights with its bias and activation, laid out once as the kernel multiplies it.

use super::activation::Activation;
use super::kernel::{COLUMNS, Kernel, ROWS, Tile};
use crate::simd;

/// Words of a panel of rows, at most: they stay in the cache while every strip passes by.
const PANEL: usize = 16_384;

/// Rows of a panel, at most.
const LONGEST: usize = 128;

/// A matrix that rows of numbers are multiplied with.
pub(super) struct Product {
    kernel: Kernel,
    inputs: usize,
    outputs: usize,
    /// Some columns side by side: for each word of the inputs, one of every column.
    strips: Vec<Strip>,
    activation: Activation,
}

struct Strip {
    /// Width in registers.
    vectors: usize,
    words: Vec<u32>,
    /// One for each column; zero for those that only fill the last strip up.
    bias: Vec<f32>,
}

/// Some rows, encoded for the kernel, and the room that is used again and again.
pub(super) struct Panel {
    kernel: Kernel,
    words: Vec<u32>,
    inputs: usize,
    /// Words of a row.
    each: usize,
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
            let mut words = vec![0; inputs.div_ceil(kernel.packed()) * columns];
            let mut encoded = vec![0; inputs.div_ceil(kernel.packed())];
            for column in 0..columns.min(outputs - start) {
                kernel.encode(&weights[(start + column) * inputs..][..inputs], &mut encoded);
                for (word, &value) in encoded.iter().enumerate() {
                    words[word * columns + column] = value;
                }
            }
            let mut own = vec![0.0; columns];
            let some = columns.min(outputs - start);
            own[..some].copy_from_slice(&bias[start..start + some]);
            strips.push(Strip { vectors, words, bias: own });
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

    /// Room for as many rows as are best multiplied together.
    pub fn panel(&self) -> Panel {
        let each = self.inputs.div_ceil(self.kernel.packed());
        let rows = self.kernel.rows();
        let most = (PANEL / each / rows * rows).clamp(rows, LONGEST);
        Panel { kernel: self.kernel, words: vec![0; most * each], inputs: self.inputs, each }
    }

    /// Multiplies every row of `rows`, which lie side by side, and adds `more`, where it is given, at the end.
    pub fn rows(&self, rows: &[f32], more: Option<&[f32]>, out: &mut [f32]) {
        let mut panel = self.panel();
        let most = panel.most();
        let chunks = rows.chunks(most * self.inputs).zip(out.chunks_mut(most * self.outputs)).enumerate();
        for (n, (rows, out)) in chunks {
            panel.fill(rows);
            let more = more.map(|more| &more[n * most * self.outputs..][..out.len()]);
            self.multiply(&panel, more, out);
        }
    }

    /// Multiplies the first rows of a panel: as many as there is room for in `out`.
    pub fn multiply(&self, panel: &Panel, more: Option<&[f32]>, out: &mut [f32]) {
        let count = out.len() / self.outputs;
        let together = self.kernel.rows();
        let mut tile: Tile = [[0.0; COLUMNS]; ROWS];
        let mut start = 0;
        for strip in &self.strips {
            let columns = (strip.vectors * self.kernel.lanes()).min(self.outputs - start);
            for first in (0..count).step_by(together) {
                let rows = &panel.words[first * panel.each..][..together * panel.each];
                self.kernel.multiply(rows, &strip.words, strip.vectors, &mut tile);
                let count = together.min(count - first);
                let at = first * self.outputs + start;
                let rows = Rows {
                    tile: &mut tile[..count],
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

impl Panel {
    /// How many rows there is room for.
    pub fn most(&self) -> usize {
        self.words.len() / self.each
    }

    /// Sets the first rows to those that lie side by side here.
    pub fn fill(&mut self, rows: &[f32]) {
        if self.inputs.is_multiple_of(self.kernel.packed()) {
            self.kernel.encode(rows, &mut self.words[..rows.len() / self.kernel.packed()]);
        } else {
            for (row, words) in rows.chunks_exact(self.inputs).zip(self.words.chunks_exact_mut(self.each)) {
                self.kernel.encode(row, words);
            }
        }
    }

    /// The words of a row, to be set.
    #[inline]
    pub fn row(&mut self, at: usize) -> &mut [u32] {
        &mut self.words[at * self.each..][..self.each]
    }
}
