//! What is looked for: the place of a recorded action, as its picture and its text show it.

use std::ops::Range;
use std::sync::Arc;

use sightstep_vision::frame::Frame;
use sightstep_vision::geometry::Rect;
use sightstep_vision::read::{Line, Reading};
use sightstep_vision::screen::Window;

use super::inputs::Changes;
use super::window;
use crate::matching;

/// Words closer than this share of their height are one text; a menu bar's are further apart.
const TOGETHER: f64 = 0.6;

/// How far from a text a place may be and still be the text's, in pixels: buttons are larger than their labels.
pub(super) const AROUND: i32 = 6;

/// Candidates whose scores differ by less are of the same text.
const SAME_LEVEL: f32 = 0.1;

/// A place on a recorded picture.
pub(super) struct RecordedTarget {
    /// The place.
    pub(super) point: (i32, i32),
    /// The recorded picture.
    pub(super) frame: Frame,
    /// Where it is painted over.
    pub(super) hidden: Vec<Rect>,
    /// What was read of it.
    pub(super) reading: Arc<Reading>,
    /// The text at the place.
    pub(super) text: Option<Text>,
    /// Where the place would be now if it only moved with its window.
    pub(super) expected: (i32, i32),
    /// Whether its window is there in the same size.
    pub(super) is_window_same: bool,
}

/// A text at a place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Text {
    /// What it says today: an input in it may have changed.
    pub(super) wanted: String,
    /// Whether it said something else then.
    pub(super) is_changed: bool,
    /// Where it stood then.
    pub(super) area: Rect,
    /// Whether it was a whole line.
    pub(super) is_whole: bool,
    /// Which one it was among equal ones, in reading order, and how many there were.
    pub(super) place: (usize, usize),
}

impl RecordedTarget {
    /// The target at `point` of a recorded picture with these windows, to be found among the windows of now.
    pub(super) fn new(
        point: (i32, i32),
        (frame, hidden, reading): (Frame, Vec<Rect>, Arc<Reading>),
        (then, now): (&[Window], &[Window]),
        changes: &Changes,
    ) -> Self {
        let text = text_at(&reading, point, changes);
        let origin = frame.origin();
        let on_desktop = (point.0 + origin.0, point.1 + origin.1);
        let under =
            window::under(then, on_desktop).and_then(|w| Some(window::moved(w, window::same(w, now, changes)?)));
        let ((dx, dy), is_window_same) = under.unwrap_or_default();
        let expected = (point.0 + dx, point.1 + dy);
        Self { point, frame, hidden, reading, text, expected, is_window_same }
    }

    /// The target in a person's words.
    pub(super) fn said(&self) -> String {
        let (x, y) = self.point;
        match &self.text {
            Some(text) => format!("'{}' at {x},{y}", text.wanted),
            None => format!("what was at {x},{y}"),
        }
    }
}

/// The text at a place, as far as the reader keeps it together.
pub(super) fn text_at(reading: &Reading, point: (i32, i32), changes: &Changes) -> Option<Text> {
    let near = |area: &Rect| area.grown(AROUND).contains(point.0, point.1);
    let line = reading.lines.iter().find(|line| near(&line.area))?;
    let (then, area) = match line.words.iter().position(|word| near(&word.area)) {
        Some(at) => part_of(line, together(line, at)),
        None if line.words.len() < 2 => (line.text.clone(), line.area),
        None => return None,
    };
    let is_whole = then == line.text;
    let equal = occurrences(reading, &then, is_whole);
    let place = equal.iter().position(|found| found.intersects(&area)).unwrap_or(0);
    let wanted = changes.of(&then);
    Some(Text { is_changed: wanted != then, wanted, area, is_whole, place: (place, equal.len()) })
}

/// The words around one that belong together.
fn together(line: &Line, at: usize) -> Range<usize> {
    let is_near = |a: &Rect, b: &Rect| f64::from(b.x - a.right()) < TOGETHER * f64::from(a.h.max(b.h));
    let words = &line.words;
    let mut range = at..at + 1;
    while range.start > 0 && is_near(&words[range.start - 1].area, &words[range.start].area) {
        range.start -= 1;
    }
    while range.end < words.len() && is_near(&words[range.end - 1].area, &words[range.end].area) {
        range.end += 1;
    }
    range
}

fn part_of(line: &Line, range: Range<usize>) -> (String, Rect) {
    if range.len() == line.words.len() {
        return (line.text.clone(), line.area);
    }
    let words = &line.words[range];
    let said: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    (said.join(" "), around(words.iter().map(|word| word.area)))
}

fn around(areas: impl Iterator<Item = Rect>) -> Rect {
    areas.fold(Rect::new(0, 0, 0, 0), |all, area| all.union(&area))
}

/// Where a text stands, in reading order: as whole lines or as parts of them, and the other where there is none.
pub(super) fn occurrences(reading: &Reading, wanted: &str, as_whole: bool) -> Vec<Rect> {
    let all: Vec<(Rect, f32, bool)> = reading.lines.iter().filter_map(|line| occurrence(line, wanted)).collect();
    let (mut found, other): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, _, is_whole)| *is_whole == as_whole);
    if found.is_empty() {
        found = other;
    }
    let best = found.iter().map(|(_, score, _)| *score).fold(0.0, f32::max);
    found.retain(|(_, score, _)| *score > best - SAME_LEVEL);
    found.sort_by_key(|(area, ..)| (area.centre().1 / 12, area.x));
    found.into_iter().map(|(area, ..)| area).collect()
}

/// Where a text stands in a line, how well it fits, and whether it is the whole line.
fn occurrence(line: &Line, wanted: &str) -> Option<(Rect, f32, bool)> {
    let whole = matching::score(wanted, &line.text);
    if whole >= matching::ENOUGH {
        return Some((line.area, whole, true));
    }
    let words: Vec<&str> = line.words.iter().map(|word| word.text.as_str()).collect();
    let (range, score) = matching::part(wanted, &words)?;
    Some((around(line.words[range].iter().map(|word| word.area)), score, false))
}

#[cfg(test)]
mod tests {
    use sightstep_vision::read::Word;

    use super::*;

    fn line(text: &str, area: [i32; 4], gap: i32) -> Line {
        let mut x = area[0];
        let words = text.split(' ').map(|word| {
            let width = 8 * word.len() as i32;
            let seen = Word { text: word.into(), area: Rect::new(x, area[1], width, area[3]) };
            x += width + gap;
            seen
        });
        Line { text: text.into(), words: words.collect(), area: area.into(), confidence: 1.0 }
    }

    fn reading() -> Reading {
        let lines = vec![
            line("File Edit View", [0, 0, 120, 14], 16),
            line("Place order", [10, 40, 92, 14], 4),
            line("Edit", [10, 80, 32, 14], 4),
            line("Edit", [10, 120, 32, 14], 4),
        ];
        Reading { lines, elements: vec![] }
    }

    #[test]
    fn a_menu_is_one_word_and_a_label_is_all_of_them() {
        let said = |at| text_at(&reading(), at, &Changes::default()).map(|text| (text.wanted, text.place));
        assert_eq!(said((50, 7)), Some(("Edit".into(), (0, 1))));
        assert_eq!(said((30, 47)), Some(("Place order".into(), (0, 1))));
        assert_eq!(said((20, 125)), Some(("Edit".into(), (1, 2))));
        assert_eq!(said((20, 65)), None);
    }
}
