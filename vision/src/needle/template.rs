//! Looking for a part of one picture in another, by the squared difference of grey pixels.

use image::RgbImage;

use super::grey::Grey;
use crate::frame::Frame;
use crate::geometry::Rect;

/// The mean squared difference of grey levels from which on nothing is similar: `0.9 + (40 − mse) / 380` is 0 there.
const UNLIKE: f64 = 382.0;

/// How far apart rows are that are compared one after the other: neighbouring rows differ alike, so far ones show
/// sooner that a place is wrong.
const STRIDE: usize = 7;

/// A grey picture and which of its pixels count.
#[derive(Debug, Clone)]
pub struct Template {
    grey: Grey,
    height: usize,
    /// Stretches of rows that count, in the order they are compared.
    stretches: Vec<Stretch>,
    pixels: u64,
}

#[derive(Debug, Clone, Copy)]
struct Stretch {
    x: usize,
    y: usize,
    length: usize,
}

/// From the mean squared difference to a similarity: openQA's scale, from 0 to 1.
pub fn similarity(mse: f64) -> f64 {
    (0.9 + (40.0 - mse) / 380.0).clamp(0.0, 1.0)
}

/// The mean squared difference that a similarity above 0 stands for.
pub fn unlikeness(similarity: f64) -> f64 {
    40.0 - (similarity - 0.9) * 380.0
}

impl Template {
    /// The part of the picture without what is excluded; nothing where all of it is.
    pub fn new(picture: &RgbImage, part: Rect, excluded: &[Rect]) -> Option<Self> {
        // Softening carries an excluded pixel one pixel further.
        let excluded: Vec<Rect> = excluded.iter().map(|area| area.grown(1)).collect();
        let height = part.h as usize;
        let rows = (0..STRIDE).flat_map(|first| (first..height).step_by(STRIDE));
        let stretches: Vec<Stretch> = rows.flat_map(|y| counted(part, y, &excluded)).collect();
        let pixels: u64 = stretches.iter().map(|stretch| stretch.length as u64).sum();
        (pixels > 0).then(|| Self { grey: Grey::of(picture, part), height, stretches, pixels })
    }

    /// The most similar place at most `margin` from `at`, and how similar it is; the nearest of equal ones.
    pub fn find(&self, frame: &Frame, at: Rect, margin: i32) -> (Rect, f64) {
        let searched = at.grown(margin).intersection(&frame.bounds());
        let (right, down) = (searched.w - at.w, searched.h - at.h);
        if right < 0 || down < 0 {
            return (at, 0.0);
        }
        let scene = Grey::of(frame.pixels(), searched);
        let (mut best, mut least) = (at, (UNLIKE * self.pixels as f64) as u64);
        for (x, y) in nearest_first((at.x - searched.x, at.y - searched.y), right, down) {
            if let Some(difference) = self.difference(&scene, x as usize, y as usize, least) {
                (best, least) = (Rect::new(searched.x + x, searched.y + y, at.w, at.h), difference);
                if difference == 0 {
                    break;
                }
            }
        }
        (best, similarity(least as f64 / self.pixels as f64))
    }

    /// Every place within `searched`, which lies on the frame, with a mean squared difference of at most `most`:
    /// its left and top edge and the difference.
    pub fn all(&self, frame: &Frame, searched: Rect, most: f64) -> Vec<(i32, i32, f64)> {
        let (width, height) = (self.grey.width as i32, self.height as i32);
        let (right, down) = (searched.w - width, searched.h - height);
        if right < 0 || down < 0 {
            return Vec::new();
        }
        let scene = Grey::of(frame.pixels(), searched);
        let limit = (most * self.pixels as f64) as u64 + 1;
        let places = (0..=down).flat_map(|y| (0..=right).map(move |x| (x, y)));
        let found = places.filter_map(|(x, y)| {
            let difference = self.difference(&scene, x as usize, y as usize, limit)?;
            Some((searched.x + x, searched.y + y, difference as f64 / self.pixels as f64))
        });
        found.collect()
    }

    /// The standard deviation of the grey levels that count.
    pub fn deviation(&self) -> f64 {
        let counted = self.stretches.iter().flat_map(|s| self.grey.stretch(s.x, s.y, s.length));
        let (sum, squares) =
            counted.fold((0_u64, 0_u64), |(s, q), v| (s + u64::from(*v), q + u64::from(*v) * u64::from(*v)));
        let mean = sum as f64 / self.pixels as f64;
        (squares as f64 / self.pixels as f64 - mean * mean).max(0.0).sqrt()
    }

    /// The sum of squared differences at a place of the scene, unless it reaches `limit`.
    fn difference(&self, scene: &Grey, x: usize, y: usize, limit: u64) -> Option<u64> {
        let mut sum = 0;
        for stretch in &self.stretches {
            let own = self.grey.stretch(stretch.x, stretch.y, stretch.length);
            sum += squares(own, scene.stretch(x + stretch.x, y + stretch.y, stretch.length));
            if sum >= limit {
                return None;
            }
        }
        Some(sum)
    }
}

/// The places of a search, the nearest to its middle first.
fn nearest_first(middle: (i32, i32), right: i32, down: i32) -> Vec<(i32, i32)> {
    let mut places: Vec<(i32, i32)> = (0..=down).flat_map(|y| (0..=right).map(move |x| (x, y))).collect();
    places.sort_by_key(|(x, y)| (x - middle.0).pow(2) + (y - middle.1).pow(2));
    places
}

/// The parts of a row of `part` that nothing excludes.
fn counted(part: Rect, y: usize, excluded: &[Rect]) -> Vec<Stretch> {
    let line = part.y + y as i32;
    let mut holes: Vec<(i32, i32)> = excluded
        .iter()
        .filter(|area| area.y <= line && line < area.bottom())
        .map(|area| (area.x - part.x, area.right() - part.x))
        .collect();
    holes.sort_unstable();
    holes.push((part.w, part.w));
    let (mut from, mut found) = (0, Vec::new());
    for (start, end) in holes {
        if start.min(part.w) > from {
            found.push(Stretch { x: from as usize, y, length: (start.min(part.w) - from) as usize });
        }
        from = from.max(end);
    }
    found
}

/// The sum of squared differences. Pieces keep the inner sum within 32 bits, so that the compiler can use SIMD.
fn squares(a: &[u8], b: &[u8]) -> u64 {
    let piece = |(a, b): (&[u8], &[u8])| -> u64 {
        let each = a.iter().zip(b).map(|(x, y)| {
            let difference = i32::from(i16::from(*x) - i16::from(*y));
            (difference * difference) as u32
        });
        u64::from(each.sum::<u32>())
    };
    a.chunks(4096).zip(b.chunks(4096)).map(piece).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_of_similarity() {
        let cases = [(0.0, 1.0), (2.0, 1.0), (17.2, 0.96), (40.0, 0.9), (382.0, 0.0), (9000.0, 0.0)];
        let wrong: Vec<_> = cases.iter().filter(|(mse, want)| (similarity(*mse) - want).abs() > 1e-9).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        assert!((similarity(unlikeness(0.96)) - 0.96).abs() < 1e-9);
    }

    #[test]
    fn overlapping_holes_leave_what_is_between() {
        let part = Rect::new(10, 10, 20, 2);
        let holes = [Rect::new(5, 0, 8, 90), Rect::new(15, 10, 5, 1), Rect::new(16, 10, 2, 1), Rect::new(28, 10, 9, 1)];
        let found: Vec<_> = counted(part, 0, &holes).iter().map(|s| (s.x, s.length)).collect();
        assert_eq!(found, [(3, 2), (10, 8)]);
        assert_eq!(counted(part, 1, &holes).len(), 1);
    }

    #[test]
    fn a_wide_row_does_not_overflow() {
        let (black, white) = (vec![0; 200_000], vec![255; 200_000]);
        assert_eq!(squares(&black, &white), 200_000 * 255 * 255);
    }
}
