//! What was done in a recording, in order, with what was seen before each action.

use std::collections::HashMap;
use std::sync::Arc;

use sightstep_actions::plan::{Action, Expectation, FinishStatus, Plan};
use sightstep_actions::verdict::Judgement;
use sightstep_tasks::recording::{Acted, Event, Recording, ScreenSeen};
use sightstep_vision::frame::Frame;
use sightstep_vision::geometry::Rect;
use sightstep_vision::read::Reading;
use sightstep_vision::screen::Window;

use crate::from_recording;

/// Everything that was performed, and how it ended.
pub(super) struct RecordedActions {
    pub(super) all: Vec<Move>,
    /// The action that ended the recorded run.
    pub(super) ending: Action,
    recording: Recording,
    screen: ScreenSeen,
    readings: HashMap<String, Arc<Reading>>,
}

/// An action that was performed.
#[derive(Debug, Clone)]
pub(super) struct Move {
    pub(super) step: u32,
    pub(super) number: usize,
    pub(super) action: Action,
    /// What the planner expected of it.
    pub(super) expect: Vec<Expectation>,
    /// What came of it; absent where the recording broke off.
    pub(super) judgement: Option<Judgement>,
    /// What was seen before it.
    pub(super) before: Look,
    /// The windows after it.
    pub(super) after: Vec<Window>,
}

/// A recorded look at the screen.
#[derive(Debug, Clone, Default)]
pub(super) struct Look {
    pub(super) frame: String,
    pub(super) windows: Vec<Window>,
    /// Places that are painted over.
    pub(super) hidden: Vec<Rect>,
}

impl RecordedActions {
    pub(super) fn of(recording: &Recording, screen: &ScreenSeen) -> Self {
        let mut all: Vec<Move> = Vec::new();
        let (mut look, mut plan, mut readings) = (Look::default(), None::<Plan>, HashMap::new());
        for entry in &recording.entries {
            match &entry.event {
                Event::Observed { frame, windows, hidden, .. } => {
                    let windows: Vec<Window> = windows.iter().map(from_recording::window).collect();
                    if let Some(last) = all.last_mut().filter(|last| last.judgement.is_none()) {
                        last.after.clone_from(&windows);
                    }
                    look = Look {
                        frame: frame.clone(),
                        windows,
                        hidden: hidden.iter().map(|area| (*area).into()).collect(),
                    };
                }
                Event::Read { frame, lines, elements } => {
                    readings.insert(frame.clone(), Arc::new(from_recording::reading(lines, elements)));
                }
                Event::Planned { plan: now, .. } => plan = Some(now.clone()),
                Event::Acted { step, number, action, acted: Acted::Receipt(_) } => {
                    let expect = expected(plan.as_ref(), *number);
                    let (action, before, after) = (action.clone(), look.clone(), vec![]);
                    all.push(Move { step: *step, number: *number, action, expect, judgement: None, before, after });
                }
                Event::Verified { verdict, .. } => {
                    if let Some(last) = all.last_mut() {
                        last.judgement = Some(verdict.judgement);
                    }
                }
                _ => {}
            }
        }
        let ending = plan.and_then(|plan| plan.actions.last().filter(|action| is_ending(action)).cloned());
        let ending = ending.unwrap_or(Action::Finish { status: FinishStatus::Success, answer: None });
        Self { all, ending, recording: recording.clone(), screen: screen.clone(), readings }
    }

    /// A recorded picture; why not, where it cannot be used.
    pub(super) fn frame(&self, look: &Look) -> Result<Frame, String> {
        from_recording::frame(&self.recording, &look.frame, &self.screen)
    }

    /// What was read of a recorded picture, if it was read.
    pub(super) fn reading(&self, look: &Look) -> Option<Arc<Reading>> {
        self.readings.get(&look.frame).cloned()
    }

    /// Where a recorded picture lies.
    pub(super) fn path(&self, look: &Look) -> std::path::PathBuf {
        self.recording.frame(&look.frame)
    }
}

/// A plan's expectations are about its last action.
fn expected(plan: Option<&Plan>, number: usize) -> Vec<Expectation> {
    plan.filter(|plan| plan.actions.len() == number).map(|plan| plan.expect.clone()).unwrap_or_default()
}

fn is_ending(action: &Action) -> bool {
    matches!(action, Action::Finish { .. } | Action::Ask { .. })
}
