//! One block of the tower: attention, then a network, each on normalised rows and added to them.

use candle_core::{Result, Tensor};

use crate::kernels::activation::Activation;
use crate::kernels::attention::{self, Heads, Shape, Span};
use crate::kernels::host;
use crate::kernels::linear::Linear;
use crate::kernels::norm::Norm;
use crate::kernels::turns::Turns;

/// Rows that go through the network at a time: between its layers they are some times as wide.
const TOGETHER: usize = 512;

/// A block of any family.
pub(super) struct Block {
    pub norms: [Norm; 2],
    pub qkv: Linear,
    pub out: Linear,
    pub network: BlockMlp,
    pub heads: usize,
}

/// What follows attention.
pub(super) enum BlockMlp {
    /// The first layer gives gate and value.
    Gated { first: Linear, activation: Activation, second: Linear },
    /// The first layer's output goes through the activation.
    Plain { first: Linear, activation: Activation, second: Linear },
}

impl BlockMlp {
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        match self {
            Self::Gated { first, activation, second } => second.forward(&activation.gated(&first.forward(x)?)?),
            Self::Plain { first, activation, second } => {
                let x = first.forward(x)?;
                activation.apply(&x)?;
                second.forward(&x)
            }
        }
    }
}

impl Block {
    pub fn forward(&self, x: &Tensor, turns: &Turns, spans: &[Span]) -> Result<Tensor> {
        let y = self.attend(x, turns, spans)?;
        host::add(&y, x)?;
        let (z, rows) = (y.zeros_like()?, y.dim(0)?);
        for start in (0..rows).step_by(TOGETHER) {
            let part = self.norms[1].forward(&y.narrow(0, start, TOGETHER.min(rows - start))?)?;
            z.slice_set(&self.network.forward(&part)?, 0, start)?;
        }
        host::add(&z, &y)?;
        Ok(z)
    }

    fn attend(&self, x: &Tensor, turns: &Turns, spans: &[Span]) -> Result<Tensor> {
        let (rows, hidden) = x.dims2()?;
        let head = hidden / self.heads;
        let qkv = self.qkv.forward(&self.norms[0].forward(x)?)?;
        host::edit(&qkv, |values| {
            host::each_row(values, 3 * hidden, |row, values| {
                values[..2 * hidden].chunks_mut(head).for_each(|head| turns.turn(row, head));
            });
        })?;
        let shape = Shape { heads: self.heads, kv_heads: self.heads, head };
        let seen = host::read(&qkv, |qkv| {
            let part = |n: usize| Heads { values: &qkv[n * hidden..], row_step: 3 * hidden, head_step: head };
            attention::attend(shape, part(0), part(1), part(2), spans)
        })?;
        drop(qkv);
        self.out.forward(&Tensor::from_vec(seen, (rows, hidden), x.device())?)
    }
}
