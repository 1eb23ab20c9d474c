//! The loop on painted screens.

use async_trait::async_trait;
use sightstep_actions::executor::{Receipt, RecordedExecutor};
use sightstep_actions::plan::FinishStatus;
use sightstep_actions::policy::Policy;
use sightstep_tasks::recording::Recorder;
use sightstep_tasks::task::Secrets;
use sightstep_vision::frame::Frame;
use sightstep_vision::read::{ReadError, Reading};
use sightstep_vision::screen::{Look, RecordedScreen, ScreenError, Settled};

use super::*;
use crate::cached_reader::{CachedReader, Read};
use crate::planner::{PlannerError, ScriptedPlanner};
use crate::report::Silent;
use crate::run::person::Nobody;
use crate::verify::ScreenVerifier;

/// Reads nothing.
struct Blind;

impl Read for Blind {
    fn read(&mut self, _frame: &Frame) -> Result<std::sync::Arc<Reading>, ReadError> {
        Ok(std::sync::Arc::default())
    }
}

/// Presses Tab six times, and says whether it tells what was done before.
struct Presses {
    script: ScriptedPlanner,
    tells: bool,
}

#[async_trait]
impl Planner for Presses {
    async fn next(&mut self, seen: &Observation, history: &[Done]) -> Result<Proposal, PlannerError> {
        self.script.next(seen, history).await
    }

    fn may_repeat(&self) -> bool {
        self.tells
    }
}

fn plan(action: Action) -> Plan {
    Plan { thought: None, reflection: None, actions: vec![action], expect: vec![] }
}

/// The same screen each time.
fn look() -> Result<Look, ScreenError> {
    let frame = Frame::from_image(image::RgbImage::from_pixel(64, 48, image::Rgb([240; 3])));
    let settled = Settled::still(frame);
    Ok(Look { settled, windows: vec![] })
}

async fn ended(tells: bool) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let reader = CachedReader::new(Blind);
    let tab = Action::Key { keys: vec!["tab".into()] };
    let finish = Action::Finish { status: FinishStatus::Success, answer: None };
    let script: Vec<Plan> = std::iter::repeat_n(tab, 6).chain([finish]).map(plan).collect();
    let mut run = Run {
        screen: Box::new(RecordedScreen::new((0..9).map(|_| look()))),
        planner: Box::new(Presses { script: ScriptedPlanner::new(script), tells }),
        executor: Box::new(RecordedExecutor::new((0..6).map(|_| Ok(Receipt::default())))),
        verifier: Box::new(ScreenVerifier::new(reader.clone())),
        reader: reader.clone(),
        policy: Policy::default(),
        person: Box::new(Nobody),
        steps: 9,
        patience: Patience::NONE,
        journal: Journal::new(Recorder::create(folder.path()).unwrap(), Box::new(Silent), Secrets::default())
            .with_reader(reader),
    };
    run.to_end(&Stop::default()).await.outcome
}

#[tokio::test]
async fn who_tells_what_was_done_may_repeat_it_and_who_tries_may_not() {
    assert_eq!(ended(true).await, Outcome::Done);
    assert_ne!(ended(false).await, Outcome::Done);
}
