//! A picture becomes patches: resized, normalised, cut in the order that the tower wants.

use std::borrow::Cow;

use candle_core::{Device, Tensor};
use fast_image_resize as fir;
use image::RgbImage;
use rayon::prelude::*;

use super::EngineError;
use super::config::{PictureRule, VisionConfig};
use super::grid::Grid;

/// A picture as the tower sees it.
pub(super) struct Patches {
    /// How they lie.
    pub grid: Grid,
    /// One row a patch, block by block; red, green and blue, each row by row: [patches, 3 · side · side], f32.
    pub values: Tensor,
}

/// The picture's patches.
pub(super) fn patches(picture: &RgbImage, rule: &PictureRule, vision: &VisionConfig) -> Result<Patches, EngineError> {
    let (width, height) = rule.resized(picture.width(), picture.height())?;
    let resized = resize(picture, width, height)?;
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

/// The picture at another size: bicubic with a = -0.5, every pixel counted when it shrinks.
///
/// First in width, then in height, with 8 bits between: the other order clips other overshoots.
pub(super) fn resize(picture: &RgbImage, width: u32, height: u32) -> Result<Cow<'_, RgbImage>, EngineError> {
    let mut resized = Cow::Borrowed(picture);
    for (width, height) in [(width, picture.height()), (width, height)] {
        if (resized.width(), resized.height()) != (width, height) {
            let pass = one_way(&resized, width, height);
            let refuse = || EngineError::Picture { width, height, reason: "it cannot be resized" };
            resized = Cow::Owned(pass.ok_or_else(refuse)?);
        }
    }
    Ok(resized)
}

fn one_way(picture: &RgbImage, width: u32, height: u32) -> Option<RgbImage> {
    let source = fir::images::ImageRef::new(picture.width(), picture.height(), picture.as_raw(), fir::PixelType::U8x3);
    let mut target = fir::images::Image::new(width, height, fir::PixelType::U8x3);
    let options = fir::ResizeOptions::new().resize_alg(fir::ResizeAlg::Convolution(fir::FilterType::CatmullRom));
    fir::Resizer::new().resize(&source.ok()?, &mut target, &options).ok()?;
    RgbImage::from_raw(width, height, target.into_vec())
}
