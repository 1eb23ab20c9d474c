//! GLM-4.5V: `left_click(start_box='[x,y]', element_info='…')`, perhaps between its box tokens.

use crate::plan::{Action, Button, FinishStatus, Plan};
use crate::space::FramePoint;

use super::grounding::{self, Spellings};
use super::quoted::quote;
use super::ui_tars;
use super::{Canvas, Family, Fault, Problem, SerialiseError, tags};

const HINT: &str = "an answer ends as in \"Action: left_click(start_box='[x,y]')\"";
const OPEN: &str = "<|begin_of_box|>";
const CLOSE: &str = "<|end_of_box|>";

pub(super) struct Glm;

impl Family for Glm {
    fn parse<'a>(&self, answer: &'a str, canvas: &Canvas) -> Result<Plan, Fault<'a>> {
        let text = tags::trimmed(answer);
        let (thought, spoken) = tags::parted(text);
        let thought = thought.or_else(|| before_box(spoken));
        if let Some(plan) = ui_tars::calls(boxed(spoken), canvas)? {
            return Ok(Plan { thought: thought.or(plan.thought), ..plan });
        }
        if let Some(at) = grounding::point(boxed(spoken), Spellings::Any, canvas)? {
            return Ok(grounding::click(at, thought));
        }
        Err(Fault::new(Problem::NoAction { hint: HINT }, ""))
    }

    fn first(&self, answer: &str, canvas: &Canvas) -> Option<Vec<Action>> {
        let thinking = tags::thinking(answer);
        if thinking.as_ref().is_some_and(|thinking| !thinking.is_closed) {
            return None;
        }
        let spoken = boxed(thinking.map_or(answer, |thinking| thinking.rest));
        ui_tars::first_call(spoken, canvas).or_else(|| grounding::first(spoken, Spellings::Any, canvas))
    }

    fn serialise(&self, plan: &Plan, canvas: &Canvas) -> Result<String, SerialiseError> {
        let calls = plan.actions.iter().map(|action| call(action, canvas)).collect::<Result<Vec<_>, _>>()?;
        let thought = plan.thought.as_ref().map(|text| format!("{text}\n")).unwrap_or_default();
        Ok(format!("{thought}Action: {}", calls.join("\n\n")))
    }
}

/// What stands between the box tokens, or all of it.
fn boxed(text: &str) -> &str {
    let inside = text.split_once(OPEN).map_or(text, |(_, inside)| inside);
    inside.split_once(CLOSE).map_or(inside, |(inside, _)| inside).trim()
}

fn before_box(text: &str) -> Option<String> {
    let before = text.split_once(OPEN)?.0.trim();
    let before = before.strip_suffix("Action:").unwrap_or(before).trim();
    (!before.is_empty()).then(|| before.to_owned())
}

fn call(action: &Action, canvas: &Canvas) -> Result<String, SerialiseError> {
    let no_words = SerialiseError::NoWords { dialect: "GLM", action: action.name() };
    let at = |point: &FramePoint| -> Result<String, SerialiseError> {
        let (x, y) = canvas.numbers(*point)?;
        Ok(format!("'[{x},{y}]'"))
    };
    Ok(match action {
        Action::Click { at: p, button: Button::Left, count: 1 } => format!("left_click(start_box={})", at(p)?),
        Action::Click { at: p, button: Button::Left, count: 2 } => format!("left_double_click(start_box={})", at(p)?),
        Action::Click { at: p, button: Button::Right, count: 1 } => format!("right_click(start_box={})", at(p)?),
        Action::Click { at: p, button: Button::Middle, count: 1 } => format!("middle_click(start_box={})", at(p)?),
        Action::Move { at: p } => format!("hover(start_box={})", at(p)?),
        Action::Drag { path, button: Button::Left } if path.len() == 2 => {
            format!("left_drag(start_box={}, end_box={})", at(&path[0])?, at(&path[1])?)
        }
        Action::Scroll { at: Some(p), direction, ticks } if *ticks > 0 => {
            format!("scroll(start_box={}, direction='{}', step={ticks})", at(p)?, direction.name())
        }
        Action::Type { text } => format!("type(content={})", quote(text)),
        Action::Key { keys } => format!("key(keys={})", quote(&keys.join("+"))),
        Action::Wait { seconds: 5.0 } => "WAIT()".into(),
        Action::Finish { status: FinishStatus::Success, answer: None } => "DONE()".into(),
        Action::Finish { status: FinishStatus::Failure, answer: None } => "FAIL()".into(),
        _ => return Err(no_words),
    })
}
