//! UI-Venus: `[x,y]`, where `[-1,-1]` says that there is no such place, and `<action>Click(box=(x,y))</action>`.

use crate::plan::{Action, FinishStatus, Plan};

use super::grounding::{self, Spellings};
use super::qwen::Qwen;
use super::{Canvas, Family, Fault, SerialiseError, tags, ui_tars};

pub(super) struct UiVenus;

impl Family for UiVenus {
    fn parse<'a>(&self, answer: &'a str, canvas: &Canvas) -> Result<Plan, Fault<'a>> {
        let text = tags::trimmed(answer);
        let (thought, rest) = tags::parted(text);
        if is_nowhere(rest) {
            return Ok(Plan { thought, ..nowhere() });
        }
        match tags::inside(rest, "action").map(|(inside, _)| ui_tars::calls(inside.trim(), canvas)) {
            Some(plan) => plan?.map(|plan| Plan { thought, ..plan }).map_or_else(|| Qwen.parse(answer, canvas), Ok),
            None => Qwen.parse(answer, canvas),
        }
    }

    fn first(&self, answer: &str, canvas: &Canvas) -> Option<Vec<Action>> {
        let rest = tags::thinking(answer).map_or(answer, |thinking| thinking.rest);
        if is_nowhere(rest) {
            return Some(nowhere().actions);
        }
        let call = tags::inside(rest, "action").and_then(|(inside, _)| ui_tars::first_call(inside, canvas));
        call.or_else(|| Qwen.first(answer, canvas))
    }

    fn serialise(&self, plan: &Plan, canvas: &Canvas) -> Result<String, SerialiseError> {
        let thought = plan.thought.as_ref().map(|text| format!("<think>{text}</think>\n")).unwrap_or_default();
        if let [Action::Finish { status: FinishStatus::Infeasible, answer: None }] = plan.actions.as_slice() {
            return Ok(thought + "[-1,-1]");
        }
        let (x, y) = canvas.numbers(grounding::only_click(plan, "UI-Venus")?)?;
        Ok(format!("{thought}[{x},{y}]"))
    }
}

fn is_nowhere(text: &str) -> bool {
    let numbers = grounding::numbers(tags::trimmed(text), Spellings::Any);
    numbers.is_some_and(|numbers| numbers == [-1.0, -1.0])
}

fn nowhere() -> Plan {
    let actions = vec![Action::Finish { status: FinishStatus::Infeasible, answer: None }];
    Plan { thought: None, reflection: None, actions, expect: Vec::new() }
}
