//! A session: one task on one screen, from its set-up to its teardown, whatever happens in between.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sightstep_actions::executor::{ActError, CarefulExecutor, PointerWatch};
use sightstep_actions::policy::Rule;
use sightstep_actions::space::View;
use sightstep_engine::EngineError;
use sightstep_tasks::check::{self, Surroundings};
use sightstep_tasks::recording::{CheckSeen, Event, Outcome, Recorder, RecordingError, ScreenSeen, Terms};
use sightstep_tasks::task::{Place, ResolvedTask, ScreenChoice, Secrets, Task, TaskError};
use sightstep_vision::read::{Reader, TextModels};
use sightstep_vision::screen::{Eyes, ScreenError};

use crate::cached_reader::CachedReader;
use crate::model::NoPlanner;
use crate::planner::Planner;
use crate::planner::answer_stream::AnswerStream;
use crate::planner::endpoint::error::EndpointError;
use crate::planner::reader::GoalError;
use crate::report::Report;
use crate::run::journal::Journal;
use crate::run::person::Person;
use crate::run::stop::{Stop, StopReason};
use crate::run::{Ended, Patience, Run};
use crate::session::sandbox::SandboxError;
use crate::verify::ScreenVerifier;
use facts::RunFacts;
pub use planner_source::PlannerSource;
use stage::{Stage, ViewOf};

mod facts;
mod planner_source;
#[cfg(target_os = "linux")]
pub mod sandbox;
#[cfg(not(target_os = "linux"))]
#[path = "session/no_sandbox.rs"]
pub mod sandbox;
mod setup;
mod stage;

/// What a session is started with.
pub struct Session<'a> {
    /// The task.
    pub task: &'a Task,
    /// A screen other than the task's own.
    pub place: Option<Place>,
    /// What it is seen with.
    pub eyes: Eyes,
    /// The folder that the recording gets a folder of its own in.
    pub runs: Folder<'a>,
    /// Who plans.
    pub model: &'a dyn PlannerSource,
    /// The models that read text.
    pub models: Arc<TextModels>,
    /// Who hears a model's answers as they grow.
    pub answer_stream: AnswerStream,
    /// Who hears what happens.
    pub report: Box<dyn Report>,
    /// Who is asked.
    pub person: Box<dyn Person>,
    /// What stops it.
    pub stop: Stop,
}

/// Where a recording goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder<'a> {
    /// Into a folder named for time and task, inside this one.
    Inside(&'a Path),
    /// Into this folder, which is not there yet.
    This(&'a Path),
}

/// How a session ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// How.
    pub outcome: Outcome,
    /// Where its recording is.
    pub recording: PathBuf,
}

/// Why a session could not begin. Nothing was done and nothing recorded.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// An input is missing or wrong.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// The goal is not understood.
    #[error("{}: {source}", path.display())]
    Goal {
        /// The task's file.
        path: PathBuf,
        /// What is not understood.
        source: GoalError,
    },
    /// The model cannot be asked.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The model cannot be loaded.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// There is no private display.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// The screen cannot be seen.
    #[error(transparent)]
    Screen(#[from] ScreenError),
    /// The desktop cannot be acted on.
    #[error(transparent)]
    Act(#[from] ActError),
    /// The recording cannot be written.
    #[error(transparent)]
    Recording(#[from] RecordingError),
    /// The run's folder cannot be made.
    #[error("{} cannot be made: {reason}\nhint: --runs or -o names another folder for recordings", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
}

impl SessionError {
    /// Whether the task is at fault, not the machine.
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::Task(_) | Self::Goal { .. })
    }
}

/// All that a session needs before anything is recorded.
struct Prepared {
    task: ResolvedTask,
    reader: CachedReader,
    planner: Box<dyn Planner>,
    choice: ScreenChoice,
    work: PathBuf,
    stage: Stage,
}

impl Session<'_> {
    /// Runs the task to its end and records it.
    ///
    /// # Errors
    /// [`SessionError`] when it could not begin. All that goes wrong later is an outcome.
    pub async fn run(self) -> Result<Finished, SessionError> {
        let folder = match self.runs {
            Folder::Inside(runs) => free_folder(runs, &self.task.name()),
            Folder::This(folder) => new_folder(folder)?,
        };
        match self.prepare(&folder).await {
            Ok(prepared) => self.perform(folder, prepared).await,
            Err(error) => {
                // Nothing has been recorded: an empty folder would only mislead.
                let _ = std::fs::remove_dir_all(&folder);
                Err(error)
            }
        }
    }

    async fn prepare(&self, folder: &Path) -> Result<Prepared, SessionError> {
        let work = std::path::absolute(folder.join("work")).unwrap_or_else(|_| folder.join("work"));
        let task = self.task.resolve(&work, &|name| std::env::var(name).ok())?;
        let reader = CachedReader::new(Reader::new(Arc::clone(&self.models)));
        let planner =
            self.model.planner(&task, &reader, &self.answer_stream).map_err(|error| self.no_planner(error))?;
        let reader = match self.model.answerer() {
            Some(answerer) => reader.with_answerer(answerer),
            None => reader,
        };
        let choice = chosen(self.place.clone(), task.screen.clone());
        let made = |e: std::io::Error| SessionError::Folder { path: work.clone(), reason: e.to_string() };
        std::fs::create_dir_all(&work).map_err(made)?;
        let work = work.canonicalize().map_err(made)?;
        let stage = Stage::open(&choice, self.eyes, &work).await?;
        Ok(Prepared { task, reader, planner, choice, work, stage })
    }

    async fn perform(self, folder: PathBuf, prepared: Prepared) -> Result<Finished, SessionError> {
        let Prepared { task, reader, planner, choice, work, stage } = prepared;
        let started = started(self.task, &task, self.model, &choice, &stage);
        let secrets = hidden(&task, self.model);
        let mut journal = Journal::new(Recorder::create(&folder)?, self.report, secrets).with_reader(reader.clone());
        journal.note(started);
        let shown = stage.shown();
        let Stage { sandbox, launcher, environment, screen, view, executor, watch, .. } = stage;
        let hand = watch.as_ref().map(PointerWatch::hand).unwrap_or_default();
        let run = Run {
            screen: self.model.screen(Box::new(screen)),
            planner,
            executor: Box::new(CarefulExecutor::new(executor, hand)),
            verifier: Box::new(ScreenVerifier::new(reader.clone())),
            reader: reader.clone(),
            policy: task.policy.clone(),
            person: self.person,
            steps: self.model.steps(task.limits.steps),
            patience: Patience::default(),
            journal,
        };
        let guards = [
            tokio::spawn(after(self.model.seconds(task.limits.seconds), self.stop.clone())),
            tokio::spawn(corner(watch, self.stop.clone())),
        ];
        let place = Surroundings { folder: &work, environment: &environment };
        let stop = self.model.stop(&self.stop);
        let performance =
            Performance { run, reader, task: &task, place, launcher: &launcher, view, shown, guide: self.model };
        let outcome = performance.perform(&stop).await;
        guards.iter().for_each(tokio::task::JoinHandle::abort);
        // Ending programs waits for them; the other sessions go on meanwhile.
        let ended = tokio::task::spawn_blocking(move || {
            launcher.end_all();
            drop(sandbox);
        });
        let _ = ended.await;
        Ok(Finished { outcome: outcome?, recording: folder })
    }

    fn no_planner(&self, error: NoPlanner) -> SessionError {
        match error {
            NoPlanner::Goal(source) => SessionError::Goal { path: self.task.path().to_owned(), source },
            NoPlanner::Endpoint(error) => error.into(),
            NoPlanner::Engine(error) => error.into(),
        }
    }
}

/// A run with everything around it.
struct Performance<'a> {
    run: Run,
    reader: CachedReader,
    task: &'a ResolvedTask,
    place: Surroundings<'a>,
    launcher: &'a sightstep_actions::launch::Launcher,
    view: ViewOf,
    shown: View,
    guide: &'a dyn PlannerSource,
}

impl Performance<'_> {
    async fn perform(mut self, stop: &Stop) -> Result<Outcome, SessionError> {
        let mut ended = self.set_up_and_run(stop).await;
        let checks = self.evaluate_checks(&ended).await;
        ended.judge(&checks, self.task.checks.iter().any(check::Check::is_infeasible));
        for argv in &self.task.teardown {
            if let Err(reason) = check::command::run(argv, self.place.folder, self.place.environment).await {
                tracing::warn!("teardown: {reason}");
            }
        }
        let outcome = ended.outcome;
        self.run.journal.note(Event::RunFinished {
            outcome,
            reason: ended.reason,
            answer: ended.answer,
            checks,
            steps: ended.steps,
        });
        self.run.journal.flush().await?;
        Ok(outcome)
    }

    /// Set-up, then the loop.
    async fn set_up_and_run(&mut self, stop: &Stop) -> Ended {
        let mut facts = RunFacts::new(self.run.screen.as_mut(), &self.reader, None);
        let set_up = tokio::select! {
            done = setup::all(&self.task.setup, self.launcher, &mut facts, self.place) => done,
            reason = stop.thrown() => return Ended::of(Outcome::Stopped, reason.to_string()),
        };
        if let Err(reason) = set_up {
            // What was there when it failed tells more than the reason.
            self.run.keep_picture().await;
            return Ended::of(Outcome::Failed, reason);
        }
        // Windows that opened, were drawn and moved are no places that change by themselves: what the eye remembers of
        // the set-up would hide what is done in them.
        if !self.task.setup.is_empty() {
            match self.view.afresh().await {
                Ok(screen) => self.run.screen = self.guide.screen(Box::new(screen)),
                Err(error) => return Ended::of(Outcome::Failed, error.to_string()),
            }
        }
        if let Err(error) = self.guide.take_over(&mut self.run, self.view.display(), self.shown, &self.reader) {
            return Ended::of(Outcome::Failed, error.to_string());
        }
        self.run.to_end(stop).await
    }

    /// Looks at the task's checks, where there is still something to look at.
    async fn evaluate_checks(&mut self, ended: &Ended) -> Vec<CheckSeen> {
        if !matches!(ended.outcome, Outcome::Done | Outcome::NotAchieved) {
            return Vec::new();
        }
        let mut facts = RunFacts::new(self.run.screen.as_mut(), &self.reader, Some(ended));
        let mut seen = Vec::new();
        for check in &self.task.checks {
            let checked = check::evaluate(check, &mut facts, self.place).await;
            seen.push(CheckSeen { check: check.to_string(), holds: checked.holds, seen: checked.seen });
        }
        seen
    }
}

/// Which screen: the command line's word counts more than the task's.
fn chosen(place: Option<Place>, task: Option<ScreenChoice>) -> ScreenChoice {
    let locale = task.as_ref().and_then(|choice| choice.locale.clone());
    match (place, task) {
        (Some(place), _) => ScreenChoice { place, monitor: None, region: None, locale },
        (None, Some(choice)) => choice,
        (None, None) => ScreenChoice { place: Place::Session, monitor: None, region: None, locale: None },
    }
}

/// What must not be seen in anything that is written: the task's secrets and the model's key.
fn hidden(task: &ResolvedTask, model: &dyn PlannerSource) -> Secrets {
    model.key().into_iter().fold(task.secrets.clone(), |secrets, key| secrets.with("api key", key))
}

fn started(
    task: &Task,
    resolved: &ResolvedTask,
    model: &dyn PlannerSource,
    choice: &ScreenChoice,
    stage: &Stage,
) -> Event {
    let display = match &choice.place {
        Place::Sandbox(..) => "sandbox".to_owned(),
        Place::Display(name) => name.clone(),
        Place::Session => std::env::var("DISPLAY").unwrap_or_else(|_| "session".to_owned()),
    };
    Event::RunStarted {
        at: jiff::Timestamp::now().round(jiff::Unit::Second).unwrap_or_default().to_string(),
        sightstep: env!("CARGO_PKG_VERSION").to_owned(),
        task: task.name(),
        goal: resolved.goal.clone(),
        model: model.name(),
        profile: model.profile().map(str::to_owned),
        wire: model.wire().map(str::to_owned),
        screen: ScreenSeen {
            display,
            width: stage.area.w as u32,
            height: stage.area.h as u32,
            origin: [stage.area.x, stage.area.y],
            scale: stage.scale,
        },
        terms: Some(Terms { steps: model.steps(resolved.limits.steps), ..terms(resolved) }),
        task_file: Some(Box::new(task.seen(resolved))),
    }
}

/// What bounds the run.
fn terms(task: &ResolvedTask) -> Terms {
    let written = |rules: &[Rule]| rules.iter().map(Rule::to_string).collect();
    Terms {
        steps: task.limits.steps,
        seconds: task.limits.seconds,
        allow: written(&task.policy.allow),
        deny: written(&task.policy.deny),
        confirm: written(&task.policy.confirm),
        fields: task.policy.fields.clone(),
        may_be_infeasible: task.checks.iter().any(check::Check::is_infeasible),
    }
}

/// `runs/20260102-030405-note`, with a number behind it where that is taken.
fn free_folder(runs: &Path, task: &str) -> PathBuf {
    let time = jiff::Zoned::now().strftime("%Y%m%d-%H%M%S").to_string();
    let name = format!("{time}-{task}");
    let mut names = (2..).map(|n| format!("{name}-{n}"));
    let mut folder = runs.join(&name);
    // Making the folder is what claims the name: two sessions may look at once.
    let _ = std::fs::create_dir_all(runs);
    while std::fs::create_dir(&folder).is_err() && folder.exists() {
        folder = runs.join(names.next().unwrap_or_default());
    }
    folder
}

/// The folder, made anew.
fn new_folder(folder: &Path) -> Result<PathBuf, SessionError> {
    let parent = folder.parent().map_or(Ok(()), std::fs::create_dir_all);
    let made = parent.and_then(|()| std::fs::create_dir(folder));
    made.map_err(|e| SessionError::Folder { path: folder.to_owned(), reason: e.to_string() })?;
    Ok(folder.to_owned())
}

async fn after(seconds: u64, stop: Stop) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    stop.now(StopReason::Seconds(seconds));
}

async fn corner(watch: Option<PointerWatch>, stop: Stop) {
    let Some(watch) = watch else { return };
    watch.fired().await;
    stop.now(StopReason::Corner);
}
