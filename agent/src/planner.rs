//! Planners: who turns a goal, the history and a frame into a plan.

pub mod reader;
