//! The marks of check boxes and radio buttons: a small square or ring to the left of a text.

use image::RgbImage;

use super::ink;
use crate::geometry::Rect;

/// The smallest mark, in pixels (that of GTK 2). Beside a text it is about half as high as the text's box, and at most
/// as high; larger squares are icons.
const SMALLEST: i32 = 9;

/// The least room around a mark, in pixels.
const ALONE: i32 = 3;

/// A mark beside a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Mark {
    /// Where it is drawn.
    pub(super) area: Rect,
    /// Whether it is a ring, not a square.
    pub(super) round: bool,
    /// Whether something is drawn inside.
    pub(super) checked: bool,
}

/// The mark of the text in `line`, if it has one.
pub(super) fn of(pixels: &RgbImage, line: Rect) -> Option<Mark> {
    let bounds = Rect::new(0, 0, pixels.width() as i32, pixels.height() as i32);
    let reach = line.h * 5 / 2;
    let around =
        Rect::new(line.x - reach, line.y - 3, reach + line.w.min(line.h * 3), line.h + 6).intersection(&bounds);
    let runs = ink::runs(pixels, around);
    // From right to left: what stands nearest to the text is its own. A letter stands nearer to the one before it.
    (0..runs.len().saturating_sub(1)).rev().find_map(|at| {
        let ((from, to), (next, _)) = (runs[at], runs[at + 1]);
        let gap = next - to;
        // What stands between a mark and its text, such as the border of a menu that covers it, parts them.
        if next < line.x || (at > 0 && from - runs[at - 1].1 < ALONE) {
            return None;
        }
        let fits = (SMALLEST..=line.h).contains(&(to - from))
            && (ALONE..=line.h * 3 / 2).contains(&gap)
            && from < line.x + line.h / 2;
        if !fits {
            return None;
        }
        let area = ink::tight(pixels, Rect::new(from, around.y, to - from, around.h));
        let round = shape(pixels, area)?;
        Some(Mark { area, round, checked: is_filled(pixels, area, around) })
    })
}

/// A text's box without the mark that the detector took for its first letter.
pub(super) fn without(pixels: &RgbImage, line: Rect) -> Rect {
    let right = of(pixels, line).map_or(line.x, |mark| mark.area.right() + 1).max(line.x);
    Rect::new(right, line.y, line.right() - right, line.h)
}

/// Whether the ink in an area is a ring (true) or a square (false); nothing where it is neither.
fn shape(pixels: &RgbImage, area: Rect) -> Option<bool> {
    if (area.w - area.h).abs() > (area.w / 6).max(1) || area.h < SMALLEST {
        return None;
    }
    let outside = outside(pixels, area);
    let ink = |x: i32, y: i32| is_drawn(pixels, x, y, outside);
    let (x0, y0, x1, y1) = (area.x, area.y, area.right() - 1, area.bottom() - 1);
    // Along each side, the middle third must be drawn.
    let third = area.w / 3;
    let middle = |f: &dyn Fn(i32) -> bool| (third..area.w - third).all(f);
    let sides = middle(&|d| ink(x0 + d, y0))
        && middle(&|d| ink(x0 + d, y1))
        && middle(&|d| ink(x0, y0 + d) || ink(x0 + 1, y0 + d))
        && middle(&|d| ink(x1, y0 + d) || ink(x1 - 1, y0 + d));
    if !sides {
        return None;
    }
    // A square of radius r lacks r * 0.3 pixels on the diagonal of a corner, a ring 0.15 of its width.
    let inset = (area.w as f32 * 0.12).round() as i32;
    let corners = [(x0, y0, 1, 1), (x1, y0, -1, 1), (x0, y1, 1, -1), (x1, y1, -1, -1)];
    let empty = corners.iter().filter(|(x, y, dx, dy)| (0..inset).all(|d| !ink(x + dx * d, y + dy * d))).count();
    Some(empty >= 3)
}

/// Whether the middle of a mark differs from an empty one: drawn on, or filled with another colour than around it.
fn is_filled(pixels: &RgbImage, area: Rect, around: Rect) -> bool {
    let inner = area.grown(-(area.w / 5).max(2));
    let outer = ink::background(pixels, around);
    let own = ink::background(pixels, inner);
    if ink::is_ink(own, outer) && own.iter().any(|c| *c < 200) {
        return true;
    }
    let all = (inner.y..inner.bottom()).flat_map(|y| (inner.x..inner.right()).map(move |x| (x, y)));
    let drawn = all.filter(|(x, y)| is_drawn(pixels, *x, *y, own)).count() as i64;
    drawn * 12 > inner.area()
}

/// The colour beside a mark.
fn outside(pixels: &RgbImage, area: Rect) -> [u8; 3] {
    pixels.get_pixel((area.x - 2).max(0) as u32, area.centre().1 as u32).0
}

fn is_drawn(pixels: &RgbImage, x: i32, y: i32, background: [u8; 3]) -> bool {
    ink::is_ink(pixels.get_pixel(x as u32, y as u32).0, background)
}
