//! A dialogue carried by chat completions.

use async_trait::async_trait;
use sightstep_actions::dialect;

use super::listener::FirstAction;
use super::{ChatModel, Message, Part, Request, Role};
use crate::planner::dialogue::Dialogue;
use crate::planner::endpoint::error::EndpointError;
use crate::planner::endpoint::picture::Picture;
use crate::planner::endpoint::planner::{Answer, Wire};

/// Sends a profile's messages as they are, and listens for its dialect.
pub struct ChatWire(pub ChatModel);

#[async_trait]
impl Wire for ChatWire {
    async fn ask(&mut self, dialogue: &Dialogue<Picture>, temperature: f64) -> Result<Answer, EndpointError> {
        let mut listener = FirstAction::new(dialogue.profile().clone(), dialogue.screen());
        let answer = self.0.answer(&request(dialogue, temperature), &mut listener).await?;
        Ok(listener.broken_off(answer))
    }
}

fn request(dialogue: &Dialogue<Picture>, temperature: f64) -> Request {
    let sampling = dialogue.profile().sampling;
    Request {
        messages: dialogue.messages().into_iter().map(|m| message(m, dialogue.pictures())).collect(),
        temperature,
        top_p: sampling.top_p,
        max_tokens: sampling.max_tokens,
    }
}

fn message(message: dialect::Message, pictures: &[Picture]) -> Message {
    let role = match message.role {
        dialect::Role::System => Role::System,
        dialect::Role::User => Role::User,
        dialect::Role::Assistant => Role::Assistant,
    };
    let part = |part| match part {
        dialect::Part::Text(text) => Some(Part::Text(text)),
        dialect::Part::Image(index) => pictures.get(index).cloned().map(Part::Image),
    };
    Message { role, parts: message.content.into_iter().filter_map(part).collect() }
}
