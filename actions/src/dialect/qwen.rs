//! Qwen's tool calls: `<tool_call>{"name": "computer_use", "arguments": {…}}</tool_call>`, on computers and phones.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

use crate::plan::{Action, Button, Direction, FinishStatus, Plan, SystemButton};
use crate::space::FramePoint;

use super::arguments::Arguments;
use super::grounding::{self, Spellings};
use super::names::Verb;
use super::thought::words;
use super::{Canvas, Family, Fault, Problem, SerialiseError, json, meaning, tags, ui_tars};

const HINT: &str =
    "an answer ends as in <tool_call>{\"name\": \"computer_use\", \"arguments\": {\"action\": …}}</tool_call>";
const OPEN: &str = "<tool_call>";

pub(super) struct Qwen;

impl Family for Qwen {
    fn parse<'a>(&self, answer: &'a str, canvas: &Canvas) -> Result<Plan, Fault<'a>> {
        let text = tags::trimmed(answer);
        if let Some(plan) = tool_calls(text, canvas)? {
            return Ok(plan);
        }
        spoken(text, canvas)?.ok_or(Fault::new(Problem::NoAction { hint: HINT }, ""))
    }

    fn first(&self, answer: &str, canvas: &Canvas) -> Option<Vec<Action>> {
        first_call(answer, canvas).or_else(|| grounding::first(answer, Spellings::Any, canvas))
    }

    fn serialise(&self, plan: &Plan, canvas: &Canvas) -> Result<String, SerialiseError> {
        let mut out = plan.thought.as_ref().map(|thought| format!("Action: {thought}\n")).unwrap_or_default();
        for action in &plan.actions {
            let call = json!({ "name": "computer_use", "arguments": arguments(action, canvas)? });
            let _ = writeln!(out, "{OPEN}\n{call}\n</tool_call>");
        }
        out.truncate(out.trim_end().len());
        Ok(out)
    }
}

/// The tool calls of an answer; also one that stands without its tags.
pub(super) fn tool_calls<'a>(text: &'a str, canvas: &Canvas) -> Result<Option<Plan>, Fault<'a>> {
    let Some(start) = text.find(OPEN).or_else(|| bare_call(text)) else { return Ok(None) };
    let mut actions = Vec::new();
    let mut rest = &text[start..];
    while let Some(body) = next_call(rest) {
        let (call, behind) = json::first(body)?;
        actions.extend(meant(call, body, canvas)?);
        rest = behind;
    }
    let said = said(&text[..start]);
    Ok((!actions.is_empty()).then(|| Plan { thought: said, reflection: None, actions, expect: Vec::new() }))
}

/// The JSON of the next call.
fn next_call(text: &str) -> Option<&str> {
    let inside = text.split_once(OPEN).map_or(text, |(_, inside)| inside).trim_start();
    let inside = inside.strip_prefix("```json").or(inside.strip_prefix("```")).unwrap_or(inside).trim_start();
    json::begins(inside).then_some(inside)
}

/// Where a call stands without its tags: `{"name": …`, perhaps in a fence.
fn bare_call(text: &str) -> Option<usize> {
    const KEYS: [&str; 3] = ["\"name\"", "\"action\"", "\"arguments\""];
    let (_, spoken) = tags::parted(text);
    let inside = spoken.split_once('{')?.1;
    let start = text.len() - inside.len() - 1;
    KEYS.iter().any(|key| inside.trim_start().starts_with(key)).then_some(start)
}

/// The actions of a call: of its `arguments`, which may be an object or the text of one.
pub(super) fn meant<'a>(call: Json, source: &'a str, canvas: &Canvas) -> Result<Vec<Action>, Fault<'a>> {
    let not_a_call = || Fault::expected("an object with \"arguments\"", source);
    let Json::Object(mut call) = call else { return Err(not_a_call()) };
    let arguments = match call.remove("arguments").or_else(|| call.remove("parameters")) {
        Some(Json::Object(arguments)) => arguments,
        Some(Json::String(text)) => match json::complete(&text) {
            Some(Json::Object(arguments)) => arguments,
            _ => return Err(not_a_call()),
        },
        Some(_) => return Err(not_a_call()),
        None => call,
    };
    named(arguments, source, canvas)
}

/// The actions of an object that names its `action`.
fn named<'a>(mut arguments: Map<String, Json>, source: &'a str, canvas: &Canvas) -> Result<Vec<Action>, Fault<'a>> {
    let Some(Json::String(name)) = arguments.remove("action") else {
        return Err(Fault::missing("a call", "an \"action\"", source));
    };
    let Some(verb) = Verb::named(&name) else {
        return Err(Fault::unknown(&name, Verb::all_names(), source));
    };
    let written = source.find(name.as_str()).map_or(source, |at| &source[at..at + name.len()]);
    meaning::actions_anywhere(verb, &Arguments::of(verb, written, json::arguments(arguments, source)), canvas)
}

/// An answer without a tool call: another family's words, or a place.
fn spoken<'a>(text: &'a str, canvas: &Canvas) -> Result<Option<Plan>, Fault<'a>> {
    let (thought, rest) = tags::parted(text);
    let body = tags::inside(rest, "answer").map_or(rest, |(inside, _)| inside).trim();
    if let Some(at) = grounding::point(body, Spellings::Any, canvas)? {
        return Ok(Some(grounding::click(at, thought)));
    }
    ui_tars::calls(text, canvas)
}

/// The first call that is complete, in an answer that may go on.
pub(super) fn first_call(answer: &str, canvas: &Canvas) -> Option<Vec<Action>> {
    let body = next_call(&answer[answer.find(OPEN).or_else(|| bare_call(answer))?..])?;
    meant(json::complete(body)?, body, canvas).ok()
}

/// What an answer says before its call: its thought and the line that describes the action.
fn said(before: &str) -> Option<String> {
    let before = before.trim_end().trim_end_matches("```json").trim_end_matches("```");
    let (head, line) = match before.rfind("Action:").filter(|at| *at == 0 || before[..*at].ends_with(['\n', ' ', '>']))
    {
        Some(at) => (&before[..at], before[at + "Action:".len()..].trim()),
        None => (before, ""),
    };
    let parts = [words(head).thought, Some(line.to_owned()).filter(|line| !line.is_empty())];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("\n"))
}

/// The arguments that say an action.
fn arguments(action: &Action, canvas: &Canvas) -> Result<Json, SerialiseError> {
    let at = |point: &FramePoint| coordinate(*point, canvas);
    let no_words = SerialiseError::NoWords { dialect: "Qwen", action: action.name() };
    Ok(match action {
        Action::Click { at: p, button: Button::Left, count: 1 } => {
            json!({"action": "left_click", "coordinate": at(p)?})
        }
        Action::Click { at: p, button: Button::Left, count: 2 } => {
            json!({"action": "double_click", "coordinate": at(p)?})
        }
        Action::Click { at: p, button: Button::Left, count: 3 } => {
            json!({"action": "triple_click", "coordinate": at(p)?})
        }
        Action::Click { at: p, button: Button::Right, count: 1 } => {
            json!({"action": "right_click", "coordinate": at(p)?})
        }
        Action::Click { at: p, button: Button::Middle, count: 1 } => {
            json!({"action": "middle_click", "coordinate": at(p)?})
        }
        Action::Move { at: p } => json!({"action": "mouse_move", "coordinate": at(p)?}),
        Action::Drag { path, button: Button::Left } if path.len() == 2 => {
            let (from, to) = (at(&path[0])?, at(&path[1])?);
            json!({"action": "left_click_drag", "start_coordinate": from, "coordinate": to})
        }
        Action::Scroll { at: p, direction, ticks } if (1..=20).contains(ticks) => {
            let (name, sign) = match direction {
                Direction::Up => ("scroll", 1),
                Direction::Down => ("scroll", -1),
                Direction::Right => ("hscroll", 1),
                Direction::Left => ("hscroll", -1),
            };
            let mut arguments = json!({"action": name, "pixels": sign * i64::from(*ticks)});
            if let Some(p) = p {
                arguments["coordinate"] = at(p)?;
            }
            arguments
        }
        Action::Type { text } => json!({"action": "type", "text": text}),
        Action::Key { keys } => json!({"action": "key", "keys": keys}),
        Action::LongPress { at: p, seconds } => json!({"action": "long_press", "coordinate": at(p)?, "time": seconds}),
        Action::Wait { seconds } => json!({"action": "wait", "time": seconds}),
        Action::Open { app } => json!({"action": "open", "text": app}),
        Action::System { button } => json!({"action": "system_button", "button": button_name(*button)}),
        Action::Ask { question } => json!({"action": "interact", "text": question}),
        Action::Finish { status: FinishStatus::Success, answer: Some(answer) } => {
            json!({"action": "answer", "text": answer})
        }
        Action::Finish { status: FinishStatus::Success, answer: None } => {
            json!({"action": "terminate", "status": "success"})
        }
        Action::Finish { status: FinishStatus::Failure, answer: None } => {
            json!({"action": "terminate", "status": "failure"})
        }
        _ => return Err(no_words),
    })
}

/// A point as a JSON list.
pub(super) fn coordinate(point: FramePoint, canvas: &Canvas) -> Result<Json, SerialiseError> {
    let (x, y) = canvas.numbers(point)?;
    Ok(Json::Array([x, y].iter().map(|n| serde_json::from_str(n).unwrap_or_default()).collect()))
}

fn button_name(button: SystemButton) -> &'static str {
    match button {
        SystemButton::Home => "Home",
        SystemButton::Back => "Back",
        SystemButton::Menu => "Menu",
        SystemButton::Enter => "Enter",
    }
}
