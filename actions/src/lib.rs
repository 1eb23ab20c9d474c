//! What can be done: the typed plan, coordinate spaces, policy and the executor.
//!
//! Text in, typed plan and input events out. This crate knows nothing of pixels; see `sightstep-vision`.

pub mod demonstration;
pub mod dialect;
pub mod error;
pub mod executor;
pub mod input;
pub mod key;
pub mod launch;
pub mod nearest;
pub mod plan;
mod platform;
pub mod policy;
pub mod profile;
pub mod receipt;
pub mod resize;
pub mod space;
pub mod verdict;
