//! A picture with all that its elements are made of: lines, boxes, flat areas.

use image::RgbImage;

use super::super::flats::{self, Flat};
use super::super::{Line, boxes};
use crate::geometry::Rect;

/// Flat boxes smaller than this are marks and parts of icons.
const SMALLEST: (i32, i32) = (16, 12);

/// What the elements of a picture are found in.
pub(in super::super) struct Page<'a> {
    /// The picture.
    pub(in super::super) pixels: &'a RgbImage,
    /// Its extent.
    pub(in super::super) bounds: Rect,
    /// Its lines of text.
    pub(in super::super) lines: &'a [Line],
    /// Boxes, drawn by their edges or filled, the smallest first.
    pub(in super::super) boxes: Vec<Rect>,
    /// Flat areas, the largest first.
    pub(in super::super) flats: Vec<Flat>,
}

impl<'a> Page<'a> {
    /// The page of a picture with these lines and these boxes that are drawn by their edges.
    pub(in super::super) fn new(pixels: &'a RgbImage, lines: &'a [Line], edges: &[Rect]) -> Self {
        Self::of(pixels, lines, edges, flats::find(pixels))
    }

    /// The same where its flat areas are known.
    pub(in super::super) fn of(pixels: &'a RgbImage, lines: &'a [Line], edges: &[Rect], flats: Vec<Flat>) -> Self {
        let bounds = Rect::new(0, 0, pixels.width() as i32, pixels.height() as i32);
        let is_panel = |flat: &&Flat| {
            flat.area.w >= SMALLEST.0
                && flat.area.h >= SMALLEST.1
                && flat.is_box()
                && flat.area.area() * 10 < bounds.area() * 9
        };
        let mut all: Vec<Rect> = edges.to_vec();
        all.extend(flats.iter().filter(is_panel).map(|flat| flat.area));
        all.sort_by_key(|area| (area.area(), area.y, area.x));
        Self { pixels, bounds, lines, boxes: boxes::distinct(all), flats }
    }

    /// The colour of a pixel; that of the nearest one where it is outside.
    pub(in super::super) fn at(&self, x: i32, y: i32) -> [u8; 3] {
        let x = x.clamp(0, (self.bounds.w - 1).max(0)) as u32;
        let y = y.clamp(0, (self.bounds.h - 1).max(0)) as u32;
        self.pixels.get_pixel(x, y).0
    }

    /// The lines whose middle is in the area.
    pub(super) fn lines_in(&self, area: Rect) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(move |line| holds(&area, &line.area))
    }
}

/// Whether the middle of `inner` lies in the box and most of it too.
pub(super) fn holds(area: &Rect, inner: &Rect) -> bool {
    area.intersection(inner).area() * 10 > inner.area() * 7 && {
        let (x, y) = inner.centre();
        area.contains(x, y)
    }
}
