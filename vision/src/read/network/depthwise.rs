//! Convolutions of each channel with itself alone: each pixel that comes out is a sum over the places of a window.

use super::activation::Activation;
use super::convolution::ConvShape;
use super::layers::LayerWeights;
use super::map::Map;
use crate::simd;
#[cfg(target_arch = "x86_64")]
use crate::simd::Level;

/// Neighbours that are summed side by side: they share the weights.
const SIDE: usize = 8;

/// A convolution of each channel with itself alone.
pub(super) struct Depthwise {
    window: ConvShape,
    /// For each place of the window, the weight of every channel.
    weights: Vec<f32>,
    bias: Vec<f32>,
    activation: Activation,
}

/// A place of the window that lies in the picture: where the pixel's channels begin in the picture, and where its weights do.
#[derive(Debug, Clone, Copy)]
struct Tap {
    pixel: usize,
    weights: usize,
}

impl Depthwise {
    pub fn new(weights: &LayerWeights, activation: Activation) -> Self {
        let places = weights.window.height * weights.window.width;
        let channels = weights.bias.len();
        let mut by_place = vec![0.0; places * channels];
        for (n, weight) in weights.values.iter().enumerate() {
            by_place[n % places * channels + n / places] = *weight;
        }
        Self { window: weights.window, weights: by_place, bias: weights.bias.clone(), activation }
    }

    pub fn run(&self, input: &Map) -> Map {
        let (height, width) = self.window.size(input);
        let channels = input.channels;
        let mut out = Map::room(height, width, channels);
        let whole = self.whole(width, input);
        let apart = self.window.stride.1 * channels;
        for (y, row) in out.values.chunks_exact_mut(width * channels).enumerate() {
            for x in (0..whole.start).chain(whole.end..width) {
                self.sum::<1>(&self.places(input, y, x), &input.values, apart, &mut row[x * channels..]);
            }
            // From the first whole window on the places only move to the right.
            let places = if whole.is_empty() { Vec::new() } else { self.places(input, y, whole.start) };
            let mut x = whole.start;
            while x < whole.end {
                let (from, out) = (&input.values[(x - whole.start) * apart..], &mut row[x * channels..]);
                if x + SIDE <= whole.end {
                    self.sum::<SIDE>(&places, from, apart, out);
                    x += SIDE;
                } else {
                    self.sum::<1>(&places, from, apart, out);
                    x += 1;
                }
            }
            finish(self.activation, row);
        }
        out
    }

    /// The columns that come out whose windows are wholly in the picture, from left to right.
    fn whole(&self, width: usize, input: &Map) -> std::ops::Range<usize> {
        let is_whole = |x: &usize| {
            let left = ConvShape::start(*x, self.window.stride.1, self.window.width);
            ConvShape::inside(left, self.window.width, input.width).len() == self.window.width
        };
        let first = (0..width).find(is_whole).unwrap_or(width);
        first..(first..width).rfind(is_whole).map_or(first, |last| last + 1)
    }

    /// The places of the window of this row and column.
    fn places(&self, input: &Map, y: usize, x: usize) -> Vec<Tap> {
        let ConvShape { height, width, stride } = self.window;
        let (top, left) = (ConvShape::start(y, stride.0, height), ConvShape::start(x, stride.1, width));
        let columns = ConvShape::inside(left, width, input.width);
        let mut places = Vec::with_capacity(height * width);
        for dy in ConvShape::inside(top, height, input.height) {
            for dx in columns.clone() {
                let y = (top + dy.cast_signed()).cast_unsigned();
                let x = (left + dx.cast_signed()).cast_unsigned();
                let pixel = (y * input.width + x) * input.channels;
                places.push(Tap { pixel, weights: (dy * width + dx) * input.channels });
            }
        }
        places
    }

    /// The sums of neighbours, which lie `apart` in the picture and beside each other in `out`.
    fn sum<const COUNT: usize>(&self, places: &[Tap], from: &[f32], apart: usize, out: &mut [f32]) {
        let channels = self.bias.len();
        let is_in = |place: &Tap| {
            place.pixel + (COUNT - 1) * apart + channels <= from.len() && place.weights + channels <= self.weights.len()
        };
        assert!(places.iter().all(is_in) && out.len() >= COUNT * channels, "all places are in the picture");
        #[cfg(not(target_arch = "x86_64"))]
        let first = 0;
        #[cfg(target_arch = "x86_64")]
        let first = {
            let mut first = 0;
            while simd::level() == Level::Avx512 && first + 16 <= channels {
                // SAFETY: the machine has it, and all that is read and written is there, as was looked at above.
                unsafe { x86::avx512::<COUNT>(self, places, from, apart, out, first) };
                first += 16;
            }
            while simd::level() != Level::Plain && first + 8 <= channels {
                // SAFETY: as above; what has AVX-512 has AVX2.
                unsafe { x86::avx2::<COUNT>(self, places, from, apart, out, first) };
                first += 8;
            }
            first
        };
        self.plainly(places, from, apart, out, first, COUNT);
    }

    /// The sums of the channels from `first` on, one by one.
    fn plainly(&self, places: &[Tap], from: &[f32], apart: usize, out: &mut [f32], first: usize, count: usize) {
        let channels = self.bias.len();
        for (at, out) in out.chunks_exact_mut(channels).enumerate().take(count) {
            for channel in first..channels {
                let product =
                    |place: &Tap| from[place.pixel + at * apart + channel] * self.weights[place.weights + channel];
                out[channel] = self.bias[channel] + places.iter().map(product).sum::<f32>();
            }
        }
    }
}

simd::wide! {
    fn finish(activation: Activation, row: &mut [f32]) {
        activation.apply::<FUSED>(row);
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::{Depthwise, Tap};

    /// The sums of as many channels as a register holds, from `first` on, of neighbours.
    macro_rules! sums {
        ($name:ident, $features:literal, $load:ident, $add:ident, $store:ident) => {
            #[target_feature(enable = $features)]
            pub(super) unsafe fn $name<const COUNT: usize>(
                of: &Depthwise,
                places: &[Tap],
                from: &[f32],
                apart: usize,
                out: &mut [f32],
                first: usize,
            ) {
                // SAFETY: the caller saw to it that there are as many channels from `first` on, at each place for each of the
                // neighbours, among the weights, and where they go.
                unsafe {
                    let mut sums = [$load(of.bias.as_ptr().add(first)); COUNT];
                    for place in places {
                        let weights = $load(of.weights.as_ptr().add(place.weights + first));
                        for (at, sum) in sums.iter_mut().enumerate() {
                            *sum = $add($load(from.as_ptr().add(place.pixel + at * apart + first)), weights, *sum);
                        }
                    }
                    for (at, sum) in sums.into_iter().enumerate() {
                        $store(out.as_mut_ptr().add(at * of.bias.len() + first), sum);
                    }
                }
            }
        };
    }

    sums!(avx512, "avx512f", _mm512_loadu_ps, _mm512_fmadd_ps, _mm512_storeu_ps);
    sums!(avx2, "avx2,fma", _mm256_loadu_ps, _mm256_fmadd_ps, _mm256_storeu_ps);
}
