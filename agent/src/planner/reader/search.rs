//! Looking for what is not on the screen yet: it may come, be called by another word, or be further up or down.

use std::collections::HashSet;

use sightstep_actions::plan::{Action, Direction};
use sightstep_actions::space::FramePoint;
use sightstep_vision::read::Element;

use super::find::{Found, Scene};
use super::steps::{Course, Decision, Then, act, back_out, wheel, window_middle};
use super::target::{Relation, Target};
use super::{fields, menus};
use crate::matching;

/// How long it is waited for something that is not there yet before anything else is tried, in seconds.
pub(super) const FIRST_WAITS: [f64; 2] = [0.7, 1.5];

/// Turns of the wheel in one direction before something counts as absent.
pub(super) const MOST_TURNS: u32 = 12;

/// Notches of one turn: less than a page, so that nothing is passed over.
const NOTCHES: u32 = 5;

/// How many labels are told where nothing is called as it was said.
const LISTED: usize = 12;

/// What is not on the screen may come, may be in the menu that is named, or may be further up or down.
pub(super) fn absent(target: &Target, scene: Scene<'_>, course: &mut Course) -> Decision {
    if let Some(seconds) = FIRST_WAITS.get(course.waits) {
        course.waits += 1;
        return act(vec![Action::Wait { seconds: *seconds }], "it is not on the screen yet", Then::Stay);
    }
    if let Some(decision) = back_out(scene, course) {
        course.waits = 0;
        return decision;
    }
    if let Some((Relation::In, menu)) = &target.relation
        && course.opened.is_none()
        && let Found::One(hit) = fields::find_menu(menu, scene)
    {
        return menus::open(hit, scene, course);
    }
    let direction = if course.back { Direction::Up } else { Direction::Down };
    turn(direction, window_middle(scene), scene, course)
        .unwrap_or_else(|| Decision::Impossible { why: not_found(target, scene) })
}

/// One more turn of the wheel, unless there were enough or the last one showed nothing new.
pub(super) fn turn(direction: Direction, at: FramePoint, scene: Scene<'_>, course: &mut Course) -> Option<Decision> {
    // On an empty desktop the wheel goes to another one.
    if scene.active.is_none() && !scene.windows.is_empty() {
        return None;
    }
    let has_more = course.turned.note(scene);
    if course.turns >= MOST_TURNS || (course.turns > 0 && !has_more) {
        if course.back {
            return None;
        }
        course.end_of_scrolling();
        return turn(direction.opposite(), at, scene, course);
    }
    course.turns += 1;
    let why = "it is not on the screen: scrolling";
    Some(act(vec![wheel(Some(at), direction, NOTCHES)], why, Then::Turned))
}

/// What turning the wheel has shown so far.
#[derive(Debug, Default)]
pub(super) struct Turned {
    texts: HashSet<String>,
    /// How often the wheel is turned back before anything can be new.
    known: u32,
}

impl Turned {
    /// Takes note of what is shown, and says whether any of it is new or what is new is still to come.
    fn note(&mut self, scene: Scene<'_>) -> bool {
        let texts = scene.reading.lines.iter().map(|line| line.text.clone());
        let before = self.texts.len();
        self.texts.extend(texts);
        let is_new = self.texts.len() > before;
        let is_known = self.known > 0;
        self.known = self.known.saturating_sub(1);
        is_new || is_known
    }

    /// The last turn was not made: that it showed nothing new tells nothing.
    pub(super) fn was_not_made(&mut self) {
        self.known += 1;
    }

    /// From here on the wheel is turned the other way, past what was seen.
    pub(super) fn turn_back(&mut self, turns: u32) {
        self.known = turns;
    }
}

/// Why a target is not found, with what is called nearly so and what else there is.
pub(super) fn not_found(target: &Target, scene: Scene<'_>) -> String {
    let wanted = target.text.as_deref().unwrap_or_default();
    let what = target.text.as_deref().map_or_else(|| "such an element".to_owned(), |text| format!("'{text}'"));
    let shown: Vec<&str> = labels(scene);
    let there = shown.iter().copied().find(|text| matching::score(wanted, text) >= 1.0);
    if let Some(text) = there.filter(|_| !wanted.is_empty()) {
        return format!("'{text}' is on the screen, but nothing that this step needs is known to belong to it");
    }
    let near = sightstep_actions::nearest::nearest(wanted, shown.iter().copied());
    let near = near.map(|text| format!("; the nearest text is '{text}'")).unwrap_or_default();
    let list = shown.iter().take(LISTED).map(|text| format!("'{text}'")).collect::<Vec<_>>().join(", ");
    let list = if list.is_empty() { String::new() } else { format!("; visible labels: {list}") };
    format!("{what} is not on the screen, nor further up or down{near}{list}")
}

/// What stands on the things in the active window that take clicks, or in all of it where nothing does, each once.
fn labels(scene: Scene<'_>) -> Vec<&str> {
    let area = scene.active.unwrap_or(scene.bounds);
    let all = scene.reading.elements.iter().filter(|element| {
        let (x, y) = element.area.centre();
        area.contains(x, y)
    });
    let is_said = |element: &Element| element.text.chars().filter(|c| c.is_alphanumeric()).count() >= 2;
    let mut found: Vec<&str> = Vec::new();
    let (clickable, others): (Vec<&Element>, Vec<&Element>) = all.partition(|element| element.role.takes_clicks());
    for element in clickable.into_iter().chain(others) {
        let text = if is_said(element) { element.text.as_str() } else { element.name.as_str() };
        if !text.is_empty() && !found.contains(&text) {
            found.push(text);
        }
    }
    found
}
