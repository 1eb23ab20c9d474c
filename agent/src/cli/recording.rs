//! `sightstep recording`: what can be done with recordings besides replaying and showing them.

use std::io::Write as _;
use std::path::Path;

use sightstep_tasks::recording::Recording;

use super::arguments::{ExportArguments, RecordingCommand, ToTaskArguments};
use super::{Failure, models, report};
use crate::cached_reader::CachedReader;
use crate::exit::Exit;
use crate::replay::live;
use crate::report::export;

mod gc;

/// `sightstep recording`.
pub fn command(command: &RecordingCommand) -> Result<Exit, Failure> {
    match command {
        RecordingCommand::ToTask(arguments) => to_task(arguments),
        RecordingCommand::Export(arguments) => export_all(arguments),
        RecordingCommand::Gc(arguments) => gc::collect(arguments),
    }
}

/// `sightstep recording export`.
fn export_all(arguments: &ExportArguments) -> Result<Exit, Failure> {
    let mut lines = String::new();
    for run in arguments.runs.iter().flat_map(|run| report::meant(run)) {
        let recording = Recording::open(&run).map_err(|e| Failure::usage(e.to_string()))?;
        let trajectory = export::trajectory(&recording).filter(|line| !arguments.done || line["outcome"] == "done");
        lines.extend(trajectory.map(|line| format!("{line}\n")));
    }
    write_output(arguments.output.as_deref(), &lines)?;
    Ok(Exit::Done)
}

fn write_output(output: Option<&Path>, text: &str) -> Result<(), Failure> {
    let Some(path) = output else {
        // Who closed the pipe doesn't want to know.
        let _ = std::io::stdout().lock().write_all(text.as_bytes());
        return Ok(());
    };
    std::fs::write(path, text)
        .map_err(|e| Failure::usage(format!("{} cannot be written: {e}\nhint: -o names another file", path.display())))
}

/// `sightstep recording to-task`: exit code 1 where something could not be put into words.
fn to_task(arguments: &ToTaskArguments) -> Result<Exit, Failure> {
    let recording = Recording::open(&arguments.run).map_err(|e| Failure::usage(e.to_string()))?;
    let reader = CachedReader::new(models::reader()?);
    let runtime = tokio::runtime::Runtime::new().map_err(|e| Failure::environment(&e))?;
    let written = runtime.block_on(live::to_task(&recording, &reader)).map_err(|e| Failure::usage(e.to_string()))?;
    self::write_output(arguments.output.as_deref(), &written.toml)?;
    for unsaid in &written.unsaid {
        eprintln!("warning: left out, because nothing on the screen names it: {unsaid}");
    }
    Ok(if written.unsaid.is_empty() { Exit::Done } else { Exit::NotAchieved })
}
