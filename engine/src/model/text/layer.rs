//! One layer of the text model.

use candle_core::{Result, Tensor};

use super::experts::Experts;
use crate::kernels::activation::Activation;
use crate::kernels::attention::{self, Heads, Span};
use crate::kernels::host;
use crate::kernels::linear::Linear;
use crate::kernels::norm::Norm;
use crate::kernels::turns::Turns;
use crate::model::config::TextConfig;
use crate::model::kv::KvStore;

/// A layer of any family.
pub(super) struct Layer {
    pub norms: [Norm; 2],
    /// Queries, keys and values, one after the other.
    pub qkv: Linear,
    /// For each head of queries and of keys, where the family has it.
    pub head_norms: Option<[Norm; 2]>,
    pub out: Linear,
    pub network: FeedForward,
    pub config: TextConfig,
}

/// What follows attention.
pub(super) enum FeedForward {
    One(Gated),
    Experts(Experts),
}

/// down(act(gate(x)) · up(x))
pub(super) struct Gated {
    pub gate_up: Linear,
    pub down: Linear,
    pub activation: Activation,
}

impl Gated {
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        self.down.forward(&self.activation.gated(&self.gate_up.forward(x)?)?)
    }
}

impl Layer {
    /// The rows behind this layer; their keys and values are in the store.
    pub fn forward(&self, number: usize, x: &Tensor, turns: &Turns, kv: &mut KvStore) -> Result<Tensor> {
        let y = self.attend(number, &self.norms[0].forward(x)?, turns, kv)?;
        host::add(&y, x)?;
        let inner = self.norms[1].forward(&y)?;
        let z = match &self.network {
            FeedForward::One(gated) => gated.forward(&inner)?,
            FeedForward::Experts(experts) => experts.forward(&inner)?,
        };
        host::add(&z, &y)?;
        Ok(z)
    }

    fn attend(&self, number: usize, x: &Tensor, turns: &Turns, kv: &mut KvStore) -> Result<Tensor> {
        let shape = self.config.shape();
        let (rows, q_width, kv_width) = (x.dim(0)?, shape.heads * shape.head, shape.kv_heads * shape.head);
        let width = q_width + 2 * kv_width;
        let qkv = self.qkv.forward(x)?;
        host::edit(&qkv, |values| {
            host::each_row(values, width, |row, values| self.turn(row, &mut values[..q_width + kv_width], turns));
        })?;
        let seen = host::read(&qkv, |qkv| {
            for (row, values) in qkv.chunks(width).enumerate() {
                let (keys, values) = values[q_width..].split_at(kv_width);
                kv.write(number, 0, kv.len() + row, keys);
                kv.write(number, 1, kv.len() + row, values);
            }
            let span = Span { rows: 0..rows, keys: 0..kv.len() + rows, causal: true };
            let q = Heads { values: qkv, row_step: width, head_step: shape.head };
            let [k, v] = kv.layer(number);
            attention::attend(shape, q, k, v, &[span])
        })?;
        self.out.forward(&Tensor::from_vec(seen, (rows, q_width), x.device())?)
    }

    /// Normalises, where the family does, and turns each head of a row's queries and keys.
    fn turn(&self, row: usize, heads: &mut [f32], turns: &Turns) {
        for (n, head) in heads.chunks_mut(self.config.head).enumerate() {
            if let Some([queries, keys]) = &self.head_norms {
                if n < self.config.heads { queries.row(head) } else { keys.row(head) }
            }
            turns.turn(row, head);
        }
    }
}
