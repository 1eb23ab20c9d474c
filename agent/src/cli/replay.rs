//! `sightstep replay`: recordings go through today's code, and the first difference is named.

use std::path::Path;

use indicatif::MultiProgress;
use sightstep_tasks::recording::Recording;

use super::arguments::ReplayArguments;
use super::{Failure, models};
use crate::exit::Exit;
use crate::replay::{Divergence, OnDivergence, ReplayError, Replayed, replay};
use crate::report::{self, JsonLines, Report, github};

mod again;
mod live;

/// `sightstep replay`.
pub fn recordings(arguments: &ReplayArguments) -> Result<Exit, Failure> {
    if arguments.live {
        return live::recordings(arguments);
    }
    if let Some(model) = models::optional(arguments)? {
        return again::recordings(arguments, &model);
    }
    let runtime = tokio::runtime::Runtime::new().map_err(|e| Failure::environment(&e))?;
    let mut exits = Vec::new();
    for path in &arguments.runs {
        exits.push(runtime.block_on(one(path, arguments))?);
    }
    Ok(Exit::gravest(exits))
}

async fn one(path: &Path, arguments: &ReplayArguments) -> Result<Exit, Failure> {
    let recording = Recording::open(path).map_err(|e| Failure::usage(e.to_string()))?;
    let on_divergence = if arguments.update { OnDivergence::Accept } else { OnDivergence::Stop };
    let replayed = replay(&recording, report(arguments), on_divergence).await.map_err(failure)?;
    eprint!("{}", told(path, &replayed));
    if github::is_here() {
        let parted = replayed.divergences.iter().find(|found| !found.accepted);
        parted.iter().for_each(|found| eprintln!("{}", github::error(path, "the replay diverges", &divergence(found))));
    }
    Ok(if replayed.diverged() { Exit::NotAchieved } else { Exit::Done })
}

fn report(arguments: &ReplayArguments) -> Box<dyn Report> {
    if arguments.json {
        return Box::new(JsonLines::new(None));
    }
    Box::new(report::TerminalReport::new(&MultiProgress::new(), None))
}

fn failure(error: ReplayError) -> Failure {
    match error {
        ReplayError::Recording(_) => Failure::environment(&error),
        _ => Failure::usage(error.to_string()),
    }
}

/// What a person is told at the end.
fn told(path: &Path, replayed: &Replayed) -> String {
    let mut lines = Vec::new();
    if let Some(damage) = &replayed.damage {
        lines
            .push(format!("warning: line {} of the recording is damaged and left out: {}", damage.line, damage.reason));
    }
    if replayed.unjudged > 0 {
        lines.push(format!(
            "note: {} verdicts were taken as recorded: a secret is painted over or was told",
            replayed.unjudged
        ));
    }
    if replayed.unparsed > 0 {
        lines.push(format!("note: {} answers were taken as they were understood then", replayed.unparsed));
    }
    lines.extend(replayed.divergences.iter().map(divergence));
    let (name, steps, events) = (path.display(), replayed.steps, replayed.events);
    if replayed.divergences.is_empty() {
        lines.push(format!("{name}: replayed as recorded, {steps} steps, {events} events"));
    }
    lines.join("\n") + "\n"
}

fn divergence(found: &Divergence) -> String {
    let what = if found.accepted { "updated" } else { "error: the replay diverges" };
    let mut text = format!("{what} at step {} ({})\n  {}", found.step, found.event, found.difference);
    for picture in &found.pictures {
        text.push_str(&format!("\n  picture: {}", picture.display()));
    }
    if !found.accepted {
        text.push_str(
            "\nhint: --update accepts what is told or judged otherwise; where something else is done, record again",
        );
    }
    text
}
