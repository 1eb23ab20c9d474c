//! `sightstep replay RUN --model M`: how often a model agrees with recordings.

use std::path::Path;

use serde_json::{Value, json};
use sightstep_tasks::recording::Recording;
use sightstep_vision::read::Reader;

use crate::cached_reader::CachedReader;
use crate::cli::arguments::ReplayArguments;
use crate::cli::{Failure, lines, models};
use crate::exit::Exit;
use crate::model::Model;
use crate::replay::again::{AgainError, Agreement, Pair, RecordedStep, ask_again};

/// Asks the model about every recording, one after the other.
pub fn recordings(arguments: &ReplayArguments, model: &Model) -> Result<Exit, Failure> {
    let texts = models::text()?;
    let runtime = tokio::runtime::Runtime::new().map_err(|e| Failure::environment(&e))?;
    let mut exits = Vec::new();
    for path in &arguments.runs {
        let recording = Recording::open(path).map_err(|e| Failure::usage(e.to_string()))?;
        if let Some(damage) = &recording.damage {
            eprintln!("warning: line {} of the recording is damaged and left out: {}", damage.line, damage.reason);
        }
        let reader = CachedReader::new(Reader::new(texts.clone()));
        let mut hear = |step: &RecordedStep| print_step(step, arguments.json);
        let agreement = runtime.block_on(ask_again(&recording, model, &reader, &mut hear)).map_err(failure)?;
        sum(path, model, &agreement, arguments.json);
        exits.push(if agreement.is_whole() { Exit::Done } else { Exit::NotAchieved });
    }
    Ok(Exit::gravest(exits))
}

fn failure(error: AgainError) -> Failure {
    if error.is_usage() { Failure::usage(error.to_string()) } else { Failure::environment(&error) }
}

fn print_step(step: &RecordedStep, is_json: bool) {
    if is_json {
        lines::print(&event("asked_again", json!(step)));
    } else {
        print!("{}", in_words(step));
    }
}

fn sum(path: &Path, model: &Model, agreement: &Agreement, is_json: bool) {
    let name = path.display().to_string();
    if is_json {
        let mut all = event("agreement", json!(agreement));
        all["run"] = name.into();
        all["model"] = model.to_string().into();
        lines::print(&all);
    } else {
        let Agreement { steps, types, points, texts } = agreement;
        println!("{name}: {model} agrees in {steps} steps: {types} types, {points} points, {texts} texts");
    }
}

fn event(name: &str, mut fields: Value) -> Value {
    fields["event"] = name.into();
    fields
}

/// A line a step, with what parts the two where they do not agree.
fn in_words(step: &RecordedStep) -> String {
    let mark = if step.agrees { console::style("agrees").green() } else { console::style("differs").red() };
    let took = console::style(format!("{:.2} s", step.millis / 1e3)).dim();
    let mut text = format!("step {} {mark}  {took}\n", step.step);
    if let Some(error) = &step.error {
        text.push_str(&format!("  no plan: {}\n", error.lines().next().unwrap_or_default()));
    }
    for pair in &step.actions {
        text.push_str(&format!("  {}\n", beside(pair)));
    }
    text
}

/// What was done, what the model would have done, and what of it differs.
fn beside(pair: &Pair) -> String {
    let (was, is) = (pair.recorded.to_string(), pair.asked.to_string());
    let mut notes = Vec::new();
    if !pair.same_type {
        notes.push("another type".to_owned());
    }
    if let Some(point) = &pair.point {
        let place = if point.agrees { "within the target" } else { "outside the target" };
        notes.push(format!("{} px off, {place}", point.off));
    }
    if pair.text == Some(false) {
        notes.push("another text".to_owned());
    }
    let notes = if notes.is_empty() { String::new() } else { format!("  ({})", notes.join(", ")) };
    if was == is { format!("{was}{notes}") } else { format!("{was} -> {is}{notes}") }
}
