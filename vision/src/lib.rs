//! What is seen: frames, capture, settling and reading.
//!
//! Pixels in, text and regions out. This crate knows nothing of actions; see `sightstep-actions`.

pub mod diff;
pub mod digest;
pub mod element;
pub mod encode;
pub mod frame;
pub mod geometry;
pub mod icons;
pub mod needle;
pub mod read;
pub mod resize;
pub mod screen;
pub mod settle;
pub mod simd;
pub mod told;
pub mod weights;
