//! Rotations: pairs of a head's numbers are turned by angles that depend on the place.

use candle_core::{Device, Result, Tensor};

/// Cosines and sines of every place: for each, one angle a pair.
pub(crate) struct Turns {
    cos: Vec<f32>,
    sin: Vec<f32>,
    pairs: usize,
}

impl Turns {
    /// Turns of `pairs` pairs by these angles, place by place.
    pub(crate) fn new(pairs: usize, angles: impl Iterator<Item = f32>) -> Self {
        let (sin, cos) = angles.map(f32::sin_cos).unzip();
        Self { cos, sin, pairs }
    }

    /// The turns with these cosines and sines.
    pub fn of_tables([cos, sin]: [Vec<f32>; 2], pairs: usize) -> Self {
        Self { cos, sin, pairs }
    }

    /// Cosines and sines: [places, pairs].
    pub fn tables(&self) -> Result<[Tensor; 2]> {
        let table = |numbers: &[f32]| {
            let places = numbers.len() / self.pairs;
            Tensor::from_slice(numbers, (places, self.pairs), &Device::Cpu)
        };
        Ok([table(&self.cos)?, table(&self.sin)?])
    }

    /// The same turns in another order: place `n` has what place `order[n]` had.
    pub fn reordered(&self, order: impl Iterator<Item = usize> + Clone) -> Self {
        let pick = |all: &[f32]| order.clone().flat_map(|n| all[n * self.pairs..][..self.pairs].to_vec()).collect();
        Self { cos: pick(&self.cos), sin: pick(&self.sin), pairs: self.pairs }
    }

    /// Turns one head at place `n`: the first number of a pair is in the first half, the second in the other.
    #[inline(always)]
    pub fn turn(&self, n: usize, head: &mut [f32]) {
        let (first, second) = head.split_at_mut(self.pairs);
        let cos = &self.cos[n * self.pairs..][..self.pairs];
        let sin = &self.sin[n * self.pairs..][..self.pairs];
        for (((a, b), cos), sin) in first.iter_mut().zip(second).zip(cos).zip(sin) {
            (*a, *b) = (*a * cos - *b * sin, *b * cos + *a * sin);
        }
    }
}
