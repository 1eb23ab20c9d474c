//! Tests of whole models: against the reference, with damaged checkpoints, with what is reused.

mod damage;
pub(crate) mod goldens;
mod reuse;
