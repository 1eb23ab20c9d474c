//! UI-TARS-2: `<seed:tool_call><function=click><parameter=point><point>x y</point></parameter></function></seed:tool_call>`.

use std::fmt::Write as _;

use crate::plan::{Action, Button, FinishStatus, Plan};
use crate::space::FramePoint;

use super::{Canvas, Family, Fault, Problem, SerialiseError, function_tags, tags, ui_tars};

const HINT: &str = "an answer ends as in <seed:tool_call><function=wait></function></seed:tool_call>";

pub(super) struct UiTars2;

impl Family for UiTars2 {
    fn parse<'a>(&self, answer: &'a str, canvas: &Canvas) -> Result<Plan, Fault<'a>> {
        let text = tags::trimmed(answer);
        if let Some(plan) = function_tags::plan(text, canvas)? {
            return Ok(plan);
        }
        let other = ui_tars::calls(text, canvas)?.or_else(|| ui_tars::answered(text));
        other.ok_or(Fault::new(Problem::NoAction { hint: HINT }, ""))
    }

    fn first(&self, answer: &str, canvas: &Canvas) -> Option<Vec<Action>> {
        let thinking = tags::thinking(answer);
        if thinking.as_ref().is_some_and(|thinking| !thinking.is_closed) {
            return None;
        }
        let spoken = thinking.map_or(answer, |thinking| thinking.rest);
        function_tags::first(spoken, canvas).unwrap_or_else(|| ui_tars::first_call(answer, canvas))
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
            let direction = ("direction", direction.name().to_owned());
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
