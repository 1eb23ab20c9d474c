//! Clicks and drags: something changes at the place, or what stands elsewhere says something else now.

use std::collections::BTreeMap;

use sightstep_actions::space::FramePoint;
use sightstep_actions::verdict::Verdict;
use sightstep_vision::frame::Frame;
use sightstep_vision::geometry::Rect;
use sightstep_vision::read::{ReadError, Reading};

use super::{Caret, Scene, nothing};

/// A change within this many pixels of a click is at its place: a drop-down list opens below its button, a caret
/// appears in the field that was clicked.
const REACH: i32 = 80;

/// A clock is at most this wide and high, in pixels: a date and a time in letters of 20 pixels.
const CLOCK: (i32, i32) = (260, 44);

/// The rule's name in the evidence.
const RULE: &str = "screen_changed";

/// Whether a change is at the place.
pub(super) fn is_near(area: &Rect, at: FramePoint) -> bool {
    area.grown(REACH).contains(at.x as i32, at.y as i32)
}

/// Judges a click or the two ends of a drag.
pub(super) async fn judge(places: &[FramePoint], scene: &Scene<'_>) -> Result<Verdict, ReadError> {
    let solid = scene.without_carets();
    let (near, far): (Vec<Rect>, Vec<Rect>) =
        solid.into_iter().partition(|area| places.iter().any(|at| is_near(area, *at)));
    if !near.is_empty() {
        return at_the_place(&near, places, scene).await;
    }
    match scene.caret() {
        Caret::Moved(carets) => return Ok(scene.changed(RULE, &carets, "the caret moved")),
        _ if !far.is_empty() => return elsewhere(&far, scene).await,
        Caret::MayBlink(area) if is_on_line(&area, places) => {
            return Ok(scene.doubtful(RULE, "a caret may only have blinked"));
        }
        _ => {}
    }
    let seen = if scene.changes.is_empty() { "nothing changed" } else { "only a caret far from the place changed" };
    Ok(nothing(RULE, seen))
}

/// A click into a text puts the caret at its place, or at the end of the line.
fn is_on_line(caret: &Rect, places: &[FramePoint]) -> bool {
    places.iter().any(|at| is_near(caret, *at) || (caret.y - 8..caret.bottom() + 8).contains(&(at.y as i32)))
}

/// Something changed at the place. A small thing beside the pointer may be a clock.
async fn at_the_place(near: &[Rect], places: &[FramePoint], scene: &Scene<'_>) -> Result<Verdict, ReadError> {
    let is_small = |area: &Rect| area.w <= CLOCK.0 && area.h <= CLOCK.1;
    let is_under = |area: &Rect| places.iter().any(|at| area.grown(4).contains(at.x as i32, at.y as i32));
    if !near.iter().all(|area| is_small(area) && !is_under(area)) {
        return Ok(scene.changed(RULE, near, "it is at the place"));
    }
    let is_there = |line: &Rect| near.iter().any(|area| area.intersects(line));
    let before = texts(&*scene.eyes.read(&scene.before.settled.frame).await?, &is_there);
    let after = texts(&*scene.eyes.read(&scene.after.settled.frame).await?, &is_there);
    let mut found = before.keys().chain(after.keys()).peekable();
    if found.peek().is_some() && found.all(|text| is_clock(text)) {
        return Ok(scene.doubtful(RULE, "it is beside the place and a clock or a count, which moves by itself"));
    }
    Ok(scene.changed(RULE, near, "it is at the place"))
}

/// Nothing changed at the place. A new text elsewhere is an effect, such as a calculator's; a picture may move by itself.
async fn elsewhere(areas: &[Rect], scene: &Scene<'_>) -> Result<Verdict, ReadError> {
    let (earlier, later) = (&scene.before.settled.frame, &scene.after.settled.frame);
    let is_other = |line: &Rect| areas.iter().any(|area| area.intersects(line)) && differs(earlier, later, *line);
    let before = texts(&*scene.eyes.read(earlier).await?, &is_other);
    let after = texts(&*scene.eyes.read(later).await?, &is_other);
    let is_effect = |text: &&String| before.get(*text) != after.get(*text) && !is_clock(text);
    let Some(text) = after.keys().find(is_effect).or_else(|| before.keys().find(is_effect)) else {
        return Ok(scene.doubtful(RULE, "it is far from the place and no text there is another: it may move by itself"));
    };
    let what = if after.get(text) > before.get(text) { "is new" } else { "is gone" };
    Ok(scene.changed(RULE, areas, &format!("it is far from the place, but the text '{text}' {what}")))
}

/// What the lines say that changed for the most part, and how often each is there. A scroll bar that appears over the end
/// of a line makes it read differently too.
fn texts(reading: &Reading, is_other: &dyn Fn(&Rect) -> bool) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for line in reading.lines.iter().filter(|line| is_other(&line.area)) {
        *found.entry(line.text.clone()).or_default() += 1;
    }
    found
}

/// Whether a third of a line's columns differ: a caret at its start and a scroll bar at its end are less, another text is
/// more even with its gaps.
fn differs(earlier: &Frame, later: &Frame, line: Rect) -> bool {
    let (a, b) = (earlier.pixels(), later.pixels());
    let part = line.intersection(&earlier.bounds()).intersection(&later.bounds());
    let is_column =
        |x: &i32| (part.y..part.bottom()).any(|y| a.get_pixel(*x as u32, y as u32) != b.get_pixel(*x as u32, y as u32));
    3 * (part.x..part.right()).filter(is_column).count() >= line.w.max(1) as usize
}

/// Whether a text is or holds a time of day or a share that is done: these change by themselves.
fn is_clock(text: &str) -> bool {
    let signs: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let is_time = signs.windows(3).any(|w| w[0].is_ascii_digit() && w[1] == ':' && w[2].is_ascii_digit());
    let is_share = signs.windows(2).any(|w| w[0].is_ascii_digit() && w[1] == '%');
    is_time || is_share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_known() {
        let cases =
            [("12:05", true), ("Tue 9:41 PM", true), ("45%", true), ("12", false), ("a: b", false), ("", false)];
        let wrong: Vec<_> = cases.iter().filter(|(text, want)| is_clock(text) != *want).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
