//! Words of a line with their own places: the recogniser says roughly where each letter is, the ink where exactly.

use image::RgbImage;

use super::recognise::Recognised;
use super::{Line, Word, ink};
use crate::geometry::Rect;

/// The line that was read in `area`, with its words.
pub(super) fn line(pixels: &RgbImage, area: Rect, read: &Recognised) -> Option<Line> {
    let text = read.text().trim().to_owned();
    if text.is_empty() {
        return None;
    }
    let runs = ink::runs(pixels, area);
    let words = spans(area, read)
        .into_iter()
        .map(|(text, from, to)| {
            let (from, to) = snapped(&runs, from, to);
            Word { text, area: Rect::new(from, area.y, to - from, area.h) }
        })
        .collect();
    Some(Line { text, area, confidence: read.confidence, words })
}

/// Each word with its first and last letter's edges as the recogniser places them.
fn spans(area: Rect, read: &Recognised) -> Vec<(String, f32, f32)> {
    let half = half_letter(read);
    let place = |at: f32| area.x as f32 + at * area.w as f32;
    let mut words: Vec<(String, f32, f32)> = Vec::new();
    let mut apart = true;
    for (character, at) in &read.characters {
        if character.trim().is_empty() {
            apart = true;
            continue;
        }
        match words.last_mut() {
            Some((word, _, to)) if !apart => {
                word.push_str(character);
                *to = place(at + half);
            }
            _ => words.push((character.clone(), place(at - half), place(at + half))),
        }
        apart = false;
    }
    words
}

/// Half of the usual distance between two letters, in parts of the crop's width.
fn half_letter(read: &Recognised) -> f32 {
    let mut steps: Vec<f32> = read.characters.windows(2).map(|pair| pair[1].1 - pair[0].1).collect();
    steps.sort_by(f32::total_cmp);
    steps.get(steps.len() / 2).map_or(0.5, |step| step / 2.0)
}

/// The ink of the runs whose middle lies between the edges; the edges themselves where there is none.
fn snapped(runs: &[(i32, i32)], from: f32, to: f32) -> (i32, i32) {
    let inside = |run: &&(i32, i32)| {
        let middle = (run.0 + run.1) as f32 / 2.0;
        // A word whose letters touch is one run, wider than rough edges are exact.
        (from..to).contains(&middle) || (run.0 as f32) < (from + to) / 2.0 && (run.1 as f32) > (from + to) / 2.0
    };
    let mut found = runs.iter().filter(inside);
    match (found.clone().next(), found.next_back()) {
        (Some(first), Some(last)) => (first.0, last.1),
        _ => (from.round() as i32, to.round() as i32),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_placed_on_their_ink() {
        let mut picture = RgbImage::from_pixel(100, 20, image::Rgb([255; 3]));
        for x in (10..38).chain(52..88) {
            picture.put_pixel(x, 10, image::Rgb([0; 3]));
        }
        let characters = [("a", 0.15), ("b", 0.25), ("c", 0.35), (" ", 0.45), ("d", 0.55), ("e", 0.7), ("f", 0.85)];
        let read = Recognised { characters: characters.map(|(c, at)| (c.to_owned(), at)).into(), confidence: 0.9 };
        let line = line(&picture, Rect::new(0, 0, 100, 20), &read).unwrap();
        assert_eq!(line.text, "abc def");
        let words: Vec<_> = line.words.iter().map(|w| (w.text.as_str(), w.area.x, w.area.right())).collect();
        assert_eq!(words, [("abc", 10, 38), ("def", 52, 88)]);
    }
}
