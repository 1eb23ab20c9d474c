//! Anthropic's computer tool: `tool_use` blocks, in all its dated versions.
//!
//! Since 2026-08-01 the actions are tools of their own in a set: a block with a `toolset_name` has the action as its name.
//!
//! An answer is a message of the API, its content, one block, or a block's input alone.

use serde_json::{Map, Value as Json, json};

use crate::key::Chord;
use crate::plan::{Action, Button, FinishStatus, Plan};
use crate::space::FramePoint;

use super::arguments::Arguments;
use super::names::{Field, Verb};
use super::{Canvas, Family, Fault, Problem, SerialiseError, json, meaning, tags};

const HINT: &str =
    "an answer holds a block such as {\"type\": \"tool_use\", \"name\": \"computer\", \"input\": {\"action\": …}}";

/// The actions of the tool: 2024-10-22, what 2025-01-24 added, and what 2025-11-24 did.
const ACTIONS: &[&str] = &[
    "key",
    "type",
    "mouse_move",
    "left_click",
    "left_click_drag",
    "right_click",
    "middle_click",
    "double_click",
    "screenshot",
    "cursor_position",
    "left_mouse_down",
    "left_mouse_up",
    "scroll",
    "hold_key",
    "wait",
    "triple_click",
    "zoom",
];

/// What is asked for only to look again.
const LOOKS: [&str; 3] = ["screenshot", "cursor_position", "zoom"];

pub(super) struct Anthropic;

impl Family for Anthropic {
    fn parse<'a>(&self, answer: &'a str, canvas: &Canvas) -> Result<Plan, Fault<'a>> {
        let text = tags::trimmed(answer);
        if !json::begins(text) {
            return Err(Fault::new(Problem::NoAction { hint: HINT }, ""));
        }
        let mut said = Said::default();
        for block in blocks(json::first(text)?.0) {
            said.read(block, text, canvas)?;
        }
        said.plan().ok_or(Fault::new(Problem::NoAction { hint: HINT }, ""))
    }

    fn first(&self, answer: &str, canvas: &Canvas) -> Option<Vec<Action>> {
        let mut said = Said::default();
        for block in blocks(json::complete(answer.trim_start())?) {
            said.read(block, answer, canvas).ok()?;
        }
        Some(said.actions).filter(|actions| !actions.is_empty())
    }

    fn serialise(&self, plan: &Plan, canvas: &Canvas) -> Result<String, SerialiseError> {
        let thought = plan.thought.iter().map(|text| json!({ "type": "text", "text": text }));
        let mut content: Vec<Json> = thought.collect();
        for (number, action) in (1..).zip(&plan.actions) {
            let input = input(action, canvas)?;
            let id = format!("toolu_{number:02}");
            content.push(json!({ "type": "tool_use", "id": id, "name": "computer", "input": input }));
        }
        Ok(Json::Array(content).to_string())
    }
}

/// The content blocks of whatever was given.
fn blocks(json: Json) -> Vec<Json> {
    match json {
        Json::Array(blocks) => blocks,
        Json::Object(mut message) if message.get("content").is_some_and(Json::is_array) => {
            message.remove("content").map(blocks).unwrap_or_default()
        }
        other => vec![other],
    }
}

/// What the blocks say together.
#[derive(Default)]
struct Said {
    texts: Vec<String>,
    actions: Vec<Action>,
}

impl Said {
    fn read<'a>(&mut self, block: Json, source: &'a str, canvas: &Canvas) -> Result<(), Fault<'a>> {
        let Json::Object(mut block) = block else {
            return Err(Fault::expected("a content block", source));
        };
        let kind = block.get("type").and_then(Json::as_str).unwrap_or_default().to_owned();
        match kind.as_str() {
            "text" | "thinking" => self.texts.extend(text_of(&mut block, &kind)),
            "redacted_thinking" => {}
            _ => {
                let member = block.contains_key("toolset_name").then(|| block.remove("name")).flatten();
                let mut input = match block.remove("input") {
                    Some(Json::Object(input)) => input,
                    _ => block,
                };
                if let Some(name) = member {
                    input.insert("action".to_owned(), name);
                }
                self.actions.extend(meant(input, source, canvas)?);
            }
        }
        Ok(())
    }

    /// A message without a tool's use ends the run: its text is the answer.
    fn plan(self) -> Option<Plan> {
        let text = Some(self.texts.join("\n")).filter(|text| !text.is_empty());
        let (thought, actions) = if self.actions.is_empty() {
            (None, vec![Action::Finish { status: FinishStatus::Success, answer: Some(text?) }])
        } else {
            (text, self.actions)
        };
        Some(Plan { thought, reflection: None, actions, expect: Vec::new() })
    }
}

fn text_of(block: &mut Map<String, Json>, kind: &str) -> Option<String> {
    let text = block.remove(kind)?.as_str()?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

fn meant<'a>(mut input: Map<String, Json>, source: &'a str, canvas: &Canvas) -> Result<Vec<Action>, Fault<'a>> {
    let Some(Json::String(name)) = input.remove("action") else {
        return Err(Fault::missing("the tool's input", "an \"action\"", source));
    };
    if !ACTIONS.contains(&name.as_str()) {
        return Err(Fault::unknown(&name, ACTIONS.iter().copied(), source));
    }
    if LOOKS.contains(&name.as_str()) {
        return Ok(vec![Action::Screenshot]);
    }
    let Some(verb) = Verb::named(&name) else { return Ok(vec![]) };
    let written = source.find(name.as_str()).map_or(source, |at| &source[at..at + name.len()]);
    let with = Arguments::of(verb, written, json::arguments(input, source));
    match verb {
        Verb::Hotkey => keys(&with),
        Verb::HoldKey => held(&with),
        Verb::Type => meaning::actions(verb, &with, canvas),
        _ => {
            let actions = meaning::actions_anywhere(verb, &with, canvas)?;
            let modifiers = if with.has(Field::Content) { chord(&with)?.names() } else { Vec::new() };
            Ok(meaning::while_held(&modifiers, actions))
        }
    }
}

/// `ctrl+s`; several chords parted by blanks are pressed one after the other, as `xdotool key` does.
fn keys<'a>(with: &Arguments<'a>) -> Result<Vec<Action>, Fault<'a>> {
    let text = with.text(Field::Content).or_else(|| with.text(Field::Key)).ok_or_else(|| with.missing("a text"))?;
    let is_one_key = text.trim().chars().count() <= 1;
    let chords: Vec<&str> = if is_one_key { vec![&text] } else { text.split_whitespace().collect() };
    let parsed = chords.into_iter().map(|chord| Ok(Action::Key { keys: chord.parse::<Chord>()?.names() }));
    parsed.collect::<Result<_, _>>().map_err(|error: crate::key::KeyError| Fault::new(error, with.action))
}

fn held<'a>(with: &Arguments<'a>) -> Result<Vec<Action>, Fault<'a>> {
    let seconds = with.number(Field::Time)?.ok_or_else(|| with.missing("a duration"))?;
    Ok(vec![Action::HoldKey { keys: chord(with)?.names(), seconds }])
}

fn chord<'a>(with: &Arguments<'a>) -> Result<Chord, Fault<'a>> {
    let text = with.text(Field::Content).ok_or_else(|| with.missing("a text"))?;
    text.parse().map_err(|error: crate::key::KeyError| Fault::new(error, with.action))
}

/// The tool's input that says an action.
fn input(action: &Action, canvas: &Canvas) -> Result<Json, SerialiseError> {
    let at = |point: &FramePoint| super::qwen::coordinate(*point, canvas);
    let no_words = SerialiseError::NoWords { dialect: "Anthropic", action: action.name() };
    Ok(match action {
        Action::Click { at: p, button, count } => {
            let name = match (button, count) {
                (Button::Left, 1) => "left_click",
                (Button::Left, 2) => "double_click",
                (Button::Left, 3) => "triple_click",
                (Button::Right, 1) => "right_click",
                (Button::Middle, 1) => "middle_click",
                _ => return Err(no_words),
            };
            json!({ "action": name, "coordinate": at(p)? })
        }
        Action::Move { at: p } => json!({ "action": "mouse_move", "coordinate": at(p)? }),
        Action::Press { button: Button::Left, at: None } => json!({ "action": "left_mouse_down" }),
        Action::Release { button: Button::Left, at: None } => json!({ "action": "left_mouse_up" }),
        Action::Drag { path, button: Button::Left } if path.len() == 2 => {
            let (from, to) = (at(&path[0])?, at(&path[1])?);
            json!({ "action": "left_click_drag", "start_coordinate": from, "coordinate": to })
        }
        Action::Scroll { at: Some(p), direction, ticks } if *ticks > 0 => json!({
            "action": "scroll", "coordinate": at(p)?,
            "scroll_direction": direction.name(), "scroll_amount": ticks,
        }),
        Action::Type { text } => json!({ "action": "type", "text": text }),
        Action::Key { keys } => json!({ "action": "key", "text": keys.join("+") }),
        Action::HoldKey { keys, seconds } => {
            json!({ "action": "hold_key", "text": keys.join("+"), "duration": seconds })
        }
        Action::Wait { seconds } => json!({ "action": "wait", "duration": seconds }),
        Action::Screenshot => json!({ "action": "screenshot" }),
        _ => return Err(no_words),
    })
}
