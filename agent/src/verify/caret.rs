//! The caret: whether what has its shape only blinked, or moved because something was done.

use image::RgbImage;
use sightstep_vision::geometry::Rect;
use sightstep_vision::settle::is_caret;

use crate::observation::Observation;

/// Rows or columns of a caret that must have come, and others that must have gone, for it to have moved within one
/// place: a letter's edge that is smoothed anew is less.
const SIDE: usize = 5;

/// Carets of letters of different sizes differ by this much in height, in pixels.
const ALIKE: i32 = 6;

/// What the changes with the shape of a caret tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Caret {
    /// There is none, or it blinks where it is known to blink.
    Stays,
    /// One came or went: it may only have blinked.
    MayBlink(Rect),
    /// It was here and is there now.
    Moved(Vec<Rect>),
}

/// Judges the carets among the changes.
pub(super) fn seen(changes: &[Rect], before: &Observation, after: &Observation) -> Caret {
    let carets: Vec<Rect> = changes.iter().filter(|area| is_caret(area)).copied().collect();
    let known = before.settled.caret;
    let (a, b) = (before.settled.frame.pixels(), after.settled.frame.pixels());
    match (carets.as_slice(), known) {
        ([], _) => Caret::Stays,
        ([one], _) if came_and_went(a, b, *one) => Caret::Moved(carets),
        ([one], Some(place)) if 2 * place.intersection(one).area() >= one.area() => Caret::Stays,
        ([one], Some(place)) if are_alike(&place, one) => Caret::Moved(carets),
        ([one], _) => Caret::MayBlink(*one),
        ([one, more @ ..], _) if more.iter().any(|other| are_alike(one, other)) => Caret::Moved(carets),
        ([one, ..], _) => Caret::MayBlink(*one),
    }
}

/// Whether two places may be those of one caret: the slider of a scroll bar is thin too, and longer.
fn are_alike(one: &Rect, other: &Rect) -> bool {
    (one.w - other.w).abs() <= 1 && (one.h - other.h).abs() <= ALIKE
}

/// Whether part of the area became darker and another part brighter: a blink does only one of them.
fn came_and_went(before: &RgbImage, after: &RgbImage, area: Rect) -> bool {
    let (mut darker, mut brighter) = (0, 0);
    if before.dimensions() != after.dimensions() {
        return false;
    }
    for y in area.y..area.bottom() {
        for x in area.x..area.right() {
            let grey = |picture: &RgbImage| -> i32 {
                let pixel = picture.get_pixel_checked(x.max(0) as u32, y.max(0) as u32);
                pixel.map_or(0, |pixel| pixel.0.iter().map(|part| i32::from(*part)).sum())
            };
            match grey(after) - grey(before) {
                ..=-150 => darker += 1,
                150.. => brighter += 1,
                _ => {}
            }
        }
    }
    darker >= SIDE && brighter >= SIDE
}

#[cfg(test)]
mod tests {

    use sightstep_vision::frame::Frame;
    use sightstep_vision::screen::Settled;

    use super::*;

    const UPPER: Rect = Rect { x: 20, y: 20, w: 1, h: 18 };
    const LOWER: Rect = Rect { x: 20, y: 38, w: 1, h: 18 };
    const ELSEWHERE: Rect = Rect { x: 60, y: 20, w: 1, h: 18 };
    const SLIDER: Rect = Rect { x: 90, y: 40, w: 3, h: 40 };

    fn with(carets: &[Rect], known: Option<Rect>) -> Observation {
        let is_ink = |x, y| carets.iter().any(|caret| caret.contains(x, y));
        let pixel = |x: u32, y: u32| image::Rgb([if is_ink(x as i32, y as i32) { 0 } else { 255 }; 3]);
        let frame = Frame::from_image(RgbImage::from_fn(100, 100, pixel));
        let settled = Settled { caret: known, ..Settled::still(frame) };
        Observation { settled, windows: Vec::new(), pointer: None }
    }

    /// What it is called, the changes, the volatile places, where a caret is known to blink, and what the changes are.
    type Case = (&'static str, &'static [Rect], &'static [Rect], Option<Rect>, Caret);

    #[test]
    fn a_blink_is_told_from_a_move() {
        let cases: [Case; 10] = [
            ("nothing", &[], &[], None, Caret::Stays),
            ("went", &[UPPER], &[], None, Caret::MayBlink(UPPER)),
            ("blinks where it is known to", &[], &[UPPER], Some(UPPER), Caret::Stays),
            ("known elsewhere", &[], &[UPPER], Some(ELSEWHERE), Caret::Moved(vec![UPPER])),
            ("one line down", &[UPPER], &[LOWER], None, Caret::Moved(vec![UPPER.union(&LOWER)])),
            ("came one line down", &[], &[LOWER], Some(UPPER), Caret::Moved(vec![LOWER])),
            ("one line down, known", &[UPPER], &[LOWER], Some(UPPER), Caret::Moved(vec![UPPER.union(&LOWER)])),
            ("a slider came", &[UPPER], &[SLIDER], None, Caret::MayBlink(UPPER)),
            ("a slider came beside a known caret", &[], &[SLIDER], Some(UPPER), Caret::MayBlink(SLIDER)),
            ("far", &[UPPER], &[ELSEWHERE], None, Caret::Moved(vec![UPPER, ELSEWHERE])),
        ];
        for (name, was, is, known, expected) in cases {
            let (before, after) = (with(was, known), with(is, None));
            assert_eq!(seen(&crate::verify::changes(&before, &after), &before, &after), expected, "{name}");
        }
    }
}
