//! Live replay: a recording is performed again on a real screen, without a model.
//!
//! It is a session like any other, with its own recording; only its planner is the recording. Every target is found
//! again by its picture and its text ([`find`]), every action judged by the verifier of all runs. Where a target is not
//! found, a model may point out what has taken its place ([`heal`]); without one, or where an action comes to less than it
//! did then, the replay ends and says so.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use sightstep_actions::plan::Action;
use sightstep_tasks::recording::{Event, Recording, ScreenSeen, TaskSeen};
use sightstep_tasks::task::{Place, ResolvedTask, Task, TaskError};
use sightstep_vision::geometry::Rect;
use sightstep_vision::read::{ReadError, Reading};

use crate::cached_reader::CachedReader;
use crate::model::{Finder, Model, NoPlanner};
use crate::planner::Planner;
use crate::planner::answer_stream::AnswerStream;
use crate::session::PlannerSource;
use heal::Healer;
use inputs::Changes;
use planner::LivePlanner;
use recorded_actions::RecordedActions;
use retarget::Retarget;

mod find;
mod heal;
mod inputs;
mod landmarks;
mod planner;
mod recorded_actions;
mod retarget;
mod steps;
mod target;
mod window;

pub(super) use window::under as window_under;

/// The planner's name in the recording of a live replay.
pub const MODEL: &str = super::recorded::LIVE;

/// A recording that is to be performed again.
pub struct Live {
    task: Task,
    moves: Arc<RecordedActions>,
    recorded: BTreeMap<String, String>,
    screen: ScreenSeen,
    /// Whether only a part of the screen was looked at: a monitor, or a region.
    is_part: bool,
    lost: Lost,
    healer: Option<Model>,
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
    /// A picture cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// A task file in the reader's steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenTask {
    /// The file's text.
    pub toml: String,
    /// What was done and could not be put into words.
    pub unsaid: Vec<String>,
}

/// Writes what was done in a recording as a task whose goal the reader understands, with the set-up and the checks of
/// the recorded task.
///
/// # Errors
/// [`LiveError`] when the recording does not hold what is needed, or its pictures cannot be read.
pub async fn to_task(recording: &Recording, reader: &CachedReader) -> Result<WrittenTask, LiveError> {
    let (_, screen, seen) = parts(recording)?;
    let moves = RecordedActions::of(recording, screen);
    let steps = steps::steps(&moves, reader).await?;
    let mut content = seen.content.clone();
    let said = steps.said.iter().enumerate().map(|(number, step)| format!("{}. {step}\n", number + 1));
    content["goal"] = format!("\n{}", said.collect::<String>()).into();
    for (name, text) in &steps.texts {
        content["inputs"][name] = text.as_str().into();
    }
    for name in steps.secrets.iter().filter(|name| seen.content["inputs"][name.as_str()].is_null()) {
        content["inputs"][name] = serde_json::json!({ "env": name.to_uppercase(), "secret": true });
    }
    if content["screen"].is_null() && screen.display == "sandbox" {
        content["screen"] = serde_json::json!({ "sandbox": format!("{}x{}", screen.width, screen.height) });
    }
    let toml = Task::to_toml(&content)?;
    Ok(WrittenTask { toml, unsaid: steps.unsaid })
}

/// The task's name, the screen and the task of a recording.
fn parts(recording: &Recording) -> Result<(&str, &ScreenSeen, &TaskSeen), LiveError> {
    let path = || recording.folder().to_owned();
    let started = recording.entries.first().map(|entry| &entry.event);
    let Some(Event::RunStarted { task, screen, task_file, .. }) = started else {
        return Err(LiveError::NoStart { path: path() });
    };
    let seen = task_file.as_ref().ok_or_else(|| LiveError::NoTask { path: path() })?;
    Ok((task, screen, seen))
}

/// The box of the text at a point of a recorded picture, with what surrounds it; nothing where none was read there.
pub(super) fn text_area(reading: &Reading, point: (i32, i32)) -> Option<Rect> {
    let text = target::text_at(reading, point, &Changes::default())?;
    Some(text.area.grown(target::AROUND))
}

/// Whether a person did what was recorded.
fn is_persons(recording: &Recording) -> bool {
    let started = recording.entries.first().map(|entry| &entry.event);
    matches!(started, Some(Event::RunStarted { model, .. }) if model == crate::record::MODEL)
}

/// The recorded task with the secrets of a person's demonstration as inputs: what they were is not in the recording.
fn with_secrets(seen: &TaskSeen, moves: &RecordedActions) -> TaskSeen {
    let mut seen = seen.clone();
    for made in &moves.all {
        if let Action::Type { text } = &made.action
            && let Some(name) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'))
            && name.starts_with("secret")
            && seen.content["inputs"][name].is_null()
        {
            seen.content["inputs"][name] = serde_json::json!({ "value": text, "secret": true });
            seen.inputs.insert(name.to_owned(), text.clone());
        }
    }
    seen
}

impl Live {
    /// Prepares a recording, with other values for some of its task's inputs.
    ///
    /// # Errors
    /// [`LiveError`] when it does not hold what is needed.
    pub fn of(recording: &Recording, values: &BTreeMap<String, String>) -> Result<Self, LiveError> {
        let path = || recording.folder().to_owned();
        let (name, screen, seen) = parts(recording)?;
        let moves = RecordedActions::of(recording, screen);
        let seen = if is_persons(recording) { with_secrets(seen, &moves) } else { seen.clone() };
        let task = Task::of_recording(name, &seen, values)?;
        if moves.all.is_empty() {
            return Err(LiveError::NoMoves { path: path() });
        }
        let recorded = seen.inputs.clone();
        let part = &seen.content["screen"];
        let is_part = !part["monitor"].is_null() || !part["region"].is_null();
        Ok(Self {
            is_part,
            task,
            moves: Arc::new(moves),
            recorded,
            screen: screen.clone(),
            lost: Lost::default(),
            healer: None,
        })
    }

    /// The same, with a model that is asked for targets that are not found.
    pub fn healed_by(self, model: Option<Model>) -> Self {
        Self { healer: model, ..self }
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

impl PlannerSource for Live {
    fn name(&self) -> String {
        MODEL.to_owned()
    }

    fn planner(
        &self,
        task: &ResolvedTask,
        reader: &CachedReader,
        _aloud: &AnswerStream,
    ) -> Result<Box<dyn Planner>, NoPlanner> {
        let changes = Changes::new(&self.recorded, &task.inputs, task.secrets.clone());
        let aim = Retarget { moves: Arc::clone(&self.moves), changes, reader: reader.clone() };
        let healer = self.healer.as_ref().map(|model| Healer {
            finder: Finder::of(model, reader),
            name: model.to_string(),
            goal: task.told_goal(),
        });
        Ok(Box::new(LivePlanner::new(aim, healer, self.lost.clone())))
    }

    fn key(&self) -> Option<&str> {
        self.healer.as_ref()?.key()
    }

    /// Each recorded action is a plan of its own here, and so is each wait for a target: time is what limits.
    fn steps(&self, _limit: u32) -> u32 {
        u32::MAX
    }
}
