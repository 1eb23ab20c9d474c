//! Rotary embeddings: pairs of a head's numbers are turned by angles that depend on the place.

use candle_core::{Device, Result, Tensor};

use super::config::{TextConfig, VisionConfig};
use super::grid::Grid;

/// Cosines and sines of every place: for each, one angle a pair.
pub(super) struct Turns {
    cos: Vec<f32>,
    sin: Vec<f32>,
    pairs: usize,
}

/// The base of the tower's frequencies; no checkpoint of these families has another.
const VISION_THETA: f64 = 10_000.0;

/// 1 / theta^(2i / width), rounded as the reference does it.
fn frequencies(theta: f64, width: usize) -> Vec<f32> {
    let power = |pair: usize| theta.powf(f64::from((2 * pair) as f32 / width as f32)) as f32;
    (0..width / 2).map(|pair| 1.0 / power(pair)).collect()
}

impl Turns {
    fn new(pairs: usize, angles: impl Iterator<Item = f32>) -> Self {
        let (sin, cos) = angles.map(f32::sin_cos).unzip();
        Self { cos, sin, pairs }
    }

    /// The tower's: half of a head's pairs turn with the patch's row, half with its column.
    pub fn of_patches(config: &VisionConfig, grid: Grid) -> Self {
        let frequencies = frequencies(VISION_THETA, config.head() / 2);
        let frequencies = &frequencies;
        let angles = grid.places().flat_map(|(row, column)| {
            [row, column].into_iter().flat_map(move |place| frequencies.iter().map(move |f| place as f32 * f))
        });
        Self::new(config.head() / 2, angles)
    }

    /// The text model's: each pair turns with the time, height or width that the family gives it.
    pub fn of_positions(config: &TextConfig, positions: &[[u32; 3]]) -> Self {
        let frequencies = frequencies(config.theta, config.head);
        let pairs: Vec<_> = config.axes.iter().zip(&frequencies).collect();
        let pairs = &pairs;
        let angles = positions.iter().flat_map(|position| {
            pairs.iter().map(move |(axis, frequency)| position[usize::from(**axis)] as f32 * **frequency)
        });
        Self::new(config.head / 2, angles)
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
