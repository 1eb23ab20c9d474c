//! The network that names icons: a convolution, separable convolutions, three layers.
//!
//! `vision/train/icons/model.py` is the same in torch. Pictures are row by row, pixel by pixel, the channels side by side.

use super::crop::{CHANNELS, SIDE};
use super::weights::{ModelError, Numbers};
use crate::simd::mul_add;
use crate::wide;

/// Side, stride and channels of the first convolution.
const STEM: (usize, usize, usize) = (3, 2, 32);

/// Of each separable convolution: side of the window, stride, channels that come out.
const BLOCKS: [(usize, usize, usize); 7] =
    [(3, 1, 64), (3, 2, 96), (5, 1, 96), (5, 1, 96), (3, 2, 192), (3, 1, 192), (3, 1, 192)];

/// Pixels after the blocks, channels of each that the last layers see, and channels between those.
const PIXELS: usize = 16;
const KEPT: usize = 64;
const HIDDEN: usize = 320;

/// Columns that are summed side by side; every layer has a multiple of them.
const COLUMNS: usize = 32;

/// Rows that are multiplied side by side: they share the weights.
const ROWS: usize = 8;

/// The layers with their weights.
pub(super) struct Network {
    stem: Product,
    blocks: Vec<Block>,
    kept: Product,
    hidden: Product,
    last: Product,
    classes: usize,
}

impl Network {
    /// The network in a file, for this many classes.
    pub(super) fn load(bytes: &[u8], classes: usize) -> Result<Self, ModelError> {
        let mut numbers = Numbers::open(bytes, classes)?;
        let stem = Product::take(&mut numbers, STEM.0 * STEM.0 * CHANNELS, STEM.2);
        let mut channels = STEM.2;
        let blocks = BLOCKS.map(|shape| {
            let block = Block::take(&mut numbers, channels, shape);
            channels = shape.2;
            block
        });
        let kept = Product::take(&mut numbers, channels, KEPT);
        let hidden = Product::take(&mut numbers, PIXELS * KEPT, HIDDEN);
        let last = Product::take(&mut numbers, HIDDEN, classes);
        numbers.finish()?;
        Ok(Self { stem, blocks: blocks.into(), kept, hidden, last, classes })
    }

    /// The logits of all classes for what is seen of a box.
    pub(super) fn run(&self, seen: &[f32]) -> Vec<f32> {
        let (window, stride, _) = STEM;
        let mut map = Map { side: SIDE.div_ceil(stride), values: Vec::new() };
        map.values = self.stem.run(&windows(seen, CHANNELS, window, stride), true);
        for block in &self.blocks {
            map = block.run(&map);
        }
        // All pixels side by side: icons are in the middle of what is seen, so it matters where each pixel is.
        let kept = self.kept.run(&map.values, true);
        let mut logits = self.last.run(&self.hidden.run(&kept, true), false);
        logits.truncate(self.classes);
        logits
    }
}

/// A square picture with many channels.
struct Map {
    side: usize,
    values: Vec<f32>,
}

/// A convolution of each channel alone, then one that mixes them.
struct Block {
    window: usize,
    stride: usize,
    alone: Vec<f32>,
    bias: Vec<f32>,
    mixed: Product,
    /// Whether what went in is added to what comes out.
    adds: bool,
}

impl Block {
    fn take(numbers: &mut Numbers, inputs: usize, (window, stride, outputs): (usize, usize, usize)) -> Self {
        let alone = numbers.take(window * window * inputs);
        let bias = numbers.take(inputs);
        let mixed = Product::take(numbers, inputs, outputs);
        Self { window, stride, alone, bias, mixed, adds: stride == 1 && inputs == outputs }
    }

    fn run(&self, input: &Map) -> Map {
        let channels = self.bias.len();
        let side = input.side.div_ceil(self.stride);
        let padded = padded(&input.values, channels, input.side, self.window / 2);
        let mut between = vec![0.0; side * side * channels];
        let apart = (input.side + self.window / 2 * 2) * channels;
        for (y, out) in between.chunks_exact_mut(channels * side).enumerate() {
            alone(&padded[y * self.stride * apart..], apart, &self.alone, &self.bias, (self.window, self.stride), out);
        }
        let mut values = self.mixed.run(&between, true);
        if self.adds {
            values.iter_mut().zip(&input.values).for_each(|(out, value)| *out += value);
        }
        Map { side, values }
    }
}

/// A layer that mixes all channels of a pixel.
struct Product {
    inputs: usize,
    /// With those that were added to fill up [`COLUMNS`].
    outputs: usize,
    /// By columns of outputs, then by input.
    weights: Vec<f32>,
    bias: Vec<f32>,
}

impl Product {
    fn take(numbers: &mut Numbers, inputs: usize, outputs: usize) -> Self {
        let (values, mut bias) = (numbers.take(inputs * outputs), numbers.take(outputs));
        let full = outputs.next_multiple_of(COLUMNS);
        bias.resize(full, 0.0);
        let mut weights = vec![0.0; inputs * full];
        for (at, value) in values.iter().enumerate() {
            let (input, output) = (at / outputs, at % outputs);
            weights[(output / COLUMNS * inputs + input) * COLUMNS + output % COLUMNS] = *value;
        }
        Self { inputs, outputs: full, weights, bias }
    }

    /// What comes out of each pixel; without what is below zero where `clipped`.
    fn run(&self, pixels: &[f32], clipped: bool) -> Vec<f32> {
        let mut out = vec![0.0; pixels.len() / self.inputs * self.outputs];
        let strips = self.weights.chunks_exact(self.inputs * COLUMNS).zip(self.bias.as_chunks().0);
        for (at, (weights, bias)) in strips.enumerate() {
            multiply(pixels, self.inputs, weights, bias, &mut out, self.outputs, at * COLUMNS);
        }
        if clipped {
            out.iter_mut().for_each(|value| *value = value.max(0.0));
        }
        out
    }
}

wide! {
    /// The products of all pixels with the weights of a strip of columns, those from `from` on of so many outputs.
    fn multiply(
        pixels: &[f32],
        inputs: usize,
        weights: &[f32],
        bias: &[f32; COLUMNS],
        out: &mut [f32],
        outputs: usize,
        from: usize,
    ) {
        let mut rows = pixels.chunks_exact(inputs * ROWS);
        let mut outs = out.chunks_exact_mut(outputs * ROWS);
        for (rows, out) in rows.by_ref().zip(outs.by_ref()) {
            some::<FUSED, ROWS>(rows, inputs, weights, bias, out, outputs, from);
        }
        let rest = outs.into_remainder().chunks_exact_mut(outputs);
        for (row, out) in rows.remainder().chunks_exact(inputs).zip(rest) {
            some::<FUSED, 1>(row, inputs, weights, bias, out, outputs, from);
        }
    }
}

/// The products of some pixels with such a strip.
#[inline(always)]
fn some<const FUSED: bool, const N: usize>(
    rows: &[f32],
    inputs: usize,
    weights: &[f32],
    bias: &[f32; COLUMNS],
    out: &mut [f32],
    outputs: usize,
    from: usize,
) {
    let mut sums = [*bias; N];
    let mut each: [&[f32]; N] = [&[]; N];
    for (row, all) in each.iter_mut().zip(rows.chunks_exact(inputs)) {
        *row = all;
    }
    for (input, weights) in weights.as_chunks::<COLUMNS>().0.iter().enumerate().take(inputs) {
        for n in 0..N {
            let value = each[n][input];
            for column in 0..COLUMNS {
                sums[n][column] = mul_add::<FUSED>(value, weights[column], sums[n][column]);
            }
        }
    }
    for (sums, out) in sums.iter().zip(out.chunks_exact_mut(outputs)) {
        out[from..from + COLUMNS].copy_from_slice(sums);
    }
}

wide! {
    /// A row of a convolution of each channel alone, whose window has this side and stride. `rows` begins with the first row under
    /// the window, with room around; the next one is `apart` numbers on.
    fn alone(
        rows: &[f32],
        apart: usize,
        weights: &[f32],
        bias: &[f32],
        shape: (usize, usize),
        out: &mut [f32],
    ) {
        let (channels, (window, stride)) = (bias.len(), shape);
        for (x, out) in out.chunks_exact_mut(channels).enumerate() {
            let strips = out.as_chunks_mut::<COLUMNS>().0.iter_mut().zip(bias.as_chunks::<COLUMNS>().0);
            for (strip, (out, bias)) in strips.enumerate() {
                let mut sums = *bias;
                for down in 0..window {
                    let from = &rows[down * apart + x * stride * channels + strip * COLUMNS..];
                    let weights = &weights[down * window * channels + strip * COLUMNS..];
                    for across in 0..window {
                        let at = across * channels;
                        let (values, weights) = (&from[at..at + COLUMNS], &weights[at..at + COLUMNS]);
                        for column in 0..COLUMNS {
                            sums[column] = mul_add::<FUSED>(values[column], weights[column], sums[column]);
                        }
                    }
                }
                for column in 0..COLUMNS {
                    out[column] = sums[column].max(0.0);
                }
            }
        }
    }
}

/// A square picture with so many zeros around.
fn padded(values: &[f32], channels: usize, side: usize, room: usize) -> Vec<f32> {
    let wide = (side + 2 * room) * channels;
    let mut out = vec![0.0; wide * (side + 2 * room)];
    for (y, row) in values.chunks_exact(side * channels).enumerate() {
        out[(y + room) * wide + room * channels..][..side * channels].copy_from_slice(row);
    }
    out
}

/// What is under the window of each pixel that comes out, side by side.
fn windows(values: &[f32], channels: usize, window: usize, stride: usize) -> Vec<f32> {
    let padded = padded(values, channels, SIDE, window / 2);
    let wide = (SIDE + window / 2 * 2) * channels;
    let side = SIDE.div_ceil(stride);
    let mut out = Vec::with_capacity(side * side * window * window * channels);
    for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
        for dy in 0..window {
            let from = (y * stride + dy) * wide + x * stride * channels;
            out.extend_from_slice(&padded[from..from + window * channels]);
        }
    }
    out
}
