//! What the lines are, from the boxes drawn around them, the marks beside them and their colour.

use image::RgbImage;

use super::marks::{self, Mark};
use super::{Element, ElementKind, Line, ink};
use crate::geometry::Rect;

/// Higher boxes around one line are pages, not buttons.
const HIGHEST_BUTTON: i32 = 80;

/// First entries of the menu bars that programs have.
const MENU_BAR: [&str; 12] =
    ["File", "Edit", "View", "Search", "Document", "Help", "Go", "Tools", "Options", "Format", "Bookmarks", "Window"];

/// The elements of a picture with these lines and drawn boxes, top to bottom, left to right.
pub(super) fn find(pixels: &RgbImage, lines: &[Line], boxes: &[Rect]) -> Vec<Element> {
    let tabs = tabs(boxes, lines);
    let menu = menu_bar(lines);
    let mut found: Vec<Element> = lines.iter().map(|line| of_line(pixels, line, lines, boxes, &tabs, &menu)).collect();
    found.extend(boxes.iter().filter(|area| is_empty_field(pixels, area, lines, boxes)).map(|area| Element {
        kind: ElementKind::Field,
        text: String::new(),
        area: *area,
        checked: None,
    }));
    found.sort_by_key(|e| (e.area.centre().1, e.area.x));
    found
}

fn of_line(pixels: &RgbImage, line: &Line, lines: &[Line], boxes: &[Rect], tabs: &[Rect], menu: &[Rect]) -> Element {
    let element = |kind, area| Element { kind, text: line.text.clone(), area, checked: None };
    if let Some(mark) = marks::of(pixels, line.area) {
        return of_mark(line, mark);
    }
    if menu.contains(&line.area) {
        return element(ElementKind::MenuItem, line.area);
    }
    match boxes.iter().find(|area| holds(area, &line.area)) {
        Some(area) if tabs.contains(area) => element(ElementKind::Tab, *area),
        Some(area) => match in_box(pixels, line, lines, *area) {
            Some(kind) => element(kind, *area),
            None => element(plain(pixels, line), line.area),
        },
        None => element(plain(pixels, line), line.area),
    }
}

fn of_mark(line: &Line, mark: Mark) -> Element {
    let kind = if mark.round { ElementKind::Radio } else { ElementKind::Checkbox };
    Element { kind, text: line.text.clone(), area: mark.area, checked: Some(mark.checked) }
}

/// What a box with this text inside is: a button where the text stands in the middle, a field where it starts at the
/// left, as it does in a list that opens; nothing where the box holds more than the one line.
fn in_box(pixels: &RgbImage, line: &Line, lines: &[Line], area: Rect) -> Option<ElementKind> {
    if area.h > HIGHEST_BUTTON || area.h > line.area.h * 4 {
        return None;
    }
    let mut inside: Vec<&Line> = lines.iter().filter(|other| holds(&area, &other.area)).collect();
    if inside.iter().any(|other| (other.area.centre().1 - line.area.centre().1).abs() > line.area.h / 2) {
        return None;
    }
    inside.sort_by_key(|other| other.area.x);
    let arrow = if inside.len() > 1 { inside.pop_if(|last| is_arrow(last, area)) } else { None };
    if arrow.is_some_and(|arrow| arrow.area == line.area) {
        return None;
    }
    let text = inside.iter().fold(line.area, |all, other| all.union(&other.area));
    let text = ink::tight(pixels, text.intersection(&area.grown(-2)));
    let (left, right) = (text.x - area.x, area.right() - text.right());
    let is_centred = (left - right).abs() <= (area.w / 8).max(6) && (left <= text.w * 3 || area.w <= area.h * 3);
    if inside.len() == 1 && arrow.is_none() && is_centred {
        return Some(ElementKind::Button);
    }
    let is_paper = ink::background(pixels, area).iter().all(|c| *c > 235);
    let is_field = (is_paper || arrow.is_some()) && left <= 20 && right > left;
    is_field.then_some(ElementKind::Field)
}

/// Whether a text is the arrow at the right end of a list that opens: one sign.
fn is_arrow(line: &Line, area: Rect) -> bool {
    line.text.chars().count() == 1 && area.right() - line.area.right() < area.h
}

/// Text alone: a link where its ink is of a strong colour.
fn plain(pixels: &RgbImage, line: &Line) -> ElementKind {
    let background = ink::background(pixels, line.area);
    let mut strongest = (0i32, [0u8; 3]);
    for y in line.area.y..line.area.bottom() {
        for x in line.area.x..line.area.right() {
            let pixel = pixels.get_pixel(x as u32, y as u32).0;
            let contrast = (0..3).map(|c| i32::from(pixel[c].abs_diff(background[c]))).sum();
            if contrast > strongest.0 {
                strongest = (contrast, pixel);
            }
        }
    }
    let [r, g, b] = strongest.1.map(i32::from);
    if b - r > 80 && b - g > 40 && background.iter().all(|c| *c > 160) { ElementKind::Link } else { ElementKind::Text }
}

/// Whether an empty box is one to type into: flat inside, wider than high, and no text or smaller box in it.
fn is_empty_field(pixels: &RgbImage, area: &Rect, lines: &[Line], boxes: &[Rect]) -> bool {
    let inner = area.grown(-3);
    let sized = area.w >= 40 && (16..=600).contains(&area.h) && area.w * 2 > area.h * 3;
    if !sized || lines.iter().any(|line| line.area.intersects(&inner)) {
        return false;
    }
    if boxes.iter().any(|other| other != area && other.intersection(area) == *other) {
        return false;
    }
    let paper = ink::background(pixels, inner);
    let drawn = (inner.y..inner.bottom())
        .flat_map(|y| (inner.x..inner.right()).map(move |x| (x, y)))
        .filter(|(x, y)| ink::is_ink(pixels.get_pixel(*x as u32, *y as u32).0, paper))
        .count() as i64;
    let beside = pixels.get_pixel((area.x - 3).max(0) as u32, area.centre().1 as u32).0;
    let lighter = paper.iter().zip(beside).all(|(a, b)| *a >= b);
    lighter && drawn * 20 < inner.area()
}

/// Boxes that stand side by side and touch, each with one text, with no box like them above or below: tabs of a notebook.
///
/// The text of a box above or below may not have been read: a calculator's keys have small signs.
fn tabs(boxes: &[Rect], lines: &[Line]) -> Vec<Rect> {
    let one_text =
        |area: &&Rect| area.h <= HIGHEST_BUTTON && lines.iter().filter(|line| holds(area, &line.area)).count() == 1;
    let single: Vec<Rect> = boxes.iter().filter(one_text).copied().collect();
    let beside = |a: &Rect, b: &Rect| {
        let touch = (a.right() - b.x).abs() <= 6 || (b.right() - a.x).abs() <= 6;
        a != b && touch && (a.y - b.y).abs() <= 4 && (a.h - b.h).abs() <= 6
    };
    let stacked = |a: &Rect, b: &Rect| {
        let overlap = a.right().min(b.right()) - a.x.max(b.x);
        let is_like = a != b && b.w <= a.w * 2 && b.h <= a.h * 2;
        is_like && overlap * 2 > a.w && ((a.bottom() - b.y).abs() <= 12 || (b.bottom() - a.y).abs() <= 12)
    };
    let is_tab = |a: &&Rect| single.iter().any(|b| beside(a, b)) && !boxes.iter().any(|b| stacked(a, b));
    single.iter().filter(is_tab).copied().collect()
}

/// The entries of a menu bar: texts on one row of which at least two are entries that programs have.
fn menu_bar(lines: &[Line]) -> Vec<Rect> {
    let known: Vec<&Line> = lines.iter().filter(|line| MENU_BAR.contains(&line.text.as_str())).collect();
    let on_row = |a: &Line, b: &Line| (a.area.centre().1 - b.area.centre().1).abs() <= 3;
    let in_bar = |line: &&Line| {
        let near: Vec<&&Line> = known.iter().filter(|other| on_row(line, other)).collect();
        let reach = |other: &&&Line| {
            let gap = (line.area.x - other.area.right()).max(other.area.x - line.area.right());
            gap < line.area.h * 4
        };
        near.len() >= 2 && near.iter().any(reach) && line.text.split_whitespace().count() <= 2
    };
    lines.iter().filter(in_bar).map(|line| line.area).collect()
}

/// Whether the middle of `inner` lies in the box and most of it too.
fn holds(area: &Rect, inner: &Rect) -> bool {
    area.intersection(inner).area() * 10 > inner.area() * 7 && {
        let (x, y) = inner.centre();
        area.contains(x, y)
    }
}
