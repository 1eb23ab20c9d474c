//! The recording as a planner: each recorded action, aimed at where its target is now.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use sightstep_actions::executor::ActError;
use sightstep_actions::plan::{Action, Expectation, FinishStatus, Plan};
use sightstep_actions::space::FrameRect;
use sightstep_actions::verdict::Judgement;
use sightstep_tasks::recording::Healed;

use super::heal::Healer;
use super::recorded_actions::Move;
use super::retarget::{Missing, Retarget, Retargeted};
use super::{Lost, Parted};
use crate::observation::{Done, Observation};
use crate::planner::{Planner, PlannerError, Proposal};

/// How long a target is waited for: Chromium takes 5 s to draw a page on two busy cores.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long is waited before the second look for it, in seconds; every further wait is twice as long.
const PAUSE: f64 = 0.3;

/// How often a move is looked for anew where the screen changed before it was done.
const LOOKS: u32 = 5;

/// Performs a recording.
pub(super) struct LivePlanner {
    aim: Retarget,
    /// Who is asked for targets that are not found.
    healer: Option<Healer>,
    lost: Lost,
    /// The next move.
    at: usize,
    /// Whether that move has been performed and not been judged yet.
    is_done: bool,
    /// Whether it is tried again.
    is_again: bool,
    /// Since when its target is looked for.
    since: Option<Instant>,
    /// How often in a row it was not done because the screen had changed since the look.
    looks: u32,
}

impl LivePlanner {
    pub(super) fn new(aim: Retarget, healer: Option<Healer>, lost: Lost) -> Self {
        Self { aim, healer, lost, at: 0, is_done: false, is_again: false, since: None, looks: 0 }
    }

    /// Goes on to the next move, or back to the same one where it had no effect; why not, where it came to less than
    /// it did.
    fn compare_verdicts(&mut self, history: &[Done]) -> Result<(), String> {
        if !std::mem::take(&mut self.is_done) {
            return Ok(());
        }
        let (Some(done), Some(made)) = (history.last(), self.aim.moves.all.get(self.at)) else { return Ok(()) };
        if let Err(reason) = &done.receipt {
            // A dialog may still be coming, or a hand have been on the mouse.
            self.looks += 1;
            return if ActError::is_passing(reason) && self.looks < LOOKS { Ok(()) } else { Err(reason.clone()) };
        }
        self.looks = 0;
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

    fn part(&self, made: &Move, reason: String) -> Plan {
        let action = made.action.to_string();
        let (step, number, picture) = (made.step, made.number, self.aim.moves.path(&made.before));
        let why = format!("step {step}, action {number} of the recording ({action}): {reason}");
        self.lost.set(Parted { step, number, action, reason, picture });
        plan(why.clone(), Action::Finish { status: FinishStatus::Failure, answer: Some(why) }, vec![])
    }

    /// The end as it was recorded.
    fn ending(&self) -> Plan {
        let mut ending = self.aim.moves.ending.clone();
        if let Action::Finish { answer: Some(answer), .. } = &mut ending {
            *answer = self.aim.changes.of(answer);
        }
        plan("everything recorded is done".to_owned(), ending, vec![])
    }

    async fn decide(&mut self, seen: &Observation) -> Result<(Plan, Option<Healed>), PlannerError> {
        let moves = Arc::clone(&self.aim.moves);
        let Some(made) = moves.all.get(self.at) else { return Ok((self.ending(), None)) };
        let since = *self.since.get_or_insert_with(Instant::now);
        match self.aim.retarget(made, seen).await? {
            Ok(aimed) => Ok((self.performed(made, aimed), None)),
            Err(missing) if since.elapsed() < PATIENCE => {
                let seconds = since.elapsed().as_secs_f64().clamp(PAUSE, PATIENCE.as_secs_f64() / 3.0);
                Ok((plan(format!("{missing}; waiting for it"), Action::Wait { seconds }, vec![]), None))
            }
            Err(missing) => self.heal_move(made, &missing, seen).await,
        }
    }

    /// The move where a model points instead of the recording, where there is one to ask.
    async fn heal_move(
        &mut self,
        made: &Move,
        missing: &Missing,
        seen: &Observation,
    ) -> Result<(Plan, Option<Healed>), PlannerError> {
        let gone = format!("{missing}, within {} s", PATIENCE.as_secs());
        let (Some(healer), Missing::Target(target)) = (&self.healer, missing) else {
            return Ok((self.part(made, gone), None));
        };
        let (spot, healed) = match healer.spot(made, target, &seen.settled.frame, &self.aim).await? {
            Ok(found) => found,
            Err(why) => return Ok((self.part(made, format!("{gone}; {why}")), None)),
        };
        match self.aim.find_target(made, seen, Some(spot)).await? {
            Ok(aimed) => {
                // It is asked once: where the place has no effect, it was the wrong one.
                self.is_again = true;
                Ok((self.performed(made, aimed), Some(healed)))
            }
            Err(missing) => Ok((self.part(made, missing.to_string()), None)),
        }
    }

    /// The plan that performs a move.
    fn performed(&mut self, made: &Move, aimed: Retargeted) -> Plan {
        (self.is_done, self.since) = (true, None);
        let Retargeted { action, how, moved } = aimed;
        let expect = made.expect.iter().map(|e| self.expectation(e, moved)).collect();
        plan(format!("step {}, action {} of the recording: {how}", made.step, made.number), action, expect)
    }

    /// What was expected then, in today's words and places.
    fn expectation(&self, then: &Expectation, moved: (i32, i32)) -> Expectation {
        let mut now = then.clone();
        match &mut now {
            Expectation::TextAppears { text, region } | Expectation::TextDisappears { text, region } => {
                *text = self.aim.changes.of(text);
                region.iter_mut().for_each(|region| shift(region, moved));
            }
            Expectation::TextEquals { text, region } => {
                *text = self.aim.changes.of(text);
                shift(region, moved);
            }
            Expectation::RegionChanges { region } | Expectation::RegionStays { region } => {
                region.iter_mut().for_each(|region| shift(region, moved));
            }
            Expectation::WindowTitle { contains } => *contains = self.aim.changes.of(contains),
            Expectation::ElementState { label: text, .. } | Expectation::Question { question: text } => {
                *text = self.aim.changes.of(text);
            }
            Expectation::ImageMatches { .. } => {}
        }
        now
    }
}

#[async_trait]
impl Planner for LivePlanner {
    async fn next(&mut self, seen: &Observation, history: &[Done]) -> Result<Proposal, PlannerError> {
        let (plan, healed) = match (self.compare_verdicts(history), self.aim.moves.all.get(self.at)) {
            (Err(reason), Some(made)) => (self.part(made, reason), None),
            _ => self.decide(seen).await?,
        };
        let raw = serde_json::to_string(&plan).unwrap_or_default();
        Ok(Proposal { healed, ..Proposal::of(plan, raw) })
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
