//! Coordinate spaces as types that never mix: what the model wrote, the screenshot, the desktop.
//!
//! A point travels one way, `ModelPoint` → [`FramePoint`] → [`DesktopPoint`], and each step checks that it stays
//! inside: a point that is not on the screenshot is an error that names it, never moved silently to the edge.

mod model;

pub use model::{ModelPoint, ModelSpace};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Size {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// A pixel of the screenshot, from its top-left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct FramePoint {
    /// Pixels from the left edge.
    pub x: u32,
    /// Pixels from the top edge.
    pub y: u32,
}

/// A rectangle of the screenshot in its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct FrameRect {
    /// Pixels from the left edge.
    pub x: u32,
    /// Pixels from the top edge.
    pub y: u32,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// A pixel of the whole desktop; negative left of or above the primary monitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DesktopPoint {
    /// Pixels from the desktop's origin, to the right.
    pub x: i32,
    /// Pixels from the desktop's origin, downwards.
    pub y: i32,
}

/// A point in the units that a scaled desktop (macOS, Wayland) counts its pointer in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogicalPoint {
    /// Logical pixels from the desktop's origin, to the right.
    pub x: f64,
    /// Logical pixels from the desktop's origin, downwards.
    pub y: f64,
}

/// Where a screenshot lies on the desktop.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// The desktop pixel of the screenshot's top-left pixel.
    pub origin: DesktopPoint,
    /// The screenshot's size in physical pixels.
    pub size: Size,
    /// Physical pixels to one logical pixel of the monitor (2.0 on a "200%" display); 1.0 on X11.
    pub scale: f64,
}

/// A point that is not where it has to be.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SpaceError {
    /// What the model wrote is not on the picture that it was shown.
    #[error(
        "the model's point {point} is outside its {space}, for a screenshot of {width}×{height} pixels\n\
         hint: the model profile's coordinate space may not be the one the model answers in",
        width = frame.width, height = frame.height
    )]
    OutsideModel {
        /// The point as it was written.
        point: String,
        /// The space with its limits.
        space: String,
        /// The screenshot's size.
        frame: Size,
    },
    /// The pixel is not on the screenshot.
    #[error(
        "the point ({x}, {y}) is outside the screenshot of {width}×{height} pixels\n\
         hint: points are counted from 0 to ({width} − 1, {height} − 1)",
        x = point.x, y = point.y, width = size.width, height = size.height
    )]
    OutsideFrame {
        /// The pixel asked for.
        point: FramePoint,
        /// The screenshot's size.
        size: Size,
    },
    /// The desktop pixel is not on this screenshot.
    #[error(
        "the desktop point ({x}, {y}) is not on the screenshot, which shows {width}×{height} pixels from ({ox}, {oy})\n\
         hint: capture the monitor or the region that the point lies on",
        x = point.x, y = point.y, width = view.size.width, height = view.size.height,
        ox = view.origin.x, oy = view.origin.y
    )]
    OutsideView {
        /// The desktop pixel.
        point: DesktopPoint,
        /// The screenshot's place.
        view: View,
    },
}

impl Size {
    /// Whether the pixel is inside.
    pub fn contains(self, point: FramePoint) -> bool {
        point.x < self.width && point.y < self.height
    }
}

/// What is written is no size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a size in pixels\nhint: write width and height as in 1280x800")]
pub struct SizeError(pub String);

impl std::str::FromStr for Size {
    type Err = SizeError;

    /// Reads `1280x800`.
    fn from_str(text: &str) -> Result<Self, SizeError> {
        let number = |text: &str| text.trim().parse::<u32>().ok();
        let sides = text.split_once(['x', 'X', '×']);
        let size = sides.and_then(|(width, height)| Some(Self { width: number(width)?, height: number(height)? }));
        size.ok_or_else(|| SizeError(text.to_owned()))
    }
}

impl FramePoint {
    /// The desktop pixel that this pixel of the screenshot shows.
    ///
    /// # Errors
    /// [`SpaceError::OutsideFrame`] when the screenshot has no such pixel.
    pub fn to_desktop(self, view: &View) -> Result<DesktopPoint, SpaceError> {
        let outside = || SpaceError::OutsideFrame { point: self, size: view.size };
        if !view.size.contains(self) {
            return Err(outside());
        }
        let x = view.origin.x.checked_add_unsigned(self.x).ok_or_else(outside)?;
        let y = view.origin.y.checked_add_unsigned(self.y).ok_or_else(outside)?;
        Ok(DesktopPoint { x, y })
    }
}

impl DesktopPoint {
    /// The pixel of the screenshot that shows this pixel of the desktop.
    ///
    /// # Errors
    /// [`SpaceError::OutsideView`] when the screenshot does not show it.
    pub fn to_frame(self, view: &View) -> Result<FramePoint, SpaceError> {
        let x = u32::try_from(i64::from(self.x) - i64::from(view.origin.x));
        let y = u32::try_from(i64::from(self.y) - i64::from(view.origin.y));
        match (x, y) {
            (Ok(x), Ok(y)) if view.size.contains(FramePoint { x, y }) => Ok(FramePoint { x, y }),
            _ => Err(SpaceError::OutsideView { point: self, view: *view }),
        }
    }

    /// The middle of this pixel in logical units, for a desktop with `scale` physical pixels to a logical one.
    pub fn to_logical(self, scale: f64) -> LogicalPoint {
        LogicalPoint { x: (f64::from(self.x) + 0.5) / scale, y: (f64::from(self.y) + 0.5) / scale }
    }
}

impl LogicalPoint {
    /// The physical pixel that this point lies in.
    pub fn to_desktop(self, scale: f64) -> DesktopPoint {
        DesktopPoint { x: (self.x * scale).floor() as i32, y: (self.y * scale).floor() as i32 }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn view() -> impl Strategy<Value = View> {
        let scales = prop::sample::select(vec![1.0, 1.25, 1.5, 1.75, 2.0, 3.0]);
        (-8000..8000i32, -8000..8000i32, 1..8000u32, 1..5000u32, scales).prop_map(|(x, y, width, height, scale)| View {
            origin: DesktopPoint { x, y },
            size: Size { width, height },
            scale,
        })
    }

    /// A view with one of its pixels, the first and the last as often as any other.
    fn pixel() -> impl Strategy<Value = (View, FramePoint)> {
        view().prop_flat_map(|view| {
            let Size { width, height } = view.size;
            let x = prop_oneof![Just(0), Just(width - 1), 0..width];
            let y = prop_oneof![Just(0), Just(height - 1), 0..height];
            (Just(view), (x, y).prop_map(|(x, y)| FramePoint { x, y }))
        })
    }

    proptest! {
        #[test]
        fn a_pixel_comes_back_from_the_desktop((view, pixel) in pixel()) {
            let there = pixel.to_desktop(&view).unwrap();
            prop_assert_eq!(there.x, view.origin.x + pixel.x as i32);
            prop_assert_eq!(there.to_frame(&view).unwrap(), pixel);
        }

        #[test]
        fn a_pixel_comes_back_from_logical_units((view, pixel) in pixel()) {
            let there = pixel.to_desktop(&view).unwrap();
            prop_assert_eq!(there.to_logical(view.scale).to_desktop(view.scale), there);
        }

        #[test]
        fn just_outside_is_an_error(view in view()) {
            let View { origin, size, .. } = view;
            let right = FramePoint { x: size.width, y: 0 };
            prop_assert_eq!(right.to_desktop(&view), Err(SpaceError::OutsideFrame { point: right, size }));
            let above = DesktopPoint { x: origin.x, y: origin.y - 1 };
            prop_assert_eq!(above.to_frame(&view), Err(SpaceError::OutsideView { point: above, view }));
            let below = DesktopPoint { x: origin.x, y: origin.y + size.height as i32 };
            prop_assert!(below.to_frame(&view).is_err());
        }
    }

    #[test]
    fn the_far_end_of_the_numbers_is_an_error() {
        let size = Size { width: u32::MAX, height: u32::MAX };
        let view = View { origin: DesktopPoint { x: i32::MAX, y: 0 }, size, scale: 1.0 };
        assert!(FramePoint { x: 1, y: 0 }.to_desktop(&view).is_err());
        assert!(DesktopPoint { x: i32::MIN, y: 0 }.to_frame(&view).is_err());
    }

    #[test]
    fn the_message_names_point_and_size() {
        let view = View { origin: DesktopPoint { x: 0, y: 0 }, size: Size { width: 100, height: 50 }, scale: 1.0 };
        let message = FramePoint { x: 7, y: 50 }.to_desktop(&view).unwrap_err().to_string();
        assert!(message.contains("(7, 50)") && message.contains("100×50"), "{message}");
    }
}
