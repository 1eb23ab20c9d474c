//! What programs say of themselves, put together with what the picture shows: what is drawn wins over what is said.
//!
//! A thing that is said to be there and is not drawn (hidden, covered, gone) is dropped; a role, a name and a state that a
//! program tells are better than guesses from looks.

use super::{Element, Line, Role, Source, ink};
use crate::frame::Frame;
use crate::geometry::Rect;
use crate::told::Told;

/// The elements of a picture with what its programs say of them.
pub(super) fn merge(frame: &Frame, lines: &[Line], seen: Vec<Element>) -> Vec<Element> {
    if frame.told().is_empty() {
        return seen;
    }
    let mut told: Vec<&Told> = frame.told().iter().filter(|told| is_drawn(frame, lines, told)).collect();
    // What lies deeper is nearer to what a person points at.
    told.sort_by_key(|told| (std::cmp::Reverse(told.depth), told.area.area()));
    let mut seen: Vec<Option<Element>> = seen.into_iter().map(Some).collect();
    let mut merged: Vec<Element> = Vec::new();
    for told in told {
        if merged.iter().any(|element| is_same_place(element, told)) {
            continue;
        }
        let parts: Vec<usize> =
            (0..seen.len()).filter(|at| seen[*at].as_ref().is_some_and(|e| belongs(e, told))).collect();
        let best = parts.iter().copied().max_by_key(|at| seen[*at].as_ref().map_or(0, |e| likeness(e, told)));
        let pixels = best.and_then(|at| seen[at].clone());
        // What is drawn on a control is part of it; what stands in a page or a row is not.
        for at in parts {
            if Some(at) == best || told.role.takes_clicks() && !holds_others(told.role) {
                seen[at] = None;
            }
        }
        // The text that it says was told of by something nearer to it: programs list menus twice, once where they are not.
        if pixels.is_none() && is_written(told.role) && !told.name.is_empty() && shares_text(told, &merged) {
            continue;
        }
        merged.push(joined(told, pixels));
    }
    merged.extend(seen.into_iter().flatten());
    merged.sort_by_key(|e| (e.area.centre().1, e.area.x));
    merged
}

/// Texts of more words than this are paragraphs, which run out of what is seen.
const LONG: usize = 12;

/// Whether things of this role show their name as text.
fn is_written(role: Role) -> bool {
    matches!(role, Role::Menu | Role::MenuItem | Role::Tab | Role::Radio | Role::Checkbox | Role::Link)
}

/// Whether another thing of the same role and name lies over it.
fn shares_text(told: &Told, merged: &[Element]) -> bool {
    merged.iter().any(|other| {
        let name = if other.name.is_empty() { &other.text } else { &other.name };
        other.role == told.role && *name == told.name && other.area.intersects(&told.area)
    })
}

/// Whether a button is told where something else is drawn, or nothing: programs that do not know where they are tell places that
/// are off by a title bar or a row of menus.
fn is_misplaced(frame: &Frame, told: &Told, there: &[&Line]) -> bool {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
    if told.role != Role::Button || there.iter().any(|line| is_alike(&told.name, &line.text)) {
        return false;
    }
    let (x, y) = told.area.centre();
    let is_other = |line: &&Line| line.area.contains(x, y) && letters(&line.text) >= 3;
    let middle = Rect::new(x - told.area.w / 3, y - told.area.h / 3, told.area.w * 2 / 3, told.area.h * 2 / 3);
    let is_small = told.area.w <= 60 && told.area.h <= 60;
    (letters(&told.name) >= 3 && there.iter().any(is_other)) || (is_small && !has_ink(frame, middle))
}

fn has_ink(frame: &Frame, area: Rect) -> bool {
    let area = area.intersection(&frame.bounds());
    if area.is_empty() {
        return false;
    }
    let ground = ink::background(frame.pixels(), area);
    let mut pixels = (area.y..area.bottom()).flat_map(|y| (area.x..area.right()).map(move |x| (x, y)));
    pixels.any(|(x, y)| ink::is_ink(frame.pixels().get_pixel(x as u32, y as u32).0, ground))
}

/// Whether things of this role are places with other things in them.
fn holds_others(role: Role) -> bool {
    matches!(role, Role::ListRow | Role::TreeRow | Role::Cell | Role::TextArea | Role::Link | Role::Image)
}

fn is_same_place(element: &Element, told: &Told) -> bool {
    element.role == told.role && element.area == told.area
}

/// Whether what was seen is all or a part of what was told.
fn belongs(element: &Element, told: &Told) -> bool {
    let shared = element.area.intersection(&told.area).area();
    // A paragraph is told before what it holds, and that is not told at all where the time is over.
    if element.role.takes_clicks() && !told.role.takes_clicks() && shared * 2 < told.area.area() {
        return false;
    }
    shared * 10 >= element.area.area() * 7
        || (shared * 10 >= told.area.area() * 7 && element.area.area() <= told.area.area() * 3)
}

/// How much of one thing what was seen and what was told are.
fn likeness(element: &Element, told: &Told) -> i64 {
    let shared = element.area.intersection(&told.area).area();
    let whole = element.area.area() + told.area.area() - shared;
    let is_named = !told.name.is_empty() && element.text == told.name;
    shared * 100 / whole.max(1) + if element.role == told.role { 100 } else { 0 } + if is_named { 150 } else { 0 }
}

fn joined(told: &Told, pixels: Option<Element>) -> Element {
    let source = if pixels.is_some() { Source::Both } else { Source::Program };
    let mut element = pixels.unwrap_or_else(|| Element::new(told.role, "", told.area));
    let has_mark = matches!(told.role, Role::Checkbox | Role::Radio | Role::Switch);
    let mark = has_mark && matches!(element.role, Role::Checkbox | Role::Radio | Role::Switch);
    if !mark {
        element.area = told.area;
    }
    element.role = match told.role {
        Role::Button if element.text.is_empty() => Role::IconButton,
        role => role,
    };
    if told.role.is_typed_into() {
        // A hint that stands in an empty field is no text of it.
        element.value.clone_from(&told.value);
        if let Some(value) = &told.value {
            element.text = value.lines().next().unwrap_or_default().to_owned();
        }
    } else if told.value.is_some() {
        element.value.clone_from(&told.value);
    }
    if !told.name.is_empty() && told.name != element.text {
        element.name.clone_from(&told.name);
    }
    let drawn = element.state;
    element.state = told.state;
    // A mark that is seen is surer than one that is told: programs tell late.
    element.state.checked = drawn.checked.or(told.state.checked).filter(|_| told.state.checked.is_some() || mark);
    element.window = (!told.window.is_empty()).then(|| told.window.clone());
    element.source = source;
    element
}

/// Whether what is told can be seen: its own text is read there, or, where it has none, something is drawn.
fn is_drawn(frame: &Frame, lines: &[Line], told: &Told) -> bool {
    let area = told.area.intersection(&frame.bounds());
    if area.w < 3 || area.h < 3 {
        return false;
    }
    let shows_text = matches!(
        told.role,
        Role::Text
            | Role::Heading
            | Role::Link
            | Role::Menu
            | Role::MenuItem
            | Role::Tab
            | Role::Radio
            | Role::Checkbox
    );
    let there: Vec<&Line> = lines.iter().filter(|line| line.area.intersects(&area)).collect();
    let is_in =
        |line: &Line| !is_written(told.role) || line.area.y < area.centre().1 && area.centre().1 < line.area.bottom();
    if !told.name.is_empty() && there.iter().any(|line| is_in(line) && is_alike(&told.name, &line.text)) {
        let all: Vec<&str> = there.iter().map(|line| line.text.as_str()).collect();
        return told.role != Role::Text || is_mostly_in(&told.name, &all.join(" "));
    }
    if is_misplaced(frame, told, &there) {
        return false;
    }
    if shows_text && told.name.chars().filter(|c| c.is_alphanumeric()).count() >= 3 {
        return false;
    }
    if told.role.is_typed_into() {
        return true;
    }
    has_ink(frame, area)
}

/// Whether most of a text's words are read where it is said to stand: of a text that a menu covers only some are.
fn is_mostly_in(text: &str, read: &str) -> bool {
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= 2).collect();
    let seen = words.iter().filter(|word| is_alike(word, read)).count();
    seen * 5 >= words.len() * 4 || words.len() > LONG
}

/// Whether a name and a line share a word of three letters, as far as the reader of text can be trusted.
fn is_alike(name: &str, line: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let split = text.split(|c: char| !c.is_alphanumeric());
        split.filter(|word| word.chars().count() >= 2).map(str::to_lowercase).collect()
    };
    let (name, line) = (words(name), words(line));
    name.iter().any(|a| line.iter().any(|b| a == b || (a.chars().count() >= 4 && strsim::osa_distance(a, b) <= 1)))
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;
    use crate::element::State;

    fn told(role: Role, name: &str, area: [i32; 4]) -> Told {
        let state = State { disabled: Some(false), ..State::default() };
        Told { role, name: name.into(), value: None, state, area: area.into(), window: "Editor".into(), depth: 3 }
    }

    fn line(text: &str, area: [i32; 4]) -> Line {
        Line { text: text.into(), area: area.into(), confidence: 1.0, words: Vec::new() }
    }

    #[test]
    fn what_is_drawn_wins_and_what_is_said_names_it() {
        let mut picture = RgbImage::from_pixel(300, 200, Rgb([240; 3]));
        for x in 200..216 {
            picture.put_pixel(x, 30, Rgb([20; 3]));
        }
        let said = vec![
            told(Role::Button, "Save", [10, 10, 80, 30]),
            told(Role::Button, "Search", [190, 20, 36, 24]),
            told(Role::MenuItem, "Print", [10, 100, 80, 20]),
        ];
        let frame = Frame::from_image(picture).with_told(said);
        let lines = [line("Save", [30, 16, 40, 16]), line("Copy", [12, 102, 40, 16])];
        let seen = vec![
            Element::new(Role::Text, "Save", Rect::new(30, 16, 40, 16)),
            Element::new(Role::Image, "", Rect::new(200, 24, 16, 16)),
            Element::new(Role::Text, "Copy", Rect::new(12, 102, 40, 16)),
        ];
        let merged = merge(&frame, &lines, seen);
        let brief: Vec<(Role, &str, &str, Source)> =
            merged.iter().map(|e| (e.role, e.text.as_str(), e.name.as_str(), e.source)).collect();
        assert_eq!(
            brief,
            [
                (Role::Button, "Save", "", Source::Both),
                (Role::IconButton, "", "Search", Source::Both),
                (Role::Text, "Copy", "", Source::Pixels),
            ]
        );
        assert_eq!(merged[0].area, Rect::new(10, 10, 80, 30));
        assert_eq!(merged[0].window.as_deref(), Some("Editor"));
    }

    #[test]
    fn a_field_in_a_paragraph_stays_a_field() {
        let picture = RgbImage::from_pixel(300, 60, Rgb([240; 3]));
        let frame = Frame::from_image(picture).with_told(vec![told(Role::Text, "Name", [10, 10, 280, 30])]);
        let lines = [line("Name", [10, 16, 40, 16])];
        let seen = vec![
            Element::new(Role::Text, "Name", Rect::new(10, 16, 40, 16)),
            Element::new(Role::Field, "", Rect::new(60, 14, 90, 22)),
        ];
        let merged = merge(&frame, &lines, seen);
        assert_eq!(merged.iter().map(|e| e.role).collect::<Vec<_>>(), [Role::Text, Role::Field]);
    }
}
