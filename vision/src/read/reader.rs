//! The reader: what a frame says, reading again only what changed since the frame before.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use image::RgbImage;

use super::crop::Crop;
use super::models::{Cores, TextModels};
use super::recognise::{self, Recognised};
use super::{Line, ReadError, Reading, boxes, detect, elements, ink, marks, regions, strip, words};
use crate::diff::{self, Pixels};
use crate::frame::Frame;
use crate::geometry::Rect;

/// The most pixels that the detector is shown at full size, for all regions together; more are shrunk to this many.
/// It takes half a microsecond a pixel on one core, and text of 10 pixels is still found at two thirds of its size.
const FULL_SIZE: f64 = 0.9e6;

/// But never to less than this: smaller text is lost below it.
const SMALLEST_SCALE: f64 = 0.66;

/// How many crops are remembered with what they say: some screens full.
const REMEMBERED: usize = 4096;

/// Lines below this confidence are drawings that look like text. PP-OCR's own limit.
const CONFIDENCE: f32 = 0.5;

/// Reads one frame after another of the same screen.
pub struct Reader {
    models: Arc<TextModels>,
    cores: Cores,
    known: HashMap<[u8; 32], Recognised>,
    last: Option<(Frame, Arc<Reading>)>,
}

impl Reader {
    /// A reader that has not seen anything yet.
    pub fn new(models: Arc<TextModels>) -> Self {
        Self { models, cores: Cores::all(), known: HashMap::new(), last: None }
    }

    /// What the frame says.
    ///
    /// # Errors
    /// [`ReadError`] when a network cannot run.
    pub fn read(&mut self, frame: &Frame) -> Result<Arc<Reading>, ReadError> {
        let pixels = frame.pixels();
        let bounds = frame.bounds();
        let last = self.last.take().filter(|(last, _)| last.bounds() == bounds);
        let (lines, fresh) = match last {
            None => (Vec::new(), vec![bounds]),
            Some((before, reading)) => {
                let changes = diff::changed(Pixels::of(before.pixels()), Pixels::of(pixels));
                if changes.is_empty() {
                    self.last = Some((frame.clone(), Arc::clone(&reading)));
                    return Ok(reading);
                }
                (reading.lines.clone(), regions::touched(&changes, &reading.lines, bounds))
            }
        };
        let mut lines: Vec<Line> =
            lines.into_iter().filter(|line| !fresh.iter().any(|region| is_inside(&line.area, region))).collect();
        let boxes = boxes::find(pixels);
        lines.extend(self.lines(pixels, &fresh, &lines, &boxes)?);
        lines.sort_by_key(|line| (line.area.centre().1, line.area.x));
        let elements = elements::find(pixels, &lines, &boxes);
        let reading = Arc::new(Reading { lines, elements });
        self.last = Some((frame.clone(), Arc::clone(&reading)));
        Ok(reading)
    }

    /// The lines in these parts of the frame that are not among the kept ones.
    fn lines(
        &mut self,
        pixels: &RgbImage,
        parts: &[Rect],
        kept: &[Line],
        boxes: &[Rect],
    ) -> Result<Vec<Line>, ReadError> {
        let regions: Vec<Rect> = parts.iter().flat_map(|part| regions::drawn(pixels, *part)).collect();
        let begun = Instant::now();
        let found = self.detected(pixels, &regions)?;
        let detected = begun.elapsed();
        let is_new = |area: &Rect| !kept.iter().any(|line| overlap(&line.area, area));
        let pieces = found.into_iter().flat_map(|area| ink::cut(area, boxes));
        let pieces = pieces.flat_map(|area| ink::pieces(pixels, area));
        let pieces: Vec<Rect> = pieces.map(|area| marks::without(pixels, area)).filter(is_new).collect();
        let crops: Vec<Crop> = pieces.iter().map(|area| Crop::of(pixels, *area)).collect();
        let read = self.recognised(&crops)?;
        let recognised = begun.elapsed() - detected;
        tracing::debug!(regions = regions.len(), lines = pieces.len(), ?detected, ?recognised, "read");
        let sure = pieces.iter().zip(&read).filter(|(_, read)| read.confidence >= CONFIDENCE);
        Ok(sure.filter_map(|(area, read)| words::line(pixels, *area, read)).collect())
    }

    fn detected(&self, pixels: &RgbImage, regions: &[Rect]) -> Result<Vec<Rect>, ReadError> {
        let size: i64 = regions.iter().map(Rect::area).sum();
        let scale = (FULL_SIZE / size.max(1) as f64).sqrt().clamp(SMALLEST_SCALE, 1.0);
        let mut bands: Vec<_> = regions.iter().flat_map(|region| regions::bands(*region, self.cores.count())).collect();
        // The largest first, so that no core is left alone with it at the end.
        bands.sort_by_key(|band| std::cmp::Reverse(band.area.area()));
        let found = self.cores.each(&bands, |band, core| {
            let lines = detect::lines(&self.models, pixels, band.area, scale, core)?;
            let owned = |area: &Rect| {
                let (x, y) = area.centre();
                band.owned.contains(x, y)
            };
            Ok(lines.into_iter().filter(owned).collect::<Vec<_>>())
        })?;
        Ok(found.into_iter().flatten().collect())
    }

    /// What each crop says; one that was read before is not read again.
    fn recognised(&mut self, crops: &[Crop]) -> Result<Vec<Recognised>, ReadError> {
        let digests: Vec<[u8; 32]> = crops.iter().map(Crop::digest).collect();
        let mut unknown: Vec<(&Crop, [u8; 32])> = crops.iter().zip(digests.iter().copied()).collect();
        unknown.retain(|(_, digest)| !self.known.contains_key(digest));
        unknown.sort_by_key(|(_, digest)| *digest);
        unknown.dedup_by_key(|(_, digest)| *digest);
        let pictures: Vec<&Crop> = unknown.iter().map(|(crop, _)| *crop).collect();
        let strips = strip::packed(&pictures, self.cores.count());
        let read = self.cores.each(&strips, |strip, core| recognise::texts(&self.models, strip, core))?;
        if self.known.len() + unknown.len() > REMEMBERED {
            self.known.retain(|digest, _| digests.contains(digest));
        }
        self.known.extend(read.into_iter().flatten().map(|(index, read)| (unknown[index].1, read)));
        Ok(digests.iter().map(|digest| self.known[digest].clone()).collect())
    }
}

/// Whether a line is read again: all of it is. Others only come near.
fn is_inside(line: &Rect, region: &Rect) -> bool {
    line.intersection(region) == *line
}

/// Whether two boxes are of the same text: half of the smaller one is in the other.
fn overlap(a: &Rect, b: &Rect) -> bool {
    a.intersection(b).area() * 2 > a.area().min(b.area())
}
