//! Fields are named by what stands beside them: finding the one that a label belongs to.

use sightstep_vision::geometry::Rect;
use sightstep_vision::read::{Element, Role, Source};

use super::find::{self, Found, Hit, Scene};
use super::target::{Kind, Target};
use crate::matching;

/// How far below its label a field may stand, in heights of the label.
const BELOW: i32 = 3;

/// Higher fields hold several lines: what they hold is added to, not replaced.
const SINGLE_LINE: i32 = 60;

/// Whether a field holds one line.
pub(super) fn is_single_line(hit: &Hit) -> bool {
    matches!(hit.role, Role::Field | Role::Spinner) && hit.area.h <= SINGLE_LINE
}

/// Where to click into a field to type from its beginning: a field for a date is several, of which a click chooses one.
pub(super) fn entrance(hit: &Hit) -> (i32, i32) {
    let (x, y) = hit.point;
    let is_in_parts = hit.text.split(['/', '.', '-', ':']).count() == 3 && !hit.text.contains(' ');
    if is_in_parts && is_single_line(hit) { (hit.area.x + hit.area.h / 2, y) } else { (x, y) }
}

/// Whether a file's name is typed over another of the same kind: dialogs select the name without its ending, which would be left
/// behind the one that is typed.
pub(super) fn holds_a_name_like(text: &str, scene: Scene<'_>) -> bool {
    let ending = |name: &str| -> Option<String> {
        let (stem, ending) = name.trim().rsplit_once('.')?;
        let is_ending = (1..=5).contains(&ending.len()) && ending.chars().all(char::is_alphanumeric);
        (is_ending && !stem.is_empty()).then(|| ending.to_lowercase())
    };
    let Some(wanted) = ending(text) else { return false };
    let is_here = |element: &Element| {
        let (x, y) = element.area.centre();
        scene.active.is_some_and(|area| area.contains(x, y))
    };
    scene.reading.elements.iter().any(|element| {
        let held = element.value.as_deref().unwrap_or(&element.text);
        let has_keyboard = element.state.focused == Some(true) && element.source != Source::Pixels;
        matches!(element.role, Role::Field | Role::Combo)
            && is_here(element)
            && (has_keyboard || scene.is_dialog())
            && ending(held).is_some_and(|ending| ending == wanted)
    })
}

/// The field that the description means.
pub(super) fn find(target: &Target, scene: Scene<'_>) -> Found {
    if target.kind == Some(Kind::Page) {
        return page(scene);
    }
    labelled(target, scene, is_field)
}

/// The combo box, menu or button that the description means.
pub(super) fn find_menu(target: &Target, scene: Scene<'_>) -> Found {
    match labelled(target, scene, |role| is_field(role) || matches!(role, Role::Button | Role::Menu)) {
        Found::Nothing => find::find(target, scene),
        found => found,
    }
}

/// Whether it can be typed into, or holds what was chosen.
fn is_field(role: Role) -> bool {
    role.is_typed_into() || role == Role::Combo
}

/// The box of one of these roles that says so, holds so, or is labelled so.
pub(super) fn labelled(target: &Target, scene: Scene<'_>, is_one: fn(Role) -> bool) -> Found {
    let is_box = |hit: &Hit| is_one(hit.role);
    let Some(text) = &target.text else {
        let any = Target { kind: Some(Kind::Element(Role::Field)), ..target.clone() };
        return find::find(&any, scene);
    };
    // What is typed into before a list that is called so: the head of a column is one.
    for is_wanted in [Role::is_typed_into, is_one] {
        let keep = |hit: &Hit| is_one(hit.role) && is_wanted(hit.role);
        match find::find_among(target, scene, keep) {
            Found::Nothing => {}
            found => return found,
        }
    }
    let direct = find::find(target, scene);
    match &direct {
        Found::One(hit) if is_box(hit) => return direct,
        Found::One(label) => return beside(label, scene, is_one).map_or(Found::Nothing, Found::One),
        _ => {}
    }
    let labels = match direct {
        Found::Several(hits) => hits,
        _ => return Found::Nothing,
    };
    // Of equal texts, the one with a field beside it is the label.
    let mut found: Vec<Hit> = labels.iter().filter_map(|label| of_label(label, text, scene, is_one)).collect();
    found.dedup_by(|a, b| a.area == b.area);
    match found.len() {
        0 => Found::Nothing,
        1 => Found::One(found.swap_remove(0)),
        _ => Found::Several(found),
    }
}

fn of_label(label: &Hit, text: &str, scene: Scene<'_>, is_one: fn(Role) -> bool) -> Option<Hit> {
    if is_one(label.role) && matching::score(text, &label.text) > 0.0 {
        return Some(label.clone());
    }
    beside(label, scene, is_one)
}

/// The nearest box on the label's row to its right, else under it.
fn beside(label: &Hit, scene: Scene<'_>, is_one: fn(Role) -> bool) -> Option<Hit> {
    let boxes = scene.reading.elements.iter().filter(|e| is_one(e.role) && e.area != label.area);
    let right = boxes.clone().filter(|e| is_right(label.area, e.area)).min_by_key(|e| e.area.x);
    let below = boxes.filter(|e| is_below(label.area, e.area)).min_by_key(|e| e.area.y);
    right.or(below).map(|e| find::hit(e, scene.reading, label.score))
}

fn is_right(label: Rect, area: Rect) -> bool {
    let y = label.centre().1;
    area.x >= label.right() - 4 && area.y <= y && y < area.bottom()
}

fn is_below(label: Rect, area: Rect) -> bool {
    let overlaps = area.x < label.right() && label.x < area.right();
    overlaps && area.y >= label.centre().1 && area.y < label.bottom() + BELOW * label.h
}

/// What the thing that is called so holds, and what stands beside its label: "Total 42".
pub(super) fn value_of(target: &Target, scene: Scene<'_>) -> Vec<String> {
    if let Found::One(hit) = labelled(target, scene, |role| is_field(role) || role == Role::Slider) {
        let element = scene.reading.elements.iter().find(|e| e.area == hit.area && e.role == hit.role);
        return vec![element.and_then(|e| e.value.clone()).unwrap_or(hit.text)];
    }
    let Found::One(label) = find::find(target, scene) else { return Vec::new() };
    if target.crossing.is_some() {
        return vec![if label.text.is_empty() { label.name } else { label.text }];
    }
    let is_right = |e: &&Element| !e.text.is_empty() && is_right(label.area, e.area);
    let nearest = scene.reading.elements.iter().filter(is_right).min_by_key(|e| e.area.x);
    // The label and its value may have been read as one line.
    let rest = |text: &str| {
        let rest = target.text.as_deref().and_then(|label| text.strip_prefix(label)).unwrap_or(text);
        rest.trim_start_matches([':', '=', ' ']).trim().to_owned()
    };
    let line = scene.reading.lines.iter().find(|line| line.area.intersects(&label.area)).map(|line| rest(&line.text));
    let texts = line.into_iter().chain(nearest.map(|e| rest(&e.text)));
    let is_label = |text: &String| target.text.as_deref() == Some(text);
    let mut found: Vec<String> = texts.filter(|text| !text.is_empty() && !is_label(text)).collect();
    found.dedup();
    found
}

/// The page of an editor or a terminal: the largest field of the active window, else the middle of that window.
fn page(scene: Scene<'_>) -> Found {
    let window = scene.active.unwrap_or(scene.bounds);
    let inside = |e: &&Element| e.role.is_typed_into() && e.area.intersection(&window) == e.area;
    let largest = scene.reading.elements.iter().filter(inside).max_by_key(|e| e.area.area());
    let area = largest.map(|e| e.area).filter(|area| area.area() * 4 > window.area()).unwrap_or(window);
    let point = area.centre();
    Found::One(Hit {
        area,
        point,
        text: "page".into(),
        name: String::new(),
        role: Role::Text,
        checked: None,
        has_keyboard: false,
        score: matching::SAME,
    })
}

#[cfg(test)]
mod tests {
    use sightstep_vision::read::Reading;

    use super::*;

    fn element(kind: Role, text: &str, area: [i32; 4]) -> Element {
        Element::new(kind, text, area.into())
    }

    fn found(target: &str, elements: &[Element]) -> Option<(i32, i32)> {
        let reading = Reading { lines: vec![], elements: elements.to_vec() };
        let scene = Scene::of_picture(&reading, Rect::new(0, 0, 640, 480), "");
        match find(&Target::parse(target).unwrap(), scene) {
            Found::One(hit) => Some((hit.area.x, hit.area.y)),
            _ => None,
        }
    }

    #[test]
    fn fields_are_found_by_label_place_and_content() {
        use Role::{Field, Text};
        let screen = [
            element(Text, "Name:", [10, 10, 40, 16]),
            element(Field, "", [100, 6, 200, 24]),
            element(Text, "E-mail", [10, 60, 60, 16]),
            element(Field, "you@example.org", [10, 80, 200, 24]),
            element(Field, "Search", [400, 6, 200, 24]),
            element(Text, "Alone", [10, 300, 60, 16]),
        ];
        let cases = [
            ("Name", Some((100, 6))),
            ("the name field", Some((100, 6))),
            ("E-mail", Some((10, 80))),
            ("Search", Some((400, 6))),
            ("the last field", Some((10, 80))),
            ("Alone", None),
            ("Nobody", None),
            ("the field", None),
        ];
        let wrong: Vec<_> =
            cases.iter().filter(|(t, want)| found(t, &screen) != *want).map(|(t, _)| (t, found(t, &screen))).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
