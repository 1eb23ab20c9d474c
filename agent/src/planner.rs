//! Planners: who turns a goal, the history and a frame into a plan.

use async_trait::async_trait;
use sightstep_actions::plan::Plan;
use sightstep_actions::resize::ResizeError;
use sightstep_engine::EngineError;
use sightstep_tasks::recording::{Exchange, Healed};
use sightstep_vision::read::ReadError;

pub mod answer_stream;
pub mod asking;
pub mod dialogue;
pub mod endpoint;
mod find;
pub mod local;
pub mod past;
pub mod question_answerer;
pub mod reader;
mod scripted;

pub use find::FoundPlace;
pub use scripted::ScriptedPlanner;

use crate::observation::{Done, Observation};
use endpoint::error::EndpointError;
use reader::NotGrounded;

/// Turns what is seen and what was done into what to do next.
#[async_trait]
pub trait Planner: Send {
    /// The next plan.
    ///
    /// # Errors
    /// [`PlannerError`] when no plan can be made; the run ends then.
    async fn next(&mut self, seen: &Observation, history: &[Done]) -> Result<Proposal, PlannerError>;

    /// The name and the value of a secret that its last plan types, where it was not known before the run.
    fn secret(&self) -> Option<(String, String)> {
        None
    }

    /// Whether it may do the same on the same screen as often as it likes: it tells what was done before, and does not
    /// try.
    fn may_repeat(&self) -> bool {
        false
    }
}

/// A planner that can be asked about what others did: it is told what was done in the place of what it said.
pub trait Follower: Planner {
    /// Instead of its last plan this one was followed, which `raw` means in the words of a profile, if in any.
    fn follow(&mut self, plan: &Plan, raw: &str, profile: Option<&str>);
}

/// A plan and the words it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// What to do.
    pub plan: Plan,
    /// The planner's own answer, as it was given.
    pub raw: String,
    /// The digest of what a model was sent, for planners that ask one.
    pub prompt_digest: Option<String>,
    /// What else passed between planner and model.
    pub exchange: Option<Exchange>,
    /// What a person has to agree to before anything of the plan is done.
    pub confirm: Option<String>,
    /// A recorded target that was not found again, and what a model pointed at in its place.
    pub healed: Option<Healed>,
}

impl Proposal {
    /// A plan of a planner that asks nobody.
    pub fn of(plan: Plan, raw: String) -> Self {
        Self { plan, raw, prompt_digest: None, exchange: None, confirm: None, healed: None }
    }
}

/// Why no plan can be made.
#[derive(Debug, thiserror::Error)]
pub enum PlannerError {
    /// The goal is not understood.
    #[error("{0}")]
    Goal(String),
    /// The screen could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The screen cannot be shown to the model.
    #[error(transparent)]
    Resize(#[from] ResizeError),
    /// The model's server gave no answer.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The model in this process gave no answer.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The model gave answers, and none was a plan.
    #[error(transparent)]
    NoPlan(#[from] NoPlan),
    /// The model was asked for a place and names none.
    #[error("the model points nowhere: {0}\nhint: name what is to be found as it is seen, such as \"the Save button\"")]
    Nowhere(String),
    /// The reader was asked for a place and finds none.
    #[error(transparent)]
    NotGrounded(#[from] NotGrounded),
    /// A recording has no further answer.
    #[error("the recording has no further answer")]
    RecordingEnded,
    /// A script has no further plan.
    #[error("the script has no further plan after {0}")]
    ScriptEnded(usize),
}

/// A model whose answers are no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the model was asked {asked} times and gave no plan: {why}\nits last answer: {answer}\nhint: {hint}")]
pub struct NoPlan {
    /// How often it was asked.
    pub asked: u32,
    /// Why its last answer is none.
    pub why: String,
    /// Its last answer, shortened.
    pub answer: String,
    /// What may be done about it.
    pub hint: String,
}

impl PlannerError {
    /// Whether the machine or the server is at fault, not the goal or the model's wit.
    pub fn is_environment(&self) -> bool {
        matches!(self, Self::Endpoint(_) | Self::Engine(_) | Self::Read(_))
    }
}
