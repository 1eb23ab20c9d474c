//! What can be done: the typed plan, coordinate spaces, policy and the executor.
//!
//! Text in, typed plan and input events out. This crate knows nothing of pixels; see `sightstep-vision`.

pub mod demonstration;
pub mod dialect;
pub mod executor;
pub mod failsafe;
pub mod key;
pub mod launch;
pub mod nearest;
pub mod plan;
pub mod policy;
pub mod profile;
pub mod space;
pub mod verdict;

mod x11;
