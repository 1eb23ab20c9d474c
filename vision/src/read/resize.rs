//! Resizing pictures for the networks.

use fast_image_resize as fir;
use image::RgbImage;

/// The picture at another size, bilinear; every pixel counts when it shrinks.
pub(super) fn to(picture: &RgbImage, width: u32, height: u32) -> RgbImage {
    if (picture.width(), picture.height()) == (width, height) {
        return picture.clone();
    }
    let source = fir::images::ImageRef::new(picture.width(), picture.height(), picture.as_raw(), fir::PixelType::U8x3);
    let mut target = fir::images::Image::new(width, height, fir::PixelType::U8x3);
    let options = fir::ResizeOptions::new().resize_alg(fir::ResizeAlg::Convolution(fir::FilterType::Bilinear));
    let resized = source.ok().and_then(|source| fir::Resizer::new().resize(&source, &mut target, &options).ok());
    match resized {
        Some(()) => RgbImage::from_raw(width, height, target.into_vec()).unwrap_or_default(),
        // Sizes of a picture and of its own buffer always agree; the slow way is right all the same.
        None => image::imageops::resize(picture, width, height, image::imageops::FilterType::Triangle),
    }
}
