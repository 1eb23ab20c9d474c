//! Rotary embeddings: the angles by which the tower and the text model turn what stands at each place.

use super::config::{TextConfig, VisionConfig};
use super::grid::Grid;
use crate::kernels::turns::Turns;

/// The base of the tower's frequencies; no checkpoint of these families has another.
const VISION_THETA: f64 = 10_000.0;

/// 1 / theta^(2i / width), rounded as the reference does it.
fn frequencies(theta: f64, width: usize) -> Vec<f32> {
    let power = |pair: usize| theta.powf(f64::from((2 * pair) as f32 / width as f32)) as f32;
    (0..width / 2).map(|pair| 1.0 / power(pair)).collect()
}

impl Turns {
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
}
