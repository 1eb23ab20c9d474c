//! Where a model is: with the processor, or on a graphics card.

use candle_core::{Result, Tensor};

use super::card::Card;
use super::config::TextConfig;
use super::kv::KvStore;
use super::observe::Observer;
use super::preprocess::Patches;
use super::text::{CardKv, CardText, Chunk, TextModel};
use super::tower::{CardTower, Features, Tower};

/// A tower somewhere.
pub(super) enum TowerAt {
    Processor(Box<Tower>),
    Card(Box<CardTower>),
}

impl TowerAt {
    /// The tower, put on the card if there is one.
    pub fn new(tower: Tower, card: Option<&Card>) -> Result<Self> {
        match card {
            Some(card) => Ok(Self::Card(Box::new(CardTower::of(tower, card)?))),
            None => Ok(Self::Processor(Box::new(tower))),
        }
    }

    /// Encodes a picture.
    pub fn forward(&self, patches: &Patches, seen: Observer) -> Result<Features> {
        match self {
            Self::Processor(tower) => tower.forward(patches, seen),
            Self::Card(tower) => tower.forward(patches, seen),
        }
    }
}

/// A text model somewhere.
pub(super) enum TextAt {
    Processor(Box<TextModel>),
    Card(Box<CardText>),
}

/// The keys and values of a session, where its text model is.
pub(super) enum KvAt {
    Processor(KvStore),
    Card(CardKv),
}

impl TextAt {
    /// The model, put on the card if there is one.
    pub fn new(text: TextModel, card: Option<&Card>) -> Result<Self> {
        match card {
            Some(card) => Ok(Self::Card(Box::new(CardText::of(text, card)?))),
            None => Ok(Self::Processor(Box::new(text))),
        }
    }

    /// The architecture.
    pub fn config(&self) -> &TextConfig {
        match self {
            Self::Processor(text) => text.config(),
            Self::Card(text) => text.config(),
        }
    }

    /// A token's embedding is written into `row`.
    pub fn embed(&self, token: u32, row: &mut [f32]) {
        match self {
            Self::Processor(text) => text.embed(token, row),
            Self::Card(text) => text.embed(token, row),
        }
    }

    /// A store for `capacity` tokens.
    pub fn store(&self, capacity: usize) -> KvAt {
        match self {
            Self::Processor(text) => KvAt::Processor(KvStore::new(text.config(), capacity)),
            Self::Card(_) => KvAt::Card(CardKv::new(capacity)),
        }
    }

    /// Reads the tokens behind those that the store has: [tokens, hidden], where the model is.
    pub fn forward(&self, chunk: &Chunk, kv: &mut KvAt, seen: Observer) -> Result<Tensor> {
        match (self, kv) {
            (Self::Processor(text), KvAt::Processor(kv)) => text.forward(chunk, kv, seen),
            (Self::Card(text), KvAt::Card(kv)) => text.forward(chunk, kv, seen),
            _ => candle_core::bail!("the store is of another model"),
        }
    }

    /// The logits behind each of these rows, for the processor: [rows, vocabulary].
    pub fn logits(&self, x: &Tensor) -> Result<Tensor> {
        match self {
            Self::Processor(text) => text.logits(x),
            Self::Card(text) => text.logits(x),
        }
    }
}

impl KvAt {
    /// Tokens that it holds.
    pub fn len(&self) -> usize {
        match self {
            Self::Processor(kv) => kv.len(),
            Self::Card(kv) => kv.len(),
        }
    }

    /// Tokens that it can hold.
    pub fn capacity(&self) -> usize {
        match self {
            Self::Processor(kv) => kv.capacity(),
            Self::Card(kv) => kv.capacity(),
        }
    }

    /// Forgets all tokens but the first `len`.
    pub fn truncate(&mut self, len: usize) {
        match self {
            Self::Processor(kv) => kv.truncate(len),
            Self::Card(kv) => kv.truncate(len),
        }
    }

    /// A store of its own with the same tokens.
    pub fn fork(&self, config: &TextConfig) -> Result<Self> {
        match self {
            Self::Processor(kv) => Ok(Self::Processor(kv.fork(config))),
            Self::Card(kv) => kv.fork().map(Self::Card),
        }
    }
}
