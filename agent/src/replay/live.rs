//! Live replay: a recording is performed again on a real screen, without a model.
//!
//! It is a session like any other, with its own recording; only its planner is the recording. Every target is found
//! again by its picture and its text ([`find`]), every action judged by the verifier of all runs. Where a target is not
//! found, or an action comes to less than it did then, the replay ends and says so.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use sightstep_tasks::recording::{Event, Recording, ScreenSeen};
use sightstep_tasks::task::{Place, ResolvedTask, Task, TaskError};

use crate::eyes::Eyes;
use crate::model::NoPlanner;
use crate::planner::Planner;
use crate::session::Guide;
use inputs::Changes;
use moves::Moves;
use planner::LivePlanner;

mod find;
mod inputs;
mod landmarks;
mod moves;
mod planner;
mod target;
mod window;

/// The planner's name in the recording of a live replay.
pub const MODEL: &str = "recorded";

/// A recording that is to be performed again.
pub struct Live {
    task: Task,
    moves: Arc<Moves>,
    recorded: BTreeMap<String, String>,
    screen: ScreenSeen,
    /// Whether only a part of the screen was looked at: a monitor, or a region.
    is_part: bool,
    lost: Lost,
}

/// Where a live replay parted from its recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parted {
    /// The recorded step.
    pub step: u32,
    /// The action of its plan, counted from 1.
    pub number: usize,
    /// What was to be done.
    pub action: String,
    /// Why it was not, or what came of it.
    pub reason: String,
    /// The recorded picture that shows the target.
    pub picture: PathBuf,
}

/// The place where the planner leaves word of a parting.
#[derive(Debug, Clone, Default)]
struct Lost(Arc<Mutex<Option<Parted>>>);

impl Lost {
    fn set(&self, parted: Parted) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(parted);
    }

    fn get(&self) -> Option<Parted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Why a recording cannot be performed again.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// It does not say how the run began.
    #[error("{}: the recording does not begin with run_started\nhint: nothing was recorded before it broke off", path.display())]
    NoStart {
        /// The recording's folder.
        path: PathBuf,
    },
    /// It does not hold its task.
    #[error("{}: the recording does not hold its task\nhint: it is of an early version; record it again", path.display())]
    NoTask {
        /// The recording's folder.
        path: PathBuf,
    },
    /// Nothing was done in it.
    #[error("{}: nothing was done in this recording", path.display())]
    NoMoves {
        /// The recording's folder.
        path: PathBuf,
    },
    /// The recorded task cannot be used.
    #[error(transparent)]
    Task(#[from] TaskError),
}

impl Live {
    /// Prepares a recording, with other values for some of its task's inputs.
    ///
    /// # Errors
    /// [`LiveError`] when it does not hold what is needed.
    pub fn of(recording: &Recording, values: &BTreeMap<String, String>) -> Result<Self, LiveError> {
        let path = || recording.folder().to_owned();
        let started = recording.entries.first().map(|entry| &entry.event);
        let Some(Event::RunStarted { task, screen, task_file, .. }) = started else {
            return Err(LiveError::NoStart { path: path() });
        };
        let seen = task_file.as_ref().ok_or_else(|| LiveError::NoTask { path: path() })?;
        let task = Task::of_recording(task, seen, values)?;
        let moves = Moves::of(recording, screen);
        if moves.all.is_empty() {
            return Err(LiveError::NoMoves { path: path() });
        }
        let recorded = seen.inputs.clone();
        let part = &seen.content["screen"];
        let is_part = !part["monitor"].is_null() || !part["region"].is_null();
        Ok(Self { is_part, task, moves: Arc::new(moves), recorded, screen: screen.clone(), lost: Lost::default() })
    }

    /// The recorded task.
    pub fn task(&self) -> &Task {
        &self.task
    }

    /// The screen that it was recorded on, or one like it; nothing where the task says which part of one.
    pub fn place(&self) -> Option<Place> {
        if self.is_part {
            return None;
        }
        Some(match self.screen.display.as_str() {
            "sandbox" => Place::Sandbox(self.screen.width, self.screen.height),
            "session" => Place::Session,
            display => Place::Display(display.to_owned()),
        })
    }

    /// Where the replay parted from the recording, if it did.
    pub fn parted(&self) -> Option<Parted> {
        self.lost.get()
    }
}

impl Guide for Live {
    fn name(&self) -> String {
        MODEL.to_owned()
    }

    fn planner(&self, task: &ResolvedTask, eyes: &Eyes) -> Result<Box<dyn Planner>, NoPlanner> {
        let changes = Changes::new(&self.recorded, &task.inputs, task.secrets.clone());
        Ok(Box::new(LivePlanner::new(Arc::clone(&self.moves), changes, eyes.clone(), self.lost.clone())))
    }

    fn key(&self) -> Option<&str> {
        None
    }

    /// Each recorded action is a plan of its own here, and so is each wait for a target: time is what limits.
    fn steps(&self, _limit: u32) -> u32 {
        u32::MAX
    }
}
