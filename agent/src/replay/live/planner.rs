//! The recording as a planner: each recorded action, aimed at where its target is now.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use sightstep_actions::plan::{Action, Expectation, FinishStatus, Plan};
use sightstep_actions::space::{FramePoint, FrameRect};
use sightstep_actions::verdict::Judgement;
use sightstep_vision::frame::Frame;

use super::find::{Spot, find};
use super::inputs::Changes;
use super::moves::{Move, Moves};
use super::target::Target;
use super::{Lost, Parted, window};
use crate::eyes::Eyes;
use crate::planner::{Done, Observation, Planner, PlannerError, Proposal};
use crate::report::described;

/// How long a target is waited for: Chromium takes 5 s to draw a page on two busy cores.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long is waited before the second look for it, in seconds; every further wait is twice as long.
const PAUSE: f64 = 0.3;

/// Performs a recording.
pub(super) struct LivePlanner {
    moves: Arc<Moves>,
    changes: Changes,
    eyes: Eyes,
    lost: Lost,
    /// The next move.
    at: usize,
    /// Whether that move has been performed and not been judged yet.
    is_done: bool,
    /// Whether it is tried again.
    is_again: bool,
    /// Since when its target is looked for.
    since: Option<Instant>,
}

/// An action that can be done now, with why it is done there.
struct Aimed {
    action: Action,
    how: String,
    moved: (i32, i32),
}

impl LivePlanner {
    pub(super) fn new(moves: Arc<Moves>, changes: Changes, eyes: Eyes, lost: Lost) -> Self {
        Self { moves, changes, eyes, lost, at: 0, is_done: false, is_again: false, since: None }
    }

    /// Goes on to the next move, or back to the same one where it had no effect; why not, where it came to less than
    /// it did.
    fn judged(&mut self, history: &[Done]) -> Result<(), String> {
        if !std::mem::take(&mut self.is_done) {
            return Ok(());
        }
        let (Some(done), Some(made)) = (history.last(), self.moves.all.get(self.at)) else { return Ok(()) };
        if let Err(reason) = &done.receipt {
            return Err(reason.clone());
        }
        let Some(verdict) = &done.verdict else { return Ok(()) };
        let now = verdict.judgement;
        if !is_less(now, made.judgement) {
            (self.at, self.is_again) = (self.at + 1, false);
            return Ok(());
        }
        if now == Judgement::NoEffect && is_pointer(&made.action) && !self.is_again {
            self.is_again = true;
            return Ok(());
        }
        let seen = verdict.evidence.first().map(|evidence| evidence.seen.as_str()).unwrap_or_default();
        let then = made.judgement.map_or("not judged", word);
        Err(format!("it came to {}, and was {then} when recorded: {seen}", word(now)))
    }

    /// The move as it can be done now; what is missing, where it cannot.
    async fn aimed(&self, made: &Move, seen: &Observation) -> Result<Result<Aimed, String>, PlannerError> {
        let same = |action: Action, how: &str| Ok(Ok(Aimed { action, how: how.to_owned(), moved: (0, 0) }));
        match &made.action {
            Action::Open { app } => same(Action::Open { app: self.changes.of(app) }, "as recorded"),
            Action::Wait { .. } | Action::Screenshot | Action::Ask { .. } | Action::Finish { .. } => {
                same(made.action.clone(), "as recorded")
            }
            action if action.points().is_empty() => {
                let then = (made.before.windows.as_slice(), made.after.as_slice());
                if let Err(missing) = window::has_keyboard(then, &seen.windows, &self.changes) {
                    return Ok(Err(missing));
                }
                same(self.typed(action), "as recorded")
            }
            action => self.pointed(action, made, seen).await,
        }
    }

    /// The action with today's values in what it types.
    fn typed(&self, action: &Action) -> Action {
        match action {
            Action::Type { text } => Action::Type { text: self.changes.of(text) },
            other => other.clone(),
        }
    }

    async fn pointed(
        &self,
        action: &Action,
        made: &Move,
        seen: &Observation,
    ) -> Result<Result<Aimed, String>, PlannerError> {
        let frame = match self.moves.frame(&made.before) {
            Ok(frame) => frame,
            Err(reason) => return Ok(Err(format!("its recorded picture cannot be used: {reason}"))),
        };
        let reading = match self.moves.reading(&made.before) {
            Some(reading) => reading,
            None => self.eyes.read(&frame).await?,
        };
        let target = |point: FramePoint| {
            let picture = (frame.clone(), made.before.hidden.clone(), Arc::clone(&reading));
            let windows = (made.before.windows.as_slice(), seen.windows.as_slice());
            Target::new((point.x as i32, point.y as i32), picture, windows, &self.changes)
        };
        let points = action.points();
        let now = &seen.settled.frame;
        let first = target(points[0]);
        let (said, expected) = (first.said(), first.expected);
        let spot = match find(Arc::new(first), now, &self.eyes).await? {
            Some(spot) => spot,
            None if is_loose(action) => clamped(expected, now),
            None => return Ok(Err(format!("{said} is not on the screen: neither its picture nor its text is found"))),
        };
        let moved = (spot.at.0 - points[0].x as i32, spot.at.1 - points[0].y as i32);
        let last = match points.len() {
            1 => moved,
            n => {
                // The other end moves with the first, unless it is plainly elsewhere.
                let end = points[n - 1];
                let expected = (end.x as i32 + moved.0, end.y as i32 + moved.1);
                let target = Target { expected, ..target(end) };
                let found = find(Arc::new(target), now, &self.eyes).await?;
                let at = found.map_or_else(|| clamped(expected, now).at, |spot| spot.at);
                (at.0 - end.x as i32, at.1 - end.y as i32)
            }
        };
        let how = format!("{said}: found {} at {},{}", spot.how, spot.at.0, spot.at.1);
        Ok(Ok(Aimed { action: shifted(action, moved, last, now), how, moved }))
    }

    fn part(&self, made: &Move, reason: String) -> Plan {
        let action = described(&made.action);
        let (step, number, picture) = (made.step, made.number, self.moves.path(&made.before));
        let why = format!("step {step}, action {number} of the recording ({action}): {reason}");
        self.lost.set(Parted { step, number, action, reason, picture });
        plan(why.clone(), Action::Finish { status: FinishStatus::Failure, answer: Some(why) }, vec![])
    }

    /// The end as it was recorded.
    fn ending(&self) -> Plan {
        let ending = match &self.moves.ending {
            Action::Finish { status, answer } => {
                Action::Finish { status: *status, answer: answer.as_ref().map(|answer| self.changes.of(answer)) }
            }
            other => other.clone(),
        };
        plan("everything recorded is done".to_owned(), ending, vec![])
    }

    async fn decided(&mut self, seen: &Observation) -> Result<Plan, PlannerError> {
        let moves = Arc::clone(&self.moves);
        let Some(made) = moves.all.get(self.at) else { return Ok(self.ending()) };
        let since = *self.since.get_or_insert_with(Instant::now);
        match self.aimed(made, seen).await? {
            Ok(Aimed { action, how, moved }) => {
                (self.is_done, self.since) = (true, None);
                let expect = made.expect.iter().map(|e| self.expectation(e, moved)).collect();
                let (step, number) = (made.step, made.number);
                Ok(plan(format!("step {step}, action {number} of the recording: {how}"), action, expect))
            }
            Err(missing) if since.elapsed() < PATIENCE => {
                let seconds = since.elapsed().as_secs_f64().clamp(PAUSE, PATIENCE.as_secs_f64() / 3.0);
                Ok(plan(format!("{missing}; waiting for it"), Action::Wait { seconds }, vec![]))
            }
            Err(missing) => Ok(self.part(made, format!("{missing}, within {} s", PATIENCE.as_secs()))),
        }
    }

    /// What was expected then, in today's words and places.
    fn expectation(&self, then: &Expectation, moved: (i32, i32)) -> Expectation {
        let mut now = then.clone();
        match &mut now {
            Expectation::TextAppears { text, region } | Expectation::TextDisappears { text, region } => {
                *text = self.changes.of(text);
                region.iter_mut().for_each(|region| shift(region, moved));
            }
            Expectation::TextEquals { text, region } => {
                *text = self.changes.of(text);
                shift(region, moved);
            }
            Expectation::RegionChanges { region } | Expectation::RegionStays { region } => {
                region.iter_mut().for_each(|region| shift(region, moved));
            }
            Expectation::WindowTitle { contains } => *contains = self.changes.of(contains),
            Expectation::ElementState { label: text, .. } | Expectation::Question { question: text } => {
                *text = self.changes.of(text);
            }
            Expectation::ImageMatches { .. } => {}
        }
        now
    }
}

#[async_trait]
impl Planner for LivePlanner {
    async fn next(&mut self, seen: &Observation, history: &[Done]) -> Result<Proposal, PlannerError> {
        let plan = match (self.judged(history), self.moves.all.get(self.at)) {
            (Err(reason), Some(made)) => self.part(made, reason),
            _ => self.decided(seen).await?,
        };
        let raw = serde_json::to_string(&plan).unwrap_or_default();
        Ok(Proposal::of(plan, raw))
    }

    fn may_repeat(&self) -> bool {
        true
    }
}

fn plan(thought: String, action: Action, expect: Vec<Expectation>) -> Plan {
    Plan { thought: Some(thought), reflection: None, actions: vec![action], expect }
}

fn is_pointer(action: &Action) -> bool {
    matches!(action, Action::Click { .. } | Action::LongPress { .. })
}

/// Whether anything under the pointer will do: a wheel turns what is there, and its content has scrolled before.
fn is_loose(action: &Action) -> bool {
    matches!(action, Action::Scroll { .. } | Action::Move { .. } | Action::Release { .. })
}

/// Whether an action came to less than when it was recorded. What cannot be told is no less: programs draw otherwise. Nor
/// is no effect less than what could not be told then: a click into a field that has the keyboard shows in a caret, if at
/// all.
fn is_less(now: Judgement, then: Option<Judgement>) -> bool {
    match now {
        Judgement::Contradicted => then.is_some_and(|then| then != Judgement::Contradicted),
        Judgement::NoEffect => then == Some(Judgement::Confirmed),
        Judgement::Unknown | Judgement::Confirmed => false,
    }
}

fn word(judgement: Judgement) -> &'static str {
    match judgement {
        Judgement::Confirmed => "confirmed",
        Judgement::NoEffect => "no effect",
        Judgement::Contradicted => "contradicted",
        Judgement::Unknown => "unknown",
    }
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
    match &mut action {
        Action::Click { at, .. } | Action::Move { at } | Action::LongPress { at, .. } => *at = to(at, 0.0),
        Action::Press { at, .. } | Action::Release { at, .. } | Action::Scroll { at, .. } => {
            at.iter_mut().for_each(|at| *at = to(at, 0.0));
        }
        Action::Drag { path, .. } => {
            let ends = path.len().saturating_sub(1).max(1) as f64;
            path.iter_mut().enumerate().for_each(|(n, point)| *point = to(point, n as f64 / ends));
        }
        _ => {}
    }
    action
}

fn shift(region: &mut FrameRect, (dx, dy): (i32, i32)) {
    region.x = region.x.saturating_add_signed(dx);
    region.y = region.y.saturating_add_signed(dy);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_came_to_less_only_where_both_are_known() {
        use Judgement::{Confirmed, Contradicted, NoEffect, Unknown};
        let less = [
            (Contradicted, Some(Confirmed)),
            (Contradicted, Some(NoEffect)),
            (Contradicted, Some(Unknown)),
            (NoEffect, Some(Confirmed)),
        ];
        for now in [Confirmed, Unknown, NoEffect, Contradicted] {
            for then in [None, Some(Confirmed), Some(Unknown), Some(NoEffect), Some(Contradicted)] {
                assert_eq!(is_less(now, then), less.contains(&(now, then)), "{now:?} {then:?}");
            }
        }
    }
}
