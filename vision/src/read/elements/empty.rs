//! Boxes without text: fields to type into.

use super::super::{Element, Role, ink};
use super::boxed::{self, End};
use super::page::Page;
use crate::geometry::Rect;

/// Higher fields hold several lines.
const SINGLE_LINE: i32 = 48;

/// Empty boxes that are fields or areas for text.
pub(super) fn fields(page: &Page<'_>) -> Vec<Element> {
    let mut found = lists(page);
    let empty = page.boxes.iter().filter(|area| is_field(page, area));
    found.extend(empty.map(|area| Element { value: Some(String::new()), ..Element::new(role(*area), "", *area) }));
    found
}

/// Lists that open, with nothing chosen yet: boxes with nothing but an arrow at their right end.
fn lists(page: &Page<'_>) -> Vec<Element> {
    let sized = |area: &&Rect| area.w >= 48 && (16..=48).contains(&area.h) && area.w >= 2 * area.h;
    let is_empty = |area: &&Rect| page.lines_in(**area).next().is_none();
    let boxes = page.boxes.iter().filter(sized).filter(is_empty);
    let found = boxes.filter_map(|area| {
        let left = Rect::new(area.x, area.y, area.w / 2, area.h);
        let role = match boxed::end(page, *area, left)? {
            End::List => Role::Combo,
            End::Steps => Role::Spinner,
        };
        Some(Element { value: Some(String::new()), ..Element::new(role, "", *area) })
    });
    found.collect()
}

fn role(area: Rect) -> Role {
    if area.h > SINGLE_LINE { Role::TextArea } else { Role::Field }
}

/// Whether an empty box is one to type into: flat inside, wider than high, of paper's colour, and no text or smaller box in it.
fn is_field(page: &Page<'_>, area: &Rect) -> bool {
    let inner = area.grown(-3);
    let sized = area.w >= 40 && (16..=600).contains(&area.h) && area.w * 2 > area.h * 3;
    // The box around a label's text may reach into its field.
    let is_in = |text: &Rect| text.intersection(&inner).area() * 6 > text.area();
    if !sized || page.lines.iter().any(|line| is_in(&line.area)) {
        return false;
    }
    if page.boxes.iter().any(|other| other != area && other.intersection(area) == *other && other.area() > 120) {
        return false;
    }
    if super::boxed::is_row(page, *area) {
        return false;
    }
    let paper = ink::background(page.pixels, inner);
    let drawn = (inner.y..inner.bottom())
        .flat_map(|y| (inner.x..inner.right()).map(move |x| (x, y)))
        .filter(|(x, y)| ink::is_ink(page.pixels.get_pixel(*x as u32, *y as u32).0, paper))
        .count() as i64;
    let beside = page.at(area.x - 3, area.centre().1);
    let is_grey = paper.iter().max().zip(paper.iter().min()).is_some_and(|(max, min)| max - min <= 24);
    let is_lighter = paper.iter().zip(beside).all(|(a, b)| a.saturating_add(4) >= b);
    let is_dark = paper.iter().all(|c| *c < 90);
    is_grey && (is_lighter || is_dark) && is_framed(page, *area, paper, beside) && drawn * 20 < inner.area()
}

/// Whether all sides of a box are drawn: its border is of another colour than what is on either side, or it lies on
/// something darker.
fn is_framed(page: &Page<'_>, area: Rect, paper: [u8; 3], beside: [u8; 3]) -> bool {
    let apart = |a: [u8; 3], b: [u8; 3]| a.iter().zip(b).any(|(a, b)| a.abs_diff(b) > 5);
    let (x, y) = area.centre();
    let side = |dx: i32, dy: i32| {
        let edge = |step: i32| match (dx, dy) {
            (-1, _) => page.at(area.x + step, y),
            (1, _) => page.at(area.right() - 1 - step, y),
            (_, -1) => page.at(x, area.y + step),
            _ => page.at(x, area.bottom() - 1 - step),
        };
        (-1..=2).any(|step| apart(edge(step), paper)) || apart(beside, paper)
    };
    side(-1, 0) && side(1, 0) && side(0, -1) && side(0, 1)
}
