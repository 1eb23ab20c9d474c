//! What computes on a graphics card: matrices that lie there, and what is done between their products.
//!
//! A model is first read as the processor has it, its weights still in the files, and then put on the card whole: activations
//! stay there from the first layer to the last. With the processor in the card's place the same code is tested against the
//! goldens; the card's own kernels are compared with the processor's loops by a test that runs them there.

use candle_core::{DType, Device, Result, Tensor};

use crate::kernels::activation::Activation;
use crate::kernels::attention::{Shape, Span};
use crate::kernels::linear::Linear;
use crate::kernels::norm::Norm;
use crate::kernels::turns::Turns;

mod check;
pub(crate) mod device;
#[cfg(test)]
mod emulated;
#[cfg(feature = "cuda")]
mod launch;
mod operations;
#[cfg(any(test, feature = "cuda"))]
mod tiles;

use operations::{Activate, Attend, Normalise, Turn};

pub(crate) use check::differing;

/// A graphics card, and in which numbers its matrices are.
#[derive(Debug, Clone)]
pub(crate) struct Gpu {
    pub device: Device,
    pub dtype: DType,
}

impl Gpu {
    /// A tensor of f32, there.
    pub fn put(&self, tensor: &Tensor) -> Result<Tensor> {
        tensor.to_device(&self.device)
    }

    fn row(&self, numbers: &[f32]) -> Result<Tensor> {
        Tensor::new(numbers, &self.device)
    }
}

/// A linear layer.
pub(crate) struct GpuMatrix {
    /// [inputs, outputs]
    weight: Tensor,
    bias: Option<Tensor>,
}

impl GpuMatrix {
    /// The layer, put on the card.
    pub fn of(linear: &Linear, gpu: &Gpu) -> Result<Self> {
        let weight = linear.weight()?.to_dtype(gpu.dtype)?.to_device(&gpu.device)?.t()?;
        Ok(Self { weight, bias: linear.bias().map(|bias| gpu.row(bias)).transpose()? })
    }

    /// [rows, inputs] becomes [rows, outputs].
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let y = x.to_dtype(self.weight.dtype())?.matmul(&self.weight)?.to_dtype(DType::F32)?;
        self.bias.as_ref().map_or(Ok(y.clone()), |bias| y.broadcast_add(bias))
    }
}

/// A normalisation.
pub(crate) struct GpuNorm {
    weight: Tensor,
    bias: Option<Tensor>,
    eps: f32,
}

impl GpuNorm {
    /// The normalisation, put on the card.
    pub fn of(norm: &Norm, gpu: &Gpu) -> Result<Self> {
        let (weight, bias, eps) = norm.parts();
        Ok(Self { weight: gpu.row(weight)?, bias: bias.map(|bias| gpu.row(bias)).transpose()?, eps })
    }

    /// The rows, normalised; rows are as wide as the weight.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let operation = Normalise { has_bias: self.bias.is_some(), eps: self.eps };
        x.apply_op3_no_bwd(&self.weight, self.bias.as_ref().unwrap_or(&self.weight), &operation)
    }
}

/// Cosines and sines of all rows.
pub(crate) struct GpuTurns([Tensor; 2]);

impl GpuTurns {
    /// The turns, put on the card.
    pub fn of(turns: &Turns, gpu: &Gpu) -> Result<Self> {
        let [cosines, sines] = turns.tables()?;
        Ok(Self([gpu.put(&cosines)?, gpu.put(&sines)?]))
    }

    /// [rows, heads · head], each head turned.
    pub fn turn(&self, x: &Tensor) -> Result<Tensor> {
        let [cosines, sines] = &self.0;
        x.apply_op3_no_bwd(cosines, sines, &Turn)
    }
}

/// act(gate) · up, where each row has the gate's numbers, then those of `up`.
pub(crate) fn gated(activation: Activation, x: &Tensor) -> Result<Tensor> {
    x.apply_op1_no_bwd(&Activate { activation, gated: true })
}

/// act(x)
pub(crate) fn activated(activation: Activation, x: &Tensor) -> Result<Tensor> {
    x.apply_op1_no_bwd(&Activate { activation, gated: false })
}

/// How keys and values lie in their tensors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Steps {
    /// From a row to the next, in numbers.
    pub row: usize,
    /// From a head to the next.
    pub head: usize,
}

/// Softmax(q · kᵀ / √head) · v for the spans, which make up all rows of `q`: [rows, heads · head].
pub(crate) fn attend(shape: Shape, steps: Steps, spans: &[Span], [q, k, v]: [&Tensor; 3]) -> Result<Tensor> {
    q.apply_op3_no_bwd(k, v, &Attend { shape, steps, spans: spans.to_vec() })
}
