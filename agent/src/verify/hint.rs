//! Hints that come beside a pointer that rests, told by their looks alone: a box of one colour with a line or three of text.

use std::collections::HashMap;

use sightstep_vision::frame::Frame;
use sightstep_vision::geometry::Rect;

/// The widths and heights of hints, in pixels: one to three lines of text.
const HINT: ((i32, i32), (i32, i32)) = ((24, 480), (12, 64));

/// The share of a hint that is its ground: letters and what lay there in the same colour are the rest.
const MOST_GROUND: (i64, i64) = (1, 2);

/// Boxes of one colour, of a hint's size, that are new in an area.
pub(super) fn boxes(area: Rect, before: &Frame, after: &Frame) -> Vec<Rect> {
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
