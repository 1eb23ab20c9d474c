//! The sentence that a run ends with: which step, what was expected, what was seen.

use sightstep_actions::verdict::{Judgement, Verdict};

use crate::observation::Done;

/// What the last action came to, where that was not what it should.
pub fn story(history: &[Done]) -> Option<String> {
    let done = history.last()?;
    let what = format!("step {}, {}", done.step, done.action);
    match (&done.receipt, &done.verdict) {
        (Err(reason), _) => Some(format!("{what}: not done: {}", reason.lines().next().unwrap_or_default())),
        (Ok(_), Some(verdict)) if is_amiss(verdict.judgement) => {
            let seen: Vec<&str> = verdict.evidence.iter().map(|e| e.seen.as_str()).collect();
            Some(format!("{what}: expected {}, seen: {}", expected(verdict), seen.join("; ")))
        }
        _ => None,
    }
}

fn is_amiss(judgement: Judgement) -> bool {
    matches!(judgement, Judgement::NoEffect | Judgement::Contradicted)
}

/// What a rule wants to see.
fn expected(verdict: &Verdict) -> &'static str {
    let rule = verdict.evidence.iter().find(|e| e.holds == Some(false)).or(verdict.evidence.first());
    match rule.map_or("", |evidence| evidence.rule.as_str()) {
        "text_read_back" | "field_told" => "the text to be read where it was typed",
        "content_moved" => "what is shown to move",
        "window_opened" => "a window to open",
        "window_changed" => "the window to change so",
        "text_appears" | "text_equals" => "a text to be there",
        "text_disappears" => "a text to be gone",
        "image_matches" => "a picture to be there",
        "element_state" => "a box to be on or off",
        "question" => "a model to say yes",
        "window_title" => "a window with a title",
        "region_stays" => "nothing to change",
        _ => "something to change",
    }
}

#[cfg(test)]
mod tests {
    use sightstep_actions::executor::Receipt;
    use sightstep_actions::plan::{Action, Button};
    use sightstep_actions::space::FramePoint;

    use super::*;
    use crate::verify;

    #[test]
    fn step_expectation_and_what_was_seen_are_named() {
        let action = Action::Click { at: FramePoint { x: 20, y: 30 }, button: Button::Left, count: 1 };
        let evidence = verify::evidence("screen_changed", Some(false), "nothing changed", None);
        let verdict = |judgement| Some(verify::verdict(judgement, evidence.clone()));
        let done = |receipt, verdict| vec![Done { step: 3, action: action.clone(), receipt, verdict }];
        let cases = [
            (
                done(Ok(Receipt::default()), verdict(Judgement::NoEffect)),
                Some("step 3, click at 20,30: expected something to change, seen: nothing changed"),
            ),
            (
                done(Err("the policy refuses it\nhint: x".into()), None),
                Some("step 3, click at 20,30: not done: the policy refuses it"),
            ),
            (done(Ok(Receipt::default()), verdict(Judgement::Confirmed)), None),
            (vec![], None),
        ];
        for (history, expected) in cases {
            assert_eq!(story(&history).as_deref(), expected);
        }
    }
}
