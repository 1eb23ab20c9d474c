//! A part of a picture in grey, softened so that the rendering of a letter's edge counts little.

use image::RgbImage;

use crate::geometry::Rect;

/// Grey pixels, row by row.
#[derive(Debug, Clone)]
pub struct Grey {
    /// Width in pixels.
    pub width: usize,
    /// Row by row.
    pub pixels: Vec<u8>,
}

impl Grey {
    /// The part in grey after a 3×3 Gaussian. The part's neighbours count; the picture's own edge is repeated.
    pub fn of(picture: &RgbImage, part: Rect) -> Self {
        let (width, height) = (part.w as usize, part.h as usize);
        let mut across = Vec::with_capacity(width * (height + 2));
        for y in part.y - 1..=part.bottom() {
            let row = grey_row(picture, y, part.x - 1, width + 2);
            across.extend(row.windows(3).map(|w| w[0] + 2 * w[1] + w[2]));
        }
        let rows = across.windows(2 * width + 1).take(width * height);
        let pixels = rows.map(|w| ((w[0] + 2 * w[width] + w[2 * width] + 8) / 16) as u8).collect();
        Self { width, pixels }
    }

    /// A stretch of a row.
    pub fn stretch(&self, x: usize, y: usize, length: usize) -> &[u8] {
        let start = y * self.width + x;
        &self.pixels[start..start + length]
    }
}

/// `length` pixels of a row from `x` on, in the weights of ITU-R BT.601.
fn grey_row(picture: &RgbImage, y: i32, x: i32, length: usize) -> Vec<u16> {
    let (width, height) = (picture.width() as i32, picture.height() as i32);
    let start = y.clamp(0, height - 1) as usize * width as usize;
    let grey = |x: i32| {
        let at = 3 * (start + x.clamp(0, width - 1) as usize);
        let [r, g, b] = [0, 1, 2].map(|c| u32::from(picture.as_raw()[at + c]));
        ((77 * r + 150 * g + 29 * b + 128) >> 8) as u16
    };
    (x..x + length as i32).map(grey).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_is_spread_by_the_kernel_and_parts_agree_with_the_whole() {
        let mut picture = RgbImage::new(7, 6);
        picture.put_pixel(3, 3, image::Rgb([160; 3]));
        let whole = Grey::of(&picture, Rect::new(0, 0, 7, 6));
        assert_eq!(whole.stretch(2, 2, 3), [10, 20, 10]);
        assert_eq!(whole.stretch(2, 3, 3), [20, 40, 20]);
        let part = Grey::of(&picture, Rect::new(3, 3, 2, 2));
        assert_eq!(part.pixels, [40, 20, 20, 10]);
    }

    #[test]
    fn white_stays_white_to_the_edge() {
        let picture = RgbImage::from_pixel(4, 3, image::Rgb([255; 3]));
        assert_eq!(Grey::of(&picture, Rect::new(0, 0, 4, 3)).pixels, [255; 12]);
    }
}
