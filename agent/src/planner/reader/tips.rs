//! Icons without a name: their tool tips say what they are called.

use std::collections::HashSet;

use sightstep_actions::plan::Action;
use sightstep_vision::geometry::Rect;
use sightstep_vision::icons::Meaning;
use sightstep_vision::read::{Element, Role, Source};

use super::find::{self, Hit, Scene};
use super::steps::{Course, Decision, Then, act, pixel};
use super::target::{Kind, Target};
use crate::matching::{self, ENOUGH};

/// How long the pointer rests on an icon, in seconds: GTK and Qt show a tip after 0.5 to 0.7.
const REST: f64 = 0.8;

/// How many icons are asked where one is meant, and where anything may be.
const MOST: (usize, usize) = (40, 14);

/// The sizes of icons, in pixels.
const SIZES: std::ops::RangeInclusive<i32> = 10..=48;

/// How far from its icon a tip may be, in pixels.
const REACH: (i32, i32) = (260, 70);

/// What was asked so far.
#[derive(Debug, Default)]
pub(super) struct Tips {
    asked: Vec<Rect>,
    /// What was read before the pointer came to the last one.
    before: HashSet<String>,
}

/// The icon that was asked last, where its tip says what is wanted: the tip itself is no target.
pub(super) fn answered(target: &Target, scene: Scene<'_>, course: &Course) -> Option<Hit> {
    let wanted = target.text.as_deref()?;
    let icon = course.tips.asked.last().copied()?;
    let is_named = told(icon, scene, &course.tips.before).iter().any(|tip| says(tip, wanted));
    let element = Element::new(Role::IconButton, "", icon);
    is_named.then(|| Hit { name: wanted.to_owned(), ..find::hit(&element, scene.reading, ENOUGH) })
}

/// Rests the pointer on the next icon without a name; nothing where none is left.
pub(super) fn ask(target: &Target, scene: Scene<'_>, course: &mut Course) -> Option<Decision> {
    let is_name = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count() >= 3;
    if !target.text.as_deref().is_some_and(is_name) || target.relation.is_some() || target.crossing.is_some() {
        return None;
    }
    let is_icon = matches!(target.kind, Some(Kind::Element(Role::Image | Role::IconButton | Role::Button)));
    let most = if is_icon { MOST.0 } else { MOST.1 };
    let next = scene.reading.elements.iter().find(|element| is_unnamed(element, scene, &course.tips.asked))?.area;
    if course.tips.asked.len() >= most {
        return None;
    }
    course.tips.asked.push(next);
    course.tips.before = scene.reading.lines.iter().map(|line| line.text.clone()).collect();
    let (x, y) = next.centre();
    let actions = vec![Action::Move { at: pixel(next.centre()) }, Action::Wait { seconds: REST }];
    Some(act(actions, format!("what the icon at {x},{y} is called is not known: asking its tool tip"), Then::Stay))
}

/// An icon in the active window that its program does not name, which was not asked yet.
fn is_unnamed(element: &Element, scene: Scene<'_>, asked: &[Rect]) -> bool {
    let (x, y) = element.area.centre();
    let guessed = Meaning::named(&element.icon).map_or("", |meaning| meaning.name());
    let is_named = element.source != Source::Pixels && !element.name.is_empty() && element.name != guessed;
    matches!(element.role, Role::IconButton | Role::Button | Role::Image)
        && element.text.chars().count() <= 2
        && !is_named
        && SIZES.contains(&element.area.w)
        && SIZES.contains(&element.area.h)
        && scene.active.is_some_and(|area| area.contains(x, y))
        && !asked.iter().any(|other| other.intersects(&element.area))
}

/// The lines near an icon that were not there before.
fn told(icon: Rect, scene: Scene<'_>, before: &HashSet<String>) -> Vec<String> {
    let near = Rect::new(icon.x - REACH.0, icon.y - REACH.1, icon.w + 2 * REACH.0, icon.h + 2 * REACH.1);
    let lines = scene.reading.lines.iter().filter(|line| line.area.intersects(&near) && !before.contains(&line.text));
    lines.map(|line| line.text.clone()).collect()
}

/// Whether a tip names a thing: "Box", "Replace all (Ctrl+R)", "Box: draw a rectangle".
fn says(tip: &str, wanted: &str) -> bool {
    let name = tip.split(['(', ':', '—', '\n']).next().unwrap_or(tip);
    matching::score(wanted, name) >= ENOUGH || matching::score(wanted, tip) >= ENOUGH
}

#[cfg(test)]
mod tests {
    use sightstep_vision::read::{Line, Reading};

    use super::*;

    #[test]
    fn icons_are_asked_one_after_the_other_until_a_tip_names_what_is_wanted() {
        let icon = |x: i32| Element::new(Role::IconButton, "", Rect::new(x, 10, 24, 24));
        let line = |text: &str| Line {
            text: text.into(),
            area: Rect::new(60, 40, 80, 16),
            confidence: 1.0,
            words: Vec::new(),
        };
        let window = Rect::new(0, 0, 400, 300);
        let mut course = Course::default();
        let mut asked = |lines: Vec<Line>| {
            let reading = Reading { lines, elements: vec![icon(10), icon(50)] };
            let scene = Scene { active: Some(window), ..Scene::of_picture(&reading, window, "") };
            let target = Target::of_text("Replace all");
            if let Some(hit) = answered(&target, scene, &course) {
                return Some((true, hit.point.0));
            }
            match ask(&target, scene, &mut course) {
                Some(Decision::Act { actions, .. }) => Some((false, actions[0].points()[0].x as i32)),
                _ => None,
            }
        };
        assert_eq!(asked(vec![]), Some((false, 22)));
        assert_eq!(asked(vec![line("Replace one")]), Some((false, 62)));
        assert_eq!(asked(vec![line("Replace one"), line("Replace all (Alt+A)")]), Some((true, 62)));
        assert_eq!(asked(vec![]), None);
    }
}
