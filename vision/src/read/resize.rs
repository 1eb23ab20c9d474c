//! Resizing pictures for the networks.

use fast_image_resize::FilterType;
use image::RgbImage;

/// The picture at another size, bilinear; every pixel counts when it shrinks.
pub(super) fn to(picture: &RgbImage, width: u32, height: u32) -> RgbImage {
    if (picture.width(), picture.height()) == (width, height) {
        return picture.clone();
    }
    match crate::resize::resized(picture, width, height, FilterType::Bilinear) {
        Some(resized) => resized,
        // Sizes of a picture and of its own buffer always agree; the slow way is right all the same.
        None => image::imageops::resize(picture, width, height, image::imageops::FilterType::Triangle),
    }
}
