//! The text model from a checkpoint's weights.

use std::sync::Arc;

use candle_core::Tensor;

use super::TextModel;
use super::embedding::Embedding;
use super::experts::Experts;
use super::layer::{FeedForward, Gated, Layer};
use crate::EngineError;
use crate::kernels::linear::Linear;
use crate::kernels::norm::Norm;
use crate::kernels::quantize::Quantize;
use crate::load::weights::{Weights, WeightsPart};
use crate::model::config::{self, TextConfig};

/// What stands before the names of the text model's weights, newest first.
const ROOTS: [&str; 3] = ["model.language_model", "language_model.model", "model"];

/// What stands before the name of the output layer.
const HEAD_ROOTS: [&str; 2] = ["", "language_model"];

impl TextModel {
    /// Loads the weights that the configuration implies; `loaded` is told each layer that is there.
    pub fn load(
        config: &TextConfig,
        weights: &Arc<Weights>,
        quantize: Option<Quantize>,
        loaded: &mut dyn FnMut(),
    ) -> Result<Self, EngineError> {
        let root = weights.part(&ROOTS).quantized(quantize);
        let mut layers = Vec::new();
        for number in 0..config.layers {
            layers.push(layer(config, number, &root.at(&format!("layers.{number}")))?);
            loaded();
        }
        let shape = [config.vocabulary, config.hidden];
        Ok(Self {
            embedding: Embedding::new(weights, &ROOTS, shape)?,
            layers,
            norm: norm(config, &root.at("norm"), config.hidden)?,
            head: head(config, weights, &root, quantize)?,
            config: config.clone(),
        })
    }
}

/// The output layer: the embedding, or a matrix of its own.
fn head(
    config: &TextConfig,
    weights: &Arc<Weights>,
    root: &WeightsPart,
    quantize: Option<Quantize>,
) -> Result<Linear, EngineError> {
    if config.tied {
        return root.linear("embed_tokens", config.hidden, config.vocabulary, false);
    }
    // The name has nothing before it, or what the whole model's names have.
    weights.part(&HEAD_ROOTS).quantized(quantize).linear("lm_head", config.hidden, config.vocabulary, false)
}

fn norm(config: &TextConfig, part: &WeightsPart, width: usize) -> Result<Norm, EngineError> {
    Ok(Norm::new(part.numbers("weight", &[width])?, None, config.eps))
}

fn layer(config: &TextConfig, number: usize, part: &WeightsPart) -> Result<Layer, EngineError> {
    let attention = part.at("self_attn");
    let (q, kv) = (config.heads * config.head, config.kv_heads * config.head);
    let head_norm = |name: &str| norm(config, &attention.at(name), config.head);
    let norms = ["input_layernorm", "post_attention_layernorm"].map(|name| norm(config, &part.at(name), config.hidden));
    let [first, second] = norms;
    let sparse = config.experts.as_ref().filter(|experts| experts.layers[number]);
    Ok(Layer {
        norms: [first?, second?],
        qkv: attention.joined(&[("q_proj", q), ("k_proj", kv), ("v_proj", kv)], config.hidden, config.qkv_bias)?,
        head_norms: config
            .qk_norm
            .then(|| Ok::<_, EngineError>([head_norm("q_norm")?, head_norm("k_norm")?]))
            .transpose()?,
        out: attention.linear("o_proj", q, config.hidden, config.out_bias)?,
        network: match sparse {
            Some(experts) => FeedForward::Experts(mixture(config, experts, &part.at("mlp"))?),
            None => FeedForward::One(gated(config, &part.at("mlp"))?),
        },
        config: config.clone(),
    })
}

fn gated(config: &TextConfig, part: &WeightsPart) -> Result<Gated, EngineError> {
    let TextConfig { hidden, intermediate, activation, .. } = *config;
    let gate_up = part.joined(&[("gate_proj", intermediate), ("up_proj", intermediate)], hidden, false)?;
    Ok(Gated { gate_up, down: part.linear("down_proj", intermediate, hidden, false)?, activation })
}

fn mixture(config: &TextConfig, experts: &config::ExpertConfig, part: &WeightsPart) -> Result<Experts, EngineError> {
    let (hidden, inner) = (config.hidden, experts.intermediate);
    let gate_up = stacked(part, "experts.gate_up_proj", [experts.count, 2 * inner, hidden])?;
    let down = stacked(part, "experts.down_proj", [experts.count, hidden, inner])?;
    let expert = |n: usize| {
        let layer = |stack: &Tensor| part.layer(&stack.get(n)?.contiguous()?, None);
        Ok(Gated { gate_up: layer(&gate_up)?, down: layer(&down)?, activation: config.activation })
    };
    let router = part.tensor("gate.weight", &[experts.count, hidden])?;
    Ok(Experts {
        router: Linear::plain(&router, None)?,
        experts: (0..experts.count).map(expert).collect::<Result<_, EngineError>>()?,
        chosen: experts.chosen,
    })
}

/// All experts' matrices, [experts, outputs, inputs]: the checkpoints of the hub have them the other way round.
fn stacked(part: &WeightsPart, name: &str, shape: [usize; 3]) -> Result<Tensor, EngineError> {
    let [count, outputs, inputs] = shape;
    if part.shape(name)? == shape {
        return part.tensor(name, &shape);
    }
    Ok(part.tensor(name, &[count, inputs, outputs])?.transpose(1, 2)?)
}
