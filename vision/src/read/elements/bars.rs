//! Sliders, progress bars and scroll bars: rails with a handle on them or a part of another colour.

use super::super::flats::Flat;
use super::super::{Element, Role};
use super::page::Page;
use crate::geometry::Rect;

/// How wide a handle between two parts of a rail is.
const HANDLE: std::ops::RangeInclusive<i32> = 8..=48;

/// The rails of a picture with what they are.
pub(super) fn find(page: &Page<'_>) -> Vec<Element> {
    let rails: Vec<&Flat> = page.flats.iter().filter(|flat| is_rail(flat.area)).collect();
    let mut used: Vec<Rect> = Vec::new();
    let mut found = Vec::new();
    for rail in &rails {
        if used.iter().any(|area| area.intersects(&rail.area))
            || page.lines.iter().any(|line| line.area.intersects(&rail.area))
        {
            continue;
        }
        let parts = rails.iter().filter(|other| continues(rail.area, other.area));
        let whole = parts.fold(rail.area, |all, other| all.union(&other.area));
        let found_here = slider(page, whole)
            .or_else(|| parted_slider(rail, &page.flats))
            .or_else(|| joined_slider(rail.area, &rails))
            .or_else(|| progress(rail.area, whole));
        let Some(element) = found_here else { continue };
        used.push(element.area);
        found.push(element);
    }
    found.extend(scroll_bars(page));
    found
}

fn is_rail(area: Rect) -> bool {
    (3..=24).contains(&area.h) && area.w >= 24 && area.w <= 900 && area.w >= 2 * area.h
}

/// Whether two rails are parts of one: at the same height, with no more than a handle between them.
fn continues(a: Rect, b: Rect) -> bool {
    let gap = (b.x - a.right()).max(a.x - b.right());
    a != b && (a.centre().1 - b.centre().1).abs() <= 1 && (a.h - b.h).abs() <= 2 && (-2..=48).contains(&gap)
}

fn slider(page: &Page<'_>, rail: Rect) -> Option<Element> {
    if rail.h > 12 || rail.w < 50 {
        return None;
    }
    let reach = Rect::new(rail.x - 12, rail.y, rail.w + 24, rail.h);
    let is_knob = |flat: &&Flat| {
        let Rect { w, h, .. } = flat.area;
        let sized = (8..=34).contains(&h) && (6..=34).contains(&w) && h >= rail.h + 4 && w <= 2 * h;
        let (x, y) = flat.area.centre();
        sized && (y - rail.centre().1).abs() <= 2 && reach.contains(x, rail.centre().1) && flat.fill() > 0.68
    };
    let knob = page.flats.iter().find(is_knob)?.area;
    let whole = rail.union(&knob);
    let mut element = Element::new(Role::Slider, "", whole);
    let part = f64::from(knob.centre().0 - rail.x) / f64::from(rail.w);
    element.value = Some(format!("{:.0}%", part.clamp(0.0, 1.0) * 100.0));
    Some(element)
}

/// A slider whose handle lies between two parts of one rail of the same colour.
fn parted_slider(part: &Flat, flats: &[Flat]) -> Option<Element> {
    let is_like = |other: &&Flat| part.colour.iter().zip(other.colour).all(|(a, b)| a.abs_diff(b) <= 6);
    let gap = |other: Rect| (other.x - part.area.right()).max(part.area.x - other.right());
    let is_other_part = |other: &&Flat| {
        let (a, b) = (part.area, other.area);
        (a.y - b.y).abs() <= 1 && (a.h - b.h).abs() <= 2 && (HANDLE.contains(&gap(b))) && part.area.h >= 6
    };
    let other = flats.iter().filter(is_like).find(is_other_part)?.area;
    let whole = part.area.union(&other);
    let left = part.area.x.min(other.x);
    let before = if part.area.x == left { part.area.w } else { other.w };
    let way = whole.w - gap(other);
    let mut element = Element::new(Role::Slider, "", whole);
    element.value = Some(format!("{}%", before * 100 / way.max(1)));
    (whole.w >= 50).then_some(element)
}

/// A slider whose handle has the colour of the rail behind it: a high part that goes on in a lower one.
fn joined_slider(high: Rect, rails: &[&Flat]) -> Option<Element> {
    if !(12..=24).contains(&high.h) {
        return None;
    }
    let goes_on = |low: &Rect| {
        let gap = (low.x - high.right()).max(high.x - low.right());
        low.h <= 10 && (low.centre().1 - high.centre().1).abs() <= 2 && (-3..=4).contains(&gap)
    };
    let low = rails.iter().map(|flat| flat.area).find(|area| goes_on(area))?;
    let whole = high.union(&low);
    let knob = if low.x > high.x { high.right() - high.h / 2 } else { high.x + high.h / 2 };
    let mut element = Element::new(Role::Slider, "", whole);
    element.value = Some(format!("{}%", (knob - whole.x) * 100 / whole.w.max(1)));
    Some(element)
}

/// A bar of two colours, the first from its left end on.
fn progress(part: Rect, whole: Rect) -> Option<Element> {
    if whole.w < 60 || part == whole || whole.h < 4 {
        return None;
    }
    let done = if part.x - whole.x <= 2 { part.w } else { whole.w - part.w };
    let mut element = Element::new(Role::Progress, "", whole);
    element.value = Some(format!("{}%", done * 100 / whole.w.max(1)));
    Some(element)
}

/// Upright handles near the right edge of what they scroll, and whether there is more above or below.
fn scroll_bars(page: &Page<'_>) -> Vec<Element> {
    let is_handle = |flat: &&Flat| {
        let Rect { w, h, .. } = flat.area;
        (4..=16).contains(&w) && h >= 24 && h >= 3 * w && flat.fill() > 0.8 && flat.count * 10 >= flat.hull * 9
    };
    let at_edge = |area: &Rect| {
        let near = |edge: i32| (0..=20).contains(&(edge - area.right()));
        let holds = |other: &Rect| {
            other.h > area.h
                && other.w > 60
                && near(other.right())
                && other.y <= area.y
                && area.bottom() <= other.bottom()
        };
        near(page.bounds.right()) || page.boxes.iter().any(holds)
    };
    let handles = page.flats.iter().filter(is_handle).map(|flat| flat.area).filter(at_edge);
    handles
        .filter(|area| !page.lines.iter().any(|line| line.area.intersects(area)))
        .map(|area| Element::new(Role::ScrollBar, "", area))
        .collect()
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    fn drawn(parts: &[(Rect, [u8; 3])]) -> RgbImage {
        let mut picture = RgbImage::from_pixel(300, 60, Rgb([245; 3]));
        for (area, colour) in parts {
            for (x, y) in (area.y..area.bottom()).flat_map(|y| (area.x..area.right()).map(move |x| (x, y))) {
                picture.put_pixel(x as u32, y as u32, Rgb(*colour));
            }
        }
        picture
    }

    #[test]
    fn a_rail_with_a_handle_slides_and_one_of_two_colours_has_got_so_far() {
        let rail = [(Rect::new(20, 20, 100, 6), [30, 110, 230]), (Rect::new(120, 20, 100, 6), [200; 3])];
        let found = find(&Page::new(&drawn(&rail), &[], &[]));
        assert_eq!((found[0].role, found[0].value.as_deref()), (Role::Progress, Some("50%")));
        let knob = [rail[0], rail[1], (Rect::new(112, 14, 18, 18), [90; 3])];
        let found = find(&Page::new(&drawn(&knob), &[], &[]));
        assert_eq!((found[0].role, found[0].area), (Role::Slider, Rect::new(20, 14, 200, 18)));
        assert!(find(&Page::new(&drawn(&rail[..1]), &[], &[])).is_empty());
    }
}
