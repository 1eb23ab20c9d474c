//! Scrolling: content moves, and the right way.

use std::collections::HashMap;

use sightstep_actions::plan::Direction;
use sightstep_actions::space::FramePoint;
use sightstep_actions::verdict::{Judgement, Verdict};
use sightstep_vision::frame::Frame;
use sightstep_vision::geometry::Rect;

use super::{Transition, nothing};
use crate::verify::{around, described, evidence, verdict};

/// The rule's name in the evidence.
const RULE: &str = "content_moved";

/// A pane whose content is another altogether is at least this wide and high, in pixels.
const PANE: i32 = 64;

/// Judges by where the rows, or columns, of the largest change went.
pub(super) fn judge(at: Option<FramePoint>, direction: Direction, scene: &Transition<'_>) -> Verdict {
    let solid = scene.without_carets();
    let Some(pane) = solid.iter().max_by_key(|area| area.area()) else {
        return nothing(RULE, if scene.changes.is_empty() { "nothing changed" } else { "only a caret changed" });
    };
    let (before, after) = (&scene.before.settled.frame, &scene.after.settled.frame);
    let is_upright = matches!(direction, Direction::Up | Direction::Down);
    let is_forward = matches!(direction, Direction::Down | Direction::Right);
    match moved(before, after, *pane, is_upright) {
        Some(by) if (by > 0) == is_forward => scene.changed(RULE, &solid, &format!("it moved by {} px", by.abs())),
        Some(by) => {
            let seen = format!("{}; it moved by {} px the other way", described(&solid), by.abs());
            verdict(Judgement::Contradicted, evidence(RULE, Some(false), seen, Some(around(&solid))))
        }
        None if is_pane(pane, at) => scene.changed(RULE, &solid, "what is under the pointer is another"),
        None => scene.doubtful(RULE, "but nothing is seen to have moved"),
    }
}

fn is_pane(area: &Rect, at: Option<FramePoint>) -> bool {
    area.w >= PANE && area.h >= PANE && at.is_some_and(|at| area.contains(at.x as i32, at.y as i32))
}

/// By how many pixels content moved up (or left), from rows that are unlike all others: most of them must agree.
fn moved(before: &Frame, after: &Frame, pane: Rect, is_upright: bool) -> Option<i32> {
    if before.bounds() != after.bounds() {
        return None;
    }
    let (earlier, later) = (rows(before, pane, is_upright), rows(after, pane, is_upright));
    let places = unique(&earlier);
    let mut votes: HashMap<i32, usize> = HashMap::new();
    let known = unique(&later).into_iter().filter_map(|(row, now)| Some(places.get(row)? - now));
    known.for_each(|by| *votes.entry(by).or_default() += 1);
    let all: usize = votes.values().sum();
    let (by, most) = votes.into_iter().max_by_key(|(by, count)| (*count, -by.abs()))?;
    (by != 0 && most >= 3 && 2 * most > all).then_some(by)
}

/// The pixels of each row, or column, of the middle half: scroll bars at the edges move by other steps.
fn rows(frame: &Frame, pane: Rect, is_upright: bool) -> Vec<Vec<[u8; 3]>> {
    let pixel = |x: i32, y: i32| frame.pixels().get_pixel(x as u32, y as u32).0;
    let middle = |from: i32, length: i32| from + length / 4..from + length - length / 4;
    if is_upright {
        let row = |y| middle(pane.x, pane.w).map(|x| pixel(x, y)).collect();
        (pane.y..pane.bottom()).map(row).collect()
    } else {
        let column = |x| middle(pane.y, pane.h).map(|y| pixel(x, y)).collect();
        (pane.x..pane.right()).map(column).collect()
    }
}

/// Rows that occur once, with their place.
fn unique(rows: &[Vec<[u8; 3]>]) -> HashMap<&[[u8; 3]], i32> {
    let mut found: HashMap<&[[u8; 3]], Option<i32>> = HashMap::new();
    for (at, row) in (0..).zip(rows) {
        found.entry(row.as_slice()).and_modify(|place| *place = None).or_insert(Some(at));
    }
    found.into_iter().filter_map(|(row, place)| Some((row, place?))).collect()
}
