//! How far a run has come: which action is next, what was done, and whether it still gets anywhere.

use sightstep_actions::plan::Action;
use sightstep_tasks::recording::{Acted, Event};

use crate::observation::Done;
use crate::recovery::LoopGuard;

/// One action of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ActionId {
    /// The step, counted from 1.
    pub(super) step: u32,
    /// Its place in the step's plan, counted from 1.
    pub(super) number: usize,
}

impl ActionId {
    /// The event that tells what became of the action.
    pub(super) fn acted(self, action: &Action, acted: Acted) -> Event {
        Event::Acted { step: self.step, number: self.number, action: action.clone(), acted }
    }
}

/// What is known of a run while it goes on.
#[derive(Default)]
pub(super) struct Progress {
    /// The step under way.
    pub(super) step: u32,
    /// What was done, in order.
    pub(super) history: Vec<Done>,
    /// Notices a planner that gets nowhere.
    pub(super) guard: LoopGuard,
}

impl Progress {
    /// Notes an action that was not done, and why.
    pub(super) fn not_done(&mut self, id: ActionId, action: &Action, reason: String) {
        self.history.push(Done { step: id.step, action: action.clone(), receipt: Err(reason), verdict: None });
    }
}
