//! The reader: what a frame says, reading again only what changed since the frame before.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use image::{RgbImage, imageops};

use super::elements::Page;
use super::merged;
use super::models::{self, TextModels};
use super::numbers::Numbers;
use super::recognise::{self, Recognised};
use super::{Line, Reading, boxes, detect, elements, flats, ink, marks, regions, words};
use crate::diff::{self, Pixels};
use crate::frame::Frame;
use crate::geometry::Rect;

/// The most pixels that the detector is shown at full size, for all regions together; more are shrunk to this many.
/// It takes a sixth of a microsecond a pixel on one core, and text of 10 pixels is still found at two thirds of its size.
const FULL_SIZE: f64 = 1.2e6;

/// But never to less than this: smaller text is lost below it.
const SMALLEST_SCALE: f64 = 0.66;

/// How many crops are remembered with what they say: some screens full.
const REMEMBERED: usize = 4096;

/// Lines below this confidence are drawings that look like text. PP-OCR's own limit.
const CONFIDENCE: f32 = 0.5;

/// Text where the detector sees none is believed above this.
const SURE: f32 = 0.9;

/// The most boxes that are read by themselves.
const MOST_KEYS: usize = 60;

/// Whether a text is what stands on the keys of a calculator: digits, or a sign. Letters are as likely icons.
fn is_key(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty()
        && text.chars().count() <= 3
        && text.chars().all(|c| c.is_ascii_digit() || "+-−–=×÷/*%√.,()π±<>".contains(c))
}

/// Reads one frame after another of the same screen.
pub struct Reader {
    models: Arc<TextModels>,
    known: HashMap<[u8; 32], Recognised>,
    last: Option<(Frame, Arc<Reading>)>,
    numbers: Numbers,
    meanings: elements::Meanings,
}

impl Reader {
    /// A reader that has not seen anything yet.
    pub fn new(models: Arc<TextModels>) -> Self {
        Self {
            models,
            known: HashMap::new(),
            last: None,
            numbers: Numbers::default(),
            meanings: elements::Meanings::default(),
        }
    }

    /// What the frame says.
    pub fn read(&mut self, frame: &Frame) -> Arc<Reading> {
        let pixels = frame.pixels();
        let bounds = frame.bounds();
        let last = self.last.take().filter(|(last, _)| last.bounds() == bounds);
        let (lines, fresh) = match last {
            None => (Vec::new(), vec![bounds]),
            Some((before, reading)) => {
                let changes = diff::changed(Pixels::of(before.pixels()), Pixels::of(pixels));
                if changes.is_empty() {
                    self.last = Some((frame.clone(), Arc::clone(&reading)));
                    return reading;
                }
                (reading.lines.clone(), regions::touched(&changes, &reading.lines, bounds))
            }
        };
        let (again, mut lines): (Vec<Line>, Vec<Line>) =
            lines.into_iter().partition(|line| fresh.iter().any(|region| is_inside(&line.area, region)));
        // Flat areas are found beside the reading of text, which seldom keeps all cores busy.
        let (lines, boxes, flats) = std::thread::scope(|scope| {
            let flats = scope.spawn(|| flats::find(pixels));
            let boxes = boxes::find(pixels);
            let mut found = self.lines(pixels, &fresh, &lines, &boxes);
            found.extend(self.read_missed(pixels, &again, &found));
            lines.extend(found);
            lines.extend(self.read_boxes(pixels, &fresh, &lines, &boxes));
            lines.extend(self.read_buttons(pixels, &fresh, &lines, &boxes));
            lines.sort_by_key(|line| (line.area.centre().1, line.area.x));
            let flats = flats.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (lines, boxes, flats)
        });
        let page = Page::of(pixels, &lines, &boxes, flats);
        let mut elements = merged::merge(frame, &lines, elements::find(&page, &mut self.meanings));
        self.numbers.give(&mut elements);
        elements::name(&mut elements);
        let reading = Arc::new(Reading { lines, elements });
        self.last = Some((frame.clone(), Arc::clone(&reading)));
        reading
    }

    /// The lines in these parts of the frame that are not among the kept ones.
    fn lines(&mut self, pixels: &RgbImage, parts: &[Rect], kept: &[Line], boxes: &[Rect]) -> Vec<Line> {
        let regions: Vec<Rect> = parts.iter().flat_map(|part| regions::drawn(pixels, *part)).collect();
        let begun = Instant::now();
        let found = self.detect(pixels, &regions);
        let detected = begun.elapsed();
        let is_new = |area: &Rect| !kept.iter().any(|line| overlap(&line.area, area));
        let pieces = found.into_iter().flat_map(|area| ink::cut(pixels, area, boxes));
        let pieces = pieces.flat_map(|area| ink::cut_at_rules(pixels, area));
        let pieces = pieces.flat_map(|area| ink::pieces(pixels, area));
        let pieces: Vec<Rect> = pieces.map(|area| marks::without(pixels, area)).filter(is_new).collect();
        let read = self.recognise(pixels, &pieces);
        let recognised = begun.elapsed() - detected;
        tracing::debug!(regions = regions.len(), lines = pieces.len(), ?detected, ?recognised, "read");
        let lines = pieces.iter().zip(&read).filter(|(_, read)| read.confidence >= CONFIDENCE);
        lines.filter_map(|(area, read)| words::line(pixels, *area, read)).collect()
    }

    /// What is still read where lines stood that the detector no longer sees: in a small part of a frame it misses some.
    fn read_missed(&mut self, pixels: &RgbImage, again: &[Line], found: &[Line]) -> Vec<Line> {
        let is_missed = |area: &Rect| !found.iter().any(|line| overlap(&line.area, area));
        let areas: Vec<Rect> = again.iter().map(|line| line.area).filter(is_missed).collect();
        let read = self.recognise(pixels, &areas);
        let sure = areas.iter().zip(&read).filter(|(_, read)| read.confidence >= SURE);
        sure.filter_map(|(area, read)| words::line(pixels, *area, read)).collect()
    }

    /// Digits and signs that stand alone in boxes of a key's size: the detector is made for words and misses some.
    fn read_boxes(&mut self, pixels: &RgbImage, fresh: &[Rect], lines: &[Line], boxes: &[Rect]) -> Vec<Line> {
        let sized = |area: &&Rect| (14..=160).contains(&area.w) && (14..=100).contains(&area.h);
        let is_fresh = |area: &&Rect| fresh.iter().any(|part| part.intersects(area));
        let is_empty = |area: &&Rect| !lines.iter().any(|line| line.area.intersects(&area.grown(-2)));
        let drawn = |area: &Rect| {
            let inner = area.grown(-3);
            let tight = ink::tight(pixels, inner);
            let is_small =
                tight != inner && tight.w * 3 <= area.w * 2 && tight.h * 4 <= area.h * 3 && tight.w.max(tight.h) >= 3;
            is_small.then(|| tight.grown((tight.h / 3).max(3)).intersection(&inner))
        };
        let areas: Vec<Rect> =
            boxes.iter().filter(sized).filter(is_fresh).filter(is_empty).filter_map(drawn).take(MOST_KEYS).collect();
        let read = self.recognise(pixels, &areas);
        let sure = areas.iter().zip(&read).filter(|(_, read)| read.confidence >= CONFIDENCE && is_key(&read.text()));
        sure.filter_map(|(area, read)| words::line(pixels, *area, read)).collect()
    }

    /// Short words in boxes of a button's size, where none was found: one beside an icon is missed.
    fn read_buttons(&mut self, pixels: &RgbImage, fresh: &[Rect], lines: &[Line], boxes: &[Rect]) -> Vec<Line> {
        let sized =
            |area: &&Rect| (44..=220).contains(&area.w) && (18..=48).contains(&area.h) && area.w * 10 >= area.h * 16;
        let is_fresh = |area: &&Rect| fresh.iter().any(|part| part.intersects(area));
        let is_empty = |area: &&Rect| !lines.iter().any(|line| line.area.intersects(&area.grown(-2)));
        // What stands behind the widest gap is the text, what is before it the icon.
        let text = |area: &Rect| {
            let runs = ink::runs(pixels, area.grown(-4));
            let at = (1..runs.len()).max_by_key(|at| runs[*at].0 - runs[*at - 1].1)?;
            let (from, to) = (runs[at].0, runs.last()?.1);
            let is_text = to - from >= 10 && runs[at].0 - runs[at - 1].1 >= 3;
            is_text.then(|| Rect::new(from - 3, area.y + 3, to - from + 6, area.h - 6).intersection(&area.grown(-2)))
        };
        let areas: Vec<Rect> =
            boxes.iter().filter(sized).filter(is_fresh).filter(is_empty).filter_map(text).take(MOST_KEYS).collect();
        let read = self.recognise(pixels, &areas);
        let is_word = |text: &str| text.chars().count() >= 2 && text.chars().all(char::is_alphabetic);
        let sure = areas.iter().zip(&read).filter(|(_, read)| read.confidence >= SURE && is_word(read.text().trim()));
        sure.filter_map(|(area, read)| words::line(pixels, *area, read)).collect()
    }

    fn detect(&self, pixels: &RgbImage, regions: &[Rect]) -> Vec<Rect> {
        let size: i64 = regions.iter().map(Rect::area).sum();
        let scale = (FULL_SIZE / size.max(1) as f64).sqrt().clamp(SMALLEST_SCALE, 1.0);
        let mut bands: Vec<_> = regions.iter().flat_map(|region| regions::bands(*region, models::cores())).collect();
        // The largest first, so that no core is left alone with it at the end.
        bands.sort_by_key(|band| std::cmp::Reverse(band.area.area()));
        let found = models::each(&bands, |band| {
            let lines = detect::lines(&self.models, pixels, band.area, scale);
            let owned = |area: &Rect| {
                let (x, y) = area.centre();
                band.owned.contains(x, y)
            };
            lines.into_iter().filter(owned).collect::<Vec<_>>()
        });
        found.into_iter().flatten().collect()
    }

    /// What each crop says; one that was read before is not read again.
    fn recognise(&mut self, pixels: &RgbImage, areas: &[Rect]) -> Vec<Recognised> {
        let crops: Vec<(RgbImage, [u8; 32])> = areas.iter().map(|area| cropped(pixels, *area)).collect();
        let mut unknown: Vec<&(RgbImage, [u8; 32])> =
            crops.iter().filter(|(_, digest)| !self.known.contains_key(digest)).collect();
        unknown.sort_by_key(|(crop, digest)| (std::cmp::Reverse(crop.width() / crop.height().max(1)), *digest));
        unknown.dedup_by_key(|(_, digest)| *digest);
        let read = models::each(&unknown, |(crop, _)| recognise::text(&self.models, crop));
        if self.known.len() + read.len() > REMEMBERED {
            self.known.retain(|digest, _| crops.iter().any(|(_, used)| used == digest));
        }
        self.known.extend(unknown.iter().map(|(_, digest)| *digest).zip(read));
        crops.iter().map(|(_, digest)| self.known[digest].clone()).collect()
    }
}

fn cropped(pixels: &RgbImage, area: Rect) -> (RgbImage, [u8; 32]) {
    let crop = imageops::crop_imm(pixels, area.x as u32, area.y as u32, area.w as u32, area.h as u32).to_image();
    let mut hasher = blake3::Hasher::new();
    hasher.update(&crop.width().to_le_bytes());
    hasher.update(crop.as_raw());
    let digest = *hasher.finalize().as_bytes();
    (crop, digest)
}

/// Whether a line is read again: all of it is. Others only come near.
fn is_inside(line: &Rect, region: &Rect) -> bool {
    line.intersection(region) == *line
}

/// Whether two boxes are of the same text: half of the smaller one is in the other.
fn overlap(a: &Rect, b: &Rect) -> bool {
    a.intersection(b).area() * 2 > a.area().min(b.area())
}
