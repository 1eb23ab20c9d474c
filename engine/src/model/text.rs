//! The text model: tokens, and the tokens of pictures among them, become the logits of the next token.

use candle_core::{Device, Result, Tensor};

use super::config::TextConfig;
use super::kv::KvStore;
use super::observe::{Observer, Stage};
use crate::kernels::host;
use crate::kernels::linear::Linear;
use crate::kernels::norm::Norm;
use crate::kernels::turns::Turns;

mod embedding;
mod experts;
mod gpu;
mod layer;
mod load;

use embedding::Embedding;
use layer::Layer;

pub(crate) use gpu::{GpuKv, GpuText};

/// The text model of any family.
pub(crate) struct TextModel {
    config: TextConfig,
    embedding: Embedding,
    layers: Vec<Layer>,
    norm: Norm,
    head: Linear,
}

/// Tokens that are read together.
pub(crate) struct Chunk<'a> {
    /// Time, height and width of each.
    pub positions: &'a [[u32; 3]],
    /// The tokens, embedded: [tokens, hidden].
    pub embedded: Tensor,
    /// What is added to the tokens behind the first layers: a layer's rows, each with the token that it is for.
    pub deepstack: Vec<Vec<(usize, Vec<f32>)>>,
}

impl TextModel {
    /// A token's embedding is written into `row`.
    pub fn embed(&self, token: u32, row: &mut [f32]) {
        self.embedding.row(token, row);
    }

    /// The architecture.
    pub fn config(&self) -> &TextConfig {
        &self.config
    }

    /// Reads the tokens behind those that the store has: [tokens, hidden], before the last normalisation.
    pub fn forward(&self, chunk: &Chunk, kv: &mut KvStore, seen: Observer) -> Result<Tensor> {
        let turns = Turns::of_positions(&self.config, chunk.positions);
        let mut x = chunk.embedded.clone();
        for (number, layer) in self.layers.iter().enumerate() {
            x = layer.forward(number, &x, &turns, kv)?;
            seen(Stage::Layer(number), &x)?;
            if let Some(rows) = chunk.deepstack.get(number) {
                self.add_rows(&x, rows)?;
            }
        }
        kv.advance(chunk.positions.len());
        Ok(x)
    }

    /// The logits behind each of these rows of [`Self::forward`]: [rows, vocabulary].
    pub fn logits(&self, x: &Tensor) -> Result<Tensor> {
        self.head.forward(&self.norm.forward(x)?)
    }

    fn add_rows(&self, x: &Tensor, rows: &[(usize, Vec<f32>)]) -> Result<()> {
        let hidden = self.config.hidden;
        host::edit(x, |x| rows.iter().for_each(|(token, row)| host::sum(&mut x[token * hidden..][..hidden], row)))
    }
}

/// The tensor of rows that are made one by one.
pub(crate) fn rows(count: usize, width: usize, mut row: impl FnMut(usize, &mut [f32])) -> Result<Tensor> {
    let mut values = vec![0f32; count * width];
    values.chunks_mut(width).enumerate().for_each(|(n, values)| row(n, values));
    Tensor::from_vec(values, (count, width), &Device::Cpu)
}
