//! The embedding of tokens, read from the checkpoint's file when it is needed: it takes no memory of its own.

use std::sync::Arc;

use half::{bf16, f16};
use safetensors::Dtype;

use super::super::EngineError;
use super::super::weights::Weights;

/// The numbers that stand for each token.
pub(in super::super) struct Embedding {
    weights: Arc<Weights>,
    name: String,
    hidden: usize,
    dtype: Dtype,
}

impl Embedding {
    /// The weight of that name and shape.
    pub fn new(weights: &Arc<Weights>, roots: &[&str], shape: [usize; 2]) -> Result<Self, EngineError> {
        let part = weights.part(roots);
        let (name, view) = part.find_stored("embed_tokens.weight", &shape)?;
        let dtype = view.dtype();
        if ![Dtype::F32, Dtype::BF16, Dtype::F16].contains(&dtype) {
            return Err(EngineError::Compute(candle_core::Error::msg(format!("{name} is stored as {dtype:?}"))));
        }
        Ok(Self { weights: Arc::clone(weights), name, hidden: shape[1], dtype })
    }

    /// Writes a token's numbers into `row`. A token beyond the vocabulary has none: its row stays as it is.
    pub fn row(&self, token: u32, row: &mut [f32]) {
        let Some(view) = self.weights.view(&self.name) else { return };
        let size = self.hidden * if self.dtype == Dtype::F32 { 4 } else { 2 };
        let Some(bytes) = view.data().get(token as usize * size..).and_then(|rest| rest.get(..size)) else { return };
        match self.dtype {
            Dtype::F32 => fill(row, bytes, f32::from_le_bytes),
            Dtype::BF16 => fill(row, bytes, |two| bf16::from_le_bytes(two).to_f32()),
            _ => fill(row, bytes, |two| f16::from_le_bytes(two).to_f32()),
        }
    }
}

fn fill<const N: usize>(row: &mut [f32], bytes: &[u8], number: impl Fn([u8; N]) -> f32) {
    let (numbers, _) = bytes.as_chunks::<N>();
    row.iter_mut().zip(numbers).for_each(|(value, bytes)| *value = number(*bytes));
}
