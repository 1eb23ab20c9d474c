//! The loop and the program: planners, verification, recovery, sandbox and the command line.

pub mod aloud;
pub mod cli;
pub mod demonstration;
pub mod exit;
pub mod export;
pub mod eyes;
pub mod journal;
pub mod model;
pub mod movie;
pub mod page;
pub mod person;
pub mod planner;
pub mod recovery;
pub mod replay;
pub mod report;
pub mod run;
#[cfg(target_os = "linux")]
pub mod sandbox;
pub mod session;
pub mod stop;
pub mod verify;
