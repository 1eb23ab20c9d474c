//! Menus and lists that open: what is chosen is among what was not there before.

use sightstep_actions::plan::{Action, Button, Direction};
use sightstep_vision::geometry::Rect;
use sightstep_vision::read::{Reading, Role};

use super::find::{self, Found, Hit, Scene};
use super::search::{FIRST_WAITS, not_found, turn};
use super::steps::{Course, Decision, Then, act, middle, on_target, pixel};
use super::target::Target;
use super::{fields, thought};

/// A menu that was opened, with the texts that stood on the screen before.
#[derive(Debug)]
pub(super) struct Opened {
    menu: Rect,
    before: Vec<(String, Rect)>,
}

pub(super) fn open(hit: Hit, scene: Scene<'_>, course: &mut Course) -> Decision {
    let before = scene.reading.elements.iter().map(|e| (e.text.clone(), e.area)).collect();
    course.opened = Some(Opened { menu: hit.area, before });
    course.waits = 0;
    act(vec![left(&hit)], format!("opening {}", thought::placed(&hit)), Then::Stay)
}

/// Opens the menu, then takes the option among what was not there before.
pub(super) fn choose(option: &Target, from: &Target, scene: Scene<'_>, course: &mut Course) -> Decision {
    let click = |hit: &Hit| vec![left(hit)];
    if let Some(opened) = &course.opened {
        let menu = opened.menu;
        let reading = fresh(opened, scene);
        let shown = Scene { reading: &reading, active: None, ..scene };
        return match find::find(option, shown) {
            Found::One(hit) => act(click(&hit), thought::placed(&hit), Then::Advance),
            Found::Several(hits) => Decision::Ambiguous { hits },
            Found::Nothing => in_open_list(option, menu, &reading, scene, course),
        };
    }
    match fields::find_menu(from, scene) {
        Found::One(hit) if hit.role == Role::Text || from.text.is_none() => match find::find(option, scene) {
            // A list or a group whose options all show.
            Found::One(option) => act(click(&option), thought::placed(&option), Then::Advance),
            Found::Several(hits) => Decision::Ambiguous { hits },
            Found::Nothing => open(hit, scene, course),
        },
        Found::One(hit)
            if option.text.as_deref().is_some_and(|text| crate::matching::score(text, &hit.text) > 0.95) =>
        {
            Decision::Fulfilled { why: format!("{} shows it already", thought::placed(&hit)) }
        }
        Found::One(hit) => open(hit, scene, course),
        Found::Several(hits) => Decision::Ambiguous { hits },
        Found::Nothing => on_target(option, scene, course, click),
    }
}

/// What was not there before the menu was opened.
fn fresh(opened: &Opened, scene: Scene<'_>) -> Reading {
    let fresh = scene.reading.elements.iter().filter(|e| is_fresh(e.area, &e.text, opened));
    Reading { lines: scene.reading.lines.clone(), elements: fresh.cloned().collect() }
}

fn is_fresh(area: Rect, text: &str, opened: &Opened) -> bool {
    !opened.before.iter().any(|(other, at)| other == text && at.intersects(&area))
}

/// The option may come late or be further down in the list.
fn in_open_list(option: &Target, menu: Rect, list: &Reading, scene: Scene<'_>, course: &mut Course) -> Decision {
    if course.waits == 0 {
        course.waits += 1;
        return act(vec![Action::Wait { seconds: FIRST_WAITS[0] }], "the list is not open yet", Then::Stay);
    }
    let at = list.elements.iter().map(|e| e.area).fold(Rect::new(0, 0, 0, 0), |all, area| all.union(&area));
    let at = if at.is_empty() { menu } else { at };
    let direction = if course.back { Direction::Up } else { Direction::Down };
    turn(direction, pixel(at.centre()), scene, course)
        .unwrap_or_else(|| Decision::Impossible { why: not_found(option, scene) })
}

/// Which part of a path is looked for next.
pub(super) fn part_under_way(course: &Course) -> usize {
    if course.opened.is_some() { course.depth + 1 } else { 0 }
}

/// Follows a path through menus, each part among what the one before it opened.
pub(super) fn follow(parts: &[Target], scene: Scene<'_>, course: &mut Course) -> Decision {
    let [first, rest @ ..] = parts else { return Decision::Fulfilled { why: "the path is empty".to_owned() } };
    let Some(opened) = &course.opened else {
        return match bar(first, scene) {
            Found::One(hit) => {
                course.clicked = Some(hit.role);
                open(hit, scene, course)
            }
            Found::Several(hits) => Decision::Ambiguous { hits },
            Found::Nothing => super::search::absent(first, scene, course),
        };
    };
    let Some((part, below)) = rest.get(course.depth..).and_then(<[Target]>::split_first) else {
        return Decision::Fulfilled { why: "the path is followed".to_owned() };
    };
    let reading = fresh(opened, scene);
    let shown = Scene { reading: &reading, active: None, ..scene };
    let found = match find::find(part, shown) {
        // A page that was opened before, a tree whose branches show: what is not new may be meant too.
        Found::Nothing if course.waits > 0 => find::find(part, scene),
        found => found,
    };
    match found {
        Found::One(hit) if below.is_empty() => {
            course.clicked = Some(hit.role);
            act(vec![left(&hit)], thought::placed(&hit), Then::Advance)
        }
        Found::One(hit) => {
            course.depth += 1;
            open(hit, scene, course)
        }
        Found::Several(hits) => Decision::Ambiguous { hits },
        Found::Nothing if course.waits == 0 => {
            course.waits += 1;
            act(vec![Action::Wait { seconds: FIRST_WAITS[0] }], "it is not open yet", Then::Stay)
        }
        Found::Nothing => {
            let list = if reading.elements.is_empty() { scene } else { shown };
            Decision::Impossible { why: not_found(part, list) }
        }
    }
}

/// The menu that a path begins with: one of a bar before a button, a field or a picture that is called so.
fn bar(first: &Target, scene: Scene<'_>) -> Found {
    let is_menu = |hit: &Hit| matches!(hit.role, Role::Menu | Role::MenuItem);
    match find::find_among(first, scene, is_menu) {
        Found::Nothing => find::find(first, scene),
        found => found,
    }
}

fn left(hit: &Hit) -> Action {
    Action::Click { at: middle(hit), button: Button::Left, count: 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planner::reader::goal_step::GoalStep;
    use crate::planner::reader::steps::apply_answer;
    use crate::planner::reader::target::Position;

    #[test]
    fn an_answer_is_about_the_part_under_way() {
        let mut step = GoalStep::Path { parts: ["File", "Export"].map(Target::of_text).into() };
        let mut course = Course::default();
        apply_answer(&mut step, "2", &course);
        course.opened = Some(Opened { menu: Rect::new(0, 0, 9, 9), before: vec![] });
        apply_answer(&mut step, "Export as PDF", &course);
        let GoalStep::Path { parts } = step else { panic!("it is a path") };
        assert_eq!((parts[0].place, parts[1].text.as_deref()), (Some(Position::Nth(2)), Some("Export as PDF")));
    }
}
