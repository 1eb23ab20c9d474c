//! Flat areas: the parts of a picture of one colour that panels, buttons, rows and marks are drawn with.

use image::RgbImage;

use crate::geometry::Rect;

/// Neighbouring pixels that differ by no more in any channel are of one area: gradients of buttons and title bars do.
const SMOOTH: u8 = 2;

/// Areas smaller than this on a side are parts of letters and of borders.
const SMALLEST: i32 = 4;

/// How many pixels are compared at once.
const STRETCH: usize = 16;

/// A part of a picture whose pixels hang together and change little from one to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Flat {
    /// Its extent.
    pub(super) area: Rect,
    /// Its pixels.
    pub(super) count: i64,
    /// The pixels between its first and its last in every row: what it would be without holes.
    pub(super) hull: i64,
    /// Its mean colour.
    pub(super) colour: [u8; 3],
}

impl Flat {
    /// How much of its extent it fills, holes counted as filled: 1 a box, 0.79 a disc, 0.5 a triangle.
    pub(super) fn fill(&self) -> f64 {
        self.hull as f64 / self.area.area().max(1) as f64
    }

    /// Whether it is a box, whose corners may be as round as those of a pill.
    pub(super) fn is_box(&self) -> bool {
        let (w, h) = (f64::from(self.area.w), f64::from(self.area.h));
        let radius = w.min(h).min(80.0) / 2.0;
        let corners = (4.0 - std::f64::consts::PI) * radius * radius;
        // A bubble has a tail on one side.
        let part = if w.min(h) >= 100.0 { 0.94 } else { 0.985 };
        self.hull as f64 >= w * h * part - corners * 1.1
    }

    /// Whether it is a disc or a ring.
    pub(super) fn is_disc(&self) -> bool {
        let Rect { w, h, .. } = self.area;
        (w - h).abs() <= 1 + w / 12 && (0.70..=0.87).contains(&self.fill())
    }
}

/// A stretch of one row.
#[derive(Clone, Copy)]
struct Run {
    x0: i32,
    x1: i32,
    label: u32,
}

/// All flat areas, the largest first.
pub(super) fn find(pixels: &RgbImage) -> Vec<Flat> {
    let mut labels = Labels::default();
    let (mut above, mut row) = (Vec::new(), Vec::new());
    for y in 0..pixels.height() as i32 {
        row.clear();
        runs(pixels, y, &mut labels, &mut row);
        join(pixels, y, &above, &row, &mut labels);
        std::mem::swap(&mut above, &mut row);
    }
    let mut found = labels.flats();
    found.sort_by_key(|flat| (std::cmp::Reverse(flat.area.area()), flat.area.y, flat.area.x));
    found
}

fn pixel(pixels: &RgbImage, x: i32, y: i32) -> [u8; 3] {
    let at = (y as usize * pixels.width() as usize + x as usize) * 3;
    let raw = pixels.as_raw();
    [raw[at], raw[at + 1], raw[at + 2]]
}

fn is_smooth(a: [u8; 3], b: [u8; 3]) -> bool {
    (0..3).all(|channel| a[channel].abs_diff(b[channel]) <= SMOOTH)
}

/// Cuts a row where the colour changes; each stretch gets a label of its own and counts as of its first pixel's colour.
fn runs(pixels: &RgbImage, y: i32, labels: &mut Labels, row: &mut Vec<Run>) {
    let width = pixels.width() as usize;
    let raw = &pixels.as_raw()[y as usize * width * 3..(y as usize + 1) * width * 3];
    let at = |x: usize| [raw[x * 3], raw[x * 3 + 1], raw[x * 3 + 2]];
    let mut from = 0;
    while from < width {
        let mut to = from + 1;
        while to < width {
            // Most pixels are like the one before: a stretch of them is compared at once.
            if to + STRETCH <= width && raw[(to - 1) * 3..(to - 1 + STRETCH) * 3] == raw[to * 3..(to + STRETCH) * 3] {
                to += STRETCH;
            } else if is_smooth(at(to - 1), at(to)) {
                to += 1;
            } else {
                break;
            }
        }
        let (x0, x1) = (from as i32, to as i32);
        let sums = at(from).map(|channel| u64::from(channel) * (to - from) as u64);
        row.push(Run { x0, x1, label: labels.add(y, x0, x1, sums) });
        from = to;
    }
}

/// Joins stretches of two rows that touch and whose colours are alike where they do.
fn join(pixels: &RgbImage, y: i32, above: &[Run], row: &[Run], labels: &mut Labels) {
    let mut first = 0;
    for run in row {
        while first < above.len() && above[first].x1 <= run.x0 {
            first += 1;
        }
        for other in above[first..].iter().take_while(|other| other.x0 < run.x1) {
            let middle = (run.x0.max(other.x0) + run.x1.min(other.x1)) / 2;
            if is_smooth(pixel(pixels, middle, y), pixel(pixels, middle, y - 1)) {
                labels.union(run.label, other.label);
            }
        }
    }
}

/// Areas under construction, as a forest: an area that was joined to another points to it.
#[derive(Default)]
struct Labels {
    parents: Vec<u32>,
    parts: Vec<Part>,
}

/// What is known of an area so far.
#[derive(Clone, Copy)]
struct Part {
    x0: i32,
    y0: i32,
    x1: i32,
    y1: i32,
    count: i64,
    /// Of the rows but the last one.
    hull: i64,
    /// Extent of the last row.
    row: (i32, i32),
    sums: [u64; 3],
}

impl Part {
    fn whole_hull(&self) -> i64 {
        self.hull + i64::from(self.row.1 - self.row.0)
    }
}

impl Labels {
    fn add(&mut self, y: i32, x0: i32, x1: i32, sums: [u64; 3]) -> u32 {
        let label = self.parents.len() as u32;
        self.parents.push(label);
        self.parts.push(Part { x0, y0: y, x1, y1: y + 1, count: i64::from(x1 - x0), hull: 0, row: (x0, x1), sums });
        label
    }

    fn root(&mut self, mut label: u32) -> u32 {
        while self.parents[label as usize] != label {
            let above = self.parents[self.parents[label as usize] as usize];
            self.parents[label as usize] = above;
            label = above;
        }
        label
    }

    fn union(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return;
        }
        let (old, new) = (a.min(b), a.max(b));
        let (one, other) = (self.parts[old as usize], self.parts[new as usize]);
        // Both end in the row under way or the one above it: rows are joined from the top.
        let (hull, row) = match one.y1.cmp(&other.y1) {
            std::cmp::Ordering::Equal => {
                (one.hull + other.hull, (one.row.0.min(other.row.0), one.row.1.max(other.row.1)))
            }
            std::cmp::Ordering::Less => (one.whole_hull() + other.hull, other.row),
            std::cmp::Ordering::Greater => (one.hull + other.whole_hull(), one.row),
        };
        self.parts[old as usize] = Part {
            x0: one.x0.min(other.x0),
            y0: one.y0.min(other.y0),
            x1: one.x1.max(other.x1),
            y1: one.y1.max(other.y1),
            count: one.count + other.count,
            hull,
            row,
            sums: std::array::from_fn(|channel| one.sums[channel] + other.sums[channel]),
        };
        self.parents[new as usize] = old;
    }

    fn flats(&self) -> Vec<Flat> {
        let roots = self.parents.iter().enumerate().filter(|(at, parent)| *at as u32 == **parent);
        let parts = roots.map(|(at, _)| &self.parts[at]);
        let sized = parts.filter(|part| part.x1 - part.x0 >= SMALLEST && part.y1 - part.y0 >= SMALLEST);
        sized
            .map(|part| Flat {
                area: Rect::new(part.x0, part.y0, part.x1 - part.x0, part.y1 - part.y0),
                count: part.count,
                hull: part.whole_hull(),
                colour: part.sums.map(|sum| (sum / part.count.max(1) as u64) as u8),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paint(picture: &mut RgbImage, value: [u8; 3], inside: impl Fn(i32, i32) -> bool) {
        for (x, y, pixel) in picture.enumerate_pixels_mut() {
            if inside(x as i32, y as i32) {
                *pixel = image::Rgb(value);
            }
        }
    }

    fn at(found: &[Flat], area: Rect) -> Flat {
        *found.iter().find(|flat| flat.area == area).unwrap_or_else(|| panic!("{area:?} in {found:?}"))
    }

    #[test]
    fn areas_have_their_extent_shape_and_colour() {
        let mut picture = RgbImage::from_pixel(200, 100, image::Rgb([240; 3]));
        paint(&mut picture, [20, 40, 200], |x, y| Rect::new(10, 10, 60, 24).contains(x, y));
        paint(&mut picture, [250; 3], |x, y| Rect::new(30, 16, 10, 10).contains(x, y));
        paint(&mut picture, [10; 3], |x, y| (x - 120) * (x - 120) + (y - 50) * (y - 50) <= 100);
        let found = find(&picture);
        let button = at(&found, Rect::new(10, 10, 60, 24));
        assert!(button.is_box() && button.colour == [20, 40, 200]);
        assert_eq!((button.hull, button.count), (60 * 24, 60 * 24 - 100));
        let disc = at(&found, Rect::new(110, 40, 21, 21));
        assert!(disc.is_disc() && !disc.is_box() | (disc.area.w < 24));
        assert_eq!(at(&found, Rect::new(0, 0, 200, 100)).count, 200 * 100 - 60 * 24 - disc.count);
    }

    #[test]
    fn a_gradient_is_one_area_and_an_empty_picture_has_none() {
        let gradient = RgbImage::from_fn(50, 60, |_, y| image::Rgb([100 + 2 * y as u8; 3]));
        assert_eq!(find(&gradient).len(), 1);
        assert!(find(&RgbImage::new(0, 0)).is_empty());
    }
}
