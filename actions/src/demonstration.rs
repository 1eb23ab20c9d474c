//! What a person does with mouse and keyboard: heard from the display, gathered into actions.

mod accent;
mod gesture;
mod input_listener;

pub use crate::input::{Accent, Heard, Input, Struck};
pub use gesture::{Gesture, GestureRecognizer};
pub use input_listener::InputListener;
