//! Runs on real windows: hands, typing, settling, policy, secrets, persons, faults.

mod ends;
mod examples;
mod eyes;
mod faults;
mod hands;
mod once;
mod person;
mod policy;
mod questions;
mod secrets;
mod settling;
#[path = "../support/mod.rs"]
mod support;
mod typing;
