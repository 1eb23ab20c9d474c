//! Which parts of a frame are worth showing to the detector: those where something is drawn or has changed.

use image::RgbImage;

use super::Line;
use crate::geometry::Rect;

/// Side of the squares that are looked at, in pixels.
const TILE: i32 = 32;

/// A square whose channels vary less than this is empty: wallpaper, paper, a gradient.
const CONTRAST: u8 = 32;

/// Room around a region, in pixels: the detector needs to see what a text stands on.
const MARGIN: i32 = 16;

/// Two regions become one when the box around both is at most this much larger than the two.
const WASTE: f64 = 1.15;

/// How much bands share, in pixels: more than the height of a line.
const SHARED: i32 = 48;

/// A part of a frame for one run of the detector.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Band {
    /// What is shown.
    pub(super) area: Rect,
    /// What it answers for: lines whose middle is elsewhere are a neighbour's.
    pub(super) owned: Rect,
}

/// The parts of `area` where something is drawn.
pub(super) fn drawn(pixels: &RgbImage, area: Rect) -> Vec<Rect> {
    let mut found = Vec::new();
    for y in (area.y..area.bottom()).step_by(TILE as usize) {
        for x in (area.x..area.right()).step_by(TILE as usize) {
            let tile = Rect::new(x, y, TILE, TILE).intersection(&area);
            if varies(pixels, tile) {
                found.push(tile);
            }
        }
    }
    merged(found, area)
}

/// What must be read again where these places changed: they and the lines that they touch, drawn on or not.
pub(super) fn touched(changes: &[Rect], lines: &[Line], bounds: Rect) -> Vec<Rect> {
    let with_lines = |change: &Rect| {
        let near = change.grown(2);
        lines.iter().filter(|line| line.area.intersects(&near)).fold(*change, |all, line| all.union(&line.area))
    };
    merged(changes.iter().map(with_lines).collect(), bounds)
}

fn varies(pixels: &RgbImage, tile: Rect) -> bool {
    let (mut low, mut high) = ([255u8; 3], [0u8; 3]);
    for y in tile.y..tile.bottom() {
        let start = (y as usize * pixels.width() as usize + tile.x as usize) * 3;
        for pixel in pixels.as_raw()[start..start + tile.w as usize * 3].chunks_exact(3) {
            for channel in 0..3 {
                low[channel] = low[channel].min(pixel[channel]);
                high[channel] = high[channel].max(pixel[channel]);
            }
        }
    }
    (0..3).any(|channel| high[channel] - low[channel] > CONTRAST)
}

/// Grows every box and joins those that are better shown together, until none are.
fn merged(areas: Vec<Rect>, bounds: Rect) -> Vec<Rect> {
    let mut regions: Vec<Rect> = Vec::new();
    for area in areas {
        let mut area = area.grown(MARGIN).intersection(&bounds);
        while let Some(at) = regions.iter().position(|other| belong(other, &area)) {
            area = area.union(&regions.swap_remove(at));
        }
        regions.push(area);
    }
    regions
}

fn belong(a: &Rect, b: &Rect) -> bool {
    let apart = (a.area() + b.area() - a.intersection(b).area()) as f64;
    a.intersects(b) || a.union(b).area() as f64 <= apart * WASTE
}

/// Cuts a region into bands, so that `cores` of them can be looked at together.
pub(super) fn bands(region: Rect, cores: usize) -> Vec<Band> {
    // Below this a cut costs more, by what is seen twice, than it wins.
    let worth = (region.h / (4 * SHARED)).max(1);
    let count = (cores as i32).min(worth);
    let cut = |n: i32| region.y + region.h * n / count;
    let band = |n: i32| {
        let owned = Rect::new(region.x, cut(n), region.w, cut(n + 1) - cut(n));
        let area = Rect::new(owned.x, owned.y - SHARED, owned.w, owned.h + 2 * SHARED).intersection(&region);
        Band { area, owned }
    };
    (0..count).map(band).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn empty_parts_are_left_out() {
        let mut picture = RgbImage::from_pixel(640, 480, image::Rgb([200; 3]));
        for (x, y) in [(40, 40), (60, 44), (500, 400)] {
            picture.put_pixel(x, y, image::Rgb([0; 3]));
        }
        let mut found = drawn(&picture, Rect::new(0, 0, 640, 480));
        found.sort_by_key(|r| r.y);
        assert_eq!(found, [Rect::new(16, 16, 64, 64), Rect::new(464, 368, 64, 64)]);
    }

    #[test]
    fn a_change_takes_its_line_along() {
        let line = Line { text: "x".into(), area: Rect::new(100, 100, 300, 20), confidence: 1.0, words: vec![] };
        let bounds = Rect::new(0, 0, 640, 480);
        assert_eq!(touched(&[Rect::new(200, 105, 4, 4)], &[line], bounds), [Rect::new(84, 84, 332, 52)]);
    }

    proptest! {
        #[test]
        fn bands_own_every_row_once(y in 0i32..50, h in 1i32..2200, cores in 1usize..9) {
            let region = Rect::new(3, y, 50, h);
            let bands = bands(region, cores);
            for row in region.y..region.bottom() {
                prop_assert_eq!(bands.iter().filter(|b| b.owned.contains(3, row)).count(), 1);
            }
            prop_assert!(bands.iter().all(|b| b.area.intersection(&region) == b.area && b.area.union(&b.owned) == b.area));
        }
    }
}
