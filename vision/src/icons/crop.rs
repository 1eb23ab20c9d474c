//! What the network is shown of a box: its differences from the colour around it, averaged to a square of cells.
//!
//! `vision/train/icons/features.py` computes the same.

use image::RgbImage;

use crate::geometry::Rect;

/// Cells of a side.
pub(super) const SIDE: usize = 32;

/// Numbers of a cell: the differences of red, green and blue, and the greatest of them, scaled to the drawing's contrast.
pub(super) const CHANNELS: usize = 4;

/// Room around the box that is looked at, in pixels: the colour around an icon is seen there.
const ROOM: i32 = 2;

/// The least greatest difference that the last number is scaled by; with less there is nothing drawn.
const FAINT: f32 = 0.03;

/// What is seen of a box that lies in the picture, cell by cell; nothing where nothing is drawn there.
pub(super) fn seen(pixels: &RgbImage, area: Rect) -> Option<Vec<f32>> {
    let bounds = Rect::new(0, 0, pixels.width() as i32, pixels.height() as i32);
    let crop = area.grown(ROOM).intersection(&bounds);
    if crop.is_empty() {
        return None;
    }
    let mut cells = averages(pixels, crop, background(pixels, crop));
    let greatest = |cell: &[f32]| cell[..3].iter().fold(0f32, |most, value| most.max(value.abs()));
    let most = cells.chunks_exact(CHANNELS).map(greatest).fold(0f32, f32::max);
    if most < FAINT {
        return None;
    }
    for cell in cells.chunks_exact_mut(CHANNELS) {
        cell[3] = greatest(cell) / most;
    }
    Some(cells)
}

/// The colour around a drawing: of each channel the median of the crop's outermost pixels, whatever bits of neighbours and
/// borders are among them.
fn background(pixels: &RgbImage, crop: Rect) -> [u8; 3] {
    let (right, bottom) = (crop.right() - 1, crop.bottom() - 1);
    let rows = (crop.x..=right).flat_map(|x| [(x, crop.y), (x, bottom)]);
    let columns = (crop.y..=bottom).flat_map(|y| [(crop.x, y), (right, y)]);
    let mut ring = [const { Vec::new() }; 3];
    for (x, y) in rows.chain(columns) {
        let pixel = pixels.get_pixel(x as u32, y as u32).0;
        ring.iter_mut().zip(pixel).for_each(|(all, value)| all.push(value));
    }
    ring.map(|mut all| {
        let middle = all.len().saturating_sub(1) / 2;
        *all.select_nth_unstable(middle).1
    })
}

/// The mean difference from the background in every cell of the crop's square, from -1 to 1; the square is as wide as the crop's
/// longer side, and beside the crop it is all background.
fn averages(pixels: &RgbImage, crop: Rect, background: [u8; 3]) -> Vec<f32> {
    let side = crop.w.max(crop.h);
    let across = shares((side - crop.w) / 2, crop.w, side);
    let down = shares((side - crop.h) / 2, crop.h, side);
    let mut cells = vec![0.0; SIDE * SIDE * CHANNELS];
    let mut line = [[0f32; 3]; SIDE];
    for y in 0..crop.h {
        line.fill([0.0; 3]);
        for share in &across {
            let pixel = pixels.get_pixel((crop.x + share.pixel) as u32, (crop.y + y) as u32).0;
            for channel in 0..3 {
                let difference = f32::from(pixel[channel]) - f32::from(background[channel]);
                line[share.cell][channel] += share.part * difference;
            }
        }
        for share in down.iter().filter(|share| share.pixel == y) {
            let row = &mut cells[share.cell * SIDE * CHANNELS..][..SIDE * CHANNELS];
            for (cell, values) in row.chunks_exact_mut(CHANNELS).zip(&line) {
                cell.iter_mut().zip(values).for_each(|(sum, value)| *sum += share.part * value / 255.0);
            }
        }
    }
    cells
}

/// How much of a cell one pixel fills.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Share {
    cell: usize,
    pixel: i32,
    part: f32,
}

/// The shares of all pixels of a line that begins `before` pixels into a square's side of `side` pixels.
fn shares(before: i32, length: i32, side: i32) -> Vec<Share> {
    let step = side as f32 / SIDE as f32;
    let mut found = Vec::new();
    for cell in 0..SIDE {
        let begin = step * cell as f32 - before as f32;
        let end = begin + step;
        let pixels = (begin.floor() as i32).max(0)..(end.ceil() as i32).min(length);
        for pixel in pixels {
            let part = (end.min(pixel as f32 + 1.0) - begin.max(pixel as f32)).max(0.0) / step;
            found.push(Share { cell, pixel, part });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    fn square(side: u32, colour: [u8; 3]) -> RgbImage {
        RgbImage::from_pixel(side, side, Rgb(colour))
    }

    #[test]
    fn each_cell_is_filled_by_its_pixels() {
        // Half as many cells as pixels, as many, and twice as many.
        for (side, pixels, part) in [(64, 64, 0.5), (32, 32, 1.0), (16, 32, 1.0)] {
            let shares = shares(0, side, side);
            assert_eq!(shares.len(), pixels as usize, "{side}");
            assert!(shares.iter().all(|share| share.part == part));
        }
        // No whole number of pixels: what is in a cell sums to a cell all the same.
        let shares = shares(0, 45, 45);
        for cell in 0..SIDE {
            let sum: f32 = shares.iter().filter(|share| share.cell == cell).map(|share| share.part).sum();
            assert!((sum - 1.0).abs() < 1e-5, "{cell}: {sum}");
        }
    }

    #[test]
    fn the_mean_is_kept() {
        let mut picture = square(41, [10, 20, 30]);
        for (x, y) in [(5, 5), (20, 11), (33, 30), (34, 30)] {
            picture.put_pixel(x, y, Rgb([210, 20, 130]));
        }
        let cells = averages(&picture, Rect::new(0, 0, 41, 41), [10, 20, 30]);
        let mean = |channel: usize| cells.iter().skip(channel).step_by(CHANNELS).sum::<f32>() / (SIDE * SIDE) as f32;
        assert!((mean(0) - 4.0 * 200.0 / 255.0 / 1681.0).abs() < 1e-6);
        assert!(mean(1).abs() < 1e-6 && (mean(2) - 4.0 * 100.0 / 255.0 / 1681.0).abs() < 1e-6);
    }

    #[test]
    fn beside_a_wide_crop_there_is_background() {
        let picture = square(40, [255, 0, 0]);
        let cells = averages(&picture, Rect::new(0, 10, 40, 20), [0, 0, 0]);
        let row = |y: usize| cells[y * SIDE * CHANNELS];
        assert_eq!([row(0), row(7), row(8), row(23), row(24)], [0.0, 0.0, 1.0, 1.0, 0.0]);
    }

    #[test]
    fn the_background_is_the_border_s_and_contrast_is_scaled() {
        let mut picture = square(20, [200; 3]);
        for (x, y) in (8..12).flat_map(|x| (8..12).map(move |y| (x, y))) {
            picture.put_pixel(x, y, Rgb([180, 190, 200]));
        }
        // A bit of a neighbour.
        picture.put_pixel(6, 9, Rgb([0; 3]));
        assert_eq!(background(&picture, Rect::new(6, 6, 8, 8)), [200; 3]);
        let seen = seen(&picture, Rect::new(8, 8, 4, 4)).unwrap();
        let middle = &seen[(16 * SIDE + 16) * CHANNELS..][..CHANNELS];
        let expected = [-20.0 / 255.0, -10.0 / 255.0, 0.0, 0.1];
        assert!(middle.iter().zip(expected).all(|(found, right)| (found - right).abs() < 1e-6), "{middle:?}");
    }

    #[test]
    fn nothing_is_seen_of_a_blank_area_or_outside() {
        let picture = square(20, [200; 3]);
        assert_eq!(seen(&picture, Rect::new(4, 4, 10, 10)), None);
        assert_eq!(seen(&picture, Rect::new(40, 40, 10, 10)), None);
    }
}
