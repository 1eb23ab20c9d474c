//! What differs between two pictures of the same size: the changed places as rectangles.

use image::RgbImage;

use crate::geometry::Rect;

/// Side of the squares that are compared, in pixels: small enough to tell neighbouring widgets apart,
/// large enough that comparing is memory-bound.
const TILE: usize = 16;

/// Raw pixels as they came: rows without padding.
#[derive(Debug, Clone, Copy)]
pub struct Pixels<'a> {
    /// Row by row, `bytes_per_pixel` each.
    pub bytes: &'a [u8],
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// 3 for RGB, 4 with a padding or alpha byte.
    pub bytes_per_pixel: usize,
}

impl<'a> Pixels<'a> {
    /// The pixels of an RGB image.
    pub fn of(image: &'a RgbImage) -> Self {
        Self {
            bytes: image.as_raw(),
            width: image.width() as usize,
            height: image.height() as usize,
            bytes_per_pixel: 3,
        }
    }

    fn span(&self, y: usize, x0: usize, x1: usize) -> &'a [u8] {
        let row = y * self.width;
        &self.bytes[(row + x0) * self.bytes_per_pixel..(row + x1) * self.bytes_per_pixel]
    }
}

/// The places where `a` and `b` differ, each the exact bounding box of one connected group of changed tiles,
/// top to bottom. Pictures of different sizes differ everywhere.
pub fn changed(a: Pixels<'_>, b: Pixels<'_>) -> Vec<Rect> {
    if (a.width, a.height, a.bytes_per_pixel) != (b.width, b.height, b.bytes_per_pixel) {
        return vec![Rect::new(0, 0, b.width as i32, b.height as i32)];
    }
    if a.bytes == b.bytes {
        return Vec::new();
    }
    groups(&tiles(a, b), a.width.div_ceil(TILE))
}

/// The exact bounding box of what differs in each tile, row by row of tiles.
fn tiles(a: Pixels<'_>, b: Pixels<'_>) -> Vec<Option<Rect>> {
    let across = a.width.div_ceil(TILE);
    let mut found = vec![None; across * a.height.div_ceil(TILE)];
    for y in 0..a.height {
        if a.span(y, 0, a.width) == b.span(y, 0, a.width) {
            continue;
        }
        for column in 0..across {
            let (x0, x1) = (column * TILE, ((column + 1) * TILE).min(a.width));
            if let Some((left, right)) = extent(a.span(y, x0, x1), b.span(y, x0, x1), a.bytes_per_pixel) {
                let part = Rect::new((x0 + left) as i32, y as i32, (right - left) as i32, 1);
                let slot: &mut Option<Rect> = &mut found[y / TILE * across + column];
                *slot = Some(slot.map_or(part, |r| r.union(&part)));
            }
        }
    }
    found
}

/// First and one past the last pixel that differ in two equally long spans.
fn extent(a: &[u8], b: &[u8], bytes_per_pixel: usize) -> Option<(usize, usize)> {
    let differs = |i: &usize| a[*i] != b[*i];
    let first = (0..a.len()).find(differs)?;
    let last = (0..a.len()).rev().find(differs)?;
    Some((first / bytes_per_pixel, last / bytes_per_pixel + 1))
}

/// Joins tiles that touch, corners included.
fn groups(tiles: &[Option<Rect>], across: usize) -> Vec<Rect> {
    let down = tiles.len() / across.max(1);
    let mut seen = vec![false; tiles.len()];
    let mut found = Vec::new();
    for start in 0..tiles.len() {
        if seen[start] || tiles[start].is_none() {
            continue;
        }
        seen[start] = true;
        let (mut stack, mut area) = (vec![start], Rect::new(0, 0, 0, 0));
        while let Some(at) = stack.pop() {
            if let Some(part) = tiles[at] {
                area = area.union(&part);
            }
            for next in neighbours(at, across, down) {
                if tiles[next].is_some() && !seen[next] {
                    seen[next] = true;
                    stack.push(next);
                }
            }
        }
        found.push(area);
    }
    found
}

fn neighbours(at: usize, across: usize, down: usize) -> impl Iterator<Item = usize> {
    let (row, column) = (at / across, at % across);
    let rows = row.saturating_sub(1)..=(row + 1).min(down - 1);
    let columns = column.saturating_sub(1)..=(column + 1).min(across - 1);
    rows.flat_map(move |r| columns.clone().map(move |c| r * across + c))
}

/// The parts of `areas` that no mask covers entirely.
pub fn unmasked(areas: Vec<Rect>, masks: &[Rect]) -> Vec<Rect> {
    areas.into_iter().filter(|area| !masks.iter().any(|m| m.intersection(area) == *area)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn with_dots(dots: &[(u32, u32)]) -> RgbImage {
        let mut picture = RgbImage::new(100, 70);
        for &(x, y) in dots {
            picture.put_pixel(x, y, image::Rgb([9, 9, 9]));
        }
        picture
    }

    #[test]
    fn equal_pictures_have_no_changes() {
        let picture = with_dots(&[(3, 3)]);
        assert_eq!(changed(Pixels::of(&picture), Pixels::of(&picture)), []);
    }

    #[test]
    fn a_change_is_boxed_exactly_and_far_ones_stay_apart() {
        let (a, b) = (with_dots(&[]), with_dots(&[(2, 2), (20, 5), (99, 69)]));
        assert_eq!(changed(Pixels::of(&a), Pixels::of(&b)), [Rect::new(2, 2, 19, 4), Rect::new(99, 69, 1, 1)]);
    }

    #[test]
    fn another_size_differs_everywhere() {
        let (a, b) = (RgbImage::new(4, 4), RgbImage::new(5, 4));
        assert_eq!(changed(Pixels::of(&a), Pixels::of(&b)), [Rect::new(0, 0, 5, 4)]);
    }

    #[test]
    fn a_mask_hides_only_what_it_covers_whole() {
        let areas = vec![Rect::new(2, 2, 3, 3), Rect::new(8, 8, 5, 5)];
        assert_eq!(unmasked(areas, &[Rect::new(0, 0, 10, 10)]), [Rect::new(8, 8, 5, 5)]);
    }

    proptest! {
        #[test]
        fn every_changed_pixel_is_inside_a_box(dots in proptest::collection::vec((0u32..100, 0u32..70), 1..20)) {
            let (a, b) = (with_dots(&[]), with_dots(&dots));
            let found = changed(Pixels::of(&a), Pixels::of(&b));
            for (x, y) in dots {
                prop_assert!(found.iter().any(|r| r.contains(x as i32, y as i32)));
            }
        }
    }
}
