//! The picture at another size, as the image processors of the Qwen family make it: a server or an engine that resizes again
//! has nothing left to do.

use std::borrow::Cow;

use fast_image_resize as fir;
use image::RgbImage;

/// The picture at this size: bicubic with a = -0.5, every pixel counted when it shrinks.
///
/// First in width, then in height, with 8 bits between: the other order clips other overshoots.
pub fn bicubic(picture: &RgbImage, width: u32, height: u32) -> Cow<'_, RgbImage> {
    let mut resized = Cow::Borrowed(picture);
    for (width, height) in [(width, picture.height()), (width, height)] {
        if resized.dimensions() != (width, height) {
            // Sizes of a picture and of its own buffer always agree; the slow way is right all the same.
            let slowly = || image::imageops::resize(&*resized, width, height, image::imageops::FilterType::CatmullRom);
            resized = Cow::Owned(one_way(&resized, width, height).unwrap_or_else(slowly));
        }
    }
    resized
}

fn one_way(picture: &RgbImage, width: u32, height: u32) -> Option<RgbImage> {
    let source = fir::images::ImageRef::new(picture.width(), picture.height(), picture.as_raw(), fir::PixelType::U8x3);
    let mut target = fir::images::Image::new(width, height, fir::PixelType::U8x3);
    let options = fir::ResizeOptions::new().resize_alg(fir::ResizeAlg::Convolution(fir::FilterType::CatmullRom));
    fir::Resizer::new().resize(&source.ok()?, &mut target, &options).ok()?;
    RgbImage::from_raw(width, height, target.into_vec())
}
