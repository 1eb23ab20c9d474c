//! The loop and the program: planners, verification, sandbox and the command line.

pub mod planner;
