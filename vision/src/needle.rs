//! Needles: parts of a picture that are looked for on a screen, near the place where they were.
//!
//! A needle is a JSON file beside a PNG of the same name, in openQA's form: `match` areas are compared as pictures,
//! `ocr` areas as text, `exclude` areas not at all.

use std::fmt;
use std::path::Path;

use serde::Serialize;

use crate::frame::Frame;
use crate::geometry::Rect;
use crate::read::{ReadError, Reading};
use template::Template;

mod error;
mod file;
mod grey;
mod patch;
mod shape;
mod template;
mod text;

pub use error::NeedleError;
pub use patch::Patch;
pub use shape::{Edges, Shape};

/// A `match` area of this similarity or more is found, where the area says nothing else: openQA's value.
const SIMILAR: f64 = 0.96;

/// Parts of a picture to look for.
#[derive(Debug, Clone)]
pub struct Needle {
    name: String,
    tags: Vec<String>,
    areas: Vec<NeedleArea>,
}

#[derive(Debug, Clone)]
struct NeedleArea {
    /// Where it was.
    at: Rect,
    /// How far from there it may be, in pixels.
    margin: i32,
    /// The least similarity, 0 to 1.
    least: f64,
    /// Where to click, from the area's top-left pixel.
    click: Option<(i32, i32)>,
    content: Content,
}

#[derive(Debug, Clone)]
enum Content {
    Picture(Template),
    /// The text that must be read, or the picture that it is read from.
    Text(text::Wanted),
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Match {
    /// Whether every area is similar enough.
    pub matched: bool,
    /// The similarity of the least similar area, 0 to 1.
    pub similarity: f64,
    /// The areas in the needle's order, without the excluded ones.
    pub areas: Vec<AreaMatch>,
}

/// Where one area is most similar.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AreaMatch {
    /// Left edge in the frame.
    pub x: i32,
    /// Top edge in the frame.
    pub y: i32,
    /// Width.
    pub w: i32,
    /// Height.
    pub h: i32,
    /// 1 the same, 0 nothing like it.
    pub similarity: f64,
    /// Whether that is enough.
    #[serde(skip)]
    pub is_found: bool,
    /// The pixel of the frame to click, where the needle names one.
    #[serde(skip)]
    pub click: Option<(i32, i32)>,
}

/// A place where a part of another picture was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PatchMatch {
    /// The part's size, where it was found.
    pub area: Rect,
    /// 1 the same, 0 nothing like it.
    pub similarity: f64,
}

/// The places without those that share a quarter or more of their pixels with a better one, the best first.
fn best_of(mut places: Vec<PatchMatch>) -> Vec<PatchMatch> {
    places.sort_by(|a, b| b.similarity.total_cmp(&a.similarity));
    let mut best: Vec<PatchMatch> = Vec::new();
    for place in places {
        let covers = |other: &PatchMatch| other.area.intersection(&place.area).area() * 4 > place.area.area();
        if !best.iter().any(covers) {
            best.push(place);
        }
    }
    best
}

/// "similarity 0.93: 0.93 at 20,30; 1.00 at 50,60".
impl fmt::Display for Match {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each: Vec<_> = self.areas.iter().map(|a| format!("{:.3} at {},{}", a.similarity, a.x, a.y)).collect();
        write!(f, "similarity {:.3}: {}", self.similarity, each.join("; "))
    }
}

/// Reads a frame; called only where a needle has `ocr` areas.
pub type ReadFrame<'a> = &'a mut dyn FnMut(&Frame) -> Result<std::sync::Arc<Reading>, ReadError>;

impl Needle {
    /// The needle of a JSON file and the PNG beside it.
    ///
    /// # Errors
    /// [`NeedleError`] when either cannot be read or an area is not on the picture.
    pub fn load(path: &Path) -> Result<Self, NeedleError> {
        file::load(path)
    }

    /// Its file's name without the ending.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The words that its author filed it under.
    pub fn tags(&self) -> &[String] {
        &self.tags
    }

    /// Whether it has areas that are compared as text.
    pub fn has_text(&self) -> bool {
        self.areas.iter().any(|area| matches!(area.content, Content::Text(_)))
    }

    /// Looks for every area within its margin. Without a reader `ocr` areas are left out of the result.
    ///
    /// # Errors
    /// [`ReadError`] when the reader fails.
    pub fn find(&self, frame: &Frame, mut read: Option<ReadFrame<'_>>) -> Result<Match, ReadError> {
        let mut areas = Vec::new();
        for area in &self.areas {
            let found = match (&area.content, &mut read) {
                (Content::Picture(template), _) => template.find(frame, area.at, area.margin),
                (Content::Text(wanted), Some(read)) => (area.at, wanted.similarity(frame, area, *read)?),
                (Content::Text(_), None) => continue,
            };
            areas.push(area.matched(found));
        }
        let similarity = areas.iter().map(|area| area.similarity).fold(1.0, f64::min);
        let matched = !areas.is_empty() && areas.iter().all(|area| area.is_found);
        Ok(Match { matched, similarity: if areas.is_empty() { 0.0 } else { similarity }, areas })
    }
}

impl NeedleArea {
    fn matched(&self, (at, similarity): (Rect, f64)) -> AreaMatch {
        AreaMatch {
            x: at.x,
            y: at.y,
            w: at.w,
            h: at.h,
            similarity,
            is_found: similarity >= self.least,
            click: self.click.map(|(x, y)| (at.x + x, at.y + y)),
        }
    }
}

#[cfg(test)]
mod tests;
