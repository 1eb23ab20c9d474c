//! Who plans in a session: a model, or a recording that is performed again.

use sightstep_tasks::task::ResolvedTask;

use crate::eyes::Eyes;
use crate::model::{Model, NoPlanner};
use crate::planner::Planner;

/// Where a session's planner comes from.
pub trait Guide: Sync {
    /// What recordings call the planner.
    fn name(&self) -> String;

    /// The planner for a task.
    ///
    /// # Errors
    /// [`NoPlanner`] when the goal is not understood, or no request can be made.
    fn planner(&self, task: &ResolvedTask, eyes: &Eyes) -> Result<Box<dyn Planner>, NoPlanner>;

    /// A key that must not be seen in anything that is written.
    fn key(&self) -> Option<&str>;

    /// After how many plans the run ends, where the task says `limit`.
    fn steps(&self, limit: u32) -> u32 {
        limit
    }
}

impl Guide for Model {
    fn name(&self) -> String {
        self.to_string()
    }

    fn planner(&self, task: &ResolvedTask, eyes: &Eyes) -> Result<Box<dyn Planner>, NoPlanner> {
        Self::planner(self, task, eyes)
    }

    fn key(&self) -> Option<&str> {
        Self::key(self)
    }
}
