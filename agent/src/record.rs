//! `record`: a person's own mouse and keys become a recording.
//!
//! It is a session like any other: the loop observes, plans, acts, verifies and records. Its planner waits for what the
//! person does and tells it as a plan; its executor has nothing left to do; its screen shows how it looked before the
//! person went on ([`screen`]), however far the loop is behind.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use sightstep_actions::demonstration::{GestureRecognizer, InputListener};
use sightstep_actions::executor::{ActError, Executor, Receipt};
use sightstep_actions::plan::Action;
use sightstep_actions::policy::Policy;
use sightstep_actions::space::View;
use sightstep_tasks::task::ResolvedTask;
use sightstep_vision::screen::{Look, RecordedScreen, ScreenError};

use crate::cached_reader::CachedReader;
use crate::model::NoPlanner;
use crate::observation::{Done, Observation};
use crate::planner::answer_stream::AnswerStream;
use crate::planner::{Planner, PlannerError, Proposal};
use crate::run::stop::Stop;
use crate::run::{Patience, Run};
use crate::session::PlannerSource;
use planner::PersonPlanner;
use screen::PersonScreen;

mod planner;
mod screen;
mod secret;

/// The planner's name in the recording of a person.
pub const MODEL: &str = "person";

/// How long an effect may take to show, unless the person goes on before.
const EFFECT: std::time::Duration = std::time::Duration::from_secs(1);

/// What is heard, gathered; shared by all that waits for it.
#[derive(Clone)]
struct SharedRecognizer(Arc<Mutex<Listening>>);

struct Listening {
    listener: InputListener,
    recognizer: GestureRecognizer,
    last: Option<std::time::Instant>,
}

impl SharedRecognizer {
    /// The recognizer with everything that was heard up to now.
    fn now(&self) -> Gathered<'_> {
        let mut listening = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Listening { listener, recognizer, last } = &mut *listening;
        while let Some(heard) = listener.next() {
            *last = Some(heard.at);
            recognizer.feed(heard);
        }
        recognizer.tick(std::time::Instant::now());
        Gathered(listening)
    }
}

impl SharedRecognizer {
    /// When the last input came.
    fn last(&self) -> Option<std::time::Instant> {
        self.now().0.last
    }
}

struct Gathered<'a>(MutexGuard<'a, Listening>);

impl std::ops::Deref for Gathered<'_> {
    type Target = GestureRecognizer;

    fn deref(&self) -> &GestureRecognizer {
        &self.0.recognizer
    }
}

impl std::ops::DerefMut for Gathered<'_> {
    fn deref_mut(&mut self) -> &mut GestureRecognizer {
        &mut self.0.recognizer
    }
}

/// A person as the one who plans, until `over` is thrown.
pub struct WatchedPerson {
    over: Stop,
}

impl WatchedPerson {
    /// A person who is watched until `over` is thrown.
    pub fn until(over: Stop) -> Self {
        Self { over }
    }
}

impl PlannerSource for WatchedPerson {
    fn name(&self) -> String {
        MODEL.to_owned()
    }

    /// The planner is put in place once there is a display to listen on; until then nobody plans.
    fn planner(
        &self,
        _task: &ResolvedTask,
        _eyes: &CachedReader,
        _aloud: &AnswerStream,
    ) -> Result<Box<dyn Planner>, NoPlanner> {
        Ok(Box::new(Nothing))
    }

    fn key(&self) -> Option<&str> {
        None
    }

    fn steps(&self, _limit: u32) -> u32 {
        u32::MAX
    }

    fn seconds(&self, _limit: u64) -> u64 {
        // A day, the most that a task may take.
        86_400
    }

    /// What ends the demonstration ends it well.
    fn stop(&self, _stop: &Stop) -> Stop {
        Stop::default()
    }

    fn take_over(
        &self,
        run: &mut Run,
        display: Option<&str>,
        view: View,
        reader: &CachedReader,
    ) -> Result<(), ActError> {
        let listener = InputListener::start(display)?;
        let recognizer = SharedRecognizer(Arc::new(Mutex::new(Listening {
            listener,
            recognizer: GestureRecognizer::new(view),
            last: None,
        })));
        let nothing: [Result<Look, ScreenError>; 0] = [];
        let screen = std::mem::replace(&mut run.screen, Box::new(RecordedScreen::new(nothing)));
        let screen = PersonScreen::new(screen, recognizer.clone());
        let samples = screen.samples();
        run.screen = Box::new(screen);
        run.planner = Box::new(PersonPlanner::new(recognizer, samples, reader.clone(), self.over.clone()));
        run.executor = Box::new(AlreadyDone);
        run.policy = Policy::default();
        run.patience = Patience { effect: EFFECT, typing: EFFECT, opening: EFFECT };
        Ok(())
    }
}

/// Nobody plans.
struct Nothing;

#[async_trait]
impl Planner for Nothing {
    async fn next(&mut self, _seen: &Observation, _history: &[Done]) -> Result<Proposal, PlannerError> {
        Err(PlannerError::Goal("nobody plans before there is a display".to_owned()))
    }
}

/// The executor of what a person has done already.
struct AlreadyDone;

#[async_trait]
impl Executor for AlreadyDone {
    async fn perform(&mut self, _action: &Action, _view: &View) -> Result<Receipt, ActError> {
        Ok(Receipt { method: MODEL.to_owned(), millis: 0.0, note: None })
    }

    /// The person's pointer is where the person brought it.
    async fn approach(&mut self, _action: &Action, _view: &View) -> Result<bool, ActError> {
        Ok(false)
    }

    /// What the person holds is the person's.
    async fn release_all(&mut self) -> Result<(), ActError> {
        Ok(())
    }
}

/// The names that stand for secrets, for the recorded task: `secret`, `secret_2` and so on.
fn secret_name(number: usize) -> String {
    if number == 1 { "secret".to_owned() } else { format!("secret_{number}") }
}
