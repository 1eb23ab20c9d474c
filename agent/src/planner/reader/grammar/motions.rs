//! The wheel, drags, and where the pointer rests.

use sightstep_actions::plan::Direction;

use super::super::goal_step::{DragEnd, GoalStep};
use super::super::places;
use super::super::target::Target;
use super::conditions::shown;
use super::{around, strip, times};

/// Notches of one turn of the wheel: a third to a half of a page in GTK and in Chromium.
const TURN: u32 = 5;

pub(super) fn scroll(rest: &str) -> Option<Vec<GoalStep>> {
    let directions =
        [("down", Direction::Down), ("up", Direction::Up), ("left", Direction::Left), ("right", Direction::Right)];
    let found = directions.iter().find_map(|(word, direction)| {
        strip(rest, word).filter(|rest| rest.is_empty() || rest.starts_with(' ')).map(|rest| (*direction, rest.trim()))
    });
    let (direction, rest) = found.unwrap_or((Direction::Down, rest));
    if let Some(target) = strip(rest, "until ").map(shown).or_else(|| strip(rest, "to ").map(str::trim)) {
        return Some(vec![GoalStep::ScrollTo { direction, target: Target::parse(target)? }]);
    }
    let (rest, turns) = times(rest);
    let (count, rest) = notches(rest).unwrap_or((turns * TURN, rest));
    let over = match strip(rest, "in ").or_else(|| strip(rest, "over ")).or_else(|| strip(rest, "on ")) {
        Some(over) => Some(Target::parse(over)?),
        None if rest.is_empty() || rest == "once" => None,
        None => return None,
    };
    Some(vec![GoalStep::Scroll { direction, ticks: count, over }])
}

/// "3 notches" or "by 3 notches", and what follows.
fn notches(rest: &str) -> Option<(u32, &str)> {
    let rest = strip(rest, "by ").unwrap_or(rest);
    let (number, rest) = rest.split_once(' ')?;
    let count = number.parse().ok().filter(|n| (1..=200).contains(n))?;
    let words = ["notches", "notch", "ticks", "tick", "clicks", "click"];
    words.iter().find_map(|word| strip(rest, word)).map(|rest| (count, rest.trim()))
}

pub(super) fn drag(rest: &str) -> Option<Vec<GoalStep>> {
    let rest = strip(rest, "from ").unwrap_or(rest);
    if let Some((from, way)) = dragged_way(rest) {
        return Some(vec![GoalStep::Drag { from: Target::parse(from)?, to: DragEnd::By(way.0, way.1) }]);
    }
    let (from, to) = around(rest, &["onto", "to", "into", "on top of", "over"])?;
    Some(vec![GoalStep::Drag { from: Target::parse(from)?, to: DragEnd::Target(Target::parse(to)?) }])
}

/// "X to the right by 100 pixels", "X 100 pixels down", "X by 30,40": X, and how far.
fn dragged_way(rest: &str) -> Option<(&str, (i32, i32))> {
    let words = [" to the ", " by ", " up", " down", " left", " right"];
    let starts = words.iter().flat_map(|word| rest.match_indices(word).map(|(at, _)| at));
    let (at, (x, y)) = starts.filter_map(|at| Some((at, places::way(&rest[at..])?))).min_by_key(|(at, _)| *at)?;
    let from = rest[..at].trim();
    // "X 100 pixels to the right".
    let length = from.rsplit_once(' ').filter(|(_, unit)| unit.starts_with("pixel") || *unit == "px");
    if let Some((head, length)) = length.and_then(|(head, _)| head.rsplit_once(' ')) {
        let length = places::pixels(length)?;
        return Some((head, (x.signum() * length, y.signum() * length)));
    }
    Some((from, (x, y)))
}

pub(super) fn hover(rest: &str) -> Option<Vec<GoalStep>> {
    Some(vec![GoalStep::Move { target: Target::parse(rest)? }])
}
