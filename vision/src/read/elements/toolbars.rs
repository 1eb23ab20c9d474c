//! Icons that are buttons: those that stand alone, and those with a text beside them in a bar under a menu.

use super::super::{Element, Role};
use crate::geometry::Rect;

/// The sides of icons on buttons, in pixels.
const SIZES: std::ops::RangeInclusive<i32> = 9..=40;

/// Drawings of a likely meaning may be smaller: the dash that minimises a window.
const SMALL: i32 = 6;

/// An icon this near to a text belongs to it.
const NEAR: i32 = 12;

/// How far under a menu bar a bar of buttons is, in pixels.
const UNDER: i32 = 90;

/// Makes buttons of icons that stand alone, and of texts in a bar of icons.
pub(super) fn refine(found: &mut [Element]) {
    let is_icon = |role: Role| matches!(role, Role::Image | Role::IconButton);
    let texts: Vec<Rect> =
        found.iter().filter(|e| e.text.chars().count() > 1 && !is_icon(e.role)).map(|e| e.area).collect();
    let is_drawing = |e: &&mut Element| match e.role {
        Role::Image => e.name.is_empty() || !e.icon.is_empty() || e.text.chars().count() == 1,
        // A letter that is an icon after all.
        Role::Text => !e.icon.is_empty(),
        _ => false,
    };
    for icon in found.iter_mut().filter(is_drawing) {
        let Rect { w, h, .. } = icon.area;
        let has_meaning = !icon.icon.is_empty() && w.max(h) >= SMALL && w.max(h) <= *SIZES.end();
        let sized = has_meaning || (SIZES.contains(&w.max(h)) && w.max(h) <= 3 * w.min(h));
        if sized && !texts.iter().any(|text| is_before(icon.area, *text)) {
            icon.role = Role::IconButton;
        }
    }
    let bars: Vec<Rect> = found.iter().filter(|e| e.role == Role::Menu).map(|e| e.area).collect();
    let Some(top) = bars.iter().map(Rect::bottom).min() else { return };
    // Short texts on the row right under the menu are buttons without icons.
    let low = bars.iter().map(Rect::bottom).max().unwrap_or(top);
    let is_next =
        |e: &Element| e.role == Role::Text && (0..34).contains(&(e.area.y - low)) && e.text.chars().count() <= 12;
    let next: Vec<i32> = found.iter().filter(|e| is_next(e)).map(|e| e.area.centre().1).collect();
    for element in found.iter_mut().filter(|e| is_next(e)) {
        if next.iter().filter(|y| (*y - element.area.centre().1).abs() <= 2).count() >= 3 {
            element.role = Role::Button;
        }
    }
    let icons: Vec<Rect> = found.iter().filter(|e| e.role == Role::Image).map(|e| e.area).collect();
    let is_under = |area: &Rect| (0..UNDER).contains(&(area.y - top));
    let pairs = |area: &Rect| icons.iter().any(|icon| is_before(*icon, *area));
    let rows: Vec<i32> = found
        .iter()
        .filter(|e| e.role == Role::Text && is_under(&e.area) && pairs(&e.area))
        .map(|e| e.area.centre().1)
        .collect();
    let in_bar = |area: &Rect| rows.iter().filter(|y| (*y - area.centre().1).abs() <= 3).count() >= 2;
    for element in
        found.iter_mut().filter(|e| e.role == Role::Text && is_under(&e.area) && pairs(&e.area) && in_bar(&e.area))
    {
        element.role = Role::Button;
    }
}

/// Whether an icon stands right before a text.
fn is_before(icon: Rect, text: Rect) -> bool {
    let (_, y) = icon.centre();
    text.y <= y && y < text.bottom() && (-4..=NEAR).contains(&(text.x - icon.right()))
}
