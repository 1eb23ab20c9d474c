//! Doing one step: from what is seen, the next few actions; from what came of them, whether the step is done.

use sightstep_actions::plan::{Action, Button, Direction};
use sightstep_actions::space::FramePoint;
use sightstep_vision::geometry::Rect;
use sightstep_vision::read::{Role, Source};

use super::find::{self, Found, Hit, Scene};
use super::goal_step::{DragEnd, GoalStep};
use super::menus::{self, Opened};
use super::retype::{self, Arrived};
use super::search::{FIRST_WAITS, MOST_TURNS, Turned, absent, not_found, turn};
use super::target::{Kind, Position, Target};
use super::tips::{self, Tips};
use super::{fields, shown, sliders, thought, windows};

/// How often one action is tried when it seems to do nothing.
pub(super) const TRIES: u32 = 2;

/// What is known of the step under way.
#[derive(Debug, Default)]
pub(super) struct Course {
    pub(super) waits: usize,
    pub(super) turns: u32,
    pub(super) back: bool,
    pub(super) turned: Turned,
    pub(super) opened: Option<Opened>,
    /// How many parts of a path through menus are opened, after the first.
    pub(super) depth: usize,
    pub(super) tried: u32,
    pub(super) times: u32,
    /// How often an unexpected dialog was backed out of.
    pub(super) backed_out: u32,
    /// What is to be thought of a text that was typed.
    pub(super) typed: Typed,
    /// Whether a key that was pressed had no effect.
    pub(super) is_idle: bool,
    /// The icons whose tool tips were asked.
    pub(super) tips: Tips,
    /// The title of the window that the step before acted in.
    pub(super) acted_in: Option<String>,
    /// The window whose closing is waited for.
    pub(super) window: Option<String>,
    /// Whether the step before ended with Enter.
    pub(super) entered: bool,
    /// Where the step before clicked last.
    pub(super) pressed: Option<FramePoint>,
    /// What was read of it, where that was not quite what was typed.
    pub(super) read: Option<String>,
    /// What the last click of it went to.
    pub(super) clicked: Option<Role>,
}

/// A click this near to another is on the same thing, in pixels.
const SAME_PLACE: i32 = 6;

impl Course {
    /// Whether the step before clicked on this.
    fn is_pressed(&self, hit: &Hit) -> bool {
        let is_near = |at: FramePoint| {
            (at.x as i32 - hit.point.0).abs() <= SAME_PLACE && (at.y as i32 - hit.point.1).abs() <= SAME_PLACE
        };
        self.pressed.is_some_and(is_near)
    }

    /// At the end in one direction the other one is tried.
    pub(super) fn end_of_scrolling(&mut self) {
        if self.back {
            self.turns = MOST_TURNS;
        } else {
            self.back = true;
            self.turned.turn_back(self.turns);
            self.turns = 0;
        }
    }
}

/// What is thought of a text that was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Typed {
    /// Nothing yet.
    #[default]
    NotYet,
    /// Nothing came of it.
    Nowhere,
    /// It stands there damaged.
    Damaged,
    /// It may stand there damaged, or be misread.
    Doubtful,
    /// So much was drawn anew that it may have gone elsewhere.
    Unseen,
}

/// What follows when the actions of a decision are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// The step is done.
    Advance,
    /// The same step is decided upon again.
    Stay,
    /// So, and whether the wheel moved anything is counted.
    Turned,
}

/// What to do for a step.
pub(super) enum Decision {
    /// Act.
    Act { actions: Vec<Action>, why: String, then: Then },
    /// Nothing is left to do.
    Fulfilled { why: String },
    /// It was done, and nothing shows that it had an effect.
    Unproven { why: String },
    /// So many steps after this one are not to be done.
    Skip { steps: usize, why: String },
    /// It cannot be done.
    Impossible { why: String },
    /// Several places are equally good.
    Ambiguous { hits: Vec<Hit> },
}

/// Decides what to do for a step.
pub(super) fn decide(step: &GoalStep, scene: Scene<'_>, course: &mut Course) -> Decision {
    match step {
        GoalStep::Click { target, button, count } => on_target(target, scene, course, |hit| {
            vec![Action::Click { at: middle(hit), button: *button, count: *count }]
        }),
        GoalStep::ClickHolding { key, target } => on_target(target, scene, course, |hit| {
            let click = Action::Click { at: middle(hit), button: Button::Left, count: 1 };
            vec![Action::KeyDown { key: key.clone() }, click, Action::KeyUp { key: key.clone() }]
        }),
        GoalStep::Move { target } => on_target(target, scene, course, |hit| vec![Action::Move { at: middle(hit) }]),
        GoalStep::Type { text, into: None, replace } => type_here(text, *replace, scene, course),
        GoalStep::Type { text, into: Some(into), replace } => {
            if let Some((slider, wanted)) = sliders::find(text, into, scene).filter(|_| *replace) {
                return sliders::set(&slider, wanted, scene, course);
            }
            in_field(into, scene, course, |hit| {
                let replace = *replace || (fields::is_single_line(hit) && !hit.text.is_empty());
                typing(text, replace)
            })
        }
        GoalStep::Clear { target } => {
            in_field(target, scene, course, |_| [select_all(), vec![chord(&["delete"])]].concat())
        }
        GoalStep::Path { parts } => menus::follow(parts, scene, course),
        GoalStep::Choose { option, from } => menus::choose(option, from, scene, course),
        GoalStep::Tick { target, on } => tick(target, *on, scene, course),
        GoalStep::Press { keys, times } => press(keys, *times, scene, course),
        GoalStep::Scroll { direction, ticks, over } => match over {
            Some(over) => on_target(over, scene, course, |hit| vec![wheel(Some(middle(hit)), *direction, *ticks)]),
            None => act(vec![wheel(Some(window_middle(scene)), *direction, *ticks)], "over the window", Then::Advance),
        },
        GoalStep::ScrollTo { direction, target } => scroll_to(target, *direction, scene, course),
        GoalStep::Drag { from, to } => drag(from, to, scene, course),
        GoalStep::Window { title, change, otherwise } => {
            windows::change(title.as_deref(), *change, otherwise.as_ref(), scene, course)
        }
        GoalStep::Open { app } => act(vec![Action::Open { app: app.clone() }], "starting it", Then::Advance),
        GoalStep::Wait { seconds } => act(vec![Action::Wait { seconds: *seconds }], "waiting", Then::Advance),
        GoalStep::WaitFor { target, absent } => shown::wait_for(target, *absent, scene, course),
        GoalStep::WaitOpened { title } => windows::wait_opened(title, scene, course),
        GoalStep::WaitClosed { title } => windows::wait_closed(title.as_deref(), scene, course),
        GoalStep::When { condition, absent, steps } => shown::when(condition, *absent, *steps, scene, course),
        GoalStep::Holds { what, value } => shown::holds(what, value, scene, course),
    }
}

/// Takes a person's answer to which of several places is meant: a number, or a better description.
pub(super) fn apply_answer(step: &mut GoalStep, answer: &str, course: &Course) {
    let Some(target) = asked_about(step, course) else { return };
    match answer.trim().parse() {
        Ok(number) => target.place = Some(Position::Nth(number)),
        Err(_) => *target = Target::parse(answer).unwrap_or_else(|| target.clone()),
    }
}

/// What a question about a step is about.
fn asked_about<'s>(step: &'s mut GoalStep, course: &Course) -> Option<&'s mut Target> {
    match step {
        GoalStep::Click { target, .. }
        | GoalStep::ClickHolding { target, .. }
        | GoalStep::Move { target }
        | GoalStep::Clear { target }
        | GoalStep::Tick { target, .. }
        | GoalStep::ScrollTo { target, .. }
        | GoalStep::Choose { option: target, .. }
        | GoalStep::Drag { from: target, .. } => Some(target),
        GoalStep::Path { parts } => parts.get_mut(menus::part_under_way(course)),
        GoalStep::Type { into, .. } => into.as_mut(),
        GoalStep::Scroll { over, .. } => over.as_mut(),
        GoalStep::Window { otherwise, .. } => otherwise.as_mut(),
        GoalStep::Press { .. }
        | GoalStep::Open { .. }
        | GoalStep::Wait { .. }
        | GoalStep::WaitFor { .. }
        | GoalStep::WaitOpened { .. }
        | GoalStep::WaitClosed { .. }
        | GoalStep::When { .. }
        | GoalStep::Holds { .. } => None,
    }
}

pub(super) fn act(actions: Vec<Action>, why: impl Into<String>, then: Then) -> Decision {
    Decision::Act { actions, why: why.into(), then }
}

/// Where to click what was found.
pub(super) fn middle(hit: &Hit) -> FramePoint {
    pixel(hit.point)
}

pub(super) fn pixel((x, y): (i32, i32)) -> FramePoint {
    FramePoint { x: x.max(0) as u32, y: y.max(0) as u32 }
}

pub(super) fn window_middle(scene: Scene<'_>) -> FramePoint {
    pixel(scene.active.map_or(scene.bounds, |area| area.intersection(&scene.bounds)).centre())
}

fn chord(keys: &[&str]) -> Action {
    Action::Key { keys: keys.iter().map(|key| (*key).to_owned()).collect() }
}

fn typing(text: &str, replace: bool) -> Vec<Action> {
    let first = if replace { select_all() } else { Vec::new() };
    first.into_iter().chain([Action::Type { text: text.to_owned() }]).collect()
}

/// Selects all that a field holds. Where Ctrl+A goes to the beginning of the line, as in Tk and on macOS, Shift+End selects the
/// rest; elsewhere it changes nothing more.
fn select_all() -> Vec<Action> {
    vec![chord(&["ctrl", "a"]), chord(&["shift", "end"])]
}

/// Types where the focus is, unless a dialog that nobody asked for has it; what arrived damaged is taken out first.
fn type_here(text: &str, replace: bool, scene: Scene<'_>, course: &mut Course) -> Decision {
    // Where nothing arrived, the window takes no text, whatever it looks like.
    let is_deaf = course.typed == Typed::Nowhere && course.backed_out == 0;
    if (is_deaf || scene.active.is_some_and(|area| !takes_text(area, scene)))
        && let Some(decision) = back_out(scene, course)
    {
        return decision;
    }
    let why = "where the focus is";
    let replace = replace || fields::holds_a_name_like(text, scene);
    let arrived = scene.before_caret.and_then(|told| retype::before_caret(text, told));
    match (course.typed, arrived.unwrap_or_else(|| retype::arrived(text, scene.reading))) {
        (Typed::NotYet, _) => act(typing(text, replace), why, Then::Advance),
        // Where nothing changed, what is there was there before.
        (Typed::Doubtful | Typed::Damaged | Typed::Unseen, Arrived::Whole) => {
            Decision::Fulfilled { why: format!("'{text}' is there") }
        }
        (Typed::Doubtful | Typed::Damaged, Arrived::Letters(_)) if replace => {
            act(typing(text, replace), "it did not arrive whole: typing it in its place", Then::Advance)
        }
        (Typed::Doubtful | Typed::Damaged, Arrived::Letters(count)) => {
            let again = format!("{}{text}", "\u{8}".repeat(count));
            act(
                vec![Action::Type { text: again }],
                "it did not arrive whole: taking it out and typing it again",
                Then::Advance,
            )
        }
        (Typed::Unseen, Arrived::Nothing) => act(typing(text, replace), "none of it is there", Then::Advance),
        (Typed::Doubtful | Typed::Unseen, _) => Decision::Fulfilled { why: "it may be misread".to_owned() },
        (Typed::Nowhere, _) if course.backed_out > 0 => act(typing(text, replace), why, Then::Advance),
        (Typed::Damaged, Arrived::Nothing) => act(typing(text, replace), "none of it is there", Then::Advance),
        (_, _) => Decision::Impossible { why: format!("'{text}' did not arrive where the focus is") },
    }
}

/// Whether there is a field in a window; where its program tells what is in it, one that it tells of.
fn takes_text(area: Rect, scene: Scene<'_>) -> bool {
    let inside = || scene.reading.elements.iter().filter(|e| e.area.intersection(&area) == e.area);
    let is_told = inside().any(|e| e.source != Source::Pixels && e.role.takes_clicks());
    inside().any(|e| e.role.is_typed_into() && (e.source != Source::Pixels || !is_told))
}

/// Leaves a dialog that nobody asked for, a few times at most.
pub(super) fn back_out(scene: Scene<'_>, course: &mut Course) -> Option<Decision> {
    if !scene.is_intruder || course.backed_out >= TRIES {
        return None;
    }
    course.backed_out += 1;
    Some(act(vec![chord(&["escape"])], "a window that no step opened is in the way: leaving it", Then::Stay))
}

pub(super) fn wheel(at: Option<FramePoint>, direction: Direction, ticks: u32) -> Action {
    Action::Scroll { at, direction, ticks }
}

pub(super) fn on_target(
    target: &Target,
    scene: Scene<'_>,
    course: &mut Course,
    actions: impl Fn(&Hit) -> Vec<Action>,
) -> Decision {
    if let Some(icon) = tips::answered(target, scene, course) {
        return act(actions(&icon), thought::placed(&icon), Then::Advance);
    }
    match named(target, scene, course, |target| look(target, scene)) {
        Found::One(hit) if course.waits == 0 && (course.is_pressed(&hit) || is_hasty(&hit, scene, course)) => {
            course.waits += 1;
            let why = format!("{}: what comes of the step before is waited for", thought::placed(&hit));
            act(vec![Action::Wait { seconds: FIRST_WAITS[1] }], why, Then::Stay)
        }
        Found::One(hit) => {
            course.clicked = Some(hit.role);
            let actions = actions(&hit);
            // What was chosen shows: a radio button proves itself.
            match actions.as_slice() {
                [Action::Click { button: Button::Left, count: 1, .. }] if hit.role == Role::Radio => {
                    switch(&hit, true, course)
                }
                _ => act(actions, thought::placed(&hit), Then::Advance),
            }
        }
        Found::Several(hits) => Decision::Ambiguous { hits },
        Found::Nothing if course.waits >= FIRST_WAITS.len() => {
            tips::ask(target, scene, course).unwrap_or_else(|| absent(target, scene, course))
        }
        Found::Nothing => absent(target, scene, course),
    }
}

/// What is called so; where nothing is, once it was waited for, what is called by another word for it.
fn named(target: &Target, scene: Scene<'_>, course: &Course, look: impl Fn(&Target) -> Found) -> Found {
    match look(target) {
        Found::Nothing if course.waits > 0 && !scene.is_intruder => {
            find::by_other_word(target, look).map_or(Found::Nothing, Found::One)
        }
        found => found,
    }
}

/// Whether a button of a dialog is to be clicked right after Enter, which has pressed one already: what that opens may be late,
/// and be what is meant.
fn is_hasty(hit: &Hit, scene: Scene<'_>, course: &Course) -> bool {
    let (x, y) = hit.point;
    course.entered && scene.is_dialog() && scene.active.is_some_and(|area| area.contains(x, y))
}

/// Fields and pages are looked for by their labels where the description says that it means one.
pub(super) fn look(target: &Target, scene: Scene<'_>) -> Found {
    let found = match target.kind {
        _ if target.point.is_some() => find::find(target, scene),
        Some(Kind::Element(Role::Field) | Kind::Page) => fields::find(target, scene),
        Some(Kind::Menu) => fields::find_menu(target, scene),
        _ => find::find(target, scene),
    };
    match (found, target.spot) {
        (Found::One(hit), Some(spot)) => Found::One(Hit { point: spot.point(hit.area), ..hit }),
        (found, _) => found,
    }
}

fn in_field(target: &Target, scene: Scene<'_>, course: &mut Course, actions: impl Fn(&Hit) -> Vec<Action>) -> Decision {
    match named(target, scene, course, |target| fields::find(target, scene)) {
        Found::One(hit) => {
            course.clicked = Some(hit.role);
            let at = fields::entrance(&hit);
            let (x, y) = hit.point;
            let is_in_it = hit.has_keyboard && at == hit.point && scene.active.is_some_and(|area| area.contains(x, y));
            let click = Action::Click { at: pixel(at), button: Button::Left, count: 1 };
            let click = (!is_in_it || course.tried > 0).then_some(click);
            let actions = click.into_iter().chain(actions(&hit)).collect();
            act(actions, thought::placed(&hit), Then::Advance)
        }
        Found::Several(hits) => Decision::Ambiguous { hits },
        Found::Nothing => absent(target, scene, course),
    }
}

fn tick(target: &Target, on: bool, scene: Scene<'_>, course: &mut Course) -> Decision {
    let kind = target.kind.or(Some(Kind::Element(Role::Checkbox)));
    let target = Target { kind, ..target.clone() };
    let hit = match find::find(&target, scene) {
        Found::One(hit) => hit,
        Found::Several(hits) => return Decision::Ambiguous { hits },
        Found::Nothing => return absent(&target, scene, course),
    };
    switch(&hit, on, course)
}

/// Clicks on a box until it shows the state.
fn switch(hit: &Hit, on: bool, course: &mut Course) -> Decision {
    let state = match (hit.role, on) {
        (Role::Radio, true) => "chosen",
        (_, true) => "ticked",
        (_, false) => "not ticked",
    };
    match hit.checked {
        Some(checked) if checked == on => Decision::Fulfilled { why: format!("{} is {state}", thought::placed(hit)) },
        Some(_) if course.times >= TRIES => {
            Decision::Impossible { why: format!("{} is still not {state}", thought::placed(hit)) }
        }
        // A second click would take back what the first one did.
        None if course.times > 0 => Decision::Fulfilled { why: format!("{} was clicked", thought::placed(hit)) },
        seen => {
            course.times += 1;
            let click = Action::Click { at: middle(hit), button: Button::Left, count: 1 };
            // Where no mark can be seen, what the click did is all that is known.
            let then = if seen.is_some() { Then::Stay } else { Then::Advance };
            act(vec![click], thought::placed(hit), then)
        }
    }
}

/// Each press is a plan of its own, so that each is verified on what the one before left.
fn press(keys: &[String], times: u32, scene: Scene<'_>, course: &mut Course) -> Decision {
    if course.is_idle {
        if scene.active.is_some_and(|area| !takes_text(area, scene))
            && let Some(decision) = back_out(scene, course)
        {
            course.is_idle = false;
            course.times = course.times.saturating_sub(1);
            return decision;
        }
        if course.times >= times {
            return Decision::Unproven { why: format!("{} changed nothing", keys.join("+")) };
        }
    }
    course.times += 1;
    let then = if course.times >= times { Then::Advance } else { Then::Stay };
    act(vec![Action::Key { keys: keys.to_vec() }], format!("pressing {}", keys.join("+")), then)
}

fn scroll_to(target: &Target, direction: Direction, scene: Scene<'_>, course: &mut Course) -> Decision {
    match look(target, scene) {
        Found::One(hit) => Decision::Fulfilled { why: format!("{} shows", thought::placed(&hit)) },
        Found::Several(hits) => Decision::Fulfilled { why: format!("{} shows", thought::placed(&hits[0])) },
        Found::Nothing => {
            let direction = if course.back { direction.opposite() } else { direction };
            turn(direction, window_middle(scene), scene, course)
                .unwrap_or_else(|| Decision::Impossible { why: not_found(target, scene) })
        }
    }
}

fn drag(from: &Target, to: &DragEnd, scene: Scene<'_>, course: &mut Course) -> Decision {
    let to = match to {
        DragEnd::Target(to) => to,
        DragEnd::By(x, y) => {
            let bounds = scene.bounds;
            return on_target(from, scene, course, |hit| {
                let end = (hit.point.0 + x, hit.point.1 + y);
                let end = (end.0.clamp(0, bounds.w - 1), end.1.clamp(0, bounds.h - 1));
                vec![Action::Drag { path: vec![middle(hit), pixel(end)], button: Button::Left }]
            });
        }
    };
    match (look(from, scene), look(to, scene)) {
        (Found::One(a), Found::One(b)) => {
            let why = format!("from {} to {}", thought::placed(&a), thought::placed(&b));
            act(vec![Action::Drag { path: vec![middle(&a), middle(&b)], button: Button::Left }], why, Then::Advance)
        }
        (Found::Several(hits), _) | (_, Found::Several(hits)) => Decision::Ambiguous { hits },
        (Found::Nothing, _) => absent(from, scene, course),
        (_, Found::Nothing) => absent(to, scene, course),
    }
}
