//! `read` and `ground`: one picture, or one a line with `--jsonl`.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};
use sightstep_vision::frame::Frame;
use sightstep_vision::read::Reader;
use tokio::runtime::Runtime;

use super::arguments::{GroundArguments, ReadArguments};
use super::{Failure, lines, models};
use crate::exit::Exit;
use crate::model::{Local, Model, Served};
use crate::planner::reader::ground;
use crate::planner::{Place, PlannerError};

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
    let mut finder = Finder::of(models::named(&arguments.model)?)?;
    match (&arguments.image, &arguments.instruction) {
        (Some(image), Some(instruction)) => {
            lines::print(&finder.find(image, instruction)?);
            Ok(Exit::Done)
        }
        _ => lines::each(|case: &Case| finder.find(&case.image, &case.instruction)),
    }
}

/// Who looks, loaded once for all pictures.
enum Finder {
    Reader(Box<Reader>),
    Asked(Runtime, Asked),
}

/// A model that is asked.
enum Asked {
    Served(Box<Served>),
    Local(Local),
}

impl Asked {
    async fn find(&self, frame: &Frame, instruction: &str) -> Result<Place, PlannerError> {
        match self {
            Self::Served(served) => served.finder(instruction)?.find(frame).await,
            Self::Local(local) => local.finder(instruction)?.find(frame).await,
        }
    }
}

impl Finder {
    fn of(model: Model) -> Result<Self, Failure> {
        Ok(match model {
            Model::Reader => Self::Reader(Box::new(models::reader()?)),
            Model::Served(served) => Self::asked(Asked::Served(served))?,
            Model::Local(local) => Self::asked(Asked::Local(local))?,
        })
    }

    fn asked(model: Asked) -> Result<Self, Failure> {
        Ok(Self::Asked(Runtime::new().map_err(|e| Failure::environment(&e))?, model))
    }

    fn find(&mut self, image: &Path, instruction: &str) -> Result<Value, Failure> {
        match self {
            Self::Reader(reader) => grounded(reader, image, instruction),
            Self::Asked(runtime, model) => pointed_out(runtime, model, image, instruction),
        }
    }
}

/// A place that a model names.
fn pointed_out(runtime: &Runtime, model: &Asked, image: &Path, instruction: &str) -> Result<Value, Failure> {
    let frame = picture(image)?;
    let found = runtime.block_on(model.find(&frame, instruction));
    let found =
        found.map_err(|e| if e.is_environment() { Failure::environment(&e) } else { Failure::not_found(&e) })?;
    Ok(json!({ "point": found.point, "box": null, "thought": found.thought }))
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

/// A picture file's pixels.
pub(super) fn picture(path: &Path) -> Result<Frame, Failure> {
    let said = |reason: String| {
        Failure::usage(format!("{} cannot be read: {reason}\nhint: give a PNG or JPEG file", path.display()))
    };
    let reader = image::ImageReader::open(path).map_err(|e| said(e.to_string()))?;
    let reader = reader.with_guessed_format().map_err(|e| said(e.to_string()))?;
    Ok(Frame::from_image(reader.decode().map_err(|e| said(e.to_string()))?.into_rgb8()))
}
