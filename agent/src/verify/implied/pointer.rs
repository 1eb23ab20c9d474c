//! Clicks and drags: something changes at the place, or what stands elsewhere says something else now.

use std::collections::BTreeMap;

use sightstep_actions::space::FramePoint;
use sightstep_actions::verdict::Verdict;
use sightstep_vision::frame::Frame;
use sightstep_vision::geometry::Rect;
use sightstep_vision::read::{ReadError, Reading};
use sightstep_vision::screen::Window;

use super::{Caret, Transition, clock, nothing};
use crate::verify::hover;

/// A change within this many pixels of a click is at its place: a drop-down list opens below its button, a caret
/// appears in the field that was clicked.
const REACH: i32 = 80;

/// The fewest rows of letters that can be read; a scroll bar along the foot of a text has 5.
const LETTERS: usize = 7;

/// The rule's name in the evidence.
const RULE: &str = "screen_changed";

/// Whether a change is at the place.
pub(super) fn is_near(area: &Rect, at: FramePoint) -> bool {
    area.grown(REACH).contains(at.x as i32, at.y as i32)
}

/// Judges a click or the two ends of a drag.
pub(super) async fn judge(places: &[FramePoint], scene: &Transition<'_>) -> Result<Verdict, ReadError> {
    let solid = scene.without_carets();
    if lost_keyboard(scene) && solid.iter().all(|area| is_recoloured(*area, scene)) {
        return Ok(nothing(RULE, "the window only lost the keyboard"));
    }
    let (near, far): (Vec<Rect>, Vec<Rect>) =
        solid.into_iter().partition(|area| places.iter().any(|at| is_near(area, *at)));
    if !near.is_empty() {
        return at_the_place(&near, &far, places, scene).await;
    }
    match scene.caret() {
        Caret::Moved(carets) => return Ok(scene.changed(RULE, &carets, "the caret moved")),
        _ if !far.is_empty() => return elsewhere(&far, places, scene).await,
        Caret::MayBlink(area) if is_on_line(&area, places) => {
            return Ok(scene.doubtful(RULE, "a caret may only have blinked"));
        }
        _ => {}
    }
    let seen = if scene.changes.is_empty() { "nothing changed" } else { "only a caret far from the place changed" };
    Ok(nothing(RULE, seen))
}

/// Whether a window had the keyboard, is still there, and no window has it now: a press that something unseen took.
fn lost_keyboard(scene: &Transition<'_>) -> bool {
    let is_there = |window: &Window| scene.after.windows.iter().any(|w| w.area == window.area);
    let had = scene.before.windows.iter().any(|window| window.active && is_there(window));
    had && !scene.after.windows.iter().any(|window| window.active)
}

/// Whether an area only became paler or darker, as all of a window does that loses the keyboard.
fn is_recoloured(area: Rect, scene: &Transition<'_>) -> bool {
    hover::may_be_lit(area, &scene.before.settled.frame, &scene.after.settled.frame)
}

/// A click into a text puts the caret at its place, or at the end of the line.
fn is_on_line(caret: &Rect, places: &[FramePoint]) -> bool {
    places.iter().any(|at| is_near(caret, *at) || (caret.y - 8..caret.bottom() + 8).contains(&(at.y as i32)))
}

/// Whether the pointer is known to have been there before.
fn was_there(places: &[FramePoint], scene: &Transition<'_>) -> bool {
    places.iter().any(|at| scene.before.pointer == Some(*at))
}

/// Something changed at the place. Where the pointer came with the action, it may only have lit up what is there, or shown a
/// hint beside it or in a bar: then what else is far counts. A small thing beside the pointer may be a clock.
async fn at_the_place(
    near: &[Rect],
    far: &[Rect],
    places: &[FramePoint],
    scene: &Transition<'_>,
) -> Result<Verdict, ReadError> {
    let (earlier, later) = (&scene.before.settled.frame, &scene.after.settled.frame);
    if !was_there(places, scene) && near.iter().all(|area| hover::may_be_hovered(*area, places, earlier, later)) {
        if far.is_empty() {
            return Ok(scene.doubtful(RULE, "it may only have lit up under the pointer, or be a hint"));
        }
        return elsewhere(far, places, scene).await;
    }
    let is_under = |area: &Rect| places.iter().any(|at| area.grown(4).contains(at.x as i32, at.y as i32));
    if !near.iter().any(is_under) && clock::alone(near, scene).await? {
        return Ok(scene.doubtful(RULE, "it is beside the place and a clock or a count, which moves by itself"));
    }
    Ok(scene.changed(RULE, near, "it is at the place"))
}

/// Nothing changed at the place. A new text elsewhere is an effect, such as a calculator's; a picture may move by itself, and
/// what the pointer left or points at may go dark or be told in a bar.
async fn elsewhere(areas: &[Rect], places: &[FramePoint], scene: &Transition<'_>) -> Result<Verdict, ReadError> {
    let (earlier, later) = (&scene.before.settled.frame, &scene.after.settled.frame);
    let was_there = was_there(places, scene);
    let is_own = |area: &&Rect| was_there || !hover::may_be_hovered(**area, places, earlier, later);
    let areas: Vec<Rect> = areas.iter().filter(is_own).copied().collect();
    if areas.is_empty() {
        return Ok(scene.doubtful(RULE, "it may only be what the pointer left, or a hint of what it points at"));
    }
    let is_other = |word: &Rect| {
        areas.iter().any(|area| area.intersects(word) && !is_slider(area, word)) && differs(earlier, later, *word)
    };
    let before = texts(&*scene.reader.read(earlier).await?, &is_other);
    let after = texts(&*scene.reader.read(later).await?, &is_other);
    let is_effect = |text: &&String| before.get(*text) != after.get(*text) && !clock::is_clock(text);
    let Some(text) = after.keys().find(is_effect).or_else(|| before.keys().find(is_effect)) else {
        return Ok(scene.doubtful(RULE, "it is far from the place and no text there is another: it may move by itself"));
    };
    let what = if after.get(text) > before.get(text) { "is new" } else { "is gone" };
    Ok(scene.changed(RULE, &areas, &format!("it is far from the place, but the text '{text}' {what}")))
}

/// What the words say that changed for the most part, and how often each is there; a line whose words are not known is one.
/// A scroll bar that appears over the end of a line makes it read differently too.
fn texts(reading: &Reading, is_other: &dyn Fn(&Rect) -> bool) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    let mut note = |text: &str, area: &Rect| {
        if is_other(area) {
            *found.entry(text.to_owned()).or_default() += 1;
        }
    };
    for line in &reading.lines {
        match line.words.as_slice() {
            [] => note(&line.text, &line.area),
            words => words.iter().for_each(|word| note(&word.text, &word.area)),
        }
    }
    found
}

/// A thing as narrow as a scroll bar, and far taller than the word.
fn is_slider(area: &Rect, word: &Rect) -> bool {
    area.w <= 20 && area.h > 2 * word.h
}

/// Whether a quarter of a word's columns and half of its rows differ: a caret at its start, a scroll bar at its end or along
/// its foot are less, another text is more even with its gaps. Rows without ink are none of the word's: its box may be half
/// as high again as it is.
fn differs(earlier: &Frame, later: &Frame, word: Rect) -> bool {
    let (a, b) = (earlier.pixels(), later.pixels());
    let part = word.intersection(&earlier.bounds()).intersection(&later.bounds());
    let is_pixel = |x: i32, y: i32| a.get_pixel(x as u32, y as u32) != b.get_pixel(x as u32, y as u32);
    let is_inked = |frame: &image::RgbImage, y: i32| {
        let mut row = (part.x..part.right()).map(|x| *frame.get_pixel(x as u32, y as u32));
        let first = row.next();
        row.any(|pixel| Some(pixel) != first)
    };
    let columns = (part.x..part.right()).filter(|x| (part.y..part.bottom()).any(|y| is_pixel(*x, y))).count();
    let rows = (part.y..part.bottom()).filter(|y| (part.x..part.right()).any(|x| is_pixel(x, *y))).count();
    let inked = (part.y..part.bottom()).filter(|y| is_inked(a, *y) || is_inked(b, *y)).count();
    4 * columns >= word.w.max(1) as usize && rows >= LETTERS && 2 * rows >= inked
}
