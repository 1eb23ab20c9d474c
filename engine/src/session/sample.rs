//! Choosing the next token: what the logits are changed by, then the best one or one drawn.

use std::collections::HashSet;

use candle_core::{Device, Result, Tensor};
use candle_transformers::generation::{LogitsProcessor, Sampling as Draw};

/// How a token is drawn instead of taking the best.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// Divides the logits; higher is more varied. Greater than 0.
    pub temperature: f32,
    /// Only the most probable tokens that make up this probability, of all tokens, are drawn from; 1 is all.
    pub top_p: f32,
    /// Only so many of the most probable tokens are drawn from; 0 is all.
    pub top_k: usize,
    /// The same seed draws the same tokens.
    pub seed: u64,
}

/// Divides the positive and multiplies the negative logits of tokens that occurred, each once.
pub(crate) struct RepetitionPenalty {
    penalty: f32,
    occurred: HashSet<u32>,
}

impl RepetitionPenalty {
    pub fn new(penalty: f32, occurred: impl Iterator<Item = u32>) -> Self {
        Self { penalty, occurred: occurred.collect() }
    }

    /// Counts a token as occurred.
    pub fn add(&mut self, token: u32) {
        self.occurred.insert(token);
    }

    /// Changes the logits.
    pub fn apply(&self, logits: &mut [f32]) {
        if self.penalty == 1.0 {
            return;
        }
        for &token in &self.occurred {
            if let Some(logit) = logits.get_mut(token as usize) {
                *logit = if *logit < 0.0 { *logit * self.penalty } else { *logit / self.penalty };
            }
        }
    }
}

/// Chooses a token.
pub(crate) enum Sampler {
    /// The best; the first of equal ones.
    Greedy,
    /// One that is drawn.
    Drawn(Box<LogitsProcessor>),
}

impl Sampler {
    pub fn new(sampling: Option<Sampling>) -> Self {
        let Some(Sampling { temperature, top_p, top_k: k, seed }) = sampling else { return Self::Greedy };
        let (temperature, p) = (f64::from(temperature), f64::from(top_p));
        let how = match k {
            0 => Draw::TopP { p, temperature },
            _ => Draw::TopKThenTopP { k, p, temperature },
        };
        Self::Drawn(Box::new(LogitsProcessor::from_sampling(seed, how)))
    }

    /// # Errors
    /// Where the logits are no numbers to draw by.
    pub fn choose(&mut self, logits: &[f32]) -> Result<u32> {
        match self {
            Self::Greedy => Ok(best(logits)),
            Self::Drawn(processor) => processor.sample(&Tensor::new(logits, &Device::Cpu)?),
        }
    }
}

fn best(logits: &[f32]) -> u32 {
    let mut best = 0;
    for (token, logit) in logits.iter().enumerate() {
        if *logit > logits[best] {
            best = token;
        }
    }
    best as u32
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_penalty_counts_once_and_lowers_both_signs() {
        let mut logits = [2.0, -2.0, 3.0];
        let mut penalty = RepetitionPenalty::new(2.0, [0, 0, 9].into_iter());
        penalty.add(1);
        penalty.apply(&mut logits);
        assert_eq!(logits, [1.0, -4.0, 3.0]);
    }

    #[test]
    fn drawing_keeps_to_its_limits() {
        let logits = [1.0, 3.0, 2.0, 0.0];
        // Probabilities, the greatest first: 0.644, 0.237, 0.087, 0.032 of tokens 1, 2, 0, 3.
        let drawn = |top_p, top_k| {
            let mut sampler = Sampler::new(Some(Sampling { temperature: 1.0, top_p, top_k, seed: 1 }));
            (0..300).map(|_| sampler.choose(&logits).unwrap()).collect::<BTreeSet<u32>>()
        };
        assert_eq!(drawn(1.0, 0), BTreeSet::from([0, 1, 2, 3]));
        assert_eq!(drawn(1.0, 2), BTreeSet::from([1, 2]));
        assert_eq!(drawn(0.6, 0), BTreeSet::from([1]));
        assert_eq!(drawn(0.7, 3), BTreeSet::from([1, 2]));
        assert_eq!(Sampler::new(None).choose(&[1.0, 2.0, 2.0]).unwrap(), 1);
        let mut again = Sampler::new(Some(Sampling { temperature: 1.0, top_p: 1.0, top_k: 0, seed: 1 }));
        assert!(again.choose(&[f32::NAN; 4]).is_err());
    }
}
