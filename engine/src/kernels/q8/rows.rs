//! Rows of input in 8 bits: each block of 32 numbers with a scale of its own, and the sum that is to be taken off again.

use rayon::prelude::*;
use sightstep_vision::simd;

use super::{SHARED, TOGETHER};
use crate::kernels::host;

/// Rows that a thread quantises at a time.
const SHARE: usize = 16;

/// A number so large that what is added to it is rounded to a whole one.
const ROUND: f32 = 12_582_912.0;

/// Rows of input.
pub(super) struct Rows {
    numbers: Vec<i8>,
    scales: Vec<f32>,
    /// Of each block, -128 times the sum of its numbers: the weights are 128 too large.
    excess: Vec<i32>,
    /// Blocks of a row.
    blocks: usize,
}

/// Some rows that follow each other.
pub(super) struct RowPart<'a> {
    pub numbers: &'a [i8],
    pub scales: &'a [f32],
    pub excess: &'a [i32],
    pub blocks: usize,
    /// The number of the first.
    pub start: usize,
}

impl Rows {
    /// Rows of so many numbers; the last block of each is filled up with zeros.
    pub fn quantized(x: &[f32], inputs: usize) -> Self {
        let blocks = inputs.div_ceil(SHARED);
        if !inputs.is_multiple_of(SHARED) {
            return Self::quantized(&filled_up(x, inputs, blocks * SHARED), blocks * SHARED);
        }
        let all = x.len() / SHARED;
        let mut rows = Self { numbers: vec![0; all * SHARED], scales: vec![0.0; all], excess: vec![0; all], blocks };
        let share = SHARE * blocks;
        if all <= share {
            quantise(x, &mut rows.numbers, &mut rows.scales, &mut rows.excess);
        } else {
            let (x, numbers) = (x.par_chunks(share * SHARED), rows.numbers.par_chunks_mut(share * SHARED));
            let (scales, excess) = (rows.scales.par_chunks_mut(share), rows.excess.par_chunks_mut(share));
            let parts = x.zip(numbers).zip(scales).zip(excess);
            parts.for_each(|(((x, numbers), scales), excess)| quantise(x, numbers, scales, excess));
        }
        rows
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.scales.len() / self.blocks.max(1)
    }

    /// All of them, in parts of eight, four, two and one.
    pub fn parts(&self) -> impl Iterator<Item = RowPart<'_>> {
        let mut start = 0;
        std::iter::from_fn(move || {
            let count = [TOGETHER, 4, 2, 1].into_iter().find(|count| *count <= self.len() - start)?;
            start += count;
            Some(self.part(start - count, count))
        })
    }

    /// `count` rows from `start` on.
    pub fn part(&self, start: usize, count: usize) -> RowPart<'_> {
        let range = start * self.blocks..(start + count) * self.blocks;
        RowPart {
            numbers: &self.numbers[range.start * SHARED..range.end * SHARED],
            scales: &self.scales[range.clone()],
            excess: &self.excess[range],
            blocks: self.blocks,
            start,
        }
    }
}

impl RowPart<'_> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.scales.len() / self.blocks.max(1)
    }
}

/// Rows of `inputs` numbers as rows of `width`, with zeros behind them.
fn filled_up(x: &[f32], inputs: usize, width: usize) -> Vec<f32> {
    let mut filled = vec![0.0; x.len() / inputs * width];
    host::each_row(&mut filled, width, |row, filled| filled[..inputs].copy_from_slice(&x[row * inputs..][..inputs]));
    filled
}

simd::wide! {
    /// Writes the numbers, scales and excesses of blocks.
    fn quantise(x: &[f32], numbers: &mut [i8], scales: &mut [f32], excess: &mut [i32]) {
        let (x, numbers) = (x.as_chunks::<SHARED>().0, numbers.as_chunks_mut::<SHARED>().0);
        for (((x, numbers), scale), excess) in x.iter().zip(numbers).zip(scales).zip(excess) {
            (*scale, *excess) = block(x, numbers);
        }
    }
}

/// Writes a block's numbers; its scale, and what is to be added to its products.
#[inline(always)]
fn block(x: &[f32; SHARED], numbers: &mut [i8; SHARED]) -> (f32, i32) {
    let most = x.iter().fold(0f32, |most, value| most.max(value.abs()));
    let scale = most / 127.0;
    let share = if scale == 0.0 { 0.0 } else { 1.0 / scale };
    let mut sum = 0;
    for (number, value) in numbers.iter_mut().zip(x) {
        // The nearest whole number, ties to even, is then in the lowest bits: rounding is a call of the library's.
        let whole = (value * share + ROUND).to_bits().wrapping_sub(ROUND.to_bits()).cast_signed();
        sum += whole;
        *number = whole as i8;
    }
    (scale, -128 * sum)
}
