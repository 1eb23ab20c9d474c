//! The loop: observe, plan, act, verify, record, recover — until the planner finishes or something stops it.

use std::time::Instant;

use sightstep_actions::executor::{ActError, Executor};
use sightstep_actions::plan::{Action, FinishStatus, Plan};
use sightstep_actions::policy::{Permit, Policy};
use sightstep_actions::space::{DesktopPoint, FramePoint, View};
use sightstep_actions::verdict::Verdict;
use sightstep_tasks::recording::{Acted, CheckSeen, Event, Outcome, RecordingError};
use sightstep_vision::geometry::Rect;
use sightstep_vision::read::ReadError;
use sightstep_vision::screen::{Screen, ScreenError, Window};

use crate::cached_reader::CachedReader;
use crate::observation::{Done, Observation};
use crate::planner::{Planner, PlannerError, Proposal, past};
use crate::recovery::{self, Leave, LoopGuard, Next};
use crate::verify::{self, Verifier};

mod context;
mod field;
pub mod journal;
mod judge;
pub mod person;
pub mod stop;
#[cfg(test)]
mod tests;

use journal::{Journal, millis};
use judge::Before;
use person::Person;
use stop::{Stop, StopReason};

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

/// How the loop ended. The task's checks have not been looked at yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// How; `Done` here means that the planner finished with success.
    pub outcome: Outcome,
    /// Why, where it is not plain.
    pub reason: Option<String>,
    /// The planner's answer to the goal.
    pub answer: Option<String>,
    /// Whether the planner said that nobody could reach the goal.
    pub infeasible: bool,
    /// How many steps were taken.
    pub steps: u32,
}

impl Ended {
    /// An end before the first step.
    pub fn of(outcome: Outcome, reason: String) -> Self {
        ended(outcome, Some(reason))
    }

    /// Takes the checks into account. A run is only done when all hold; giving up is right where a check says so.
    pub fn judge(&mut self, checks: &[CheckSeen], may_be_infeasible: bool) {
        let failed = checks.iter().filter(|check| !check.holds).count();
        match self.outcome {
            Outcome::Done if failed > 0 => {
                self.outcome = Outcome::NotAchieved;
                self.reason = Some(format!("{failed} of {} checks failed", checks.len()));
            }
            Outcome::NotAchieved if self.infeasible && may_be_infeasible && failed == 0 => self.outcome = Outcome::Done,
            _ => {}
        }
    }
}

/// What makes a run fail that is neither the planner's nor the task's doing.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The screen cannot be seen.
    #[error(transparent)]
    Screen(#[from] ScreenError),
    /// The screen cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The desktop cannot be acted on.
    #[error(transparent)]
    Act(#[from] ActError),
    /// The recording cannot be written.
    #[error(transparent)]
    Recording(#[from] RecordingError),
    /// The planner failed.
    #[error(transparent)]
    Planner(PlannerError),
}

impl From<PlannerError> for RunError {
    fn from(error: PlannerError) -> Self {
        match error {
            PlannerError::Read(error) => Self::Read(error),
            other => Self::Planner(other),
        }
    }
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
        let (mut steps, mut history) = (0, Vec::new());
        let ended = tokio::select! {
            ended = self.all_steps(&mut steps, &mut history) => ended,
            reason = stop.thrown() => Ok(stopped(reason)),
        };
        let ended = ended.map(|ended| told(ended, &history));
        let ended = ended.unwrap_or_else(|error| failed(&error));
        // Where the display is gone, so is every key that was down.
        let _ = self.executor.release_all().await;
        Ended { steps, ..ended }
    }

    async fn all_steps(&mut self, steps: &mut u32, history: &mut Vec<Done>) -> Result<Ended, RunError> {
        let mut guard = LoopGuard::default();
        let mut seen = self.look(1, None).await?;
        for step in 1..=self.steps {
            *steps = step;
            let Proposal { plan, confirm, .. } = self.plan(step, &seen, history).await?;
            if let Some(ended) = self.unconfirmed(step, confirm).await {
                return Ok(ended);
            }
            for number in 1..=plan.actions.len() {
                match self.act(step, number, &plan, &seen, history, &mut guard).await? {
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
        Ok(stopped(StopReason::Steps(self.steps)))
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

    async fn plan(&mut self, step: u32, seen: &Observation, history: &[Done]) -> Result<Proposal, RunError> {
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

    /// The end, where a person has to agree to a plan and does not, or nobody is there.
    async fn unconfirmed(&mut self, step: u32, question: Option<String>) -> Option<Ended> {
        let question = question?;
        match self.agreed(step, &question).await {
            Some(true) => None,
            Some(false) => Some(ended(Outcome::Stopped, Some("a person did not agree to the plan".to_owned()))),
            None => Some(ended(Outcome::NeedsPerson, Some(question))),
        }
    }

    /// Asks the person and records what was said.
    async fn asked(&mut self, step: u32, question: &str) -> Option<String> {
        let answer = self.person.answer(question).await;
        self.journal.note(Event::Asked { step, question: question.to_owned(), answer: answer.clone() });
        answer
    }

    /// Asks the person for a yes.
    async fn agreed(&mut self, step: u32, question: &str) -> Option<bool> {
        self.asked(step, question).await.map(|answer| person::agrees(&answer))
    }

    async fn act(
        &mut self,
        step: u32,
        number: usize,
        plan: &Plan,
        seen: &Observation,
        history: &mut Vec<Done>,
        guard: &mut LoopGuard,
    ) -> Result<Flow, RunError> {
        let action = &plan.actions[number - 1];
        match action {
            Action::Finish { status, answer } => return Ok(Flow::End(finished(*status, answer.clone()))),
            Action::Ask { question } => return self.questioned(step, action, question.as_deref(), history).await,
            _ => {}
        }
        if let Some(flow) = self.held_back((step, number), action, seen, history, guard).await {
            return Ok(flow);
        }
        if let Some(flow) = self.refused((step, number), action, seen, history).await? {
            guard.note(None);
            return Ok(flow);
        }
        if touches(action) && is_stale(seen, &self.screen.windows().await?) {
            return self.look_again((step, number), action, &ActError::Stale, history, guard).await;
        }
        self.screen.acting().await?;
        let pointer = history.iter().rev().find_map(|done| verify::pointer_after(&done.action));
        let before = self.arrived(step, action, seen, pointer).await?;
        let receipt = match self.executor.perform(action, &view(seen)).await {
            Ok(receipt) => receipt,
            Err(error) if ends_run(&error) => return Err(error.into()),
            Err(error) if error.needs_look() => {
                return self.look_again((step, number), action, &error, history, guard).await;
            }
            Err(error) => {
                guard.note(None);
                self.not_done((step, number), action, &error, history);
                return Ok(Flow::TellPlanner(seen.clone()));
            }
        };
        let since = Instant::now();
        self.journal.note(acted(step, number, action, Acted::Receipt(receipt.clone())));
        let expect = if number == plan.actions.len() { plan.expect.as_slice() } else { &[] };
        let before = Before { seen, arrived: &before, pointer };
        let (now, verdict) = self.judged((step, number), action, expect, before, since).await?;
        let next = recovery::after(verdict.judgement);
        guard.note(Some(verdict.judgement));
        history.push(Done { step, action: action.clone(), receipt: Ok(receipt), verdict: Some(verdict) });
        Ok(match next {
            Next::GoOn => Flow::GoOn(now),
            Next::TellPlanner => Flow::TellPlanner(now),
        })
    }

    /// An action that was kept from being done by what came between look and action: the planner looks again.
    async fn look_again(
        &mut self,
        place: (u32, usize),
        action: &Action,
        error: &ActError,
        history: &mut Vec<Done>,
        guard: &mut LoopGuard,
    ) -> Result<Flow, RunError> {
        guard.forget_last();
        self.not_done(place, action, error, history);
        Ok(Flow::TellPlanner(self.look(place.0, Some(Instant::now())).await?))
    }

    /// Notes an action that could not be done.
    fn not_done(&mut self, (step, number): (u32, usize), action: &Action, error: &ActError, history: &mut Vec<Done>) {
        let reason = error.to_string();
        self.journal.note(acted(step, number, action, Acted::Failed(reason.clone())));
        history.push(Done { step, action: action.clone(), receipt: Err(reason), verdict: None });
    }

    /// What is seen once the pointer is where the action begins: what hovering shows is none of the action's effects.
    async fn arrived(
        &mut self,
        step: u32,
        action: &Action,
        seen: &Observation,
        pointer: Option<FramePoint>,
    ) -> Result<Observation, RunError> {
        match self.executor.approach(action, &view(seen)).await {
            Ok(true) => {
                let seen = self.look(step, Some(Instant::now())).await?;
                self.screen.acting().await?;
                Ok(Observation { pointer: verify::pointer_before(action), ..seen })
            }
            // What keeps the pointer away keeps the action from being done, which is told then.
            Ok(false) | Err(_) => Ok(Observation { pointer, ..seen.clone() }),
        }
    }

    /// What a person says to the planner's question goes into the history; without an answer the run ends.
    async fn questioned(
        &mut self,
        step: u32,
        action: &Action,
        question: Option<&str>,
        history: &mut Vec<Done>,
    ) -> Result<Flow, RunError> {
        let question = past::said(question).to_owned();
        let Some(answer) = self.asked(step, &question).await else {
            return Ok(Flow::End(ended(Outcome::NeedsPerson, Some(question))));
        };
        history.push(past::answered(step, action, answer));
        Ok(Flow::TellPlanner(self.look(step, None).await?))
    }

    /// What follows where the planner gets nowhere.
    async fn held_back(
        &mut self,
        (step, number): (u32, usize),
        action: &Action,
        seen: &Observation,
        history: &mut Vec<Done>,
        guard: &mut LoopGuard,
    ) -> Option<Flow> {
        if self.planner.may_repeat() {
            return None;
        }
        match guard.permit(seen, action) {
            Leave::Granted => None,
            Leave::Nudge(why) => {
                let why = format!("{why}; do something else, or say that it cannot be done");
                self.refuse((step, number), action, why, history);
                Some(Flow::TellPlanner(seen.clone()))
            }
            Leave::Ask(why) => {
                if self.agreed(step, &format!("{why}. Shall I go on? [y/N]")).await == Some(true) {
                    guard.excuse();
                    return None;
                }
                Some(Flow::End(given_up(why)))
            }
        }
    }

    /// What follows where the policy or a person refuses the action.
    async fn refused(
        &mut self,
        (step, number): (u32, usize),
        action: &Action,
        seen: &Observation,
        history: &mut Vec<Done>,
    ) -> Result<Option<Flow>, RunError> {
        let reason = match self.policy.permit(action, &context::of(action, seen, history)) {
            Permit::Allowed => None,
            Permit::Refused { rule } => Some(format!("the policy refuses it: {rule}")),
            Permit::Confirm { rule } => {
                let question = format!("may I do {}? (the policy asks: {rule}) [y/N]", action.name());
                match self.agreed(step, &question).await {
                    Some(true) => None,
                    Some(false) => Some("a person refused it".to_owned()),
                    None => return Ok(Some(Flow::End(ended(Outcome::NeedsPerson, Some(question))))),
                }
            }
        };
        let misplaced = match &reason {
            Some(_) => None,
            None => self.misplaced_secret(action, seen, history).await?,
        };
        let misplaced = misplaced.map(|reason| format!("the policy refuses it: {reason}"));
        let Some(reason) = reason.or(misplaced) else { return Ok(None) };
        self.refuse((step, number), action, reason, history);
        Ok(Some(Flow::TellPlanner(seen.clone())))
    }

    /// Notes an action that is not to be done.
    fn refuse(&mut self, (step, number): (u32, usize), action: &Action, reason: String, history: &mut Vec<Done>) {
        self.journal.note(acted(step, number, action, Acted::Refused(reason.clone())));
        history.push(Done { step, action: action.clone(), receipt: Err(reason), verdict: None });
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
        (step, number): (u32, usize),
        verdict: &Verdict,
        before: String,
        after: &Observation,
        took: std::time::Duration,
    ) {
        // What was read stands first: a recording cut off after a look still has what the verdict needs.
        self.journal.reading(&after.settled.frame);
        let after = self.journal.observed(step, after);
        let millis = millis(took);
        self.journal.note(Event::Verified { step, number, before, after, verdict: verdict.clone(), millis });
    }
}

fn acted(step: u32, number: usize, action: &Action, acted: Acted) -> Event {
    Event::Acted { step, number, action: action.clone(), acted }
}

/// Whether the action does anything to the windows that are there.
fn touches(action: &Action) -> bool {
    !matches!(action, Action::Wait { .. } | Action::Screenshot | Action::Open { .. })
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

/// Errors after which no further action could work; the others are for the planner to hear.
fn ends_run(error: &ActError) -> bool {
    matches!(
        error,
        ActError::NoDisplay { .. } | ActError::Lost { .. } | ActError::Stopped | ActError::NotRecorded { .. }
    )
}

/// An end for want of progress also tells what the last action came to.
fn told(ended: Ended, history: &[Done]) -> Ended {
    let tells = matches!(ended.outcome, Outcome::Stopped | Outcome::NotAchieved) && ended.answer.is_none();
    let reason = match (ended.reason, recovery::story(history).filter(|_| tells && !ended.infeasible)) {
        (Some(reason), Some(story)) if !reason.contains(&story) => Some(format!("{reason} ({story})")),
        (reason, _) => reason,
    };
    Ended { reason, ..ended }
}

fn ended(outcome: Outcome, reason: Option<String>) -> Ended {
    Ended { outcome, reason, answer: None, infeasible: false, steps: 0 }
}

fn finished(status: FinishStatus, answer: Option<String>) -> Ended {
    match status {
        FinishStatus::Success => Ended { answer, ..ended(Outcome::Done, None) },
        FinishStatus::Failure => ended(Outcome::NotAchieved, answer),
        FinishStatus::Infeasible => Ended { infeasible: true, ..ended(Outcome::NotAchieved, answer) },
    }
}

fn given_up(reason: String) -> Ended {
    ended(Outcome::NotAchieved, Some(reason))
}

fn stopped(reason: StopReason) -> Ended {
    ended(Outcome::Stopped, Some(reason.to_string()))
}

fn failed(error: &RunError) -> Ended {
    let outcome = match error {
        // What a planner cannot do is no fault of the machine.
        RunError::Planner(error) if !error.is_environment() => Outcome::NotAchieved,
        _ => Outcome::Failed,
    };
    ended(outcome, Some(error.to_string()))
}
