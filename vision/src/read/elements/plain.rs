//! Text that no box is drawn around: the links in it, and what is left of it.

use image::RgbImage;

use super::super::{Element, Line, Role, Word, ink};
use super::page::Page;
use crate::geometry::Rect;

/// The elements of a line of text: its links, each by itself, and the line where it is not a link as a whole.
pub(super) fn of(page: &Page<'_>, line: &Line) -> Vec<Element> {
    let whole = ink_colour(page.pixels, line.area);
    if is_link(whole) {
        return vec![Element::new(Role::Link, &line.text, line.area)];
    }
    let mut found = vec![Element::new(Role::Text, &line.text, line.area)];
    found.extend(links(page, line));
    found
}

/// Neighbouring words of a link's colour are one link.
fn links(page: &Page<'_>, line: &Line) -> Vec<Element> {
    let mut found: Vec<Vec<&Word>> = Vec::new();
    let mut goes_on = false;
    for word in &line.words {
        let is_part = is_link(ink_colour(page.pixels, word.area));
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

/// The colour of the ink and of what it stands on: that of the pixels that differ most.
fn ink_colour(pixels: &RgbImage, area: Rect) -> ([u8; 3], [u8; 3]) {
    let background = ink::background(pixels, area);
    let mut strongest = (0i32, background);
    for y in area.y..area.bottom() {
        for x in area.x..area.right() {
            let pixel = pixels.get_pixel(x as u32, y as u32).0;
            let contrast = (0..3).map(|c| i32::from(pixel[c].abs_diff(background[c]))).sum();
            if contrast > strongest.0 {
                strongest = (contrast, pixel);
            }
        }
    }
    (strongest.1, background)
}

/// Whether ink is of a link's colour: blue, which stands out from a light or a dark ground.
fn is_link((ink, ground): ([u8; 3], [u8; 3])) -> bool {
    let [r, g, b] = ink.map(i32::from);
    let is_light = ground.iter().all(|c| *c > 160);
    let is_dark = ground.iter().all(|c| *c < 90);
    let is_grey = ground.iter().max().zip(ground.iter().min()).is_some_and(|(max, min)| max - min < 40);
    (is_light && b - r > 80 && b - g > 40) || (is_dark && is_grey && b - r > 70 && b > 150 && b - g > 20)
}
