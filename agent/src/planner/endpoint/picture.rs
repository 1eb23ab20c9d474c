//! A frame as it is sent: resized as the model's profile says, encoded, once for all the requests that show it.

use std::io::Cursor;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use fast_image_resize as fir;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ImageEncoder as _, RgbImage};
use sightstep_actions::space::Size;
use sightstep_vision::frame::Frame;

/// The largest PNG that is sent. Anthropic takes 5 MiB a picture, and none but photographs reach this.
const LARGEST_PNG: usize = 3_600_000;

/// Quality of the JPEG that is sent instead: text stays sharp, and a photograph of 3840x2160 takes 2 MB.
const JPEG_QUALITY: u8 = 90;

/// An encoded picture; clones share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// `image/png` or `image/jpeg`.
    pub media_type: &'static str,
    /// The file, in Base64.
    pub base64: Arc<str>,
    /// Its size in pixels.
    pub size: Size,
    /// The digest of the frame that it shows.
    pub digest: Arc<str>,
}

impl Picture {
    /// The frame at this size.
    pub async fn of(frame: &Frame, size: Size) -> Self {
        let frame = frame.clone();
        let work = move || Self::encoded(&frame, size);
        // A panic of that thread goes on here: it is a bug, not an answer.
        tokio::task::spawn_blocking(work).await.unwrap_or_else(|e| std::panic::resume_unwind(e.into_panic()))
    }

    fn encoded(frame: &Frame, size: Size) -> Self {
        let pixels = resized(frame.pixels(), size);
        let (media_type, file) = match png(&pixels) {
            file if file.len() <= LARGEST_PNG => ("image/png", file),
            _ => ("image/jpeg", jpeg(&pixels)),
        };
        let base64 = BASE64_STANDARD.encode(file).into();
        Self { media_type, base64, size, digest: frame.digest().into() }
    }

    /// The picture as a data URL.
    pub fn data_url(&self) -> String {
        format!("data:{};base64,{}", self.media_type, self.base64)
    }
}

/// Bicubic, as the image processors of the Qwen family resize: a server that resizes again has nothing left to do.
fn resized(pixels: &RgbImage, size: Size) -> RgbImage {
    let Size { width, height } = size;
    if pixels.dimensions() == (width, height) {
        return pixels.clone();
    }
    let source = fir::images::ImageRef::new(pixels.width(), pixels.height(), pixels.as_raw(), fir::PixelType::U8x3);
    let mut target = fir::images::Image::new(width, height, fir::PixelType::U8x3);
    let options = fir::ResizeOptions::new().resize_alg(fir::ResizeAlg::Convolution(fir::FilterType::CatmullRom));
    let done = source.ok().and_then(|source| fir::Resizer::new().resize(&source, &mut target, &options).ok());
    match done {
        Some(()) => RgbImage::from_raw(width, height, target.into_vec()).unwrap_or_default(),
        // Sizes of a picture and of its own buffer always agree; the slow way is right all the same.
        None => image::imageops::resize(pixels, width, height, image::imageops::FilterType::CatmullRom),
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

    fn decoded(picture: &Picture) -> RgbImage {
        let url = picture.data_url();
        let (head, body) = url.split_once(";base64,").unwrap();
        assert_eq!(head, format!("data:{}", picture.media_type));
        image::load_from_memory(&BASE64_STANDARD.decode(body).unwrap()).unwrap().into_rgb8()
    }

    #[tokio::test]
    async fn a_frame_is_sent_lossless_at_the_size_asked_for() {
        let pixels = RgbImage::from_fn(60, 40, |x, y| image::Rgb([x as u8, y as u8, 7]));
        let frame = Frame::from_image(pixels.clone());
        let same = Picture::of(&frame, Size { width: 60, height: 40 }).await;
        assert_eq!(decoded(&same), pixels);
        assert_eq!(same.digest.as_ref(), frame.digest());
        let smaller = Picture::of(&frame, Size { width: 28, height: 56 }).await;
        assert_eq!((decoded(&smaller).dimensions(), smaller.media_type), ((28, 56), "image/png"));
    }

    #[tokio::test]
    async fn a_photograph_is_sent_as_jpeg() {
        // Noise: no PNG of it is small.
        let mut state = 1u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        let pixels = RgbImage::from_fn(1400, 900, |_, _| image::Rgb([noise(), noise(), noise()]));
        let picture = Picture::of(&Frame::from_image(pixels), Size { width: 1400, height: 900 }).await;
        assert_eq!((decoded(&picture).dimensions(), picture.media_type), ((1400, 900), "image/jpeg"));
        assert!(picture.base64.len() < 5 << 20);
    }
}
