//! Task files: what is wanted, how the run is set up, and what must hold afterwards.
//!
//! What was written ([`raw`]) becomes validated objects in one place ([`build`]); placeholders are filled in there too,
//! so a task is checked the same way before a run, with its names, and for a run, with its values. A recording holds the
//! task and gives it back ([`again`]).

mod again;
mod build;
mod error;
mod expand;
mod locate;
mod raw;
mod screen;
mod secrets;

pub use error::TaskError;
pub use screen::{Place, ScreenChoice, SizeError, parse_size};
pub use secrets::Secrets;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sightstep_actions::policy::Policy;

use crate::check::Check;
use build::Builder;
use expand::Expander;
use raw::RawTask;

/// A task as it was written, known to be valid.
#[derive(Debug, Clone)]
pub struct Task {
    path: PathBuf,
    source: String,
    raw: RawTask,
}

/// A task with every placeholder filled in, ready to be run.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedTask {
    /// The goal as it was written, `{name}` placeholders and all.
    pub goal: String,
    /// The placeholders' values.
    pub inputs: BTreeMap<String, String>,
    /// The values that must not be seen.
    pub secrets: Secrets,
    /// Which screen to act on; nothing where the file does not say.
    pub screen: Option<ScreenChoice>,
    /// What is done before the goal.
    pub setup: Vec<Setup>,
    /// When the run is stopped.
    pub limits: Limits,
    /// What may be done.
    pub policy: Policy,
    /// What must hold afterwards.
    pub checks: Vec<Check>,
    /// Commands that are run afterwards, whatever happened.
    pub teardown: Vec<Vec<String>>,
}

/// One step of the set-up: start or run something, then wait.
#[derive(Debug, Clone, PartialEq)]
pub struct Setup {
    /// What is started.
    pub start: Start,
    /// Variables of its environment, beside those that every program has.
    pub environment: Vec<(String, String)>,
    /// The folder that it starts in.
    pub folder: Option<PathBuf>,
    /// What is waited for.
    pub wait_for: Option<WaitFor>,
}

/// What a set-up step starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// A program that stays open and is ended with the run: its command line.
    Launch(Vec<String>),
    /// A command that must end with exit code 0: its command line.
    Run(Vec<String>),
    /// Nothing.
    Nothing,
}

/// A condition that the set-up waits for.
#[derive(Debug, Clone, PartialEq)]
pub struct WaitFor {
    /// What must hold.
    pub check: Check,
    /// For how long it is waited.
    pub limit: Duration,
}

/// When a run is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// After this many plans.
    pub steps: u32,
    /// After this many seconds.
    pub seconds: u64,
}

impl Default for Limits {
    /// Enough for a goal of thirty clauses, of which each takes a plan or two; a run that needs more has usually lost its way.
    fn default() -> Self {
        Self { steps: 60, seconds: 300 }
    }
}

impl ResolvedTask {
    /// The goal for a planner that is told it in words: placeholders are filled in, but secrets stay as `{name}`, with a
    /// sentence that says what such a name is for. [`Secrets::fill`] puts them in where the planner types one.
    pub fn told_goal(&self) -> String {
        let secret = |name: &str| self.secrets.names().any(|secret| secret == name);
        let values = self.inputs.iter().map(|(name, value)| {
            let told = if secret(name) { format!("{{{name}}}") } else { value.clone() };
            (name.clone(), told)
        });
        let expander = Expander { values: values.collect(), secret: Vec::new() };
        // The goal was expanded with these names when the task was validated.
        let goal = expander.expand(&self.goal).unwrap_or_else(|_| self.goal.clone());
        let mentioned: Vec<String> = self
            .secrets
            .names()
            .map(|name| format!("{{{name}}}"))
            .filter(|name| goal.contains(name.as_str()))
            .collect();
        if mentioned.is_empty() {
            return goal;
        }
        format!(
            "{goal}\n(Type {} just like that, braces included: the real text takes its place.)",
            mentioned.join(" and ")
        )
    }
}

impl Task {
    /// Reads and validates a task file.
    ///
    /// # Errors
    /// [`TaskError`] that names file, line and what to do.
    pub fn load(path: &Path) -> Result<Self, TaskError> {
        let bytes = std::fs::read(path).map_err(|e| TaskError::unreadable(path, &e))?;
        let text = String::from_utf8(bytes).map_err(|_| TaskError::NotText { path: path.to_owned() })?;
        Self::parse(&text, path)
    }

    /// Validates the text of a task file; `path` is for messages and `{task_dir}`.
    ///
    /// # Errors
    /// [`TaskError`] that names file, line and what to do.
    pub fn parse(text: &str, path: &Path) -> Result<Self, TaskError> {
        let raw: RawTask = toml::from_str(text).map_err(|e| TaskError::syntax(path, text, &e))?;
        let task = Self { path: path.to_owned(), source: text.to_owned(), raw };
        task.build(&Expander::dry(&task.raw.inputs), Path::new(""))?;
        Ok(task)
    }

    /// A task that is only a goal, without checks.
    ///
    /// # Errors
    /// [`TaskError`] when the goal is empty or holds a placeholder.
    pub fn of_goal(goal: &str) -> Result<Self, TaskError> {
        Self::of_raw(RawTask { goal: goal.to_owned(), ..RawTask::default() }, PathBuf::from("goal"))
    }

    /// A task that is not from a file's text.
    fn of_raw(raw: RawTask, path: PathBuf) -> Result<Self, TaskError> {
        let task = Self { path, source: String::new(), raw };
        task.build(&Expander::dry(&task.raw.inputs), Path::new(""))?;
        Ok(task)
    }

    /// The file's name without its extension.
    pub fn name(&self) -> String {
        self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Fills in every placeholder. `environment` looks up variables for inputs that come from there.
    ///
    /// # Errors
    /// [`TaskError`] when a variable is missing, or a value makes a field invalid.
    pub fn resolve(
        &self,
        work_dir: &Path,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<ResolvedTask, TaskError> {
        let expander = Expander::of(&self.raw.inputs, work_dir, &self.folder(), environment)
            .map_err(|problem| self.error(&problem))?;
        self.build(&expander, work_dir)
    }

    fn build(&self, expander: &Expander, work_dir: &Path) -> Result<ResolvedTask, TaskError> {
        Builder { expander, work_dir }.task(&self.raw).map_err(|problem| self.error(&problem))
    }

    fn error(&self, problem: &error::Problem) -> TaskError {
        TaskError::invalid(&self.path, &self.source, problem)
    }

    /// The folder of the file, absolute where the system knows it.
    fn folder(&self) -> PathBuf {
        let folder = self.path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
    }
}

/// The JSON Schema of task files, for editors.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(RawTask).to_value()
}

#[cfg(test)]
mod tests;
