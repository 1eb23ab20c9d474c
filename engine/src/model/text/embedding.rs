//! The embedding of tokens: read from the checkpoint's file when it is needed, so that it takes no memory of its own, or
//! taken from quantised rows.

use std::sync::Arc;

use candle_core::quantized::{GgmlDType, QTensor, ggml_file};
use candle_core::{Device, Result};
use half::{bf16, f16};
use safetensors::Dtype;

use crate::EngineError;
use crate::kernels::host;
use crate::load::weights::Weights;

/// The numbers that stand for each token.
pub(crate) enum Embedding {
    /// In the checkpoint's file.
    Stored { weights: Arc<Weights>, name: String, hidden: usize, dtype: Dtype },
    /// In memory, row by row in blocks.
    Quantized { bytes: Vec<u8>, kind: GgmlDType, hidden: usize },
}

impl Embedding {
    /// The weight of that name and shape.
    pub fn new(weights: &Arc<Weights>, roots: &[&str], shape: [usize; 2]) -> std::result::Result<Self, EngineError> {
        let part = weights.part(roots);
        if let Some((gguf, name)) = part.in_gguf("embed_tokens.weight") {
            return Ok(Self::quantized(&gguf.weight(&name, &shape)?, shape[1])?);
        }
        let (name, view) = part.find_stored("embed_tokens.weight", &shape)?;
        let dtype = view.dtype();
        if ![Dtype::F32, Dtype::BF16, Dtype::F16].contains(&dtype) {
            return Err(EngineError::Compute(candle_core::Error::msg(format!("{name} is stored as {dtype:?}"))));
        }
        Ok(Self::Stored { weights: Arc::clone(weights), name, hidden: shape[1], dtype })
    }

    fn quantized(weight: &QTensor, hidden: usize) -> Result<Self> {
        let kind = weight.dtype();
        if !hidden.is_multiple_of(kind.block_size()) {
            candle_core::bail!("rows of {hidden} are no whole blocks of {kind:?}");
        }
        Ok(Self::Quantized { bytes: weight.data()?.into_owned(), kind, hidden })
    }

    /// Writes a token's numbers into `row`. A token beyond the vocabulary has none: its row stays as it is.
    pub fn row(&self, token: u32, row: &mut [f32]) {
        match self {
            Self::Stored { weights, name, hidden, dtype } => {
                let Some(view) = weights.view(name) else { return };
                let size = hidden * if *dtype == Dtype::F32 { 4 } else { 2 };
                let Some(bytes) = part(view.data(), token, size) else { return };
                match dtype {
                    Dtype::F32 => fill(row, bytes, f32::from_le_bytes),
                    Dtype::BF16 => fill(row, bytes, |two| bf16::from_le_bytes(two).to_f32()),
                    _ => fill(row, bytes, |two| f16::from_le_bytes(two).to_f32()),
                }
            }
            Self::Quantized { bytes, kind, hidden } => {
                let size = hidden / kind.block_size() * kind.type_size();
                let Some(bytes) = part(bytes, token, size) else { return };
                // The blocks are whole, as was checked when they were loaded: nothing is left to fail.
                let _ = widened(bytes, *kind, row);
            }
        }
    }
}

fn part(bytes: &[u8], token: u32, size: usize) -> Option<&[u8]> {
    bytes.get(token as usize * size..)?.get(..size)
}

fn widened(bytes: &[u8], kind: GgmlDType, row: &mut [f32]) -> Result<()> {
    let blocks = ggml_file::qtensor_from_ggml(kind, bytes, vec![row.len()], &Device::Cpu)?;
    host::read(&blocks.dequantize(&Device::Cpu)?, |values| row.copy_from_slice(values))
}

fn fill<const N: usize>(row: &mut [f32], bytes: &[u8], number: impl Fn([u8; N]) -> f32) {
    let (numbers, _) = bytes.as_chunks::<N>();
    row.iter_mut().zip(numbers).for_each(|(value, bytes)| *value = number(*bytes));
}
