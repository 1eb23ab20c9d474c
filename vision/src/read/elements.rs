//! What is on the screen: from the lines of text, the boxes drawn around them, the marks and icons beside them, their colours.
//!
//! Each file finds one kind of thing; here they are put together, and what two of them claim goes to the first.

use image::RgbImage;

use super::{Element, Line, Role, boxes, marks};
use crate::frame::Frame;
use crate::geometry::Rect;
pub(super) use labels::name;
pub(super) use page::Page;

mod arrows;
mod boxed;
mod colours;
mod empty;
mod icons;
mod labels;
mod page;
mod plain;
mod rows;
mod states;
mod tabs;

/// The elements of a picture in which these lines stand, numbered in reading order.
pub fn elements_of(frame: &Frame, lines: &[Line]) -> Vec<Element> {
    let boxes = boxes::find(frame.pixels());
    let mut found = find(frame.pixels(), lines, &boxes);
    (1..).zip(&mut found).for_each(|(id, element)| element.id = id);
    name(&mut found);
    found
}

/// The elements of a picture with these lines and drawn boxes, top to bottom, left to right, without their numbers.
pub(super) fn find(pixels: &RgbImage, lines: &[Line], edges: &[Rect]) -> Vec<Element> {
    let page = Page::new(pixels, lines, edges);
    let marks = marks::alone(&page);
    let tabs = tabs::find(&page);
    let menu = tabs::menu_bar(lines);
    let mut found = Vec::new();
    for line in lines {
        found.extend(of_line(&page, line, &tabs, &menu));
    }
    let claimed: Vec<Rect> = found.iter().filter(|e| e.role != Role::Text).map(|e| e.area).collect();
    let is_free = |element: &Element| !claimed.iter().any(|area| covers(area, &element.area));
    found.extend(marks.into_iter().filter(|mark| is_free(mark)));
    found.extend(empty::fields(&page).into_iter().filter(|field| is_free(field)));
    found.extend(icons::find(&page, &found));
    rows::refine(&page, &mut found);
    states::tell(&page, &mut found);
    found.sort_by_key(|e| (e.area.centre().1, e.area.x));
    found
}

/// What a line is: the label of a mark, an entry of a menu bar, what its box is, or text; with the links in it.
fn of_line(page: &Page<'_>, line: &Line, tabs: &[Rect], menu: &[Rect]) -> Vec<Element> {
    if let Some(mark) = marks::of(page.pixels, line.area) {
        return vec![mark.element(&line.text)];
    }
    if menu.contains(&line.area) {
        return vec![Element::new(Role::Menu, &line.text, line.area)];
    }
    if let Some(area) = page.boxes.iter().find(|area| page::holds(area, &line.area)).filter(|area| tabs.contains(area))
    {
        return vec![Element::new(Role::Tab, &line.text, *area)];
    }
    match boxed::of(page, line) {
        Some(element) => vec![element],
        None => plain::of(page, line),
    }
}

/// Whether two areas are of one thing: half of the smaller one is in the other, and neither is a page around the other.
fn covers(a: &Rect, b: &Rect) -> bool {
    let shared = a.intersection(b).area();
    let (small, large) = (a.area().min(b.area()), a.area().max(b.area()));
    shared * 2 > small && large < small * 12
}
