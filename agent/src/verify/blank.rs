//! Windows that are there and not drawn yet.

use sightstep_vision::frame::Frame;
use sightstep_vision::geometry::Rect;

use crate::observation::Observation;

/// Whether the active window is there and nothing is drawn in it yet.
pub(crate) fn shows_nothing(seen: &Observation) -> bool {
    let (x, y) = seen.settled.frame.origin();
    let active = seen.windows.iter().find(|window| window.active);
    active.is_some_and(|w| is_blank(&seen.settled.frame, Rect::new(w.area.x - x, w.area.y - y, w.area.w, w.area.h)))
}

/// Whether an area is all of one colour.
fn is_blank(frame: &Frame, area: Rect) -> bool {
    let area = area.intersection(&frame.bounds());
    if area.is_empty() {
        return false;
    }
    let pixels = frame.pixels();
    let first = pixels.get_pixel(area.x as u32, area.y as u32);
    let mut all = (area.y..area.bottom()).flat_map(|y| (area.x..area.right()).map(move |x| (x as u32, y as u32)));
    all.all(|(x, y)| pixels.get_pixel(x, y) == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_of_one_colour_shows_nothing() {
        let mut pixels = image::RgbImage::from_pixel(60, 40, image::Rgb([0; 3]));
        pixels.put_pixel(3, 3, image::Rgb([9; 3]));
        let frame = Frame::from_image(pixels);
        assert!(is_blank(&frame, Rect::new(10, 10, 40, 20)) && !is_blank(&frame, Rect::new(0, 0, 40, 20)));
        assert!(!is_blank(&frame, Rect::new(90, 90, 5, 5)));
    }
}
