//! Convolutions: each pixel that comes out is a product of the pixels under a window.

use super::activation::Activation;
use super::kernel::Kernel;
use super::layers::Weights;
use super::map::Map;
use super::product::Product;

/// A convolution of all channels with all.
pub(super) struct Convolution {
    kernel: Kernel,
    product: Product,
    window: Window,
}

/// What a convolution looks at, and how far it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub height: usize,
    pub width: usize,
    /// Down and across.
    pub stride: (usize, usize),
}

impl Window {
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
    pub fn new(kernel: Kernel, weights: &Weights, activation: Activation) -> Self {
        let channels = weights.inputs;
        // A pixel is a whole number of words: a channel of zeros is added where there is need.
        let padded = channels.next_multiple_of(kernel.packed());
        let mut values = vec![0.0; weights.values.len() / channels * padded];
        for (to, from) in values.chunks_exact_mut(padded).zip(weights.values.chunks_exact(channels)) {
            to[..channels].copy_from_slice(from);
        }
        let inputs = padded * weights.window.height * weights.window.width;
        let product = Product::new(kernel, inputs, &values, &weights.bias, activation);
        Self { kernel, product, window: weights.window }
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
        let mut encoded = Encoded::new(self.kernel, input, self.window.height);
        let mut panel = self.product.panel();
        let (most, outputs) = (panel.most(), self.product.outputs());
        for (y, row) in out.values.chunks_exact_mut(width * outputs).enumerate() {
            let top = Window::start(y, self.window.stride.0, self.window.height);
            encoded.show(top);
            for (n, out) in row.chunks_mut(most * outputs).enumerate() {
                for at in 0..out.len() / outputs {
                    self.gather(&encoded, top, n * most + at, panel.row(at));
                }
                let more = more.map(|more| &more[(y * width + n * most) * outputs..][..out.len()]);
                self.product.multiply(&panel, more, out);
            }
        }
        out
    }

    /// The pixels under the window of this row and column; zero outside of the picture.
    fn gather(&self, input: &Encoded, top: isize, x: usize, row: &mut [u32]) {
        let Window { height, width, stride } = self.window;
        let left = Window::start(x, stride.1, width);
        let (rows, columns) =
            (Window::inside(top, height, input.map.height), Window::inside(left, width, input.map.width));
        if rows.len() * columns.len() < height * width {
            row.fill(0);
        }
        let length = columns.len() * input.each;
        for dy in rows {
            let from = input
                .from((top + dy.cast_signed()).cast_unsigned(), (left + columns.start.cast_signed()).cast_unsigned());
            row[(dy * width + columns.start) * input.each..][..length].copy_from_slice(&from[..length]);
        }
    }
}

/// The rows of a picture that a window shows, as words for the kernel.
struct Encoded<'a> {
    kernel: Kernel,
    map: &'a Map,
    /// Rows of the window.
    height: usize,
    /// Words of a pixel.
    each: usize,
    /// Each row of the picture has its place among as many as the window has.
    words: Vec<u32>,
    /// The first row that was not yet encoded.
    next: usize,
}

impl<'a> Encoded<'a> {
    fn new(kernel: Kernel, map: &'a Map, height: usize) -> Self {
        let each = map.channels.div_ceil(kernel.packed());
        Self { kernel, map, height, each, words: vec![0; height * map.width * each], next: 0 }
    }

    /// Encodes what is still missing of the rows from `top` on.
    fn show(&mut self, top: isize) {
        let end = (top + self.height.cast_signed()).min(self.map.height.cast_signed()).cast_unsigned();
        for y in self.next.max(top.max(0).cast_unsigned())..end {
            let length = self.map.width * self.each;
            let words = &mut self.words[y % self.height * length..][..length];
            let row = self.map.from(y, 0);
            if self.map.channels.is_multiple_of(self.kernel.packed()) {
                self.kernel.encode(row, words);
            } else {
                for (pixel, words) in row.chunks_exact(self.map.channels).zip(words.chunks_exact_mut(self.each)) {
                    self.kernel.encode(pixel, words);
                }
            }
        }
        self.next = end;
    }

    /// The words of the pixels from this one on.
    #[inline]
    fn from(&self, y: usize, x: usize) -> &[u32] {
        &self.words[(y % self.height * self.map.width + x) * self.each..]
    }
}

/// A convolution that doubles the sides: each pixel becomes four, each a product of its own.
pub(super) struct Doubling(Product);

impl Doubling {
    pub fn new(kernel: Kernel, weights: &Weights, activation: Activation) -> Self {
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
