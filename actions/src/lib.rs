//! What can be done: the typed plan, coordinate spaces, policy and the executor.
//!
//! Text in, typed plan and input events out. This crate knows nothing of pixels; see `sightstep-vision`.

pub mod executor;
pub mod plan;
pub mod space;
pub mod verdict;
