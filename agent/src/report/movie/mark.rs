//! The mark of what the pointer did: a ring where it clicked, a line along its way.

use image::{Rgb, RgbImage};
use sightstep_actions::plan::Action;

/// The mark's colour, and that of its edge, which shows it on any ground.
const COLOURS: [Rgb<u8>; 2] = [Rgb([255, 255, 255]), Rgb([225, 30, 90])];

/// How much wider the edge is than the mark, in pixels to each side.
const EDGE: f64 = 1.5;

/// Draws what an action of the pointer did on a picture of a screen of this size.
pub(crate) fn draw(picture: &mut RgbImage, action: &Action, (width, height): (u32, u32)) {
    // A point off the screen is no reason to draw a line for hours.
    let along = |at: u32, now: u32, then: u32| f64::from(at.min(then)) * f64::from(now) / f64::from(then.max(1));
    let (w, h) = picture.dimensions();
    let path: Vec<(f64, f64)> =
        action.points().iter().map(|at| (along(at.x, w, width), along(at.y, h, height))).collect();
    let (Some(first), Some(last)) = (path.first(), path.last()) else { return };
    // As large as a pointer on the picture, and never a speck.
    let radius = (f64::from(w) / 45.0).clamp(2.0, 20.0);
    let pen = (radius / 8.0).clamp(0.7, 2.5);
    for (colour, edge) in COLOURS.into_iter().zip([EDGE.min(pen), 0.0]) {
        ring(picture, *first, radius, pen + edge, colour);
        for leg in path.windows(2) {
            line(picture, leg[0], leg[1], pen + edge, colour);
        }
        if path.len() > 1 {
            dot(picture, *last, 1.5 * pen + edge, colour);
        }
    }
}

/// Every pixel of the picture that is this near to the point.
fn near(picture: &mut RgbImage, (x, y): (f64, f64), reach: f64, colour: Rgb<u8>, is_in: impl Fn(f64) -> bool) {
    let (w, h) = picture.dimensions();
    let from = |at: f64| (at - reach).floor().max(0.0) as u32;
    let to = |at: f64, length: u32| (((at + reach).ceil().max(0.0)) as u32 + 1).min(length);
    for py in from(y)..to(y, h) {
        for px in from(x)..to(x, w) {
            if is_in((f64::from(px) - x).hypot(f64::from(py) - y)) {
                picture.put_pixel(px, py, colour);
            }
        }
    }
}

fn ring(picture: &mut RgbImage, at: (f64, f64), radius: f64, pen: f64, colour: Rgb<u8>) {
    near(picture, at, radius + pen, colour, |distance| (distance - radius).abs() <= pen);
}

fn dot(picture: &mut RgbImage, at: (f64, f64), radius: f64, colour: Rgb<u8>) {
    near(picture, at, radius, colour, |distance| distance <= radius);
}

fn line(picture: &mut RgbImage, from: (f64, f64), to: (f64, f64), pen: f64, colour: Rgb<u8>) {
    let steps = (to.0 - from.0).hypot(to.1 - from.1).ceil().max(1.0) as u32;
    for step in 0..=steps {
        let share = f64::from(step) / f64::from(steps);
        let at = (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
        dot(picture, at, pen, colour);
    }
}
