//! The steps that goals are made of.

use sightstep_actions::plan::{Button, Direction, WindowChange};

use super::literals::Literals;
use super::target::Target;

/// What a clause asks for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum GoalStep {
    /// Click on something.
    Click { target: Target, button: Button, count: u32 },
    /// Follow a path through menus: every part is clicked in turn.
    Path { parts: Vec<Target> },
    /// Move the pointer over something.
    Move { target: Target },
    /// Type, into a field or where the focus is; `replace` takes out what the focus holds first.
    Type { text: String, into: Option<Target>, replace: bool },
    /// Empty a field.
    Clear { target: Target },
    /// Choose from a menu, a list or a combo box.
    Choose { option: Target, from: Target },
    /// Bring a check box or a radio button into a state.
    Tick { target: Target, on: bool },
    /// Press a chord, once or several times.
    Press { keys: Vec<String>, times: u32 },
    /// Turn the wheel.
    Scroll { direction: Direction, ticks: u32, over: Option<Target> },
    /// Turn the wheel until something shows.
    ScrollTo { direction: Direction, target: Target },
    /// Click while a key is held.
    ClickHolding { key: String, target: Target },
    /// Drag something onto something else, or some way.
    Drag { from: Target, to: DragEnd },
    /// Change a window: the one whose title says so, or the active one. What is no window is clicked on, where that may be meant.
    Window { title: Option<String>, change: WindowChange, otherwise: Option<Target> },
    /// Start a program.
    Open { app: String },
    /// Wait some seconds.
    Wait { seconds: f64 },
    /// Wait until something shows, or no longer shows.
    WaitFor { target: Target, absent: bool },
    /// Wait until a window of that title is open.
    WaitOpened { title: String },
    /// Wait until a window closes: the one of that title, or the one that has the keyboard.
    WaitClosed { title: Option<String> },
    /// Do so many of the steps that follow only where something shows, or does not.
    When { condition: Target, absent: bool, steps: usize },
    /// What is called so must have a value.
    Holds { what: Target, value: String },
}

/// Where a drag ends.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum DragEnd {
    /// On a thing.
    Target(Target),
    /// So many pixels further.
    By(i32, i32),
}

/// The step with the literals' values in its texts.
pub(super) fn filled(step: GoalStep, literals: &Literals) -> GoalStep {
    let text = |text: String| literals.value_of(&text);
    let target = |target: Target| filled_target(target, literals);
    match step {
        GoalStep::Click { target: t, button, count } => GoalStep::Click { target: target(t), button, count },
        GoalStep::Path { parts } => GoalStep::Path { parts: parts.into_iter().map(target).collect() },
        GoalStep::Move { target: t } => GoalStep::Move { target: target(t) },
        GoalStep::Type { text: t, into, replace } => GoalStep::Type { text: text(t), into: into.map(target), replace },
        GoalStep::Clear { target: t } => GoalStep::Clear { target: target(t) },
        GoalStep::Choose { option, from } => GoalStep::Choose { option: target(option), from: target(from) },
        GoalStep::Tick { target: t, on } => GoalStep::Tick { target: target(t), on },
        GoalStep::Scroll { direction, ticks, over } => GoalStep::Scroll { direction, ticks, over: over.map(target) },
        GoalStep::ScrollTo { direction, target: t } => GoalStep::ScrollTo { direction, target: target(t) },
        GoalStep::ClickHolding { key, target: t } => GoalStep::ClickHolding { key, target: target(t) },
        GoalStep::Drag { from, to: DragEnd::Target(to) } => {
            GoalStep::Drag { from: target(from), to: DragEnd::Target(target(to)) }
        }
        GoalStep::Drag { from, to } => GoalStep::Drag { from: target(from), to },
        GoalStep::WaitOpened { title } => GoalStep::WaitOpened { title: text(title) },
        GoalStep::WaitClosed { title } => GoalStep::WaitClosed { title: title.map(text) },
        GoalStep::When { condition, absent, steps } => GoalStep::When { condition: target(condition), absent, steps },
        GoalStep::Holds { what, value } => GoalStep::Holds { what: target(what), value: text(value) },
        GoalStep::Open { app } => GoalStep::Open { app: text(app) },
        GoalStep::Window { title, change, otherwise } => {
            GoalStep::Window { title: title.map(text), change, otherwise: otherwise.map(target) }
        }
        GoalStep::WaitFor { target: t, absent } => GoalStep::WaitFor { target: target(t), absent },
        step @ (GoalStep::Press { .. } | GoalStep::Wait { .. }) => step,
    }
}

pub(super) fn filled_target(target: Target, literals: &Literals) -> Target {
    Target {
        text: target.text.map(|text| literals.value_of(&text)),
        whole: target.whole.map(|whole| literals.value_of(&whole)),
        crossing: target.crossing.map(|(one, other)| (literals.value_of(&one), literals.value_of(&other))),
        relation: target.relation.map(|(relation, other)| (relation, Box::new(filled_target(*other, literals)))),
        ..target
    }
}
