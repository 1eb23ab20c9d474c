//! The command line: help, errors, exit codes, protocols, and the rules of our own code.

mod ask;
mod bad_input;
mod ci;
mod dependency_direction;
mod help;
mod protocols;
#[path = "../support/mod.rs"]
mod support;
