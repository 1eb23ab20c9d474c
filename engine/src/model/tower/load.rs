//! The tower from a checkpoint's weights.

use std::sync::Arc;

use super::Tower;
use super::block::{Block, BlockMlp};
use super::positions::Table;
use super::windows::WindowCache;
use crate::EngineError;
use crate::kernels::linear::Linear;
use crate::kernels::norm::Norm;
use crate::kernels::quantize::Quantize;
use crate::load::weights::{Weights, WeightsPart};
use crate::model::config::{self, Mlp, VisionConfig};
use crate::model::merger::Merger;

/// The reference's constant for the tower's normalisations; no configuration has it.
const EPS: f64 = 1e-6;

impl Tower {
    /// Loads the weights that the configuration implies; `text` is the text model's hidden size. The patch embedding is
    /// never quantised: it is small, and all that follows depends on it.
    pub fn load(
        config: &VisionConfig,
        text: usize,
        weights: &Arc<Weights>,
        quantize: Option<Quantize>,
    ) -> Result<Self, EngineError> {
        let root =
            weights.part(&["model.visual", "visual", "vision_tower"]).quantized(quantize.map(Quantize::of_tower));
        let merger = |name: &str, joined_first| merger(config, text, &root.at(name), joined_first);
        Ok(Self {
            embed: embed(config, &root)?,
            table: config.table.map(|side| table(config, side, &root)).transpose()?,
            blocks: (0..config.depth)
                .map(|n| block(config, &root.at(&format!("blocks.{n}"))))
                .collect::<Result<_, _>>()?,
            merger: merger("merger", false)?,
            deepstack: (0..config.deepstack.len())
                .map(|n| merger(&format!("deepstack_merger_list.{n}"), true))
                .collect::<Result<_, _>>()?,
            windows: WindowCache::default(),
            config: config.clone(),
        })
    }
}

/// The patch embedding: a convolution without overlap, so a matrix. All frames of a patch are the same picture, so the
/// weights of the frames are added up.
fn embed(config: &VisionConfig, root: &WeightsPart) -> Result<Linear, EngineError> {
    let VisionConfig { hidden, frames, patch, .. } = *config;
    let part = root.at("patch_embed.proj");
    let weight = part.tensor("weight", &[hidden, 3, frames, patch, patch])?.sum(2)?;
    let bias = config.patch_bias.then(|| part.numbers("bias", &[hidden])).transpose()?;
    Ok(Linear::plain(&weight.reshape((hidden, 3 * patch * patch))?, bias)?)
}

fn table(config: &VisionConfig, side: usize, root: &WeightsPart) -> Result<Table, EngineError> {
    let values = root.numbers("pos_embed.weight", &[side * side, config.hidden])?;
    Ok(Table { side, hidden: config.hidden, values })
}

fn norm(config: &VisionConfig, part: &WeightsPart, width: usize) -> Result<Norm, EngineError> {
    let bias = (config.norm == config::NormKind::Layer).then(|| part.numbers("bias", &[width])).transpose()?;
    Ok(Norm::new(part.numbers("weight", &[width])?, bias, EPS))
}

fn block(config: &VisionConfig, part: &WeightsPart) -> Result<Block, EngineError> {
    let hidden = config.hidden;
    Ok(Block {
        norms: [norm(config, &part.at("norm1"), hidden)?, norm(config, &part.at("norm2"), hidden)?],
        qkv: part.linear("attn.qkv", hidden, 3 * hidden, true)?,
        out: part.linear("attn.proj", hidden, hidden, true)?,
        network: network(config, &part.at("mlp"))?,
        heads: config.heads,
    })
}

fn network(config: &VisionConfig, part: &WeightsPart) -> Result<BlockMlp, EngineError> {
    let VisionConfig { hidden, intermediate, activation, .. } = *config;
    Ok(match config.mlp {
        Mlp::Gated => BlockMlp::Gated {
            first: part.joined(&[("gate_proj", intermediate), ("up_proj", intermediate)], hidden, true)?,
            activation,
            second: part.linear("down_proj", intermediate, hidden, true)?,
        },
        Mlp::Plain { first, second } => BlockMlp::Plain {
            first: part.linear(first, hidden, intermediate, true)?,
            activation,
            second: part.linear(second, intermediate, hidden, true)?,
        },
    })
}

fn merger(config: &VisionConfig, text: usize, part: &WeightsPart, joined_first: bool) -> Result<Merger, EngineError> {
    let block = config.merge * config.merge;
    let joined = config.hidden * block;
    let names = config.merger;
    Ok(Merger {
        norm: norm(config, &part.at(names.norm), if joined_first { joined } else { config.hidden })?,
        joined_first,
        first: part.linear(names.first, joined, joined, true)?,
        second: part.linear(names.second, joined, text, true)?,
        block,
    })
}
