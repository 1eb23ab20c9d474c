//! Points as a model writes them, with the space it means them in.

use super::{FramePoint, Size, SpaceError};

/// What the numbers of a model's answer mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ModelSpace {
    /// Parts of the picture: `divisor` is its full width and its full height (1000, 999 or 1).
    Relative {
        /// The number that means "the whole width" and "the whole height".
        divisor: f64,
    },
    /// Pixels of the resized picture that the model was shown.
    Absolute {
        /// The size of the picture as it was sent.
        image: Size,
    },
}

/// A point as the model wrote it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModelPoint {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
    /// What the numbers mean.
    pub space: ModelSpace,
}

impl ModelSpace {
    /// The numbers that stand for the whole width and the whole height.
    fn extent(self) -> (f64, f64) {
        match self {
            Self::Relative { divisor } => (divisor, divisor),
            Self::Absolute { image } => (f64::from(image.width), f64::from(image.height)),
        }
    }

    /// Whether `value` lies on a picture that is `extent` long.
    ///
    /// Relative numbers may be one past the last: 1000 of 1000, and of 999, is the right edge. Pixels may not.
    fn holds(self, value: f64, extent: f64) -> bool {
        match self {
            Self::Relative { divisor: 999.0 } => (0.0..=1000.0).contains(&value),
            Self::Relative { .. } => (0.0..=extent).contains(&value),
            Self::Absolute { .. } => value >= 0.0 && value < extent,
        }
    }
}

impl std::fmt::Display for ModelSpace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Relative { divisor } => write!(f, "relative space of 0 to {divisor}"),
            Self::Absolute { image } => write!(f, "image of {}×{} pixels", image.width, image.height),
        }
    }
}

impl ModelPoint {
    /// The pixel of a screenshot of `frame` pixels that is meant.
    ///
    /// The nearest pixel is taken, and the last one where that would be one past the edge, as for 1000 of 1000.
    ///
    /// # Errors
    /// [`SpaceError::OutsideModel`] when the point is not on the picture, or is no number.
    pub fn to_frame(self, frame: Size) -> Result<FramePoint, SpaceError> {
        let (width, height) = self.space.extent();
        match (self.pixel(self.x, width, frame.width), self.pixel(self.y, height, frame.height)) {
            (Some(x), Some(y)) => Ok(FramePoint { x, y }),
            _ => Err(SpaceError::OutsideModel {
                point: format!("({}, {})", self.x, self.y),
                space: self.space.to_string(),
                frame,
            }),
        }
    }

    /// What a model that answers in `space` would write for a pixel of a screenshot of `frame` pixels.
    ///
    /// # Errors
    /// [`SpaceError::OutsideFrame`] when the screenshot has no such pixel.
    pub fn of_frame(point: FramePoint, frame: Size, space: ModelSpace) -> Result<Self, SpaceError> {
        if !frame.contains(point) {
            return Err(SpaceError::OutsideFrame { point, size: frame });
        }
        let (width, height) = space.extent();
        let part = |value: u32, of: u32, extent: f64| f64::from(value) / f64::from(of) * extent;
        Ok(Self { x: part(point.x, frame.width, width), y: part(point.y, frame.height, height), space })
    }

    fn pixel(self, value: f64, extent: f64, pixels: u32) -> Option<u32> {
        if !self.space.holds(value, extent) || extent <= 0.0 {
            return None;
        }
        let nearest = (value / extent * f64::from(pixels)).round() as u32;
        Some(nearest.min(pixels.checked_sub(1)?))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FULL_HD: Size = Size { width: 1920, height: 1080 };

    fn relative(x: f64, y: f64) -> ModelPoint {
        ModelPoint { x, y, space: ModelSpace::Relative { divisor: 1000.0 } }
    }

    #[test]
    fn points_mean_these_pixels() {
        let image = Size { width: 1932, height: 1092 };
        let absolute = |x, y| ModelPoint { x, y, space: ModelSpace::Absolute { image } };
        let of_999 = |x, y| ModelPoint { x, y, space: ModelSpace::Relative { divisor: 999.0 } };
        let cases = [
            (relative(0.0, 0.0), Some((0, 0))),
            (relative(500.0, 500.0), Some((960, 540))),
            (relative(1000.0, 1000.0), Some((1919, 1079))),
            (relative(999.9, 0.2), Some((1919, 0))),
            (relative(1000.1, 0.0), None),
            (relative(-0.1, 5.0), None),
            (relative(f64::NAN, 5.0), None),
            (relative(5.0, f64::INFINITY), None),
            (of_999(999.0, 0.0), Some((1919, 0))),
            (of_999(1000.0, 0.0), Some((1919, 0))),
            (of_999(1000.1, 0.0), None),
            (absolute(0.0, 0.0), Some((0, 0))),
            (absolute(966.0, 546.0), Some((960, 540))),
            (absolute(1931.0, 1091.0), Some((1919, 1079))),
            (absolute(1931.9, 0.0), Some((1919, 0))),
            (absolute(1932.0, 0.0), None),
        ];
        let wrong: Vec<String> = cases
            .iter()
            .map(|(point, want)| (point, *want, point.to_frame(FULL_HD).ok().map(|p| (p.x, p.y))))
            .filter(|(_, want, got)| want != got)
            .map(|(point, want, got)| format!("{point:?}: expected {want:?}, got {got:?}"))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn an_empty_picture_has_no_points() {
        let none = Size { width: 0, height: 0 };
        assert!(relative(0.0, 0.0).to_frame(none).is_err());
        let absolute = ModelPoint { x: 0.0, y: 0.0, space: ModelSpace::Absolute { image: none } };
        assert!(absolute.to_frame(FULL_HD).is_err());
        assert!(ModelPoint { x: 0.0, y: 0.0, space: ModelSpace::Relative { divisor: 0.0 } }.to_frame(FULL_HD).is_err());
    }

    #[test]
    fn the_message_names_point_and_space() {
        let message = relative(1200.0, 3.5).to_frame(FULL_HD).unwrap_err().to_string();
        assert!(message.contains("(1200, 3.5)") && message.contains("0 to 1000"), "{message}");
        assert!(message.contains("1920×1080"), "{message}");
    }

    proptest! {
        #[test]
        fn a_pixel_comes_back_from_the_model(
            (width, height) in (1..9000u32, 1..9000u32),
            (image_width, image_height) in (1..9000u32, 1..9000u32),
            part in (0.0..=1.0f64, 0.0..=1.0f64),
            divisor in prop::sample::select(vec![1.0, 999.0, 1000.0]),
        ) {
            let frame = Size { width, height };
            let last = |part: f64, of: u32| (part * f64::from(of - 1)).round() as u32;
            let pixel = FramePoint { x: last(part.0, width), y: last(part.1, height) };
            let image = Size { width: image_width, height: image_height };
            for space in [ModelSpace::Relative { divisor }, ModelSpace::Absolute { image }] {
                let written = ModelPoint::of_frame(pixel, frame, space).unwrap();
                prop_assert_eq!(written.to_frame(frame).unwrap(), pixel);
            }
        }
    }
}
