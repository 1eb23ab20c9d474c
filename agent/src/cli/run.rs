//! `run` and `do`: tasks become sessions, one after the other or several at a time.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use indicatif::MultiProgress;
use sightstep_tasks::recording::Outcome;
use sightstep_tasks::task::{Place, Task, parse_size};
use sightstep_vision::read::TextModels;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::arguments::{DoArguments, Options, RunArguments};
use super::{Failure, kept, models, tasks};
use crate::exit::Exit;
use crate::model::Model;
use crate::planner::answer_stream::AnswerStream;
use crate::report::{self, JsonLines, Preview, Report, TaskEnded, github, junit};
use crate::run::person::{Nobody, Person, TerminalPerson};
use crate::run::stop::{Stop, StopReason};
use crate::session::{Finished, Folder, Session, SessionError};

/// `sightstep run`.
pub fn files(arguments: &RunArguments) -> Result<Exit, Failure> {
    let files = tasks::part(tasks::files(&arguments.tasks)?, arguments.partition.as_deref())?;
    let tasks: Vec<Task> = files.iter().map(|path| load(path)).collect::<Result<_, _>>()?;
    run_all(tasks, &arguments.options, arguments.jobs, arguments.junit.as_deref())
}

/// `sightstep do`.
pub fn goal(arguments: &DoArguments) -> Result<Exit, Failure> {
    let task = Task::of_goal(&arguments.goal).map_err(|e| Failure::usage(e.to_string()))?;
    run_all(vec![task], &arguments.options, 1, None)
}

/// A valid task, or what is wrong with it.
pub fn load(path: &Path) -> Result<Task, Failure> {
    Task::load(path).map_err(|e| Failure::usage(e.to_string()))
}

/// What all sessions of one call share.
struct RunContext {
    options: Options,
    model: Model,
    place: Option<Place>,
    models: Arc<TextModels>,
    bars: MultiProgress,
    stop: Stop,
    /// How many there are: with more than one, every line names its task and nobody is asked.
    count: usize,
}

fn run_all(tasks: Vec<Task>, options: &Options, jobs: u16, junit: Option<&Path>) -> Result<Exit, Failure> {
    let model = models::named(&options.model)?;
    let place = place(options.sandbox.as_deref(), options.display.as_deref())?;
    if jobs > 1 && matches!(place, Some(Place::Display(_))) {
        return Err(Failure::usage(
            "--jobs runs tasks beside each other, which one display cannot hold\nhint: use --sandbox 1280x800".into(),
        ));
    }
    if options.watch && !report::can_preview() {
        eprintln!("note: {}", report::NOWHERE);
    }
    let shared = Arc::new(RunContext {
        options: options.clone(),
        model,
        place,
        models: models::text()?,
        bars: MultiProgress::new(),
        stop: Stop::default(),
        count: tasks.len(),
    });
    let runtime = tokio::runtime::Runtime::new().map_err(|e| Failure::environment(&e))?;
    let (exits, ended): (Vec<_>, Vec<_>) = runtime.block_on(all(tasks, &shared, usize::from(jobs))).into_iter().unzip();
    if github::is_here() {
        ended.iter().filter_map(github::of_task).for_each(|annotation| eprintln!("{annotation}"));
    }
    if let Some(path) = junit {
        write_junit(path, &ended)?;
    }
    Ok(Exit::gravest(exits))
}

fn write_junit(path: &Path, ended: &[TaskEnded]) -> Result<(), Failure> {
    let failed = |e: &dyn std::fmt::Display| {
        Failure::usage(format!("{} cannot be written: {e}\nhint: --junit names another file", path.display()))
    };
    let xml = junit::junit(ended).map_err(|e| failed(&e))?;
    std::fs::write(path, xml).map_err(|e| failed(&e))
}

/// The screen that `--sandbox` or `--display` names.
pub(super) fn place(sandbox: Option<&str>, display: Option<&str>) -> Result<Option<Place>, Failure> {
    match (sandbox, display) {
        (Some(size), _) => {
            let (width, height) = parse_size(size).map_err(|e| Failure::usage(format!("--sandbox {e}")))?;
            Ok(Some(Place::Sandbox(width, height)))
        }
        (None, Some(display)) => Ok(Some(Place::Display(display.to_owned()))),
        (None, None) => Ok(None),
    }
}

/// How every task ended, in the order in which they were given.
async fn all(tasks: Vec<Task>, shared: &Arc<RunContext>, jobs: usize) -> Vec<(Exit, TaskEnded)> {
    tokio::spawn(stop_on_signals(shared.stop.clone()));
    let free = Arc::new(Semaphore::new(jobs));
    let mut sessions = JoinSet::new();
    for (number, task) in tasks.into_iter().enumerate() {
        let (free, shared) = (Arc::clone(&free), Arc::clone(shared));
        sessions.spawn(async move {
            // The semaphore is never closed.
            let _place = free.acquire_owned().await;
            (number, one(&task, &shared).await)
        });
    }
    let mut ended = Vec::new();
    while let Some(one) = sessions.join_next().await {
        ended.push(one.unwrap_or_else(|e| std::panic::resume_unwind(e.into_panic())));
    }
    ended.sort_by_key(|(number, _)| *number);
    ended.into_iter().map(|(_, one)| one).collect()
}

async fn one(task: &Task, shared: &RunContext) -> (Exit, TaskEnded) {
    let name = (shared.count > 1).then(|| task.name());
    // A stop by limit or corner is one session's; Ctrl-C is everyone's.
    let stop = Stop::default();
    let relay = tokio::spawn(relay(shared.stop.clone(), stop.clone()));
    let (report, answer_stream) = report(shared, name.as_deref());
    let session = Session {
        task,
        place: shared.place.clone(),
        eyes: shared.options.eyes.into(),
        runs: Folder::Inside(&shared.options.runs),
        model: &shared.model,
        models: Arc::clone(&shared.models),
        answer_stream,
        report,
        person: person(shared),
        stop,
    };
    let begun = Instant::now();
    let ended = session.run().await;
    relay.abort();
    let how = ended.as_ref().map(|end| (end.outcome, end.recording.clone())).map_err(ToString::to_string);
    let end = TaskEnded::of(task.name(), task.path(), how, begun.elapsed().as_secs_f64());
    (report_end(ended, &shared.bars), end)
}

fn report(shared: &RunContext, name: Option<&str>) -> (Box<dyn Report>, AnswerStream) {
    if shared.options.json {
        return (Box::new(JsonLines::new(name.map(str::to_owned))), AnswerStream::default());
    }
    let preview = if shared.options.watch { Preview::new(&shared.bars) } else { None };
    let terminal = report::TerminalReport::new(&shared.bars, name).watched(preview);
    let answer_stream = terminal.answer_stream();
    (Box::new(terminal), answer_stream)
}

fn person(shared: &RunContext) -> Box<dyn Person> {
    if shared.count > 1 { Box::new(Nobody) } else { Box::new(TerminalPerson) }
}

/// Says where the recording is, or why there is none.
pub(super) fn report_end(ended: Result<Finished, SessionError>, bars: &MultiProgress) -> Exit {
    match ended {
        Ok(Finished { outcome, recording }) => {
            bars.suspend(|| {
                eprintln!("recording: {}", recording.display());
                kept::files(&recording.join("work")).iter().for_each(|files| eprintln!("{files}"));
            });
            Outcome::into(outcome)
        }
        Err(error) => {
            bars.suspend(|| eprintln!("{} {error}", console::style("error:").red().bold().for_stderr()));
            if error.is_usage() { Exit::Usage } else { Exit::Environment }
        }
    }
}

async fn relay(from: Stop, to: Stop) {
    let reason = from.thrown().await;
    to.now(reason);
}

/// Throws the switch at Ctrl-C and where the system asks the program to end.
pub(super) async fn stop_on_signals(stop: Stop) {
    if wait_for_signal().await {
        stop.now(StopReason::Interrupted);
    }
}

/// Whether a signal came that asks the program to end; false where none can be waited for.
#[cfg(unix)]
async fn wait_for_signal() -> bool {
    use tokio::signal::unix::{SignalKind, signal};

    let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
    let signals = kinds.into_iter().filter_map(|kind| signal(kind).ok());
    let mut waits: JoinSet<()> = signals
        .map(|mut signal| async move {
            signal.recv().await;
        })
        .collect();
    waits.join_next().await.is_some()
}

/// Whether Ctrl-C was pressed; false where it cannot be waited for.
#[cfg(not(unix))]
async fn wait_for_signal() -> bool {
    tokio::signal::ctrl_c().await.is_ok()
}
