//! The text model on a graphics card, with its keys and values there.

use candle_core::{DType, Device, Result, Tensor};

use super::embedding::Embedding;
use super::experts::{Experts, shares};
use super::layer::{FeedForward, Gated, Layer};
use super::{Chunk, TextModel};
use crate::gpu::{self, Gpu, GpuMatrix, GpuNorm, GpuTurns, Steps};
use crate::kernels::activation::Activation;
use crate::kernels::attention::Span;
use crate::kernels::host;
use crate::kernels::turns::Turns;
use crate::model::config::TextConfig;
use crate::model::observe::{Observer, Stage};

/// A text model whose matrices lie on a card; tokens are embedded by the processor.
pub(crate) struct GpuText {
    gpu: Gpu,
    config: TextConfig,
    embedding: Embedding,
    layers: Vec<GpuLayer>,
    norm: GpuNorm,
    head: GpuMatrix,
}

/// The keys and values of a session, on the card.
pub(crate) struct GpuKv {
    /// For each layer both, [heads, capacity, head]; none before the first token.
    layers: Vec<[Tensor; 2]>,
    capacity: usize,
    len: usize,
}

impl GpuKv {
    /// A store for `capacity` tokens; the card's memory is taken with the first of them.
    pub fn new(capacity: usize) -> Self {
        Self { layers: Vec::new(), capacity, len: 0 }
    }

    fn take_memory(&mut self, config: &TextConfig, gpu: &Gpu) -> Result<()> {
        let store = || Tensor::zeros((config.kv_heads, self.capacity, config.head), DType::F32, &gpu.device);
        if self.layers.is_empty() {
            self.layers = (0..config.layers).map(|_| Ok([store()?, store()?])).collect::<Result<_>>()?;
        }
        Ok(())
    }

    /// Tokens that it holds.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Tokens that it can hold.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Forgets all tokens but the first `len`.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// A store of its own with the same tokens.
    pub fn fork(&self) -> Result<Self> {
        let layers = self.layers.iter().map(|[keys, values]| Ok([keys.copy()?, values.copy()?]));
        Ok(Self { layers: layers.collect::<Result<_>>()?, ..*self })
    }

    /// Writes rows [rows, heads · head] of a layer behind the tokens that it holds.
    fn write(&self, layer: usize, rows: [&Tensor; 2]) -> Result<()> {
        for (store, rows) in self.layers[layer].iter().zip(rows) {
            let (heads, _, head) = store.dims3()?;
            let rows = rows.reshape((rows.dim(0)?, heads, head))?.transpose(0, 1)?.contiguous()?;
            store.slice_set(&rows, 1, self.len)?;
        }
        Ok(())
    }
}

impl GpuText {
    /// The model, put on the card.
    pub fn of(text: TextModel, gpu: &Gpu) -> Result<Self> {
        Ok(Self {
            layers: text.layers.iter().map(|layer| GpuLayer::of(layer, gpu)).collect::<Result<_>>()?,
            norm: GpuNorm::of(&text.norm, gpu)?,
            head: GpuMatrix::of(&text.head, gpu)?,
            config: text.config,
            embedding: text.embedding,
            gpu: gpu.clone(),
        })
    }

    /// As the processor's model does it.
    pub fn embed(&self, token: u32, row: &mut [f32]) {
        self.embedding.row(token, row);
    }

    /// The architecture.
    pub fn config(&self) -> &TextConfig {
        &self.config
    }

    /// Reads the tokens behind those that the store has: [tokens, hidden], on the card.
    pub fn forward(&self, chunk: &Chunk, kv: &mut GpuKv, seen: Observer) -> Result<Tensor> {
        kv.take_memory(&self.config, &self.gpu)?;
        let turns = GpuTurns::of(&Turns::of_positions(&self.config, chunk.positions), &self.gpu)?;
        let mut x = self.gpu.put(&chunk.embedded)?;
        for (number, layer) in self.layers.iter().enumerate() {
            x = layer.forward(number, &x, &turns, kv)?;
            seen(Stage::Layer(number), &x)?;
            if let Some(rows) = chunk.deepstack.get(number) {
                x = (x + self.gpu.put(&self.added(chunk.positions.len(), rows)?)?)?;
            }
        }
        kv.len += chunk.positions.len();
        Ok(x)
    }

    /// The logits behind each row, for the processor.
    pub fn logits(&self, x: &Tensor) -> Result<Tensor> {
        self.head.forward(&self.norm.forward(&x.contiguous()?)?)?.to_device(&Device::Cpu)
    }

    fn added(&self, tokens: usize, rows: &[(usize, Vec<f32>)]) -> Result<Tensor> {
        let hidden = self.config.hidden;
        let sum = Tensor::zeros((tokens, hidden), DType::F32, &Device::Cpu)?;
        host::edit(&sum, |x| rows.iter().for_each(|(token, row)| host::sum(&mut x[token * hidden..][..hidden], row)))?;
        Ok(sum)
    }
}

struct GpuLayer {
    norms: [GpuNorm; 2],
    qkv: GpuMatrix,
    head_norms: Option<[GpuNorm; 2]>,
    out: GpuMatrix,
    network: GpuFeedForward,
    config: TextConfig,
}

impl GpuLayer {
    fn of(layer: &Layer, gpu: &Gpu) -> Result<Self> {
        let norms = |[first, second]: &[_; 2]| {
            Ok::<_, candle_core::Error>([GpuNorm::of(first, gpu)?, GpuNorm::of(second, gpu)?])
        };
        Ok(Self {
            norms: norms(&layer.norms)?,
            qkv: GpuMatrix::of(&layer.qkv, gpu)?,
            head_norms: layer.head_norms.as_ref().map(norms).transpose()?,
            out: GpuMatrix::of(&layer.out, gpu)?,
            network: GpuFeedForward::of(&layer.network, gpu)?,
            config: layer.config.clone(),
        })
    }

    fn forward(&self, number: usize, x: &Tensor, turns: &GpuTurns, kv: &GpuKv) -> Result<Tensor> {
        let y = (self.attend(number, &self.norms[0].forward(x)?, turns, kv)? + x)?;
        self.network.forward(&self.norms[1].forward(&y)?)? + y
    }

    fn attend(&self, number: usize, x: &Tensor, turns: &GpuTurns, kv: &GpuKv) -> Result<Tensor> {
        let shape = self.config.shape();
        let (rows, q_width, kv_width) = (x.dim(0)?, shape.heads * shape.head, shape.kv_heads * shape.head);
        let qkv = self.qkv.forward(x)?;
        let part = |start: usize, width: usize| qkv.narrow(1, start, width)?.contiguous();
        let norms = self.head_norms.as_ref();
        let q = turns.turn(&self.by_heads(norms.map(|[queries, _]| queries), part(0, q_width)?)?)?;
        let k = turns.turn(&self.by_heads(norms.map(|[_, keys]| keys), part(q_width, kv_width)?)?)?;
        kv.write(number, [&k, &part(q_width + kv_width, kv_width)?])?;
        let [keys, values] = &kv.layers[number];
        let span = Span { rows: 0..rows, keys: 0..kv.len + rows, causal: true };
        let steps = Steps { row: shape.head, head: kv.capacity * shape.head };
        self.out.forward(&gpu::attend(shape, steps, &[span], [&q, keys, values])?)
    }

    /// Normalises each head, where the family does.
    fn by_heads(&self, norm: Option<&GpuNorm>, x: Tensor) -> Result<Tensor> {
        let Some(norm) = norm else { return Ok(x) };
        let sizes = x.dims2()?;
        norm.forward(&x.reshape((sizes.0 * sizes.1 / self.config.head, self.config.head))?)?.reshape(sizes)
    }
}

enum GpuFeedForward {
    One(GpuGated),
    Experts { router: GpuMatrix, experts: Vec<GpuGated>, chosen: usize },
}

struct GpuGated {
    gate_up: GpuMatrix,
    down: GpuMatrix,
    activation: Activation,
}

impl GpuGated {
    fn of(gated: &Gated, gpu: &Gpu) -> Result<Self> {
        let (gate_up, down) = (GpuMatrix::of(&gated.gate_up, gpu)?, GpuMatrix::of(&gated.down, gpu)?);
        Ok(Self { gate_up, down, activation: gated.activation })
    }

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        self.down.forward(&gpu::gated(self.activation, &self.gate_up.forward(x)?)?)
    }
}

impl GpuFeedForward {
    fn of(network: &FeedForward, gpu: &Gpu) -> Result<Self> {
        Ok(match network {
            FeedForward::One(gated) => Self::One(GpuGated::of(gated, gpu)?),
            FeedForward::Experts(Experts { router, experts, chosen }) => Self::Experts {
                router: GpuMatrix::of(router, gpu)?,
                experts: experts.iter().map(|expert| GpuGated::of(expert, gpu)).collect::<Result<_>>()?,
                chosen: *chosen,
            },
        })
    }

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        match self {
            Self::One(gated) => gated.forward(x),
            Self::Experts { router, experts, chosen } => {
                let logits: Vec<f32> = router.forward(x)?.to_device(&Device::Cpu)?.flatten_all()?.to_vec1()?;
                let mut sum = x.zeros_like()?;
                let shares = shares(&logits, experts.len(), *chosen);
                for (expert, shares) in experts.iter().zip(shares).filter(|(_, shares)| !shares.is_empty()) {
                    let (rows, parts): (Vec<u32>, Vec<f32>) = shares.into_iter().unzip();
                    let parts = Tensor::from_vec(parts, (rows.len(), 1), x.device())?;
                    let rows = Tensor::new(rows, x.device())?;
                    let answer = expert.forward(&x.index_select(&rows, 0)?)?.broadcast_mul(&parts)?;
                    sum = sum.index_add(&rows, &answer, 0)?;
                }
                Ok(sum)
            }
        }
    }
}
