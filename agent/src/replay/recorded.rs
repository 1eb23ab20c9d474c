//! The recorded counterparts of planner, executor, verifier and person.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use sightstep_actions::executor::{ActError, RecordedExecutor};
use sightstep_actions::plan::{Action, Expectation, Plan};
use sightstep_actions::verdict::Verdict;
use sightstep_tasks::recording::Outcome;
use sightstep_vision::frame::Frame;
use sightstep_vision::read::{ReadError, Reading};
use sightstep_vision::screen::ScreenError;

use super::recorded_inputs::{Judged, RecordedAnswer, RecordedInputs};
use crate::cached_reader::{CachedReader, QuestionAnswerer, Read, Unanswered};
use crate::observation::{Done, Observation};
use crate::planner::{Planner, PlannerError, Proposal};
use crate::run::Ended;
use crate::run::person::Person;
use crate::verify::{ScreenVerifier, Verifier};

/// What a recording of a live replay calls its planner.
pub(super) const LIVE: &str = "recorded";

/// A number that is counted on one side and read on the other.
#[derive(Clone, Default)]
pub(super) struct Count(Arc<AtomicUsize>);

impl Count {
    /// How many there were.
    pub(super) fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// Which player had nothing left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Player {
    Planner,
    World,
}

impl Player {
    /// Whether a recorded run that ended so may have ended here: it was stopped, the world failed, or, in the
    /// planner's turn, the planner did.
    pub(super) fn may_end_with(self, outcome: Outcome) -> bool {
        match outcome {
            Outcome::Stopped | Outcome::Failed => true,
            Outcome::NotAchieved | Outcome::NeedsPerson => self == Self::Planner,
            Outcome::Done => false,
        }
    }
}

/// Which player ended the replay by having nothing left, if one did.
pub(super) fn ran_out(ended: &Ended) -> Option<Player> {
    let said = ended.reason.as_deref()?;
    if said == PlannerError::RecordingEnded.to_string() {
        return Some(Player::Planner);
    }
    let is_receipts = said.ends_with(ActError::NotRecorded { held: 0 }.to_string().trim_start_matches(|c| c != '0'));
    (said == ScreenError::RecordingEnded.to_string() || is_receipts).then_some(Player::World)
}

/// Whether this version can parse the answers of such a planner again.
pub(super) fn is_known(model: &str) -> bool {
    ["reader", LIVE, crate::record::MODEL].contains(&model)
}

/// A planner that gives the recorded answers, parsed by today's parser.
pub(super) fn planner(tape: &RecordedInputs) -> Box<dyn Planner> {
    if let Some(spoken) = &tape.spoken {
        return Box::new(spoken.planner(tape.answers.clone()));
    }
    let may_repeat = [LIVE, crate::record::MODEL].contains(&tape.model.as_str());
    Box::new(RecordedPlanner { is_known: is_known(&tape.model), may_repeat, answers: tape.answers.clone().into() })
}

struct RecordedPlanner {
    is_known: bool,
    may_repeat: bool,
    answers: VecDeque<RecordedAnswer>,
}

#[async_trait]
impl Planner for RecordedPlanner {
    async fn next(&mut self, _seen: &Observation, _history: &[Done]) -> Result<Proposal, PlannerError> {
        let RecordedAnswer { raw, plan, prompt_digest, exchange, healed } =
            self.answers.pop_front().ok_or(PlannerError::RecordingEnded)?;
        let plan = if self.is_known { parsed(&raw)? } else { plan };
        Ok(Proposal { prompt_digest, exchange, healed, ..Proposal::of(plan, raw) })
    }

    fn may_repeat(&self) -> bool {
        self.may_repeat
    }
}

/// The answer of the reader, and of a recording that was performed again, is the plan itself.
fn parsed(raw: &str) -> Result<Plan, PlannerError> {
    serde_json::from_str(raw).map_err(|e| PlannerError::Goal(format!("the recorded answer is no plan: {e}")))
}

/// An executor that gives the recorded receipts.
pub(super) fn executor(tape: &RecordedInputs) -> RecordedExecutor {
    RecordedExecutor::new(tape.receipts.iter().cloned()).with_approaches(tape.approaches.iter().copied())
}

/// What was read and said of the pictures then.
pub(super) fn reader(tape: &RecordedInputs) -> CachedReader {
    CachedReader::new(RecordedReader { readings: tape.readings.clone() })
        .with_answerer(Box::new(RecordedAnswerer { image_answers: tape.image_answers.clone() }))
}

/// Today's verifier on what was read then.
pub(super) fn verifier(tape: &RecordedInputs, reader: CachedReader, unjudged: &Count) -> impl Verifier + use<> {
    ReplayVerifier {
        verifier: ScreenVerifier::new(reader),
        recorded: tape.verdicts.clone().into(),
        unjudged: unjudged.clone(),
    }
}

struct ReplayVerifier {
    verifier: ScreenVerifier,
    recorded: VecDeque<Judged>,
    unjudged: Count,
}

#[async_trait]
impl Verifier for ReplayVerifier {
    async fn judge(
        &mut self,
        action: &Action,
        expect: &[Expectation],
        before: &Observation,
        after: &Observation,
    ) -> Result<Verdict, ReadError> {
        match self.recorded.pop_front() {
            Some(Judged { verdict, is_hidden: true }) => {
                self.unjudged.0.fetch_add(1, Ordering::Relaxed);
                Ok(verdict)
            }
            _ => self.verifier.judge(action, expect, before, after).await,
        }
    }
}

struct RecordedReader {
    readings: HashMap<String, Arc<Reading>>,
}

impl Read for RecordedReader {
    fn read(&mut self, frame: &Frame) -> Result<Arc<Reading>, ReadError> {
        let missing = || ReadError::NotRecorded { frame: frame.digest().to_owned() };
        self.readings.get(frame.digest()).cloned().ok_or_else(missing)
    }
}

/// A model that says what it said then.
struct RecordedAnswerer {
    image_answers: HashMap<(String, String), String>,
}

#[async_trait]
impl QuestionAnswerer for RecordedAnswerer {
    async fn answer(&mut self, question: &str, frame: &Frame) -> Result<String, Unanswered> {
        let said = self.image_answers.get(&(frame.digest().to_owned(), question.to_owned()));
        said.cloned().ok_or(Unanswered::NoWitness)
    }
}

/// A person who answers each question as then; nobody answers another one.
pub(super) fn person(tape: &RecordedInputs) -> impl Person + use<> {
    RecordedPerson { said: tape.said.clone() }
}

struct RecordedPerson {
    said: Vec<(String, Option<String>)>,
}

#[async_trait]
impl Person for RecordedPerson {
    async fn answer(&mut self, question: &str) -> Option<String> {
        let at = self.said.iter().position(|(asked, _)| asked == question)?;
        self.said.remove(at).1
    }
}
