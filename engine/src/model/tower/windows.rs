//! Windows that look as they did in the picture before are not computed again.
//!
//! The blocks before the first one that sees the whole picture see only their window: what they give for a window depends
//! on its pixels and its place alone. Of a screen, most windows are the same from step to step.

use std::sync::{Mutex, PoisonError};

use blake3::Hash;
use candle_core::{Device, Result, Tensor};

use super::{Order, Tower};
use crate::kernels::attention::Span;
use crate::kernels::host;
use crate::kernels::turns::Turns;
use crate::model::grid::Grid;
use crate::model::observe::{Observer, Stage};
use crate::model::preprocess::Patches;

/// The picture that was encoded last.
#[derive(Default)]
pub(super) struct WindowCache {
    last: Mutex<Option<SeenPicture>>,
}

struct SeenPicture {
    grid: Grid,
    /// Of each window's pixels.
    digests: Vec<Hash>,
    /// The patches behind the blocks that see windows, in the order of the windows.
    states: Tensor,
}

impl WindowCache {
    fn take(&self, grid: Grid) -> Option<SeenPicture> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.take().filter(|seen| seen.grid == grid)
    }

    fn keep(&self, seen: SeenPicture) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
    }
}

impl Tower {
    /// The patches behind the blocks that see only windows, and how many blocks those are; `x` is in the windows' order.
    pub(super) fn windowed(
        &self,
        patches: &Patches,
        order: &Order,
        turns: &Turns,
        x: Tensor,
        seen: Observer,
    ) -> Result<(Tensor, usize)> {
        let first =
            self.config.windows.as_ref().map_or(0, |(_, full)| full.iter().min().copied().unwrap_or(self.blocks.len()));
        let Some(blocks) = order.blocks.as_ref().filter(|_| first > 0) else { return Ok((x, 0)) };
        let digests = digests(patches, blocks, &order.windows)?;
        let states = match self.windows.take(patches.grid) {
            Some(last) => {
                let changed = |n: &usize| last.digests[*n] != digests[*n];
                let spans: Vec<Span> = (0..digests.len()).filter(changed).map(|n| order.windows[n].clone()).collect();
                self.renewed(&last.states, &x, turns, &spans, first, seen)?
            }
            None => self.through(x, turns, &order.windows, first, seen)?,
        };
        self.windows.keep(SeenPicture { grid: patches.grid, digests, states: states.clone() });
        Ok((states, first))
    }

    /// What is kept, with the rows of these windows computed anew.
    fn renewed(
        &self,
        kept: &Tensor,
        x: &Tensor,
        turns: &Turns,
        changed: &[Span],
        first: usize,
        seen: Observer,
    ) -> Result<Tensor> {
        let states = kept.copy()?;
        let rows: Vec<u32> = changed.iter().flat_map(|span| span.rows.clone()).map(|row| row as u32).collect();
        if rows.is_empty() {
            return Ok(states);
        }
        let part = x.index_select(&Tensor::new(rows.as_slice(), &Device::Cpu)?, 0)?;
        let turns = turns.reordered(rows.iter().map(|row| *row as usize));
        let part = self.through(part, &turns, &together(changed), first, seen)?;
        let width = self.config.hidden;
        host::read(&part, |part| {
            host::edit(&states, |states| {
                for (row, values) in rows.iter().zip(part.chunks(width)) {
                    states[*row as usize * width..][..width].copy_from_slice(values);
                }
            })
        })??;
        Ok(states)
    }

    fn through(&self, mut x: Tensor, turns: &Turns, spans: &[Span], blocks: usize, seen: Observer) -> Result<Tensor> {
        for (number, block) in self.blocks[..blocks].iter().enumerate() {
            x = block.forward(&x, turns, spans)?;
            seen(Stage::Block(number), &x)?;
        }
        Ok(x)
    }
}

/// The windows, one behind the other.
fn together(windows: &[Span]) -> Vec<Span> {
    let mut end = 0;
    let span = |window: &Span| {
        let rows = end..end + window.rows.len();
        end = rows.end;
        Span { rows: rows.clone(), keys: rows, causal: false }
    };
    windows.iter().map(span).collect()
}

/// A digest of each window's pixels.
fn digests(patches: &Patches, blocks: &[u32], windows: &[Span]) -> Result<Vec<Hash>> {
    let size = patches.grid.merge * patches.grid.merge;
    let width = patches.values.dim(1)? * size;
    host::read(&patches.values, |values| {
        let digest = |window: &Span| {
            let mut hasher = blake3::Hasher::new();
            for block in &blocks[window.rows.start / size..window.rows.end / size] {
                let values = &values[*block as usize * width..][..width];
                let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
                hasher.update(&bytes);
            }
            hasher.finalize()
        };
        windows.iter().map(digest).collect()
    })
}
