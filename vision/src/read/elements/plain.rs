//! Text that no box is drawn around: the links in it, and what is left of it.

use image::RgbImage;

use super::super::{Element, Line, Role, Word, ink};
use super::page::Page;
use crate::geometry::Rect;

/// The elements of a line of text: its links, each by itself, and the line where it is not a link as a whole.
pub(super) fn of(page: &Page<'_>, line: &Line) -> Vec<Element> {
    let links = links(page, line);
    let is_all = links.len() == 1 && line.words.iter().all(|word| is_link(page.pixels, word.area));
    if is_all || (line.words.is_empty() && is_link(page.pixels, line.area)) {
        return vec![Element::new(Role::Link, &line.text, line.area)];
    }
    let mut found = vec![named(line)];
    found.extend(links);
    found
}

/// What the signs at either end of a text make of it: an arrow behind it opens a list, one before it a part of the page.
fn named(line: &Line) -> Element {
    let text = line.text.trim();
    if let Some(name) = text.strip_suffix(['▼', '▾', '⌄', '﹀']).map(str::trim).filter(|name| !name.is_empty()) {
        let mut element = Element::new(Role::Button, name, line.area);
        element.state.expanded = Some(false);
        return element;
    }
    let mut signs = text.chars();
    let first = signs.next();
    let name = signs.as_str().trim_start();
    if name.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
        return Element::new(Role::Text, text, line.area);
    }
    let mark = |role: Role, is_on: bool| {
        let side = line.area.h;
        let mut element = Element::new(role, name, Rect::new(line.area.x, line.area.y, side, side));
        element.state.checked = Some(is_on);
        element
    };
    match first {
        Some('☑' | '✓' | '✔') => mark(Role::Checkbox, true),
        Some('☐' | '□') => mark(Role::Checkbox, false),
        Some('◉' | '⦿' | '●') => mark(Role::Radio, true),
        Some('○' | '◯') => mark(Role::Radio, false),
        Some(arrow @ ('▶' | '▸' | '▼' | '▾')) => {
            let mut element = Element::new(Role::TreeRow, name, line.area);
            element.state.expanded = Some(matches!(arrow, '▼' | '▾'));
            element
        }
        // An icon that was read as a sign.
        Some('\u{2190}'..='\u{23FF}' | '\u{25A0}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}') => {
            Element::new(Role::Text, name, line.area)
        }
        _ => Element::new(Role::Text, text, line.area),
    }
}

/// Neighbouring words of a link's colour are one link.
fn links(page: &Page<'_>, line: &Line) -> Vec<Element> {
    let mut found: Vec<Vec<&Word>> = Vec::new();
    let mut goes_on = false;
    for word in &line.words {
        let is_part = is_link(page.pixels, word.area);
        match found.last_mut() {
            Some(link) if is_part && goes_on => link.push(word),
            _ if is_part => found.push(vec![word]),
            _ => {}
        }
        goes_on = is_part;
    }
    found.iter().map(|words| link(words)).collect()
}

fn link(words: &[&Word]) -> Element {
    let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    let area = words.iter().fold(Rect::new(0, 0, 0, 0), |all, word| all.union(&word.area));
    // Signs behind a link belong to the sentence.
    Element::new(Role::Link, text.trim_end_matches(['.', ',', ';', ':']), area)
}

/// Whether the ink in an area is of a link's colour: blue, which stands out from a light or a dark ground. A sign behind the
/// link may be of another one.
fn is_link(pixels: &RgbImage, area: Rect) -> bool {
    let ground = ink::background(pixels, area);
    let all = (area.y..area.bottom()).flat_map(|y| (area.x..area.right()).map(move |x| (x, y)));
    let inks: Vec<(i32, [u8; 3])> = all
        .map(|(x, y)| pixels.get_pixel(x as u32, y as u32).0)
        .map(|pixel| ((0..3).map(|c| i32::from(pixel[c].abs_diff(ground[c]))).sum(), pixel))
        .collect();
    let strongest = inks.iter().map(|(contrast, _)| *contrast).max().unwrap_or(0);
    let strong: Vec<[u8; 3]> = inks
        .into_iter()
        .filter(|(contrast, _)| *contrast * 10 >= strongest * 6 && *contrast > 90)
        .map(|(_, pixel)| pixel)
        .collect();
    let blue = strong.iter().filter(|pixel| is_blue(**pixel, ground)).count();
    !strong.is_empty() && blue * 10 >= strong.len() * 6
}

fn is_blue(ink: [u8; 3], ground: [u8; 3]) -> bool {
    let [r, g, b] = ink.map(i32::from);
    let is_light = ground.iter().all(|c| *c > 160);
    let is_dark = ground.iter().all(|c| *c < 90);
    let is_grey = ground.iter().max().zip(ground.iter().min()).is_some_and(|(max, min)| max - min < 40);
    (is_light && b - r > 70 && b - g > 30) || (is_dark && is_grey && b - r > 60 && b > 150 && b - g > 20)
}
