//! `read` and `ground`: one picture, or one a line with `--jsonl`.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};
use sightstep_vision::frame::Frame;
use sightstep_vision::read::{Reader, marked};
use tokio::runtime::Runtime;

use super::arguments::{GroundArguments, ReadArguments};
use super::{Failure, lines, models};
use crate::cached_reader::CachedReader;
use crate::exit::Exit;
use crate::model::{Finder, Model};

/// One line of `--jsonl`.
#[derive(Deserialize)]
struct GroundCase {
    image: PathBuf,
    #[serde(default)]
    instruction: String,
}

/// `sightstep read`.
pub fn read(arguments: &ReadArguments) -> Result<Exit, Failure> {
    let mut reader = models::reader()?;
    match &arguments.image {
        Some(image) => {
            let frame = picture(image)?;
            let read = reader.read(&frame);
            if let Some(path) = &arguments.marks {
                let said = |e: image::ImageError| {
                    Failure::usage(format!("{} cannot be written: {e}\nhint: --marks names a PNG file", path.display()))
                };
                marked(&frame, &read.elements).save(path).map_err(said)?;
            }
            lines::print(&json!({ "lines": read.lines, "elements": read.elements }));
            Ok(Exit::Done)
        }
        None => lines::each(|case: &GroundCase| reading(&mut reader, &case.image)),
    }
}

/// `sightstep ground`.
pub fn ground_in(arguments: &GroundArguments) -> Result<Exit, Failure> {
    let finder = match models::named(&arguments.model)? {
        Model::Reader => Finder::Reader(CachedReader::new(models::reader()?)),
        Model::Served(served) => Finder::Served(served),
        Model::Local(local) => Finder::Local(local),
    };
    let runtime = Runtime::new().map_err(|e| Failure::environment(&e))?;
    let find = |image: &Path, instruction: &str| pointed_out(&runtime, &finder, image, instruction);
    match (&arguments.image, &arguments.instruction) {
        (Some(image), Some(instruction)) => {
            lines::print(&find(image, instruction)?);
            Ok(Exit::Done)
        }
        _ => lines::each(|case: &GroundCase| find(&case.image, &case.instruction)),
    }
}

/// The place that an instruction names, as JSON.
fn pointed_out(runtime: &Runtime, finder: &Finder, image: &Path, instruction: &str) -> Result<Value, Failure> {
    let frame = picture(image)?;
    let found = runtime.block_on(finder.find(&frame, instruction));
    let found =
        found.map_err(|e| if e.is_environment() { Failure::environment(&e) } else { Failure::not_found(&e) })?;
    Ok(json!({ "point": found.point, "box": found.area, "thought": found.thought }))
}

fn reading(reader: &mut Reader, image: &Path) -> Result<Value, Failure> {
    let read = reader.read(&picture(image)?);
    Ok(json!({ "lines": read.lines, "elements": read.elements }))
}

/// A picture file's pixels.
pub(super) fn picture(path: &Path) -> Result<Frame, Failure> {
    let said = |reason: String| {
        Failure::usage(format!("{} cannot be read: {reason}\nhint: give a PNG or JPEG file", path.display()))
    };
    let reader = image::ImageReader::open(path).map_err(|e| said(e.to_string()))?;
    let reader = reader.with_guessed_format().map_err(|e| said(e.to_string()))?;
    Ok(Frame::from_image(reader.decode().map_err(|e| said(e.to_string()))?.into_rgb8()))
}
