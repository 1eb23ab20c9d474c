//! Handles of pages, and the entries of menu bars.

use super::super::Line;
use super::page::{self, Page};
use crate::geometry::Rect;

/// First entries of the menu bars that programs have.
const MENU_BAR: [&str; 24] = [
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
    "Selection",
    "Datei",
    "Bearbeiten",
    "Ansicht",
    "Hilfe",
    "Extras",
    "Fichier",
    "Edition",
    "Affichage",
];

/// How far under the text of a handle the line between handles and page may be, in pixels.
const UNDER: i32 = 20;

/// How far apart the texts of neighbouring handles may be, in heights of a text.
const APART: i32 = 6;

/// The handle of a page.
pub(super) struct Handle {
    /// Its text's place.
    pub(super) area: Rect,
    /// Whether its page is the one that shows.
    pub(super) is_chosen: bool,
}

/// Texts on one row over a line that goes on between them and is another one under one of them: that one's page shows.
pub(super) fn find(page: &Page<'_>) -> Vec<Handle> {
    let mut found = Vec::new();
    for row in rows(page.lines) {
        if let Some(chosen) = chosen(page, &row) {
            let handles = row.iter().enumerate();
            found.extend(handles.map(|(at, line)| Handle { area: line.area, is_chosen: at == chosen }));
        }
    }
    found
}

/// Short texts beside each other at one height, from left to right.
fn rows(lines: &[Line]) -> Vec<Vec<&Line>> {
    let is_short = |line: &&Line| line.text.chars().count() <= 30 && line.text.split_whitespace().count() <= 4;
    let mut sorted: Vec<&Line> = lines.iter().filter(is_short).collect();
    sorted.sort_by_key(|line| (line.area.centre().1, line.area.x));
    let mut rows: Vec<Vec<&Line>> = Vec::new();
    for line in sorted {
        let belongs = |row: &&mut Vec<&Line>| {
            let first = row[0].area;
            (first.centre().1 - line.area.centre().1).abs() <= 3 && (first.h - line.area.h).abs() <= 6
        };
        match rows.iter_mut().rev().take(3).find(belongs) {
            Some(row) => row.push(line),
            None => rows.push(vec![line]),
        }
    }
    let mut parts = Vec::new();
    for mut row in rows {
        row.sort_by_key(|line| line.area.x);
        let mut part: Vec<&Line> = Vec::new();
        for line in row {
            if part.last().is_some_and(|last| line.area.x - last.area.right() > last.area.h * APART) {
                parts.push(std::mem::take(&mut part));
            }
            part.push(line);
        }
        parts.push(part);
    }
    parts.retain(|part| (2..=12).contains(&part.len()));
    parts
}

/// Which text of a row is the handle of the page that shows; nothing where the row is none of handles.
fn chosen(page: &Page<'_>, row: &[&Line]) -> Option<usize> {
    let bottom = row.iter().map(|line| line.area.bottom()).max()?;
    let middle = |line: &Line| line.area.centre().0;
    // The line may be thicker or of another colour for as far as the chosen handle reaches: some points of every gap are asked.
    let points = |pair: &[&Line]| {
        let (from, to) = (pair[0].area.right(), pair[1].area.x.max(pair[0].area.right()));
        [1, 2, 3].map(|part| from + (to - from) * part / 4)
    };
    let gaps: Vec<[i32; 3]> = row.windows(2).map(points).collect();
    // A text before a colon is the label of what follows it.
    if are_apart(page, row) || row.iter().any(|line| line.text.ends_with([':', '：'])) {
        return None;
    }
    (bottom - 3..bottom + UNDER).find_map(|y| {
        let is_line = |x: i32| is_apart(page.at(x, y), page.at(x, y - 1));
        // The lower edge of a field beside its label is no such line.
        if row.iter().any(|line| is_held_aside(page, line, row, y)) || is_edge_of_some(page, row, y) {
            return None;
        }
        // The line is there between all of them, in one colour.
        let lines: Vec<[u8; 3]> = gaps.iter().flatten().filter(|x| is_line(**x)).map(|x| page.at(*x, y)).collect();
        let is_everywhere = |colour: [u8; 3]| {
            gaps.iter()
                .all(|gap| gap.iter().filter(|x| is_line(**x) && !is_apart(page.at(**x, y), colour)).count() >= 2)
        };
        let between = lines.into_iter().find(|colour| is_everywhere(*colour))?;
        let others: Vec<usize> =
            (0..row.len()).filter(|at| (-3..=3).all(|d| is_apart(page.at(middle(row[*at]) + d, y), between))).collect();
        match others[..] {
            // A label has no box where the field beside it has one.
            [one] if is_boxed(page, row[one], row) || !row.iter().any(|line| is_boxed(page, line, row)) => Some(one),
            _ => None,
        }
    })
}

/// Whether a text has a box of its own.
fn is_boxed(page: &Page<'_>, line: &Line, row: &[&Line]) -> bool {
    own_box(page, line, row).is_some()
}

/// The largest box that holds this text of a row alone.
fn own_box<'p>(page: &'p Page<'_>, line: &Line, row: &[&Line]) -> Option<&'p Rect> {
    let boxes = page.boxes.iter().filter(|area| area.h <= 60 && page::holds(area, &line.area));
    let alone = boxes.filter(|area| row.iter().filter(|other| page::holds(area, &other.area)).count() == 1);
    alone.max_by_key(|area| area.area())
}

/// Whether texts stand in boxes with room between them: buttons.
fn are_apart(page: &Page<'_>, row: &[&Line]) -> bool {
    let boxes: Vec<&Rect> = row.iter().filter_map(|line| own_box(page, line, row)).collect();
    boxes.windows(2).any(|pair| pair[1].x - pair[0].right() >= 3)
}

/// Whether some texts of a row, but not all, stand in one box that ends at this height: a field with buttons beside its label.
fn is_edge_of_some(page: &Page<'_>, row: &[&Line], y: i32) -> bool {
    let held = |area: &Rect| row.iter().filter(|line| page::holds(area, &line.area)).count();
    page.boxes.iter().any(|area| (area.bottom() - y).abs() <= 3 && (2..row.len()).contains(&held(area)))
}

/// Whether a text stands alone at the left in a box that ends at this height.
fn is_held_aside(page: &Page<'_>, line: &Line, row: &[&Line], y: i32) -> bool {
    page.boxes.iter().any(|area| {
        let (left, right) = (line.area.x - area.x, area.right() - line.area.right());
        let is_alone = row.iter().filter(|other| page::holds(area, &other.area)).count() == 1;
        is_alone && page::holds(area, &line.area) && (area.bottom() - y).abs() <= 3 && right > left * 2 + 10
    })
}

fn is_apart(a: [u8; 3], b: [u8; 3]) -> bool {
    a.iter().zip(b).any(|(a, b)| a.abs_diff(b) > 12)
}

/// The entries of menu bars: texts on one row of which at least two are entries that programs have. Entries that stand so near
/// that they were read as one line are told apart.
pub(super) fn menu_bar(lines: &[Line]) -> Vec<(String, Rect)> {
    let mut found = Vec::new();
    for row in rows_of_bars(lines) {
        let entries: Vec<(String, Rect)> = row.iter().flat_map(|line| entries(line)).collect();
        if entries.iter().filter(|(text, _)| is_known(text)).count() >= 2 {
            found.extend(entries);
        }
    }
    found
}

/// Lines of one height that follow each other closely, where one of them begins with a known entry.
fn rows_of_bars(lines: &[Line]) -> Vec<Vec<&Line>> {
    let mut parts: Vec<Vec<&Line>> = Vec::new();
    let mut sorted: Vec<&Line> = lines.iter().filter(|line| line.words.len() <= 12).collect();
    sorted.sort_by_key(|line| line.area.x);
    for line in sorted {
        let follows = |part: &&mut Vec<&Line>| {
            part.last().is_some_and(|last| {
                (last.area.centre().1 - line.area.centre().1).abs() <= 3
                    && line.area.x - last.area.right() < last.area.h * 3
            })
        };
        match parts.iter_mut().find(follows) {
            Some(part) => part.push(line),
            None => parts.push(vec![line]),
        }
    }
    parts
}

/// A line's entries: its words where most of several are known.
fn entries(line: &Line) -> Vec<(String, Rect)> {
    let count = line.words.iter().filter(|word| is_known(&word.text)).count();
    if line.words.len() > 1 && count >= 2 && count * 2 >= line.words.len() {
        return line.words.iter().map(|word| (known(&word.text).unwrap_or(&word.text).to_owned(), word.area)).collect();
    }
    let text = known(&line.text).unwrap_or(&line.text);
    if line.text.split_whitespace().count() <= 2 { vec![(text.to_owned(), line.area)] } else { Vec::new() }
}

fn is_known(text: &str) -> bool {
    known(text).is_some()
}

/// The known entry that this is, but for one letter that was misread.
fn known(text: &str) -> Option<&'static str> {
    let exact = MENU_BAR.iter().find(|entry| **entry == text);
    let is_near = |entry: &&&str| entry.len().abs_diff(text.len()) <= 1 && strsim::osa_distance(entry, text) <= 1;
    let near = || MENU_BAR.iter().filter(|_| text.len() >= 4).find(is_near);
    exact.or_else(near).copied()
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;
    use crate::read::Word;

    fn line(text: &str, area: [i32; 4]) -> Line {
        let area = Rect::from(area);
        let width = area.w / text.split(' ').count() as i32;
        let word = |(n, text): (i32, &str)| Word {
            text: text.into(),
            area: Rect::new(area.x + n * width, area.y, width, area.h),
        };
        let words = (0..).zip(text.split(' ')).map(word).collect();
        Line { text: text.into(), area, confidence: 1.0, words }
    }

    #[test]
    fn the_line_is_another_under_the_handle_of_the_page_that_shows() {
        let lines = [line("One", [10, 10, 40, 16]), line("Two", [70, 10, 40, 16]), line("Three", [130, 10, 40, 16])];
        let mut picture = RgbImage::from_pixel(300, 100, Rgb([240; 3]));
        for x in 0..300 {
            picture.put_pixel(x, 30, Rgb([150; 3]));
        }
        assert!(find(&Page::new(&picture, &lines, &[])).is_empty());
        for x in 65..115 {
            picture.put_pixel(x, 30, Rgb([20, 90, 230]));
        }
        let found: Vec<bool> = find(&Page::new(&picture, &lines, &[])).iter().map(|handle| handle.is_chosen).collect();
        assert_eq!(found, [false, true, false]);
    }

    #[test]
    fn entries_that_were_read_as_one_line_are_told_apart() {
        let lines = [line("Eile Edit Selection View", [10, 10, 160, 16]), line("Help", [180, 10, 40, 16])];
        let found = menu_bar(&lines);
        assert_eq!(
            found.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>(),
            ["File", "Edit", "Selection", "View", "Help"]
        );
        assert!(menu_bar(&[line("File", [10, 10, 40, 16]), line("Edit", [10, 60, 40, 16])]).is_empty());
    }
}
