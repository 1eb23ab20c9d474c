//! The text model's architecture.

use super::Family;
use crate::EngineError;
use crate::kernels::activation::Activation;
use crate::kernels::attention::Shape;
use crate::load::files::Fields;

/// A mixture of experts in place of some layers' gated network.
#[derive(Debug, Clone)]
pub(crate) struct ExpertConfig {
    pub count: usize,
    /// How many of them see a token.
    pub chosen: usize,
    pub intermediate: usize,
    /// Layers that have experts; the others have one network.
    pub layers: Vec<bool>,
}

/// The text model of any family.
#[derive(Debug, Clone)]
pub(crate) struct TextConfig {
    pub vocabulary: usize,
    pub hidden: usize,
    pub intermediate: usize,
    pub layers: usize,
    pub heads: usize,
    /// Heads of keys and values; each serves as many query heads.
    pub kv_heads: usize,
    pub head: usize,
    pub eps: f64,
    pub activation: Activation,
    /// Whether queries, keys and values have a bias.
    pub qkv_bias: bool,
    /// Whether the output of attention has a bias.
    pub out_bias: bool,
    /// Whether each head of queries and keys is normalised.
    pub qk_norm: bool,
    /// The base of the rotation's frequencies.
    pub theta: f64,
    /// For each frequency, which of a position's time, height and width turns it.
    pub axes: Vec<u8>,
    /// Whether a picture's tokens stand in rows and columns, and not one behind the other as text does.
    pub planar: bool,
    /// Whether the output layer is the embedding.
    pub tied: bool,
    pub experts: Option<ExpertConfig>,
    /// The longest context that the model was made for.
    pub context: usize,
    /// Tokens that end an answer, where generation_config.json names none.
    pub ends: Vec<u32>,
}

impl TextConfig {
    /// Reads the `text_config`, or the outer fields where older configurations have it.
    pub fn read(all: &Fields, family: Family) -> Result<Self, EngineError> {
        let fields = all.inner_or_self("text_config");
        let heads = fields.size("num_attention_heads", 32)?;
        let hidden = fields.size("hidden_size", 4096)?;
        let head = fields.size("head_dim", if family == Family::Qwen3Vl { 128 } else { hidden / heads })?;
        let third = family.is_third();
        let attention_bias = fields.or("attention_bias", false)?;
        let config = Self {
            vocabulary: fields.size("vocab_size", if third { 151_936 } else { 152_064 })?,
            hidden,
            intermediate: fields.size("intermediate_size", 22_016)?,
            layers: fields.size("num_hidden_layers", 32)?,
            heads,
            kv_heads: fields.size("num_key_value_heads", heads)?,
            head,
            eps: fields.or("rms_norm_eps", if third || family == Family::OpenCua { 1e-6 } else { 1e-5 })?,
            activation: activation(&fields)?,
            qkv_bias: !third || attention_bias,
            out_bias: third && attention_bias,
            qk_norm: third,
            theta: theta(&fields, family)?,
            axes: axes(&fields, head, family)?,
            planar: family != Family::OpenCua,
            tied: all.get("tie_word_embeddings")?.map_or_else(|| fields.or("tie_word_embeddings", false), Ok)?,
            experts: if family == Family::Qwen3VlMoe { Some(experts(&fields)?) } else { None },
            context: fields.size("max_position_embeddings", 32_768)?,
            ends: fields.get::<OneOrMore>("eos_token_id")?.map_or_else(|| vec![151_645], OneOrMore::all),
        };
        config.checked(&fields)
    }

    /// The sizes of its attention.
    pub fn shape(&self) -> Shape {
        Shape { heads: self.heads, kv_heads: self.kv_heads, head: self.head }
    }

    fn checked(self, fields: &Fields) -> Result<Self, EngineError> {
        if !self.heads.is_multiple_of(self.kv_heads) || !self.head.is_multiple_of(2) {
            let sizes = (self.heads, self.kv_heads, self.head);
            return Err(fields.wrong(format!("heads, key-value heads and head size {sizes:?} do not fit together")));
        }
        if fields.or("use_sliding_window", false)? {
            return Err(fields.unsupported("sliding-window attention".into()));
        }
        Ok(self)
    }
}

/// A number or a list of numbers.
#[derive(Debug, serde::Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMore {
    /// One.
    One(u32),
    /// Any number of them.
    More(Vec<u32>),
}

impl OneOrMore {
    /// All of them.
    pub fn all(self) -> Vec<u32> {
        match self {
            Self::One(one) => vec![one],
            Self::More(more) => more,
        }
    }
}

fn activation(fields: &Fields) -> Result<Activation, EngineError> {
    let name = fields.or("hidden_act", "silu".to_owned())?;
    Activation::named(&name).ok_or_else(|| fields.unsupported(format!("the activation \"{name}\"")))
}

/// The object that says how positions turn: `rope_parameters`, or `rope_scaling` in older configurations.
fn rope(fields: &Fields) -> Fields {
    fields.inner("rope_scaling").inner_or(fields.inner("rope_parameters"))
}

fn theta(fields: &Fields, family: Family) -> Result<f64, EngineError> {
    let rope = rope(fields);
    for name in ["rope_type", "type"] {
        let kind = rope.or(name, "default".to_owned())?;
        if !["default", "mrope"].contains(&kind.as_str()) {
            return Err(fields.unsupported(format!("the rotary embedding \"{kind}\"")));
        }
    }
    let usual = match family {
        Family::Qwen2Vl | Family::Qwen25Vl => 1_000_000.0,
        Family::OpenCua => 10_000.0,
        Family::Qwen3Vl | Family::Qwen3VlMoe => 500_000.0,
    };
    let outer = fields.or("rope_theta", usual)?;
    rope.or("rope_theta", outer)
}

/// Which coordinate turns each frequency: three runs one after the other, or, in the third generation, one after the
/// other as long as height and width last. In OpenCUA all three are the same.
fn axes(fields: &Fields, head: usize, family: Family) -> Result<Vec<u8>, EngineError> {
    let pairs = head / 2;
    if family == Family::OpenCua {
        return Ok(vec![0; pairs]);
    }
    let default = if family.is_third() { [24, 20, 20] } else { [16, 24, 24] };
    let sections: [usize; 3] = rope(fields).or("mrope_section", default)?;
    if family.is_third() {
        let lasts = |pair: usize| pair < sections[pair % 3].saturating_mul(3);
        let axis = |pair: usize| if lasts(pair) { (pair % 3) as u8 } else { 0 };
        return Ok((0..pairs).map(axis).collect());
    }
    let axes: Vec<u8> = (0..3).flat_map(|axis| std::iter::repeat_n(axis as u8, sections[axis].min(pairs))).collect();
    if axes.len() != pairs {
        return Err(fields.wrong(format!("\"mrope_section\" {sections:?} does not make up {pairs} pairs of a head")));
    }
    Ok(axes)
}

fn experts(fields: &Fields) -> Result<ExpertConfig, EngineError> {
    let layers = fields.size("num_hidden_layers", 24)?;
    let every = fields.size("decoder_sparse_step", 1)?;
    let single: Vec<usize> = fields.or("mlp_only_layers", Vec::new())?;
    let count = fields.size("num_experts", fields.size("num_local_experts", 60)?)?;
    let chosen = fields.size("num_experts_per_tok", 4)?;
    if chosen > count {
        return Err(fields.wrong(format!("{chosen} experts of {count} cannot be chosen")));
    }
    let sparse = |layer: usize| !single.contains(&layer) && (layer + 1).is_multiple_of(every);
    Ok(ExpertConfig {
        count,
        chosen,
        intermediate: fields.size("moe_intermediate_size", 1408)?,
        layers: (0..layers).map(sparse).collect(),
    })
}
