//! MAI-UI: `<grounding_think>…</grounding_think><answer>{"coordinate": [x, y]}</answer>`, and Qwen's tool calls.

use crate::plan::{Action, Plan};

use super::grounding::{self, Spellings};
use super::qwen::Qwen;
use super::{Canvas, Family, Fault, SerialiseError, tags};

pub(super) struct MaiUi;

impl Family for MaiUi {
    fn parse<'a>(&self, answer: &'a str, canvas: &Canvas) -> Result<Plan, Fault<'a>> {
        Qwen.parse(answer, canvas)
    }

    fn first(&self, answer: &str, canvas: &Canvas) -> Option<Vec<Action>> {
        let place = || {
            let (inside, is_closed) = tags::inside(answer, "answer")?;
            let at = is_closed.then(|| grounding::point(inside, Spellings::Any, canvas).ok().flatten())??;
            Some(grounding::click(at, None).actions)
        };
        Qwen.first(answer, canvas).or_else(place)
    }

    fn serialise(&self, plan: &Plan, canvas: &Canvas) -> Result<String, SerialiseError> {
        let Ok(at) = grounding::only_click(plan, "MAI-UI") else { return Qwen.serialise(plan, canvas) };
        let (x, y) = canvas.numbers(at)?;
        let thought = plan.thought.as_ref().map(|text| format!("<grounding_think>{text}</grounding_think>\n"));
        Ok(format!("{}<answer>\n{{\"coordinate\": [{x}, {y}]}}\n</answer>", thought.unwrap_or_default()))
    }
}
