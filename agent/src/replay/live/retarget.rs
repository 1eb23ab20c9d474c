//! Aiming: a recorded action with its points where their targets are now.

use std::fmt;
use std::sync::Arc;

use sightstep_actions::plan::{Action, Effect};
use sightstep_actions::space::FramePoint;
use sightstep_vision::frame::Frame;
use sightstep_vision::read::{ReadError, Reading};

use super::find::{Spot, find};
use super::inputs::Changes;
use super::recorded_actions::{Move, RecordedActions};
use super::target::RecordedTarget;
use super::window;
use crate::cached_reader::CachedReader;
use crate::observation::Observation;
use crate::planner::PlannerError;

/// Aims the actions of a recording.
pub(super) struct Retarget {
    pub(super) moves: Arc<RecordedActions>,
    pub(super) changes: Changes,
    pub(super) reader: CachedReader,
}

/// An action that can be done now, with why it is done there.
pub(super) struct Retargeted {
    pub(super) action: Action,
    pub(super) how: String,
    /// How far its first point has moved, in pixels.
    pub(super) moved: (i32, i32),
}

/// What keeps an action from being done.
pub(super) enum Missing {
    /// Its target is not on the screen.
    Target(Arc<RecordedTarget>),
    /// Anything else, in words.
    Other(String),
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Target(target) => {
                write!(f, "{} is not on the screen: neither its picture nor its text is found", target.said())
            }
            Self::Other(reason) => f.write_str(reason),
        }
    }
}

impl Retarget {
    /// The move as it can be done now, or what is missing for it.
    pub(super) async fn retarget(
        &self,
        made: &Move,
        seen: &Observation,
    ) -> Result<Result<Retargeted, Missing>, PlannerError> {
        let same = |action: Action, how: &str| Ok(Ok(Retargeted { action, how: how.to_owned(), moved: (0, 0) }));
        match &made.action {
            Action::Open { app } => same(Action::Open { app: self.changes.of(app) }, "as recorded"),
            Action::Window { title, change } => {
                let then = made.before.windows.iter().find(|window| window.title == *title);
                let now = then.and_then(|then| window::same(then, &seen.windows, &self.changes));
                let title = now.map_or_else(|| self.changes.of(title), |now| now.title.clone());
                same(Action::Window { title, change: *change }, "as recorded")
            }
            action if matches!(action.effect(), Effect::Looks | Effect::Loop) => same(action.clone(), "as recorded"),
            action if action.points().is_empty() => {
                let then = (made.before.windows.as_slice(), made.after.as_slice());
                if let Err(missing) = window::has_keyboard(then, &seen.windows, &self.changes) {
                    return Ok(Err(Missing::Other(missing)));
                }
                same(self.typed(action), "as recorded")
            }
            _pointing => self.find_target(made, seen, None).await,
        }
    }

    /// The action with today's values in what it types.
    fn typed(&self, action: &Action) -> Action {
        let mut action = action.clone();
        if let Action::Type { text } = &mut action {
            *text = self.changes.of(text);
        }
        action
    }

    /// The action where its target is now; `spot` is where that is, should somebody know.
    pub(super) async fn find_target(
        &self,
        made: &Move,
        seen: &Observation,
        spot: Option<Spot>,
    ) -> Result<Result<Retargeted, Missing>, PlannerError> {
        let action = &made.action;
        let (frame, reading) = match self.then(made).await? {
            Ok(then) => then,
            Err(reason) => return Ok(Err(Missing::Other(format!("its recorded picture cannot be used: {reason}")))),
        };
        let target = |point: FramePoint| {
            let picture = (frame.clone(), made.before.hidden.clone(), Arc::clone(&reading));
            let windows = (made.before.windows.as_slice(), seen.windows.as_slice());
            RecordedTarget::new((point.x as i32, point.y as i32), picture, windows, &self.changes)
        };
        let points = action.points();
        let now = &seen.settled.frame;
        let first = target(points[0]);
        let (said, expected) = (first.said(), first.expected);
        let first = Arc::new(first);
        let found = match spot {
            Some(spot) => Some(spot),
            None => find(Arc::clone(&first), now, &self.reader).await?,
        };
        let spot = match found {
            Some(spot) => spot,
            None if is_loose(action) => clamped(expected, now),
            None => return Ok(Err(Missing::Target(first))),
        };
        let moved = (spot.at.0 - points[0].x as i32, spot.at.1 - points[0].y as i32);
        let last = match points.len() {
            1 => moved,
            n => {
                // The other end moves with the first, unless it is plainly elsewhere.
                let end = points[n - 1];
                let expected = (end.x as i32 + moved.0, end.y as i32 + moved.1);
                let target = RecordedTarget { expected, ..target(end) };
                let found = find(Arc::new(target), now, &self.reader).await?;
                let at = found.map_or_else(|| clamped(expected, now).at, |spot| spot.at);
                (at.0 - end.x as i32, at.1 - end.y as i32)
            }
        };
        let how = format!("{said}: found {} at {},{}", spot.how, spot.at.0, spot.at.1);
        Ok(Ok(Retargeted { action: shifted(action, moved, last, now), how, moved }))
    }

    /// What was seen before the move, and what was read of it; why not, where the picture cannot be used.
    async fn then(&self, made: &Move) -> Result<Result<(Frame, Arc<Reading>), String>, ReadError> {
        let frame = match self.moves.frame(&made.before) {
            Ok(frame) => frame,
            Err(reason) => return Ok(Err(reason)),
        };
        let reading = match self.moves.reading(&made.before) {
            Some(reading) => reading,
            None => self.reader.read(&frame).await?,
        };
        Ok(Ok((frame, reading)))
    }
}

/// Whether anything under the pointer will do: a wheel turns what is there, and its content has scrolled before.
fn is_loose(action: &Action) -> bool {
    matches!(action, Action::Scroll { .. } | Action::Move { .. } | Action::Release { .. })
}

fn clamped((x, y): (i32, i32), frame: &Frame) -> Spot {
    let at = (x.clamp(0, frame.width() as i32 - 1), y.clamp(0, frame.height() as i32 - 1));
    Spot { at, how: "by its place in the window".to_owned() }
}

/// The action with its first place moved by `first`, its last by `last`, and those between accordingly.
fn shifted(action: &Action, first: (i32, i32), last: (i32, i32), frame: &Frame) -> Action {
    let to = |point: &FramePoint, share: f64| {
        let along = |a: i32, b: i32| a + (f64::from(b - a) * share).round() as i32;
        let at = (point.x as i32 + along(first.0, last.0), point.y as i32 + along(first.1, last.1));
        let (x, y) = clamped(at, frame).at;
        FramePoint { x: x as u32, y: y as u32 }
    };
    let mut action = action.clone();
    let mut points = action.points_mut();
    let ends = points.len().saturating_sub(1).max(1) as f64;
    points.iter_mut().enumerate().for_each(|(n, point)| **point = to(point, n as f64 / ends));
    action
}
