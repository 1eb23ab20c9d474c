//! UI-TARS-2: `<seed:tool_call><function=click><parameter=point><point>x y</point></parameter></function></seed:tool_call>`.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::plan::{Action, Button, FinishStatus, Plan};
use crate::space::FramePoint;

use super::arguments::Arguments;
use super::call::{Argument, Value};
use super::names::Verb;
use super::thought::words;
use super::ui_tars::direction_name;
use super::{Canvas, Family, Fault, Problem, SerialiseError, meaning, tags, ui_tars};

const HINT: &str = "an answer ends as in <seed:tool_call><function=wait></function></seed:tool_call>";
const FUNCTION: &str = "<function";
const PARAMETER: &str = "<parameter";

pub(super) struct UiTars2;

impl Family for UiTars2 {
    fn parse<'a>(&self, answer: &'a str, canvas: &Canvas) -> Result<Plan, Fault<'a>> {
        let text = tags::trimmed(answer);
        let (_, spoken) = tags::parted(text);
        let Some(start) = spoken.find(FUNCTION).map(|at| text.len() - spoken.len() + at) else {
            let other = ui_tars::calls(text, canvas)?.or_else(|| ui_tars::answered(text));
            return other.ok_or(Fault::new(Problem::NoAction { hint: HINT }, ""));
        };
        let mut actions = Vec::new();
        let mut rest = &text[start..];
        while let Some(at) = rest.find(FUNCTION) {
            let (function, behind) = function(&rest[at..])?;
            actions.extend(function.meant(canvas)?);
            rest = behind;
        }
        let before = text[..start].trim_end().trim_end_matches("<seed:tool_call>");
        let said = words(before);
        Ok(Plan { thought: said.thought, reflection: said.reflection, actions, expect: Vec::new() })
    }

    fn first(&self, answer: &str, canvas: &Canvas) -> Option<Vec<Action>> {
        let thinking = tags::thinking(answer);
        if thinking.as_ref().is_some_and(|thinking| !thinking.is_closed) {
            return None;
        }
        let spoken = thinking.map_or(answer, |thinking| thinking.rest);
        let Some(start) = spoken.find(FUNCTION) else { return ui_tars::first_call(answer, canvas) };
        let (function, _) = function(&spoken[start..]).ok().filter(|(function, _)| function.is_closed)?;
        function.meant(canvas).ok()
    }

    fn serialise(&self, plan: &Plan, canvas: &Canvas) -> Result<String, SerialiseError> {
        let mut out = String::new();
        if let Some(thought) = &plan.thought {
            let _ = writeln!(out, "<gui_think>{thought}</gui_think>");
        }
        out.push_str("<seed:tool_call>");
        for action in &plan.actions {
            let (name, parameters) = written(action, canvas)?;
            let _ = write!(out, "<function={name}>");
            for (key, value) in parameters {
                let _ = write!(out, "<parameter={key}>{value}</parameter>");
            }
            out.push_str("</function>");
        }
        Ok(out + "</seed:tool_call>")
    }
}

/// A function's call.
struct Function<'a> {
    name: &'a str,
    arguments: Vec<Argument<'a>>,
    source: &'a str,
    is_closed: bool,
}

impl<'a> Function<'a> {
    fn meant(self, canvas: &Canvas) -> Result<Vec<Action>, Fault<'a>> {
        let Some(verb) = Verb::named(self.name) else {
            return Err(Fault::unknown(self.name, Verb::all_names(), self.source));
        };
        meaning::actions(verb, &Arguments::of(verb, self.name, self.arguments), canvas)
    }
}

/// Reads the function at the start of the text, and gives what stands behind it.
fn function(text: &str) -> Result<(Function<'_>, &str), Fault<'_>> {
    let (name, mut rest) = opened(text, FUNCTION).ok_or_else(|| Fault::expected("<function=name>", text))?;
    let mut arguments = Vec::new();
    loop {
        rest = rest.trim_start();
        if let Some(behind) = rest.strip_prefix("</function>") {
            return Ok((Function { name, arguments, source: text, is_closed: true }, behind));
        }
        if rest.starts_with(FUNCTION) || tags::is_trailer(rest) {
            return Ok((Function { name, arguments, source: text, is_closed: false }, rest));
        }
        let parameter = opened(rest, PARAMETER).ok_or_else(|| Fault::expected("<parameter=name>", rest))?;
        let closed = parameter.1.split_once("</parameter>");
        let (value, behind) = closed.ok_or_else(|| Fault::expected("</parameter> behind this", rest))?;
        arguments.push(Argument {
            name: Some(Cow::Borrowed(parameter.0)),
            value: Value::Text(meant_text(value)),
            source: if value.is_empty() { rest } else { value },
        });
        rest = behind;
    }
}

/// The name in `<tag=name>` or `<tag name="name">`, and what stands behind it.
fn opened<'a>(text: &'a str, tag: &str) -> Option<(&'a str, &'a str)> {
    let (name, rest) = text.strip_prefix(tag)?.split_once('>')?;
    let name = name.trim().trim_start_matches("name").trim_start().strip_prefix('=')?.trim();
    Some((name.trim_matches(['"', '\'']), rest))
}

/// The value without the line breaks that set it apart; `\n` at its end is the Enter key that submits it.
fn meant_text(value: &str) -> Cow<'_, str> {
    let value = match value.strip_prefix('\n') {
        Some(block) => block.strip_suffix('\n').unwrap_or(block),
        None => value,
    };
    value.strip_suffix("\\n").map_or(Cow::Borrowed(value), |text| Cow::Owned(format!("{text}\n")))
}

type Parameters = Vec<(&'static str, String)>;

/// The function and its parameters that say an action.
fn written(action: &Action, canvas: &Canvas) -> Result<(&'static str, Parameters), SerialiseError> {
    let no_words = SerialiseError::NoWords { dialect: "UI-TARS-2", action: action.name() };
    let at = |key, point: &FramePoint| {
        let (x, y) = canvas.numbers(*point)?;
        Ok::<_, SerialiseError>((key, format!("<point>{x} {y}</point>")))
    };
    let is_sayable = |text: &str| !text.contains("</parameter>") && !text.starts_with('\n') && !text.ends_with("\\n");
    Ok(match action {
        Action::Click { at: p, button: Button::Left, count: 1 } => ("click", vec![at("point", p)?]),
        Action::Click { at: p, button: Button::Left, count: 2 } => ("left_double", vec![at("point", p)?]),
        Action::Click { at: p, button: Button::Right, count: 1 } => ("right_single", vec![at("point", p)?]),
        Action::Drag { path, button: Button::Left } if path.len() == 2 => {
            ("drag", vec![at("start_point", &path[0])?, at("end_point", &path[1])?])
        }
        Action::Scroll { at: p, direction, ticks: 5 } => {
            let place = p.as_ref().map(|p| at("point", p)).transpose()?;
            let direction = ("direction", direction_name(*direction).to_owned());
            ("scroll", place.into_iter().chain([direction]).collect())
        }
        Action::Type { text } if is_sayable(text) => ("type", vec![("content", text.clone())]),
        Action::Key { keys } => ("hotkey", vec![("key", keys.join(" "))]),
        Action::Wait { seconds: 5.0 } => ("wait", Vec::new()),
        Action::Ask { question } => {
            ("call_user", question.iter().map(|question| ("content", question.clone())).collect())
        }
        Action::Finish { status: FinishStatus::Success, answer } => {
            ("finished", answer.iter().map(|answer| ("content", answer.clone())).collect())
        }
        _ => return Err(no_words),
    })
}
