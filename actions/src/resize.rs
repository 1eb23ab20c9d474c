//! The size in which a screenshot is shown to a model.

use crate::space::Size;

/// The most that one side may be longer than the other: the models' own limit.
const MOST_ASPECT: f64 = 200.0;

/// How a screenshot is made to fit a model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ResizeRule {
    /// The Qwen-VL rule: both sides multiples of `factor`, the area within limits.
    Smart {
        /// Pixels of one image token's side: patch size × merge size.
        factor: u32,
        /// Smallest area in pixels.
        min_pixels: u32,
        /// Largest area in pixels.
        max_pixels: u32,
    },
    /// One of a few sizes that an API is told, where the aspect ratio fits; the screenshot's own otherwise.
    Declared {
        /// The sizes, the first that fits is taken.
        sizes: &'static [Size],
        /// How far the aspect ratios may be apart.
        tolerance: f64,
        /// Pixels of an image token.
        pixels_a_token: u32,
    },
    /// The screenshot's own size.
    Same {
        /// Pixels of an image token's side; the count is the server's business and this an estimate.
        factor: u32,
    },
}

/// What a model is shown of a screenshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resized {
    /// The picture's size.
    pub size: Size,
    /// How many tokens it takes.
    pub image_tokens: u32,
}

/// A screenshot that cannot be shown to a model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResizeError {
    /// It has no pixels.
    #[error("a screenshot of {width}×{height} pixels has nothing to show", width = .0.width, height = .0.height)]
    Empty(Size),
    /// It is far too long or too wide.
    #[error(
        "a screenshot of {width}×{height} pixels cannot be shown to this model: \
         one side may be at most 200 times the other\nhint: capture a part of it", width = .0.width, height = .0.height
    )]
    Aspect(Size),
}

impl ResizeRule {
    /// The size in which a screenshot of `screen` pixels is shown.
    ///
    /// # Errors
    /// [`ResizeError`] when there is none.
    pub fn apply(self, screen: Size) -> Result<Resized, ResizeError> {
        if screen.width == 0 || screen.height == 0 {
            return Err(ResizeError::Empty(screen));
        }
        match self {
            Self::Smart { factor, min_pixels, max_pixels } => {
                let size = smart(screen, f64::from(factor), f64::from(min_pixels), f64::from(max_pixels))?;
                Ok(Resized { size, image_tokens: tokens(size, factor) })
            }
            Self::Declared { sizes, tolerance, pixels_a_token } => {
                let size = declared(screen, sizes, tolerance);
                let area = u64::from(size.width) * u64::from(size.height);
                let image_tokens = area.div_ceil(u64::from(pixels_a_token.max(1)));
                Ok(Resized { size, image_tokens: u32::try_from(image_tokens).unwrap_or(u32::MAX) })
            }
            Self::Same { factor } => Ok(Resized { size: screen, image_tokens: tokens(screen, factor) }),
        }
    }
}

fn tokens(size: Size, factor: u32) -> u32 {
    size.width.div_ceil(factor.max(1)).saturating_mul(size.height.div_ceil(factor.max(1)))
}

/// The rule of Qwen's image processor, in the same double precision and with the same rounding, half to even.
fn smart(screen: Size, factor: f64, min_pixels: f64, max_pixels: f64) -> Result<Size, ResizeError> {
    let (width, height) = (f64::from(screen.width), f64::from(screen.height));
    if width.max(height) / width.min(height) > MOST_ASPECT {
        return Err(ResizeError::Aspect(screen));
    }
    let nearest = |side: f64| ((side / factor).round_ties_even() * factor).max(factor);
    let (near_width, near_height) = (nearest(width), nearest(height));
    let area = near_width * near_height;
    let scaled = |side: f64, limit: f64| -> (f64, f64) {
        let beta = (height * width / limit).sqrt();
        ((side / beta / factor).floor() * factor, beta)
    };
    let (width, height) = if area > max_pixels {
        (scaled(width, max_pixels).0.max(factor), scaled(height, max_pixels).0.max(factor))
    } else if area < min_pixels {
        let beta = (min_pixels / (height * width)).sqrt();
        let up = |side: f64| (side * beta / factor).ceil() * factor;
        (up(width), up(height))
    } else {
        (near_width, near_height)
    };
    Ok(Size { width: width as u32, height: height as u32 })
}

/// The first of `sizes` that has the screen's shape and is not wider than it.
fn declared(screen: Size, sizes: &[Size], tolerance: f64) -> Size {
    let aspect = |size: &Size| f64::from(size.width) / f64::from(size.height);
    let fits = |size: &&Size| (aspect(size) - aspect(&screen)).abs() < tolerance && size.width < screen.width;
    sizes.iter().find(fits).copied().unwrap_or(screen)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn size(width: u32, height: u32) -> Size {
        Size { width, height }
    }

    fn qwen(factor: u32, min_pixels: u32, max_pixels: u32) -> ResizeRule {
        ResizeRule::Smart { factor, min_pixels, max_pixels }
    }

    #[test]
    fn sizes_are_those_of_the_image_processors() {
        let of_28 = qwen(28, 3_136, 12_845_056);
        let of_32 = qwen(32, 65_536, 16_777_216);
        let small = qwen(28, 78_400, 1_058_400);
        let cases = [
            (of_28, size(1920, 1080), size(1932, 1092)),
            (of_28, size(3840, 2160), size(3836, 2156)),
            (of_28, size(1366, 768), size(1372, 756)),
            (of_28, size(7680, 4320), size(4760, 2688)),
            (of_28, size(224, 224), size(224, 224)),
            (of_28, size(1358, 770), size(1344, 784)),
            (of_32, size(1280, 720), size(1280, 704)),
            (of_32, size(1512, 982), size(1504, 992)),
            (of_32, size(100, 100), size(256, 256)),
            (of_32, size(7680, 4320), size(5440, 3072)),
            (small, size(7680, 4320), size(1344, 756)),
            (small, size(14, 14), size(280, 280)),
        ];
        let wrong: Vec<String> = cases
            .iter()
            .map(|(rule, screen, want)| (screen, want, rule.apply(*screen).map(|r| r.size)))
            .filter(|(_, want, got)| got.as_ref() != Ok(*want))
            .map(|(screen, want, got)| format!("{screen:?}: expected {want:?}, got {got:?}"))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn tokens_are_counted_and_extremes_refused() {
        let tokens = |rule: ResizeRule, screen| rule.apply(screen).map(|r| r.image_tokens);
        assert_eq!(tokens(qwen(28, 78_400, 12_845_056), size(1920, 1080)), Ok(2691));
        assert_eq!(tokens(qwen(32, 65_536, 16_777_216), size(1920, 1080)), Ok(2040));
        assert_eq!(tokens(ResizeRule::Same { factor: 28 }, size(29, 28)), Ok(2));
        let rule = qwen(28, 3_136, 12_845_056);
        assert_eq!(rule.apply(size(0, 5)), Err(ResizeError::Empty(size(0, 5))));
        assert_eq!(rule.apply(size(2010, 10)), Err(ResizeError::Aspect(size(2010, 10))));
        assert!(rule.apply(size(2000, 10)).is_ok());
    }

    #[test]
    fn a_declared_size_has_the_screens_shape() {
        const SIZES: &[Size] =
            &[Size { width: 1024, height: 768 }, Size { width: 1280, height: 800 }, Size { width: 1366, height: 768 }];
        let rule = ResizeRule::Declared { sizes: SIZES, tolerance: 0.02, pixels_a_token: 750 };
        let cases = [
            (size(1920, 1080), size(1366, 768)),
            (size(1920, 1200), size(1280, 800)),
            (size(1600, 1200), size(1024, 768)),
            (size(4096, 2160), size(4096, 2160)),
            (size(1024, 768), size(1024, 768)),
        ];
        let wrong: Vec<_> =
            cases.iter().filter(|(screen, want)| rule.apply(*screen).map(|r| r.size) != Ok(*want)).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    proptest! {
        #[test]
        fn every_size_fits_or_is_refused(width in 0..20_000u32, height in 0..20_000u32, factor in 1..64u32) {
            if let Ok(resized) = qwen(factor, 65_536, 16_777_216).apply(size(width, height)) {
                let Size { width, height } = resized.size;
                prop_assert!(width >= factor && height >= factor);
                prop_assert!(width.is_multiple_of(factor) && height.is_multiple_of(factor));
                prop_assert_eq!(resized.image_tokens, width / factor * (height / factor));
            }
        }
    }
}
