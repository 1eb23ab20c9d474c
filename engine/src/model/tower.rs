//! The vision tower: patches of one picture become tokens of the text model.

use candle_core::{Device, Result, Tensor};

use super::config::VisionConfig;
use super::grid::Grid;
use super::merger::Merger;
use super::observe::{Observer, Stage};
use super::preprocess::Patches;
use crate::kernels::attention::Span;
use crate::kernels::host;
use crate::kernels::linear::Linear;
use crate::kernels::turns::Turns;

mod block;
mod gpu;
mod load;
mod positions;
mod windows;

use block::Block;
use positions::Table;
use windows::WindowCache;

pub(crate) use gpu::GpuTower;

/// The tower of any family.
pub(crate) struct Tower {
    config: VisionConfig,
    embed: Linear,
    table: Option<Table>,
    blocks: Vec<Block>,
    merger: Merger,
    deepstack: Vec<Merger>,
    windows: WindowCache,
}

/// What the tower makes of one picture.
#[derive(Clone)]
pub(crate) struct Features {
    /// [tokens, text hidden]
    pub tokens: Tensor,
    /// For each of the text model's first layers, what is added to the tokens: [tokens, text hidden].
    pub deepstack: Vec<Tensor>,
}

/// The order of the patches, and which see each other.
struct Order {
    /// For each place, the block of patches that stands there; as the picture has them where this is none.
    blocks: Option<Vec<u32>>,
    /// For each block, its place.
    back: Option<Vec<u32>>,
    windows: Vec<Span>,
    whole: Vec<Span>,
}

impl Tower {
    /// Encodes a picture.
    pub fn forward(&self, patches: &Patches, seen: Observer) -> Result<Features> {
        let grid = patches.grid;
        let order = Order::new(&self.config, grid);
        let mut x = self.embed.forward(&patches.values)?;
        seen(Stage::Embedded, &x)?;
        if let Some(table) = &self.table {
            host::edit(&x, |x| table.add(grid, x))?;
        }
        if let Some(blocks) = &order.blocks {
            x = by_blocks(&x, grid, blocks)?;
        }
        let turns = turns(&self.config, grid, &order);
        let (mut x, done) = self.windowed(patches, &order, &turns, x, seen)?;
        let mut deepstack = Vec::new();
        for (number, block) in self.blocks.iter().enumerate().skip(done) {
            x = block.forward(&x, &turns, order.spans(&self.config, number))?;
            seen(Stage::Block(number), &x)?;
            if let Some(n) = self.config.deepstack.iter().position(|&block| block == number) {
                deepstack.push(self.deepstack[n].forward(&x)?);
                seen(Stage::Deepstack(n), &deepstack[deepstack.len() - 1])?;
            }
        }
        let mut tokens = self.merger.forward(&x)?;
        seen(Stage::Merged, &tokens)?;
        if let Some(back) = order.back {
            tokens = tokens.index_select(&Tensor::new(back, &Device::Cpu)?, 0)?;
        }
        Ok(Features { tokens, deepstack })
    }
}

impl Order {
    fn new(config: &VisionConfig, grid: Grid) -> Self {
        let patches = 0..grid.patches();
        let whole = vec![Span { rows: patches.clone(), keys: patches, causal: false }];
        let Some((side, _)) = &config.windows else {
            return Self { blocks: None, back: None, windows: Vec::new(), whole };
        };
        let windows = grid.windows(*side);
        let block = grid.merge * grid.merge;
        let span = |range: &std::ops::Range<usize>| {
            let rows = range.start * block..range.end * block;
            Span { rows: rows.clone(), keys: rows, causal: false }
        };
        let spans = windows.ranges.iter().map(span).collect();
        Self { back: Some(windows.back()), blocks: Some(windows.order), windows: spans, whole }
    }

    /// What the patches see in a block of the tower.
    fn spans(&self, config: &VisionConfig, block: usize) -> &[Span] {
        let sees_all = config.windows.as_ref().is_none_or(|(_, full)| full.contains(&block));
        if sees_all { &self.whole } else { &self.windows }
    }
}

/// The patches in another order of their blocks.
fn by_blocks(x: &Tensor, grid: Grid, blocks: &[u32]) -> Result<Tensor> {
    let (patches, hidden) = x.dims2()?;
    let order = Tensor::new(blocks, x.device())?;
    x.reshape((grid.tokens(), patches / grid.tokens() * hidden))?.index_select(&order, 0)?.reshape((patches, hidden))
}

/// The patches' turns, in their order.
fn turns(config: &VisionConfig, grid: Grid, order: &Order) -> Turns {
    let turns = Turns::of_patches(config, grid);
    let Some(blocks) = &order.blocks else { return turns };
    let block = grid.merge * grid.merge;
    turns.reordered(blocks.iter().flat_map(|&b| (0..block).map(move |n| b as usize * block + n)))
}
