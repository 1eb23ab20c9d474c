//! Chat completions: the request as OpenAI-compatible servers take it, and the answer as it streams.

use serde_json::{Value, json};

use super::client::Client;
use super::error::EndpointError;
use super::picture::EncodedPicture;
use crate::planner::asking::{Answer, Heard};
use delta::{Deltas, Parts};
use quirks::RequestQuirks;

mod delta;
mod listener;
mod quirks;
mod wire;

pub use wire::ChatWire;

/// Who says a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The instructions.
    System,
    /// Us.
    User,
    /// The model.
    Assistant,
}

/// A part of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Text.
    Text(String),
    /// A picture.
    Image(EncodedPicture),
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What is said, in order.
    pub parts: Vec<Part>,
}

/// What a model is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The conversation so far.
    pub messages: Vec<Message>,
    /// How much chance there is in the answer; 0 is none.
    pub temperature: f64,
    /// The share of likeliest tokens that are drawn from; where there is none, the server decides.
    pub top_p: Option<f64>,
    /// The longest answer, in tokens.
    pub max_tokens: u32,
}

/// Hears an answer as it comes.
pub trait Listener: Send {
    /// An answer begins; what came of an earlier one is void.
    fn begin(&mut self);

    /// The next part; true when no more is needed.
    fn hear(&mut self, delta: &str) -> bool;
}

/// A model behind chat completions.
pub struct ChatModel {
    client: Client,
    model: String,
    quirks: RequestQuirks,
}

impl ChatModel {
    /// The model of this name behind the client's server.
    pub fn new(client: Client, model: String) -> Self {
        Self { client, model, quirks: RequestQuirks::default() }
    }

    /// The client.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The answer to a request. Where the server does not know a field of it, it is asked again without, and without
    /// from then on.
    ///
    /// # Errors
    /// [`EndpointError`] when there is none.
    pub async fn answer(&mut self, request: &Request, listener: &mut dyn Listener) -> Result<Answer, EndpointError> {
        loop {
            let body = self.body(request);
            let mut deltas = Deltas::new(listener);
            match self.client.ask("chat/completions", &body, &mut deltas).await {
                Ok(heard) => return Ok(self.whole(deltas.parts(), heard)),
                Err(error) => self.quirks.learn(error)?,
            }
        }
    }

    fn body(&self, request: &Request) -> Value {
        let messages: Vec<Value> = request.messages.iter().map(message).collect();
        let mut body = json!({ "model": self.model, "messages": messages, "stream": true });
        self.quirks.add_to(&mut body, request);
        body
    }

    fn whole(&self, parts: Parts, heard: Heard) -> Answer {
        let redacted = |text: &str| self.client.redacted(text);
        Answer {
            text: redacted(&parts.text),
            reasoning: Some(redacted(&parts.reasoning)).filter(|text| !text.is_empty()),
            finish: parts.finish,
            prompt_tokens: parts.usage.prompt_tokens,
            reused_tokens: None,
            tokens: parts.usage.completion_tokens,
            heard,
        }
    }
}

/// A message's JSON. One of text alone is a plain string: templates of text models take nothing else.
fn message(message: &Message) -> Value {
    let role = match message.role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
    };
    let content = match message.parts.as_slice() {
        [Part::Text(text)] => json!(text),
        parts => parts.iter().map(part).collect(),
    };
    json!({ "role": role, "content": content })
}

fn part(part: &Part) -> Value {
    match part {
        Part::Text(text) => json!({ "type": "text", "text": text }),
        Part::Image(picture) => json!({ "type": "image_url", "image_url": { "url": picture.data_url() } }),
    }
}
