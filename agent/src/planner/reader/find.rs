//! Finding what a description means among what was read.

use sightstep_vision::geometry::Rect;
use sightstep_vision::read::{Element, Line, Reading, Role, Source};
use sightstep_vision::screen::Window;

use super::target::{Kind, Position, Relation, Target};
use super::words;
use crate::matching::{self, ENOUGH, SAME};

/// How much better an element of the kind that was named is.
const KIND: f32 = 0.08;

/// How much better something that can be clicked is than plain text.
const CLICKABLE: f32 = 0.06;

/// How much better something in the active window is.
const ACTIVE: f32 = 0.025;

/// How much better it is to fit the whole of what was said than what is left without the word for its kind.
const WHOLE: f32 = 0.1;

/// The best that a field which is called by its label can reach.
const LABEL: f32 = 0.9;

/// The best that the word for a likely icon can reach, which is not sure.
const LIKELY: f32 = 0.85;

/// The best that another word for the same thing can reach.
const SYNONYM: f32 = 0.94;

/// Scores that differ by less are equally good.
const TIE: f32 = 0.02;

/// Scores that differ by less are of the same text, whatever the elements are: those that an order counts.
const SAME_LEVEL: f32 = 0.1;

/// The whole of what was said must fit as well as this, to count before a part of it.
const WHOLLY: f32 = 0.9;

/// A line this long of which the goal holds every word is the goal itself, shown on the screen: nothing to click on.
const ECHO: usize = 12;

/// What is on the screen.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    /// What was read.
    pub(super) reading: &'a Reading,
    /// The active window, where it is known.
    pub(super) active: Option<Rect>,
    /// What stands before the caret, where the program that has the keyboard says so.
    pub(super) before_caret: Option<&'a str>,
    /// The open windows, as far as they are known.
    pub(super) windows: &'a [Window],
    /// Whether that is a small window which no step has opened, as far as is known.
    pub(super) is_intruder: bool,
    /// The whole frame.
    pub(super) bounds: Rect,
    /// The words of the goal.
    pub(super) goal: &'a str,
}

impl<'a> Scene<'a> {
    /// A picture alone: nothing is known of windows and carets.
    pub(super) fn of_picture(reading: &'a Reading, bounds: Rect, goal: &'a str) -> Self {
        Self { reading, active: None, windows: &[], before_caret: None, is_intruder: false, bounds, goal }
    }

    /// Whether the active window is one of several of its program: a dialog, or one that has some.
    pub(super) fn is_dialog(&self) -> bool {
        let Some(active) = self.windows.iter().find(|window| window.active) else { return false };
        self.windows.iter().any(|other| other != active && other.process.is_some() && other.process == active.process)
    }
}

/// A place that fits a description.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hit {
    /// What was found.
    pub(super) area: Rect,
    /// Where to click: the middle of the text in a field or a row, else of the area.
    pub(super) point: (i32, i32),
    /// What it says.
    pub(super) text: String,
    /// What it is called, where that is not what it says.
    pub(super) name: String,
    /// What it is.
    pub(super) role: Role,
    /// Whether its mark is set, where it has one.
    pub(super) checked: Option<bool>,
    /// Whether its program says that it has the keyboard.
    pub(super) has_keyboard: bool,
    /// How well it fits.
    pub(super) score: f32,
}

impl Hit {
    /// The element in a person's words: "button 'Save'".
    pub(super) fn said(&self) -> String {
        let role = self.role.said();
        match (self.text.as_str(), self.name.as_str()) {
            ("", "") => format!("empty {role}"),
            ("", name) => format!("{role} '{name}'"),
            (text, _) => format!("{role} '{text}'"),
        }
    }
}

/// What came of looking.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Found {
    /// One place fits best.
    One(Hit),
    /// Several fit equally well, in reading order.
    Several(Vec<Hit>),
    /// None fits.
    Nothing,
}

/// Finds what the description means.
pub(super) fn find(target: &Target, scene: Scene<'_>) -> Found {
    if let Some((x, y)) = target.point {
        return Found::One(Hit {
            point: (x, y),
            ..hit(&Element::new(Role::Text, "", Rect::new(x, y, 1, 1)), scene.reading, SAME)
        });
    }
    match named(target, scene) {
        // "The textarea widget": what was taken for a name is a kind.
        Found::Nothing if matches!(target.kind, None | Some(Kind::Other)) => {
            match target.text.as_deref().and_then(Kind::named) {
                Some(kind) => named(&Target { text: None, whole: None, kind: Some(kind), ..target.clone() }, scene),
                None => Found::Nothing,
            }
        }
        found => found,
    }
}

/// The one thing that takes clicks and is called by another word for what was said, as `look` finds it.
pub(super) fn by_other_word(target: &Target, look: impl Fn(&Target) -> Found) -> Option<Hit> {
    let text = target.text.as_deref().filter(|_| target.relation.is_none())?;
    let others = words::alike(text).map(|word| Target { kind: target.kind, ..Target::of_text(word) });
    let found = others.filter_map(|other| match look(&other) {
        Found::One(hit) if words::stands_for_others(hit.role) => Some(hit),
        _ => None,
    });
    let mut hits: Vec<Hit> = found.collect();
    hits.dedup_by(|a, b| a.area == b.area);
    (hits.len() == 1).then(|| hits.swap_remove(0))
}

fn named(target: &Target, scene: Scene<'_>) -> Found {
    find_among(target, scene, |_| true)
}

/// Finds what the description means among what is kept of all that fits it.
pub(super) fn find_among(target: &Target, scene: Scene<'_>, keep: impl Fn(&Hit) -> bool) -> Found {
    if let Some((one, other)) = &target.crossing {
        return crossed(one, other, scene);
    }
    let mut hits = hits(target, scene);
    hits.retain(keep);
    if let Some((relation, other)) = &target.relation {
        let others = match anchor(other, scene) {
            Found::One(hit) => vec![hit],
            Found::Several(hits) => hits,
            Found::Nothing if *relation == Relation::In => vec![],
            Found::Nothing => return Found::Nothing,
        };
        if !others.is_empty() {
            hits = related(hits, *relation, &others, target.place.is_none());
        }
    }
    chosen(hits, target.place)
}

/// What another thing is seen from: the text itself where it stands, not the field that is called by it.
fn anchor(target: &Target, scene: Scene<'_>) -> Found {
    let is_written = |hit: &Hit| target.text.as_deref().is_some_and(|text| matching::score(text, &hit.text) >= ENOUGH);
    let plain = target.relation.is_none() && target.crossing.is_none();
    let written: Vec<Hit> =
        if plain { hits(target, scene).into_iter().filter(is_written).collect() } else { Vec::new() };
    if written.is_empty() { find(target, scene) } else { chosen(written, target.place) }
}

/// Everything that fits well enough, in reading order.
fn hits(target: &Target, scene: Scene<'_>) -> Vec<Hit> {
    let elements = scene.reading.elements.iter();
    let mut found: Vec<Hit> = match &target.text {
        None => {
            // "The menu" is one that is called so, else one that is one.
            let is_called = |e: &Element| target.whole.as_deref().is_some_and(|whole| called(whole, e) >= LIKELY);
            let scored = elements.filter_map(|e| match target.kind {
                _ if is_called(e) => Some(hit(e, scene.reading, SAME + WHOLE)),
                Some(kind) if kind.fits(e.role) => Some(hit(e, scene.reading, SAME)),
                _ => None,
            });
            scored.collect()
        }
        Some(text) => elements.filter_map(|e| best(text, target.whole.as_deref(), e, scene)).collect(),
    };
    for hit in &mut found {
        hit.score += bonus(hit, target, scene);
    }
    found.retain(|hit| hit.score >= ENOUGH);
    without_holders(found)
}

/// A cell or a row is called by what is in it: where that takes clicks itself, it is meant.
fn without_holders(found: Vec<Hit>) -> Vec<Hit> {
    let holds = |role: Role| matches!(role, Role::Cell | Role::ListRow | Role::TreeRow);
    let is_inside = |inner: &Hit, outer: &Hit| inner.area.intersection(&outer.area) == inner.area;
    let is_named_by_part = |hit: &Hit| {
        holds(hit.role)
            && found.iter().any(|other| {
                other.role.takes_clicks()
                    && !holds(other.role)
                    && is_inside(other, hit)
                    && other.score + 0.2 >= hit.score
            })
    };
    let kept: Vec<bool> = found.iter().map(|hit| !is_named_by_part(hit)).collect();
    found.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(hit, _)| hit).collect()
}

fn bonus(hit: &Hit, target: &Target, scene: Scene<'_>) -> f32 {
    let kind = if target.kind.is_some_and(|kind| kind.fits(hit.role)) { KIND } else { 0.0 };
    let clickable = if hit.role.takes_clicks() { CLICKABLE } else { 0.0 };
    let (x, y) = hit.area.centre();
    let active = if scene.active.is_some_and(|area| area.contains(x, y)) { ACTIVE } else { 0.0 };
    kind + clickable + active
}

/// An element that fits so well.
pub(super) fn hit(element: &Element, reading: &Reading, score: f32) -> Hit {
    // The text is the surest place: a box that is taken for one may be more than one thing.
    let has_mark = matches!(element.role, Role::Checkbox | Role::Radio | Role::Switch | Role::IconButton | Role::Image);
    let line = if has_mark || element.text.is_empty() { None } else { line_of(element, reading) };
    let text = line.map(|line| line.area).filter(|text| text.intersects(&element.area));
    Hit {
        area: element.area,
        point: text.unwrap_or(element.area).centre(),
        text: element.text.clone(),
        name: element.name.clone(),
        role: element.role,
        checked: element.state.checked,
        has_keyboard: element.state.focused == Some(true) && element.source != Source::Pixels,
        score,
    }
}

/// The element where it fits the whole of what was said, else where it fits what is left without the word for its kind.
fn best(text: &str, whole: Option<&str>, element: &Element, scene: Scene<'_>) -> Option<Hit> {
    let exact = whole.and_then(|whole| {
        let score = called(whole, element);
        (score >= WHOLLY).then(|| hit(element, scene.reading, score + WHOLE))
    });
    exact.or_else(|| of_element(text, element, scene))
}

/// How well what was said is what an element says, is called, or is another word for it.
fn called(text: &str, element: &Element) -> f32 {
    let own = matching::score(text, &element.text);
    // What an icon is called is less sure than what is written.
    let by_icon = if element.icon.is_empty() { 1.0 } else { SYNONYM };
    // A field is called by its label, which is written beside it: who clicks means what is written.
    let by_label = if element.label.is_some() && element.role.is_typed_into() { LABEL } else { 1.0 };
    let name = matching::score(text, &element.name) * by_icon * by_label;
    let is_sure = element.icon.is_empty() || !element.name.is_empty();
    let best = if is_sure { SYNONYM } else { LIKELY };
    let words = words::of(element).iter().map(|word| matching::score(text, word) * best).fold(0.0, f32::max);
    own.max(name).max(words)
}

/// The element, or some words of it.
fn of_element(text: &str, element: &Element, scene: Scene<'_>) -> Option<Hit> {
    let score = called(text, element);
    // What is sought itself may stand in the goal; a line that says more of the goal than that is the goal.
    let says_more = matching::plain(&element.text).chars().count() > matching::plain(text).chars().count() + 2;
    if says_more && is_echo(&element.text, scene.goal) {
        return None;
    }
    if score >= ENOUGH {
        return Some(hit(element, scene.reading, score));
    }
    let line = line_of(element, scene.reading)?;
    if matching::reverses(text, &line.text) {
        return None;
    }
    let words: Vec<&str> = line.words.iter().map(|word| word.text.as_str()).collect();
    let (range, score) = matching::part(text, &words)?;
    let area = line.words[range.clone()].iter().fold(Rect::new(0, 0, 0, 0), |all, word| all.union(&word.area));
    let is_text = !matches!(
        element.role,
        Role::Button
            | Role::Tab
            | Role::Checkbox
            | Role::Radio
            | Role::Switch
            | Role::Combo
            | Role::Image
            | Role::IconButton
    );
    let said = line.words[range].iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ");
    let area = if is_text { area } else { element.area };
    Some(Hit { area, point: area.centre(), text: said, ..hit(element, scene.reading, score) })
}

/// The cell under one text and beside the other: what stands there, or the place itself where it is empty.
fn crossed(one: &str, other: &str, scene: Scene<'_>) -> Found {
    let texts = [one, other].map(|text| find(&Target::of_text(text), scene));
    let [Found::One(one), Found::One(other)] = texts else { return Found::Nothing };
    let (column, row) = if one.area.y < other.area.y { (one.area, other.area) } else { (other.area, one.area) };
    let place = Rect::new(column.x, row.y, column.w, row.h);
    let reaches = |element: &&Element| {
        let rows = element.area.bottom().min(row.bottom()) - element.area.y.max(row.y);
        let columns = element.area.right().min(column.right()) - element.area.x.max(column.x);
        rows * 2 > element.area.h.min(row.h)
            && columns > 0
            && element.area != row
            && !matches!(element.role, Role::ListRow | Role::TreeRow)
            && element.area.w < scene.bounds.w / 2
    };
    let there = scene.reading.elements.iter().filter(reaches).min_by_key(|element| gap(element.area, place));
    let found = there.map(|element| hit(element, scene.reading, SAME));
    Found::One(found.unwrap_or_else(|| hit(&Element::new(Role::Cell, "", place), scene.reading, SAME)))
}

/// The line that an element was made of.
fn line_of<'a>(element: &Element, reading: &'a Reading) -> Option<&'a Line> {
    let near = |line: &&Line| line.text == element.text;
    let distance = |line: &&Line| {
        let ((ax, ay), (bx, by)) = (line.area.centre(), element.area.centre());
        (ax - bx).abs() + (ay - by).abs() * 4
    };
    reading.lines.iter().filter(near).min_by_key(distance)
}

/// Whether a line is the goal's own words: pages that ask for something say so.
pub(super) fn is_echo(line: &str, goal: &str) -> bool {
    let line = matching::plain(line);
    line.chars().count() >= ECHO && matching::plain(goal).contains(&line)
}

/// Those that stand so to one of the others; only the nearest of them, where no place in the order says which.
fn related(hits: Vec<Hit>, relation: Relation, others: &[Hit], nearest_only: bool) -> Vec<Hit> {
    let distance = |hit: &Hit| {
        let fitting = others.iter().filter(|other| other.area != hit.area && stands(hit.area, relation, other.area));
        fitting.map(|other| gap(hit.area, other.area)).min()
    };
    let best = hits.iter().filter(|hit| distance(hit).is_some()).map(|hit| hit.score).fold(0.0, f32::max);
    let fits = hits.into_iter().filter(|hit| hit.score > best - SAME_LEVEL);
    let near: Vec<(i32, Hit)> = fits.filter_map(|hit| Some((distance(&hit)?, hit))).collect();
    let nearest = near.iter().map(|(distance, _)| *distance).min();
    let kept = near.into_iter().filter(|(distance, _)| !nearest_only || Some(*distance) == nearest);
    kept.map(|(_, hit)| hit).collect()
}

fn stands(area: Rect, relation: Relation, other: Rect) -> bool {
    let rows = area.bottom().min(other.bottom()) - area.y.max(other.y);
    let beside = rows * 2 > area.h.min(other.h);
    match relation {
        Relation::Below => area.centre().1 > other.centre().1 && !beside,
        Relation::Above => area.centre().1 < other.centre().1 && !beside,
        Relation::RightOf => beside && area.x >= other.centre().0,
        Relation::LeftOf => beside && area.right() <= other.centre().0,
        Relation::NextTo | Relation::Row => beside,
        Relation::In => true,
    }
}

/// Pixels between two areas, along both axes; what is not in line counts double.
fn gap(a: Rect, b: Rect) -> i32 {
    let x = (a.x - b.right()).max(b.x - a.right()).max(0);
    let y = (a.y - b.bottom()).max(b.y - a.bottom()).max(0);
    let ((ax, ay), (bx, by)) = (a.centre(), b.centre());
    2 * (x + y) + ((ax - bx).abs().min(400) + (ay - by).abs().min(400)) / 8
}

fn chosen(mut hits: Vec<Hit>, place: Option<Position>) -> Found {
    let Some(best) = hits.iter().map(|hit| hit.score).max_by(f32::total_cmp) else { return Found::Nothing };
    let margin = if place.is_some() { SAME_LEVEL } else { TIE };
    hits.retain(|hit| hit.score > best - margin);
    hits.sort_by_key(|hit| (hit.area.centre().1 / 12, hit.area.x));
    hits.dedup_by(|a, b| a.area.intersection(&b.area).area() * 2 > a.area.area().min(b.area.area()));
    let at = match place {
        Some(Position::Nth(n)) => n - 1,
        Some(Position::Last) => hits.len() - 1,
        None if hits.len() == 1 => 0,
        None => return Found::Several(hits),
    };
    if at < hits.len() { Found::One(hits.swap_remove(at)) } else { Found::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sightstep_vision::read::Word;

    fn element(kind: Role, text: &str, area: [i32; 4]) -> Element {
        Element::new(kind, text, area.into())
    }

    fn found(target: &str, elements: &[Element]) -> Found {
        let line = |e: &Element| {
            let width = e.area.w / e.text.split(' ').count() as i32;
            let word = |(n, text): (i32, &str)| Word {
                text: text.into(),
                area: Rect::new(e.area.x + n * width, e.area.y, width, e.area.h),
            };
            let words = (0..).zip(e.text.split(' ')).map(word).collect();
            Line { text: e.text.clone(), area: e.area, confidence: 1.0, words }
        };
        let reading = Reading { lines: elements.iter().map(line).collect(), elements: elements.to_vec() };
        let scene = Scene::of_picture(&reading, Rect::new(0, 0, 640, 480), target);
        find(&Target::parse(target).unwrap(), scene)
    }

    fn at(found: &Found) -> Option<(i32, i32)> {
        match found {
            Found::One(hit) => Some((hit.area.x, hit.area.y)),
            _ => None,
        }
    }

    #[test]
    fn the_best_fit_is_found() {
        use Role::{Button, Field, Link, Text};
        let screen = [
            element(Text, "Click on the No button please", [0, 0, 300, 20]),
            element(Text, "Save As", [0, 40, 60, 20]),
            element(Button, "Save", [100, 40, 60, 20]),
            element(Text, "Save", [200, 40, 60, 20]),
            element(Link, "lorem ipsum dolor", [0, 100, 300, 20]),
            element(Text, "Bob", [0, 200, 40, 20]),
            element(Link, "Edit", [100, 200, 40, 20]),
            element(Text, "Eve", [0, 240, 40, 20]),
            element(Link, "Edit", [100, 240, 40, 20]),
            element(Field, "", [100, 300, 80, 20]),
            element(Link, "More", [300, 240, 40, 20]),
            element(Link, "Help", [300, 300, 40, 20]),
        ];
        let cases = [
            ("Save", Some((100, 40))),
            ("Save As", Some((0, 40))),
            ("ipsum", Some((100, 100))),
            ("Edit", None),
            ("the second Edit", Some((100, 240))),
            ("the last Edit link", Some((100, 240))),
            ("Edit right of Eve", Some((100, 240))),
            ("Edit next to Bob", Some((100, 200))),
            ("the link below Bob", Some((100, 240))),
            ("the field", Some((100, 300))),
            ("the field below Eve", Some((100, 300))),
            ("Edit in the row of Eve", Some((100, 240))),
            ("the cell of Edit link and Nobody", None),
            ("the third Edit", None),
            ("Nowhere", None),
        ];
        let wrong: Vec<_> = cases
            .iter()
            .filter(|(t, want)| at(&found(t, &screen)) != *want)
            .map(|(t, _)| (t, found(t, &screen)))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn two_equally_good_places_are_a_question() {
        let screen = [element(Role::Button, "No", [0, 0, 60, 20]), element(Role::Button, "No", [0, 50, 60, 20])];
        assert!(matches!(found("No", &screen), Found::Several(hits) if hits.len() == 2));
    }
}
