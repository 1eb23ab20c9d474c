//! Pages of editors: large boxes of paper's colour with nothing but text in them, from the upper left corner on.

use super::super::{Element, Role};
use super::boxed;
use super::page::{self, Page};
use crate::geometry::Rect;

/// The least that a page measures, in pixels.
const SMALLEST: (i32, i32) = (200, 100);

/// How far from the corner the first line begins at most: numbers of lines may stand before it.
const MARGIN: (i32, i32) = (70, 26);

/// The pages of a picture with these other elements.
pub(super) fn find(page: &Page<'_>, found: &[Element]) -> Vec<Element> {
    let mut pages: Vec<Rect> = Vec::new();
    for area in page.boxes.iter().filter(|area| is_page(page, area, found)) {
        if !pages.iter().any(|other| other.intersects(area)) {
            pages.push(*area);
        }
    }
    pages.into_iter().map(|area| Element::new(Role::TextArea, "", area)).collect()
}

fn is_page(page: &Page<'_>, area: &Rect, found: &[Element]) -> bool {
    if area.w < SMALLEST.0 || area.h < SMALLEST.1 || !boxed::is_paper(page, *area) {
        return false;
    }
    let inside: Vec<&Element> = found.iter().filter(|e| page::holds(area, &e.area)).collect();
    let is_written = |e: &&Element| {
        matches!(e.role, Role::Text | Role::Link | Role::ScrollBar) || e.text.chars().all(|c| c.is_ascii_digit())
    };
    if inside.is_empty() || !inside.iter().all(is_written) {
        return false;
    }
    let texts = inside.iter().filter(|e| e.role == Role::Text);
    let left = texts.clone().map(|e| e.area.x).min();
    let top = texts.map(|e| e.area.y).min();
    left.is_some_and(|x| x - area.x <= MARGIN.0) && top.is_some_and(|y| y - area.y <= MARGIN.1)
}
