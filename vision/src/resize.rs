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
    resized(picture, width, height, fir::FilterType::CatmullRom)
}

/// The picture at another size; every pixel counts when it shrinks. None where a size does not fit its buffer.
///
/// By the type of pixel: the library's choice of it at run time would have all its loops for all types compiled here, which
/// takes longer than all else of this crate.
pub(crate) fn resized(picture: &RgbImage, width: u32, height: u32, filter: fir::FilterType) -> Option<RgbImage> {
    let mut target = RgbImage::new(width, height);
    let (columns, rows) = picture.dimensions();
    let source = fir::images::TypedImageRef::<fir::pixels::U8x3>::from_buffer(columns, rows, picture.as_raw()).ok()?;
    let mut view = fir::images::TypedImage::<fir::pixels::U8x3>::from_buffer(width, height, &mut target).ok()?;
    let options = fir::ResizeOptions::new().resize_alg(fir::ResizeAlg::Convolution(filter));
    fir::Resizer::new().resize_typed(&source, &mut view, &options).ok()?;
    Some(target)
}
