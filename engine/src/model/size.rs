//! The size that a picture is brought to before a model sees it.

use super::config::PictureRule;
use crate::EngineError;

/// One side may be at most so many times the other.
const MOST_RATIO: u32 = 200;

impl PictureRule {
    /// Width and height that a picture of `width` x `height` pixels is resized to.
    ///
    /// Both are multiples of the factor, their product is between the limits where that is possible, and the
    /// proportions are kept as far as that leaves. A half is rounded to the even neighbour, as Python does.
    ///
    /// # Errors
    /// [`EngineError::Picture`] for an empty picture or one more than 200 times as long as it is wide.
    pub fn resized(&self, width: u32, height: u32) -> Result<(u32, u32), EngineError> {
        let refuse = |reason| Err(EngineError::Picture { width, height, reason });
        if width == 0 || height == 0 {
            return refuse("it is empty");
        }
        if f64::from(width.max(height)) / f64::from(width.min(height)) > f64::from(MOST_RATIO) {
            return refuse("one side is more than 200 times the other");
        }
        let factor = f64::from(self.factor);
        let sides = [f64::from(height), f64::from(width)];
        let near = sides.map(|side| (side / factor).round_ties_even() * factor);
        let [height, width] = match (near[0] * near[1], sides[0] * sides[1]) {
            (pixels, all) if pixels > self.max_pixels as f64 => {
                let beta = (all / self.max_pixels as f64).sqrt();
                sides.map(|side| factor.max((side / beta / factor).floor() * factor))
            }
            (pixels, all) if pixels < self.min_pixels as f64 => {
                let beta = (self.min_pixels as f64 / all).sqrt();
                sides.map(|side| (side * beta / factor).ceil() * factor)
            }
            _ => near,
        };
        Ok((width as u32, height as u32))
    }

    /// Tokens that a picture of this size takes in a prompt.
    ///
    /// # Errors
    /// As [`Self::resized`].
    pub fn tokens(&self, width: u32, height: u32) -> Result<u32, EngineError> {
        let (width, height) = self.resized(width, height)?;
        Ok((width / self.factor) * (height / self.factor))
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::*;

    fn rule(factor: u32, min_pixels: u64, max_pixels: u64) -> PictureRule {
        PictureRule { factor, min_pixels, max_pixels, mean: [0.0; 3], std: [1.0; 3] }
    }

    #[test]
    fn known_sizes() {
        // Height and width before and after, as the families' own code gives them.
        let cases = [
            ((1080, 1920), (1092, 1932)),
            ((1440, 2560), (1428, 2548)),
            ((2160, 3840), (2156, 3836)),
            ((768, 1366), (756, 1372)),
            ((800, 1280), (812, 1288)),
            ((4320, 7680), (2688, 4760)),
        ];
        let rule = rule(28, 3136, 12_845_056);
        let resized = |(h, w)| rule.resized(w, h).map(|(w, h)| (h, w)).unwrap();
        let wrong: Vec<_> = cases.iter().filter(|(from, to)| resized(*from) != *to).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn every_size_is_as_the_reference_gives_it() {
        let mut wrong = Vec::new();
        for line in include_str!("../../goldens/grids.txt").lines() {
            let mut words = line.split(' ');
            let mut number = || words.next().unwrap().parse::<u64>().unwrap();
            let rule = rule(number() as u32, number(), number());
            let mut digest = Sha256::new();
            for (height, width) in (56..=2200).flat_map(|h| (56..=2200).map(move |w| (h, w))) {
                let (w, h) = rule.resized(width, height).unwrap();
                digest.update(((h / rule.factor) as u16).to_le_bytes());
                digest.update(((w / rule.factor) as u16).to_le_bytes());
            }
            let found: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
            if Some(found.as_str()) != words.next() {
                wrong.push(line);
            }
        }
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn what_cannot_be_shown_is_refused() {
        let rule = rule(28, 3136, 12_845_056);
        let said = [(0, 5), (2010, 10)].map(|(w, h)| rule.resized(w, h).unwrap_err().to_string());
        assert!(said[0].contains("0x5") && said[0].contains("empty"), "{said:?}");
        assert!(said[1].contains("2010x10") && said[1].contains("200 times"), "{said:?}");
        assert!(rule.resized(2000, 10).is_ok());
    }
}
