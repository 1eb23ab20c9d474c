//! OpenAI's computer use: `computer_call` items.
//!
//! An answer is a response of the API, its output, one item, or an item's action alone.

use serde_json::{Map, Value as Json, json};

use crate::key::Chord;
use crate::plan::{Action, Button, Direction, FinishStatus, Plan};
use crate::space::FramePoint;

use super::arguments::Arguments;
use super::names::{Field, Verb};
use super::{Canvas, Family, Fault, Problem, SerialiseError, json, meaning, tags};

const HINT: &str =
    "an answer holds an item such as {\"type\": \"computer_call\", \"action\": {\"type\": \"click\", …}}";

const ACTIONS: &[&str] = &["click", "double_click", "scroll", "type", "wait", "move", "keypress", "drag", "screenshot"];

pub(super) struct OpenAi;

impl Family for OpenAi {
    fn parse<'a>(&self, answer: &'a str, canvas: &Canvas) -> Result<Plan, Fault<'a>> {
        let text = tags::trimmed(answer);
        if !json::begins(text) {
            return Err(Fault::new(Problem::NoAction { hint: HINT }, ""));
        }
        read(json::first(text)?.0, text, canvas)?.ok_or(Fault::new(Problem::NoAction { hint: HINT }, ""))
    }

    fn first(&self, answer: &str, canvas: &Canvas) -> Option<Vec<Action>> {
        let plan = read(json::complete(answer.trim_start())?, answer, canvas).ok()??;
        Some(plan.actions).filter(|actions| !matches!(actions.as_slice(), [Action::Finish { .. }]))
    }

    fn serialise(&self, plan: &Plan, canvas: &Canvas) -> Result<String, SerialiseError> {
        let summary = |text| json!({ "type": "reasoning", "summary": [{ "type": "summary_text", "text": text }] });
        let mut output: Vec<Json> = plan.thought.iter().map(summary).collect();
        for (number, action) in (1..).zip(&plan.actions) {
            output.push(json!({
                "type": "computer_call", "call_id": format!("call_{number:02}"), "action": written(action, canvas)?,
                "pending_safety_checks": [], "status": "completed",
            }));
        }
        Ok(Json::Array(output).to_string())
    }
}

/// Reads the items. A response without a call ends the run: its text is the answer.
fn read<'a>(json: Json, source: &'a str, canvas: &Canvas) -> Result<Option<Plan>, Fault<'a>> {
    let (mut actions, mut thoughts, mut texts) = (Vec::new(), Vec::new(), Vec::new());
    for item in items(json) {
        let Json::Object(mut item) = item else { return Err(Fault::expected("an output item", source)) };
        match item.get("type").and_then(Json::as_str).unwrap_or_default() {
            "reasoning" => thoughts.extend(parts(item.remove("summary"))),
            "message" => texts.extend(parts(item.remove("content"))),
            "text" | "output_text" => texts.extend(parts(Some(Json::Array(vec![Json::Object(item)])))),
            "computer_call" => {
                actions.extend(asked(item.remove("pending_safety_checks")));
                let single = item.remove("action").into_iter();
                let several =
                    item.remove("actions").and_then(|several| several.as_array().cloned()).unwrap_or_default();
                for action in single.chain(several) {
                    actions.extend(meant(action, source, canvas)?);
                }
            }
            _ => actions.extend(meant(Json::Object(item), source, canvas)?),
        }
    }
    let join = |texts: Vec<String>| Some(texts.join("\n")).filter(|text| !text.is_empty());
    if actions.is_empty() {
        let Some(answer) = join(texts) else { return Ok(None) };
        actions.push(Action::Finish { status: FinishStatus::Success, answer: Some(answer) });
    } else {
        thoughts.extend(texts);
    }
    Ok(Some(Plan { thought: join(thoughts), reflection: None, actions, expect: Vec::new() }))
}

fn items(json: Json) -> Vec<Json> {
    match json {
        Json::Array(items) => items,
        Json::Object(mut response) if response.get("output").is_some_and(Json::is_array) => {
            response.remove("output").map(items).unwrap_or_default()
        }
        other => vec![other],
    }
}

/// The texts of an item's parts.
fn parts(parts: Option<Json>) -> Vec<String> {
    let texts = match &parts {
        Some(Json::Array(parts)) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
        Some(Json::String(text)) => vec![text.as_str()],
        _ => Vec::new(),
    };
    texts.into_iter().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

/// Safety checks that are pending are a person's to acknowledge, before the action.
fn asked(checks: Option<Json>) -> Option<Action> {
    let Some(Json::Array(checks)) = checks else { return None };
    let message = |check: &Json| check["message"].as_str().or(check["code"].as_str()).unwrap_or("unnamed").to_owned();
    let messages: Vec<String> = checks.iter().map(message).collect();
    let question = format!("The model's provider asks for a person's consent: {}", messages.join("; "));
    (!messages.is_empty()).then_some(Action::Ask { question: Some(question) })
}

fn meant<'a>(action: Json, source: &'a str, canvas: &Canvas) -> Result<Vec<Action>, Fault<'a>> {
    let Json::Object(mut action) = action else { return Err(Fault::expected("an action", source)) };
    let Some(Json::String(name)) = action.remove("type") else {
        return Err(Fault::missing("an action", "a \"type\"", source));
    };
    let verb = Verb::named(&name).filter(|_| ACTIONS.contains(&name.as_str()));
    let Some(verb) = verb else {
        return Err(Fault::unknown(&name, ACTIONS.iter().copied(), source));
    };
    let modifiers = if verb == Verb::Hotkey { None } else { action.remove("keys") };
    let actions = match verb {
        Verb::Drag => vec![Action::Drag { path: path(action.remove("path"), source, canvas)?, button: Button::Left }],
        Verb::Scroll => scrolls(&action, source, canvas)?,
        _ => {
            let written = source.find(name.as_str()).map_or(source, |at| &source[at..at + name.len()]);
            let with = Arguments::of(verb, written, json::arguments(action, source));
            if verb == Verb::Hotkey { keys(&with)? } else { meaning::actions(verb, &with, canvas)? }
        }
    };
    Ok(meaning::while_held(&held(modifiers, source)?, actions))
}

fn keys<'a>(with: &Arguments<'a>) -> Result<Vec<Action>, Fault<'a>> {
    let keys: Vec<String> = with.texts(Field::Key).iter().map(|key| key.clone().into_owned()).collect();
    Ok(vec![Action::Key { keys: chord(&keys, with.action)? }])
}

fn chord<'a>(keys: &[String], near: &'a str) -> Result<Vec<String>, Fault<'a>> {
    let lower: Vec<String> =
        keys.iter().map(|key| if key.chars().count() > 1 { key.clone() } else { key.to_lowercase() }).collect();
    Chord::of(&lower).map(|chord| chord.names()).map_err(|error| Fault::new(error, near))
}

/// The keys that are held during an action.
fn held(keys: Option<Json>, near: &str) -> Result<Vec<String>, Fault<'_>> {
    let Some(Json::Array(keys)) = keys else { return Ok(Vec::new()) };
    let keys: Vec<String> = keys.iter().filter_map(|key| key.as_str().map(str::to_owned)).collect();
    if keys.is_empty() { Ok(keys) } else { chord(&keys, near) }
}

fn path<'a>(path: Option<Json>, source: &'a str, canvas: &Canvas) -> Result<Vec<FramePoint>, Fault<'a>> {
    let missing = || Fault::missing("drag", "a path of at least two points", source);
    let Some(Json::Array(points)) = path.filter(|path| path.as_array().is_some_and(|p| p.len() > 1)) else {
        return Err(missing());
    };
    let point = |point: &Json| {
        let numbers = super::grounding::listed(point).ok_or_else(missing)?;
        super::point::pixel(&numbers, canvas, source)
    };
    points.iter().map(point).collect()
}

/// Pixels to the right and down; a scroll on both axes is two.
fn scrolls<'a>(action: &Map<String, Json>, source: &'a str, canvas: &Canvas) -> Result<Vec<Action>, Fault<'a>> {
    let number = |key: &str| action.get(key).and_then(Json::as_f64);
    let at = match (number("x"), number("y")) {
        (Some(x), Some(y)) => Some(super::point::pixel(&[x, y], canvas, source)?),
        (None, None) => None,
        _ => return Err(Fault::missing("scroll", "both x and y", source)),
    };
    let axis = |key: &str, positive, negative| {
        let pixels = number(key).filter(|pixels| *pixels != 0.0)?;
        let direction = if pixels > 0.0 { positive } else { negative };
        Some(Action::Scroll { at, direction, ticks: meaning::pixel_notches(pixels) })
    };
    let down = axis("scroll_y", Direction::Down, Direction::Up);
    let right = axis("scroll_x", Direction::Right, Direction::Left);
    let scrolls: Vec<Action> = down.into_iter().chain(right).collect();
    if scrolls.is_empty() {
        Err(Fault::missing("scroll", "a distance: scroll_x or scroll_y", source))
    } else {
        Ok(scrolls)
    }
}

/// The item's action that says an action.
fn written(action: &Action, canvas: &Canvas) -> Result<Json, SerialiseError> {
    let no_words = SerialiseError::NoWords { dialect: "OpenAI", action: action.name() };
    let placed = |point: FramePoint, mut json: Json| -> Result<Json, SerialiseError> {
        let at = super::qwen::coordinate(point, canvas)?;
        (json["x"], json["y"]) = (at[0].clone(), at[1].clone());
        Ok(json)
    };
    Ok(match action {
        Action::Click { at, button, count: 1 } => {
            placed(*at, json!({ "type": "click", "button": button_name(*button) }))?
        }
        Action::Click { at, button: Button::Left, count: 2 } => placed(*at, json!({ "type": "double_click" }))?,
        Action::Move { at } => placed(*at, json!({ "type": "move" }))?,
        Action::Drag { path, button: Button::Left } if path.len() > 1 => {
            let path = path.iter().map(|point| placed(*point, json!({}))).collect::<Result<Vec<_>, _>>()?;
            json!({ "type": "drag", "path": path })
        }
        Action::Scroll { at: Some(at), direction, ticks } if *ticks > 0 => {
            let pixels = i64::from(*ticks) * 100;
            let (x, y) = match direction {
                Direction::Up => (0, -pixels),
                Direction::Down => (0, pixels),
                Direction::Left => (-pixels, 0),
                Direction::Right => (pixels, 0),
            };
            placed(*at, json!({ "type": "scroll", "scroll_x": x, "scroll_y": y }))?
        }
        Action::Type { text } => json!({ "type": "type", "text": text }),
        Action::Key { keys } => json!({ "type": "keypress", "keys": keys }),
        Action::Wait { seconds: 5.0 } => json!({ "type": "wait" }),
        Action::Screenshot => json!({ "type": "screenshot" }),
        _ => return Err(no_words),
    })
}

fn button_name(button: Button) -> &'static str {
    match button {
        Button::Left => "left",
        Button::Right => "right",
        Button::Middle => "wheel",
        Button::Back => "back",
        Button::Forward => "forward",
    }
}
