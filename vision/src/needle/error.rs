//! What is wrong with a needle, in words for its author.

use std::path::PathBuf;

use crate::geometry::Rect;

/// Why a needle cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NeedleError {
    /// A file of it cannot be read.
    #[error("the needle {} cannot be read: {reason}\nhint: a needle is NAME.json with NAME.png beside it", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The JSON is not one of a needle.
    #[error(
        "the needle {}: {reason}\n\
         hint: write {{\"area\":[{{\"xpos\":0,\"ypos\":0,\"width\":90,\"height\":20,\"type\":\"match\"}}],\"tags\":[]}}",
        path.display()
    )]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong, with its line.
        reason: String,
    },
    /// The picture is none.
    #[error("the needle's picture {}: {reason}\nhint: save the screenshot as a PNG file", path.display())]
    Picture {
        /// The file.
        path: PathBuf,
        /// What the decoder said.
        reason: String,
    },
    /// An area is not on the picture.
    #[error(
        "the needle {}: area {number}, {}x{} at {},{}, is not on its picture of {width}x{height} pixels\n\
         hint: areas are counted in the PNG's own pixels and are at least 1x1",
        path.display(), area.w, area.h, area.x, area.y
    )]
    Outside {
        /// The file.
        path: PathBuf,
        /// Which area, counted from 1.
        number: usize,
        /// The area.
        area: Rect,
        /// The picture's width.
        width: u32,
        /// The picture's height.
        height: u32,
    },
    /// Nothing is left to compare.
    #[error(
        "the needle {}: {what}\nhint: give it an area of type \"match\" or \"ocr\" that no exclude area covers",
        path.display()
    )]
    Nothing {
        /// The file.
        path: PathBuf,
        /// What holds nothing.
        what: String,
    },
    /// A number of an area means nothing.
    #[error("the needle {}: area {number}: {name} is {value}\nhint: {hint}", path.display())]
    Number {
        /// The file.
        path: PathBuf,
        /// Which area, counted from 1.
        number: usize,
        /// The field.
        name: &'static str,
        /// What it holds.
        value: String,
        /// What it may hold.
        hint: &'static str,
    },
}
