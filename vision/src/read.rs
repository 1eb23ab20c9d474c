//! Reading a frame: lines of text with their places, then the elements they belong to.

use serde::{Deserialize, Serialize};

use crate::geometry::Rect;

mod boxes;
mod detect;
mod elements;
mod ink;
mod marks;
mod models;
mod network;
mod reader;
mod recognise;
mod regions;
mod resize;
mod words;

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

/// What an element is, as far as its looks tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ElementKind {
    /// Something to press.
    Button,
    /// Something to type into; its text is what it holds, empty when it is.
    Field,
    /// A box that can be ticked; its text is its label.
    Checkbox,
    /// One choice of several; its text is its label.
    Radio,
    /// The handle of a page.
    Tab,
    /// Text that leads somewhere.
    Link,
    /// An entry of a menu bar or of an open menu.
    MenuItem,
    /// Plain text.
    Text,
}

impl ElementKind {
    const ALL: [Self; 8] =
        [Self::Button, Self::Field, Self::Checkbox, Self::Radio, Self::Tab, Self::Link, Self::MenuItem, Self::Text];

    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Button => "button",
            Self::Field => "field",
            Self::Checkbox => "checkbox",
            Self::Radio => "radio",
            Self::Tab => "tab",
            Self::Link => "link",
            Self::MenuItem => "menu_item",
            Self::Text => "text",
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Something on the screen that a person would point at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Element {
    /// What it is.
    pub kind: ElementKind,
    /// What it says, or the label beside it.
    pub text: String,
    /// The part to click: the drawn box of a button or field, the mark of a check box, else the text.
    #[serde(rename = "box")]
    pub area: Rect,
    /// Whether a check box or radio button is on, where that could be seen.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub checked: Option<bool>,
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
