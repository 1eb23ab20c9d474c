//! States that colours tell: the chosen row, greyed text.

use super::super::{Element, Role, ink};
use super::page::Page;
use crate::geometry::Rect;

/// Text that differs from its ground by less than this part of what others on the same ground do is greyed out.
const GREYED: f32 = 0.55;

/// Text that differs from its ground by less than this, all channels together, is greyed out whatever else there is.
const FAINT: i32 = 300;

/// Says which elements are chosen or greyed out.
pub(super) fn tell(page: &Page<'_>, found: &mut [Element]) {
    greyed(page, found);
    for element in found.iter_mut() {
        if matches!(element.role, Role::Text | Role::TreeRow | Role::ListRow | Role::Option | Role::MenuItem)
            && is_chosen(page, element.area)
        {
            element.state.selected = Some(true);
        }
    }
}

/// Compares the texts of what takes clicks with the strongest text on the same ground.
fn greyed(page: &Page<'_>, found: &mut [Element]) {
    let mut contrasts: Vec<(usize, [u8; 3], i32)> = Vec::new();
    for line in page.lines {
        let ground = ink::background(page.pixels, line.area);
        let contrast = contrast(page, line.area, ground);
        let fits = |e: &Element| e.text == line.text && e.area.intersects(&line.area.grown(line.area.h * 2));
        if let Some(at) = found.iter().position(fits) {
            contrasts.push((at, ground, contrast));
        }
    }
    let alike = |a: [u8; 3], b: [u8; 3]| a.iter().zip(b).all(|(a, b)| a.abs_diff(b) <= 16);
    for (at, ground, own) in &contrasts {
        let others = contrasts.iter().filter(|(_, other, _)| alike(*ground, *other));
        let strongest = others.map(|(_, _, contrast)| *contrast).max().unwrap_or(0);
        let element = &mut found[*at];
        // A hint in an empty field is grey too.
        let is_told = element.role.takes_clicks() && element.role != Role::Link && !element.role.is_typed_into();
        if is_told {
            let is_faint = (*own as f32) < strongest as f32 * GREYED || (*own < FAINT && is_grey(*ground));
            element.state.disabled = Some(is_faint || element.state.disabled == Some(true));
        }
    }
}

fn is_grey(colour: [u8; 3]) -> bool {
    colour.iter().max().zip(colour.iter().min()).is_some_and(|(max, min)| max - min <= 40)
}

/// How far the ink of a text is from its ground, all channels together: a fortieth of its pixels are further.
fn contrast(page: &Page<'_>, area: Rect, ground: [u8; 3]) -> i32 {
    let mut apart: Vec<i32> = (area.y..area.bottom())
        .flat_map(|y| (area.x..area.right()).map(move |x| (x, y)))
        .map(|(x, y)| page.at(x, y).iter().zip(ground).map(|(a, b)| i32::from(a.abs_diff(b))).sum())
        .collect();
    apart.sort_unstable_by_key(|value| std::cmp::Reverse(*value));
    apart.get(apart.len() / 40).copied().unwrap_or(0)
}

/// Whether a text stands on a bar of a strong colour that is wider than it and no higher than a row.
fn is_chosen(page: &Page<'_>, area: Rect) -> bool {
    let ground = ink::background(page.pixels, area);
    let (max, min) = (ground.iter().max(), ground.iter().min());
    let is_strong = max.zip(min).is_some_and(|(max, min)| max - min > 60);
    let is_bar = |bar: &Rect| bar.intersection(&area) == area && bar.w > area.w + area.h && bar.h <= area.h * 3;
    is_strong && page.boxes.iter().any(is_bar)
}
