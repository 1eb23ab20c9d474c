//! Regions that look like icons: small things drawn on a flat ground, which are no text.

use super::super::{Element, Role, ink};
use super::page::{self, Page};
use super::{boxed, colours, signs};
use crate::geometry::Rect;
use crate::icons;

/// The sides of icons, in pixels.
const SIZES: std::ops::RangeInclusive<i32> = 7..=72;

/// Parts of an icon that are no further apart than this hang together: three dots, the lines of a menu.
const JOIN: i32 = 4;

/// A key may be this large, however small the sign on it.
const KEY: (i32, i32) = (70, 56);

/// Flat areas longer than this are grounds that things are drawn on.
const GROUND: i32 = 64;

/// The regions that look like icons and are none of the elements found before.
pub(super) fn find(page: &Page<'_>, found: &[Element]) -> Vec<Element> {
    let written = page.lines.iter().filter(|line| !signs::are_drawn(page, line));
    let mut taken: Vec<Rect> = written.map(|line| ink::tight(page.pixels, line.area)).collect();
    let marks = found.iter().filter(|e| matches!(e.role, Role::Checkbox | Role::Radio | Role::Switch));
    taken.extend(marks.map(|mark| mark.area.grown(1)));
    let regions = regions(page, &taken);
    let mut icons: Vec<Element> = regions
        .into_iter()
        .filter(|area| is_on_flat(page, *area))
        .filter_map(|area| of_region(page, area, found))
        .collect();
    icons.extend(shapes(page, found));
    let others: Vec<Rect> = found.iter().chain(&icons).map(|e| e.area).collect();
    icons.extend(unread(page, &others));
    icons
}

/// Boxes of a button's size with something small on them that was not read.
fn unread(page: &Page<'_>, others: &[Rect]) -> Vec<Element> {
    let is_free = |area: &Rect| !others.iter().any(|other| other.intersects(&area.grown(-2)));
    let sized = |area: &&Rect| (16..=160).contains(&area.w) && (16..=100).contains(&area.h) && area.w * 3 >= area.h * 2;
    let marked = |area: &&Rect| {
        let inner = area.grown(-4);
        let tight = ink::tight(page.pixels, inner);
        let ((ax, ay), (bx, by)) = (area.centre(), tight.centre());
        tight != inner && tight.w * 3 <= area.w * 2 && (ax - bx).abs() <= 4 && (ay - by).abs() <= area.h / 4
    };
    let found = page.boxes.iter().filter(sized).filter(|area| is_free(area)).filter(marked);
    found
        .filter(|area| boxed::is_boxed_in(page, **area))
        .map(|area| Element::new(Role::IconButton, "", *area))
        .collect()
}

/// Whether all around a region is of one colour; in photographs it is not.
fn is_on_flat(page: &Page<'_>, area: Rect) -> bool {
    let ring = area.grown(2);
    let across = (ring.x..ring.right()).flat_map(|x| [(x, ring.y), (x, ring.bottom() - 1)]);
    let down = (ring.y..ring.bottom()).flat_map(|y| [(ring.x, y), (ring.right() - 1, y)]);
    let colours: Vec<[u8; 3]> = across.chain(down).map(|(x, y)| page.at(x, y)).collect();
    let mut sorted = colours.clone();
    sorted.sort_unstable();
    let middle = sorted[sorted.len() / 2];
    colours.iter().filter(|colour| is_like(**colour, middle)).count() * 20 >= colours.len() * 17
}

/// A meaning that is at least this likely is kept; only a sure one names the element.
const LIKELY: f32 = 0.5;

/// Says what icons mean, and gives those that are sure a name; also to signs that were read as letters.
pub(super) fn name(page: &Page<'_>, found: &mut [Element]) {
    for element in found.iter_mut().filter(|e| may_be_icon(e)) {
        // The border of a button is no part of what is drawn on it.
        let border = if element.role == Role::IconButton && element.area.h >= 24 { 5 } else { 0 };
        let inner = element.area.grown(-border);
        let drawing = ink::tight(page.pixels, inner.intersection(&page.bounds));
        let Some(guess) = icons::classify(page.pixels, drawing) else { continue };
        let [best, ..] = guess.best;
        if best.probability >= LIKELY && !best.meaning.is_none() {
            element.icon = best.meaning.name().to_owned();
        }
        if let Some(meaning) = guess.sure().filter(|_| element.name.is_empty()) {
            element.name = meaning.words().first().copied().unwrap_or_default().to_owned();
        }
    }
}

fn may_be_icon(element: &Element) -> bool {
    let has_picture = matches!(element.role, Role::Image | Role::IconButton) && element.name.is_empty();
    let is_sign = matches!(element.role, Role::Text | Role::Button) && element.text.chars().count() <= 2;
    has_picture || is_sign
}

/// Larger areas of one colour with nothing on them, which are called by it.
fn shapes(page: &Page<'_>, found: &[Element]) -> Vec<Element> {
    let is_sized =
        |area: Rect| area.w.min(area.h) >= 16 && area.w.max(area.h) > *SIZES.end() && area.w.max(area.h) <= 400;
    let is_squarish = |area: Rect| area.w.max(area.h) <= area.w.min(area.h) * 3;
    let is_free = |area: Rect| !found.iter().any(|e| e.area.intersects(&area));
    let flats = page.flats.iter().filter(|flat| is_sized(flat.area) && is_squarish(flat.area) && is_free(flat.area));
    flats.filter_map(colours::shape).collect()
}

fn of_region(page: &Page<'_>, area: Rect, found: &[Element]) -> Option<Element> {
    let is_grip = |e: &Element| {
        let (x, y) = area.centre();
        e.role.is_typed_into() && e.area.contains(x, y) && e.area.right() - x < 30 && e.area.bottom() - y < 30
    };
    if found.iter().any(is_grip) {
        return None;
    }
    // What is drawn on a button or in a field belongs to it.
    let part_of = |e: &&Element| e.area.intersection(&area) == area && e.area.h <= 3 * area.h.max(16);
    if found.iter().any(|e| part_of(&e)) {
        return None;
    }
    let holder = page.boxes.iter().find(|b| holds_alone(b, area));
    let mut element = match page.flats.iter().find(|flat| is_same(flat.area, area)).and_then(colours::shape) {
        Some(shape) => shape,
        None => Element::new(Role::Image, "", area),
    };
    // What the reader of text made of it is kept: it may be a sign after all.
    if let Some(line) = page.lines.iter().find(|line| signs::are_drawn(page, line) && page::holds(&line.area, &area)) {
        element.text.clone_from(&line.text);
    }
    if let Some(holder) = holder.filter(|_| element.name.is_empty()) {
        element.role = Role::IconButton;
        element.area = *holder;
    }
    Some(element)
}

fn is_same(a: Rect, b: Rect) -> bool {
    let near = |a: i32, b: i32| (a - b).abs() <= 2;
    near(a.x, b.x) && near(a.y, b.y) && near(a.right(), b.right()) && near(a.bottom(), b.bottom())
}

/// Whether a box is a button with nothing but the icon on it: not much larger, the icon in its middle.
fn holds_alone(button: &Rect, icon: Rect) -> bool {
    let fits = button.w <= (icon.w * 4).max(KEY.0) && button.h <= (icon.h * 4).max(KEY.1);
    let is_around = button.intersection(&icon) == icon && fits;
    let ((ax, ay), (bx, by)) = (button.centre(), icon.centre());
    is_around
        && *button != icon
        && button.h <= 80
        && (ax - bx).abs() <= 3 + button.w / 10
        && (ay - by).abs() <= 3 + button.h / 10
}

/// Connected parts of the picture that are neither ground nor taken.
fn regions(page: &Page<'_>, taken: &[Rect]) -> Vec<Rect> {
    let (w, h) = (page.bounds.w as usize, page.bounds.h as usize);
    let mut ink = vec![true; w * h];
    for flat in page.flats.iter().filter(|flat| is_ground(flat)) {
        // Only the flat's own pixels are ground.
        let (area, colour) = (flat.area, flat.colour);
        for y in area.y..area.bottom() {
            for x in area.x..area.right() {
                let at = y as usize * w + x as usize;
                if ink[at] && is_like(page.at(x, y), colour) {
                    ink[at] = false;
                }
            }
        }
    }
    for area in taken {
        let area = area.grown(1).intersection(&page.bounds);
        for y in area.y..area.bottom() {
            ink[y as usize * w + area.x as usize..y as usize * w + area.right() as usize].fill(false);
        }
    }
    components(&mut ink, w, h)
}

fn is_ground(flat: &super::super::flats::Flat) -> bool {
    let Rect { w, h, .. } = flat.area;
    let has_holes = flat.count * 50 < flat.hull * 49 && flat.count * 2 > flat.hull;
    w > GROUND || h > GROUND || (flat.is_box() && w.min(h) >= 16 && has_holes)
}

fn is_like(a: [u8; 3], b: [u8; 3]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.abs_diff(b) <= 24)
}

/// The extents of what hangs together within [`JOIN`] pixels, of an icon's size.
fn components(ink: &mut [bool], w: usize, h: usize) -> Vec<Rect> {
    let mut found = Vec::new();
    let mut stack = Vec::new();
    for start in 0..ink.len() {
        if !ink[start] {
            continue;
        }
        ink[start] = false;
        stack.push(start);
        let (mut x0, mut y0, mut x1, mut y1, mut count) = (w, h, 0, 0, 0);
        while let Some(at) = stack.pop() {
            let (x, y) = (at % w, at / w);
            (x0, y0, x1, y1, count) = (x0.min(x), y0.min(y), x1.max(x), y1.max(y), count + 1);
            let reach = JOIN as usize;
            for ny in y.saturating_sub(reach)..(y + reach + 1).min(h) {
                for nx in x.saturating_sub(reach)..(x + reach + 1).min(w) {
                    let next = ny * w + nx;
                    if ink[next] {
                        ink[next] = false;
                        stack.push(next);
                    }
                }
            }
        }
        let area = Rect::new(x0 as i32, y0 as i32, (x1 - x0 + 1) as i32, (y1 - y0 + 1) as i32);
        let is_sized = SIZES.contains(&area.w.max(area.h))
            && area.w.min(area.h) >= 2
            && area.w.max(area.h) <= 7 * area.w.min(area.h);
        if is_sized && count >= 12 {
            found.push(area);
        }
    }
    found
}
