//! A block of patches becomes one token of the text model.

use candle_core::{Result, Tensor};

use crate::kernels::activation::Activation;
use crate::kernels::linear::Linear;
use crate::kernels::norm::Norm;

/// Joins the patches of a block and brings them to the text model's width.
pub(crate) struct Merger {
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
        let x = joined(x, self.block, self.joined_first, |x| self.norm.forward(x))?;
        let x = self.first.forward(&x)?;
        Activation::Gelu.apply(&x)?;
        self.second.forward(&x)
    }
}

/// Normalised blocks of patches, each a row: normalised as a whole, or patch by patch.
pub(crate) fn joined(
    x: &Tensor,
    block: usize,
    joined_first: bool,
    normalise: impl Fn(&Tensor) -> Result<Tensor>,
) -> Result<Tensor> {
    let (patches, hidden) = x.dims2()?;
    let sizes = (patches / block, hidden * block);
    if joined_first { normalise(&x.reshape(sizes)?) } else { normalise(x)?.reshape(sizes) }
}
