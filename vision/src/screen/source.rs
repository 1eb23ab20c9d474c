//! Where raw pictures come from: one trait for every platform.

use std::time::Duration;

use image::RgbImage;

use super::{Monitor, ScreenError, Window};
use crate::diff::Pixels;
use crate::geometry::Rect;
use crate::told::Told;

/// The order of the four bytes of a raw pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Blue, green, red, unused: X11.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "only X11 has it"))]
    Bgrx,
    /// Red, green, blue, alpha: xcap.
    Rgba,
}

/// A picture as it came from the system, four bytes a pixel, rows without padding.
#[derive(Debug, Clone)]
pub(crate) struct Raw {
    pub bytes: Vec<u8>,
    pub width: u32,
    pub height: u32,
    pub order: Order,
}

impl Raw {
    pub fn pixels(&self) -> Pixels<'_> {
        Pixels { bytes: &self.bytes, width: self.width as usize, height: self.height as usize, bytes_per_pixel: 4 }
    }

    pub fn to_rgb(&self) -> RgbImage {
        let mut rgb = vec![0; self.bytes.len() / 4 * 3];
        let pairs = self.bytes.chunks_exact(4).zip(rgb.chunks_exact_mut(3));
        match self.order {
            Order::Bgrx => pairs.for_each(|(from, to)| {
                to[0] = from[2];
                to[1] = from[1];
                to[2] = from[0];
            }),
            Order::Rgba => pairs.for_each(|(from, to)| to.copy_from_slice(&from[..3])),
        }
        RgbImage::from_raw(self.width, self.height, rgb).unwrap_or_default()
    }
}

/// A way of capturing one area of a desktop.
pub(crate) trait Source {
    /// The area in desktop pixels and its scale.
    fn area(&self) -> (Rect, f64);
    /// The picture now.
    fn grab(&mut self) -> Result<Raw, ScreenError>;
    /// Waits until something may have changed, at most `timeout`; false when surely nothing did.
    fn changed_within(&mut self, timeout: Duration) -> Result<bool, ScreenError>;
    /// The windows, the active one first.
    fn windows(&mut self) -> Result<Vec<Window>, ScreenError>;
    /// Asks the program that has the keyboard for a sign of life: it answers once it has dealt with all input before.
    fn ask(&mut self) -> Result<(), ScreenError> {
        Ok(())
    }
    /// Whether it has answered, or is one that never does.
    fn is_answered(&self) -> bool {
        true
    }
    /// Where hints are shown that come and go with the pointer, in desktop pixels.
    fn hints(&mut self) -> Result<Vec<Rect>, ScreenError> {
        Ok(Vec::new())
    }
    /// What stands before the caret in the field that has the keyboard, where its program says so.
    fn before_caret(&mut self) -> Option<String> {
        None
    }
    /// What the programs in view say of what they show, in pixels of the area.
    fn told(&mut self) -> Vec<Told> {
        Vec::new()
    }
    /// The monitors of the desktop.
    fn monitors(&self) -> &[Monitor];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_byte_orders_become_rgb() {
        let raw = |order| Raw { bytes: vec![1, 2, 3, 4], width: 1, height: 1, order };
        assert_eq!(raw(Order::Bgrx).to_rgb().as_raw(), &[3, 2, 1]);
        assert_eq!(raw(Order::Rgba).to_rgb().as_raw(), &[1, 2, 3]);
    }
}
