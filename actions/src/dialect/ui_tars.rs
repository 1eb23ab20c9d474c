//! UI-TARS and what is hosted of it: `Thought: …` and `Action: click(start_box='(x,y)')`.

use std::fmt::Write as _;

use crate::plan::{Action, Button, FinishStatus, Plan, SystemButton};
use crate::space::FramePoint;

use super::arguments::Arguments;
use super::call::{self, Call, Quotes};
use super::names::Verb;
use super::quoted::quote;
use super::thought::{colon, words};
use super::{Canvas, Family, Fault, Pointing, Problem, SerialiseError, function_tags, grounding, meaning, tags};

const HINT: &str = "an answer ends as in \"Action: click(start_box='(x,y)')\"";

/// The spellings of an answer that is nothing but a point.
const POINTS: grounding::Spellings = grounding::Spellings::Marked;

pub(super) struct UiTars(pub Pointing);

impl Family for UiTars {
    fn parse<'a>(&self, answer: &'a str, canvas: &Canvas) -> Result<Plan, Fault<'a>> {
        let text = tags::trimmed(answer);
        if let Some(plan) = calls(text, canvas)? {
            return Ok(plan);
        }
        if let Some(plan) = function_tags::plan(text, canvas)? {
            return Ok(plan);
        }
        let thought = words(&text[..text.len() - behind_thinking(text).len()]).thought;
        if let Some(at) = grounding::point(behind_thinking(text), POINTS, canvas)? {
            return Ok(grounding::click(at, thought));
        }
        answered(text).ok_or(Fault::new(Problem::NoAction { hint: HINT }, ""))
    }

    fn first(&self, answer: &str, canvas: &Canvas) -> Option<Vec<Action>> {
        first_call(answer, canvas).or_else(|| grounding::first(answer, POINTS, canvas))
    }

    fn serialise(&self, plan: &Plan, canvas: &Canvas) -> Result<String, SerialiseError> {
        let actions = plan.actions.iter().map(|action| self.call(action, canvas)).collect::<Result<Vec<_>, _>>()?;
        let mut out = String::new();
        let thought = plan.thought.as_deref();
        if let Some(reflection) = &plan.reflection {
            let _ = writeln!(out, "Reflection: {reflection}");
            let _ = thought.map(|thought| writeln!(out, "Action_Summary: {thought}"));
        } else {
            let _ = thought.map(|thought| writeln!(out, "Thought: {thought}"));
        }
        let _ = write!(out, "Action: {}", actions.join("\n\n"));
        Ok(out)
    }
}

/// The calls behind the last `Action:` that has any.
fn labelled<'a>(text: &'a str, canvas: &Canvas) -> Result<Option<Plan>, Fault<'a>> {
    let spoken = behind_thinking(text);
    let mut before = None;
    let mut found: Option<Result<Sequence<'a>, Fault<'a>>> = None;
    let mut rest = spoken;
    while let Some((label, after)) = next_label(rest) {
        rest = after;
        if call::name(unfenced(after)).is_none() {
            continue;
        }
        before.get_or_insert(offset(text, label));
        let read = sequence(unfenced(after));
        if let Ok(sequence) = &read {
            rest = sequence.rest;
        }
        found = Some(read);
    }
    let Some(sequence) = found.transpose()? else { return Ok(None) };
    plan(&text[..before.unwrap_or_default()], sequence, canvas).map(Some)
}

/// The calls of an answer: behind `Action:`, or all of it.
pub(super) fn calls<'a>(text: &'a str, canvas: &Canvas) -> Result<Option<Plan>, Fault<'a>> {
    if let Some(found) = labelled(text, canvas)? {
        return Ok(Some(found));
    }
    let spoken = behind_thinking(text);
    let body = unfenced(tags::inside(spoken, "answer").map_or(spoken, |(inside, _)| inside));
    if call::name(body).is_none() {
        return Ok(None);
    }
    plan(&text[..text.len() - spoken.len()], sequence(body)?, canvas).map(Some)
}

/// What an answer in its tags means: the run is over, and that is its result.
pub(super) fn answered(text: &str) -> Option<Plan> {
    let spoken = behind_thinking(text);
    let answer = tags::inside(spoken, "answer")?.0.trim();
    if answer.is_empty() || answer.starts_with(['{', '[']) {
        return None;
    }
    let actions = vec![Action::Finish { status: FinishStatus::Success, answer: Some(answer.to_owned()) }];
    let thought = words(&text[..text.len() - spoken.len()]).thought;
    Some(Plan { thought, reflection: None, actions, expect: Vec::new() })
}

/// What stands behind closed thinking at the start.
fn behind_thinking(text: &str) -> &str {
    tags::parted(text).1
}

/// Calls one after the other.
pub(super) struct Sequence<'a> {
    pub calls: Vec<Call<'a>>,
    pub rest: &'a str,
}

/// Reads calls as long as there are any, over blank lines, semicolons and comments.
pub(super) fn sequence(text: &str) -> Result<Sequence<'_>, Fault<'_>> {
    let mut calls = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ';');
        if rest.starts_with('#') {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else if call::name(rest).is_some() {
            let (call, behind) = call::read(rest, Quotes::Lenient)?;
            calls.push(call);
            rest = behind;
        } else {
            return Ok(Sequence { calls, rest });
        }
    }
}

fn plan<'a>(before: &str, sequence: Sequence<'a>, canvas: &Canvas) -> Result<Plan, Fault<'a>> {
    if !tags::is_trailer(sequence.rest) {
        return Err(Fault::expected("an action or the end of the answer", sequence.rest));
    }
    let mut actions = Vec::with_capacity(sequence.calls.len());
    for call in sequence.calls {
        actions.extend(meant(call, canvas)?);
    }
    let said = words(before);
    Ok(Plan { thought: said.thought, reflection: said.reflection, actions, expect: Vec::new() })
}

/// The actions that a call means.
pub(super) fn meant<'a>(call: Call<'a>, canvas: &Canvas) -> Result<Vec<Action>, Fault<'a>> {
    let Some(verb) = Verb::named(call.name) else {
        return Err(Fault::unknown(call.name, Verb::all_names(), call.source));
    };
    meaning::actions(verb, &Arguments::of(verb, call.name, call.arguments), canvas)
}

/// The first call that is certain, in an answer that may go on.
pub(super) fn first_call(answer: &str, canvas: &Canvas) -> Option<Vec<Action>> {
    if tags::thinking(answer).is_some_and(|thinking| !thinking.is_closed) {
        return None;
    }
    let spoken = behind_thinking(answer);
    let mut rest = spoken;
    let mut starts = vec![unfenced(spoken)];
    while let Some((_, after)) = next_label(rest) {
        starts.push(unfenced(after));
        rest = after;
    }
    let call = starts.into_iter().find(|start| call::name(start).is_some())?;
    let (call, _) = call::read(call, Quotes::Lenient).ok()?;
    if call.is_certain { meant(call, canvas).ok() } else { None }
}

/// Where the next `Action:` is, and what stands behind it.
fn next_label(text: &str) -> Option<(&str, &str)> {
    const LABEL: &str = "Action";
    text.match_indices(LABEL).find_map(|(at, _)| {
        let after = &text[at + LABEL.len()..];
        let is_word = !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        colon(after).filter(|_| is_word).map(|colon| (&text[at..], &after[colon..]))
    })
}

/// The text without blanks, an opening fence and a token that marks an answer, before an action.
fn unfenced(text: &str) -> &str {
    let text = text.trim_start().trim_start_matches("<|begin_of_box|>").trim_start();
    match text.strip_prefix("```") {
        // The language of a block stands alone in its line.
        Some(fenced) => {
            let behind = fenced.trim_start_matches(|c: char| c.is_ascii_alphabetic());
            if behind.starts_with(char::is_whitespace) { behind.trim_start() } else { fenced }
        }
        None => text.trim_start_matches(['`', '*']).trim_start(),
    }
}

fn offset(text: &str, part: &str) -> usize {
    text.len() - part.len()
}

impl UiTars {
    fn call(&self, action: &Action, canvas: &Canvas) -> Result<String, SerialiseError> {
        let no_words = SerialiseError::NoWords { dialect: "UI-TARS", action: action.name() };
        let at = |point: &FramePoint| self.written("", *point, canvas);
        Ok(match action {
            Action::Click { at: p, button: Button::Left, count: 1 } => format!("click({})", at(p)?),
            Action::Click { at: p, button: Button::Left, count: 2 } => format!("left_double({})", at(p)?),
            Action::Click { at: p, button: Button::Right, count: 1 } => format!("right_single({})", at(p)?),
            Action::Move { at: p } => format!("hover({})", at(p)?),
            Action::Drag { path, button: Button::Left } if path.len() == 2 => {
                let (start, end) = (self.written("start", path[0], canvas)?, self.written("end", path[1], canvas)?);
                format!("drag({start}, {end})")
            }
            Action::Scroll { at: p, direction, ticks: 5 } => {
                let place = p.as_ref().map(at).transpose()?.map(|place| place + ", ").unwrap_or_default();
                format!("scroll({place}direction='{}')", direction.name())
            }
            Action::Type { text } => format!("type(content={})", quote(text)),
            Action::Key { keys } => format!("hotkey(key={})", quote(&keys.join(" "))),
            Action::KeyDown { key } => format!("press(key={})", quote(key)),
            Action::KeyUp { key } => format!("release(key={})", quote(key)),
            Action::LongPress { at: p, seconds: 1.0 } => format!("long_press({})", at(p)?),
            Action::Wait { seconds: 5.0 } => "wait()".into(),
            Action::Open { app } => format!("open_app(app_name={})", quote(app)),
            Action::System { button: SystemButton::Home } => "press_home()".into(),
            Action::System { button: SystemButton::Back } => "press_back()".into(),
            Action::Ask { question: None } => "call_user()".into(),
            Action::Ask { question: Some(question) } => format!("call_user(content={})", quote(question)),
            Action::Finish { status: FinishStatus::Success, answer: None } => "finished()".into(),
            Action::Finish { status: FinishStatus::Success, answer: Some(answer) } => {
                format!("finished(content={})", quote(answer))
            }
            _ => return Err(no_words),
        })
    }

    /// A point as an argument; `role` is `start`, `end` or nothing for the only point of an action.
    fn written(&self, role: &str, point: FramePoint, canvas: &Canvas) -> Result<String, SerialiseError> {
        let (x, y) = canvas.numbers(point)?;
        let role_or_start = if role.is_empty() { "start" } else { role };
        Ok(match self.0 {
            Pointing::BoxTokens => format!("{role_or_start}_box='<|box_start|>({x},{y})<|box_end|>'"),
            Pointing::Box => format!("{role_or_start}_box='({x},{y})'"),
            Pointing::Point if role.is_empty() => format!("point='<point>{x} {y}</point>'"),
            Pointing::Point => format!("{role}_point='<point>{x} {y}</point>'"),
        })
    }
}
