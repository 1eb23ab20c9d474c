//! A picture becomes patches: resized, normalised, cut in the order that the tower wants.

use candle_core::{Device, Tensor};
use image::RgbImage;
use rayon::prelude::*;
use sightstep_vision::resize::bicubic;

use super::config::{PictureRule, VisionConfig};
use super::grid::Grid;
use crate::EngineError;

/// A picture as the tower sees it.
pub(crate) struct Patches {
    /// How they lie.
    pub grid: Grid,
    /// One row a patch, block by block; red, green and blue, each row by row: [patches, 3 · side · side], f32.
    pub values: Tensor,
}

/// The picture's patches.
pub(crate) fn patches(picture: &RgbImage, rule: &PictureRule, vision: &VisionConfig) -> Result<Patches, EngineError> {
    let (width, height) = rule.resized(picture.width(), picture.height())?;
    let resized = bicubic(picture, width, height);
    let side = vision.patch;
    let grid = Grid { rows: height as usize / side, columns: width as usize / side, merge: vision.merge };
    let mut values = vec![0f32; grid.patches() * 3 * side * side];
    let places: Vec<_> = grid.places().collect();
    let channels = Channels::new(rule);
    values.par_chunks_mut(3 * side * side).zip(&places).for_each(|(patch, place)| {
        channels.cut(&resized, *place, side, patch);
    });
    Ok(Patches { grid, values: Tensor::from_vec(values, (grid.patches(), 3 * side * side), &Device::Cpu)? })
}

/// Makes numbers of pixels; scaling to 0..1 and normalising are one step, as in the reference.
struct Channels {
    shift: [f32; 3],
    scale: [f32; 3],
}

impl Channels {
    fn new(rule: &PictureRule) -> Self {
        Self { shift: rule.mean.map(|mean| mean * 255.0), scale: rule.std.map(|std| std * 255.0) }
    }

    fn cut(&self, picture: &RgbImage, (row, column): (usize, usize), side: usize, patch: &mut [f32]) {
        let stride = picture.width() as usize * 3;
        for (channel, plane) in patch.chunks_mut(side * side).enumerate() {
            for (y, line) in plane.chunks_mut(side).enumerate() {
                let start = (row * side + y) * stride + column * side * 3 + channel;
                let pixels = picture.as_raw()[start..].iter().step_by(3);
                for (value, &pixel) in line.iter_mut().zip(pixels) {
                    *value = (f32::from(pixel) - self.shift[channel]) / self.scale[channel];
                }
            }
        }
    }
}
