//! Planners: who turns a goal, the history and a frame into a plan.

use async_trait::async_trait;
use sightstep_actions::executor::Receipt;
use sightstep_actions::plan::{Action, Plan};
use sightstep_actions::verdict::Verdict;
use sightstep_vision::read::ReadError;
use sightstep_vision::screen::{Settled, Window};

pub mod reader;
mod scripted;

pub use scripted::ScriptedPlanner;

/// Turns what is seen and what was done into what to do next.
#[async_trait]
pub trait Planner: Send {
    /// The next plan.
    ///
    /// # Errors
    /// [`PlannerError`] when no plan can be made; the run ends then.
    async fn next(&mut self, seen: &Observation, history: &[Done]) -> Result<Proposal, PlannerError>;
}

/// What a planner is shown.
#[derive(Debug, Clone)]
pub struct Observation {
    /// The still frame.
    pub settled: Settled,
    /// The open windows, the active one first.
    pub windows: Vec<Window>,
}

/// A plan and the words it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// What to do.
    pub plan: Plan,
    /// The planner's own answer, as it was given.
    pub raw: String,
}

/// One action of the past, with what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    /// The step it belongs to, counted from 1.
    pub step: u32,
    /// What was to be done.
    pub action: Action,
    /// What was done, or the rule that refused it.
    pub receipt: Result<Receipt, String>,
    /// What was seen of it; absent for a refused action.
    pub verdict: Option<Verdict>,
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
    /// A recording has no further answer.
    #[error("the recording has no further answer")]
    RecordingEnded,
    /// A script has no further plan.
    #[error("the script has no further plan after {0}")]
    ScriptEnded(usize),
}
