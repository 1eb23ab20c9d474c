//! What is on the screen: from the lines of text, the boxes drawn around them, the marks and icons beside them, their colours.
//!
//! Each file finds one kind of thing; here they are put together, and what two of them claim goes to the first.

use super::{Element, Line, Role, boxes, marks};
use crate::frame::Frame;
use crate::geometry::Rect;
pub(super) use icons::Meanings;
pub(super) use labels::name;
pub(super) use page::Page;
use tabs::Handle;

mod arrows;
mod bars;
mod boxed;
mod colours;
mod empty;
mod icons;
mod labels;
mod page;
mod pages;
mod plain;
mod rows;
mod signs;
mod states;
mod tabs;
mod toolbars;

/// The elements of a picture in which these lines stand, numbered in reading order.
pub fn elements_of(frame: &Frame, lines: &[Line]) -> Vec<Element> {
    let boxes = boxes::find(frame.pixels());
    let mut found = find(&Page::new(frame.pixels(), lines, &boxes), &mut Meanings::default());
    (1..).zip(&mut found).for_each(|(id, element)| element.id = id);
    name(&mut found);
    found
}

/// The elements of a page, top to bottom, left to right, without their numbers.
pub(super) fn find(page: &Page<'_>, meanings: &mut Meanings) -> Vec<Element> {
    let lines = page.lines;
    let menu = tabs::menu_bar(lines);
    let tabs = tabs::find(page);
    let mut found: Vec<Element> = menu.iter().map(|(text, area)| Element::new(Role::Menu, text, *area)).collect();
    for line in lines.iter().filter(|line| !menu.iter().any(|(_, area)| page::holds(&line.area, area))) {
        if !signs::are_drawn(page, line) {
            found.extend(of_line(page, line, &tabs));
        }
    }
    let claimed: Vec<Rect> = found.iter().filter(|e| e.role != Role::Text).map(|e| e.area).collect();
    let is_free = |element: &Element| !claimed.iter().any(|area| covers(area, &element.area));
    found.extend(marks::alone(page).into_iter().filter(is_free));
    found.extend(empty::fields(page).into_iter().filter(is_free));
    found.extend(bars::find(page).into_iter().filter(is_free));
    let icons = icons::find(page, &found);
    found.extend(icons);
    icons::name(page, &mut found, meanings);
    rows::refine(page, &mut found);
    toolbars::refine(&mut found);
    let pages = pages::find(page, &found);
    found.extend(pages);
    states::tell(page, &mut found);
    found.sort_by_key(|e| (e.area.centre().1, e.area.x));
    found
}

/// What a line is: the label of a mark, the handle of a page, what its box is, or text; with the links in it.
fn of_line(page: &Page<'_>, line: &Line, tabs: &[Handle]) -> Vec<Element> {
    if let Some(mark) = marks::of(page.pixels, line.area).or_else(|| marks::faint(page, line.area)) {
        return vec![mark.element(&line.text)];
    }
    if let Some(handle) = tabs.iter().find(|handle| handle.area == line.area) {
        let mut element = Element::new(Role::Tab, &line.text, line.area);
        element.state.selected = Some(handle.is_chosen);
        return vec![element];
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
