//! The tower on a graphics card: the same stages, activations staying there from the patches to the tokens.

use candle_core::{Device, Result, Tensor};

use super::super::attention::{Shape, Span};
use super::super::card::{self, Card, CardNorm, CardTurns, Matrix, Steps};
use super::super::config::{Activation, VisionConfig};
use super::super::grid::Grid;
use super::super::host;
use super::super::merger::{self, Merger};
use super::super::observe::{Observer, Stage};
use super::super::preprocess::Patches;
use super::block::{Block, Network};
use super::positions::Table;
use super::{Features, Order, Tower, by_blocks, turns};

/// A tower whose weights lie on a card.
pub(in super::super) struct CardTower {
    card: Card,
    config: VisionConfig,
    embed: Matrix,
    table: Option<Table>,
    blocks: Vec<CardBlock>,
    merger: CardMerger,
    deepstack: Vec<CardMerger>,
}

impl CardTower {
    /// The tower, put on the card.
    pub fn of(tower: Tower, card: &Card) -> Result<Self> {
        Ok(Self {
            embed: Matrix::of(&tower.embed, card)?,
            blocks: tower.blocks.iter().map(|block| CardBlock::of(block, card)).collect::<Result<_>>()?,
            merger: CardMerger::of(&tower.merger, card)?,
            deepstack: tower.deepstack.iter().map(|merger| CardMerger::of(merger, card)).collect::<Result<_>>()?,
            config: tower.config,
            table: tower.table,
            card: card.clone(),
        })
    }

    /// Encodes a picture; the tokens are the processor's.
    pub fn forward(&self, patches: &Patches, seen: Observer) -> Result<Features> {
        let grid = patches.grid;
        let order = Order::new(&self.config, grid);
        let mut x = self.embed.forward(&self.card.put(&patches.values)?)?;
        seen(Stage::Embedded, &x)?;
        if let Some(table) = &self.table {
            x = (x + self.card.put(&stretched(table, grid)?)?)?;
        }
        if let Some(blocks) = &order.blocks {
            x = by_blocks(&x, grid, blocks)?;
        }
        let turns = CardTurns::of(&turns(&self.config, grid, &order), &self.card)?;
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

struct CardBlock {
    norms: [CardNorm; 2],
    qkv: Matrix,
    out: Matrix,
    first: Matrix,
    activation: Activation,
    gated: bool,
    second: Matrix,
    heads: usize,
}

impl CardBlock {
    fn of(block: &Block, card: &Card) -> Result<Self> {
        let (first, activation, second, gated) = match &block.network {
            Network::Gated { first, activation, second } => (first, *activation, second, true),
            Network::Plain { first, activation, second } => (first, *activation, second, false),
        };
        let [before, between] = &block.norms;
        Ok(Self {
            norms: [CardNorm::of(before, card)?, CardNorm::of(between, card)?],
            qkv: Matrix::of(&block.qkv, card)?,
            out: Matrix::of(&block.out, card)?,
            first: Matrix::of(first, card)?,
            activation,
            gated,
            second: Matrix::of(second, card)?,
            heads: block.heads,
        })
    }

    fn forward(&self, x: &Tensor, turns: &CardTurns, spans: &[Span]) -> Result<Tensor> {
        let y = (self.attend(&self.norms[0].forward(x)?, turns, spans)? + x)?;
        let inner = self.first.forward(&self.norms[1].forward(&y)?)?;
        let activate = if self.gated { card::gated } else { card::activated };
        self.second.forward(&activate(self.activation, &inner)?)? + y
    }

    fn attend(&self, x: &Tensor, turns: &CardTurns, spans: &[Span]) -> Result<Tensor> {
        let hidden = x.dim(1)?;
        let qkv = self.qkv.forward(x)?;
        let part = |n: usize| qkv.narrow(1, n * hidden, hidden)?.contiguous();
        let (q, k, v) = (turns.turn(&part(0)?)?, turns.turn(&part(1)?)?, part(2)?);
        let head = hidden / self.heads;
        let shape = Shape { heads: self.heads, kv_heads: self.heads, head };
        self.out.forward(&card::attend(shape, Steps { row: hidden, head }, spans, [&q, &k, &v])?)
    }
}

struct CardMerger {
    norm: CardNorm,
    joined_first: bool,
    first: Matrix,
    second: Matrix,
    block: usize,
}

impl CardMerger {
    fn of(merger: &Merger, card: &Card) -> Result<Self> {
        Ok(Self {
            norm: CardNorm::of(&merger.norm, card)?,
            joined_first: merger.joined_first,
            first: Matrix::of(&merger.first, card)?,
            second: Matrix::of(&merger.second, card)?,
            block: merger.block,
        })
    }

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let x = merger::joined(x, self.block, self.joined_first, |x| self.norm.forward(x))?;
        self.second.forward(&card::activated(Activation::Gelu, &self.first.forward(&x)?)?)
    }
}
