//! Where text stands: PP-OCR's probability map of a region, cut into boxes (differentiable binarisation).

use image::{RgbImage, imageops};

use super::models::TextModels;
use super::resize;
use crate::geometry::Rect;

/// The network works on multiples of this.
const STRIDE: u32 = 32;

/// From this probability on a pixel belongs to text. This and the next two are PP-OCRv6's own.
const TEXT: f32 = 0.3;

/// Mean probability that a box must reach.
const BOX: f32 = 0.5;

/// How far the boxes grow: the network is trained on shrunken ones. The distance is area * ratio / perimeter.
const UNCLIP: f32 = 1.6;

/// Boxes smaller than this on a side, before growing, are noise.
const SMALLEST: i32 = 3;

/// Boxes of the lines of text in `region`, in pixels of the frame. The region is shrunk by `scale` (at most 1) first.
pub(super) fn lines(models: &TextModels, pixels: &RgbImage, region: Rect, scale: f64) -> Vec<Rect> {
    let crop = imageops::crop_imm(pixels, region.x as u32, region.y as u32, region.w as u32, region.h as u32);
    let mut crop = crop.to_image();
    if scale < 1.0 {
        let side = |length: i32| ((f64::from(length) * scale).round() as u32).max(1);
        crop = resize::to(&crop, side(region.w), side(region.h));
    }
    let (width, height) = (crop.width().next_multiple_of(STRIDE), crop.height().next_multiple_of(STRIDE));
    let values = models.detection.probabilities(&crop, width as usize, height as usize);
    let map = TextMap { width: width as usize, values };
    let bounds = Rect::new(0, 0, pixels.width() as i32, pixels.height() as i32);
    let back = |value: i32| (f64::from(value) / scale).round() as i32;
    let found = map
        .boxes()
        .into_iter()
        .map(|b| Rect::new(region.x + back(b.x), region.y + back(b.y), back(b.w), back(b.h)).intersection(&bounds));
    found.filter(|area| !area.is_empty()).collect()
}

/// The probability that a pixel belongs to text, row by row.
struct TextMap {
    width: usize,
    values: Vec<f32>,
}

impl TextMap {
    fn boxes(&self) -> Vec<Rect> {
        let mut seen = vec![false; self.values.len()];
        let mut found = Vec::new();
        for start in 0..self.values.len() {
            if self.values[start] > TEXT && !seen[start] {
                let area = self.component(start, &mut seen);
                if area.w >= SMALLEST && area.h >= SMALLEST && self.mean(area) >= BOX {
                    found.push(grown(area));
                }
            }
        }
        found
    }

    /// The bounding box of the pixels of text that hang together with `start`, corners included.
    fn component(&self, start: usize, seen: &mut [bool]) -> Rect {
        let height = self.values.len() / self.width;
        let (mut left, mut top, mut right, mut bottom) = (usize::MAX, usize::MAX, 0, 0);
        let mut stack = vec![start];
        seen[start] = true;
        while let Some(at) = stack.pop() {
            let (x, y) = (at % self.width, at / self.width);
            (left, right) = (left.min(x), right.max(x));
            (top, bottom) = (top.min(y), bottom.max(y));
            for ny in y.saturating_sub(1)..=(y + 1).min(height - 1) {
                for nx in x.saturating_sub(1)..=(x + 1).min(self.width - 1) {
                    let next = ny * self.width + nx;
                    if !seen[next] && self.values[next] > TEXT {
                        seen[next] = true;
                        stack.push(next);
                    }
                }
            }
        }
        Rect::new(left as i32, top as i32, (right - left + 1) as i32, (bottom - top + 1) as i32)
    }

    fn mean(&self, area: Rect) -> f32 {
        let rows = (area.y..area.bottom()).map(|y| {
            let start = y as usize * self.width + area.x as usize;
            self.values[start..start + area.w as usize].iter().sum::<f32>()
        });
        rows.sum::<f32>() / area.area() as f32
    }
}

fn grown(area: Rect) -> Rect {
    let distance = area.area() as f32 * UNCLIP / (2 * (area.w + area.h)) as f32;
    area.grown(distance.round() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_become_grown_boxes_and_faint_ones_are_dropped() {
        let mut map = TextMap { width: 64, values: vec![0.0; 64 * 40] };
        let mut fill = |area: Rect, value: f32| {
            for y in area.y..area.bottom() {
                for x in area.x..area.right() {
                    map.values[y as usize * 64 + x as usize] = value;
                }
            }
        };
        fill(Rect::new(10, 5, 30, 6), 0.9);
        fill(Rect::new(10, 25, 30, 6), 0.4);
        fill(Rect::new(60, 0, 2, 2), 0.9);
        // 30 * 6 * 1.6 / 72 = 4.
        assert_eq!(map.boxes(), [Rect::new(6, 1, 38, 14)]);
    }
}
