//! A dialogue carried by chat completions.

use async_trait::async_trait;
use sightstep_actions::profile;
use sightstep_actions::space::Size;
use sightstep_vision::frame::Frame;

use super::listener::FirstAction;
use super::{ChatModel, Message, Part, Request, Role};
use crate::planner::PlannerError;
use crate::planner::answer_stream::AnswerStream;
use crate::planner::asking::{Answer, Wire};
use crate::planner::dialogue::Dialogue;
use crate::planner::endpoint::picture::EncodedPicture;

/// Sends a profile's messages as they are, and listens for its dialect.
pub struct ChatWire(pub ChatModel);

#[async_trait]
impl Wire<EncodedPicture> for ChatWire {
    async fn show(&self, frame: &Frame, size: Size) -> EncodedPicture {
        EncodedPicture::of(frame, size).await
    }

    async fn ask(&mut self, dialogue: &Dialogue<EncodedPicture>, temperature: f64) -> Result<Answer, PlannerError> {
        let (answer_stream, key) = (dialogue.answer_stream().clone(), self.0.client().key().cloned());
        // A server may send the key back in anything that it says.
        let answer_stream = AnswerStream::to(move |so_far| match &key {
            Some(key) => answer_stream.say(&key.redact(so_far)),
            None => answer_stream.say(so_far),
        });
        let mut listener = FirstAction::new(dialogue.profile().clone(), dialogue.screen(), answer_stream);
        let answer = self.0.answer(&request(dialogue, temperature), &mut listener).await?;
        Ok(listener.broken_off(answer))
    }
}

fn request(dialogue: &Dialogue<EncodedPicture>, temperature: f64) -> Request {
    let sampling = dialogue.profile().sampling;
    Request {
        messages: dialogue.messages().into_iter().map(|m| message(m, dialogue)).collect(),
        temperature,
        top_p: sampling.top_p,
        max_tokens: sampling.max_tokens,
    }
}

fn message(message: profile::Message, dialogue: &Dialogue<EncodedPicture>) -> Message {
    let role = match message.role {
        profile::Role::System => Role::System,
        profile::Role::User => Role::User,
        profile::Role::Assistant => Role::Assistant,
    };
    let part = |part| match part {
        profile::Part::Text(text) => Some(Part::Text(text)),
        profile::Part::Image(index) => dialogue.picture_at(index).cloned().map(Part::Image),
    };
    Message { role, parts: message.content.into_iter().filter_map(part).collect() }
}
