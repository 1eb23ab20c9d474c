//! The loop and the program: planners, verification, recovery, sessions, replay, reports and the command line.

pub mod cached_reader;
pub mod cli;
mod excerpt;
pub mod exit;
mod from_recording;
mod matching;
pub mod model;
pub mod observation;
pub mod planner;
pub mod record;
pub mod recovery;
pub mod replay;
pub mod report;
pub mod run;
pub mod session;
pub mod verify;
