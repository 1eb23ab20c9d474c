//! The loop and the program: planners, verification, sandbox and the command line.

pub mod eyes;
pub mod planner;
#[cfg(target_os = "linux")]
pub mod sandbox;
pub mod verify;
