//! A block of patches becomes one token of the text model.

use candle_core::{Result, Tensor};

use super::config::Activation;
use super::linear::Linear;
use super::norm::Norm;

/// Joins the patches of a block and brings them to the text model's width.
pub(super) struct Merger {
    pub norm: Norm,
    /// Whether blocks are normalised as a whole, not patch by patch.
    pub joined_first: bool,
    pub first: Linear,
    pub second: Linear,
    /// Patches in a block.
    pub block: usize,
}

impl Merger {
    /// [patches, hidden] becomes [patches / block, text hidden].
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let (patches, hidden) = x.dims2()?;
        let joined = (patches / self.block, hidden * self.block);
        let x = if self.joined_first {
            self.norm.forward(&x.reshape(joined)?)?
        } else {
            self.norm.forward(x)?.reshape(joined)?
        };
        let x = self.first.forward(&x)?;
        Activation::Gelu.apply(&x)?;
        self.second.forward(&x)
    }
}
