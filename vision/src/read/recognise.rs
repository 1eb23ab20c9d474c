//! What a line of text says: PP-OCR's recognition of one crop, decoded greedily (CTC).

use image::RgbImage;

use super::models::TextModels;
use super::network::Answer;
use super::resize;

/// The height that the network reads at.
const HEIGHT: u32 = 48;

/// Pixels of width for one answer of the network.
const STEP: u32 = 8;

/// Narrower crops are filled up with grey: the network was never shown any. A sign alone is read with more confidence at this
/// width than at half of it (a calculator's `+` 0.92 and 0.73, `<-` 0.92 and, misread, 0.71), no less than at twice.
const NARROWEST: u32 = 96;

/// What was read from one crop.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Recognised {
    /// The characters, each with where its middle is: 0 at the crop's left edge, 1 at its right.
    pub(super) characters: Vec<(String, f32)>,
    /// Mean probability of the characters.
    pub(super) confidence: f32,
}

impl Recognised {
    pub(super) fn text(&self) -> String {
        self.characters.iter().map(|(c, _)| c.as_str()).collect()
    }
}

/// Reads one crop.
pub(super) fn text(models: &TextModels, crop: &RgbImage) -> Recognised {
    let width = (crop.width() as f64 * f64::from(HEIGHT) / f64::from(crop.height().max(1))).round() as u32;
    let width = width.clamp(1, 4096);
    let resized = resize::to(crop, width, HEIGHT);
    let padded = width.max(NARROWEST).next_multiple_of(STEP);
    let answers = models.recognition.answers(&resized, padded as usize);
    decoded(&answers, &models.characters, padded as f32 / width as f32)
}

/// What the classes of the columns say: repeats and blanks (class 0) are no characters.
fn decoded(answers: &[Answer], characters: &[String], stretch: f32) -> Recognised {
    let mut read = Recognised { characters: Vec::new(), confidence: 0.0 };
    let mut last = 0;
    for (step, &Answer { class, probability }) in answers.iter().enumerate() {
        if class != 0 && class != last {
            let middle = (step as f32 + 0.5) / answers.len() as f32 * stretch;
            read.characters.push((characters[class - 1].clone(), middle.min(1.0)));
            read.confidence += probability;
        }
        last = class;
    }
    read.confidence /= read.characters.len().max(1) as f32;
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_and_blanks_are_dropped_and_places_kept() {
        let characters: Vec<String> = ["a", "b"].map(str::to_owned).into();
        let answers = [1, 1, 0, 1, 2, 0, 0, 0].map(|class| Answer { class, probability: 0.8 });
        let read = decoded(&answers, &characters, 2.0);
        assert_eq!(read.text(), "aab");
        assert!((read.confidence - 0.8).abs() < 1e-6);
        let places: Vec<f32> = read.characters.iter().map(|(_, at)| *at).collect();
        assert_eq!(places, [0.125, 0.875, 1.0]);
    }
}
