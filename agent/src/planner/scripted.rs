//! A planner that follows a script: it drives the real loop in tests, with no model and no reading.

use std::collections::VecDeque;

use async_trait::async_trait;
use sightstep_actions::plan::Plan;

use super::{Planner, PlannerError, Proposal};
use crate::observation::{Done, Observation};

/// Gives its plans in order, whatever is seen.
#[derive(Debug, Clone, Default)]
pub struct ScriptedPlanner {
    plans: VecDeque<Plan>,
    given: usize,
}

impl ScriptedPlanner {
    /// A planner that will answer with these plans.
    pub fn new(plans: impl IntoIterator<Item = Plan>) -> Self {
        Self { plans: plans.into_iter().collect(), given: 0 }
    }
}

#[async_trait]
impl Planner for ScriptedPlanner {
    async fn next(&mut self, _seen: &Observation, _history: &[Done]) -> Result<Proposal, PlannerError> {
        let plan = self.plans.pop_front().ok_or(PlannerError::ScriptEnded(self.given))?;
        self.given += 1;
        let raw = serde_json::to_string(&plan).unwrap_or_default();
        Ok(Proposal::of(plan, raw))
    }
}
