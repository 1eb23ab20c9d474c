//! What is done between products, as operations on tensors: by kernels on a card, by the engine's own loops in its place.

#[cfg(feature = "cuda")]
use candle_core::CudaStorage;
use candle_core::{CpuStorage, CustomOp1, CustomOp3, Layout, Result, Shape as Sizes, bail};

use super::Steps;
#[cfg(feature = "cuda")]
use super::launch;
use crate::kernels::activation::Activation;
use crate::kernels::attention::{self, Heads, Shape, Span};
use crate::kernels::norm::Norm;
use crate::kernels::turns::Turns;

/// Rows by their root mean square, or by mean and variance: of x, the weights, and the bias where there is one.
pub(super) struct Normalise {
    pub has_bias: bool,
    pub eps: f32,
}

/// Each head of each row turned: of x, cosines and sines [rows, pairs].
pub(super) struct Turn;

/// act(x), or act(gate) · up of rows that have both.
pub(super) struct Activate {
    pub activation: Activation,
    pub gated: bool,
}

/// Attention: of queries [rows, heads · head], keys and values.
pub(super) struct Attend {
    pub shape: Shape,
    pub steps: Steps,
    pub spans: Vec<Span>,
}

/// A contiguous tensor's numbers.
fn numbers<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    match (storage, layout.contiguous_offsets()) {
        (CpuStorage::F32(all), Some((start, end))) => Ok(&all[start..end]),
        _ => bail!("the engine's operations are for contiguous f32 numbers"),
    }
}

impl CustomOp3 for Normalise {
    fn name(&self) -> &'static str {
        "normalise"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        weight: &CpuStorage,
        weight_layout: &Layout,
        bias: &CpuStorage,
        bias_layout: &Layout,
    ) -> Result<(CpuStorage, Sizes)> {
        let weight = numbers(weight, weight_layout)?.to_vec();
        let bias = if self.has_bias { Some(numbers(bias, bias_layout)?.to_vec()) } else { None };
        let (width, norm) = (weight.len(), Norm::new(weight, bias, f64::from(self.eps)));
        let mut out = numbers(x, x_layout)?.to_vec();
        out.chunks_mut(width).for_each(|row| norm.row(row));
        Ok((CpuStorage::F32(out), x_layout.shape().clone()))
    }

    #[cfg(feature = "cuda")]
    fn cuda_fwd(
        &self,
        x: &CudaStorage,
        x_layout: &Layout,
        weight: &CudaStorage,
        weight_layout: &Layout,
        bias: &CudaStorage,
        bias_layout: &Layout,
    ) -> Result<(CudaStorage, Sizes)> {
        let bias = self.has_bias.then_some((bias, bias_layout));
        launch::normalise((x, x_layout), (weight, weight_layout), bias, self.eps)
    }
}

impl CustomOp3 for Turn {
    fn name(&self) -> &'static str {
        "turn"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        cosines: &CpuStorage,
        cosines_layout: &Layout,
        sines: &CpuStorage,
        sines_layout: &Layout,
    ) -> Result<(CpuStorage, Sizes)> {
        let ((_, width), (_, pairs)) = (x_layout.shape().dims2()?, cosines_layout.shape().dims2()?);
        let tables = [numbers(cosines, cosines_layout)?, numbers(sines, sines_layout)?].map(<[f32]>::to_vec);
        let turns = Turns::of_tables(tables, pairs);
        let mut out = numbers(x, x_layout)?.to_vec();
        for (row, heads) in out.chunks_mut(width).enumerate() {
            heads.chunks_mut(2 * pairs).for_each(|head| turns.turn(row, head));
        }
        Ok((CpuStorage::F32(out), x_layout.shape().clone()))
    }

    #[cfg(feature = "cuda")]
    fn cuda_fwd(
        &self,
        x: &CudaStorage,
        x_layout: &Layout,
        cosines: &CudaStorage,
        cosines_layout: &Layout,
        sines: &CudaStorage,
        sines_layout: &Layout,
    ) -> Result<(CudaStorage, Sizes)> {
        launch::turn((x, x_layout), (cosines, cosines_layout), (sines, sines_layout))
    }
}

impl Activate {
    /// Rows, and the width of what comes out.
    pub(super) fn sizes(&self, layout: &Layout) -> Result<(usize, usize)> {
        let (rows, width) = layout.shape().dims2()?;
        Ok((rows, if self.gated { width / 2 } else { width }))
    }
}

impl CustomOp1 for Activate {
    fn name(&self) -> &'static str {
        "activate"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Sizes)> {
        let (rows, width) = self.sizes(layout)?;
        let x = numbers(x, layout)?;
        let mut out = Vec::with_capacity(rows * width);
        for row in x.chunks(if self.gated { 2 * width } else { width }) {
            let (gate, up) = row.split_at(width);
            let start = out.len();
            out.extend_from_slice(gate);
            self.activation.row(&mut out[start..]);
            out[start..].iter_mut().zip(up).for_each(|(value, up)| *value *= up);
        }
        Ok((CpuStorage::F32(out), Sizes::from((rows, width))))
    }

    #[cfg(feature = "cuda")]
    fn cuda_fwd(&self, x: &CudaStorage, layout: &Layout) -> Result<(CudaStorage, Sizes)> {
        launch::activate(self, (x, layout))
    }
}

impl CustomOp3 for Attend {
    fn name(&self) -> &'static str {
        "attend"
    }

    fn cpu_fwd(
        &self,
        q: &CpuStorage,
        q_layout: &Layout,
        k: &CpuStorage,
        k_layout: &Layout,
        v: &CpuStorage,
        v_layout: &Layout,
    ) -> Result<(CpuStorage, Sizes)> {
        let Shape { heads, head, .. } = self.shape;
        let q = Heads { values: numbers(q, q_layout)?, row_step: heads * head, head_step: head };
        let lying = |values| Heads { values, row_step: self.steps.row, head_step: self.steps.head };
        let (k, v) = (lying(numbers(k, k_layout)?), lying(numbers(v, v_layout)?));
        let out = attention::attend(self.shape, q, k, v, &self.spans);
        Ok((CpuStorage::F32(out), q_layout.shape().clone()))
    }

    #[cfg(feature = "cuda")]
    fn cuda_fwd(
        &self,
        q: &CudaStorage,
        q_layout: &Layout,
        k: &CudaStorage,
        k_layout: &Layout,
        v: &CudaStorage,
        v_layout: &Layout,
    ) -> Result<(CudaStorage, Sizes)> {
        launch::attend(self, (q, q_layout), (k, k_layout), (v, v_layout))
    }
}
