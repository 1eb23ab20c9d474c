//! Knowing the first action before the answer ends, and breaking off a model that goes on after its only one.

use sightstep_actions::dialect::PlanStream;
use sightstep_actions::profile::Profile;
use sightstep_actions::space::Size;

use super::Listener;
use crate::planner::answer_stream::AnswerStream;
use crate::planner::asking::Answer;

/// How many parts may follow a complete action: its closing tag, the end, the count of tokens. A model that goes on
/// after them does not know how to stop.
const AFTERWARDS: u32 = 8;

/// Listens until the action of a family that gives one at a time is complete.
pub struct FirstAction {
    profile: Profile,
    screen: Size,
    stream: Option<PlanStream>,
    /// The length of the answer when its action was complete, and how many parts came since.
    complete: Option<(usize, u32)>,
    enough: bool,
    heard: String,
    answer_stream: AnswerStream,
}

impl FirstAction {
    /// Listens for an action of this family on a screen of this size, and lets others hear.
    pub fn new(profile: Profile, screen: Size, answer_stream: AnswerStream) -> Self {
        Self { profile, screen, stream: None, complete: None, enough: false, heard: String::new(), answer_stream }
    }

    /// The answer as it counts: where it was broken off, what came after its action is no part of it.
    pub fn broken_off(&self, answer: Answer) -> Answer {
        match self.complete {
            Some((length, _)) if self.enough => {
                let text = answer.text.get(..length).unwrap_or(&answer.text).to_owned();
                Answer { text, ..answer }
            }
            _ => answer,
        }
    }
}

impl Listener for FirstAction {
    fn begin(&mut self) {
        self.complete = None;
        self.enough = false;
        self.heard.clear();
        self.stream = match self.profile.dialect.gives_one_action() {
            true => self.profile.stream(self.screen, None).ok(),
            false => None,
        };
    }

    fn hear(&mut self, delta: &str) -> bool {
        self.heard.push_str(delta);
        self.answer_stream.say(&self.heard);
        let Some(stream) = &mut self.stream else { return false };
        if let Some((_, since)) = &mut self.complete {
            *since += 1;
            self.enough = *since > AFTERWARDS;
        } else if stream.push(delta).is_some() {
            self.complete = Some((stream.answer().len(), 0));
        }
        self.enough
    }
}
