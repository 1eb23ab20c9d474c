//! Names of icons: which of some hundreds of meanings the drawing in a box has, from its pixels alone.
//!
//! A small network that is part of the program (`vision/icons/README.md`, made by `vision/train/icons`).

use std::sync::LazyLock;

use image::RgbImage;

use crate::geometry::Rect;

mod crop;
mod meanings;
mod network;
#[cfg(test)]
mod tests;
mod weights;

pub use meanings::Meaning;
use network::Network;
pub use weights::ModelError;

/// From this probability on a meaning can be acted on: of the icons of themes that training never saw, few are taken for
/// something else with as much (the model card has the figures).
pub const SURE: f32 = 0.97;

/// Guesses that are given, the most likely first.
pub const GUESSES: usize = 5;

/// Longest side of a box that is looked at, in pixels: what is larger is a picture, not an icon.
const LARGEST: i32 = 160;

/// Shortest of both sides: a dash is three pixels high, and what is smaller is a speck.
const SMALLEST: (i32, i32) = (2, 6);

static NETWORK: LazyLock<Result<Network, ModelError>> =
    LazyLock::new(|| Network::load(include_bytes!("../icons/model.bin"), meanings::count()));

/// A meaning and how likely it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guess {
    /// What is meant.
    pub meaning: Meaning,
    /// From 0 to 1; those of all meanings sum to 1.
    pub probability: f32,
}

/// What an icon may mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IconGuess {
    /// The most likely first; that it is no icon can be one of them.
    pub best: [Guess; GUESSES],
}

impl IconGuess {
    /// What it means, where that is sure and it is an icon at all.
    pub fn sure(&self) -> Option<Meaning> {
        let [best, ..] = self.best;
        (best.probability >= SURE && !best.meaning.is_none()).then_some(best.meaning)
    }

    /// How likely it is that people call it so: all meanings among the guesses that have this word.
    pub fn called(&self, word: &str) -> f32 {
        self.best.iter().filter(|guess| guess.meaning.is_called(word)).map(|guess| guess.probability).sum()
    }
}

/// What the drawing in a box means; nothing where there is no drawing, or where it is too small or too large for an icon.
///
/// The box is best as tight as it can be; a pixel or two, or a button's whole area, do no harm.
pub fn classify(pixels: &RgbImage, area: Rect) -> Option<IconGuess> {
    let bounds = Rect::new(0, 0, pixels.width() as i32, pixels.height() as i32);
    let area = area.intersection(&bounds);
    let (short, long) = (area.w.min(area.h), area.w.max(area.h));
    if short < SMALLEST.0 || long < SMALLEST.1 || long > LARGEST {
        return None;
    }
    let network = NETWORK.as_ref().ok()?;
    let seen = crop::seen(pixels, area)?;
    Some(best(&network.run(&seen)))
}

/// The most likely of all classes.
fn best(logits: &[f32]) -> IconGuess {
    let greatest = logits.iter().copied().fold(f32::MIN, f32::max);
    let chances: Vec<f32> = logits.iter().map(|logit| (logit - greatest).exp()).collect();
    let total: f32 = chances.iter().sum();
    let mut best = [Guess { meaning: Meaning::none(), probability: 0.0 }; GUESSES];
    for (class, chance) in chances.iter().enumerate() {
        let probability = chance / total;
        let at = best.partition_point(|guess| guess.probability >= probability);
        if at < GUESSES {
            best[at..].rotate_right(1);
            best[at] = Guess { meaning: Meaning::of(class), probability };
        }
    }
    IconGuess { best }
}
