//! What came of a step's actions: whether it is done, to be decided upon again, or has failed.

use sightstep_actions::executor::ActError;
use sightstep_actions::plan::Action;
use sightstep_actions::verdict::{Judgement, Verdict};
use sightstep_vision::read::Role;

use super::goal_step::GoalStep;
use super::steps::{Course, TRIES, Then, Typed};
use super::target::Kind;
use crate::observation::Done;

/// How often a text is typed again that did not arrive whole.
const TYPINGS: u32 = 3;

/// What came of the last actions.
#[derive(Debug, PartialEq)]
pub(super) enum Outcome {
    /// The step is done.
    Advance,
    /// It was done, and nothing shows that it had an effect: what was seen.
    Unproven(String),
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
            if then == Then::Turned {
                course.turns = course.turns.saturating_sub(1);
                course.turned.was_not_made();
            }
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
    match verdict.judgement {
        Judgement::Contradicted | Judgement::NoEffect
            if course.tried + 1 < TRIES && may_retry(step, &done.action, course) =>
        {
            course.tried += 1;
            Outcome::Again
        }
        Judgement::Contradicted => Outcome::Fail(format!("{}: {seen}", done.action.name())),
        Judgement::NoEffect if needs_effect(&done.action) => {
            Outcome::Fail(format!("{} had no effect: {seen}", done.action.name()))
        }
        Judgement::NoEffect if then == Then::Advance && !may_be_so_already(step, course) => Outcome::Unproven(seen),
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
    if verdict.judgement == Judgement::Unknown && verdict.evidence.iter().any(|e| e.rule == "text_not_seen") {
        return matches!(course.typed, Typed::NotYet).then_some(Typed::Unseen);
    }
    let seen_by = |rule: &str| verdict.evidence.iter().find(|e| e.rule == rule).map(|e| e.seen.clone());
    match verdict.judgement {
        // What other letters read like is told too badly to type them again.
        Judgement::Unknown if text.is_ascii() => {
            let seen = seen_by("text_nearly_read_back")?;
            // How much changed meanwhile is another matter.
            let read = seen.split_once("reads ").map_or(seen.clone(), |(_, read)| read.to_owned());
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

/// Whether doing it once more cannot do harm. That nothing changed is no proof that nothing was done: the effect of a button
/// may be elsewhere, and two orders are one too many. What only opens, or only takes the keyboard, may be clicked again.
fn may_retry(step: &GoalStep, action: &Action, course: &Course) -> bool {
    match (step, action) {
        (GoalStep::Click { count: 1, .. } | GoalStep::Path { .. }, Action::Click { .. }) => {
            course.clicked.is_some_and(only_opens)
        }
        (GoalStep::Type { into: Some(_), .. } | GoalStep::Choose { .. } | GoalStep::Drag { .. }, _) => true,
        _ => false,
    }
}

/// Whether a click on such a thing shows something or takes the keyboard, and does nothing else.
fn only_opens(role: Role) -> bool {
    matches!(role, Role::Menu | Role::Tab | Role::Combo) || role.is_typed_into()
}

/// Whether an action without effect is a failure: a program that does not come, text that does not arrive, a drag that moves
/// nothing.
fn needs_effect(action: &Action) -> bool {
    matches!(action, Action::Open { .. } | Action::Window { .. } | Action::Type { .. } | Action::Drag { .. })
}

/// A field may have the focus already, a tab be open; a turned wheel and a wait show nothing at an end.
fn may_be_so_already(step: &GoalStep, course: &Course) -> bool {
    match step {
        GoalStep::Click { target, .. } => {
            let is_named =
                matches!(target.kind, Some(Kind::Element(Role::Tab | Role::Field | Role::Radio) | Kind::Page));
            is_named || course.clicked.is_some_and(|role| role == Role::Tab || role.is_typed_into())
        }
        GoalStep::Tick { .. } | GoalStep::Path { .. } => false,
        _ => true,
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

    /// A click that showed nothing.
    fn shown_nothing() -> Done {
        let verdict = verify::verdict(
            Judgement::NoEffect,
            verify::evidence("screen_changed", Some(false), "nothing changed", None),
        );
        let action = Action::Click { at: FramePoint { x: 5, y: 5 }, button: Button::Left, count: 1 };
        Done { step: 1, action, receipt: Ok(Receipt::default()), verdict: Some(verdict) }
    }

    #[test]
    fn a_click_that_showed_nothing_is_done_once() {
        let unproven = Outcome::Unproven("nothing changed".into());
        let cases = [
            ("Click 'Pay'", Role::Button, [unproven]),
            ("Click 'Pay'", Role::Link, [Outcome::Unproven("nothing changed".into())]),
            ("Click 'Pay'", Role::Text, [Outcome::Unproven("nothing changed".into())]),
            ("Double-click 'Pay'", Role::ListRow, [Outcome::Unproven("nothing changed".into())]),
            ("Click 'File'", Role::Menu, [Outcome::Again]),
            ("Click 'Name'", Role::Field, [Outcome::Again]),
        ];
        for (clause, role, expected) in cases {
            let step = grammar::parse(clause, &Literals::default()).unwrap().remove(0);
            let mut course = Course { clicked: Some(role), ..Course::default() };
            assert_eq!([of(&step, &[&shown_nothing()], Then::Advance, &mut course)], expected, "{clause} {role:?}");
        }
        let mut course = Course::default();
        (course.clicked, course.tried) = (Some(Role::Field), 1);
        let step = grammar::parse("Click 'Name'", &Literals::default()).unwrap().remove(0);
        assert_eq!(of(&step, &[&shown_nothing()], Then::Advance, &mut course), Outcome::Advance);
    }
}
