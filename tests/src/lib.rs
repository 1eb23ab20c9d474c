//! Shared pieces of the end-to-end tests and the measurements.

pub mod checkpoint;
pub mod conformance;
pub mod desktop;
pub mod figures;
pub mod pairs;
pub mod server;
