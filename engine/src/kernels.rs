//! What is computed on the processor: products, attention, norms and activations over numbers in memory.

pub(crate) mod activation;
pub(crate) mod attention;
pub(crate) mod host;
pub(crate) mod lazy;
pub(crate) mod linear;
pub(crate) mod matrix;
pub(crate) mod norm;
pub(crate) mod q8;
pub(crate) mod quantize;
pub(crate) mod stored;
pub(crate) mod turns;
