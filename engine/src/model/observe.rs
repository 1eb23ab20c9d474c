//! Watching what each stage of a model gives, for comparing with a reference.

use candle_core::{Result, Tensor};

/// A place in the model, named as its golden is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The patches, embedded.
    Embedded,
    /// The output of a block of the tower.
    Block(usize),
    /// The tokens of a picture.
    Merged,
    /// What goes into a layer of the text model beside the tokens.
    Deepstack(usize),
    /// The output of a layer of the text model.
    Layer(usize),
}

/// Is shown the output of each stage.
pub(crate) type Observer<'a> = &'a mut dyn FnMut(Stage, &Tensor) -> Result<()>;

/// Looks at nothing.
#[cfg(test)]
pub(crate) fn nobody(_: Stage, _: &Tensor) -> Result<()> {
    Ok(())
}
