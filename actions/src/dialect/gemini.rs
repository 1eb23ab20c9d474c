//! Gemini: places as points and boxes, y before x.

use crate::plan::{Action, Plan};

use super::grounding::{self, Spellings};
use super::{Canvas, Family, Fault, Problem, SerialiseError, point, tags};

const HINT: &str = "an answer is a box, as in [{\"box_2d\": [y1, x1, y2, x2]}]";

pub(super) struct Gemini;

impl Family for Gemini {
    fn parse<'a>(&self, answer: &'a str, canvas: &Canvas) -> Result<Plan, Fault<'a>> {
        let text = tags::trimmed(answer);
        let (thought, rest) = tags::parted(text);
        let Some(numbers) = numbers(rest) else {
            return Err(Fault::new(Problem::NoAction { hint: HINT }, ""));
        };
        Ok(grounding::click(point::pixel(&numbers, canvas, rest)?, thought))
    }

    fn first(&self, answer: &str, canvas: &Canvas) -> Option<Vec<Action>> {
        let text = tags::trimmed(answer);
        let numbers = numbers(text.strip_suffix("```").unwrap_or(text)).filter(|_| text.ends_with([']', '}', '`']))?;
        Some(grounding::click(point::pixel(&numbers, canvas, text).ok()?, None).actions)
    }

    fn serialise(&self, plan: &Plan, canvas: &Canvas) -> Result<String, SerialiseError> {
        let (x, y) = canvas.numbers(grounding::only_click(plan, "Gemini")?)?;
        let thought = plan.thought.as_ref().map(|text| format!("<think>{text}</think>\n"));
        Ok(format!("{}[{{\"box_2d\": [{y}, {x}, {y}, {x}]}}]", thought.unwrap_or_default()))
    }
}

/// The numbers of the place, x first. An object that names `x` and `y` is taken at its word.
fn numbers(text: &str) -> Option<Vec<f64>> {
    let mut numbers = grounding::numbers(text, Spellings::Any).filter(|numbers| !numbers.is_empty())?;
    if !(text.contains("\"x\"") || text.trim_start().starts_with(['x', 'X'])) {
        numbers.chunks_exact_mut(2).for_each(|pair| pair.swap(0, 1));
    }
    Some(numbers)
}
