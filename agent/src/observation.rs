//! What a step sees, and what steps before it did: what planners, the verifier and the loop share.

use sightstep_actions::executor::Receipt;
use sightstep_actions::plan::Action;
use sightstep_actions::space::{FramePoint, Size};
use sightstep_actions::verdict::Verdict;
use sightstep_vision::screen::{Settled, Window};

/// One look at the screen.
#[derive(Debug, Clone)]
pub struct Observation {
    /// The still frame.
    pub settled: Settled,
    /// The open windows, the active one first.
    pub windows: Vec<Window>,
    /// Where the pointer was, where that is known: what lights up under it was lit already.
    pub pointer: Option<FramePoint>,
}

impl Observation {
    /// The frame's size in pixels.
    pub fn size(&self) -> Size {
        Size { width: self.settled.frame.width(), height: self.settled.frame.height() }
    }
}

/// One action of the past, with what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    /// The step it belongs to, counted from 1.
    pub step: u32,
    /// What was to be done.
    pub action: Action,
    /// What was done, or the rule that refused it.
    pub receipt: Result<Receipt, String>,
    /// What was seen of it; absent for a refused action.
    pub verdict: Option<Verdict>,
}
