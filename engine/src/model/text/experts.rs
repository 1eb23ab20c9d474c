//! A mixture of experts: a few of many networks see each token.

use candle_core::{Device, Result, Tensor};

use super::layer::Gated;
use crate::kernels::host;
use crate::kernels::linear::Linear;

/// The experts of one layer.
pub(super) struct Experts {
    /// Says how well each expert suits a token.
    pub router: Linear,
    pub experts: Vec<Gated>,
    /// How many see a token.
    pub chosen: usize,
}

/// A row and how much the expert's answer counts for it.
pub(super) type Share = (u32, f32);

impl Experts {
    /// The chosen experts' answers for each row, weighed.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let (rows, hidden) = x.dims2()?;
        let shares = host::read(&self.router.forward(x)?, |logits| shares(logits, self.experts.len(), self.chosen))?;
        let sum = Tensor::zeros((rows, hidden), x.dtype(), x.device())?;
        for (expert, shares) in self.experts.iter().zip(shares).filter(|(_, shares)| !shares.is_empty()) {
            let mine: Vec<u32> = shares.iter().map(|(row, _)| *row).collect();
            let answer = expert.forward(&x.index_select(&Tensor::new(mine, &Device::Cpu)?, 0)?)?;
            host::read(&answer, |answer| {
                host::edit(&sum, |sum| {
                    for ((row, share), answer) in shares.iter().zip(answer.chunks(hidden)) {
                        let sum = &mut sum[*row as usize * hidden..][..hidden];
                        sum.iter_mut().zip(answer).for_each(|(sum, answer)| *sum += share * answer);
                    }
                })
            })??;
        }
        Ok(sum)
    }
}

/// For each expert, its rows: the `chosen` best of each row, their probabilities made to sum up to one.
pub(super) fn shares(logits: &[f32], experts: usize, chosen: usize) -> Vec<Vec<Share>> {
    let mut shares = vec![Vec::new(); experts];
    for (row, logits) in logits.chunks(experts).enumerate() {
        let mut order: Vec<usize> = (0..logits.len()).collect();
        order.sort_by(|&a, &b| logits[b].total_cmp(&logits[a]));
        order.truncate(chosen);
        let best = logits[order[0]];
        let weight = |expert: usize| (logits[expert] - best).exp();
        let all: f32 = order.iter().map(|&expert| weight(expert)).sum();
        for expert in order {
            shares[expert].push((row as u32, weight(expert) / all));
        }
    }
    shares
}
