//! The moving picture as a GIF: of every still only the part that differs from the one before.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::time::Duration;

use gif::{Encoder, EncodingError, Frame, Repeat};
use image::RgbImage;
use image::imageops::crop_imm;
use sightstep_tasks::recording::Recording;
use sightstep_vision::geometry::Rect;

use super::{MovieError, Stills};

/// The widest GIF: larger ones are too much for a message or an issue.
const WIDEST: u32 = 800;

/// How much time is spent on choosing colours, 1 the most and 30 the least: the encoder's own measure.
const SPEED: i32 = 10;

/// Writes a recording as a GIF that repeats.
///
/// # Errors
/// [`MovieError`] when the recording holds no pictures, or the file cannot be written.
pub fn gif(recording: &Recording, path: &Path) -> Result<(), MovieError> {
    let failed = |reason: String| MovieError::Write { path: path.to_owned(), reason };
    let broken = |e: EncodingError| failed(e.to_string());
    let stills = Stills::of(recording, WIDEST)?;
    let file = BufWriter::new(File::create(path).map_err(|e| failed(e.to_string()))?);
    let (width, height) = (stills.size.0 as u16, stills.size.1 as u16);
    let mut encoder = Encoder::new(file, width, height, &[]).map_err(broken)?;
    encoder.set_repeat(Repeat::Infinite).map_err(broken)?;
    let mut shown: Option<RgbImage> = None;
    stills.each(|picture, time| {
        let part = shown.as_ref().map_or_else(|| whole(picture), |shown| changed(shown, picture));
        encoder.write_frame(&frame(picture, part, time)).map_err(broken)?;
        shown = Some(picture.clone());
        Ok(())
    })
}

fn frame(picture: &RgbImage, part: Rect, time: Duration) -> Frame<'static> {
    let pixels = crop_imm(picture, part.x as u32, part.y as u32, part.w as u32, part.h as u32).to_image();
    let mut frame = Frame::from_rgb_speed(part.w as u16, part.h as u16, pixels.as_raw(), SPEED);
    (frame.left, frame.top) = (part.x as u16, part.y as u16);
    // GIFs count in hundredths of a second.
    frame.delay = (time.as_millis() / 10) as u16;
    frame
}

fn whole(picture: &RgbImage) -> Rect {
    Rect::new(0, 0, picture.width() as i32, picture.height() as i32)
}

/// The smallest part that holds all that differs; one pixel where nothing does, as a frame has to have some.
fn changed(old: &RgbImage, new: &RgbImage) -> Rect {
    let differing = new.enumerate_pixels().filter(|(x, y, pixel)| old.get_pixel(*x, *y) != *pixel);
    let part =
        differing.fold(Rect::new(0, 0, 0, 0), |part, (x, y, _)| part.union(&Rect::new(x as i32, y as i32, 1, 1)));
    if part.is_empty() { Rect::new(0, 0, 1, 1) } else { part }
}
