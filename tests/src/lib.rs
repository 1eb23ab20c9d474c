//! Shared pieces of the end-to-end tests and the measurements.

pub mod checkpoint;
pub mod conformance;
pub mod desktop;
pub mod faults;
pub mod figures;
pub mod hub;
pub mod pairs;
pub mod parrot;
pub mod server;
pub mod task_files;
pub mod told;
