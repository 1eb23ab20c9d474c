//! A part of a picture by its edges, looked for whatever its colours: themes change colours, and some turn dark into light.
//!
//! Edges are the steps between neighbouring grey pixels without their sign. They are compared by normalised
//! cross-correlation, first on a picture of a quarter of the size, then around the best places on the whole one.

use super::grey::Grey;
use super::{PatchMatch, best_of};
use crate::frame::Frame;
use crate::geometry::Rect;

/// How many times smaller the picture is on which places are looked for first.
const COARSE: usize = 4;

/// How many of the coarse places are looked at closely.
const LOOKED_AT: usize = 24;

/// Edges fainter than this in the mean are none: the part is plain.
const FAINT: f64 = 1.5;

/// The edges of a picture, at full size and coarse.
#[derive(Debug, Clone)]
pub struct Edges {
    full: Plane,
    coarse: Plane,
    bounds: Rect,
}

/// A part of a picture that is looked for by its edges.
#[derive(Debug, Clone)]
pub struct Shape {
    full: Pattern,
    coarse: Pattern,
    /// Width and height in pixels of pictures that it is looked for in.
    size: (i32, i32),
}

/// Strengths of edges, row by row.
#[derive(Debug, Clone)]
struct Plane {
    width: usize,
    height: usize,
    values: Vec<f32>,
}

/// A plane less its mean, with its norm: what correlation compares with.
#[derive(Debug, Clone)]
struct Pattern {
    plane: Plane,
    norm: f64,
}

impl Edges {
    /// The edges of the whole frame.
    pub fn of(frame: &Frame) -> Self {
        let full = Plane::of(frame, frame.bounds());
        Self { coarse: full.coarse(), full, bounds: frame.bounds() }
    }
}

impl Shape {
    /// The part of the frame that lies in `area`, as it would look `scale` times as large; nothing where it has no
    /// edges.
    pub fn cut(frame: &Frame, area: Rect, scale: f64) -> Option<Self> {
        let area = area.intersection(&frame.bounds());
        if area.w < 8 || area.h < 8 {
            return None;
        }
        let full = if (scale - 1.0).abs() < 1e-9 {
            Plane::of(frame, area)
        } else {
            let part =
                image::imageops::crop_imm(frame.pixels(), area.x as u32, area.y as u32, area.w as u32, area.h as u32);
            let side = |length: i32| (f64::from(length) * scale).round().max(8.0) as u32;
            let filter = image::imageops::FilterType::Triangle;
            let resized = image::imageops::resize(&part.to_image(), side(area.w), side(area.h), filter);
            let frame = Frame::from_image(resized);
            Plane::of(&frame, frame.bounds())
        };
        if full.mean() < FAINT {
            return None;
        }
        let size = (full.width as i32, full.height as i32);
        let coarse = Pattern::of(full.coarse());
        Some(Self { coarse, full: Pattern::of(full), size })
    }

    /// Its width and height, scaled.
    pub fn size(&self) -> (i32, i32) {
        self.size
    }

    /// The places within `searched` that it is most like, the best first; 1 is the same but for contrast.
    pub fn places(&self, scene: &Edges, searched: Rect) -> Vec<PatchMatch> {
        let searched = searched.intersection(&scene.bounds);
        let step = COARSE as i32;
        let (right, down) = (searched.right() - self.size.0, searched.bottom() - self.size.1);
        let mut coarse = Vec::new();
        for y in (searched.y / step)..=(down / step).max(searched.y / step) {
            for x in (searched.x / step)..=(right / step).max(searched.x / step) {
                if let Some(likeness) = self.coarse.likeness(&scene.coarse, x, y) {
                    coarse.push(PatchMatch {
                        area: Rect::new(x * step, y * step, self.size.0, self.size.1),
                        similarity: likeness,
                    });
                }
            }
        }
        let mut best = best_of(coarse);
        best.truncate(LOOKED_AT);
        let close = best.into_iter().filter_map(|place| self.closely(scene, place.area, searched));
        best_of(close.collect())
    }

    /// The best place around one that was found coarsely.
    fn closely(&self, scene: &Edges, around: Rect, searched: Rect) -> Option<PatchMatch> {
        let reach = COARSE as i32 + 1;
        let mut best: Option<PatchMatch> = None;
        for y in around.y - reach..=around.y + reach {
            for x in around.x - reach..=around.x + reach {
                let area = Rect::new(x, y, self.size.0, self.size.1);
                if area.intersection(&searched) != area {
                    continue;
                }
                let Some(similarity) = self.full.likeness(&scene.full, x, y) else { continue };
                if best.is_none_or(|best| similarity > best.similarity) {
                    best = Some(PatchMatch { area, similarity });
                }
            }
        }
        best
    }
}

impl Plane {
    fn of(frame: &Frame, area: Rect) -> Self {
        let grey = Grey::of(frame.pixels(), area);
        let (width, height) = (grey.width, area.h as usize);
        let at = |x: usize, y: usize| i32::from(grey.pixels[y.min(height - 1) * width + x.min(width - 1)]);
        let mut values = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let here = at(x, y);
                values.push(((at(x + 1, y) - here).abs() + (at(x, y + 1) - here).abs()) as f32);
            }
        }
        Self { width, height, values }
    }

    fn mean(&self) -> f64 {
        self.values.iter().map(|value| f64::from(*value)).sum::<f64>() / self.values.len().max(1) as f64
    }

    /// The means of squares of [`COARSE`] pixels; the rest at the right and below is left out.
    fn coarse(&self) -> Self {
        let (width, height) = ((self.width / COARSE).max(1), (self.height / COARSE).max(1));
        let mut values = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let rows = (y * COARSE..(y + 1) * COARSE).filter(|y| *y < self.height);
                let square = rows.flat_map(|row| {
                    let start = row * self.width + x * COARSE;
                    &self.values[start..(start + COARSE).min((row + 1) * self.width)]
                });
                values.push(square.sum::<f32>() / (COARSE * COARSE) as f32);
            }
        }
        Self { width, height, values }
    }
}

impl Pattern {
    fn of(mut plane: Plane) -> Self {
        let mean = plane.mean() as f32;
        plane.values.iter_mut().for_each(|value| *value -= mean);
        let norm = plane.values.iter().map(|value| f64::from(value * value)).sum::<f64>().sqrt();
        Self { plane, norm }
    }

    /// The correlation at a place, -1 to 1; nothing where it is not on the scene or the scene is plain there.
    fn likeness(&self, scene: &Plane, x: i32, y: i32) -> Option<f64> {
        let (x, y) = (usize::try_from(x).ok()?, usize::try_from(y).ok()?);
        let (width, height) = (self.plane.width, self.plane.height);
        if x + width > scene.width || y + height > scene.height {
            return None;
        }
        let (mut product, mut sum, mut squares) = (0.0_f64, 0.0_f64, 0.0_f64);
        for row in 0..height {
            let own = &self.plane.values[row * width..(row + 1) * width];
            let other = &scene.values[(y + row) * scene.width + x..][..width];
            let (mut p, mut s, mut q) = (0.0_f32, 0.0_f32, 0.0_f32);
            for (a, b) in own.iter().zip(other) {
                p += a * b;
                s += b;
                q += b * b;
            }
            product += f64::from(p);
            sum += f64::from(s);
            squares += f64::from(q);
        }
        let variance = squares - sum * sum / (width * height) as f64;
        let norm = self.norm * variance.max(0.0).sqrt();
        (norm > 1e-6).then(|| product / norm)
    }
}
