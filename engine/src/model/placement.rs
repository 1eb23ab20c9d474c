//! Where a model is: with the processor, or on a graphics card.

use candle_core::{Result, Tensor};

use super::config::TextConfig;
use super::kv::KvStore;
use super::observe::Observer;
use super::preprocess::Patches;
use super::text::{Chunk, GpuKv, GpuText, TextModel};
use super::tower::{Features, GpuTower, Tower};
use crate::gpu::Gpu;

/// A tower somewhere.
pub(crate) enum TowerAt {
    Processor(Box<Tower>),
    Gpu(Box<GpuTower>),
}

impl TowerAt {
    /// The tower, put on the card if there is one.
    pub fn new(tower: Tower, gpu: Option<&Gpu>) -> Result<Self> {
        match gpu {
            Some(gpu) => Ok(Self::Gpu(Box::new(GpuTower::of(tower, gpu)?))),
            None => Ok(Self::Processor(Box::new(tower))),
        }
    }

    /// Encodes a picture.
    pub fn forward(&self, patches: &Patches, seen: Observer) -> Result<Features> {
        match self {
            Self::Processor(tower) => tower.forward(patches, seen),
            Self::Gpu(tower) => tower.forward(patches, seen),
        }
    }
}

/// A text model somewhere.
pub(crate) enum TextAt {
    Processor(Box<TextModel>),
    Gpu(Box<GpuText>),
}

/// The keys and values of a session, where its text model is.
pub(crate) enum KvAt {
    Processor(KvStore),
    Gpu(GpuKv),
}

impl TextAt {
    /// The model, put on the card if there is one.
    pub fn new(text: TextModel, gpu: Option<&Gpu>) -> Result<Self> {
        match gpu {
            Some(gpu) => Ok(Self::Gpu(Box::new(GpuText::of(text, gpu)?))),
            None => Ok(Self::Processor(Box::new(text))),
        }
    }

    /// The architecture.
    pub fn config(&self) -> &TextConfig {
        match self {
            Self::Processor(text) => text.config(),
            Self::Gpu(text) => text.config(),
        }
    }

    /// A token's embedding is written into `row`.
    pub fn embed(&self, token: u32, row: &mut [f32]) {
        match self {
            Self::Processor(text) => text.embed(token, row),
            Self::Gpu(text) => text.embed(token, row),
        }
    }

    /// A store for `capacity` tokens.
    pub fn store(&self, capacity: usize) -> KvAt {
        match self {
            Self::Processor(text) => KvAt::Processor(KvStore::new(text.config(), capacity)),
            Self::Gpu(_) => KvAt::Gpu(GpuKv::new(capacity)),
        }
    }

    /// Reads the tokens behind those that the store has: [tokens, hidden], where the model is.
    pub fn forward(&self, chunk: &Chunk, kv: &mut KvAt, seen: Observer) -> Result<Tensor> {
        match (self, kv) {
            (Self::Processor(text), KvAt::Processor(kv)) => text.forward(chunk, kv, seen),
            (Self::Gpu(text), KvAt::Gpu(kv)) => text.forward(chunk, kv, seen),
            _ => candle_core::bail!("the store is of another model"),
        }
    }

    /// The logits behind each of these rows, for the processor: [rows, vocabulary].
    pub fn logits(&self, x: &Tensor) -> Result<Tensor> {
        match self {
            Self::Processor(text) => text.logits(x),
            Self::Gpu(text) => text.logits(x),
        }
    }
}

impl KvAt {
    /// Tokens that it holds.
    pub fn len(&self) -> usize {
        match self {
            Self::Processor(kv) => kv.len(),
            Self::Gpu(kv) => kv.len(),
        }
    }

    /// Tokens that it can hold.
    pub fn capacity(&self) -> usize {
        match self {
            Self::Processor(kv) => kv.capacity(),
            Self::Gpu(kv) => kv.capacity(),
        }
    }

    /// Forgets all tokens but the first `len`.
    pub fn truncate(&mut self, len: usize) {
        match self {
            Self::Processor(kv) => kv.truncate(len),
            Self::Gpu(kv) => kv.truncate(len),
        }
    }

    /// A store of its own with the same tokens.
    pub fn fork(&self, config: &TextConfig) -> Result<Self> {
        match self {
            Self::Processor(kv) => Ok(Self::Processor(kv.fork(config))),
            Self::Gpu(kv) => kv.fork().map(Self::Gpu),
        }
    }
}
