//! `sightstep replay --live`: recordings are performed again on a real screen.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use indicatif::MultiProgress;
use sightstep_tasks::recording::{Event, Recording};
use sightstep_tasks::task::Place;
use sightstep_vision::read::TextModels;
use sightstep_vision::screen::Eyes;

use crate::cli::arguments::ReplayArguments;
use crate::cli::{Failure, models, run};
use crate::exit::Exit;
use crate::planner::answer_stream::AnswerStream;
use crate::replay::live::{Live, LiveError, Parted};
use crate::report::{self, JsonLines, Report, github};
use crate::run::person::TerminalPerson;
use crate::run::stop::Stop;
use crate::session::{Folder, Session};

/// Performs every recording, one after the other.
pub fn recordings(arguments: &ReplayArguments) -> Result<Exit, Failure> {
    let values = arguments.inputs.iter().map(|written| input(written)).collect::<Result<_, _>>()?;
    let healer = models::optional(arguments)?;
    let live = |path| prepared(path, &values).map(|live| live.healed_by(healer.clone()));
    let lives: Vec<Live> = arguments.runs.iter().map(|path| live(path)).collect::<Result<_, _>>()?;
    let place = run::place(arguments.sandbox.as_deref(), arguments.display.as_deref())?;
    let models = models::text()?;
    let runtime = tokio::runtime::Runtime::new().map_err(|e| Failure::environment(&e))?;
    Ok(runtime.block_on(async {
        let stop = Stop::default();
        tokio::spawn(run::stop_on_signals(stop.clone()));
        let mut exits = Vec::new();
        for (live, path) in lives.iter().zip(&arguments.runs) {
            let place = place.clone().or_else(|| live.place());
            exits.push(one((live, path.as_path()), place, &models, &stop, arguments).await);
        }
        Exit::gravest(exits)
    }))
}

fn input(written: &str) -> Result<(String, String), Failure> {
    let (name, value) = written.split_once('=').ok_or_else(|| {
        Failure::usage(format!("--input {written} names no value\nhint: write it as --input name=value"))
    })?;
    Ok((name.to_owned(), value.to_owned()))
}

fn prepared(path: &Path, values: &BTreeMap<String, String>) -> Result<Live, Failure> {
    let recording = Recording::open(path).map_err(|e| Failure::usage(e.to_string()))?;
    if let Some(damage) = &recording.damage {
        eprintln!("warning: line {} of the recording is damaged and left out: {}", damage.line, damage.reason);
    }
    Live::of(&recording, values).map_err(|error: LiveError| Failure::usage(error.to_string()))
}

async fn one(
    (live, path): (&Live, &Path),
    place: Option<Place>,
    models: &Arc<TextModels>,
    stop: &Stop,
    arguments: &ReplayArguments,
) -> Exit {
    let bars = MultiProgress::new();
    let session = Session {
        task: live.task(),
        place,
        eyes: Eyes::All,
        runs: Folder::Inside(&arguments.folder),
        model: live,
        models: Arc::clone(models),
        answer_stream: AnswerStream::default(),
        report: report(arguments, &bars),
        person: Box::new(TerminalPerson),
        stop: stop.clone(),
    };
    let ended = session.run().await;
    let recording = ended.as_ref().ok().map(|finished| finished.recording.clone());
    let exit = run::report_end(ended, &bars);
    if let (Some(parted), Some(recording)) = (live.parted(), recording) {
        let said = told(&parted, &recording);
        eprintln!("{said}");
        if github::is_here() {
            eprintln!("{}", github::error(path, "the replay parts from the recording", &said));
        }
    }
    exit
}

fn report(arguments: &ReplayArguments, bars: &MultiProgress) -> Box<dyn Report> {
    if arguments.json {
        return Box::new(JsonLines::new(None));
    }
    Box::new(report::TerminalReport::new(bars, None))
}

/// Where the replay parted from its recording, with the pictures of then and now.
fn told(parted: &Parted, recording: &Path) -> String {
    let Parted { step, number, action, reason, picture } = parted;
    let mut text = format!(
        "error: the replay parts from the recording at step {step}, action {number}: {action}\n  {reason}\n  \
         recorded: {}",
        picture.display()
    );
    if let Some(now) = last_picture(recording) {
        text.push_str(&format!("\n  now: {}", now.display()));
    }
    text + "\nhint: where the screen is meant to be another now, record the task again"
}

fn last_picture(folder: &Path) -> Option<std::path::PathBuf> {
    let recording = Recording::open(folder).ok()?;
    let frame = recording.entries.iter().rev().find_map(|entry| match &entry.event {
        Event::Observed { frame, .. } => Some(frame.clone()),
        _ => None,
    })?;
    Some(recording.frame(&frame))
}
