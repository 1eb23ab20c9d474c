//! Small arrows: the triangles and chevrons of lists that open, spinners and trees.

use super::super::ink;
use super::page::Page;
use crate::geometry::Rect;

/// Where an arrow points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrow {
    Up,
    Down,
    Left,
    Right,
}

/// The sizes of arrows on either side, in pixels.
const SIZES: std::ops::RangeInclusive<i32> = 3..=18;

/// The arrow that is all the ink in an area; nothing where that is something else.
pub(super) fn in_area(page: &Page<'_>, area: Rect) -> Option<(Arrow, Rect)> {
    let area = area.intersection(&page.bounds);
    if area.w < 4 || area.h < 4 {
        return None;
    }
    let ground = ink::background(page.pixels, area);
    let drawn = |x: i32, y: i32| ink::is_ink(page.pixels.get_pixel(x as u32, y as u32).0, ground);
    let tight = ink::tight(page.pixels, area);
    if tight == area || !SIZES.contains(&tight.w) || !SIZES.contains(&tight.h) {
        return None;
    }
    let row = |y: i32| extent(tight.x..tight.right(), |x| drawn(x, y));
    let column = |x: i32| extent(tight.y..tight.bottom(), |y| drawn(x, y));
    let rows: Vec<(i32, i32)> = (tight.y..tight.bottom()).map(row).collect();
    let columns: Vec<(i32, i32)> = (tight.x..tight.right()).map(column).collect();
    let arrow = match (narrows(&rows), narrows(&columns)) {
        (Some(false), None) if tight.w >= tight.h => Arrow::Down,
        (Some(true), None) if tight.w >= tight.h => Arrow::Up,
        (None, Some(false)) if tight.h >= tight.w => Arrow::Right,
        (None, Some(true)) if tight.h >= tight.w => Arrow::Left,
        (Some(is_up), Some(_)) if tight.w > tight.h => {
            if is_up {
                Arrow::Up
            } else {
                Arrow::Down
            }
        }
        (Some(_), Some(is_left)) if tight.h > tight.w => {
            if is_left {
                Arrow::Left
            } else {
                Arrow::Right
            }
        }
        _ => return None,
    };
    Some((arrow, tight))
}

fn extent(range: std::ops::Range<i32>, drawn: impl Fn(i32) -> bool) -> (i32, i32) {
    let (first, last) = (range.clone().find(|at| drawn(*at)), range.rev().find(|at| drawn(*at)));
    first.zip(last).map_or((0, 0), |(first, last)| (first, last + 1))
}

/// Whether stretches, one under the other, grow narrower about one middle: `false` towards the end, `true` towards the
/// beginning.
fn narrows(stretches: &[(i32, i32)]) -> Option<bool> {
    let widths: Vec<i32> = stretches.iter().map(|(from, to)| to - from).collect();
    let (first, last) = (*widths.first()?, *widths.last()?);
    let middles: Vec<i32> = stretches.iter().map(|(from, to)| from + to).collect();
    let is_centred = middles.iter().max()? - middles.iter().min()? <= 4;
    // The tips of a chevron are round: its second row is a little wider.
    let falls = widths.windows(2).all(|pair| pair[1] <= pair[0] + 2);
    let rises = widths.windows(2).all(|pair| pair[0] <= pair[1] + 2);
    let clear = first.max(last) > 2 * first.min(last) && first.max(last) >= 4;
    (is_centred && clear).then_some(())?;
    if falls && first > last {
        Some(false)
    } else if rises && last > first {
        Some(true)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    fn seen(inside: impl Fn(i32, i32) -> bool) -> Option<Arrow> {
        let picture =
            RgbImage::from_fn(24, 24, |x, y| Rgb([if inside(x as i32 - 12, y as i32 - 12) { 20 } else { 250 }; 3]));
        let page = Page::new(&picture, &[], &[]);
        in_area(&page, page.bounds).map(|(arrow, _)| arrow)
    }

    #[test]
    fn arrows_point_where_they_narrow() {
        assert_eq!(seen(|x, y| (0..5).contains(&y) && x.abs() <= 4 - y), Some(Arrow::Down));
        assert_eq!(seen(|x, y| (0..5).contains(&y) && x.abs() <= y), Some(Arrow::Up));
        assert_eq!(seen(|x, y| (0..5).contains(&x) && y.abs() <= 4 - x), Some(Arrow::Right));
        assert_eq!(seen(|x, y| (0..6).contains(&y) && (x.abs() - (5 - y)).abs() <= 1), Some(Arrow::Down));
        assert_eq!(seen(|x, y| (0..6).contains(&x) && (0..6).contains(&y)), None);
        assert_eq!(seen(|_, _| false), None);
    }
}
