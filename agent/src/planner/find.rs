//! Asking a model where in a picture something is.

use sightstep_actions::plan::Plan;
use sightstep_actions::space::FramePoint;
use sightstep_vision::frame::Frame;
use sightstep_vision::geometry::Rect;
use sightstep_vision::screen::Settled;

use super::asking::{AskingPlanner, Shown};
use super::{Planner as _, PlannerError};
use crate::excerpt::shortened;
use crate::observation::Observation;

/// A place that a model pointed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPlace {
    /// Where, in pixels of the picture.
    pub point: FramePoint,
    /// What is there, where that is known.
    pub area: Option<Rect>,
    /// Why, where the model says.
    pub thought: Option<String>,
}

impl<P: Shown> AskingPlanner<P> {
    /// The place that the dialogue's goal names.
    ///
    /// # Errors
    /// [`PlannerError`] when the model cannot be asked, or points nowhere.
    pub async fn find(&mut self, frame: &Frame) -> Result<FoundPlace, PlannerError> {
        let settled = Settled::still(frame.clone());
        let proposal = self.next(&Observation { settled, windows: Vec::new(), pointer: None }, &[]).await?;
        let Plan { thought, actions, .. } = proposal.plan;
        match actions.iter().find_map(|action| action.points().first().copied()) {
            Some(point) => Ok(FoundPlace { point, area: None, thought }),
            None => Err(PlannerError::Nowhere(shortened(&proposal.raw))),
        }
    }
}
