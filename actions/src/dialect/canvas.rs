//! Where a model's numbers lie on the screenshot, and what it would write for a pixel of it.

use crate::space::{FramePoint, ModelPoint, ModelSpace, Size, SpaceError};

/// What the numbers of a family's answers mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SpaceRule {
    /// Parts of the picture: `divisor` is the whole width and the whole height.
    Relative {
        /// 1000, 999 or 1.
        divisor: f64,
    },
    /// Pixels of the picture as it was sent.
    Image,
    /// Parts of 1 where both numbers are at most 1, parts of 1000 otherwise: the family is prompted both ways, and no
    /// one means a corner pixel by a fraction.
    OneOrThousand,
}

/// A screenshot, the picture of it that the model saw, and how the model counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Canvas {
    pub screen: Size,
    pub image: Size,
    pub rule: SpaceRule,
}

impl Canvas {
    /// The pixel that the model's numbers mean.
    pub fn pixel(&self, x: f64, y: f64) -> Result<FramePoint, SpaceError> {
        ModelPoint { x, y, space: self.space(x, y) }.to_frame(self.screen)
    }

    /// The shortest numbers that mean the pixel: whole ones where they do, since models write whole ones.
    pub fn numbers(&self, point: FramePoint) -> Result<(String, String), SpaceError> {
        let space = match self.rule {
            SpaceRule::OneOrThousand => ModelSpace::Relative { divisor: 1.0 },
            _ => self.space(0.0, 0.0),
        };
        let exact = ModelPoint::of_frame(point, self.screen, space)?;
        let least = if self.rule == SpaceRule::OneOrThousand { 3 } else { 0 };
        for decimals in least..6 {
            let (x, y) = (format!("{:.decimals$}", exact.x), format!("{:.decimals$}", exact.y));
            let means = |x: &str, y: &str| self.pixel(x.parse().ok()?, y.parse().ok()?).ok();
            if means(&x, &y) == Some(point) {
                return Ok((x, y));
            }
        }
        Ok((exact.x.to_string(), exact.y.to_string()))
    }

    fn space(&self, x: f64, y: f64) -> ModelSpace {
        match self.rule {
            SpaceRule::Relative { divisor } => ModelSpace::Relative { divisor },
            SpaceRule::Image => ModelSpace::Absolute { image: self.image },
            SpaceRule::OneOrThousand if x <= 1.0 && y <= 1.0 => ModelSpace::Relative { divisor: 1.0 },
            SpaceRule::OneOrThousand => ModelSpace::Relative { divisor: 1000.0 },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn fractions_and_thousandths_are_told_apart() {
        let screen = Size { width: 1920, height: 1080 };
        let canvas = Canvas { screen, image: screen, rule: SpaceRule::OneOrThousand };
        let at = |x, y| canvas.pixel(x, y).map(|p| (p.x, p.y)).ok();
        assert_eq!(at(0.5, 0.25), Some((960, 270)));
        assert_eq!(at(512.0, 384.0), Some((983, 415)));
        assert_eq!(at(1.0, 1.0), Some((1919, 1079)));
        assert_eq!(at(1001.0, 0.0), None);
        assert_eq!(at(-1.0, -1.0), None);
    }

    proptest! {
        #[test]
        fn numbers_mean_their_pixel(
            (width, height) in (1..9000u32, 1..9000u32),
            (image_width, image_height) in (1..9000u32, 1..9000u32),
            part in (0.0..1.0f64, 0.0..1.0f64),
            rule in prop::sample::select(vec![
                SpaceRule::Relative { divisor: 1000.0 },
                SpaceRule::Relative { divisor: 999.0 },
                SpaceRule::Image,
                SpaceRule::OneOrThousand,
            ]),
        ) {
            let image = Size { width: image_width, height: image_height };
            let canvas = Canvas { screen: Size { width, height }, image, rule };
            let pixel = |part: f64, of: u32| ((part * f64::from(of)) as u32).min(of - 1);
            let point = FramePoint { x: pixel(part.0, width), y: pixel(part.1, height) };
            let (x, y) = canvas.numbers(point).unwrap();
            prop_assert_eq!(canvas.pixel(x.parse().unwrap(), y.parse().unwrap()).unwrap(), point);
        }
    }
}
