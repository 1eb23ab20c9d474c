//! Matrices that stay in the checkpoint's file as bf16: they take no memory of their own, and a token of an answer
//! reads half as much as it would in f32. The numbers are widened as they are used, so nothing is lost.

use std::sync::Arc;

use candle_core::{DType, Device, Result, Tensor, bail};
use rayon::prelude::*;
use sightstep_vision::simd;

use super::host;
use super::matrix::{Target, View};

/// Rows of input up to which each output is one dot product a row: more are a matrix product.
const FEW: usize = 4;

/// Numbers that are widened at a time for a matrix product.
const WIDENED: usize = 1 << 18;

/// Outputs at a time: enough for a product to be fast, few enough that there is work for all threads.
const OUTPUTS: std::ops::RangeInclusive<usize> = 64..=512;

/// Where matrices are stored.
pub(crate) trait Store: Send + Sync {
    /// The bytes of a matrix of that name, row by row; none where it is not stored as bf16.
    fn bf16(&self, name: &str) -> Option<&[u8]>;
}

/// Matrices of the same inputs, their outputs one after the other.
pub(crate) struct Stored {
    weights: Arc<dyn Store>,
    /// Whole names and outputs.
    parts: Vec<(String, usize)>,
    inputs: usize,
}

/// Some outputs of a part: bytes of their rows.
struct RowBlock<'a> {
    bytes: &'a [u8],
    outputs: usize,
}

impl Stored {
    /// These weights of shape [outputs, inputs], provided that all are stored as bf16.
    pub fn new(weights: Arc<dyn Store>, parts: Vec<(String, usize)>, inputs: usize) -> Option<Self> {
        let all = parts.iter().all(|(name, _)| weights.bf16(name).is_some());
        all.then_some(Self { weights, parts, inputs })
    }

    /// x · Wᵀ
    pub fn product(&self, x: &Tensor) -> Result<Tensor> {
        let rows = x.dim(0)?;
        let width: usize = self.parts.iter().map(|(_, outputs)| outputs).sum();
        let blocks = self.blocks((WIDENED / self.inputs).clamp(*OUTPUTS.start(), *OUTPUTS.end()))?;
        let out = host::read(x, |x| {
            let mut out = vec![0f32; rows * width];
            let pieces = Target::pieces(&mut out, width, blocks.iter().map(|block| block.outputs));
            let all: Vec<_> = blocks.iter().zip(pieces).collect();
            all.into_par_iter().for_each_init(Vec::new, |wide, (block, piece)| {
                if rows <= FEW {
                    few(block.bytes, x, self.inputs, piece);
                } else {
                    wide.resize(block.outputs * self.inputs, 0.0);
                    widen(block.bytes, wide);
                    piece.product(View::plain(x, self.inputs), View::plain(wide, self.inputs).turned());
                }
            });
            out
        })?;
        Tensor::from_vec(out, (rows, width), x.device())
    }

    /// All of them, in bf16: [outputs, inputs].
    pub fn tensor(&self) -> Result<Tensor> {
        let part = |(name, rows): &(String, usize)| {
            let Some(bytes) = self.weights.bf16(name) else { bail!("the weight {name} is gone") };
            Tensor::from_raw_buffer(bytes, DType::BF16, &[*rows, self.inputs], &Device::Cpu)
        };
        Tensor::cat(&self.parts.iter().map(part).collect::<Result<Vec<_>>>()?, 0)
    }

    fn blocks(&self, outputs: usize) -> Result<Vec<RowBlock<'_>>> {
        let mut blocks = Vec::new();
        for (name, rows) in &self.parts {
            let Some(bytes) = self.weights.bf16(name) else { bail!("the weight {name} is gone") };
            if bytes.len() != rows * self.inputs * 2 {
                bail!("the weight {name} has another size than it had")
            }
            let row = self.inputs * 2;
            blocks.extend(bytes.chunks(outputs * row).map(|bytes| RowBlock { bytes, outputs: bytes.len() / row }));
        }
        Ok(blocks)
    }
}

/// One number of bf16: the upper half of an f32.
#[inline(always)]
fn wide(bytes: [u8; 2]) -> f32 {
    f32::from_bits(u32::from(u16::from_le_bytes(bytes)) << 16)
}

simd::wide! {
    fn widen(bytes: &[u8], values: &mut [f32]) {
        let (numbers, _) = bytes.as_chunks::<2>();
        values.iter_mut().zip(numbers).for_each(|(value, bytes)| *value = wide(*bytes));
    }
}

simd::wide! {
    /// The products of a few rows.
    fn few(bytes: &[u8], x: &[f32], inputs: usize, out: Target) {
        let mut out = out;
        for (output, weights) in bytes.chunks(inputs * 2).enumerate() {
            for (row, x) in x.chunks(inputs).enumerate() {
                out.set(row, output, dot(weights, x));
            }
        }
    }
}

/// Numbers that are multiplied side by side.
const LANES: usize = 64;

#[inline(always)]
fn dot(weights: &[u8], x: &[f32]) -> f32 {
    let (weights, _) = weights.as_chunks::<2>();
    let (blocks, rest) = weights.as_chunks::<LANES>();
    let (x, x_rest) = x.as_chunks::<LANES>();
    let mut sums = [0f32; LANES];
    for (weights, x) in blocks.iter().zip(x) {
        for n in 0..LANES {
            sums[n] += wide(weights[n]) * x[n];
        }
    }
    let rest: f32 = rest.iter().zip(x_rest).map(|(weight, x)| wide(*weight) * x).sum();
    sums.iter().sum::<f32>() + rest
}
