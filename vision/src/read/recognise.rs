//! What a strip of text says: PP-OCR's recognition, decoded greedily (CTC).

use std::sync::Arc;

use rten::ThreadPool;

use super::ReadError;
use super::models::{self, TextModels};
use super::strip::Strip;

/// The height that the network reads at.
pub(super) const HEIGHT: u32 = 48;

/// Pixels of width for one answer of the network.
pub(super) const STEP: u32 = 8;

/// Narrower pictures are filled up: the network was never shown any.
pub(super) const NARROWEST: u32 = 48;

/// What was read from one crop.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Recognised {
    /// The characters, from left to right, without blanks at either end.
    pub(super) characters: Vec<Character>,
    /// Mean probability of the characters; 0 where there are none.
    pub(super) confidence: f32,
}

/// One character with where it was seen.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Character {
    pub(super) text: String,
    /// Where its middle is: of a strip in pixels, of a crop 0 at its left edge and 1 at its right.
    pub(super) at: f32,
    /// How sure the network is, 0 to 1.
    pub(super) probability: f32,
}

impl Recognised {
    /// What these characters say.
    pub(super) fn of(mut characters: Vec<Character>) -> Self {
        let is_blank = |character: &Character| character.text.trim().is_empty();
        while characters.pop_if(|last| is_blank(last)).is_some() {}
        let blanks = characters.iter().take_while(|character| is_blank(character)).count();
        characters.drain(..blanks);
        let sum: f32 = characters.iter().map(|character| character.probability).sum();
        let confidence = sum / characters.len().max(1) as f32;
        Self { characters, confidence }
    }

    pub(super) fn text(&self) -> String {
        self.characters.iter().map(|character| character.text.as_str()).collect()
    }
}

/// Reads a strip: each of its crops' index with what it says.
pub(super) fn texts(
    models: &TextModels,
    strip: &Strip<'_>,
    pool: &Arc<ThreadPool>,
) -> Result<Vec<(usize, Recognised)>, ReadError> {
    let picture = strip.picture();
    let input = models::input(&picture, picture.width() as usize, HEIGHT as usize);
    let answers = models::run(&models.recognition, input, pool)?;
    Ok(strip.shared_out(decoded(&answers, &models.characters)))
}

/// Takes the most probable class of every answer; repeats and blanks (class 0) are no characters.
fn decoded(answers: &[f32], characters: &[String]) -> Vec<Character> {
    let classes = characters.len() + 1;
    let mut read = Vec::new();
    let mut last = 0;
    for (step, answer) in answers.chunks_exact(classes).enumerate() {
        let (class, probability) = best(answer);
        if class != 0 && class != last {
            let at = (step as f32 + 0.5) * STEP as f32;
            read.push(Character { text: characters[class - 1].clone(), at, probability });
        }
        last = class;
    }
    read
}

fn best(answer: &[f32]) -> (usize, f32) {
    let mut best = (0, f32::MIN);
    for (class, &probability) in answer.iter().enumerate() {
        if probability > best.1 {
            best = (class, probability);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_and_blanks_are_dropped_and_places_kept() {
        let characters: Vec<String> = ["a", "b", " "].map(str::to_owned).into();
        let mut answers = Vec::new();
        for class in [3, 1, 1, 0, 1, 2, 0, 3, 0] {
            answers.extend((0..4).map(|c| if c == class { 0.7 } else { 0.1 }));
        }
        let read = Recognised::of(decoded(&answers, &characters));
        assert_eq!(read.text(), "aab");
        assert!((read.confidence - 0.7).abs() < 1e-6);
        let places: Vec<f32> = read.characters.iter().map(|character| character.at).collect();
        assert_eq!(places, [12.0, 36.0, 44.0]);
    }

    #[test]
    fn nothing_is_read_with_no_confidence() {
        let blank = Character { text: " ".into(), at: 0.0, probability: 0.9 };
        assert_eq!(Recognised::of(vec![blank]), Recognised { characters: vec![], confidence: 0.0 });
    }
}
