//! Models behind a server: chat completions of any OpenAI-compatible one.

pub mod address;
pub mod anthropic;
mod assembly;
pub mod chat;
mod classify;
pub mod client;
pub mod error;
pub mod key;
pub mod openai;
pub mod patience;
pub mod picture;
mod reading;
pub mod retry;
mod sse;

pub use anthropic::AnthropicWire;
pub use openai::OpenAiWire;
