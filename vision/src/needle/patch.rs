//! A part of a picture by its grey pixels, looked for anywhere in another picture.

use super::template::{Template, similarity, unlikeness};
use super::{PatchMatch, best_of};
use crate::frame::Frame;
use crate::geometry::Rect;

/// Grey levels that a part without features deviates by at most: less is one colour with a faint gradient.
const PLAIN: f64 = 4.0;

/// A part of a picture that is looked for in others.
#[derive(Debug, Clone)]
pub struct Patch {
    template: Template,
    area: Rect,
}

impl Patch {
    /// The part of the frame that lies in `area`, without what is excluded; nothing where all of it is, or none is on
    /// the frame.
    pub fn cut(frame: &Frame, area: Rect, excluded: &[Rect]) -> Option<Self> {
        let area = area.intersection(&frame.bounds());
        let template = if area.is_empty() { None } else { Template::new(frame.pixels(), area, excluded) };
        template.map(|template| Self { template, area })
    }

    /// Where it was cut.
    pub fn area(&self) -> Rect {
        self.area
    }

    /// Whether it is one colour, which is found everywhere and says nothing.
    pub fn is_plain(&self) -> bool {
        self.template.deviation() < PLAIN
    }

    /// The most similar place at most `margin` pixels from `at`, which has the part's size; the nearest of equal ones.
    pub fn near(&self, frame: &Frame, at: (i32, i32), margin: i32) -> PatchMatch {
        let at = Rect::new(at.0, at.1, self.area.w, self.area.h);
        let (area, similarity) = self.template.find(frame, at, margin);
        PatchMatch { area, similarity }
    }

    /// Every place within `searched` that is at least so similar (0 to 1), the best first. Of places that overlap only
    /// the best is given; a plain part has none.
    pub fn places(&self, frame: &Frame, searched: Rect, least: f64) -> Vec<PatchMatch> {
        if self.is_plain() {
            return Vec::new();
        }
        let found = self.template.all(frame, searched.intersection(&frame.bounds()), unlikeness(least));
        let (w, h) = (self.area.w, self.area.h);
        let place = |(x, y, mse)| PatchMatch { area: Rect::new(x, y, w, h), similarity: similarity(mse) };
        best_of(found.into_iter().map(place).collect())
    }
}
