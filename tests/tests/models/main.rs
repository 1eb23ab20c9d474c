//! Models that plan: in this process and behind servers.

mod boxed;
mod dialects;
mod llama;
mod local;
mod planners;
mod served;
#[path = "../support/mod.rs"]
mod support;
mod tls;
mod wire;
