//! The loop: observe, plan, act, verify, record, recover — until the planner finishes or something stops it.

use std::time::Instant;

use sightstep_actions::executor::{ActError, Executor};
use sightstep_actions::plan::{Action, Effect, Plan};
use sightstep_actions::policy::{Permit, Policy};
use sightstep_actions::space::{DesktopPoint, FramePoint, View};
use sightstep_actions::verdict::Verdict;
use sightstep_tasks::recording::{Acted, Event, Outcome, millis};
use sightstep_vision::geometry::Rect;
use sightstep_vision::screen::{Screen, Window};

use crate::cached_reader::CachedReader;
use crate::observation::{Done, Observation};
use crate::planner::{Planner, Proposal, past};
use crate::recovery::{self, Leave, Next};
use crate::verify::{self, Verifier};
use journal::Journal;
use judge::Before;
use person::Person;
use progress::{ActionId, Progress};
use stop::{Stop, StopReason};

mod context;
mod ended;
mod field;
pub mod journal;
mod judge;
pub mod person;
mod progress;
mod start;
pub mod stop;
#[cfg(test)]
mod tests;

pub use ended::{Ended, RunError};
pub use judge::Patience;

/// Everything that a run works with.
pub struct Run {
    /// What is looked at.
    pub screen: Box<dyn Screen>,
    /// Who says what to do.
    pub planner: Box<dyn Planner>,
    /// Who does it.
    pub executor: Box<dyn Executor>,
    /// Who judges it.
    pub verifier: Box<dyn Verifier>,
    /// What reads a screen where the policy asks for it.
    pub reader: CachedReader,
    /// What may be done.
    pub policy: Policy,
    /// Who is asked when the policy says so.
    pub person: Box<dyn Person>,
    /// After how many plans the run ends.
    pub steps: u32,
    /// How long an effect is waited for.
    pub patience: Patience,
    /// Where all of it is written.
    pub journal: Journal,
}

/// What one action of a plan leads to.
enum Flow {
    GoOn(Observation),
    TellPlanner(Observation),
    End(Ended),
}

impl Run {
    /// Runs to the end, whatever it is. No key or button is down afterwards and all that happened is recorded.
    pub async fn to_end(&mut self, stop: &Stop) -> Ended {
        let mut progress = Progress::default();
        let ended = tokio::select! {
            ended = self.take_steps(&mut progress) => ended,
            reason = stop.thrown() => Ok(Ended::stopped(reason)),
        };
        let ended = ended.map(|ended| ended.with_story(&progress.history));
        let ended = ended.unwrap_or_else(|error| Ended::failed(&error));
        // Where the display is gone, so is every key that was down.
        let _ = self.executor.release_all().await;
        Ended { steps: progress.step, ..ended }
    }

    async fn take_steps(&mut self, progress: &mut Progress) -> Result<Ended, RunError> {
        let mut seen = self.first_look().await?;
        for step in 1..=self.steps {
            progress.step = step;
            let Proposal { plan, confirm, .. } = self.ask_planner(step, &seen, &progress.history).await?;
            if let Some(ended) = self.confirm_plan(step, confirm).await {
                return Ok(ended);
            }
            for number in 1..=plan.actions.len() {
                match self.act(ActionId { step, number }, &plan, &seen, progress).await? {
                    Flow::GoOn(now) => seen = now,
                    Flow::TellPlanner(now) => {
                        seen = now;
                        break;
                    }
                    Flow::End(ended) => return Ok(ended),
                }
            }
            self.journal.flush().await?;
        }
        Ok(Ended::stopped(StopReason::Steps(self.steps)))
    }

    async fn look(&mut self, step: u32, since: Option<Instant>) -> Result<Observation, RunError> {
        let seen = self.glance(since).await?;
        self.journal.observed(step, &seen);
        Ok(seen)
    }

    /// Looks without recording it.
    async fn glance(&mut self, since: Option<Instant>) -> Result<Observation, RunError> {
        let mut settled = self.screen.settled(since).await?;
        settled.before_caret.take_if(|_| self.journal.has_secret());
        Ok(Observation { settled, windows: self.screen.windows().await?, pointer: None })
    }

    async fn ask_planner(&mut self, step: u32, seen: &Observation, history: &[Done]) -> Result<Proposal, RunError> {
        let begun = Instant::now();
        let proposal = self.planner.next(seen, history).await?;
        if let Some((name, value)) = self.planner.secret() {
            self.journal.learn(&name, &value);
        }
        let millis = millis(begun.elapsed());
        let Proposal { plan, raw, prompt_digest, exchange, healed, .. } = proposal.clone();
        self.journal.note(Event::Planned { step, raw, prompt_digest, exchange, plan, healed, millis });
        Ok(proposal)
    }

    /// The end, if a person has to agree to a plan and does not, or nobody is there.
    async fn confirm_plan(&mut self, step: u32, question: Option<String>) -> Option<Ended> {
        let question = question?;
        match self.ask_consent(step, &question).await {
            Some(true) => None,
            Some(false) => Some(Ended::of(Outcome::Stopped, "a person did not agree to the plan".to_owned())),
            None => Some(Ended::needs_person(question)),
        }
    }

    /// Asks the person and records the answer.
    async fn ask_person(&mut self, step: u32, question: &str) -> Option<String> {
        let answer = self.person.answer(question).await;
        self.journal.note(Event::Asked { step, question: question.to_owned(), answer: answer.clone() });
        answer
    }

    /// Asks the person for a yes.
    async fn ask_consent(&mut self, step: u32, question: &str) -> Option<bool> {
        self.ask_person(step, question).await.map(|answer| person::agrees(&answer))
    }

    async fn act(
        &mut self,
        id: ActionId,
        plan: &Plan,
        seen: &Observation,
        progress: &mut Progress,
    ) -> Result<Flow, RunError> {
        let action = &plan.actions[id.number - 1];
        if let Action::Finish { status, answer } = action {
            return Ok(Flow::End(Ended::by_planner(*status, answer.clone())));
        }
        if let Action::Ask { question } = action {
            return self.pass_question(id, action, question.as_deref(), progress).await;
        }
        if let Some(flow) = self.guard_against_loops(id, action, seen, progress).await {
            return Ok(flow);
        }
        if let Some(flow) = self.check_policy(id, action, seen, progress).await? {
            progress.guard.note(None);
            return Ok(flow);
        }
        if touches(action) && is_stale(seen, &self.screen.windows().await?) {
            return self.look_again(id, action, &ActError::Stale, progress).await;
        }
        self.screen.acting().await?;
        let pointer = progress.history.iter().rev().find_map(|done| verify::pointer_after(&done.action));
        let arrived = self.approach(id, action, seen, pointer).await?;
        let receipt = match self.executor.perform(action, &view(seen)).await {
            Ok(receipt) => receipt,
            Err(error) if RunError::ends_run(&error) => return Err(error.into()),
            Err(error) if error.needs_look() => return self.look_again(id, action, &error, progress).await,
            Err(error) => {
                progress.guard.note(None);
                self.note_failure(id, action, &error, progress);
                return Ok(Flow::TellPlanner(seen.clone()));
            }
        };
        let since = Instant::now();
        self.journal.note(id.acted(action, Acted::Receipt(receipt.clone())));
        let expect = if id.number == plan.actions.len() { plan.expect.as_slice() } else { &[] };
        let before = Before { seen, arrived: &arrived, pointer };
        let (now, verdict) = self.judge(id, action, expect, before, since).await?;
        let next = recovery::after(verdict.judgement);
        progress.guard.note(Some(verdict.judgement));
        progress.history.push(Done {
            step: id.step,
            action: action.clone(),
            receipt: Ok(receipt),
            verdict: Some(verdict),
        });
        Ok(match next {
            Next::GoOn => Flow::GoOn(now),
            Next::TellPlanner => Flow::TellPlanner(now),
        })
    }

    /// Looks again because something came between look and action and kept the action from being done.
    async fn look_again(
        &mut self,
        id: ActionId,
        action: &Action,
        error: &ActError,
        progress: &mut Progress,
    ) -> Result<Flow, RunError> {
        progress.guard.forget_last();
        self.note_failure(id, action, error, progress);
        Ok(Flow::TellPlanner(self.look(id.step, Some(Instant::now())).await?))
    }

    /// Notes an action that could not be done.
    fn note_failure(&mut self, id: ActionId, action: &Action, error: &ActError, progress: &mut Progress) {
        let reason = error.to_string();
        self.journal.note(id.acted(action, Acted::Failed(reason.clone())));
        progress.not_done(id, action, reason);
    }

    /// Brings the pointer to where the action begins and looks: what hovering shows is not the action's effect.
    async fn approach(
        &mut self,
        id: ActionId,
        action: &Action,
        seen: &Observation,
        pointer: Option<FramePoint>,
    ) -> Result<Observation, RunError> {
        match self.executor.approach(action, &view(seen)).await {
            Ok(true) => {
                let seen = self.look(id.step, Some(Instant::now())).await?;
                self.screen.acting().await?;
                Ok(Observation { pointer: verify::pointer_before(action), ..seen })
            }
            // What keeps the pointer away keeps the action from being done, which is reported then.
            Ok(false) | Err(_) => Ok(Observation { pointer, ..seen.clone() }),
        }
    }

    /// Asks the person what the planner asks; the answer goes into the history, and without one the run ends.
    async fn pass_question(
        &mut self,
        id: ActionId,
        action: &Action,
        question: Option<&str>,
        progress: &mut Progress,
    ) -> Result<Flow, RunError> {
        let question = past::said(question).to_owned();
        let Some(answer) = self.ask_person(id.step, &question).await else {
            return Ok(Flow::End(Ended::needs_person(question)));
        };
        progress.history.push(past::answered(id.step, action, answer));
        Ok(Flow::TellPlanner(self.look(id.step, None).await?))
    }

    /// What follows if the planner gets nowhere: it is told so, or a person is asked.
    async fn guard_against_loops(
        &mut self,
        id: ActionId,
        action: &Action,
        seen: &Observation,
        progress: &mut Progress,
    ) -> Option<Flow> {
        if self.planner.may_repeat() {
            return None;
        }
        match progress.guard.permit(seen, action) {
            Leave::Granted => None,
            Leave::Nudge(why) => {
                let why = format!("{why}; do something else, or say that it cannot be done");
                self.refuse(id, action, why, progress);
                Some(Flow::TellPlanner(seen.clone()))
            }
            Leave::Ask(why) => {
                if self.ask_consent(id.step, &format!("{why}. Shall I go on? [y/N]")).await == Some(true) {
                    progress.guard.excuse();
                    return None;
                }
                Some(Flow::End(Ended::of(Outcome::NotAchieved, why)))
            }
        }
    }

    /// What follows if the policy, or a person whom it asks, refuses the action.
    async fn check_policy(
        &mut self,
        id: ActionId,
        action: &Action,
        seen: &Observation,
        progress: &mut Progress,
    ) -> Result<Option<Flow>, RunError> {
        let reason = match self.policy.permit(action, &context::of(action, seen, &progress.history)) {
            Permit::Allowed => None,
            Permit::Refused { rule } => Some(format!("the policy refuses it: {rule}")),
            Permit::Confirm { rule } => {
                let question = format!("may I do {}? (the policy asks: {rule}) [y/N]", action.name());
                match self.ask_consent(id.step, &question).await {
                    Some(true) => None,
                    Some(false) => Some("a person refused it".to_owned()),
                    None => return Ok(Some(Flow::End(Ended::needs_person(question)))),
                }
            }
        };
        let misplaced = match &reason {
            Some(_) => None,
            None => self.find_misplaced_secret(action, seen, &progress.history).await?,
        };
        let misplaced = misplaced.map(|reason| format!("the policy refuses it: {reason}"));
        let Some(reason) = reason.or(misplaced) else { return Ok(None) };
        self.refuse(id, action, reason, progress);
        Ok(Some(Flow::TellPlanner(seen.clone())))
    }

    /// Notes an action that is not to be done.
    fn refuse(&mut self, id: ActionId, action: &Action, reason: String, progress: &mut Progress) {
        self.journal.note(id.acted(action, Acted::Refused(reason.clone())));
        progress.not_done(id, action, reason);
    }

    /// Where a secret was typed, pictures are painted over from now on.
    fn hide_secret(&mut self, action: &Action, before: &Observation, after: &Observation) {
        if let Action::Type { text } = action
            && self.journal.is_secret(text)
        {
            self.journal.hide(verify::changes(before, after));
        }
    }

    /// Records an action's judgement and the look after it; `before` is the picture before, as it was stored.
    fn note_verdict(
        &mut self,
        id: ActionId,
        verdict: &Verdict,
        before: String,
        after: &Observation,
        took: std::time::Duration,
    ) {
        // What was read stands first: a recording cut off after a look still has what the verdict needs.
        self.journal.reading(&after.settled.frame);
        let after = self.journal.observed(id.step, after);
        let millis = millis(took);
        let (ActionId { step, number }, verdict) = (id, verdict.clone());
        self.journal.note(Event::Verified { step, number, before, after, verdict, millis });
    }
}

/// Whether the action does anything to the windows that are there.
fn touches(action: &Action) -> bool {
    action.effect() != Effect::Looks && !matches!(action, Action::Open { .. } | Action::Window { .. })
}

/// Whether the windows lie otherwise than when they were looked at: another has the keyboard, or one came, went, or moved.
/// What they are called changes with what is done in them.
fn is_stale(seen: &Observation, now: &[Window]) -> bool {
    let places = |windows: &[Window]| -> Vec<(Rect, bool)> { windows.iter().map(|w| (w.area, w.active)).collect() };
    places(&seen.windows) != places(now)
}

/// Where the frame lies on the desktop.
fn view(seen: &Observation) -> View {
    let frame = &seen.settled.frame;
    let (x, y) = frame.origin();
    View { origin: DesktopPoint { x, y }, size: seen.size(), scale: frame.scale() }
}
