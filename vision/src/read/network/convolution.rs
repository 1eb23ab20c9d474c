//! Convolutions: each pixel that comes out is a product of the pixels under a window.

use super::activation::Activation;
use super::kernel::Kernel;
use super::layers::LayerWeights;
use super::map::Map;
use super::product::Product;

/// A convolution of all channels with all.
pub(super) struct Convolution {
    product: Product,
    window: ConvShape,
}

/// What a convolution looks at, and how far it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ConvShape {
    pub height: usize,
    pub width: usize,
    /// Down and across.
    pub stride: (usize, usize),
}

impl ConvShape {
    /// The size of what comes out: there is room around the picture for every window that begins in it.
    pub fn size(self, input: &Map) -> (usize, usize) {
        (input.height.div_ceil(self.stride.0), input.width.div_ceil(self.stride.1))
    }

    /// The row or column that a window begins in; before the picture where it is negative.
    pub fn start(at: usize, stride: usize, side: usize) -> isize {
        (at * stride).cast_signed() - ((side - 1) / 2).cast_signed()
    }

    /// The part of a side of the window that lies in a picture of this length.
    pub fn inside(start: isize, side: usize, length: usize) -> std::ops::Range<usize> {
        let first = (-start).max(0).cast_unsigned().min(side);
        first..(length.cast_signed() - start).clamp(first.cast_signed(), side.cast_signed()).cast_unsigned()
    }
}

impl Convolution {
    pub fn new(kernel: Kernel, weights: &LayerWeights, activation: Activation) -> Self {
        let inputs = weights.inputs * weights.window.height * weights.window.width;
        let product = Product::new(kernel, inputs, &weights.values, &weights.bias, activation);
        Self { product, window: weights.window }
    }

    /// Channels that come out.
    pub fn outputs(&self) -> usize {
        self.product.outputs()
    }

    /// What comes out, with `more` added, where it is given, at the end.
    pub fn run(&self, input: &Map, more: Option<&Map>) -> Map {
        let (height, width) = self.window.size(input);
        let mut out = Map::room(height, width, self.product.outputs());
        let more = more.map(|more| more.values.as_slice());
        if (self.window.height, self.window.width, self.window.stride) == (1, 1, (1, 1)) {
            self.product.rows(&input.values, more, &mut out.values);
            return out;
        }
        let (together, inputs, outputs) = (self.product.together(), self.product.inputs(), self.product.outputs());
        let mut rows = vec![0.0; together * inputs];
        for (n, out) in out.values.chunks_mut(together * outputs).enumerate() {
            let rows = &mut rows[..out.len() / outputs * inputs];
            for (at, row) in rows.chunks_exact_mut(inputs).enumerate() {
                let pixel = n * together + at;
                self.gather(input, pixel / width, pixel % width, row);
            }
            let more = more.map(|more| &more[n * together * outputs..][..out.len()]);
            self.product.rows(rows, more, out);
        }
        out
    }

    /// The pixels under the window of this row and column; zero outside of the picture.
    fn gather(&self, input: &Map, y: usize, x: usize, row: &mut [f32]) {
        let ConvShape { height, width, stride } = self.window;
        let (top, left) = (ConvShape::start(y, stride.0, height), ConvShape::start(x, stride.1, width));
        let (rows, columns) =
            (ConvShape::inside(top, height, input.height), ConvShape::inside(left, width, input.width));
        if rows.len() * columns.len() < height * width {
            row.fill(0.0);
        }
        let length = columns.len() * input.channels;
        for dy in rows {
            let (y, x) = (top + dy.cast_signed(), left + columns.start.cast_signed());
            let from = &input.from(y.cast_unsigned(), x.cast_unsigned())[..length];
            row[(dy * width + columns.start) * input.channels..][..length].copy_from_slice(from);
        }
    }
}

/// A convolution that doubles the sides: each pixel becomes four, each a product of its own.
pub(super) struct Doubling(Product);

impl Doubling {
    pub fn new(kernel: Kernel, weights: &LayerWeights, activation: Activation) -> Self {
        Self(Product::new(kernel, weights.inputs, &weights.values, &weights.bias, activation))
    }

    pub fn run(&self, input: &Map) -> Map {
        let channels = self.0.outputs() / 4;
        let mut out = Map::room(input.height * 2, input.width * 2, channels);
        let mut four = vec![0.0; input.width * 4 * channels];
        let length = input.width * input.channels;
        for (row, two) in input.values.chunks_exact(length).zip(out.values.chunks_exact_mut(4 * input.width * channels))
        {
            self.0.rows(row, None, &mut four);
            let (upper, lower) = two.split_at_mut(2 * input.width * channels);
            let pairs = upper.chunks_exact_mut(2 * channels).zip(lower.chunks_exact_mut(2 * channels));
            for ((upper, lower), four) in pairs.zip(four.chunks_exact(4 * channels)) {
                upper.copy_from_slice(&four[..2 * channels]);
                lower.copy_from_slice(&four[2 * channels..]);
            }
        }
        out
    }
}
