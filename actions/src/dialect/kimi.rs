//! Kimi: a point whose numbers are parts of 1, or of 1000; alone, in a tool call, or in `pyautogui` code.

use crate::plan::{Action, Plan};

use super::grounding::{self, Spellings};
use super::opencua::OpenCua;
use super::{Canvas, Family, Fault, Problem, SerialiseError, qwen, tags};

const HINT: &str = "an answer is a point, as in [0.5, 0.25]";

pub(super) struct Kimi;

impl Family for Kimi {
    fn parse<'a>(&self, answer: &'a str, canvas: &Canvas) -> Result<Plan, Fault<'a>> {
        let text = tags::trimmed(answer);
        if text.contains("pyautogui.") {
            return OpenCua.parse(answer, canvas);
        }
        if let Some(plan) = qwen::tool_calls(text, canvas)? {
            return Ok(plan);
        }
        let (thought, rest) = tags::parted(text);
        let body = tags::inside(rest, "answer").map_or(rest, |(inside, _)| inside).trim();
        let at = if body.starts_with('<') { None } else { grounding::point(body, Spellings::Any, canvas)? };
        let at = at.ok_or(Fault::new(Problem::NoAction { hint: HINT }, ""))?;
        Ok(grounding::click(at, thought))
    }

    fn first(&self, answer: &str, canvas: &Canvas) -> Option<Vec<Action>> {
        let place = || {
            let rest = tags::thinking(answer).map_or(answer, |thinking| thinking.rest);
            (!rest.trim_start().starts_with('<')).then(|| grounding::first(answer, Spellings::Any, canvas))?
        };
        if answer.contains("pyautogui.") {
            return OpenCua.first(answer, canvas);
        }
        qwen::first_call(answer, canvas).or_else(place)
    }

    fn serialise(&self, plan: &Plan, canvas: &Canvas) -> Result<String, SerialiseError> {
        let (x, y) = canvas.numbers(grounding::only_click(plan, "Kimi")?)?;
        let thought = plan.thought.as_ref().map(|text| format!("<think>{text}</think>\n"));
        Ok(format!("{}[{x}, {y}]", thought.unwrap_or_default()))
    }
}
