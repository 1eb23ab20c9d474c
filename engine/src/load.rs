//! A checkpoint's files: JSON, safetensors, GGUF, and the checkpoint that is part of the program.

pub mod boxed;
pub(crate) mod files;
pub(crate) mod gguf;
pub(crate) mod weights;
