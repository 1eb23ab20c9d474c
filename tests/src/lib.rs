//! Shared pieces of the end-to-end tests and the measurements.

pub mod figures;
pub mod pairs;
