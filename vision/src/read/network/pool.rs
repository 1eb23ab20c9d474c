//! Means, maxima, and pictures put together or made larger.

use super::map::Map;
use crate::simd;

impl Map {
    /// The mean of each channel.
    pub fn mean(&self) -> Self {
        let mut mean = Self::new(1, 1, self.channels);
        sums(&self.values, &mut mean.values);
        let count = (self.height * self.width) as f32;
        mean.values.iter_mut().for_each(|sum| *sum /= count);
        mean
    }

    /// Multiplies each channel by its factor.
    pub fn scale(&mut self, factors: &[f32]) {
        scale(&mut self.values, factors);
    }

    /// Adds another of the same size, or one of half its sides, each pixel of which counts for four.
    pub fn add(&mut self, other: &Self) {
        let by = self.width / other.width.max(1);
        let length = self.width * self.channels;
        for (y, row) in self.values.chunks_exact_mut(length).enumerate() {
            add(row, other.from(y / by, 0), other.channels, by);
        }
    }

    /// The greatest of each pixel and those right of it, below it and below right; beyond the edge there are none.
    pub fn greatest_of_four(&self) -> Self {
        let mut out = Self::room(self.height, self.width, self.channels);
        let length = self.width * self.channels;
        for (y, row) in out.values.chunks_exact_mut(length).enumerate() {
            let below = (y + 1).min(self.height - 1);
            greatest_of_four(self.from(y, 0), self.from(below, 0), self.channels, row);
        }
        out
    }

    /// The means of boxes of this height and width, which lie side by side; what is left at the edges counts for nothing.
    pub fn means(&self, height: usize, width: usize) -> Self {
        let mut out = Self::new(self.height / height, self.width / width, self.channels);
        let columns = out.width;
        for (n, pixel) in out.values.chunks_exact_mut(self.channels).enumerate() {
            let (y, x) = (n / columns * height, n % columns * width);
            for place in 0..height * width {
                sums(&self.from(y + place / width, x + place % width)[..self.channels], pixel);
            }
            pixel.iter_mut().for_each(|sum| *sum /= (height * width) as f32);
        }
        out
    }

    /// All channels of all pictures, one after the other, in the size of the largest: smaller ones' pixels count for several.
    pub fn together(maps: &[&Self]) -> Self {
        let (height, width) = maps.iter().map(|map| (map.height, map.width)).max().unwrap_or_default();
        let channels = maps.iter().map(|map| map.channels).sum();
        let mut out = Self::room(height, width, channels);
        let mut start = 0;
        for map in maps {
            let by = width / map.width.max(1);
            for (y, row) in out.values.chunks_exact_mut(width * channels).enumerate() {
                let from = map.from(y / by, 0).chunks_exact(map.channels);
                for (pixels, from) in row.chunks_mut(by * channels).zip(from) {
                    for pixel in pixels.chunks_exact_mut(channels) {
                        pixel[start..start + map.channels].copy_from_slice(from);
                    }
                }
            }
            start += map.channels;
        }
        out
    }
}

simd::wide! {
    fn sums(values: &[f32], sums: &mut [f32]) {
        for pixel in values.chunks_exact(sums.len()) {
            for (sum, value) in sums.iter_mut().zip(pixel) {
                *sum += value;
            }
        }
    }
}

simd::wide! {
    fn scale(values: &mut [f32], factors: &[f32]) {
        for pixel in values.chunks_exact_mut(factors.len()) {
            for (value, factor) in pixel.iter_mut().zip(factors) {
                *value *= factor;
            }
        }
    }
}

simd::wide! {
    fn greatest_of_four(row: &[f32], below: &[f32], channels: usize, out: &mut [f32]) {
        let larger = |a: f32, b: f32| if b > a { b } else { a };
        for (out, (a, b)) in out.iter_mut().zip(row.iter().zip(below)) {
            *out = larger(*a, *b);
        }
        let right = row[channels..].iter().zip(&below[channels..]);
        for (out, (a, b)) in out.iter_mut().zip(right) {
            *out = larger(*out, larger(*a, *b));
        }
    }
}

simd::wide! {
    /// Adds a row whose pixels each count for so many.
    fn add(row: &mut [f32], more: &[f32], channels: usize, by: usize) {
        for (pixels, more) in row.chunks_mut(by * channels).zip(more.chunks_exact(channels)) {
            for pixel in pixels.chunks_exact_mut(channels) {
                for (value, more) in pixel.iter_mut().zip(more) {
                    *value += more;
                }
            }
        }
    }
}
