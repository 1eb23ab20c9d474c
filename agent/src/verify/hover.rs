//! What comes when the pointer arrives, before a button is pressed.

use std::collections::HashMap;

use sightstep_actions::plan::Action;
use sightstep_actions::space::FramePoint;
use sightstep_vision::frame::Frame;
use sightstep_vision::geometry::Rect;
use sightstep_vision::settle::is_caret;

use crate::planner::Observation;

/// The rule's name in the evidence that something lit up under the pointer.
pub(crate) const LIT: &str = "lit_by_hovering";

/// A menu or a list that opens is at least this wide and high, in pixels.
const OPENED: (i32, i32) = (40, 20);

/// How far each part of a colour may go when a thing lights up. Chromium's and GTK's own buttons go by 20 to 60; a row
/// that is selected goes from white to blue, by 150 and more.
const NEAR: u8 = 80;

/// How far each part of a colour goes within a thing that is shaded from top to bottom: what lit up in one colour gets many
/// back. Letters stand out from their ground by more.
const SHADE: u8 = 24;

/// The most pixels of a thing that lights up: a row of a list of 1000x60.
const LARGEST: i64 = 60_000;

/// The widths and heights of hints, in pixels: one to three lines of text.
const HINT: ((i32, i32), (i32, i32)) = ((24, 480), (12, 64));

/// The share of a hint that is its ground: letters and what lay there in the same colour are the rest.
const MOST_GROUND: (i64, i64) = (1, 2);

/// A hint's border and rounded corners, in pixels.
const EDGE: i32 = 4;

/// The share of changed pixels that must follow the table: where two colours meet, some do not.
const MOST: (usize, usize) = (9, 10);

/// A place that changed beside the pointer when it arrived, as a menu that opens by itself: the press that follows need not
/// change anything any more. What lights up under the pointer, and goes dark where it was before, is no such thing.
pub(crate) fn opened(
    action: &Action,
    was: Option<FramePoint>,
    before: &Observation,
    arrived: &Observation,
) -> Option<Rect> {
    let pointers = [first_place(action), was];
    let is_lit = |area: &Rect| pointers.iter().flatten().any(|at| area.grown(4).contains(at.x as i32, at.y as i32));
    let is_opened = |area: &Rect| area.w >= OPENED.0 && area.h >= OPENED.1 && !is_caret(area) && !is_lit(area);
    super::changes(before, arrived).into_iter().find(is_opened)
}

/// A place under the pointer that lit up when it arrived.
pub(crate) fn lit(action: &Action, before: &Observation, arrived: &Observation) -> Option<Rect> {
    let at = first_place(action)?;
    let is_lit = |area: &Rect| {
        area.grown(4).contains(at.x as i32, at.y as i32)
            && may_be_lit(*area, &before.settled.frame, &arrived.settled.frame)
    };
    super::changes(before, arrived).into_iter().find(is_lit)
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
    may_be_lit(area, before, after)
        || hints(area, before, after)
            .into_iter()
            .filter(|hint| !is_under(hint))
            .any(|hint| around(area, hint.grown(EDGE)).into_iter().all(|part| may_be_lit(part, before, after)))
}

/// Boxes of one colour, of a hint's size, that are new in an area.
fn hints(area: Rect, before: &Frame, after: &Frame) -> Vec<Rect> {
    let mut grounds: HashMap<[u8; 3], (Rect, i64)> = HashMap::new();
    for (x, y) in (area.y..area.bottom()).flat_map(|y| (area.x..area.right()).map(move |x| (x, y))) {
        let pixel = |frame: &Frame| frame.pixels().get_pixel(x as u32, y as u32).0;
        if pixel(before) != pixel(after) {
            let (place, count) = grounds.entry(pixel(after)).or_insert((Rect { x, y, w: 1, h: 1 }, 0));
            *place = place.union(&Rect { x, y, w: 1, h: 1 });
            *count += 1;
        }
    }
    let is_solid = |(_, (place, count)): &([u8; 3], (Rect, i64))| {
        place.w >= HINT.0.0 && place.h >= HINT.1.0 && count * MOST_GROUND.1 >= place.area() * MOST_GROUND.0
    };
    let solid = grounds.into_iter().filter(is_solid);
    solid.filter_map(|(ground, (place, _))| filled(place, area, ground, after)).collect()
}

/// The place without edges that are not of the ground's colour, and with those beside it that are, as far as the area goes;
/// none where that is not a hint's size.
fn filled(place: Rect, area: Rect, ground: [u8; 3], after: &Frame) -> Option<Rect> {
    let is_ground = |part: Rect| {
        let pixels = (part.y..part.bottom()).flat_map(|y| (part.x..part.right()).map(move |x| (x, y)));
        let same = pixels.filter(|(x, y)| after.pixels().get_pixel(*x as u32, *y as u32).0 == ground).count();
        same as i64 * MOST_GROUND.1 >= part.area() * MOST_GROUND.0
    };
    let sides = [(-1, 0, 0, 0), (0, -1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)];
    let mut place = place;
    for (left, up, right, down) in sides {
        let moved = |place: Rect, by: i32| {
            let (left, up, right, down) = (left * by, up * by, right * by, down * by);
            Rect::new(place.x + left, place.y + up, place.w - left + right, place.h - up + down)
        };
        let edge = |place: Rect| {
            let x = if right > 0 { place.right() - 1 } else { place.x };
            let y = if down > 0 { place.bottom() - 1 } else { place.y };
            if left + right != 0 { Rect::new(x, place.y, 1, place.h) } else { Rect::new(place.x, y, place.w, 1) }
        };
        while !place.is_empty() && !is_ground(edge(place)) {
            place = moved(place, -1);
        }
        while !place.is_empty()
            && moved(place, 1).intersection(&area) == moved(place, 1)
            && is_ground(edge(moved(place, 1)))
        {
            place = moved(place, 1);
        }
    }
    ((HINT.0.0..=HINT.0.1).contains(&place.w) && (HINT.1.0..=HINT.1.1).contains(&place.h)).then_some(place)
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
    match action {
        Action::Drag { path, .. } => path.first().copied(),
        action => place(action),
    }
}

/// Where an action leaves the pointer.
pub(crate) fn place(action: &Action) -> Option<FramePoint> {
    match action {
        Action::Click { at, .. } | Action::LongPress { at, .. } | Action::Move { at } => Some(*at),
        Action::Press { at, .. } | Action::Release { at, .. } | Action::Scroll { at, .. } => *at,
        Action::Drag { path, .. } => path.last().copied(),
        _ => None,
    }
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
