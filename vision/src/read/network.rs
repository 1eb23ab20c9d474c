//! The two networks of PP-OCR on the processor, from their ONNX files: all channels of a pixel side by side. Half as fast again
//! as an engine for any network (`rten`) in recognising, more than twice as fast in detecting; ARCHITECTURE.md has the figures.

use std::path::Path;

use image::RgbImage;

mod activation;
mod backbone;
mod convolution;
mod depthwise;
mod detection;
mod kernel;
mod layers;
mod map;
mod pool;
mod product;
mod recognition;
mod sequence;

pub(super) use detection::Detection;
use kernel::Kernel;
use layers::Layers;
use map::Map;
pub(super) use recognition::{Answer, Recognition};

impl Detection {
    /// Reads the weights.
    ///
    /// # Errors
    /// What is not as it must be, in words.
    pub fn open(path: &Path) -> Result<Self, String> {
        let mut layers = Layers::open(path)?;
        whole(Self::load(Kernel::best(), &mut layers)?, &layers)
    }

    /// Of each pixel the probability that it belongs to text, for a picture filled up to this size: multiples of 32.
    pub fn probabilities(&self, picture: &RgbImage, width: usize, height: usize) -> Vec<f32> {
        self.run(&input(picture, width, height))
    }
}

impl Recognition {
    /// Reads the weights, and the characters that the classes after the first stand for.
    ///
    /// # Errors
    /// What is not as it must be, in words.
    pub fn open(path: &Path) -> Result<(Self, Vec<String>), String> {
        let mut layers = Layers::open(path)?;
        let characters = std::mem::take(&mut layers.characters);
        Ok((whole(Self::load(Kernel::best(), &mut layers)?, &layers)?, characters))
    }

    /// The most probable class of every eight columns of a picture that is 48 pixels high, filled up to this width.
    pub fn answers(&self, picture: &RgbImage, width: usize) -> Vec<Answer> {
        self.run(&input(picture, width, picture.height() as usize))
    }
}

/// The network, if it took every layer.
fn whole<N>(network: N, layers: &Layers) -> Result<N, String> {
    match layers.left() {
        0 => Ok(network),
        left => Err(format!("{left} layers are left over")),
    }
}

/// What both networks are shown: a picture, blue first, 0..255 as -1..1, grey where nothing is drawn.
fn input(picture: &RgbImage, width: usize, height: usize) -> Map {
    let mut map = Map::new(height, width, 3);
    let columns = picture.width() as usize;
    for (from, to) in picture.as_raw().chunks_exact(columns * 3).zip(map.values.chunks_exact_mut(width * 3)) {
        for (from, to) in from.as_chunks::<3>().0.iter().zip(to.as_chunks_mut::<3>().0) {
            *to = [from[2], from[1], from[0]].map(|value| f32::from(value) / 127.5 - 1.0);
        }
    }
    map
}

#[cfg(test)]
mod tests;
