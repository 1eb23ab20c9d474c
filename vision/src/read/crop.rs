//! Crops: the pixels of one text and how they are drawn for the recogniser.

use image::{Rgb, RgbImage, imageops};

use super::{ink, recognise, resize};
use crate::geometry::Rect;

/// How high a crop is drawn for the recogniser, which looks at [`recognise::HEIGHT`] pixels. The network is trained on
/// lines that fill the height; with room above and below them as many words are read right (of the 535 of a file list in
/// 9-point letters 521 at 44 and at 48 and 520 at 36; of 250 lines drawn at 11 to 16 pixels 93% at 36 and 92% at 48),
/// and a quarter fewer columns are to be looked at.
const DRAWN_HEIGHT: u32 = 36;

/// Widest crop, in pixels of a strip: longer texts are squeezed to it.
const WIDEST: u32 = 4096;

/// One text, ready to be read.
pub(super) struct Crop {
    pixels: RgbImage,
    background: Rgb<u8>,
}

impl Crop {
    /// The text in a box of the frame.
    pub(super) fn of(frame: &RgbImage, line: Rect) -> Self {
        let part = imageops::crop_imm(frame, line.x as u32, line.y as u32, line.w as u32, line.h as u32);
        Self { pixels: part.to_image(), background: Rgb(ink::background(frame, line)) }
    }

    /// The same for crops that look the same.
    pub(super) fn digest(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.pixels.width().to_le_bytes());
        hasher.update(self.pixels.as_raw());
        *hasher.finalize().as_bytes()
    }

    /// Its width in a strip.
    pub(super) fn width(&self) -> u32 {
        let (width, height) = (f64::from(self.pixels.width()), f64::from(self.pixels.height().max(1)));
        ((width * f64::from(DRAWN_HEIGHT) / height).round() as u32).clamp(1, WIDEST)
    }

    /// Draws it in the middle of the strip's height, on its own background.
    pub(super) fn draw(&self, strip: &mut RgbImage, left: u32) {
        for y in 0..strip.height() {
            for x in left..left + self.width() {
                strip.put_pixel(x, y, self.background);
            }
        }
        let top = (recognise::HEIGHT - DRAWN_HEIGHT) / 2;
        imageops::replace(strip, &resize::to(&self.pixels, self.width(), DRAWN_HEIGHT), left.into(), top.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crop_is_drawn_in_the_middle_on_its_own_background() {
        let bar = Rect::new(30, 20, 10, 6);
        let is_ink = |x: u32, y: u32| bar.contains(x as i32, y as i32);
        let picture = RgbImage::from_fn(200, 60, |x, y| Rgb([if is_ink(x, y) { 10 } else { 240 }; 3]));
        let crop = Crop::of(&picture, Rect::new(20, 14, 40, 18));
        assert_eq!(crop.width(), 80);
        let mut strip = RgbImage::new(200, recognise::HEIGHT);
        crop.draw(&mut strip, 16);
        let grey = |x, y| strip.get_pixel(x, y).0[0];
        assert_eq!((grey(15, 0), grey(16, 0), grey(46, 24), grey(95, 47), grey(96, 0)), (0, 240, 10, 240, 0));
    }

    #[test]
    fn the_same_pixels_elsewhere_are_the_same_crop() {
        let picture = RgbImage::from_fn(200, 60, |x, _| Rgb([if x % 50 == 7 { 10 } else { 240 }; 3]));
        let digest = |line| Crop::of(&picture, line).digest();
        assert_eq!(digest(Rect::new(0, 0, 40, 20)), digest(Rect::new(50, 30, 40, 20)));
        assert_ne!(digest(Rect::new(0, 0, 40, 20)), digest(Rect::new(1, 0, 40, 20)));
        assert_ne!(digest(Rect::new(0, 0, 40, 20)), digest(Rect::new(0, 0, 20, 40)));
    }
}
