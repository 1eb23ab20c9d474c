//! Coordinate spaces as types that never mix: what the model wrote, the screenshot, the desktop.

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FramePoint {
    /// Pixels from the left edge.
    pub x: u32,
    /// Pixels from the top edge.
    pub y: u32,
}

/// A rectangle of the screenshot in its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
