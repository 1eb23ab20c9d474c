//! One step of a page: its thought, and each action with its picture, receipt and verdict.

use std::fmt::Write as _;

use sightstep_actions::plan::Action;
use sightstep_actions::space::FramePoint;
use sightstep_actions::verdict::{Judgement, Verdict};
use sightstep_tasks::recording::{Entry, Healed};

use super::{Acted, Event, escaped, model};

/// A step's events.
pub(super) struct StepPage<'r> {
    pub(super) number: u32,
    /// The picture that its plan was made from.
    pub(super) frame: Option<&'r str>,
    events: Vec<&'r Event>,
    /// The action before the step's first one, where it was not confirmed.
    tried: Option<&'r Action>,
}

/// The steps that were planned, in order.
pub(super) fn all(entries: &[Entry]) -> Vec<StepPage<'_>> {
    let (mut steps, mut last): (Vec<StepPage<'_>>, Option<&str>) = (Vec::new(), None);
    let mut tries = ActionTries::default();
    for Entry { event, .. } in entries {
        match event {
            Event::Observed { frame, .. } => last = Some(frame),
            Event::Planned { step, .. } => {
                steps.push(StepPage { number: *step, frame: last, events: Vec::new(), tried: tries.tried });
            }
            _ => {}
        }
        tries.is_again(event);
        if let Some(step) = steps.last_mut() {
            step.events.push(event);
        }
    }
    steps
}

/// Notices an action that is done again because it did not do what it should.
#[derive(Default)]
struct ActionTries<'r> {
    action: Option<&'r Action>,
    /// The last action, where it was not confirmed.
    tried: Option<&'r Action>,
}

impl<'r> ActionTries<'r> {
    /// Whether the event is an action that was just tried.
    fn is_again(&mut self, event: &'r Event) -> bool {
        match event {
            Event::Acted { action, .. } => {
                let is_again = self.tried == Some(action) && !matches!(action, Action::Wait { .. });
                (self.action, self.tried) = (Some(action), Some(action));
                is_again
            }
            Event::Verified { verdict, .. } => {
                self.tried = self.action.filter(|_| verdict.judgement != Judgement::Confirmed);
                false
            }
            _ => false,
        }
    }
}

/// How often something was refused, failed, was tried again or healed, in a line; nothing where all went well.
pub(super) fn troubles(entries: &[Entry]) -> Option<String> {
    let (mut refused, mut failed, mut again, mut healed, mut tries) = (0, 0, 0, 0, ActionTries::default());
    for Entry { event, .. } in entries {
        again += usize::from(tries.is_again(event));
        match event {
            Event::Acted { acted: Acted::Refused(_), .. } => refused += 1,
            Event::Acted { acted: Acted::Failed(_), .. } => failed += 1,
            Event::Planned { healed: Some(_), .. } => healed += 1,
            _ => {}
        }
    }
    let counted = [(refused, "refused"), (failed, "failed"), (again, "tried again"), (healed, "healed")];
    let said: Vec<String> =
        counted.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    (!said.is_empty()).then(|| said.join(" · "))
}

impl<'r> StepPage<'r> {
    /// All pictures that are shown.
    pub(super) fn frames(&self) -> impl Iterator<Item = &'r str> {
        let shown = self.events.iter().flat_map(|event| match event {
            Event::Verified { before, after, .. } => vec![before.as_str(), after.as_str()],
            _ => Vec::new(),
        });
        self.frame.into_iter().chain(shown)
    }

    /// What took how long, in milliseconds.
    pub(super) fn times(&self) -> impl Iterator<Item = (&'static str, f64)> {
        self.events.iter().filter_map(|event| match event {
            Event::Observed { waited_ms, .. } => Some(("look", *waited_ms)),
            Event::Planned { millis, .. } => Some(("plan", *millis)),
            Event::Acted { acted: Acted::Receipt(receipt), .. } => Some(("act", receipt.millis)),
            Event::Verified { millis, .. } => Some(("judge", *millis)),
            _ => None,
        })
    }

    /// The step as a card; `size` is that of the screen in pixels.
    pub(super) fn html(&self, size: (u32, u32)) -> String {
        let number = self.number;
        let mut html =
            format!("<section class=\"card step\" id=\"step-{number}\" tabindex=\"-1\"><h2>StepPage {number}</h2>");
        let mut action = None;
        let mut tries = ActionTries { action: None, tried: self.tried };
        for event in &self.events {
            let is_again = tries.is_again(event);
            match event {
                Event::Planned { plan, raw, exchange, healed, millis, .. } => {
                    let thought = plan.thought.as_deref().unwrap_or_default();
                    let _ = write!(
                        html,
                        "<p>{}</p><details><summary class=\"dim\">answer</summary><pre>{}</pre></details>",
                        escaped(thought),
                        escaped(raw)
                    );
                    html.extend(exchange.as_ref().map(|exchange| model::of_step(exchange, *millis)));
                    html.extend(healed.as_ref().map(difference));
                }
                Event::Acted { action: done, acted, .. } => {
                    action = Some(done);
                    html.push_str(&told(done, acted, is_again));
                }
                Event::Verified { before, after, verdict, .. } => {
                    html.push_str(&judged(verdict));
                    html.push_str(&shot(before, after, action, verdict, size));
                }
                Event::Asked { question, answer, .. } => {
                    let said = answer.as_deref().unwrap_or("nobody answered");
                    let _ =
                        write!(html, "<p class=\"doubt\">asked: {} <b>{}</b></p>", escaped(question), escaped(said));
                }
                _ => {}
            }
        }
        html + "</section>\n"
    }
}

/// What a healed step acts on now, beside what the recorded one did.
fn difference(healed: &Healed) -> String {
    let thought = healed.thought.as_deref().map(|thought| format!("<br>{}", escaped(thought))).unwrap_or_default();
    format!(
        "<p><span class=\"badge doubt\">healed</span> step {}, action {} of the recording: <del>{}</del> <ins>{}</ins> \
         <span class=\"dim\">{}{thought}</span></p>",
        healed.step,
        healed.number,
        escaped(&healed.was.to_string()),
        escaped(&healed.now.to_string()),
        escaped(&healed.model)
    )
}

fn told(action: &Action, acted: &Acted, is_again: bool) -> String {
    let again = if is_again { " <span class=\"badge doubt\">again</span>" } else { "" };
    let what = escaped(&action.to_string()) + again;
    match acted {
        Acted::Receipt(receipt) => {
            format!(
                "<p><b>{what}</b> <span class=\"dim\">{} · {:.0} ms</span></p>",
                escaped(&receipt.method),
                receipt.millis
            )
        }
        Acted::Refused(why) => {
            format!("<p><b>{what}</b> <span class=\"badge doubt\">refused</span> {}</p>", escaped(why))
        }
        Acted::Failed(why) => format!("<p><b>{what}</b> <span class=\"badge bad\">failed</span> {}</p>", escaped(why)),
    }
}

fn judged(verdict: &Verdict) -> String {
    let (class, word) = match verdict.judgement {
        Judgement::Confirmed => ("good", "confirmed"),
        Judgement::NoEffect => ("doubt", "no effect"),
        Judgement::Contradicted => ("bad", "contradicted"),
        Judgement::Unknown => ("doubt", "unknown"),
    };
    let mut html = format!("<p><span class=\"badge {class}\">{word}</span>");
    for evidence in &verdict.evidence {
        let _ = write!(html, " <code>{}</code> {}", escaped(&evidence.rule), escaped(&evidence.seen));
    }
    html + "</p>"
}

/// Both pictures over each other with a slider, and what was done and seen drawn over them.
fn shot(before: &str, after: &str, action: Option<&Action>, verdict: &Verdict, (width, height): (u32, u32)) -> String {
    let (before, after) = (escaped(before), escaped(after));
    let mut marks = action.map(marks).unwrap_or_default();
    for [x, y, w, h] in verdict.evidence.iter().filter_map(|evidence| evidence.area) {
        let _ =
            write!(marks, "<rect class=\"seen\" x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\"/>", w.max(0), h.max(0));
    }
    format!(
        "<div class=\"shot\"><img alt=\"before\" data-frame=\"{before}\"><img class=\"after\" alt=\"after\" data-frame=\"{after}\">\
         <svg viewBox=\"0 0 {width} {height}\" preserveAspectRatio=\"none\" aria-hidden=\"true\">{marks}</svg><div class=\"edge\"></div></div>\
         <input class=\"slider\" type=\"range\" min=\"0\" max=\"100\" value=\"50\" aria-label=\"before and after\">\
         <div class=\"ends dim\"><span>after</span><span>before</span></div>"
    )
}

/// A ring at a click, a line along a drag.
fn marks(action: &Action) -> String {
    let ring = |at: &FramePoint| format!("<circle class=\"mark\" cx=\"{}\" cy=\"{}\" r=\"14\"/>", at.x, at.y);
    let points = action.points();
    let Some(first) = points.first() else { return String::new() };
    let line: Vec<String> = points.iter().map(|p| format!("{},{}", p.x, p.y)).collect();
    let line = format!("<polyline class=\"mark\" points=\"{}\"/>", line.join(" "));
    format!("{}{}", ring(first), if points.len() > 1 { &line } else { "" })
}
