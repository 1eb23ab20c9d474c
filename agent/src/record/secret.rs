//! Whether a field hid what was typed into it: a password.
//!
//! A field that hides draws the same dot for every letter: equal marks, in one row, equally far apart, as many as there
//! are letters. They are looked for among the pixels that changed; readers take them for dirt.

use image::RgbImage;
use sightstep_vision::geometry::Rect;
use sightstep_vision::read::ReadError;

use crate::cached_reader::CachedReader;
use crate::observation::Observation;
use crate::verify::changes;

/// Texts shorter than this are not told from a few dots.
const SHORTEST: usize = 3;

/// How much a pixel changes where a mark is drawn, of 255.
const INK: u8 = 48;

/// The sides of a mark, in pixels: a small bullet, and a large asterisk on a screen of twice the size.
const SIDES: std::ops::RangeInclusive<i32> = 2..=24;

/// Whether dots were drawn where the text was typed, and the text itself is nowhere there.
///
/// # Errors
/// [`ReadError`] when the screen cannot be read.
pub(super) async fn is_masked(
    text: &str,
    before: &Observation,
    after: &Option<Observation>,
    reader: &CachedReader,
) -> Result<bool, ReadError> {
    let Some(after) = after.as_ref().filter(|_| can_be_told(text)) else { return Ok(false) };
    let areas = changes(before, after);
    let (was, is) = (before.settled.frame.pixels(), after.settled.frame.pixels());
    let letters = text.chars().count();
    if !areas.iter().any(|area| has_dots(&marks(was, is, *area), letters)) {
        return Ok(false);
    }
    let reading = reader.read(&after.settled.frame).await?;
    let is_there = |line: &str| squeezed(line).contains(&squeezed(text));
    let near = reading.lines.iter().filter(|line| areas.iter().any(|area| area.intersects(&line.area)));
    Ok(!near.into_iter().any(|line| is_there(&line.text)))
}

/// A text of one letter over and over looks like dots itself.
fn can_be_told(text: &str) -> bool {
    let first = text.chars().next();
    text.chars().count() >= SHORTEST && text.chars().any(|c| Some(c) != first)
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Whether so many equal marks stand in a row; one may be hidden by the caret, or be the caret.
fn has_dots(marks: &[Rect], letters: usize) -> bool {
    marks.iter().any(|mark| {
        let is_like = |other: &&Rect| {
            let close = |a: i32, b: i32| (a - b).abs() <= 1;
            close(mark.w, other.w) && close(mark.h, other.h) && close(mark.centre().1, other.centre().1)
        };
        let mut row: Vec<i32> = marks.iter().filter(is_like).map(|other| other.centre().0).collect();
        row.sort_unstable();
        let steps: Vec<i32> = row.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let is_even = steps.iter().all(|step| steps.iter().all(|other| (step - other).abs() <= 2));
        let is_round = mark.w <= 2 * mark.h && mark.h <= 2 * mark.w;
        is_round && is_even && (letters.saturating_sub(1)..=letters + 1).contains(&row.len())
    })
}

/// The connected marks that were drawn in the area.
fn marks(before: &RgbImage, after: &RgbImage, area: Rect) -> Vec<Rect> {
    let bounds = Rect::new(0, 0, before.width().min(after.width()) as i32, before.height().min(after.height()) as i32);
    let area = area.intersection(&bounds);
    let is_new = |x: i32, y: i32| {
        let (a, b) = (before.get_pixel(x as u32, y as u32).0, after.get_pixel(x as u32, y as u32).0);
        a.iter().zip(b).any(|(a, b)| a.abs_diff(b) > INK)
    };
    let mut left: Vec<bool> = Vec::with_capacity((area.w * area.h) as usize);
    (area.y..area.bottom()).for_each(|y| left.extend((area.x..area.right()).map(|x| is_new(x, y))));
    let mut found = Vec::new();
    while let Some(start) = left.iter().position(|is_left| *is_left) {
        let mark = flooded(&mut left, area.w, start as i32);
        if SIDES.contains(&mark.w) && SIDES.contains(&mark.h) {
            found.push(Rect::new(area.x + mark.x, area.y + mark.y, mark.w, mark.h));
        }
    }
    found
}

/// Takes one connected mark away and says where it was.
fn flooded(left: &mut [bool], width: i32, start: i32) -> Rect {
    let mut waiting = vec![start];
    let mut all = Rect::new(0, 0, 0, 0);
    left[start as usize] = false;
    while let Some(at) = waiting.pop() {
        let (x, y) = (at % width, at / width);
        all = all.union(&Rect::new(x, y, 1, 1));
        for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (1, 1), (-1, 1), (1, -1)] {
            let (x, y) = (x + dx, y + dy);
            let next = y * width + x;
            if (0..width).contains(&x) && y >= 0 && left.get(next as usize).copied().unwrap_or(false) {
                left[next as usize] = false;
                waiting.push(next);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    fn drawn(marks: &[(u32, u32, u32, u32)]) -> Vec<Rect> {
        let blank = RgbImage::from_pixel(200, 40, Rgb([250; 3]));
        let mut picture = blank.clone();
        for (x, y, w, h) in marks {
            (*x..x + w).for_each(|x| (*y..y + h).for_each(|y| picture.put_pixel(x, y, Rgb([20; 3]))));
        }
        super::marks(&blank, &picture, Rect::new(0, 0, 200, 40))
    }

    #[test]
    fn equal_marks_in_a_row_are_dots() {
        let dots: Vec<_> = (0..7).map(|n| (10 + 9 * n, 15, 6, 6)).collect();
        let with_frame = [dots.clone(), vec![(2, 2, 190, 1), (2, 36, 190, 1), (76, 10, 1, 16)]].concat();
        let letters: Vec<_> = (0..7).map(|n| (10 + 9 * n, 15 - n % 3, 4 + n % 3, 6 + 2 * (n % 2))).collect();
        let cases =
            [(&dots, 7, true), (&with_frame, 7, true), (&dots, 12, false), (&letters, 7, false), (&vec![], 7, false)];
        for (marks, letters, expected) in cases {
            assert_eq!(has_dots(&drawn(marks), letters), expected, "{marks:?}");
        }
    }

    #[test]
    fn one_letter_over_and_over_is_no_secret() {
        assert!(can_be_told("hunter2") && !can_be_told("......") && !can_be_told("ab"));
    }
}
