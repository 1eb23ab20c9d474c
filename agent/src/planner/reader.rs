//! The reader planner: goals written as steps, done on what PP-OCR reads.
//!
//! A goal is cut into clauses ([`clauses`]), each understood by a small grammar ([`grammar`]) before anything is done.
//! Every look at the screen then decides the next few actions of the step under way ([`steps`]).

use std::collections::BTreeMap;

use async_trait::async_trait;
use sightstep_actions::plan::{Action, Effect, FinishStatus, Plan};
use sightstep_vision::geometry::Rect;
use sightstep_vision::read::Reading;

use super::{Follower, Planner, PlannerError, Proposal};
use crate::cached_reader::CachedReader;
use crate::observation::{Done, Observation};
use find::{Found, Scene};
use goal_step::GoalStep;
use literals::Literals;
use ours::Ours;
use outcome::Outcome;
use steps::{Course, Decision, Then};
use target::Target;

mod clauses;
mod fields;
mod find;
mod goal_step;
mod grammar;
mod ground;
mod literals;
mod menus;
mod ours;
mod outcome;
mod places;
mod retype;
mod search;
mod shown;
mod sliders;
mod steps;
mod target;
mod thought;
mod tips;
mod windows;
mod words;

pub use ground::{Grounded, NotGrounded, ground};

/// The box of the one field that is labelled so.
pub(crate) fn field_named(label: &str, reading: &Reading, bounds: Rect) -> Option<Rect> {
    let scene = Scene::of_picture(reading, bounds, "");
    match fields::find(&Target::of_text(label), scene) {
        Found::One(hit) if hit.role.is_typed_into() => Some(hit.area),
        _ => None,
    }
}

/// A goal that is not written as steps.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GoalError {
    /// A clause is none of the steps that can be done.
    #[error("clause {number} of the goal is not understood: \"{clause}\"{}\nhint: {hint}", also(others))]
    NotUnderstood {
        /// Which one, counted from 1.
        number: usize,
        /// As it was written.
        clause: String,
        /// What would work.
        hint: String,
        /// The other clauses that are not understood, as they were written.
        others: Vec<String>,
    },
    /// There is no clause.
    #[error("the goal says nothing to do\nhint: {FORMS}")]
    Empty,
}

fn also(others: &[String]) -> String {
    let quoted: Vec<String> = others.iter().map(|clause| format!("\"{clause}\"")).collect();
    if quoted.is_empty() { String::new() } else { format!("; nor is {}", quoted.join(", nor ")) }
}

/// The forms that a clause may have.
const FORMS: &str = "write steps such as: click X · double-click X · type T into F · clear F · choose O from M · tick B · \
press Ctrl+S · scroll until X shows · drag X to Y · open APP · switch to WINDOW · wait for X · check that X is Y · \
if X shows, click Y";

/// One step of the goal, with the clause that it came from.
#[derive(Debug, Clone, PartialEq)]
struct Planned {
    step: GoalStep,
    clause: String,
    number: usize,
}

/// Follows a goal written as steps.
pub struct ReaderPlanner {
    steps: Vec<Planned>,
    goal: String,
    at: usize,
    course: Course,
    then: Then,
    reader: CachedReader,
    /// The windows that the goal is about.
    ours: Ours,
    /// The title of the window that the last actions were planned for.
    acted_in: Option<String>,
    /// Steps that were done and whose effect nothing shows.
    unproven: Vec<String>,
}

impl ReaderPlanner {
    /// A planner for a goal with `{name}` placeholders for these inputs.
    ///
    /// # Errors
    /// [`GoalError`] that names the clause that is not understood.
    pub fn new(goal: &str, inputs: &BTreeMap<String, String>, reader: CachedReader) -> Result<Self, GoalError> {
        let steps = understood(goal, inputs)?;
        let goal = Literals::take(goal, inputs);
        let goal = goal.1.value_of(&goal.0);
        Ok(Self {
            steps,
            goal,
            at: 0,
            course: Course::default(),
            then: Then::Stay,
            reader,
            ours: Ours::default(),
            acted_in: None,
            unproven: Vec::new(),
        })
    }

    /// Decides on the step under way, going on to the next where nothing is left to do.
    async fn decide(&mut self, seen: &Observation) -> Result<Plan, PlannerError> {
        let reading = self.reader.read(&seen.settled.frame).await?;
        let window = seen.windows.iter().find(|w| w.active);
        let active = window.map(|w| on_frame(w.area, seen));
        let bounds = seen.settled.frame.bounds();
        let is_intruder = window.is_some_and(|w| self.ours.is_intruder(w, bounds));
        let Self { steps, goal, at, course, then, unproven, .. } = self;
        let windows = seen.windows.as_slice();
        let before_caret = seen.settled.before_caret.as_deref();
        let scene =
            Scene { reading: &reading, active, windows, before_caret, is_intruder, bounds, goal: goal.as_str() };
        let mut thoughts = Vec::new();
        while let Some(planned) = steps.get(*at) {
            let said = |what: &str| said(steps, planned, what);
            match steps::decide(&planned.step, scene, course) {
                Decision::Act { actions, why, then: what_follows } => {
                    thoughts.push(said(&why));
                    *then = what_follows;
                    return Ok(plan(thoughts.join("; "), actions));
                }
                Decision::Fulfilled { why } => {
                    thoughts.push(said(&why));
                    *at += 1;
                    *course = Course::default();
                }
                Decision::Skip { steps: skipped, why } => {
                    thoughts.push(said(&why));
                    *at += 1 + skipped;
                    *course = Course::default();
                }
                Decision::Unproven { why } => {
                    thoughts.push(said(&why));
                    unproven.push(said(&why));
                    *at += 1;
                    *course = Course::default();
                }
                Decision::Impossible { why } => return Ok(failure(with_unproven(said(&why), unproven))),
                Decision::Ambiguous { hits } => {
                    let question = thought::which(&planned.clause, &hits);
                    return Ok(plan(question.clone(), vec![Action::Ask { question: Some(question) }]));
                }
            }
        }
        thoughts.push("every step is done".to_owned());
        let answer = (!unproven.is_empty()).then(|| with_unproven("every step is done".to_owned(), unproven));
        Ok(plan(thoughts.join("; "), vec![Action::Finish { status: FinishStatus::Success, answer }]))
    }

    /// Decides on the next step.
    async fn go_on(&mut self, seen: &Observation, history: &[Done]) -> Result<Plan, PlannerError> {
        let clause = |at: usize| self.steps.get(at).map(|planned| planned.number);
        let is_other = clause(self.at) != clause(self.at + 1);
        let clicked = history.last().and_then(|done| match done.action {
            Action::Click { at, .. } => Some(at),
            _ => None,
        });
        self.at += 1;
        // A clause that says "twice" means it so.
        let entered = history.last().is_some_and(|done| match &done.action {
            Action::Key { keys } => keys.iter().map(String::as_str).eq(["enter"]),
            Action::Type { text } => text.ends_with('\n'),
            _ => false,
        });
        let pressed = clicked.filter(|_| is_other);
        self.course = Course { pressed, entered, acted_in: self.acted_in.clone(), ..Course::default() };
        self.decide(seen).await
    }

    /// What came of the last actions, for the step under way.
    fn outcome(&mut self, history: &[Done]) -> Outcome {
        let last = history.last().map(|done| done.step);
        let entries: Vec<&Done> = history.iter().filter(|done| Some(done.step) == last).collect();
        let Some(planned) = self.steps.get(self.at) else { return Outcome::Again };
        match outcome::of(&planned.step, &entries, self.then, &mut self.course) {
            Outcome::Fail(why) => Outcome::Fail(said(&self.steps, planned, &why)),
            other => other,
        }
    }
}

#[async_trait]
impl Planner for ReaderPlanner {
    async fn next(&mut self, seen: &Observation, history: &[Done]) -> Result<Proposal, PlannerError> {
        self.ours.note(seen, history);
        if let Some(answer) = history.last().and_then(answered)
            && let Some(planned) = self.steps.get_mut(self.at)
        {
            steps::apply_answer(&mut planned.step, answer, &self.course);
        }
        let plan = match self.outcome(history) {
            Outcome::Fail(why) => failure(with_unproven(why, &self.unproven)),
            Outcome::Again => self.decide(seen).await?,
            Outcome::Advance => self.go_on(seen, history).await?,
            Outcome::Unproven(why) => {
                if let Some(planned) = self.steps.get(self.at) {
                    self.unproven.push(said(&self.steps, planned, &why));
                }
                self.go_on(seen, history).await?
            }
        };
        if plan.actions.iter().any(|action| action.effect() != Effect::Looks) {
            self.acted_in = seen.windows.iter().find(|window| window.active).map(|window| window.title.clone());
        }
        let raw = serde_json::to_string(&plan).unwrap_or_default();
        Ok(Proposal::of(plan, raw))
    }
}

impl Follower for ReaderPlanner {
    /// It goes on from what came of the actions, whoever planned them.
    fn follow(&mut self, _plan: &Plan, _raw: &str, _profile: Option<&str>) {}
}

/// What a person answered to a question of ours.
fn answered(done: &Done) -> Option<&str> {
    match &done.receipt {
        Ok(receipt) if matches!(done.action, Action::Ask { .. }) => receipt.note.as_deref(),
        _ => None,
    }
}

/// What is thought of a step.
fn said(steps: &[Planned], planned: &Planned, what: &str) -> String {
    let count = steps.last().map_or(0, |last| last.number);
    thought::of_step(planned.number, count, &planned.clause, what)
}

/// The steps of a goal, all of them understood.
fn understood(goal: &str, inputs: &BTreeMap<String, String>) -> Result<Vec<Planned>, GoalError> {
    let (text, literals) = Literals::take(goal, inputs);
    let (mut steps, mut wrong) = (Vec::new(), Vec::new());
    for (number, clause) in (1..).zip(clauses::split(&text)) {
        let written = literals.written(&clause);
        match grammar::parse(&clause, &literals) {
            Some(parsed) => {
                steps.extend(parsed.into_iter().map(|step| Planned { step, clause: written.clone(), number }));
            }
            None => wrong.push((number, written, hint(&clause))),
        }
    }
    let mut wrong = wrong.into_iter();
    match wrong.next() {
        Some((number, clause, hint)) => {
            let others = wrong.map(|(_, clause, _)| clause).collect();
            Err(GoalError::NotUnderstood { number, clause, hint, others })
        }
        None if steps.is_empty() => Err(GoalError::Empty),
        None => Ok(steps),
    }
}

fn hint(clause: &str) -> String {
    let meant = grammar::nearest_verb(clause).map(|verb| format!("did you mean \"{verb} …\"? ")).unwrap_or_default();
    format!("{meant}{FORMS}")
}

fn plan(thought: String, actions: Vec<Action>) -> Plan {
    Plan { thought: Some(thought), reflection: None, actions, expect: vec![] }
}

/// What is said, with the steps that nothing proves.
fn with_unproven(why: String, unproven: &[String]) -> String {
    match unproven {
        [] => why,
        all => format!("{why}; but nothing shows that this had an effect: {}", all.join("; ")),
    }
}

fn failure(why: String) -> Plan {
    plan(why.clone(), vec![Action::Finish { status: FinishStatus::Failure, answer: Some(why) }])
}

/// A window's area in pixels of the frame.
fn on_frame(area: Rect, seen: &Observation) -> Rect {
    let (x, y) = seen.settled.frame.origin();
    Rect::new(area.x - x, area.y - y, area.w, area.h)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_that_is_not_understood_is_named() {
        let inputs = BTreeMap::from([("file".to_owned(), "secret.txt".to_owned())]);
        let error = understood("Open mousepad. Typ {file} into Name. Press Enter.", &inputs).unwrap_err().to_string();
        assert!(
            error.starts_with(
                "clause 2 of the goal is not understood: \"Typ {file} into Name\"\nhint: did you mean \"type …\"?"
            ),
            "{error}"
        );
        assert_eq!(understood(" . ", &inputs).unwrap_err(), GoalError::Empty);
    }

    #[test]
    fn every_clause_becomes_steps_with_its_number() {
        let steps = understood("Open mousepad, type hi and save it as 'a.txt'", &BTreeMap::new()).unwrap();
        let numbers: Vec<_> = steps.iter().map(|s| (s.number, s.clause.as_str())).collect();
        assert_eq!(
            numbers,
            [
                (1, "Open mousepad"),
                (2, "type hi"),
                (3, "save it as 'a.txt'"),
                (3, "save it as 'a.txt'"),
                (3, "save it as 'a.txt'")
            ]
        );
    }
}
