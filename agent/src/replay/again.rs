//! A model is asked again on a recording's pictures, with the history as it was recorded, and its plans are compared with
//! the recorded ones.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use sightstep_actions::plan::{Action, Plan};
use sightstep_tasks::recording::millis;
use sightstep_tasks::recording::{Event, Recording, ScreenSeen};
use sightstep_tasks::task::ResolvedTask;
use sightstep_vision::read::{ReadError, Reading};
use sightstep_vision::screen::Settled;

use super::ReplayError;
use super::recorded_inputs::LookSeen;
use crate::cached_reader::CachedReader;
use crate::model::{Model, NoPlanner};
use crate::observation::Observation;
use crate::planner::answer_stream::AnswerStream;
use crate::planner::past::Past;
use crate::planner::{Follower, PlannerError};
use agreement::ComparedLook;

mod agreement;

pub use agreement::{ComparedPoint, Pair, Tally};

/// What a model said of one recorded step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecordedStep {
    /// The recorded step.
    pub step: u32,
    /// Whether all that was compared agrees.
    pub agrees: bool,
    /// The recorded plan's actions and the model's, one beside the other, as many as both have.
    pub actions: Vec<Pair>,
    /// The model's answer, as it was given; absent where it gave no plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
    /// What it means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<Plan>,
    /// Why there is no plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// How long the answer took, in milliseconds.
    pub millis: f64,
}

/// How often a model agrees with a recording.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Agreement {
    /// Steps of which all agrees.
    pub steps: Tally,
    /// Actions of the same type: also the same button and count, the same direction, the same end.
    pub types: Tally,
    /// Of actions of the same type: points within the recorded target.
    pub points: Tally,
    /// Of actions of the same type: the same text, keys or program.
    pub texts: Tally,
}

/// Why a model cannot be asked about a recording.
#[derive(Debug, thiserror::Error)]
pub enum AgainError {
    /// The recording cannot be used.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// It does not hold its task.
    #[error("{}: the recording does not hold its task, and so not what the model was told\nhint: it is of an early version; record it again", path.display())]
    NoTask {
        /// The recording's folder.
        path: PathBuf,
    },
    /// There is no planner for its goal.
    #[error(transparent)]
    NoPlanner(#[from] NoPlanner),
    /// The model gives no answers.
    #[error(transparent)]
    Planner(PlannerError),
}

impl AgainError {
    /// Whether the recording or its goal is at fault, not the machine or the server.
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::Replay(_) | Self::NoTask { .. } | Self::NoPlanner(NoPlanner::Goal(_)))
    }
}

impl From<ReadError> for AgainError {
    fn from(error: ReadError) -> Self {
        Self::Planner(error.into())
    }
}

/// Asks a model about every recorded step, and tells `hear` of each as it comes.
///
/// # Errors
/// [`AgainError`] when the recording cannot be used or the model cannot be asked. An answer that is no plan is none.
pub async fn ask_again(
    recording: &Recording,
    model: &Model,
    reader: &CachedReader,
    hear: &mut (dyn FnMut(&RecordedStep) + Send),
) -> Result<Agreement, AgainError> {
    let path = || recording.folder().to_owned();
    let Some(Event::RunStarted { task, model: planner, profile, screen, task_file, .. }) =
        recording.entries.first().map(|entry| &entry.event)
    else {
        return Err(ReplayError::NoStart { path: path() }.into());
    };
    let task = task_file.as_deref().and_then(|seen| super::asking::recorded(task, seen));
    let task: ResolvedTask = task.ok_or_else(|| AgainError::NoTask { path: path() })?;
    let mut asking = Asking {
        recording,
        screen,
        profile: profile.as_deref(),
        // Such a planner waits where a model would not: for a target, or for a person.
        is_waiting: [super::live::MODEL, crate::record::MODEL].contains(&planner.as_str()),
        readings: readings(recording),
        follower: model.follower(&task, reader, &AnswerStream::default())?,
    };
    let (mut past, mut look, mut all) = (Past::default(), None, Agreement::default());
    for entry in &recording.entries {
        match &entry.event {
            event @ Event::Observed { .. } => look = LookSeen::of(event),
            Event::Planned { step, raw, plan, .. } if !asking.is_filler(plan) => {
                if let Some(look) = &look {
                    let asked = asking.step(*step, (plan, raw), look, &past).await?;
                    all.count(&asked);
                    hear(&asked);
                }
            }
            _ => {}
        }
        past.take(&entry.event);
    }
    Ok(all)
}

fn readings(recording: &Recording) -> Vec<(&str, Arc<Reading>)> {
    let mut read = Vec::new();
    for entry in &recording.entries {
        if let Event::Read { frame, lines, elements } = &entry.event {
            read.push((frame.as_str(), Arc::new(crate::from_recording::reading(lines, elements))));
        }
    }
    read
}

struct Asking<'r> {
    recording: &'r Recording,
    screen: &'r ScreenSeen,
    profile: Option<&'r str>,
    is_waiting: bool,
    readings: Vec<(&'r str, Arc<Reading>)>,
    follower: Box<dyn Follower>,
}

impl Asking<'_> {
    fn is_filler(&self, plan: &Plan) -> bool {
        self.is_waiting && plan.actions.iter().all(|action| matches!(action, Action::Wait { .. }))
    }

    async fn step(
        &mut self,
        step: u32,
        (plan, raw): (&Plan, &str),
        look: &LookSeen,
        past: &Past,
    ) -> Result<RecordedStep, AgainError> {
        let seen = self.seen(look)?;
        let begun = Instant::now();
        let proposal = self.follower.next(&seen, past.done()).await;
        let millis = millis(begun.elapsed());
        self.follower.follow(plan, raw, self.profile);
        let proposal = match proposal {
            Ok(proposal) => Ok(proposal),
            Err(error) if error.is_environment() => return Err(AgainError::Planner(error)),
            Err(error) => Err(error.to_string()),
        };
        let reading =
            self.readings.iter().rev().find(|(frame, _)| *frame == look.frame).map(|(_, reading)| reading.as_ref());
        let scene = ComparedLook { reading, windows: &seen.windows, frame: &seen.settled.frame };
        Ok(match proposal {
            Ok(proposal) => {
                let actions = agreement::pairs(&plan.actions, &proposal.plan.actions, scene);
                let agrees = !actions.is_empty() && actions.iter().all(Pair::agrees);
                let (raw, plan) = (Some(proposal.raw), Some(proposal.plan));
                RecordedStep { step, agrees, actions, raw, plan, error: None, millis }
            }
            Err(error) => RecordedStep {
                step,
                agrees: false,
                actions: Vec::new(),
                raw: None,
                plan: None,
                error: Some(error),
                millis,
            },
        })
    }

    fn seen(&self, look: &LookSeen) -> Result<Observation, ReplayError> {
        let picture = |reason| ReplayError::Picture { path: self.recording.frame(&look.frame), reason };
        let frame = crate::from_recording::frame(self.recording, &look.frame, self.screen).map_err(picture)?;
        let LookSeen { still, volatile, caret, before_caret, windows, .. } = look.clone();
        let settled = Settled { frame, still, waited: Duration::ZERO, volatile, caret, before_caret };
        Ok(Observation { settled, windows, pointer: None })
    }
}

impl Agreement {
    fn count(&mut self, step: &RecordedStep) {
        self.steps.count(step.agrees);
        if step.actions.is_empty() {
            self.types.count(false);
        }
        for pair in &step.actions {
            self.types.count(pair.same_type);
            self.points.extend(pair.point.as_ref().map(|point| point.agrees));
            self.texts.extend(pair.text);
        }
    }

    /// Whether every step agrees.
    pub fn is_whole(&self) -> bool {
        self.steps.agree == self.steps.of
    }
}
