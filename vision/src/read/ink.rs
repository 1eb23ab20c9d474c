//! Ink: which columns of a box of text are drawn on, so that neighbours on one row are told apart and words get
//! their exact places.

use image::RgbImage;

use crate::geometry::Rect;

/// How far a channel must be from the background's to be ink: text in grey on grey (a disabled entry) is 60 and more
/// away, the gradient of a button and the noise of a JPEG less than this.
const CONTRAST: u8 = 32;

/// A gap this much of the letters' height wide stands between two texts, not between two words: a space is a third of
/// it, the gap around a thin letter of a monospaced font at most the whole, that between entries of a menu bar more.
const APART: f32 = 1.2;

/// A step between two neighbouring pixels, in any channel, that is the edge of something drawn.
const STEP: u8 = 9;

/// Narrower runs between two such gaps are lines that were drawn, not letters.
const NARROWEST: i32 = 3;

/// The colour that most of the area has, to 4 bits a channel; the mean of the pixels that share them.
pub(super) fn background(pixels: &RgbImage, area: Rect) -> [u8; 3] {
    let mut counts = vec![(0u32, [0u32; 3]); 4096];
    for y in area.y..area.bottom() {
        for x in area.x..area.right() {
            let p = pixels.get_pixel(x as u32, y as u32).0;
            let key = (usize::from(p[0] >> 4) << 8) | (usize::from(p[1] >> 4) << 4) | usize::from(p[2] >> 4);
            let (count, sums) = &mut counts[key];
            *count += 1;
            for channel in 0..3 {
                sums[channel] += u32::from(p[channel]);
            }
        }
    }
    let (count, sums) = counts.into_iter().max_by_key(|(count, _)| *count).unwrap_or((1, [0; 3]));
    sums.map(|sum| (sum / count.max(1)) as u8)
}

/// Whether a pixel differs from the background.
pub(super) fn is_ink(pixel: [u8; 3], background: [u8; 3]) -> bool {
    pixel.iter().zip(background).any(|(a, b)| a.abs_diff(b) > CONTRAST)
}

/// The columns of a box that are drawn on, as runs `(from, to)` in pixels of the frame, left to right. Rows that are
/// drawn on from end to end (the frame of a field) do not count.
pub(super) fn runs(pixels: &RgbImage, area: Rect) -> Vec<(i32, i32)> {
    let background = background(pixels, area);
    let mut columns = vec![false; area.w.max(0) as usize];
    for y in area.y..area.bottom() {
        let row: Vec<bool> =
            (area.x..area.right()).map(|x| is_ink(pixels.get_pixel(x as u32, y as u32).0, background)).collect();
        if row.iter().filter(|ink| **ink).count() * 10 < row.len() * 9 {
            columns.iter_mut().zip(row).for_each(|(column, ink)| *column |= ink);
        }
    }
    let mut found: Vec<(i32, i32)> = Vec::new();
    for (x, _) in (area.x..).zip(columns).filter(|(_, ink)| *ink) {
        match found.last_mut() {
            Some((_, to)) if *to == x => *to = x + 1,
            _ => found.push((x, x + 1)),
        }
    }
    found
}

/// The texts that stand in a box, cut where the gap between them is too wide for a space.
pub(super) fn pieces(pixels: &RgbImage, area: Rect) -> Vec<Rect> {
    let apart = (letters(pixels, area) as f32 * APART).round().max(8.0) as i32;
    let mut groups: Vec<(i32, i32)> = Vec::new();
    for (from, to) in runs(pixels, area) {
        match groups.last_mut() {
            Some((_, end)) if from - *end < apart => *end = to,
            _ => groups.push((from, to)),
        }
    }
    // Room for the soft edges of the first and the last letter.
    let margin = (area.h / 6).max(2);
    let piece =
        |(from, to): (i32, i32)| Rect::new(from - margin, area.y, to - from + 2 * margin, area.h).intersection(&area);
    groups.into_iter().filter(|(from, to)| to - from >= NARROWEST).map(piece).collect()
}

/// A text's box cut where a drawn box begins or ends: a label and the field beside it are two texts. A side that a tool tip covers
/// is none.
pub(super) fn cut(pixels: &RgbImage, area: Rect, boxes: &[Rect]) -> Vec<Rect> {
    let y = area.centre().1;
    // A box lower than the text is a wide letter of it; a field is longer.
    let beside = |b: &&Rect| b.y < y && y < b.bottom() && b.h <= area.h * 3 && (b.h * 5 >= area.h * 4 || b.w > b.h * 3);
    let is_drawn = |x: &i32| {
        let near = |y: i32| (*x - 1..=*x + 1).any(|x| x > area.x && x < area.right() && is_step(pixels, x, y));
        (area.y..area.bottom()).filter(|y| near(*y)).count() as i32 * 5 >= area.h * 3
    };
    let sides = boxes.iter().filter(beside).flat_map(|b| [b.x, b.right()]).filter(is_drawn);
    parted(area, sides.collect())
}

/// Whether a pixel differs from the one on its left as an edge does.
fn is_step(pixels: &RgbImage, x: i32, y: i32) -> bool {
    let [a, b] = [x - 1, x].map(|x| pixels.get_pixel(x as u32, y as u32).0);
    a.iter().zip(b).any(|(a, b)| a.abs_diff(b) > STEP)
}

/// A text's box cut at upright lines that go through all of its height, as between tabs: no letter is so high.
pub(super) fn cut_at_rules(pixels: &RgbImage, area: Rect) -> Vec<Rect> {
    let is_rule = |x: &i32| {
        let count = (area.y..area.bottom()).filter(|y| is_step(pixels, *x, *y)).count() as i32;
        count * 8 >= area.h * 7
    };
    parted(area, (area.x + 1..area.right()).filter(is_rule).collect())
}

/// A box cut at these columns.
fn parted(area: Rect, mut cuts: Vec<i32>) -> Vec<Rect> {
    cuts.retain(|x| area.x + NARROWEST < *x && *x < area.right() - NARROWEST);
    cuts.sort_unstable();
    cuts.dedup_by(|a, b| *a - *b <= NARROWEST);
    let (mut parts, mut from) = (Vec::new(), area.x);
    for x in cuts {
        parts.push(Rect::new(from, area.y, x - from, area.h));
        // The border itself is no text.
        from = x + 1;
    }
    parts.push(Rect::new(from, area.y, area.right() - from, area.h));
    parts
}

/// How high the letters in a box are: its rows with ink, but for those that are drawn on from end to end.
fn letters(pixels: &RgbImage, area: Rect) -> i32 {
    let background = background(pixels, area);
    let drawn = |y: i32| {
        let ink = |x: &i32| is_ink(pixels.get_pixel(*x as u32, y as u32).0, background);
        let count = (area.x..area.right()).filter(ink).count() as i32;
        count > 0 && count * 10 < area.w * 9
    };
    (area.y..area.bottom()).filter(|y| drawn(*y)).count() as i32
}

/// The smallest box around the ink in an area; the area itself where there is none.
pub(super) fn tight(pixels: &RgbImage, area: Rect) -> Rect {
    let background = background(pixels, area);
    let mut found = Rect::new(0, 0, 0, 0);
    for y in area.y..area.bottom() {
        let ink = |x: &i32| is_ink(pixels.get_pixel(*x as u32, y as u32).0, background);
        if let (Some(first), Some(last)) = ((area.x..area.right()).find(ink), (area.x..area.right()).rev().find(ink)) {
            found = found.union(&Rect::new(first, y, last - first + 1, 1));
        }
    }
    if found.is_empty() { area } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bars of 4 x 10 pixels on grey at these columns, in a frame that is drawn around them.
    fn bars(at: &[u32]) -> RgbImage {
        let mut picture = RgbImage::from_pixel(200, 24, image::Rgb([240; 3]));
        for x in 0..200 {
            picture.put_pixel(x, 1, image::Rgb([90; 3]));
        }
        for &left in at {
            for (x, y) in (left..left + 4).flat_map(|x| (6..16).map(move |y| (x, y))) {
                picture.put_pixel(x, y, image::Rgb([10; 3]));
            }
        }
        picture
    }

    #[test]
    fn a_frame_is_no_ink_and_wide_gaps_part_texts() {
        let picture = bars(&[10, 16, 26, 80, 86]);
        let area = Rect::new(0, 0, 200, 24);
        assert_eq!(runs(&picture, area), [(10, 14), (16, 20), (26, 30), (80, 84), (86, 90)]);
        assert_eq!(pieces(&picture, area), [Rect::new(6, 0, 28, 24), Rect::new(76, 0, 18, 24)]);
        assert_eq!(tight(&picture, Rect::new(0, 3, 60, 20)), Rect::new(10, 6, 20, 10));
    }

    #[test]
    fn a_label_and_its_field_are_two_texts() {
        let (line, field, page) = (Rect::new(10, 10, 100, 20), Rect::new(50, 8, 40, 24), Rect::new(0, 0, 300, 200));
        let parts = [Rect::new(10, 10, 40, 20), Rect::new(51, 10, 39, 20), Rect::new(91, 10, 19, 20)];
        let drawn = RgbImage::from_fn(300, 200, |x, y| {
            let is_inside = field.contains(x as i32, y as i32);
            image::Rgb([if is_inside { 250 } else { 200 }; 3])
        });
        assert_eq!(cut(&drawn, line, &[field, page]), parts);
        assert_eq!(cut(&drawn, line, &[page]), [line]);
        let covered = RgbImage::from_pixel(300, 200, image::Rgb([240; 3]));
        assert_eq!(cut(&covered, line, &[field, page]), [line]);
    }

    #[test]
    fn neighbouring_tabs_are_two_texts() {
        let mut picture = bars(&[10, 16, 26, 40, 46]);
        for y in 2..24 {
            picture.put_pixel(34, y, image::Rgb([120; 3]));
        }
        let area = Rect::new(6, 1, 50, 22);
        assert_eq!(cut_at_rules(&picture, area), [Rect::new(6, 1, 28, 22), Rect::new(35, 1, 21, 22)]);
        assert_eq!(cut_at_rules(&bars(&[10, 16, 26, 40]), area), [area]);
    }

    #[test]
    fn an_empty_area_has_no_text() {
        let picture = bars(&[]);
        assert!(pieces(&picture, Rect::new(0, 4, 200, 20)).is_empty());
    }
}
