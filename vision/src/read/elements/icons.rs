//! Regions that look like icons: small things drawn on a flat ground, which are no text.

use std::collections::{HashMap, VecDeque};

use super::super::{Element, Role, ink, models};
use super::page::{self, Page};
use super::{boxed, colours, signs};
use crate::geometry::Rect;
use crate::icons::{self, IconGuess};

/// The sides of icons, in pixels.
const SIZES: std::ops::RangeInclusive<i32> = 7..=72;

/// Parts of an icon that are no further apart than this hang together: three dots, the lines of a menu.
const JOIN: i32 = 4;

/// A key may be this large, however small the sign on it.
const KEY: (i32, i32) = (70, 56);

/// Pixels that differ from a ground by no more than this in any channel are of it.
const NEAR: u8 = 24;

/// Flat areas longer than this are grounds that things are drawn on.
const GROUND: i32 = 64;

/// The regions that look like icons and are none of the elements found before.
pub(super) fn find(page: &Page<'_>, found: &[Element]) -> Vec<Element> {
    let written = page.lines.iter().filter(|line| !signs::are_drawn(page, line));
    let mut taken: Vec<Rect> = written.map(|line| ink::tight(page.pixels, line.area)).collect();
    let marks = found.iter().filter(|e| matches!(e.role, Role::Checkbox | Role::Radio | Role::Switch));
    taken.extend(marks.map(|mark| mark.area.grown(1)));
    let regions = regions(page, &taken);
    let mut icons: Vec<Element> = regions
        .into_iter()
        .filter(|area| is_on_flat(page, *area))
        .filter_map(|area| of_region(page, area, found))
        .collect();
    icons.extend(shapes(page, found));
    let others: Vec<Rect> = found.iter().chain(&icons).map(|e| e.area).collect();
    icons.extend(unread(page, &others));
    icons
}

/// Boxes of a button's size with something small on them that was not read.
fn unread(page: &Page<'_>, others: &[Rect]) -> Vec<Element> {
    let is_free = |area: &Rect| !others.iter().any(|other| other.intersects(&area.grown(-2)));
    let sized = |area: &&Rect| (16..=160).contains(&area.w) && (16..=100).contains(&area.h) && area.w * 3 >= area.h * 2;
    let marked = |area: &&Rect| {
        let inner = area.grown(-4);
        let tight = ink::tight(page.pixels, inner);
        let ((ax, ay), (bx, by)) = (area.centre(), tight.centre());
        tight != inner && tight.w * 3 <= area.w * 2 && (ax - bx).abs() <= 4 && (ay - by).abs() <= area.h / 4
    };
    let found = page.boxes.iter().filter(sized).filter(|area| is_free(area)).filter(marked);
    found
        .filter(|area| boxed::is_boxed_in(page, **area))
        .map(|area| Element::new(Role::IconButton, "", *area))
        .collect()
}

/// Whether all around a region is of one colour; in photographs it is not.
fn is_on_flat(page: &Page<'_>, area: Rect) -> bool {
    let ring = area.grown(2);
    let across = (ring.x..ring.right()).flat_map(|x| [(x, ring.y), (x, ring.bottom() - 1)]);
    let down = (ring.y..ring.bottom()).flat_map(|y| [(ring.x, y), (ring.right() - 1, y)]);
    let colours: Vec<[u8; 3]> = across.chain(down).map(|(x, y)| page.at(x, y)).collect();
    let mut sorted = colours.clone();
    sorted.sort_unstable();
    let middle = sorted[sorted.len() / 2];
    colours.iter().filter(|colour| is_like(**colour, middle)).count() * 20 >= colours.len() * 17
}

/// A meaning that is at least this likely is kept; only a sure one names the element.
const LIKELY: f32 = 0.5;

/// How many drawings are remembered with what they mean: some screens full.
const REMEMBERED: usize = 4096;

/// What drawings mean, as they were met before.
#[derive(Default)]
pub(in super::super) struct Meanings(HashMap<[u8; 32], Option<IconGuess>>);

impl Meanings {
    /// What is drawn in each area; only what was not met before is looked at.
    fn of(&mut self, page: &Page<'_>, areas: &[Rect]) -> Vec<Option<IconGuess>> {
        let digests: Vec<[u8; 32]> = areas.iter().map(|area| digest(page, *area)).collect();
        let mut unknown: Vec<(Rect, [u8; 32])> = areas.iter().copied().zip(digests.iter().copied()).collect();
        unknown.retain(|(_, digest)| !self.0.contains_key(digest));
        let guesses = models::each(&unknown, |(area, _)| icons::classify(page.pixels, *area));
        if self.0.len() + guesses.len() > REMEMBERED {
            self.0.retain(|digest, _| digests.contains(digest));
        }
        self.0.extend(unknown.into_iter().map(|(_, digest)| digest).zip(guesses));
        digests.iter().map(|digest| self.0[digest]).collect()
    }
}

/// The digest of an area's pixels.
fn digest(page: &Page<'_>, area: Rect) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&area.w.to_le_bytes());
    let width = page.bounds.w as usize;
    for y in area.y as usize..area.bottom() as usize {
        let start = (y * width + area.x as usize) * 3;
        hasher.update(&page.pixels.as_raw()[start..start + area.w as usize * 3]);
    }
    *hasher.finalize().as_bytes()
}

/// Says what icons mean, and gives those that are sure a name; also to signs that were read as letters.
pub(super) fn name(page: &Page<'_>, found: &mut [Element], meanings: &mut Meanings) {
    let drawing = |element: &Element| {
        // The border of a button is no part of what is drawn on it.
        let border = if element.role == Role::IconButton && element.area.h >= 24 { 5 } else { 0 };
        ink::tight(page.pixels, element.area.grown(-border).intersection(&page.bounds))
    };
    let mut icons: Vec<&mut Element> = found.iter_mut().filter(|e| may_be_icon(e)).collect();
    let areas: Vec<Rect> = icons.iter().map(|element| drawing(element)).collect();
    for (element, guess) in icons.iter_mut().zip(meanings.of(page, &areas)) {
        let Some(guess) = guess else { continue };
        let [best, ..] = guess.best;
        if best.probability >= LIKELY && !best.meaning.is_none() {
            element.icon = best.meaning.name().to_owned();
        }
        if let Some(meaning) = guess.sure().filter(|_| element.name.is_empty()) {
            element.name = meaning.words().first().copied().unwrap_or_default().to_owned();
        }
    }
}

fn may_be_icon(element: &Element) -> bool {
    let has_picture = matches!(element.role, Role::Image | Role::IconButton) && element.name.is_empty();
    let is_sign = matches!(element.role, Role::Text | Role::Button) && element.text.chars().count() <= 2;
    has_picture || is_sign
}

/// Larger areas of one colour with nothing on them, which are called by it.
fn shapes(page: &Page<'_>, found: &[Element]) -> Vec<Element> {
    let is_sized =
        |area: Rect| area.w.min(area.h) >= 16 && area.w.max(area.h) > *SIZES.end() && area.w.max(area.h) <= 400;
    let is_squarish = |area: Rect| area.w.max(area.h) <= area.w.min(area.h) * 3;
    let is_free = |area: Rect| !found.iter().any(|e| e.area.intersects(&area));
    let flats = page.flats.iter().filter(|flat| is_sized(flat.area) && is_squarish(flat.area) && is_free(flat.area));
    flats.filter_map(colours::shape).collect()
}

fn of_region(page: &Page<'_>, area: Rect, found: &[Element]) -> Option<Element> {
    let is_grip = |e: &Element| {
        let (x, y) = area.centre();
        e.role.is_typed_into() && e.area.contains(x, y) && e.area.right() - x < 30 && e.area.bottom() - y < 30
    };
    if found.iter().any(is_grip) {
        return None;
    }
    // What is drawn on a button or in a field belongs to it.
    let part_of = |e: &&Element| e.area.intersection(&area) == area && e.area.h <= 3 * area.h.max(16);
    if found.iter().any(|e| part_of(&e)) {
        return None;
    }
    let holder = page.boxes.iter().find(|b| holds_alone(b, area));
    let mut element = match page.flats.iter().find(|flat| is_same(flat.area, area)).and_then(colours::shape) {
        Some(shape) => shape,
        None => Element::new(Role::Image, "", area),
    };
    // What the reader of text made of it is kept: it may be a sign after all.
    if let Some(line) = page.lines.iter().find(|line| signs::are_drawn(page, line) && page::holds(&line.area, &area)) {
        element.text.clone_from(&line.text);
    }
    if let Some(holder) = holder.filter(|_| element.name.is_empty()) {
        element.role = Role::IconButton;
        element.area = *holder;
    }
    Some(element)
}

fn is_same(a: Rect, b: Rect) -> bool {
    let near = |a: i32, b: i32| (a - b).abs() <= 2;
    near(a.x, b.x) && near(a.y, b.y) && near(a.right(), b.right()) && near(a.bottom(), b.bottom())
}

/// Whether a box is a button with nothing but the icon on it: not much larger, the icon in its middle.
fn holds_alone(button: &Rect, icon: Rect) -> bool {
    let fits = button.w <= (icon.w * 4).max(KEY.0) && button.h <= (icon.h * 4).max(KEY.1);
    let is_around = button.intersection(&icon) == icon && fits;
    let ((ax, ay), (bx, by)) = (button.centre(), icon.centre());
    is_around
        && *button != icon
        && button.h <= 80
        && (ax - bx).abs() <= 3 + button.w / 10
        && (ay - by).abs() <= 3 + button.h / 10
}

/// Connected parts of the picture that are neither ground nor taken.
fn regions(page: &Page<'_>, taken: &[Rect]) -> Vec<Rect> {
    let (w, h) = (page.bounds.w as usize, page.bounds.h as usize);
    let mut ink = vec![true; w * h];
    let raw = page.pixels.as_raw();
    // The largest first: a smaller ground lies on it.
    for flat in page.flats.iter().filter(|flat| is_ground(flat)) {
        let (area, colour) = (flat.area, flat.colour);
        for y in area.y as usize..area.bottom() as usize {
            let row = y * w + area.x as usize..y * w + area.right() as usize;
            let pixels = raw[row.start * 3..row.end * 3].chunks_exact(3);
            for (ink, pixel) in ink[row].iter_mut().zip(pixels) {
                *ink &= !(pixel[0].abs_diff(colour[0]) <= NEAR
                    && pixel[1].abs_diff(colour[1]) <= NEAR
                    && pixel[2].abs_diff(colour[2]) <= NEAR);
            }
        }
    }
    for area in taken {
        let area = area.grown(1).intersection(&page.bounds);
        for y in area.y..area.bottom() {
            ink[y as usize * w + area.x as usize..y as usize * w + area.right() as usize].fill(false);
        }
    }
    components(&ink, w)
}

fn is_ground(flat: &super::super::flats::Flat) -> bool {
    let Rect { w, h, .. } = flat.area;
    let has_holes = flat.count * 50 < flat.hull * 49 && flat.count * 2 > flat.hull;
    w > GROUND || h > GROUND || (flat.is_box() && w.min(h) >= 16 && has_holes)
}

fn is_like(a: [u8; 3], b: [u8; 3]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.abs_diff(b) <= NEAR)
}

/// The extents of what hangs together within [`JOIN`] pixels, of an icon's size.
fn components(ink: &[bool], w: usize) -> Vec<Rect> {
    let mut parts = Parts::default();
    // The stretches of the last rows that are near enough, newest last, each row from left to right.
    let mut near: VecDeque<Vec<(i32, i32, usize)>> = VecDeque::new();
    for (y, row) in (0..).zip(ink.chunks_exact(w.max(1))) {
        let mut found: Vec<(i32, i32, usize)> = Vec::new();
        let mut x = 0;
        while let Some(from) = row[x..].iter().position(|ink| *ink).map(|at| x + at) {
            let to = row[from..].iter().position(|ink| !*ink).map_or(w, |at| from + at);
            let (from, to, count) = (from as i32, to as i32, (to - from) as i32);
            match found.last_mut() {
                Some((_, end, part)) if from - *end <= JOIN => {
                    *end = to;
                    parts.grow(*part, Rect::new(from, y, to - from, 1), count);
                }
                _ => found.push((from, to, parts.add(Rect::new(from, y, to - from, 1), count))),
            }
            x = to as usize;
        }
        for above in &near {
            parts.join(above, &found);
        }
        near.push_back(found);
        if near.len() > JOIN as usize {
            near.pop_front();
        }
    }
    let is_sized = |(area, count): &(Rect, i32)| {
        let (long, short) = (area.w.max(area.h), area.w.min(area.h));
        SIZES.contains(&long) && short >= 2 && long <= 7 * short && *count >= 12
    };
    parts.whole().filter(is_sized).map(|(area, _)| area).collect()
}

/// Parts under construction, as a forest: one that was joined to another points to it.
#[derive(Default)]
struct Parts {
    parents: Vec<usize>,
    areas: Vec<(Rect, i32)>,
}

impl Parts {
    fn add(&mut self, area: Rect, count: i32) -> usize {
        self.parents.push(self.parents.len());
        self.areas.push((area, count));
        self.parents.len() - 1
    }

    fn root(&mut self, mut part: usize) -> usize {
        while self.parents[part] != part {
            self.parents[part] = self.parents[self.parents[part]];
            part = self.parents[part];
        }
        part
    }

    fn grow(&mut self, part: usize, area: Rect, count: i32) {
        let root = self.root(part);
        let (whole, pixels) = self.areas[root];
        self.areas[root] = (whole.union(&area), pixels + count);
    }

    /// Joins the stretches of two rows that are near each other.
    fn join(&mut self, above: &[(i32, i32, usize)], below: &[(i32, i32, usize)]) {
        let mut first = 0;
        for (from, to, part) in below {
            while first < above.len() && above[first].1 + JOIN < *from {
                first += 1;
            }
            for (_, _, other) in above[first..].iter().take_while(|(start, ..)| *start <= to + JOIN) {
                let (a, b) = (self.root(*part), self.root(*other));
                if a != b {
                    let ((one, count), (other, more)) = (self.areas[a], self.areas[b]);
                    self.areas[a] = (one.union(&other), count + more);
                    self.parents[b] = a;
                }
            }
        }
    }

    fn whole(&self) -> impl Iterator<Item = (Rect, i32)> {
        self.parents.iter().enumerate().filter(|(at, parent)| at == *parent).map(|(at, _)| self.areas[at])
    }
}
