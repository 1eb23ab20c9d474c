//! What a box with one line of text in it is: a button, a field, a list that opens, a spinner.

use super::super::{Element, Line, Role, ink};
use super::arrows::{self, Arrow};
use super::page::{self, Page};
use crate::geometry::Rect;

/// Higher boxes around one line are pages, not buttons.
pub(super) const HIGHEST_BUTTON: i32 = 80;

/// How far from its left edge the text of a field begins at most, in pixels.
const FIELD_MARGIN: i32 = 24;

/// The element that the line's box is; nothing where the box holds more than the one line.
pub(super) fn of(page: &Page<'_>, line: &Line) -> Option<Element> {
    let around = page.boxes.iter().filter(|area| page::holds(area, &line.area));
    around.take(3).find_map(|area| in_box(page, line, *area))
}

fn in_box(page: &Page<'_>, line: &Line, area: Rect) -> Option<Element> {
    if area.h < line.area.h * 3 / 5 {
        return None;
    }
    if area.h > HIGHEST_BUTTON.min(line.area.h * 4) {
        let inside: Vec<&Line> = page.lines_in(area).filter(|other| !is_grip(other, area)).collect();
        return alone_in(page, line, area).or_else(|| stacked(page, line, area, &inside));
    }
    let mut inside: Vec<&Line> = page.lines_in(area).filter(|other| !is_grip(other, area)).collect();
    if inside.iter().any(|other| (other.area.centre().1 - line.area.centre().1).abs() > line.area.h / 2) {
        return stacked(page, line, area, &inside);
    }
    inside.sort_by_key(|other| other.area.x);
    // Signs for more and less at the right end are those of a field for numbers.
    let is_step = |line: &Line| matches!(line.text.as_str(), "+" | "-" | "−" | "–" | "—" | "一" | "＋");
    let steps = inside.iter().filter(|other| is_step(other)).count();
    if steps > 0
        && inside.len() > steps
        && inside.last().is_some_and(|last| is_step(last) && area.right() - last.area.right() < area.h)
    {
        inside.retain(|other| !is_step(other));
        let is_first = inside.first().is_some_and(|first| first.area == line.area);
        let element = Element { value: Some(line.text.clone()), ..Element::new(Role::Spinner, &line.text, area) };
        return is_first.then_some(element);
    }
    // A sign at the right end is the arrow of a list that opens.
    let arrow = if inside.len() > 1 { inside.pop_if(|last| is_sign(last, area)) } else { None };
    if arrow.is_some_and(|arrow| arrow.area == line.area) {
        return None;
    }
    let text = inside.iter().fold(line.area, |all, other| all.union(&other.area));
    let text = ink::tight(page.pixels, text.intersection(&area.grown(-2)));
    if matches!(arrow, Some(sign) if matches!(sign.text.as_str(), ">" | "›" | "→")) {
        return Some(Element::new(Role::ListRow, &line.text, area));
    }
    // What stands high in its box leaves room for more lines.
    let is_high = area.bottom() - text.bottom() > text.h + (text.y - area.y) * 2 && area.h > 32;
    let role = match role(page, area, text, inside.len(), arrow.is_some())? {
        // The heads of columns touch each other; fields do not.
        Role::Field if touches(page, area) => Role::Cell,
        Role::Field if is_high || page.lines_in(area).any(|line| is_grip(line, area)) => Role::TextArea,
        role => role,
    };
    // An arrow in a box of its own right beside the field opens its list.
    let (role, area) = match arrow_beside(page, area).filter(|_| matches!(role, Role::Field | Role::Cell)) {
        Some(arrow) => (Role::Combo, area.union(&arrow)),
        None => (role, area),
    };
    let said = inside.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ");
    let mut element = Element::new(role, &line.text, area);
    if role.is_typed_into() || role == Role::Combo {
        element.value = Some(said);
    }
    // The first line stands for all of them.
    (role == Role::Button || inside.first().is_some_and(|first| first.area == line.area)).then_some(element)
}

/// What a high box is that holds one line and nothing else: a large button with the text in its middle, or what several
/// lines can be typed into, with the text in its upper left corner.
fn alone_in(page: &Page<'_>, line: &Line, area: Rect) -> Option<Element> {
    if area.h > line.area.h * 9
        || area.w > line.area.w.max(line.area.h * 4) * 8
        || page.lines_in(area).filter(|other| !is_grip(other, area)).count() != 1
    {
        return None;
    }
    let text = ink::tight(page.pixels, line.area.intersection(&area.grown(-2)));
    let ((ax, ay), (bx, by)) = (area.centre(), text.centre());
    if (ax - bx).abs() <= area.w / 10 && (ay - by).abs() <= area.h / 8 {
        return Some(Element::new(Role::Button, &line.text, area));
    }
    let is_corner = text.x - area.x <= FIELD_MARGIN && text.y - area.y <= line.area.h && area.h >= line.area.h * 5 / 4;
    let element = Element::new(Role::TextArea, &line.text, area);
    (is_corner && is_paper(page, area)).then(|| Element { value: Some(line.text.clone()), ..element })
}

/// A button whose text goes over two or three lines, all of them and their whole in its middle.
fn stacked(page: &Page<'_>, line: &Line, area: Rect, inside: &[&Line]) -> Option<Element> {
    let whole = inside.iter().fold(line.area, |all, other| all.union(&other.area));
    let (ax, ay) = area.centre();
    let is_middle = |text: &Rect, by: i32| (text.centre().0 - ax).abs() <= by;
    let all = inside.iter().all(|other| is_middle(&other.area, area.w / 12 + 3));
    let sized = area.h <= line.area.h * 6 && area.w <= whole.w * 4 && (2..=3).contains(&inside.len());
    if !sized || !all || (whole.centre().1 - ay).abs() > area.h / 8 {
        return None;
    }
    let mut sorted = inside.to_vec();
    sorted.sort_by_key(|other| other.area.y);
    let is_first = sorted[0].area == line.area;
    let is_drawn = is_boxed_in(page, area);
    let text = sorted.iter().map(|other| other.text.as_str()).collect::<Vec<_>>().join(" ");
    (is_first && is_drawn).then(|| Element::new(Role::Button, text, area))
}

/// Whether a box differs from what is around it on all sides.
pub(super) fn is_boxed_in(page: &Page<'_>, area: Rect) -> bool {
    let inside = ink::background(page.pixels, area.grown(-2));
    let (x, y) = area.centre();
    let around = [(area.x - 3, y), (area.right() + 2, y), (x, area.y - 3), (x, area.bottom() + 2)];
    around.iter().all(|(x, y)| is_apart(page.at(*x, *y), inside))
}

fn role(page: &Page<'_>, area: Rect, text: Rect, count: usize, has_sign: bool) -> Option<Role> {
    match end(page, area, text) {
        _ if has_sign => return Some(Role::Combo),
        Some(End::List) => return Some(Role::Combo),
        Some(End::Steps) => return Some(Role::Spinner),
        None => {}
    }
    let (left, right) = (text.x - area.x, area.right() - text.right());
    let is_centred = |left: i32, right: i32, w: i32| {
        (left - right).abs() <= (area.w / 8).max(6) && (left <= w * 3 || area.w <= area.h * 3)
    };
    if count == 1 && is_centred(left, right, text.w) {
        return Some(Role::Button);
    }
    let content = ink::tight(page.pixels, area.grown(-3));
    let with_icon = (content.x - area.x, area.right() - content.right());
    // An icon beside the text belongs to it.
    if count == 1
        && content.w - text.w < area.h * 2
        && content.w > text.w
        && is_centred(with_icon.0, with_icon.1, content.w)
    {
        return Some(Role::Button);
    }
    let rest = Rect::new(text.right() + 6, area.y + 3, right - area.h - 6, area.h - 6);
    let is_rest_empty = rest.w <= 0 || ink::runs(page.pixels, rest).is_empty();
    let fits = is_paper(page, area) && left <= FIELD_MARGIN && right > left && is_rest_empty;
    (fits && !is_row(page, area) && !is_lit(page, area, text)).then_some(Role::Field)
}

/// Whether a box is the row of a list or menu that the pointer is over: texts without boxes begin where its own does, above or
/// below.
fn is_lit(page: &Page<'_>, area: Rect, text: Rect) -> bool {
    let near = |line: &&Line| {
        let tight = ink::tight(page.pixels, line.area);
        let apart = (line.area.centre().1 - area.centre().1).abs();
        (tight.x - text.x).abs() <= 3 && (area.h / 2..area.h * 3).contains(&apart)
    };
    let is_bare = |line: &&Line| !page.boxes.iter().any(|b| b.h <= area.h + 6 && page::holds(b, &line.area));
    page.lines.iter().filter(near).filter(is_bare).count() >= 2
}

/// The place right beside a box where nothing but an arrow down is drawn: a small button of its own, whose edges are too short
/// to be found.
fn arrow_beside(page: &Page<'_>, area: Rect) -> Option<Rect> {
    let beside = |width: i32| Rect::new(area.right() + 1, area.y + 2, width, area.h - 4);
    let shows_arrow = |place: &Rect| matches!(arrows::in_area(page, *place), Some((Arrow::Down, _)));
    (8..=area.h.min(28)).step_by(2).map(beside).find(shows_arrow)
}

/// Whether another box of the same height stands right beside this one.
fn touches(page: &Page<'_>, area: Rect) -> bool {
    page.boxes.iter().any(|other| {
        let is_level = (other.y - area.y).abs() <= 2 && (other.h - area.h).abs() <= 2 && other.w >= 16;
        is_level && ((other.x - area.right()).abs() <= 2 || (area.x - other.right()).abs() <= 2)
    })
}

/// Whether a box is as wide as a panel that it lies in: a row between two rules, which nobody types into.
pub(super) fn is_row(page: &Page<'_>, area: Rect) -> bool {
    let near = |a: i32, b: i32| (a - b).abs() <= 4;
    page.boxes.iter().any(|panel| {
        panel.h >= area.h * 2
            && near(panel.x, area.x)
            && near(panel.right(), area.right())
            && panel.intersection(&area).area() * 10 >= area.area() * 9
    })
}

/// The strokes in the lower right corner by which a field for several lines is made larger, which are read as signs.
fn is_grip(line: &Line, area: Rect) -> bool {
    let (x, y) = line.area.centre();
    line.text.chars().count() <= 2 && area.right() - x < area.h && area.bottom() - y < area.h / 2 && y > area.centre().1
}

/// What stands at the right end of a box.
pub(super) enum End {
    List,
    Steps,
}

pub(super) fn end(page: &Page<'_>, area: Rect, text: Rect) -> Option<End> {
    let width = (area.right() - text.right() - 2).min(area.h * 2);
    if width < 8 {
        return None;
    }
    let part = Rect::new(area.right() - width, area.y, width, area.h).intersection(&area.grown(-2));
    // Round corners of the border are no part of the arrow.
    let part = Rect::new(part.x, part.y + part.h / 6, part.w - 2, part.h - part.h / 3);
    if let Some((Arrow::Down, _)) = arrows::in_area(page, part) {
        return Some(End::List);
    }
    // Up above down.
    let half = |y| Rect::new(area.right() - area.h.min(width), y, area.h.min(width) - 2, part.h / 2);
    let (upper, lower) = (arrows::in_area(page, half(part.y)), arrows::in_area(page, half(part.y + part.h / 2)));
    match (upper, lower) {
        (Some((Arrow::Up, _)), Some((Arrow::Down, _))) if area.w <= 320 => Some(End::Steps),
        _ => None,
    }
}

/// Whether a text is an arrow, as the reader of text sees one, at the right end of a box.
fn is_sign(line: &Line, area: Rect) -> bool {
    let is_arrow =
        matches!(line.text.as_str(), "▼" | "▾" | "⌄" | "﹀" | "v" | "V" | "Y" | "∨" | "ν" | ">" | "›" | "→" | "▶");
    is_arrow && area.right() - line.area.right() < area.h
}

/// Whether a box is filled as what one types on: white, or dark with a border of another colour.
pub(super) fn is_paper(page: &Page<'_>, area: Rect) -> bool {
    let paper = ink::background(page.pixels, area);
    if paper.iter().all(|c| *c > 235) {
        return true;
    }
    let outside = page.at(area.x - 3, area.centre().1);
    let border = (-1..=2).map(|d| page.at(area.x + d, area.centre().1));
    let bordered = border.into_iter().any(|edge| is_apart(edge, paper) && is_apart(edge, outside));
    let is_grey = paper.iter().max().zip(paper.iter().min()).is_some_and(|(max, min)| max - min <= 24);
    is_grey && bordered && paper.iter().all(|c| *c < 90 || *c > 215)
}

fn is_apart(a: [u8; 3], b: [u8; 3]) -> bool {
    a.iter().zip(b).any(|(a, b)| a.abs_diff(b) > 9)
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::super::super::boxes;
    use super::*;

    /// A list that opens, as browsers draw one: a thin frame, the text, a chevron.
    #[test]
    fn a_line_that_is_taken_for_higher_than_its_box_is_in_it() {
        let frame = Rect::new(20, 20, 76, 19);
        let picture = RgbImage::from_fn(160, 80, |x, y| {
            let (x, y) = (x as i32, y as i32);
            let is_border = frame.contains(x, y) && !frame.grown(-1).contains(x, y);
            let is_chevron = (26..32).contains(&y) && ((x - 86).abs() - (31 - y)).abs() <= 1;
            let is_text = (28..64).contains(&x) && (24..34).contains(&y) && x % 4 < 2;
            Rgb([if is_border || is_chevron || is_text { 60 } else { 255 }; 3])
        });
        let line = Line { text: "Small".into(), area: Rect::new(22, 15, 43, 27), confidence: 1.0, words: Vec::new() };
        let lines = [line];
        let page = Page::new(&picture, &lines, &boxes::find(&picture));
        let element = of(&page, &lines[0]).unwrap();
        assert_eq!((element.role, element.area, element.value.as_deref()), (Role::Combo, frame, Some("Small")));
    }
}
