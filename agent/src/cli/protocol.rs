//! `parse`, `resize` and `prompt`: what a model family is told, and what its answers mean.

use std::path::Path;

use serde::Deserialize;
use serde_json::json;
use sightstep_actions::plan::Plan;
use sightstep_actions::profile::Profile;
use sightstep_actions::space::Size;
use sightstep_tasks::recording::{Event, Recording};

use super::arguments::{ParseArguments, PromptArguments, ResizeArguments};
use super::{Failure, lines};
use crate::exit::Exit;
use crate::planner::dialogue::{Dialogue, Goal};
use crate::planner::past::Past;

/// One line of `parse --jsonl`.
#[derive(Deserialize)]
struct ParseCase {
    profile: String,
    text: String,
    screen: [u32; 2],
    #[serde(default)]
    image: Option<[u32; 2]>,
}

/// `sightstep parse`.
pub fn parse(arguments: &ParseArguments) -> Result<Exit, Failure> {
    let (Some(name), Some(screen)) = (&arguments.profile, arguments.screen) else {
        return lines::each(|case: &ParseCase| {
            let size = |[width, height]: [u32; 2]| Size { width, height };
            let plan = plan(&case.profile, &case.text, size(case.screen), case.image.map(size))?;
            Ok(json!({ "plan": plan }))
        });
    };
    lines::print(&plan(name, &text(arguments.file.as_deref())?, screen, arguments.image)?);
    Ok(Exit::Done)
}

/// `sightstep resize`.
pub fn resize(arguments: &ResizeArguments) -> Result<Exit, Failure> {
    let resized = profile(&arguments.profile)?.resize(arguments.size);
    let resized = resized.map_err(|e| Failure::usage(e.to_string()))?;
    let (size, tokens) = (resized.size, resized.image_tokens);
    lines::print(&json!({ "width": size.width, "height": size.height, "image_tokens": tokens }));
    Ok(Exit::Done)
}

/// `sightstep prompt`: what a planner would send, with the number of a picture where one belongs.
pub fn prompt(arguments: &PromptArguments) -> Result<Exit, Failure> {
    let goal = Goal { told: arguments.goal.clone(), ..Goal::default() };
    let mut dialogue = Dialogue::new(profile(&arguments.profile)?.clone(), goal);
    match &arguments.history {
        None => dialogue.see((), None, &[]),
        Some(run) => {
            let recording = Recording::open(run).map_err(|e| Failure::usage(e.to_string()))?;
            remember(&recording, &mut dialogue);
        }
    }
    lines::print(&dialogue.messages());
    Ok(Exit::Done)
}

fn profile(name: &str) -> Result<&'static Profile, Failure> {
    Profile::named(name).map_err(|e| Failure::usage(e.to_string()))
}

fn plan(name: &str, text: &str, screen: Size, image: Option<Size>) -> Result<Plan, Failure> {
    profile(name)?.parse(text, screen, image).map_err(|e| Failure::not_found(&e))
}

/// The file, or standard input.
fn text(file: Option<&Path>) -> Result<String, Failure> {
    let unreadable = |name: &str, e: std::io::Error| {
        Failure::usage(format!("{name} cannot be read: {e}\nhint: give a file of UTF-8 text, or - for standard input"))
    };
    match file.filter(|path| *path != Path::new("-")) {
        Some(path) => std::fs::read_to_string(path).map_err(|e| unreadable(&path.display().to_string(), e)),
        None => std::io::read_to_string(std::io::stdin()).map_err(|e| unreadable("standard input", e)),
    }
}

/// Goes through the steps of a recording as the run did, to where the next one would be asked for.
fn remember(recording: &Recording, dialogue: &mut Dialogue<()>) {
    let (mut screen, mut past) = (None, Past::default());
    for entry in &recording.entries {
        match &entry.event {
            Event::RunStarted { screen: seen, .. } => {
                screen = Some(Size { width: seen.width, height: seen.height });
            }
            Event::Planned { raw, .. } => {
                dialogue.see((), screen, past.done());
                dialogue.add_answer(raw);
            }
            _ => {}
        }
        past.take(&entry.event);
    }
    dialogue.see((), screen, past.done());
}
