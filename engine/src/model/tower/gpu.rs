//! The tower on a graphics card: the same stages, activations staying there from the patches to the tokens.

use candle_core::{Device, Result, Tensor};

use super::block::{Block, BlockMlp};
use super::positions::Table;
use super::{Features, Order, Tower, by_blocks, turns};
use crate::gpu::{self, Gpu, GpuMatrix, GpuNorm, GpuTurns, Steps};
use crate::kernels::activation::Activation;
use crate::kernels::attention::{Shape, Span};
use crate::kernels::host;
use crate::model::config::VisionConfig;
use crate::model::grid::Grid;
use crate::model::merger::{self, Merger};
use crate::model::observe::{Observer, Stage};
use crate::model::preprocess::Patches;

/// A tower whose weights lie on a card.
pub(crate) struct GpuTower {
    gpu: Gpu,
    config: VisionConfig,
    embed: GpuMatrix,
    table: Option<Table>,
    blocks: Vec<GpuBlock>,
    merger: GpuMerger,
    deepstack: Vec<GpuMerger>,
}

impl GpuTower {
    /// The tower, put on the card.
    pub fn of(tower: Tower, gpu: &Gpu) -> Result<Self> {
        Ok(Self {
            embed: GpuMatrix::of(&tower.embed, gpu)?,
            blocks: tower.blocks.iter().map(|block| GpuBlock::of(block, gpu)).collect::<Result<_>>()?,
            merger: GpuMerger::of(&tower.merger, gpu)?,
            deepstack: tower.deepstack.iter().map(|merger| GpuMerger::of(merger, gpu)).collect::<Result<_>>()?,
            config: tower.config,
            table: tower.table,
            gpu: gpu.clone(),
        })
    }

    /// Encodes a picture; the tokens are the processor's.
    pub fn forward(&self, patches: &Patches, seen: Observer) -> Result<Features> {
        let grid = patches.grid;
        let order = Order::new(&self.config, grid);
        let mut x = self.embed.forward(&self.gpu.put(&patches.values)?)?;
        seen(Stage::Embedded, &x)?;
        if let Some(table) = &self.table {
            x = (x + self.gpu.put(&stretched(table, grid)?)?)?;
        }
        if let Some(blocks) = &order.blocks {
            x = by_blocks(&x, grid, blocks)?;
        }
        let turns = GpuTurns::of(&turns(&self.config, grid, &order), &self.gpu)?;
        let mut deepstack = Vec::new();
        for (number, block) in self.blocks.iter().enumerate() {
            x = block.forward(&x, &turns, order.spans(&self.config, number))?;
            seen(Stage::Block(number), &x)?;
            if let Some(n) = self.config.deepstack.iter().position(|&block| block == number) {
                deepstack.push(self.deepstack[n].forward(&x)?.to_device(&Device::Cpu)?);
                seen(Stage::Deepstack(n), &deepstack[deepstack.len() - 1])?;
            }
        }
        let mut tokens = self.merger.forward(&x)?.to_device(&Device::Cpu)?;
        seen(Stage::Merged, &tokens)?;
        if let Some(back) = order.back {
            tokens = tokens.index_select(&Tensor::new(back, &Device::Cpu)?, 0)?;
        }
        Ok(Features { tokens, deepstack })
    }
}

/// What the table adds to each patch.
fn stretched(table: &Table, grid: Grid) -> Result<Tensor> {
    let sum = Tensor::zeros((grid.patches(), table.hidden), candle_core::DType::F32, &Device::Cpu)?;
    host::edit(&sum, |values| table.add(grid, values))?;
    Ok(sum)
}

struct GpuBlock {
    norms: [GpuNorm; 2],
    qkv: GpuMatrix,
    out: GpuMatrix,
    first: GpuMatrix,
    activation: Activation,
    gated: bool,
    second: GpuMatrix,
    heads: usize,
}

impl GpuBlock {
    fn of(block: &Block, gpu: &Gpu) -> Result<Self> {
        let (first, activation, second, gated) = match &block.network {
            BlockMlp::Gated { first, activation, second } => (first, *activation, second, true),
            BlockMlp::Plain { first, activation, second } => (first, *activation, second, false),
        };
        let [before, between] = &block.norms;
        Ok(Self {
            norms: [GpuNorm::of(before, gpu)?, GpuNorm::of(between, gpu)?],
            qkv: GpuMatrix::of(&block.qkv, gpu)?,
            out: GpuMatrix::of(&block.out, gpu)?,
            first: GpuMatrix::of(first, gpu)?,
            activation,
            gated,
            second: GpuMatrix::of(second, gpu)?,
            heads: block.heads,
        })
    }

    fn forward(&self, x: &Tensor, turns: &GpuTurns, spans: &[Span]) -> Result<Tensor> {
        let y = (self.attend(&self.norms[0].forward(x)?, turns, spans)? + x)?;
        let inner = self.first.forward(&self.norms[1].forward(&y)?)?;
        let activate = if self.gated { gpu::gated } else { gpu::activated };
        self.second.forward(&activate(self.activation, &inner)?)? + y
    }

    fn attend(&self, x: &Tensor, turns: &GpuTurns, spans: &[Span]) -> Result<Tensor> {
        let hidden = x.dim(1)?;
        let qkv = self.qkv.forward(x)?;
        let part = |n: usize| qkv.narrow(1, n * hidden, hidden)?.contiguous();
        let (q, k, v) = (turns.turn(&part(0)?)?, turns.turn(&part(1)?)?, part(2)?);
        let head = hidden / self.heads;
        let shape = Shape { heads: self.heads, kv_heads: self.heads, head };
        self.out.forward(&gpu::attend(shape, Steps { row: hidden, head }, spans, [&q, &k, &v])?)
    }
}

struct GpuMerger {
    norm: GpuNorm,
    joined_first: bool,
    first: GpuMatrix,
    second: GpuMatrix,
    block: usize,
}

impl GpuMerger {
    fn of(merger: &Merger, gpu: &Gpu) -> Result<Self> {
        Ok(Self {
            norm: GpuNorm::of(&merger.norm, gpu)?,
            joined_first: merger.joined_first,
            first: GpuMatrix::of(&merger.first, gpu)?,
            second: GpuMatrix::of(&merger.second, gpu)?,
            block: merger.block,
        })
    }

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let x = merger::joined(x, self.block, self.joined_first, |x| self.norm.forward(x))?;
        self.second.forward(&gpu::activated(Activation::Gelu, &self.first.forward(&x)?)?)
    }
}
