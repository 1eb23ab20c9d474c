//! `parse`, `resize` and `prompt`: what a model family is told, and what its answers mean.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};
use sightstep_actions::dialect::{Conversation, Turn};
use sightstep_actions::profile::Profile;
use sightstep_actions::space::Size;
use sightstep_actions::verdict::{Judgement, Verdict};
use sightstep_tasks::recording::{Acted, Event, Recording};

use super::arguments::{ParseArguments, PromptArguments, ResizeArguments};
use super::{Failure, lines};
use crate::exit::Exit;

/// One line of `parse --jsonl`.
#[derive(Deserialize)]
struct Case {
    profile: String,
    text: String,
    screen: [u32; 2],
    #[serde(default)]
    image: Option<[u32; 2]>,
}

/// `sightstep parse`.
pub fn parse(arguments: &ParseArguments) -> Result<Exit, Failure> {
    let (Some(name), Some(screen)) = (&arguments.profile, arguments.screen) else {
        return lines::each(|case: &Case| {
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

/// `sightstep prompt`.
pub fn prompt(arguments: &PromptArguments) -> Result<Exit, Failure> {
    let mut conversation = Conversation {
        goal: arguments.goal.clone(),
        language: "English".into(),
        past: Vec::new(),
        frame: Some(0),
        screen: None,
    };
    if let Some(run) = &arguments.history {
        let recording = Recording::open(run).map_err(|e| Failure::usage(e.to_string()))?;
        remember(&recording, &mut conversation);
    }
    lines::print(&json!(profile(&arguments.profile)?.prompt(&conversation)));
    Ok(Exit::Done)
}

fn profile(name: &str) -> Result<&'static Profile, Failure> {
    Profile::named(name).map_err(|e| Failure::usage(e.to_string()))
}

fn plan(name: &str, text: &str, screen: Size, image: Option<Size>) -> Result<Value, Failure> {
    let plan = profile(name)?.parse(text, screen, image).map_err(|e| Failure::not_found(&e))?;
    Ok(json!(plan))
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

/// Adds the steps of a recording: its answers, the pictures by number, and what came of each.
fn remember(recording: &Recording, conversation: &mut Conversation) {
    for entry in &recording.entries {
        match &entry.event {
            Event::RunStarted { screen, .. } => {
                conversation.screen = Some(Size { width: screen.width, height: screen.height });
            }
            Event::Planned { raw, .. } => {
                let frame = Some(conversation.past.len());
                conversation.past.push(Turn { answer: raw.clone(), frame, feedback: None });
            }
            event => tell(event, conversation.past.last_mut()),
        }
    }
    conversation.frame = Some(conversation.past.len());
}

/// Adds what an event says of the step before: only what did not go as it should.
fn tell(event: &Event, turn: Option<&mut Turn>) {
    let said = match event {
        Event::Acted { action, acted: Acted::Refused(rule), .. } => format!("{} was refused: {rule}", action.name()),
        Event::Acted { action, acted: Acted::Failed(why), .. } => format!("{} failed: {why}", action.name()),
        Event::Verified { verdict, .. } if verdict.judgement != Judgement::Confirmed => seen(verdict),
        _ => return,
    };
    if let Some(turn) = turn {
        let before = turn.feedback.take().map(|text| text + "\n").unwrap_or_default();
        turn.feedback = Some(before + &said);
    }
}

fn seen(verdict: &Verdict) -> String {
    let judgement = match verdict.judgement {
        Judgement::Confirmed => "as expected",
        Judgement::NoEffect => "no effect",
        Judgement::Contradicted => "not as expected",
        Judgement::Unknown => "not clear whether it worked",
    };
    let evidence: Vec<&str> = verdict.evidence.iter().map(|evidence| evidence.seen.as_str()).collect();
    format!("{judgement}: {}", evidence.join("; "))
}
