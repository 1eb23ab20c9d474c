//! Who is asked where in a picture something is: the reader, or a model.

use sightstep_actions::space::FramePoint;
use sightstep_vision::frame::Frame;

use super::{Local, Model, Served};
use crate::cached_reader::CachedReader;
use crate::planner::reader::ground;
use crate::planner::{FoundPlace, PlannerError};

/// Points things out. Clones share a loaded model.
#[derive(Clone)]
pub enum Finder {
    /// The reader, with what it reads by.
    Reader(CachedReader),
    /// A model behind a server.
    Served(Box<Served>),
    /// A model in this process.
    Local(Local),
}

impl Finder {
    /// The model as one that is asked for places; the reader planner reads with this reader of text.
    pub fn of(model: &Model, reader: &CachedReader) -> Self {
        match model {
            Model::Reader => Self::Reader(reader.clone()),
            Model::Served(served) => Self::Served(served.clone()),
            Model::Local(local) => Self::Local(local.clone()),
        }
    }

    /// The place that an instruction names.
    ///
    /// # Errors
    /// [`PlannerError`] when it cannot be asked, or finds nothing.
    pub async fn find(&self, frame: &Frame, instruction: &str) -> Result<FoundPlace, PlannerError> {
        match self {
            Self::Served(served) => served.finder(instruction)?.find(frame).await,
            Self::Local(local) => local.finder(instruction)?.find(frame).await,
            Self::Reader(reader) => {
                let reading = reader.read(frame).await?;
                let found = ground(&reading, frame.width(), frame.height(), instruction)?;
                // A text's middle is on the picture that it was read of.
                let point = FramePoint { x: found.point.x.max(0) as u32, y: found.point.y.max(0) as u32 };
                Ok(FoundPlace { point, area: Some(found.area), thought: Some(found.thought) })
            }
        }
    }
}
