//! Models behind a server: chat completions of any OpenAI-compatible one.

pub mod address;
mod assembly;
pub mod chat;
mod classify;
pub mod client;
pub mod error;
pub mod key;
mod listener;
pub mod patience;
pub mod picture;
mod planner;
pub mod retry;
mod sse;

pub use planner::EndpointPlanner;
