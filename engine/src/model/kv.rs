//! The keys and values of every token that a session has read: one buffer a layer, cut back or copied at any length.

use super::config::TextConfig;
use crate::kernels::attention::{Heads, Shape};
use crate::kernels::lazy::Lazy;

/// Keys and values of all layers.
pub(crate) struct KvStore {
    layers: Vec<[Lazy; 2]>,
    shape: Shape,
    capacity: usize,
    len: usize,
}

impl KvStore {
    /// A store for `capacity` tokens. The memory is the system's until tokens are written.
    pub fn new(config: &TextConfig, capacity: usize) -> Self {
        let shape = config.shape();
        let size = shape.kv_heads * capacity * shape.head;
        let layers = (0..config.layers).map(|_| [Lazy::new(size), Lazy::new(size)]).collect();
        Self { layers, shape, capacity, len: 0 }
    }

    /// Bytes of a store for so many tokens.
    pub fn bytes(config: &TextConfig, capacity: usize) -> u64 {
        let a_token = config.layers * 2 * config.kv_heads * config.head * size_of::<f32>();
        a_token as u64 * capacity as u64
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
    pub fn fork(&self, config: &TextConfig) -> Self {
        let mut copy = Self::new(config, self.capacity);
        let (stride, used) = (self.capacity * self.shape.head, self.len * self.shape.head);
        for (to, from) in copy.layers.iter_mut().flatten().zip(self.layers.iter().flatten()) {
            for head in 0..self.shape.kv_heads {
                to[head * stride..][..used].copy_from_slice(&from[head * stride..][..used]);
            }
        }
        copy.len = self.len;
        copy
    }

    /// Writes one token's keys (0) or values (1) of a layer, head after head, at a place that [`Self::advance`] has yet
    /// to pass.
    pub fn write(&mut self, layer: usize, side: usize, place: usize, heads: &[f32]) {
        for (head, numbers) in heads.chunks(self.shape.head).enumerate() {
            let start = (head * self.capacity + place) * self.shape.head;
            self.layers[layer][side][start..][..self.shape.head].copy_from_slice(numbers);
        }
    }

    /// Counts `tokens` more, once all layers have them.
    pub fn advance(&mut self, tokens: usize) {
        self.len += tokens;
    }

    /// A layer's keys and values.
    pub fn layer(&self, layer: usize) -> [Heads<'_>; 2] {
        let (row_step, head_step) = (self.shape.head, self.capacity * self.shape.head);
        [0, 1].map(|side| Heads { values: &self.layers[layer][side], row_step, head_step })
    }
}
