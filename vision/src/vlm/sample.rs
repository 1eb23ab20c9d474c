//! Choosing the next token: what the logits are changed by, then the best one or one drawn.

use std::collections::HashSet;

use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};

/// How a token is drawn instead of taking the best.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// Divides the logits; higher is more varied. Greater than 0.
    pub temperature: f32,
    /// Only the most probable tokens that make up this probability are drawn from; 1 is all.
    pub top_p: f32,
    /// Only so many of the most probable tokens are drawn from; 0 is all.
    pub top_k: usize,
    /// The same seed draws the same tokens.
    pub seed: u64,
}

/// Divides the positive and multiplies the negative logits of tokens that occurred, each once.
pub(super) struct RepetitionPenalty {
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
pub(super) enum Sampler {
    /// The best; the first of equal ones.
    Greedy,
    /// One that is drawn.
    Drawn(Sampling, Box<SmallRng>),
}

impl Sampler {
    pub fn new(sampling: Option<Sampling>) -> Self {
        sampling.map_or(Self::Greedy, |how| Self::Drawn(how, Box::new(SmallRng::seed_from_u64(how.seed))))
    }

    pub fn choose(&mut self, logits: &[f32]) -> u32 {
        match self {
            Self::Greedy => best(logits),
            Self::Drawn(how, source) => draw(logits, *how, source.random()),
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

/// The token at `place`, 0 to 1, of the probabilities that are left, the greatest first.
fn draw(logits: &[f32], how: Sampling, place: f32) -> u32 {
    let mut order: Vec<u32> = (0..logits.len() as u32).collect();
    let logit = |token: u32| logits[token as usize];
    order.sort_unstable_by(|&a, &b| logit(b).total_cmp(&logit(a)));
    if how.top_k > 0 {
        order.truncate(how.top_k);
    }
    let Some(&first) = order.first() else { return 0 };
    let weights: Vec<f32> = order.iter().map(|&t| ((logit(t) - logit(first)) / how.temperature).exp()).collect();
    let kept = reach(&weights, weights.iter().sum::<f32>() * how.top_p) + 1;
    let kept = &weights[..kept.min(weights.len())];
    order[reach(kept, kept.iter().sum::<f32>() * place).min(kept.len() - 1)]
}

/// The first place where the sum of the weights reaches `goal`.
fn reach(weights: &[f32], goal: f32) -> usize {
    let mut sum = 0.0;
    weights
        .iter()
        .position(|weight| {
            sum += weight;
            sum >= goal
        })
        .unwrap_or(weights.len().saturating_sub(1))
}

#[cfg(test)]
mod tests {
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
        let how = |top_p, top_k| Sampling { temperature: 1.0, top_p, top_k, seed: 1 };
        // Probabilities, the greatest first: 0.644, 0.237, 0.087, 0.032 of tokens 1, 2, 0, 3.
        let cases = [
            (how(1.0, 0), 0.5, 1),
            (how(1.0, 0), 0.7, 2),
            (how(1.0, 0), 0.999, 3),
            (how(1.0, 2), 0.999, 2),
            (how(0.6, 0), 0.999, 1),
            (how(0.7, 0), 0.999, 2),
        ];
        let wrong: Vec<_> = cases.iter().filter(|(how, place, token)| draw(&logits, *how, *place) != *token).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        assert_eq!(Sampler::new(None).choose(&[1.0, 2.0, 2.0]), 1);
    }
}
