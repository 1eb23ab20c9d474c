//! The models: from a picture's pixels and a prompt's tokens to the logits of the next token.

pub(crate) mod config;
pub(crate) mod grid;
pub(crate) mod kv;
pub(crate) mod merger;
pub(crate) mod observe;
pub(crate) mod placement;
pub(crate) mod preprocess;
pub(crate) mod rope;
pub(crate) mod size;
pub(crate) mod text;
pub(crate) mod tower;
