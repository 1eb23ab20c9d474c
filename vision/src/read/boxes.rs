//! Drawn boxes: the frames of buttons, fields, tabs and pages, found by their edges alone.

use std::collections::HashMap;

use image::RgbImage;

use crate::geometry::Rect;

/// A step between two neighbouring pixels, in any channel, that is an edge: flat buttons differ from their window by 16
/// and more, the gradient inside a button by 1 or 2 a pixel.
const STEP: u8 = 9;

/// Shorter edges are parts of letters.
const SHORTEST: i32 = 18;

/// Lower boxes are rules and separators.
const LOWEST: i32 = 12;

/// How much the upper and the lower edge of one box may differ at either end, in pixels: corners are round.
const ROUND: i32 = 3;

/// How far outside the end of the upper edge the side may stand: the largest radius of a corner.
const CORNER: i32 = 10;

/// A row of pixels where the picture changes from one row to the next, from `x0` to before `x1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Edge {
    y: i32,
    x0: i32,
    x1: i32,
}

/// All boxes that are drawn in the picture, each once, the smallest first.
pub(super) fn find(pixels: &RgbImage) -> Vec<Rect> {
    let edges = horizontal(pixels);
    let mut starts: HashMap<i32, Vec<Edge>> = HashMap::new();
    for edge in &edges {
        starts.entry(edge.x0).or_default().push(*edge);
    }
    let mut found: Vec<Rect> = edges.iter().filter_map(|top| closed(pixels, *top, &starts)).collect();
    found.sort_by_key(|area| (area.area(), area.y, area.x));
    distinct(found)
}

/// The box under an upper edge: down to the nearest edge of the same extent to which both sides lead.
fn closed(pixels: &RgbImage, top: Edge, starts: &HashMap<i32, Vec<Edge>>) -> Option<Rect> {
    let same = |edge: &&Edge| edge.y - top.y >= LOWEST && (edge.x1 - top.x1).abs() <= ROUND;
    let near = (top.x0 - ROUND..=top.x0 + ROUND).filter_map(|x0| starts.get(&x0)).flatten();
    let mut lower: Vec<&Edge> = near.filter(same).collect();
    lower.sort_by_key(|edge| edge.y);
    // The border of one box is up to three edges; beyond them it is another box's.
    lower.iter().take(4).find_map(|bottom| {
        let left = side(pixels, top.y, bottom.y, top.x0, -1)?;
        let right = side(pixels, top.y, bottom.y, top.x1, 1)?;
        let outer = lower.iter().map(|edge| edge.y).filter(|y| (bottom.y..=bottom.y + 1).contains(y)).max()?;
        Some(Rect::new(left, top.y, right - left, outer - top.y))
    })
}

/// The column along which most rows of a box have an edge: the one nearest to `end`, where the upper edge ends, then
/// `outwards` over the border's own width.
fn side(pixels: &RgbImage, top: i32, bottom: i32, end: i32, outwards: i32) -> Option<i32> {
    // Round corners are no part of a side.
    let round = ((bottom - top) / 4).min(CORNER);
    let rows = top + round..bottom - round;
    let needed = (rows.len() * 4 / 5).max(1);
    let is_edge = |x: i32| {
        let inside = (1..pixels.width() as i32).contains(&x);
        inside && rows.clone().filter(|y| is_step(at(pixels, x, *y), at(pixels, x - 1, *y))).count() >= needed
    };
    let near = (0..=ROUND).map(|d| end - outwards * d).chain((1..=CORNER).map(|d| end + outwards * d));
    let found = near.filter(|x| is_edge(*x)).min_by_key(|x| (x - end).abs())?;
    Some(if is_edge(found + outwards) { found + outwards } else { found })
}

fn at(pixels: &RgbImage, x: i32, y: i32) -> &[u8] {
    let start = (y as usize * pixels.width() as usize + x as usize) * 3;
    &pixels.as_raw()[start..start + 3]
}

fn is_step(a: &[u8], b: &[u8]) -> bool {
    a.iter().zip(b).any(|(a, b)| a.abs_diff(*b) > STEP)
}

/// Every long enough edge between two rows; a pixel without a step does not break it.
fn horizontal(pixels: &RgbImage) -> Vec<Edge> {
    let width = pixels.width() as usize * 3;
    let rows: Vec<&[u8]> = pixels.as_raw().chunks_exact(width.max(3)).collect();
    let mut found = Vec::new();
    for (y, pair) in (1..).zip(rows.windows(2)) {
        if pair[0] == pair[1] {
            continue;
        }
        let steps = pair[0].chunks_exact(3).zip(pair[1].chunks_exact(3)).map(|(a, b)| is_step(a, b));
        let mut run: Option<(i32, i32)> = None;
        for (x, _) in (0..).zip(steps).filter(|(_, step)| *step) {
            run = match run {
                Some((x0, x1)) if x - x1 <= 1 => Some((x0, x + 1)),
                other => {
                    found.extend(long(y, other));
                    Some((x, x + 1))
                }
            };
        }
        found.extend(long(y, run));
    }
    found
}

fn long(y: i32, run: Option<(i32, i32)>) -> Option<Edge> {
    run.filter(|(x0, x1)| x1 - x0 >= SHORTEST).map(|(x0, x1)| Edge { y, x0, x1 })
}

/// A border has an inner and an outer edge: of boxes that differ by less than a border only the outer one is kept.
pub(super) fn distinct(boxes: Vec<Rect>) -> Vec<Rect> {
    let mut kept: Vec<Rect> = Vec::new();
    for area in boxes {
        match kept.iter().position(|other| is_same(other, &area)) {
            Some(at) => kept[at] = kept[at].union(&area),
            None => kept.push(area),
        }
    }
    kept
}

fn is_same(a: &Rect, b: &Rect) -> bool {
    let near = |a: i32, b: i32| (a - b).abs() <= ROUND;
    near(a.x, b.x) && near(a.y, b.y) && near(a.right(), b.right()) && near(a.bottom(), b.bottom())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(boxes: &[(Rect, u8)]) -> RgbImage {
        let mut picture = RgbImage::from_pixel(300, 200, image::Rgb([240; 3]));
        for (area, border) in boxes {
            for y in area.y..area.bottom() {
                for x in area.x..area.right() {
                    let inside = area.grown(-1).contains(x, y);
                    let value = if inside { 255 } else { *border };
                    picture.put_pixel(x as u32, y as u32, image::Rgb([value; 3]));
                }
            }
        }
        picture
    }

    #[test]
    fn boxes_are_found_once_and_exactly() {
        let drawn =
            [(Rect::new(10, 10, 60, 24), 120), (Rect::new(100, 10, 150, 30), 200), (Rect::new(10, 60, 250, 120), 90)];
        let found = find(&picture(&drawn));
        assert_eq!(found, drawn.map(|(area, _)| area));
    }

    #[test]
    fn a_box_in_a_box_is_another() {
        let drawn = [(Rect::new(10, 10, 200, 100), 120), (Rect::new(40, 40, 80, 24), 120)];
        let found = find(&picture(&drawn));
        assert_eq!(found, [drawn[1].0, drawn[0].0]);
    }

    #[test]
    fn a_rule_is_no_box_and_an_empty_picture_has_none() {
        assert!(find(&picture(&[(Rect::new(10, 10, 200, 3), 0)])).is_empty());
        assert!(find(&RgbImage::new(0, 0)).is_empty());
        assert!(find(&RgbImage::new(5, 1)).is_empty());
    }
}
