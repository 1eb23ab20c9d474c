//! A frame as a file that can be sent: resized as a model wants it, PNG or JPEG.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ImageEncoder as _, RgbImage};

use crate::frame::Frame;
use crate::resize::bicubic;

/// The largest PNG that is made. Anthropic takes 5 MiB a picture in Base64, and none but photographs reach this.
const LARGEST_PNG: usize = 3_600_000;

/// Quality of the JPEG that is made instead: text stays sharp, and a photograph of 3840x2160 takes 2 MB.
const JPEG_QUALITY: u8 = 90;

/// An encoded picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// `image/png` or `image/jpeg`.
    pub media_type: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// The frame at this size: lossless, unless that is too large to be sent.
pub fn encoded(frame: &Frame, width: u32, height: u32) -> Encoded {
    let pixels = bicubic(frame.pixels(), width, height);
    match png(&pixels) {
        bytes if bytes.len() <= LARGEST_PNG => Encoded { media_type: "image/png", bytes },
        _ => Encoded { media_type: "image/jpeg", bytes: jpeg(&pixels) },
    }
}

/// Writing to memory does not fail.
fn png(pixels: &RgbImage) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let encoder = PngEncoder::new_with_quality(&mut file, CompressionType::Fast, FilterType::Adaptive);
    let _ = encoder.write_image(pixels, pixels.width(), pixels.height(), image::ExtendedColorType::Rgb8);
    file.into_inner()
}

fn jpeg(pixels: &RgbImage) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let encoder = JpegEncoder::new_with_quality(&mut file, JPEG_QUALITY);
    let _ = encoder.write_image(pixels, pixels.width(), pixels.height(), image::ExtendedColorType::Rgb8);
    file.into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(encoded: &Encoded) -> RgbImage {
        image::load_from_memory(&encoded.bytes).unwrap().into_rgb8()
    }

    #[test]
    fn a_frame_is_lossless_at_its_own_size_and_any_size_can_be_had() {
        let pixels = RgbImage::from_fn(60, 40, |x, y| image::Rgb([x as u8, y as u8, 7]));
        let frame = Frame::from_image(pixels.clone());
        assert_eq!(decoded(&encoded(&frame, 60, 40)), pixels);
        let smaller = encoded(&frame, 28, 56);
        assert_eq!((decoded(&smaller).dimensions(), smaller.media_type), ((28, 56), "image/png"));
    }

    #[test]
    fn a_photograph_becomes_a_jpeg() {
        // Noise: no PNG of it is small.
        let mut state = 1u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        let pixels = RgbImage::from_fn(1400, 900, |_, _| image::Rgb([noise(), noise(), noise()]));
        let photograph = encoded(&Frame::from_image(pixels), 1400, 900);
        assert_eq!((decoded(&photograph).dimensions(), photograph.media_type), ((1400, 900), "image/jpeg"));
        assert!(photograph.bytes.len() < LARGEST_PNG);
    }
}
