//! What comes when the pointer arrives, before a button is pressed.

use std::collections::HashMap;

use sightstep_actions::plan::Action;
use sightstep_actions::space::FramePoint;
use sightstep_actions::verdict::{Judgement, Verdict};
use sightstep_vision::frame::Frame;
use sightstep_vision::geometry::Rect;
use sightstep_vision::settle::is_caret;

use super::{evidence, hint};
use crate::observation::Observation;

/// The rule's name in the evidence that something lit up under the pointer.
const LIT: &str = "lit_by_hovering";

/// A menu or a list that opens is at least this wide and high, in pixels.
const OPENED: (i32, i32) = (40, 20);

/// How far each part of a colour may go when a thing lights up. Chromium's and GTK's own buttons go by 20 to 60; a row
/// that is selected goes from white to blue, by 150 and more.
const NEAR: u8 = 80;

/// How far each part of a colour goes within a thing that is shaded from top to bottom: what lit up in one colour gets many
/// back. Letters stand out from their ground by more.
const SHADE: u8 = 24;

/// The most pixels of a thing that lights up: a row of a list of 1000x60. A hint beside one is within as much.
const LARGEST: i64 = 60_000;

/// A hint's border and rounded corners, in pixels.
const EDGE: i32 = 4;

/// The share of changed pixels that must follow the table: where two colours meet, some do not.
const MOST: (usize, usize) = (9, 10);

/// The verdict with what is known from the pointer's arrival: from `before` to `arrived` nothing was pressed yet.
///
/// An action without effect cannot be told from one that has nothing left to do where the arrival alone has opened
/// something; and what lit up is a thing that takes clicks, not a picture of one.
pub(crate) fn weigh_hovering(
    action: &Action,
    mut verdict: Verdict,
    was: Option<FramePoint>,
    before: &Observation,
    arrived: &Observation,
) -> Verdict {
    if verdict.judgement != Judgement::NoEffect {
        return verdict;
    }
    if let Some(area) = opened(action, was, before, arrived) {
        let said = "nothing changed, but something had opened as soon as the pointer arrived";
        return super::verdict(Judgement::Unknown, evidence("opened_by_hovering", None, said, Some(area)));
    }
    if let Some(area) = lit(action, before, arrived) {
        let said = "it lit up under the pointer: such a thing may take a click without showing it";
        verdict.evidence.push(evidence(LIT, None, said, Some(area)));
    }
    verdict
}

/// A place that changed beside the pointer when it arrived, as a menu that opens by itself: the press that follows need not
/// change anything any more. What lights up under the pointer, and goes dark where it was before, is no such thing.
fn opened(action: &Action, was: Option<FramePoint>, before: &Observation, arrived: &Observation) -> Option<Rect> {
    let pointers = [first_place(action), was];
    let is_lit = |area: &Rect| pointers.iter().flatten().any(|at| area.grown(4).contains(at.x as i32, at.y as i32));
    let is_opened = |area: &Rect| area.w >= OPENED.0 && area.h >= OPENED.1 && !is_caret(area) && !is_lit(area);
    super::changes(before, arrived).into_iter().find(is_opened)
}

/// A place under the pointer that lit up when it arrived. What changes there by itself is left out: a hint that fades in.
fn lit(action: &Action, before: &Observation, arrived: &Observation) -> Option<Rect> {
    let at = first_place(action)?;
    let is_lit = |area: &Rect| {
        area.grown(4).contains(at.x as i32, at.y as i32)
            && may_be_lit(*area, &before.settled.frame, &arrived.settled.frame)
    };
    let without = |parts: Vec<Rect>, own: &Rect| {
        let cut = |part: Rect| if part.intersects(own) { around(part, *own) } else { vec![part] };
        parts.into_iter().flat_map(cut).collect()
    };
    let steady = |area: Rect| arrived.settled.volatile.iter().fold(vec![area], without);
    super::changes(before, arrived).into_iter().flat_map(steady).find(is_lit)
}

/// Whether an area may only have lit up because the pointer came, or gone dark because it left: every colour in it became
/// another one that is much like it, as the ground and the letters of a button do, or only the letters another colour.
pub(super) fn may_be_lit(area: Rect, before: &Frame, after: &Frame) -> bool {
    area.area() <= LARGEST
        && is_recoloured(area.intersection(&before.bounds()).intersection(&after.bounds()), before, after)
}

/// Whether an area may only be what a pointer brings that comes and rests: what is under it lit up, and a hint stands
/// beside it.
pub(super) fn may_be_hovered(area: Rect, places: &[FramePoint], before: &Frame, after: &Frame) -> bool {
    let area = area.intersection(&before.bounds()).intersection(&after.bounds());
    let is_under = |hint: &Rect| places.iter().any(|at| hint.contains(at.x as i32, at.y as i32));
    if area.area() > LARGEST {
        return false;
    }
    may_be_lit(area, before, after)
        || hint::boxes(area, before, after)
            .into_iter()
            .filter(|hint| !is_under(hint))
            .any(|hint| around(area, hint.grown(EDGE)).into_iter().all(|part| may_be_lit(part, before, after)))
}

/// What of an area is outside a part of it.
fn around(area: Rect, part: Rect) -> Vec<Rect> {
    let part = part.intersection(&area);
    let rows = |from: i32, to: i32| Rect { x: area.x, y: from, w: area.w, h: to - from };
    let beside = |from: i32, to: i32| Rect { x: from, y: part.y, w: to - from, h: part.h };
    let all = [
        rows(area.y, part.y),
        rows(part.bottom(), area.bottom()),
        beside(area.x, part.x),
        beside(part.right(), area.right()),
    ];
    all.into_iter().filter(|part| part.w > 0 && part.h > 0).collect()
}

/// Whether nearly all changed pixels hardly changed, or follow one table from old to new colours, none of which is far
/// unless the ground stays as it is.
fn is_recoloured(area: Rect, before: &Frame, after: &Frame) -> bool {
    let mut table: HashMap<[u8; 3], HashMap<[u8; 3], usize>> = HashMap::new();
    for y in area.y..area.bottom() {
        for x in area.x..area.right() {
            let pixel = |frame: &Frame| frame.pixels().get_pixel(x as u32, y as u32).0;
            *table.entry(pixel(before)).or_default().entry(pixel(after)).or_default() += 1;
        }
    }
    let ground = table.iter().max_by_key(|(_, tos)| tos.values().sum::<usize>());
    let is_ground_same = ground.is_some_and(|(from, tos)| tos.len() == 1 && tos.contains_key(from));
    let (mut changed, mut followed) = (0, 0);
    for (from, tos) in &table {
        let stayed = tos.get(from).copied().unwrap_or(0);
        changed += tos.values().sum::<usize>() - stayed;
        let is_near = |to: &[u8; 3]| from.iter().zip(to).all(|(a, b)| a.abs_diff(*b) <= NEAR);
        let most = tos.iter().max_by_key(|(_, count)| **count).map(|(to, _)| to);
        let is_shade = |to: &[u8; 3]| from.iter().zip(to).all(|(a, b)| a.abs_diff(*b) <= SHADE);
        let is_followed = |to: &[u8; 3]| is_shade(to) || (most == Some(to) && (is_ground_same || is_near(to)));
        followed += tos.iter().filter(|(to, _)| *to != from && is_followed(to)).map(|(_, count)| count).sum::<usize>();
    }
    followed * MOST.1 >= changed * MOST.0
}

/// Where an action first takes the pointer.
pub(crate) fn first_place(action: &Action) -> Option<FramePoint> {
    action.points().first().copied()
}

/// Where an action leaves the pointer.
pub(crate) fn place(action: &Action) -> Option<FramePoint> {
    action.points().last().copied()
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    const BUTTON: Rect = Rect { x: 10, y: 10, w: 60, h: 30 };

    /// A button with a letter on it, and a tick where it is ticked.
    fn button(ground: [u8; 3], ink: [u8; 3], is_ticked: bool) -> Frame {
        Frame::from_image(RgbImage::from_fn(100, 60, |x, y| {
            let is_letter = (20..24).contains(&x) && (15..35).contains(&y);
            let is_tick = is_ticked && (40..56).contains(&x) && (18..32).contains(&y);
            match BUTTON.contains(x as i32, y as i32) {
                true if is_letter || is_tick => Rgb(ink),
                true => Rgb(ground),
                false => Rgb([255; 3]),
            }
        }))
    }

    #[test]
    fn what_lit_up_is_told_from_what_says_something_else() {
        let plain = button([238; 3], [0; 3], false);
        let cases = [
            ("lit", button([204, 221, 238], [0; 3], false), true),
            ("lit with its letters", button([204, 221, 238], [0, 0, 60], false), true),
            ("letters alone", button([238; 3], [255, 0, 0], false), true),
            ("selected", button([20, 60, 200], [255; 3], false), false),
            ("ticked", button([238; 3], [0; 3], true), false),
            ("lit and ticked", button([204, 221, 238], [0; 3], true), false),
        ];
        let is_wrong = |(_, after, lit): &&(&str, Frame, bool)| may_be_lit(BUTTON, &plain, after) != *lit;
        let wrong: Vec<&str> = cases.iter().filter(is_wrong).map(|case| case.0).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    /// The plain button with a box beside it that says something in one line, and lights up where it is told to.
    fn hinted(place: Rect, is_lit: bool) -> Frame {
        let mut frame = button(if is_lit { [204, 221, 238] } else { [238; 3] }, [0; 3], false).pixels().clone();
        for (x, y) in (place.y..place.bottom()).flat_map(|y| (place.x..place.right()).map(move |x| (x, y))) {
            let is_letter = (x - place.x) % 6 == 3 && (4..place.h - 4).contains(&(y - place.y));
            frame.put_pixel(x as u32, y as u32, if is_letter { Rgb([255; 3]) } else { Rgb([20; 3]) });
        }
        Frame::from_image(frame)
    }

    #[test]
    fn a_hint_beside_the_pointer_may_be_the_pointers_doing() {
        let plain = button([238; 3], [0; 3], false);
        let at = [FramePoint { x: 20, y: 20 }];
        let all = Rect { x: 5, y: 5, w: 95, h: 55 };
        let beside = Rect { x: 30, y: 38, w: 60, h: 20 };
        let cases = [
            ("hint", hinted(beside, false), true),
            ("hint, and lit", hinted(beside, true), true),
            ("too high for a hint, and it hides the letter", hinted(Rect { x: 30, y: 10, w: 6, h: 48 }, false), false),
            ("under the pointer", hinted(Rect { x: 12, y: 12, w: 60, h: 20 }, false), false),
            ("ticked", button([238; 3], [0; 3], true), false),
        ];
        let is_wrong = |(_, after, is_hint): &&(&str, Frame, bool)| may_be_hovered(all, &at, &plain, after) != *is_hint;
        let wrong: Vec<&str> = cases.iter().filter(is_wrong).map(|case| case.0).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
