//! The vision tower's architecture.

use super::Family;
use crate::EngineError;
use crate::kernels::activation::Activation;
use crate::load::files::Fields;

/// How a block normalises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NormKind {
    /// Mean and variance, weight and bias.
    Layer,
    /// Root mean square, weight only.
    Rms,
}

/// What stands between two attentions, with the names of its weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mlp {
    /// down(act(gate(x)) · up(x))
    Gated,
    /// second(act(first(x)))
    Plain { first: &'static str, second: &'static str },
}

/// The names of the merger's weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MergerConfig {
    pub norm: &'static str,
    pub first: &'static str,
    pub second: &'static str,
}

/// The tower of any family.
#[derive(Debug, Clone)]
pub(crate) struct VisionConfig {
    pub depth: usize,
    pub hidden: usize,
    pub intermediate: usize,
    pub heads: usize,
    /// Pixels along a patch's side.
    pub patch: usize,
    /// Frames that a patch spans; a picture is shown as equal frames.
    pub frames: usize,
    /// Patches along the side of a block that becomes one token.
    pub merge: usize,
    pub norm: NormKind,
    pub mlp: Mlp,
    pub activation: Activation,
    pub merger: MergerConfig,
    pub patch_bias: bool,
    /// Merged patches along a window's side and the blocks that see the whole picture, where the others see windows.
    pub windows: Option<(usize, Vec<usize>)>,
    /// Places along the side of the learned table of positions.
    pub table: Option<usize>,
    /// The blocks whose output goes into the first layers of the text model.
    pub deepstack: Vec<usize>,
}

const OLD_MERGER: MergerConfig = MergerConfig { norm: "ln_q", first: "mlp.0", second: "mlp.2" };
const NEW_MERGER: MergerConfig = MergerConfig { norm: "norm", first: "linear_fc1", second: "linear_fc2" };

impl VisionConfig {
    /// Reads the `vision_config`; `text` is the text model's hidden size, which the tower's output must have.
    pub fn read(fields: &Fields, family: Family, text: usize) -> Result<Self, EngineError> {
        let config = match family {
            Family::Qwen2Vl => second(fields)?,
            Family::Qwen25Vl | Family::OpenCua => second_and_a_half(fields)?,
            Family::Qwen3Vl | Family::Qwen3VlMoe => third(fields)?,
        };
        let out = if family == Family::Qwen2Vl { "hidden_size" } else { "out_hidden_size" };
        let out_size = fields.size(out, 3584)?;
        if out_size != text {
            return Err(fields.wrong(format!("\"{out}\" of the vision_config is {out_size}, the text model's {text}")));
        }
        config.checked(fields)
    }

    /// Width of one head.
    pub fn head(&self) -> usize {
        self.hidden / self.heads
    }

    /// Pixels that one token spans in both directions.
    pub fn factor(&self) -> usize {
        self.patch * self.merge
    }

    fn checked(self, fields: &Fields) -> Result<Self, EngineError> {
        for channels in ["in_chans", "in_channels"] {
            let found = fields.size(channels, 3)?;
            if found != 3 {
                return Err(fields.unsupported(format!("a vision tower of {found} channels")));
            }
        }
        if !self.hidden.is_multiple_of(self.heads * 4) {
            return Err(fields.wrong(format!("{} cannot be cut into {} heads that turn", self.hidden, self.heads)));
        }
        let blocks = self.deepstack.iter().chain(self.windows.iter().flat_map(|(_, full)| full));
        match blocks.max() {
            Some(&block) if block >= self.depth => {
                Err(fields.wrong(format!("block {block} of a tower of {} is named", self.depth)))
            }
            _ => Ok(self),
        }
    }
}

/// The parts that all families' configurations have alike.
fn common(fields: &Fields, hidden: usize, intermediate: usize) -> Result<VisionConfig, EngineError> {
    Ok(VisionConfig {
        depth: fields.size("depth", 32)?,
        hidden,
        intermediate,
        heads: fields.size("num_heads", 16)?,
        patch: fields.size("patch_size", 14)?,
        frames: fields.size("temporal_patch_size", 2)?,
        merge: fields.size("spatial_merge_size", 2)?,
        norm: NormKind::Layer,
        mlp: Mlp::Gated,
        activation: Activation::Silu,
        merger: OLD_MERGER,
        patch_bias: false,
        windows: None,
        table: None,
        deepstack: Vec::new(),
    })
}

fn second(fields: &Fields) -> Result<VisionConfig, EngineError> {
    let hidden = fields.size("embed_dim", 1280)?;
    let ratio: f64 = fields.or("mlp_ratio", 4.0)?;
    Ok(VisionConfig {
        mlp: Mlp::Plain { first: "fc1", second: "fc2" },
        activation: activation(fields, "quick_gelu")?,
        ..common(fields, hidden, (hidden as f64 * ratio) as usize)?
    })
}

fn second_and_a_half(fields: &Fields) -> Result<VisionConfig, EngineError> {
    let config = common(fields, fields.size("hidden_size", 3584)?, fields.size("intermediate_size", 3420)?)?;
    let window = fields.size("window_size", 112)? / config.factor();
    let full: Vec<usize> = fields.or("fullatt_block_indexes", vec![7, 15, 23, 31])?;
    // The default is of a tower of 32 blocks; the reference passes over blocks that are not there.
    let full = full.into_iter().filter(|block| *block < config.depth).collect();
    if window == 0 {
        return Err(fields.wrong("\"window_size\" is less than a token's width".into()));
    }
    let activation = activation(fields, "silu")?;
    Ok(VisionConfig { norm: NormKind::Rms, activation, windows: Some((window, full)), ..config })
}

fn third(fields: &Fields) -> Result<VisionConfig, EngineError> {
    let places = fields.size("num_position_embeddings", 2304)?;
    let common = common(fields, fields.size("hidden_size", 1152)?, fields.size("intermediate_size", 4304)?)?;
    Ok(VisionConfig {
        depth: fields.size("depth", 27)?,
        patch: fields.size("patch_size", 16)?,
        mlp: Mlp::Plain { first: "linear_fc1", second: "linear_fc2" },
        activation: activation(fields, "gelu_pytorch_tanh")?,
        merger: NEW_MERGER,
        patch_bias: true,
        table: Some(places.isqrt()),
        deepstack: fields.or("deepstack_visual_indexes", vec![8, 16, 24])?,
        ..common
    })
}

fn activation(fields: &Fields, default: &str) -> Result<Activation, EngineError> {
    let name = fields.or("hidden_act", default.to_owned())?;
    Activation::named(&name).ok_or_else(|| fields.unsupported(format!("the activation \"{name}\"")))
}

impl Activation {
    /// The function of that name in configurations.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "silu" | "swish" => Some(Self::Silu),
            "quick_gelu" => Some(Self::QuickGelu),
            "gelu_pytorch_tanh" => Some(Self::TanhGelu),
            "gelu" => Some(Self::Gelu),
            _ => None,
        }
    }
}
