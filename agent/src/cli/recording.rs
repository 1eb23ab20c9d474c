//! `sightstep recording`: what can be done with recordings besides replaying and showing them.

use sightstep_tasks::recording::Recording;

use super::arguments::{RecordingCommand, ToTaskArguments};
use super::{Failure, models};
use crate::exit::Exit;
use crate::eyes::Eyes;
use crate::replay::live;

/// `sightstep recording`.
pub fn command(command: &RecordingCommand) -> Result<Exit, Failure> {
    match command {
        RecordingCommand::ToTask(arguments) => to_task(arguments),
    }
}

/// `sightstep recording to-task`: exit code 1 where something could not be put into words.
fn to_task(arguments: &ToTaskArguments) -> Result<Exit, Failure> {
    let recording = Recording::open(&arguments.run).map_err(|e| Failure::usage(e.to_string()))?;
    let eyes = Eyes::new(models::reader()?);
    let runtime = tokio::runtime::Runtime::new().map_err(|e| Failure::environment(&e))?;
    let written = runtime.block_on(live::to_task(&recording, &eyes)).map_err(|e| Failure::usage(e.to_string()))?;
    match &arguments.output {
        None => print!("{}", written.toml),
        Some(path) => std::fs::write(path, &written.toml).map_err(|e| {
            Failure::usage(format!("{} cannot be written: {e}\nhint: -o names another file", path.display()))
        })?,
    }
    for unsaid in &written.unsaid {
        eprintln!("warning: left out, because nothing on the screen names it: {unsaid}");
    }
    Ok(if written.unsaid.is_empty() { Exit::Done } else { Exit::NotAchieved })
}
