//! What came of a step's actions: whether it is done, to be decided upon again, or has failed.

use sightstep_actions::executor::ActError;
use sightstep_actions::plan::Action;
use sightstep_actions::verdict::{Judgement, Verdict};
use sightstep_vision::read::Role;

use super::grammar::GoalStep;
use super::steps::{Course, TRIES, Then, Typed};
use super::target::{Kind, Target};
use crate::observation::Done;
use crate::verify::LIT;

/// How often a text is typed again that did not arrive whole.
const TYPINGS: u32 = 3;

/// What came of the last actions.
#[derive(Debug, PartialEq)]
pub(super) enum Outcome {
    /// The step is done.
    Advance,
    /// It is decided upon again.
    Again,
    /// It failed.
    Fail(String),
}

/// Judges what came of the last actions.
pub(super) fn of(step: &GoalStep, last: &[&Done], then: Then, course: &mut Course) -> Outcome {
    let Some(done) = last.last() else { return Outcome::Again };
    if let Err(why) = &done.receipt {
        if ActError::is_passing(why) {
            // What was counted when it was decided upon was not done.
            course.times = course.times.saturating_sub(1);
            return Outcome::Again;
        }
        return Outcome::Fail(why.clone());
    }
    let Some(verdict) = &done.verdict else { return Outcome::Again };
    let seen = verdict.evidence.first().map(|e| e.seen.clone()).unwrap_or_default();
    if then == Then::Turned {
        if verdict.judgement == Judgement::NoEffect {
            course.end_of_scrolling();
        }
        return Outcome::Again;
    }
    if let Some(typed) = damage(step, &done.action, verdict, course) {
        if course.tried >= TYPINGS {
            return Outcome::Fail(format!("what is typed arrives damaged again and again: {seen}"));
        }
        course.typed = typed;
        course.tried += 1;
        return Outcome::Again;
    }
    if matches!(step, GoalStep::Press { .. }) && verdict.judgement == Judgement::NoEffect && !course.is_idle {
        course.is_idle = true;
        return Outcome::Again;
    }
    course.is_alive |= is_lit(verdict);
    match verdict.judgement {
        Judgement::Contradicted | Judgement::NoEffect if course.tried + 1 < TRIES && may_retry(step) => {
            course.tried += 1;
            Outcome::Again
        }
        Judgement::Contradicted => Outcome::Fail(format!("{}: {seen}", done.action.name())),
        Judgement::NoEffect if needs_effect(&done.action, step) && !course.is_alive => {
            Outcome::Fail(format!("{} had no effect: {seen}", done.action.name()))
        }
        _ if then == Then::Advance => Outcome::Advance,
        _ => Outcome::Again,
    }
}

/// What there is to mend of a text that was typed. One that was nearly read back is typed once more: should the same be read
/// again, it is a misreading.
fn damage(step: &GoalStep, action: &Action, verdict: &Verdict, course: &mut Course) -> Option<Typed> {
    let (GoalStep::Type { into, text, .. }, Action::Type { .. }) = (step, action) else { return None };
    if text.contains(['\n', '\t']) {
        return None;
    }
    let seen_by = |rule: &str| verdict.evidence.iter().find(|e| e.rule == rule).map(|e| e.seen.clone());
    match verdict.judgement {
        // What other letters read like is told too badly to type them again.
        Judgement::Unknown if text.is_ascii() => {
            let read = seen_by("text_nearly_read_back")?;
            let is_misread = course.read.replace(read.clone()) == Some(read);
            (!is_misread).then_some(Typed::Doubtful)
        }
        Judgement::Contradicted => {
            ["text_read_back", "field_told"].into_iter().find_map(seen_by).map(|_| Typed::Damaged)
        }
        Judgement::NoEffect if into.is_none() => match course.typed {
            Typed::NotYet => Some(Typed::Nowhere),
            Typed::Nowhere => None,
            again => Some(again),
        },
        _ => None,
    }
}

/// Doing it once more cannot do harm: what it would do was not done.
fn may_retry(step: &GoalStep) -> bool {
    matches!(
        step,
        GoalStep::Click { count: 1, .. }
            | GoalStep::Type { into: Some(_), .. }
            | GoalStep::Choose { .. }
            | GoalStep::Drag { .. }
            | GoalStep::Tick { .. }
    )
}

/// Whether what was clicked lit up under the pointer, as it does when that comes: a calculator's `+` takes its press without
/// showing it.
fn is_lit(verdict: &Verdict) -> bool {
    verdict.evidence.iter().any(|evidence| evidence.rule == LIT)
}

/// Whether an action without effect is a failure. A field may have the focus already, a tab be open, a list be at its
/// end; a program that does not come, and text that does not arrive, are failures.
fn needs_effect(action: &Action, step: &GoalStep) -> bool {
    let may_be_so_already = |target: &Target| {
        matches!(target.kind, Some(Kind::Element(Role::Tab | Role::Field | Role::Radio) | Kind::Page))
    };
    match action {
        Action::Open { .. } | Action::Type { .. } | Action::Drag { .. } => true,
        Action::Click { .. } => matches!(step, GoalStep::Click { target, .. } if !may_be_so_already(target)),
        Action::Move { .. }
        | Action::Press { .. }
        | Action::Release { .. }
        | Action::Scroll { .. }
        | Action::Key { .. }
        | Action::KeyDown { .. }
        | Action::KeyUp { .. }
        | Action::HoldKey { .. }
        | Action::LongPress { .. }
        | Action::Wait { .. }
        | Action::Screenshot
        | Action::System { .. }
        | Action::Ask { .. }
        | Action::Finish { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use sightstep_actions::executor::Receipt;
    use sightstep_actions::plan::Button;
    use sightstep_actions::space::FramePoint;

    use super::*;
    use crate::planner::reader::grammar;
    use crate::planner::reader::literals::Literals;
    use crate::verify;

    /// A click that showed nothing; the pointer's coming may have.
    fn shown_nothing(is_lit: bool) -> Done {
        let mut verdict = verify::verdict(
            Judgement::NoEffect,
            verify::evidence("screen_changed", Some(false), "nothing changed", None),
        );
        if is_lit {
            verdict.evidence.push(verify::evidence(LIT, None, "it lit up", None));
        }
        let action = Action::Click { at: FramePoint { x: 5, y: 5 }, button: Button::Left, count: 1 };
        Done { step: 1, action, receipt: Ok(Receipt::default()), verdict: Some(verdict) }
    }

    #[test]
    fn what_lit_up_at_the_first_click_takes_the_others_too() {
        let step = grammar::parse("Click '+'", &Literals::default()).unwrap().remove(0);
        let outcomes = |lit: [bool; 2]| {
            let mut course = Course::default();
            lit.map(|lit| of(&step, &[&shown_nothing(lit)], Then::Advance, &mut course))
        };
        assert_eq!(outcomes([true, false]), [Outcome::Again, Outcome::Advance]);
        let failed = Outcome::Fail("click had no effect: nothing changed".into());
        assert_eq!(outcomes([false, false]), [Outcome::Again, failed]);
    }
}
