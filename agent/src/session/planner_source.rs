//! Who plans in a session: a model, a recording that is performed again, or a person who is watched.

use sightstep_actions::executor::ActError;
use sightstep_actions::space::View;
use sightstep_tasks::task::ResolvedTask;
use sightstep_vision::screen::Screen;

use crate::cached_reader::{CachedReader, QuestionAnswerer};
use crate::model::{Model, NoPlanner};
use crate::planner::Planner;
use crate::planner::answer_stream::AnswerStream;
use crate::run::Run;
use crate::run::stop::Stop;

/// Where a session's planner comes from.
pub trait PlannerSource: Sync {
    /// What recordings call the planner.
    fn name(&self) -> String;

    /// The planner for a task; `answer_stream` hears answers as they grow.
    ///
    /// # Errors
    /// [`NoPlanner`] when the goal is not understood, or no request can be made.
    fn planner(
        &self,
        task: &ResolvedTask,
        reader: &CachedReader,
        answer_stream: &AnswerStream,
    ) -> Result<Box<dyn Planner>, NoPlanner>;

    /// The screen as the planner looks through it.
    fn screen(&self, screen: Box<dyn Screen>) -> Box<dyn Screen> {
        screen
    }

    /// How a model is spoken to, where one is.
    fn profile(&self) -> Option<&str> {
        None
    }

    /// Who answers questions about a picture, where there is a model that does.
    fn answerer(&self) -> Option<Box<dyn QuestionAnswerer>> {
        None
    }

    /// What carries the dialogue to a model, where one is asked.
    fn wire(&self) -> Option<&str> {
        None
    }

    /// A key that must not be seen in anything that is written.
    fn key(&self) -> Option<&str>;

    /// After how many plans the run ends, where the task says `limit`.
    fn steps(&self, limit: u32) -> u32 {
        limit
    }

    /// After how many seconds the run ends, where the task says `limit`.
    fn seconds(&self, limit: u64) -> u64 {
        limit
    }

    /// What stops the loop, where `stop` is what a person or a limit throws.
    fn stop(&self, stop: &Stop) -> Stop {
        stop.clone()
    }

    /// Puts parts of its own into the run, after the set-up; `view` is the part of the display that is looked at.
    ///
    /// # Errors
    /// [`ActError`] when the display cannot be listened to.
    fn take_over(
        &self,
        _run: &mut Run,
        _display: Option<&str>,
        _view: View,
        _eyes: &CachedReader,
    ) -> Result<(), ActError> {
        Ok(())
    }
}

impl PlannerSource for Model {
    fn name(&self) -> String {
        self.to_string()
    }

    fn planner(
        &self,
        task: &ResolvedTask,
        reader: &CachedReader,
        answer_stream: &AnswerStream,
    ) -> Result<Box<dyn Planner>, NoPlanner> {
        Self::planner(self, task, reader, answer_stream)
    }

    fn screen(&self, screen: Box<dyn Screen>) -> Box<dyn Screen> {
        match self {
            Self::Local(local) => local.ahead(screen),
            Self::Reader | Self::Served(_) => screen,
        }
    }

    fn profile(&self) -> Option<&str> {
        Self::profile(self)
    }

    fn answerer(&self) -> Option<Box<dyn QuestionAnswerer>> {
        Self::answerer(self)
    }

    fn wire(&self) -> Option<&str> {
        Self::wire(self)
    }

    fn key(&self) -> Option<&str> {
        Self::key(self)
    }
}
