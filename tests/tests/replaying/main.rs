//! Recordings done again: offline, live, healed, and with another model.

mod agreement;
mod heal;
mod live;
mod replayed_models;
#[path = "../support/mod.rs"]
mod support;
