//! Finding a recorded target on the screen of now.
//!
//! | by | when |
//! |---|---|
//! | picture | the pixels are the same, wherever they moved |
//! | text | its own text is read, and is longer than two letters; also where an input changed it |
//! | shape | its edges are the same, whatever its colours, at the same place of a window of the same size |
//! | landmarks | at least two texts around it say where it is |
//! | shape | its edges are the same at one place, also a little larger or smaller |
//! | text | its own text is read, and is short |
//! | window | it was one colour, and is one colour at the same place of the same window |
//!
//! The first that finds it decides; of several equally good places the one where it would be if it only moved with its
//! window.

use std::sync::Arc;

use sightstep_vision::frame::Frame;
use sightstep_vision::geometry::Rect;
use sightstep_vision::needle::{Edges, Patch, PatchMatch, Shape};
use sightstep_vision::read::{ReadError, Reading};

use super::inputs::Changes;
use super::landmarks;
use super::target::{RecordedTarget, Text, occurrences, text_at};
use crate::cached_reader::CachedReader;

/// A picture this similar is the same: openQA's value.
const SAME: f64 = 0.96;

/// Surroundings this similar are the same, apart from something that blinks or was typed.
const ALIKE: f64 = 0.8;

/// How far from the expected place is looked first, in pixels.
const NEAR: i32 = 4;

/// The sides of the parts that are cut around a place until one is not of one colour.
const SIDES: [(i32, i32); 4] = [(48, 32), (96, 64), (192, 128), (384, 256)];

/// The surroundings that tell equal places apart.
const SURROUNDINGS: (i32, i32) = (240, 120);

/// The part whose edges are compared: smaller ones look like others.
const SHAPE: (i32, i32) = (96, 56);

/// How much larger or smaller a shape may have become, the likeliest first.
const SCALES: [f64; 5] = [1.0, 1.1, 0.9, 1.25, 0.8];

/// Edges this alike are the same thing where it is expected: a dark theme draws other borders.
const SHAPED: f64 = 0.5;

/// Edges this alike are the same thing anywhere, if no other place comes near: buttons of one size are 0.9 alike.
const SHAPED_ANYWHERE: f64 = 0.8;

/// A shape's other places are this much less alike, or it is not known which one it is.
const CLEARLY: f64 = 0.15;

/// Texts shorter than this are misread too often to be trusted before the shape is.
const SHORT: usize = 3;

/// Where a target is now, and how that is known.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spot {
    pub(super) at: (i32, i32),
    pub(super) how: String,
}

/// Finds the target on the frame; nothing where it is not there.
///
/// # Errors
/// [`ReadError`] when the screen cannot be read.
pub(super) async fn find(
    target: Arc<RecordedTarget>,
    frame: &Frame,
    reader: &CachedReader,
) -> Result<Option<Spot>, ReadError> {
    let has_changed = target.text.as_ref().is_some_and(|text| text.is_changed);
    if !has_changed && let Some(spot) = aside(&target, frame, by_picture).await {
        return Ok(Some(spot));
    }
    let reading = reader.read(frame).await?;
    if has_changed {
        return Ok(by_text(&target, &reading, frame));
    }
    let text = by_text(&target, &reading, frame);
    let is_short = target.text.as_ref().is_none_or(|text| text.wanted.chars().count() < SHORT);
    if !is_short && text.is_some() {
        return Ok(text);
    }
    let fits = |spot: &Spot| is_short || !says_otherwise(&target, &reading, spot.at);
    if target.is_window_same
        && let Some(spot) = aside(&target, frame, by_shape_there).await.filter(fits)
    {
        return Ok(Some(spot));
    }
    if let Some(spot) = by_landmarks(&target, &reading, frame).filter(fits) {
        return Ok(Some(spot));
    }
    let shape = aside(&target, frame, by_shape_anywhere).await.filter(fits);
    Ok(shape.or(text).or_else(|| by_window(&target, frame).filter(fits)))
}

/// Whether another text than the target's is read at a place: rows of a list have the same shape.
fn says_otherwise(target: &RecordedTarget, reading: &Reading, at: (i32, i32)) -> bool {
    let Some(text) = &target.text else { return false };
    let there =
        Rect::new(text.area.x + at.0 - target.point.0, text.area.y + at.1 - target.point.1, text.area.w, text.area.h);
    // A shorter label in the target's place does not reach to where the target was clicked.
    let is_there = |area: &Rect| 2 * area.intersection(&there).area() > area.area();
    let inside = reading.lines.iter().map(|line| line.area).filter(is_there);
    let other: Vec<Rect> = inside.chain(text_at(reading, at, &Changes::default()).map(|text| text.area)).collect();
    let wanted = occurrences(reading, &text.wanted, text.is_whole);
    !other.is_empty() && !wanted.iter().any(|area| other.iter().any(|other| other.intersects(area)))
}

/// Long work on pixels, on a thread of its own.
async fn aside(
    target: &Arc<RecordedTarget>,
    frame: &Frame,
    work: fn(&RecordedTarget, &Frame) -> Option<Spot>,
) -> Option<Spot> {
    let (target, frame) = (Arc::clone(target), frame.clone());
    let done = tokio::task::spawn_blocking(move || work(&target, &frame)).await;
    done.unwrap_or_else(|e| std::panic::resume_unwind(e.into_panic()))
}

/// A part of this size around a point.
fn part((x, y): (i32, i32), (w, h): (i32, i32)) -> Rect {
    Rect::new(x - w / 2, y - h / 2, w, h)
}

/// The smallest part around the target that is not of one colour.
fn patch(target: &RecordedTarget) -> Option<Patch> {
    let cut = |size| Patch::cut(&target.frame, part(target.point, size), &target.hidden);
    SIDES.into_iter().filter_map(cut).find(|patch| !patch.is_plain())
}

fn by_picture(target: &RecordedTarget, frame: &Frame) -> Option<Spot> {
    let patch = patch(target)?;
    let (dx, dy) = (target.expected.0 - target.point.0, target.expected.1 - target.point.1);
    let here = (patch.area().x + dx, patch.area().y + dy);
    let surroundings = Patch::cut(&target.frame, part(target.point, SURROUNDINGS), &target.hidden)?;
    let around = |place: &PatchMatch| {
        let (x, y) = (surroundings.area().x - patch.area().x, surroundings.area().y - patch.area().y);
        surroundings.near(frame, (place.area.x + x, place.area.y + y), 1).similarity
    };
    let near = patch.near(frame, here, NEAR);
    if near.similarity >= SAME && around(&near) >= ALIKE {
        return spot(target, &patch, &near, frame);
    }
    let distance = |place: &PatchMatch| (place.area.x - here.0).abs() + (place.area.y - here.1).abs();
    let mut places: Vec<(f64, PatchMatch)> =
        patch.places(frame, frame.bounds(), SAME).into_iter().map(|place| (around(&place), place)).collect();
    let best = places.iter().map(|(around, _)| *around).fold(0.0, f64::max);
    places.retain(|(around, _)| *around > best - (1.0 - ALIKE) / 4.0);
    let (_, place) = places.into_iter().min_by_key(|(_, place)| distance(place))?;
    spot(target, &patch, &place, frame)
}

fn spot(target: &RecordedTarget, patch: &Patch, place: &PatchMatch, frame: &Frame) -> Option<Spot> {
    let (x, y) = (target.point.0 - patch.area().x, target.point.1 - patch.area().y);
    let how = format!("by its picture, similarity {:.2}", place.similarity);
    on(frame, (place.area.x + x, place.area.y + y), how)
}

fn by_text(target: &RecordedTarget, reading: &Reading, frame: &Frame) -> Option<Spot> {
    let text = target.text.as_ref()?;
    let found = occurrences(reading, &text.wanted, text.is_whole);
    let (place, count) = text.place;
    let area = if found.len() == count && !text.is_changed {
        found.get(place).copied()
    } else {
        found.iter().copied().min_by_key(|area| far(area.centre(), target.expected))
    }?;
    on(frame, carried(text, target.point, area), format!("by its text '{}'", text.wanted))
}

/// The point of another area that lies in it as the recorded point lies in its text.
fn carried(text: &Text, point: (i32, i32), area: Rect) -> (i32, i32) {
    let along = |at: i32, (from, length): (i32, i32), (to, now): (i32, i32)| {
        let share = f64::from(at - from) / f64::from(length.max(1));
        // Beside the text a distance stays one; inside it a share stays one.
        if (0.0..=1.0).contains(&share) {
            to + (share * f64::from(now)).round() as i32
        } else if at < from {
            to + at - from
        } else {
            to + now + at - from - length
        }
    };
    let x = along(point.0, (text.area.x, text.area.w), (area.x, area.w));
    (x, along(point.1, (text.area.y, text.area.h), (area.y, area.h)))
}

fn far(a: (i32, i32), b: (i32, i32)) -> i32 {
    (a.0 - b.0).abs() + (a.1 - b.1).abs()
}

/// The part whose edges are looked for; nothing where it is painted over.
fn shaped(target: &RecordedTarget) -> Option<Rect> {
    let area = part(target.point, SHAPE).intersection(&target.frame.bounds());
    target.hidden.iter().all(|hidden| !hidden.intersects(&area)).then_some(area)
}

fn by_shape_there(target: &RecordedTarget, frame: &Frame) -> Option<Spot> {
    let area = shaped(target)?;
    let (dx, dy) = (target.expected.0 - target.point.0, target.expected.1 - target.point.1);
    let there = Rect::new(area.x + dx, area.y + dy, area.w, area.h);
    let (shape, edges) = (Shape::cut(&target.frame, area, 1.0)?, Edges::of(frame));
    let best = |searched: Rect| shape.places(&edges, searched).into_iter().next();
    // Borders of another theme pull it aside by some pixels: where it is expected to the pixel it need not be the best.
    let exact = best(there).filter(|place| place.similarity >= SHAPED);
    let place = exact.or_else(|| best(there.grown(NEAR)))?;
    let at = (place.area.x + target.point.0 - area.x, place.area.y + target.point.1 - area.y);
    let spot = on(frame, at, format!("by its shape in the window, {:.2} alike", place.similarity));
    spot.filter(|_| place.similarity >= SHAPED)
}

fn by_shape_anywhere(target: &RecordedTarget, frame: &Frame) -> Option<Spot> {
    let (area, edges) = (shaped(target)?, Edges::of(frame));
    let scaled = SCALES.into_iter().filter_map(|scale| {
        let places = Shape::cut(&target.frame, area, scale)?.places(&edges, frame.bounds());
        let next = places.get(1).map_or(0.0, |place| place.similarity);
        let best = places.into_iter().next()?;
        (best.similarity >= SHAPED_ANYWHERE && best.similarity - next >= CLEARLY).then_some((scale, best))
    });
    let (scale, place) = scaled.max_by(|(_, a), (_, b)| a.similarity.total_cmp(&b.similarity))?;
    let carry = |at: i32, from: i32| (f64::from(at - from) * scale).round() as i32;
    let at = (place.area.x + carry(target.point.0, area.x), place.area.y + carry(target.point.1, area.y));
    on(frame, at, format!("by its shape, {:.2} alike", place.similarity))
}

fn by_landmarks(target: &RecordedTarget, reading: &Reading, frame: &Frame) -> Option<Spot> {
    let (at, texts) = landmarks::place(target.point, &target.reading, reading)?;
    let named: Vec<String> = texts.iter().take(3).map(|text| format!("'{text}'")).collect();
    on(frame, at, format!("by the texts around it: {}", named.join(", ")))
}

fn by_window(target: &RecordedTarget, frame: &Frame) -> Option<Spot> {
    let (size, at) = (SIDES[0], target.expected);
    let is_plain = |frame: &Frame, at| Patch::cut(frame, part(at, size), &[]).is_some_and(|patch| patch.is_plain());
    let is_one_colour = is_plain(&target.frame, target.point) && is_plain(frame, at);
    if target.is_window_same && is_one_colour { on(frame, at, "by its place in the window".to_owned()) } else { None }
}

/// A spot, if it is on the frame.
fn on(frame: &Frame, at: (i32, i32), how: String) -> Option<Spot> {
    frame.bounds().contains(at.0, at.1).then_some(Spot { at, how })
}

#[cfg(test)]
mod tests;
