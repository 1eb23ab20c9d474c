//! The person as a planner: what was done next, once it was done.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use sightstep_actions::demonstration::Gesture;
use sightstep_actions::plan::{Action, FinishStatus, Plan};
use sightstep_vision::settle::is_caret;

use super::screen::Samples;
use super::{SharedRecognizer, secret, secret_name};
use crate::cached_reader::CachedReader;
use crate::observation::{Done, Observation};
use crate::planner::{Planner, PlannerError, Proposal};
use crate::run::stop::Stop;
use crate::verify::changes;

/// How often is looked whether something was done.
const LOOK: Duration = Duration::from_millis(20);

/// What the screen did by itself for longer than this is worth a step of its own.
const SHORTEST_WAIT: Duration = Duration::from_millis(100);

/// The longest wait that is recorded, in seconds: a person thinks, and targets are waited for anyway.
const LONGEST_WAIT: f64 = 5.0;

/// Tells what a person does.
pub(super) struct PersonPlanner {
    recognizer: SharedRecognizer,
    samples: Samples,
    reader: CachedReader,
    over: Stop,
    /// What was done and comes after a wait.
    next: Option<Gesture>,
    /// When the last thing was over.
    last: Instant,
    secrets: usize,
    /// The secret that was typed last.
    secret: Option<(String, String)>,
}

impl PersonPlanner {
    pub(super) fn new(recognizer: SharedRecognizer, samples: Samples, reader: CachedReader, over: Stop) -> Self {
        Self { recognizer, samples, reader, over, next: None, last: Instant::now(), secrets: 0, secret: None }
    }

    /// The next thing that is done; nothing once the demonstration is over.
    async fn gesture(&mut self) -> Option<Gesture> {
        if let Some(gesture) = self.next.take() {
            return Some(gesture);
        }
        loop {
            if let Some(gesture) = self.recognizer.now().take() {
                return Some(gesture);
            }
            let over = tokio::time::timeout(LOOK, self.over.thrown()).await;
            if over.is_ok() {
                let mut recognizer = self.recognizer.now();
                recognizer.finish();
                return recognizer.take();
            }
        }
    }

    /// A wait, where the screen changed by itself between what was done before and this.
    fn wait_before(&self, gesture: &Gesture, seen: &Observation) -> Option<Action> {
        let (look, _) = self.samples.before(gesture.begun)?;
        let now = Observation { settled: look.settled, windows: look.windows, pointer: None };
        let waited = gesture.begun.saturating_duration_since(self.last);
        let has_changed = changes(seen, &now).iter().any(|area| !is_caret(area)) || seen.windows != now.windows;
        let seconds = (waited.as_secs_f64().min(LONGEST_WAIT) * 10.0).round() / 10.0;
        (has_changed && waited > SHORTEST_WAIT).then_some(Action::Wait { seconds })
    }

    /// The secret that was typed, if it is one: marked by hand, or hidden by the field.
    async fn secret_of(&mut self, gesture: &Gesture, seen: &Observation) -> Result<(), PlannerError> {
        self.secret = None;
        let Action::Type { text } = &gesture.action else { return Ok(()) };
        if gesture.is_secret || secret::is_masked(text, seen, &self.after(), &self.reader).await? {
            self.secrets += 1;
            self.secret = Some((secret_name(self.secrets), text.clone()));
        }
        Ok(())
    }

    /// How the screen looks, or looked before the person went on.
    fn after(&self) -> Option<Observation> {
        let until = self.recognizer.now().next_begun().unwrap_or_else(Instant::now);
        let (look, _) = self.samples.before(until)?;
        Some(Observation { settled: look.settled, windows: look.windows, pointer: None })
    }
}

#[async_trait]
impl Planner for PersonPlanner {
    async fn next(&mut self, seen: &Observation, _history: &[Done]) -> Result<Proposal, PlannerError> {
        let Some(gesture) = self.gesture().await else {
            let finish = Action::Finish { status: FinishStatus::Success, answer: None };
            return Ok(proposal("the demonstration is over".to_owned(), finish));
        };
        if let Some(wait) = self.wait_before(&gesture, seen) {
            self.last = gesture.begun;
            self.next = Some(gesture);
            return Ok(proposal("the screen changed by itself".to_owned(), wait));
        }
        self.last = gesture.ended;
        self.secret_of(&gesture, seen).await?;
        Ok(proposal(format!("a person: {}", gesture.action), gesture.action))
    }

    fn secret(&self) -> Option<(String, String)> {
        self.secret.clone()
    }

    fn may_repeat(&self) -> bool {
        true
    }
}

fn proposal(thought: String, action: Action) -> Proposal {
    let plan = Plan { thought: Some(thought), reflection: None, actions: vec![action], expect: vec![] };
    let raw = serde_json::to_string(&plan).unwrap_or_default();
    Proposal::of(plan, raw)
}
