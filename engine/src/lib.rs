//! The engine: vision-language models that run in this process.
//!
//! A checkpoint's folder is loaded ([`Engine::load`]) and asked ([`Session::generate`]). The folders are the stages of an
//! answer: `load` maps the checkpoint's files, `model` computes with them (by `kernels` on the processor, by `gpu` on a graphics
//! card), `session` turns messages into tokens and tokens into an answer.

mod error;
mod gpu;
mod interrupt;
mod kernels;
mod load;
mod message;
mod model;
mod session;
#[cfg(test)]
mod tests;

pub use error::EngineError;
pub use gpu::device::Device;
pub use interrupt::Interrupt;
pub use kernels::quantize::Quantize;
pub use load::boxed;
pub use message::{Content, Message, Role};
pub use model::config::{Family, PictureRule};
pub use session::Session;
pub use session::answer::{Answer, Params, Piece, Usage};
pub use session::engine::{Engine, LoadOptions};
pub use session::memory::Memory;
pub use session::sample::Sampling;
