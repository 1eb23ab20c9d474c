//! Handles of pages, and the entries of menu bars.

use super::super::Line;
use super::boxed::HIGHEST_BUTTON;
use super::page::Page;
use crate::geometry::Rect;

/// First entries of the menu bars that programs have.
const MENU_BAR: [&str; 22] = [
    "File",
    "Edit",
    "View",
    "Search",
    "Document",
    "Help",
    "Go",
    "Tools",
    "Options",
    "Format",
    "Bookmarks",
    "Window",
    "Insert",
    "Image",
    "Settings",
    "Datei",
    "Bearbeiten",
    "Ansicht",
    "Hilfe",
    "Fichier",
    "Edition",
    "Affichage",
];

/// Boxes that stand side by side and touch, each with one text, with no box like them above or below: tabs of a notebook.
///
/// The text of a box above or below may not have been read: a calculator's keys have small signs.
pub(super) fn find(page: &Page<'_>) -> Vec<Rect> {
    let one_text = |area: &&Rect| area.h <= HIGHEST_BUTTON && page.lines_in(**area).count() == 1;
    let single: Vec<Rect> = page.boxes.iter().filter(one_text).copied().collect();
    let beside = |a: &Rect, b: &Rect| {
        let touch = (a.right() - b.x).abs() <= 6 || (b.right() - a.x).abs() <= 6;
        a != b && touch && (a.y - b.y).abs() <= 4 && (a.h - b.h).abs() <= 6
    };
    let stacked = |a: &Rect, b: &Rect| {
        let overlap = a.right().min(b.right()) - a.x.max(b.x);
        let is_like = a != b && b.w <= a.w * 2 && b.h <= a.h * 2;
        is_like && overlap * 2 > a.w && ((a.bottom() - b.y).abs() <= 12 || (b.bottom() - a.y).abs() <= 12)
    };
    let is_tab = |a: &&Rect| single.iter().any(|b| beside(a, b)) && !page.boxes.iter().any(|b| stacked(a, b));
    single.iter().filter(is_tab).copied().collect()
}

/// The entries of a menu bar: texts on one row of which at least two are entries that programs have.
pub(super) fn menu_bar(lines: &[Line]) -> Vec<Rect> {
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
