//! Kimi: a point whose numbers are parts of 1, or of 1000.

use crate::plan::{Action, Plan};

use super::grounding;
use super::qwen::Qwen;
use super::{Canvas, Family, Fault, Problem, SerialiseError, tags};

const HINT: &str = "an answer is a point, as in [0.5, 0.25]";

pub(super) struct Kimi;

impl Family for Kimi {
    fn parse<'a>(&self, answer: &'a str, canvas: &Canvas) -> Result<Plan, Fault<'a>> {
        let text = tags::trimmed(answer);
        match Qwen.parse(text, canvas) {
            Err(Fault { problem: Problem::NoAction { .. }, .. }) => {
                Err(Fault::new(Problem::NoAction { hint: HINT }, ""))
            }
            other => other,
        }
    }

    fn first(&self, answer: &str, canvas: &Canvas) -> Option<Vec<Action>> {
        Qwen.first(answer, canvas)
    }

    fn serialise(&self, plan: &Plan, canvas: &Canvas) -> Result<String, SerialiseError> {
        let (x, y) = canvas.numbers(grounding::only_click(plan, "Kimi")?)?;
        let thought = plan.thought.as_ref().map(|text| format!("<think>{text}</think>\n"));
        Ok(format!("{}[{x}, {y}]", thought.unwrap_or_default()))
    }
}
