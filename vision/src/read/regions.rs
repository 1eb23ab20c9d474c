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

/// A region is cut, and two are left apart, where the box around both is more than this much larger than the two.
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

/// The parts of `area` where text may stand: cut at empty stripes, as often as that leaves something out.
pub(super) fn drawn(pixels: &RgbImage, area: Rect) -> Vec<Rect> {
    let grid = Grid::of(pixels, area);
    grid.parts(Rect::new(0, 0, grid.columns, grid.rows)).into_iter().map(|tiles| grid.on_frame(tiles)).collect()
}

/// The tiles of an area, and on which of them text may stand.
struct Grid {
    area: Rect,
    columns: i32,
    rows: i32,
    drawn: Vec<bool>,
}

impl Grid {
    fn of(pixels: &RgbImage, area: Rect) -> Self {
        let (columns, rows) = ((area.w + TILE - 1) / TILE, (area.h + TILE - 1) / TILE);
        let tiles = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
        let tile = |(x, y)| Rect::new(area.x + x * TILE, area.y + y * TILE, TILE, TILE).intersection(&area);
        let drawn = tiles.map(|at| may_hold_text(pixels, tile(at))).collect();
        Self { area, columns, rows, drawn }
    }

    /// Boxes of tiles, each with something drawn along every side.
    fn parts(&self, tiles: Rect) -> Vec<Rect> {
        let whole = self.bounds(tiles);
        if whole.is_empty() {
            return Vec::new();
        }
        let Some((one, other)) = self.halves(whole) else { return vec![whole] };
        let parts: Vec<Rect> = [self.parts(one), self.parts(other)].concat();
        let size = |tiles: &Rect| self.on_frame(*tiles).area() as f64;
        let cut: f64 = parts.iter().map(size).sum();
        if cut * WASTE <= size(&whole) { parts } else { vec![whole] }
    }

    /// The smallest box around what is drawn.
    fn bounds(&self, tiles: Rect) -> Rect {
        let all = (tiles.y..tiles.bottom()).flat_map(|y| (tiles.x..tiles.right()).map(move |x| Rect::new(x, y, 1, 1)));
        let none = Rect::new(0, 0, 0, 0);
        all.filter(|tile| self.is_drawn(tile.x, tile.y)).fold(none, |bounds, tile| bounds.union(&tile))
    }

    /// What lies on either side of the widest empty stripe.
    fn halves(&self, tiles: Rect) -> Option<(Rect, Rect)> {
        let empty_column = |x: &i32| !(tiles.y..tiles.bottom()).any(|y| self.is_drawn(*x, y));
        let empty_row = |y: &i32| !(tiles.x..tiles.right()).any(|x| self.is_drawn(x, *y));
        let across = widest_run((tiles.x..tiles.right()).filter(empty_column));
        let down = widest_run((tiles.y..tiles.bottom()).filter(empty_row));
        let length = |run: Option<(i32, i32)>| run.map_or(0, |(from, to)| to - from);
        if length(across) >= length(down) {
            let (from, to) = across?;
            let right = Rect::new(to, tiles.y, tiles.right() - to, tiles.h);
            return Some((Rect::new(tiles.x, tiles.y, from - tiles.x, tiles.h), right));
        }
        let (from, to) = down?;
        let below = Rect::new(tiles.x, to, tiles.w, tiles.bottom() - to);
        Some((Rect::new(tiles.x, tiles.y, tiles.w, from - tiles.y), below))
    }

    fn is_drawn(&self, column: i32, row: i32) -> bool {
        self.drawn[(row * self.columns + column) as usize]
    }

    /// What is shown to the detector for these tiles.
    fn on_frame(&self, tiles: Rect) -> Rect {
        let (x, y) = (self.area.x + tiles.x * TILE, self.area.y + tiles.y * TILE);
        Rect::new(x, y, tiles.w * TILE, tiles.h * TILE).grown(MARGIN).intersection(&self.area)
    }
}

/// The longest run of numbers that follow each other, as `(first, one past the last)`.
fn widest_run(numbers: impl Iterator<Item = i32>) -> Option<(i32, i32)> {
    let mut runs: Vec<(i32, i32)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, end)) if *end == number => *end += 1,
            _ => runs.push((number, number + 1)),
        }
    }
    runs.into_iter().max_by_key(|(from, to)| to - from)
}

/// What must be read again where these places changed: they and the lines that they touch, drawn on or not.
pub(super) fn touched(changes: &[Rect], lines: &[Line], bounds: Rect) -> Vec<Rect> {
    let with_lines = |change: &Rect| {
        let near = change.grown(2);
        lines.iter().filter(|line| line.area.intersects(&near)).fold(*change, |all, line| all.union(&line.area))
    };
    merged(changes.iter().map(with_lines).collect(), bounds)
}

/// Whether a tile varies, and not only from row to row or only from column to column as borders and gradients do.
fn may_hold_text(pixels: &RgbImage, tile: Rect) -> bool {
    let row = |y: i32| {
        let start = (y as usize * pixels.width() as usize + tile.x as usize) * 3;
        &pixels.as_raw()[start..start + tile.w as usize * 3]
    };
    let mut rows = (tile.y..tile.bottom()).map(row);
    let first = row(tile.y);
    let all_rows_equal = rows.clone().all(|row| row == first);
    let all_columns_equal = rows.clone().all(|row| row.chunks_exact(3).all(|pixel| pixel == &row[..3]));
    if all_rows_equal || all_columns_equal {
        return false;
    }
    let (mut low, mut high) = ([255u8; 3], [0u8; 3]);
    let varies = |row: &[u8]| {
        for pixel in row.chunks_exact(3) {
            for channel in 0..3 {
                low[channel] = low[channel].min(pixel[channel]);
                high[channel] = high[channel].max(pixel[channel]);
            }
        }
        (0..3).any(|channel| high[channel] - low[channel] > CONTRAST)
    };
    rows.any(varies)
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
        assert!(drawn(&RgbImage::new(64, 64), Rect::new(0, 0, 0, 0)).is_empty());
    }

    #[test]
    fn borders_and_gradients_are_no_text() {
        let mut picture = RgbImage::from_fn(640, 480, |_, y| image::Rgb([(y / 3) as u8; 3]));
        for y in 0..480 {
            picture.put_pixel(300, y, image::Rgb([255; 3]));
        }
        let whole = Rect::new(0, 0, 640, 480);
        // Where the line crosses the gradient both directions vary; elsewhere nothing does.
        assert_eq!(drawn(&picture, whole), [Rect::new(272, 0, 64, 480)]);
        let flat = RgbImage::from_fn(640, 480, |x, _| image::Rgb([if x == 300 { 255 } else { 9 }; 3]));
        assert!(drawn(&flat, whole).is_empty());
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
