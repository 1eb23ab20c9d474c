//! Finding a place by the texts around it, for what has no text itself: an empty field, a check box, a slider.

use sightstep_vision::geometry::Rect;
use sightstep_vision::read::Reading;

use super::target::occurrences;
use crate::matching;

/// How many texts around a place are looked for.
const ANCHORS: usize = 6;

/// Texts shorter than this are misread too often to go by.
const SHORTEST: usize = 3;

/// How far the places that two texts speak for may lie apart, in pixels.
const AGREE: i32 = 14;

/// How much larger or smaller a screen may have become.
const STRETCH: std::ops::RangeInclusive<f64> = 0.75..=1.34;

/// A text that is there once then and once now.
#[derive(Debug, Clone, PartialEq)]
struct Anchor {
    said: String,
    then: Rect,
    now: Rect,
}

/// Where `point` is now, going by the texts around it, and which ones they are; nothing where they do not agree.
pub(super) fn place(point: (i32, i32), then: &Reading, now: &Reading) -> Option<((i32, i32), Vec<String>)> {
    let mut anchors = anchors(then, now);
    anchors.sort_by_key(|anchor| distance(point, anchor.then));
    anchors.truncate(ANCHORS);
    let guesses: Vec<(i32, i32)> = anchors.iter().map(|anchor| shifted(point, anchor, stretch(&anchors))).collect();
    // The nearest text that another one agrees with.
    let agrees = |a: &(i32, i32), b: &(i32, i32)| (a.0 - b.0).abs() <= AGREE && (a.1 - b.1).abs() <= AGREE;
    let at = guesses.iter().position(|guess| guesses.iter().filter(|other| agrees(guess, other)).count() >= 2)?;
    let said = anchors.iter().zip(&guesses).filter(|(_, guess)| agrees(&guesses[at], guess));
    Some((guesses[at], said.map(|(anchor, _)| anchor.said.clone()).collect()))
}

fn anchors(then: &Reading, now: &Reading) -> Vec<Anchor> {
    let long = then.lines.iter().filter(|line| matching::plain(&line.text).chars().count() >= SHORTEST);
    let anchor =
        |said: &String| match (occurrences(then, said, true).as_slice(), occurrences(now, said, true).as_slice()) {
            ([a], [b]) => Some(Anchor { said: said.clone(), then: *a, now: *b }),
            _ => None,
        };
    long.filter_map(|line| anchor(&line.text)).collect()
}

fn distance((x, y): (i32, i32), area: Rect) -> i32 {
    let dx = (area.x - x).max(x - area.right()).max(0);
    let dy = (area.y - y).max(y - area.bottom()).max(0);
    // What is in the same row belongs together more than what is above or below.
    dx + 2 * dy
}

/// How much longer distances between the texts have become.
fn stretch(anchors: &[Anchor]) -> f64 {
    let pairs = anchors.iter().enumerate().flat_map(|(at, a)| anchors[at + 1..].iter().map(move |b| (a, b)));
    let length = |a: Rect, b: Rect| f64::from((a.x - b.x).abs() + (a.y - b.y).abs());
    let far = pairs.map(|(a, b)| (length(a.then, b.then), length(a.now, b.now))).filter(|(then, _)| *then > 60.0);
    let mut ratios: Vec<f64> = far.map(|(then, now)| now / then).filter(|ratio| STRETCH.contains(ratio)).collect();
    ratios.sort_by(f64::total_cmp);
    ratios.get(ratios.len() / 2).copied().unwrap_or(1.0)
}

/// The place as far from the text as it was, stretched; from the side of the text that is nearer to it.
fn shifted((x, y): (i32, i32), anchor: &Anchor, stretch: f64) -> (i32, i32) {
    let along = |at: i32, then: (i32, i32), now: (i32, i32)| {
        let (from, to) = if (at - then.0).abs() <= (at - then.1).abs() { (then.0, now.0) } else { (then.1, now.1) };
        to + (f64::from(at - from) * stretch).round() as i32
    };
    let (a, b) = (anchor.then, anchor.now);
    let middle = (a.centre().1, b.centre().1);
    let down = middle.1 + (f64::from(y - middle.0) * stretch).round() as i32;
    (along(x, (a.x, a.right()), (b.x, b.right())), down)
}

#[cfg(test)]
mod tests {
    use sightstep_vision::read::Line;

    use super::*;

    fn reading(lines: &[(&str, i32, i32)]) -> Reading {
        let line = |(text, x, y): &(&str, i32, i32)| Line {
            text: (*text).into(),
            area: Rect::new(*x, *y, 8 * text.len() as i32, 14),
            confidence: 1.0,
            words: vec![],
        };
        Reading { lines: lines.iter().map(line).collect(), elements: vec![] }
    }

    #[test]
    fn a_field_is_found_by_the_labels_beside_it() {
        let then = reading(&[("Name", 10, 20), ("Town", 10, 60), ("Street", 10, 100)]);
        let moved = reading(&[("Name", 110, 70), ("Town", 110, 110), ("Street", 110, 150)]);
        assert_eq!(place((100, 67), &then, &moved).unwrap().0, (200, 117));
        let larger = reading(&[("Name", 10, 25), ("Town", 10, 75), ("Street", 10, 125)]);
        let (x, y) = place((100, 67), &then, &larger).unwrap().0;
        assert!((x - 114).abs() <= 2 && (y - 82).abs() <= 2, "{x},{y}");
    }

    #[test]
    fn texts_that_do_not_agree_name_no_place() {
        let then = reading(&[("Name", 10, 20), ("Town", 10, 60)]);
        assert_eq!(place((100, 67), &then, &reading(&[("Name", 110, 70), ("Town", 400, 300)])), None);
        assert_eq!(place((100, 67), &then, &reading(&[("Name", 110, 70)])), None);
        assert_eq!(place((100, 67), &then, &reading(&[])), None);
    }
}
