//! `read` and `ground`: one picture, or one a line with `--jsonl`.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};
use sightstep_vision::frame::Frame;
use sightstep_vision::read::Reader;

use super::arguments::{GroundArguments, ReadArguments};
use super::{Failure, lines, models};
use crate::exit::Exit;
use crate::planner::reader::ground;

/// One line of `--jsonl`.
#[derive(Deserialize)]
struct Case {
    image: PathBuf,
    #[serde(default)]
    instruction: String,
}

/// `sightstep read`.
pub fn read(arguments: &ReadArguments) -> Result<Exit, Failure> {
    let mut reader = models::reader()?;
    match &arguments.image {
        Some(image) => {
            lines::print(&reading(&mut reader, image)?);
            Ok(Exit::Done)
        }
        None => lines::each(|case: &Case| reading(&mut reader, &case.image)),
    }
}

/// `sightstep ground`.
pub fn ground_in(arguments: &GroundArguments) -> Result<Exit, Failure> {
    models::known(&arguments.model)?;
    let mut reader = models::reader()?;
    match (&arguments.image, &arguments.instruction) {
        (Some(image), Some(instruction)) => {
            lines::print(&grounded(&mut reader, image, instruction)?);
            Ok(Exit::Done)
        }
        _ => lines::each(|case: &Case| grounded(&mut reader, &case.image, &case.instruction)),
    }
}

fn reading(reader: &mut Reader, image: &Path) -> Result<Value, Failure> {
    let read = reader.read(&picture(image)?).map_err(|e| Failure::environment(&e))?;
    Ok(json!({ "lines": read.lines, "elements": read.elements }))
}

fn grounded(reader: &mut Reader, image: &Path, instruction: &str) -> Result<Value, Failure> {
    let frame = picture(image)?;
    let read = reader.read(&frame).map_err(|e| Failure::environment(&e))?;
    let found = ground(&read, frame.width(), frame.height(), instruction).map_err(|e| Failure::not_found(&e))?;
    Ok(json!({ "point": found.point, "box": found.area, "thought": found.thought }))
}

/// The frame of a picture file.
pub fn picture(path: &Path) -> Result<Frame, Failure> {
    let said = |reason: String| {
        Failure::usage(format!("{} cannot be read: {reason}\nhint: give a PNG or JPEG file", path.display()))
    };
    let reader = image::ImageReader::open(path).map_err(|e| said(e.to_string()))?;
    let reader = reader.with_guessed_format().map_err(|e| said(e.to_string()))?;
    Ok(Frame::from_image(reader.decode().map_err(|e| said(e.to_string()))?.into_rgb8()))
}
