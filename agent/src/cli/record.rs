//! `sightstep record`: a person is watched.

use indicatif::MultiProgress;
use sightstep_tasks::task::{Place, Task};
use sightstep_vision::screen::Eyes;

use super::arguments::RecordArguments;
use super::{Failure, models, run, tasks};
use crate::exit::Exit;
use crate::planner::answer_stream::AnswerStream;
use crate::record::WatchedPerson;
use crate::report::{self, JsonLines, Report};
use crate::run::person::Nobody;
use crate::run::stop::Stop;
use crate::session::{Folder, Session};

/// The goal of a demonstration without a task.
const GOAL: &str = "What a person did";

/// `sightstep record`.
pub fn person(arguments: &RecordArguments) -> Result<Exit, Failure> {
    let task = match &arguments.task {
        Some(named) => run::load(tasks::files(std::slice::from_ref(named))?.first().ok_or_else(|| none(named))?)?,
        None => Task::of_goal(GOAL).map_err(|e| Failure::usage(e.to_string()))?,
    };
    let models = models::text()?;
    let runtime = tokio::runtime::Runtime::new().map_err(|e| Failure::environment(&e))?;
    let bars = MultiProgress::new();
    let report: Box<dyn Report> = if arguments.json {
        Box::new(JsonLines::new(None))
    } else {
        Box::new(report::TerminalReport::new(&bars, None))
    };
    let ended = runtime.block_on(async {
        let stop = Stop::default();
        tokio::spawn(run::stop_on_signals(stop.clone()));
        let person = WatchedPerson::until(stop.clone());
        let session = Session {
            task: &task,
            place: Some(arguments.display.clone().map_or(Place::Session, Place::Display)),
            eyes: Eyes::All,
            runs: Folder::This(&arguments.output),
            model: &person,
            models,
            answer_stream: AnswerStream::default(),
            report,
            person: Box::new(Nobody),
            stop,
        };
        session.run().await
    });
    Ok(run::report_end(ended, &bars))
}

fn none(named: &str) -> Failure {
    Failure::usage(format!("{named} names no task"))
}
