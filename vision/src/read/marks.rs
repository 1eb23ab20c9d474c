//! The marks of check boxes and radio buttons: a small square or ring to the left of a text.

use image::RgbImage;

use super::elements::Page;
use super::flats::Flat;
use super::{Element, Role, ink};
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
    /// Whether it is greyed out.
    pub(super) faint: bool,
}

impl Mark {
    /// The check box or radio button with this text.
    pub(super) fn element(&self, text: &str) -> Element {
        let role = if self.round { Role::Radio } else { Role::Checkbox };
        let mut element = Element::new(role, text, self.area);
        element.state.checked = Some(self.checked);
        element.state.disabled = self.faint.then_some(true);
        element
    }
}

/// The mark of a text that is drawn so faintly that it is no ink: a greyed out one. A square or round flat area of one colour
/// to the left of the text.
pub(super) fn faint(page: &Page<'_>, line: Rect) -> Option<Mark> {
    let fits = |flat: &&Flat| {
        let Rect { w, h, .. } = flat.area;
        let sized = (SMALLEST - 2..=line.h).contains(&w) && (w - h).abs() <= 1 && flat.count * 50 >= flat.hull * 49;
        let gap = line.x - flat.area.right();
        let near = (ALONE..=line.h * 3 / 2).contains(&gap) && (flat.area.centre().1 - line.centre().1).abs() <= 3;
        sized && near && (flat.is_disc() || flat.fill() > 0.93)
    };
    let flat = page.flats.iter().find(fits)?;
    let (x, y) = flat.area.centre();
    let apart = |a: [u8; 3], b: [u8; 3]| a.iter().zip(b).any(|(a, b)| a.abs_diff(b) > 5);
    // The border is of another colour than what is on either side of it.
    let outside = page.at(flat.area.x - 4, y);
    let is_framed = |at: [u8; 3]| apart(at, flat.colour) && apart(at, outside);
    let sides = [
        page.at(flat.area.x - 1, y),
        page.at(flat.area.right(), y),
        page.at(x, flat.area.y - 1),
        page.at(x, flat.area.bottom()),
    ];
    sides.iter().all(|at| is_framed(*at)).then(|| Mark {
        area: flat.area.grown(1),
        round: flat.is_disc(),
        checked: false,
        faint: true,
    })
}

/// The marks that stand without a text, and switches.
pub(super) fn alone(page: &Page<'_>) -> Vec<Element> {
    page.flats.iter().filter_map(|flat| switch(page, flat)).collect()
}

/// A switch: a pill twice as wide as high with a disc at one end. It is on where the disc is on the right.
fn switch(page: &Page<'_>, pill: &Flat) -> Option<Element> {
    let Rect { x, y, w, h } = pill.area;
    let is_pill = (10..=34).contains(&h) && w * 10 >= h * 15 && w * 10 <= h * 26 && (0.6..0.99).contains(&pill.fill());
    if !is_pill {
        return None;
    }
    let is_knob = |flat: &&Flat| {
        let inside = flat.area.intersection(&pill.area).area() * 10 >= flat.area.area() * 9;
        let is_round = (flat.area.w - flat.area.h).abs() <= 2 && flat.fill() < 0.92;
        inside && is_round && flat.area.h * 10 >= h * 5 && flat.area != pill.area
    };
    let knob = page.flats.iter().find(is_knob)?;
    let middle = knob.area.centre().0 - x;
    if (middle * 2 - w).abs() * 5 < w {
        return None;
    }
    let mut element = Element::new(Role::Switch, "", Rect::new(x, y, w, h).union(&knob.area));
    element.state.checked = Some(middle * 2 > w);
    Some(element)
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
            // The gap behind a round letter grows with its size.
            && (ALONE.max((to - from) / 4)..=line.h * 3 / 2).contains(&gap)
            && from < line.x + line.h / 2;
        if !fits {
            return None;
        }
        let area = ink::tight(pixels, Rect::new(from, around.y, to - from, around.h));
        let round = shape(pixels, area)?;
        if !is_plain(pixels, area, round) {
            return None;
        }
        Some(Mark { area, round, checked: is_filled(pixels, area, around), faint: false })
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

/// Whether what is drawn in a square is nothing, a tick, a bar or a cross; a picture in a frame fills its corners or its sides.
fn is_tick(pixels: &RgbImage, area: Rect) -> bool {
    let inner = area.grown(-(area.w / 6).max(2));
    let ground = ink::background(pixels, inner);
    let share = |column: i32, row: i32| {
        let part = |at: i32, from: i32, length: i32| (from + length * at / 3, from + length * (at + 1) / 3);
        let ((x0, x1), (y0, y1)) = (part(column, inner.x, inner.w), part(row, inner.y, inner.h));
        let all = ((x1 - x0) * (y1 - y0)).max(1);
        let cells = (y0..y1).flat_map(|y| (x0..x1).map(move |x| (x, y)));
        let drawn = cells.filter(|(x, y)| is_drawn(pixels, *x, *y, ground)).count() as i32;
        drawn * 100 / all
    };
    let corners = [share(0, 0), share(2, 0), share(0, 2), share(2, 2)];
    let sides = [share(1, 0), share(0, 1), share(2, 1), share(1, 2)];
    let few = |parts: &[i32]| parts.iter().all(|part| *part <= 30);
    // The upper right end of a tick is in a corner.
    let is_tick = corners[0] <= 30 && corners[2] <= 45 && corners[3] <= 30 && share(1, 0) <= 60;
    is_tick && (sides[1] <= 80) || few(&sides) || few(&corners)
}

/// Whether a mark holds no more than marks do: a ring a dot in its middle, with one colour all around it. Clocks, globes and
/// signs that forbid are icons.
fn is_plain(pixels: &RgbImage, area: Rect, round: bool) -> bool {
    if !round {
        return is_tick(pixels, area);
    }
    let (cx, cy) = (f64::from(area.x) + f64::from(area.w - 1) / 2.0, f64::from(area.y) + f64::from(area.h - 1) / 2.0);
    let radius = f64::from(area.w) / 2.0;
    let at = |angle: u32, part: f64| {
        let angle = f64::from(angle) * std::f64::consts::TAU / 24.0;
        let (x, y) = (cx + angle.cos() * radius * part, cy + angle.sin() * radius * part);
        pixels.get_pixel(x.round().max(0.0) as u32, y.round().max(0.0) as u32).0
    };
    // Between the ring and the dot, where the ring is two pixels wide.
    let part = (1.0 - 3.2 / radius).clamp(0.45, 0.72);
    let first = at(3, part);
    let alike = (0..24).filter(|angle| !ink::is_ink(at(*angle, part), first)).count();
    alike >= 22
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
