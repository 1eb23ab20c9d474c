//! Reading a frame: lines of text with their places, then the elements they belong to.

use serde::{Deserialize, Serialize};

use crate::geometry::Rect;

mod boxes;
mod detect;
mod elements;
mod flats;
mod ink;
mod marked;
mod marks;
mod merged;
mod models;
mod network;
mod numbers;
mod reader;
mod recognise;
mod regions;
mod resize;
mod words;

pub use crate::element::{Element, Group, Role, Source, State};
pub use elements::elements_of;
pub use marked::marked;
pub use models::TextModels;
pub use reader::Reader;

/// One line of text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// What it says.
    pub text: String,
    /// Where it stands.
    #[serde(rename = "box")]
    pub area: Rect,
    /// Mean probability of its characters, 0 to 1.
    pub confidence: f32,
    /// Its words with their own places, in reading order.
    #[serde(skip)]
    pub words: Vec<Word>,
}

/// One word of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// What it says, punctuation included.
    pub text: String,
    /// Where it stands.
    pub area: Rect,
}

/// All that was read from a frame.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Reading {
    /// Lines of text, top to bottom, left to right.
    pub lines: Vec<Line>,
    /// Elements, top to bottom, left to right.
    pub elements: Vec<Element>,
}

/// Why a frame cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A model could not be run.
    #[error("reading the screen failed: {reason}")]
    Model {
        /// What went wrong.
        reason: String,
    },
    /// A recording does not hold what one of its pictures says.
    #[error(
        "the recording does not hold what the picture {frame} says\nhint: nobody read it then; record the run again"
    )]
    NotRecorded {
        /// The picture's digest.
        frame: String,
    },
}
