//! One picture of the screen, cheap to clone, known by the digest of its pixels.

use std::fmt;
use std::sync::{Arc, OnceLock};

use image::RgbImage;

use crate::geometry::Rect;
use crate::told::Told;

/// A screenshot: 8-bit RGB pixels and where they lie on the desktop.
#[derive(Clone)]
pub struct Frame {
    inner: Arc<Inner>,
}

struct Inner {
    pixels: RgbImage,
    origin: (i32, i32),
    scale: f64,
    digest: OnceLock<String>,
    told: Vec<Told>,
}

impl Frame {
    /// A frame whose top-left pixel is the desktop's `origin`; `scale` is physical pixels to a logical one.
    pub fn new(pixels: RgbImage, origin: (i32, i32), scale: f64) -> Self {
        Self { inner: Arc::new(Inner { pixels, origin, scale, digest: OnceLock::new(), told: Vec::new() }) }
    }

    /// The same picture with what the programs in it said of it when it was taken.
    #[must_use]
    pub fn with_told(self, told: Vec<Told>) -> Self {
        match Arc::try_unwrap(self.inner) {
            Ok(inner) => Self { inner: Arc::new(Inner { told, ..inner }) },
            Err(shared) => {
                let Inner { pixels, origin, scale, .. } = &*shared;
                Self::new(pixels.clone(), *origin, *scale).with_told(told)
            }
        }
    }

    /// What the programs in the picture said of it when it was taken.
    pub fn told(&self) -> &[Told] {
        &self.inner.told
    }

    /// A frame from a picture file's pixels, at the desktop's origin.
    pub fn from_image(pixels: RgbImage) -> Self {
        Self::new(pixels, (0, 0), 1.0)
    }

    /// The pixels.
    pub fn pixels(&self) -> &RgbImage {
        &self.inner.pixels
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.inner.pixels.width()
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.inner.pixels.height()
    }

    /// The whole frame as a rectangle.
    pub fn bounds(&self) -> Rect {
        Rect::new(0, 0, self.width() as i32, self.height() as i32)
    }

    /// The desktop pixel of the top-left pixel.
    pub fn origin(&self) -> (i32, i32) {
        self.inner.origin
    }

    /// Physical pixels to one logical pixel.
    pub fn scale(&self) -> f64 {
        self.inner.scale
    }

    /// Hex digest of size and pixels (BLAKE3, 128 bits): equal digests mean equal pictures.
    pub fn digest(&self) -> &str {
        self.inner.digest.get_or_init(|| {
            let mut hasher = blake3::Hasher::new();
            hasher.update(&self.width().to_le_bytes());
            hasher.update(&self.height().to_le_bytes());
            hasher.update(self.pixels().as_raw());
            hasher.finalize().to_hex()[..32].to_owned()
        })
    }

    /// Whether both are the very same capture (not merely equal pixels).
    pub fn is_same_capture(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }
}

impl AsRef<RgbImage> for Frame {
    fn as_ref(&self) -> &RgbImage {
        self.pixels()
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frame({}x{} at {:?})", self.width(), self.height(), self.origin())
    }
}
