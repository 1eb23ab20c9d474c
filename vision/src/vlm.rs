//! The vision-language engine: a model that is shown pictures and answers in text, run in this process.
//!
//! A checkpoint's folder is loaded ([`Engine::load`]) and asked ([`Session::generate`]). The stages of an answer are
//! the files of this folder: messages → template, tokenizer, prompt → size, preprocess, tower, merger → text, attention,
//! kv → sample, answer.

mod activation;
mod answer;
mod attention;
pub mod boxed;
mod bytes;
mod card;
mod config;
#[cfg(test)]
mod damage;
mod device;
mod draft;
mod engine;
mod error;
mod files;
mod gguf;
#[cfg(test)]
mod goldens;
mod grid;
mod host;
mod interrupt;
mod kv;
mod lazy;
mod linear;
mod matrix;
mod memory;
mod merger;
mod message;
mod norm;
mod observe;
mod pictures;
mod place;
mod preprocess;
mod prompt;
mod quantize;
#[cfg(test)]
mod reuse;
mod rope;
mod sample;
mod session;
mod size;
mod stored;
mod template;
mod text;
mod tokenizer;
mod tower;
mod weights;

pub use answer::{Answer, Params, Piece, Usage};
pub use config::{Family, PictureRule};
pub use device::Device;
pub use engine::{Engine, LoadOptions};
pub use error::EngineError;
pub use interrupt::Interrupt;
pub use memory::Memory;
pub use message::{Content, Message, Role};
pub use quantize::Quantize;
pub use sample::Sampling;
pub use session::Session;
