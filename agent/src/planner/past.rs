//! What was done in a recording, as a planner that goes on from there is told it.

use sightstep_actions::executor::Receipt;
use sightstep_actions::plan::{Action, Plan};
use sightstep_tasks::recording::{Acted, Event};

use crate::observation::Done;

/// What is asked where the planner asks without words.
const UNSAID: &str = "the planner needs a person";

/// The history of a recording, as far as its events have been taken.
#[derive(Debug, Default)]
pub struct Past {
    done: Vec<Done>,
    plan: Option<(u32, Plan)>,
}

impl Past {
    /// Takes the next event.
    pub fn take(&mut self, event: &Event) {
        match event {
            Event::Planned { step, plan, .. } => self.plan = Some((*step, plan.clone())),
            Event::Acted { step, action, acted, .. } => self.done.push(done(*step, action, acted)),
            Event::Verified { verdict, .. } => {
                if let Some(last) = self.done.last_mut() {
                    last.verdict = Some(verdict.clone());
                }
            }
            Event::Asked { question, answer: Some(answer), .. } => self.note_answer(question, answer),
            _ => {}
        }
    }

    /// All that was done so far.
    pub fn done(&self) -> &[Done] {
        &self.done
    }

    /// The answer to a question of the planner's; what the policy asks is none of its history.
    fn note_answer(&mut self, question: &str, answer: &str) {
        let Some((step, plan)) = &self.plan else { return };
        let asks =
            |action: &&Action| matches!(action, Action::Ask { question: asked } if said(asked.as_deref()) == question);
        if let Some(action) = plan.actions.iter().find(asks) {
            self.done.push(answered(*step, action, answer.to_owned()));
        }
    }
}

/// The planner's question in words.
pub fn said(question: Option<&str>) -> &str {
    question.unwrap_or(UNSAID)
}

/// A question that a person has answered.
pub fn answered(step: u32, action: &Action, answer: String) -> Done {
    let receipt = Receipt { method: "person".into(), note: Some(answer), ..Receipt::default() };
    Done { step, action: action.clone(), receipt: Ok(receipt), verdict: None }
}

fn done(step: u32, action: &Action, acted: &Acted) -> Done {
    let receipt = match acted {
        Acted::Receipt(receipt) => Ok(receipt.clone()),
        Acted::Refused(reason) | Acted::Failed(reason) => Err(reason.clone()),
    };
    Done { step, action: action.clone(), receipt, verdict: None }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// What is known after these events, a line each.
    fn after(events: &[Value]) -> Vec<String> {
        let mut past = Past::default();
        events.iter().for_each(|event| past.take(&serde_json::from_value(event.clone()).unwrap()));
        let line = |done: &Done| {
            let receipt = match &done.receipt {
                Ok(receipt) => receipt.note.clone().unwrap_or_else(|| receipt.method.clone()),
                Err(why) => format!("not done: {why}"),
            };
            format!("{} {} {receipt} {:?}", done.step, done.action.name(), done.verdict.as_ref().map(|v| v.judgement))
        };
        past.done().iter().map(line).collect()
    }

    #[test]
    fn actions_verdicts_and_answers_are_the_history() {
        let ask = json!({ "type": "ask", "question": "Which?" });
        let click = json!({ "type": "click", "at": { "x": 1, "y": 2 } });
        let planned = |step: u32, action: &Value| {
            json!({ "event": "planned", "step": step, "raw": "", "millis": 1.0,
                    "plan": { "thought": null, "reflection": null, "actions": [action] } })
        };
        let events = [
            planned(1, &click),
            json!({ "event": "asked", "step": 1, "question": "may I?", "answer": "y" }),
            json!({ "event": "acted", "step": 1, "number": 1, "action": click, "receipt": { "method": "mouse", "millis": 1.0 } }),
            json!({ "event": "verified", "step": 1, "number": 1, "before": "a", "after": "b", "verdict": "no_effect",
                    "evidence": [], "millis": 1.0 }),
            json!({ "event": "acted", "step": 1, "number": 2, "action": click, "refused": "a rule" }),
            planned(2, &ask),
            json!({ "event": "asked", "step": 2, "question": "Which?", "answer": "the left one" }),
            json!({ "event": "asked", "step": 2, "question": "Which?", "answer": null }),
        ];
        assert_eq!(
            after(&events),
            ["1 click mouse Some(NoEffect)", "1 click not done: a rule None", "2 ask the left one None"]
        );
    }
}
