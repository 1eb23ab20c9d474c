//! Asking a vision-language model a question about a picture that yes or no answers.

use async_trait::async_trait;
use sightstep_actions::profile::Profile;
use sightstep_actions::space::Size;
use sightstep_vision::frame::Frame;

use super::PlannerError;
use super::asking::{Shown, Wire};
use super::dialogue::Dialogue;
use crate::cached_reader::{QuestionAnswerer, Unanswered};

/// Asks a model. Each question is a conversation of its own: what the model thought of its plans does not lead it.
pub struct AskingAnswerer<P> {
    wire: Box<dyn Wire<P>>,
    profile: Profile,
}

impl<P> AskingAnswerer<P> {
    /// One that asks over `wire` a model that is shown pictures as its profile says.
    pub fn new(wire: Box<dyn Wire<P>>, profile: Profile) -> Self {
        Self { wire, profile }
    }
}

impl<P: Shown> AskingAnswerer<P> {
    async fn ask_once(&mut self, question: &str, frame: &Frame) -> Result<String, PlannerError> {
        let size = Size { width: frame.width(), height: frame.height() };
        let picture = self.wire.show(frame, self.profile.resize(size)?.size).await;
        let mut dialogue = Dialogue::questioning(self.profile.clone(), question);
        dialogue.see(picture, Some(size), &[]);
        Ok(self.wire.ask(&dialogue, 0.0).await?.text)
    }
}

#[async_trait]
impl<P: Shown> QuestionAnswerer for AskingAnswerer<P> {
    async fn answer(&mut self, question: &str, frame: &Frame) -> Result<String, Unanswered> {
        let first_line = |error: PlannerError| error.to_string().lines().next().unwrap_or_default().to_owned();
        self.ask_once(question, frame).await.map_err(|error| Unanswered::Failed(first_line(error)))
    }
}
