//! How a run ended, and what makes one fail.

use sightstep_actions::executor::ActError;
use sightstep_actions::plan::FinishStatus;
use sightstep_tasks::recording::{CheckSeen, Outcome, RecordingError};
use sightstep_vision::read::ReadError;
use sightstep_vision::screen::ScreenError;

use super::stop::StopReason;
use crate::observation::Done;
use crate::planner::PlannerError;
use crate::recovery;

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
        Self { outcome, reason: Some(reason), answer: None, infeasible: false, steps: 0 }
    }

    /// The end that the planner itself names.
    pub(super) fn by_planner(status: FinishStatus, answer: Option<String>) -> Self {
        let ended = |outcome, reason| Self { outcome, reason, answer: None, infeasible: false, steps: 0 };
        match status {
            FinishStatus::Success => Self { answer, ..ended(Outcome::Done, None) },
            FinishStatus::Failure => ended(Outcome::NotAchieved, answer),
            FinishStatus::Infeasible => Self { infeasible: true, ..ended(Outcome::NotAchieved, answer) },
        }
    }

    /// The end by a person or a limit.
    pub(super) fn stopped(reason: StopReason) -> Self {
        Self::of(Outcome::Stopped, reason.to_string())
    }

    /// The end because nobody answers a question that has to be answered.
    pub(super) fn needs_person(question: String) -> Self {
        Self::of(Outcome::NeedsPerson, question)
    }

    /// The end by an error.
    pub(super) fn failed(error: &RunError) -> Self {
        let outcome = match error {
            // What a planner cannot do is no fault of the machine.
            RunError::Planner(error) if !error.is_environment() => Outcome::NotAchieved,
            _ => Outcome::Failed,
        };
        Self::of(outcome, error.to_string())
    }

    /// An end for want of progress also tells what the last action came to.
    pub(super) fn with_story(self, history: &[Done]) -> Self {
        let tells = matches!(self.outcome, Outcome::Stopped | Outcome::NotAchieved) && self.answer.is_none();
        let reason = match (self.reason, recovery::story(history).filter(|_| tells && !self.infeasible)) {
            (Some(reason), Some(story)) if !reason.contains(&story) => Some(format!("{reason} ({story})")),
            (reason, _) => reason,
        };
        Self { reason, ..self }
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

impl RunError {
    /// Errors after which no further action could work; the others are for the planner to hear.
    pub(super) fn ends_run(error: &ActError) -> bool {
        matches!(
            error,
            ActError::NoDisplay { .. } | ActError::Lost { .. } | ActError::Stopped | ActError::NotRecorded { .. }
        )
    }
}
