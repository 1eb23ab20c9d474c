//! A dialogue carried by Anthropic's messages API, through its computer tool.

use async_trait::async_trait;
use serde_json::{Value, json};
use sightstep_actions::space::Size;
use sightstep_vision::frame::Frame;

use super::client::{Client, Settings};
use super::error::EndpointError;
use super::picture::EncodedPicture;
use crate::planner::PlannerError;
use crate::planner::asking::{Answer, Wire};
use crate::planner::dialogue::Dialogue;
use blocks::Blocks;
use tool::Tool;

mod blocks;
mod messages;
mod tool;

/// The headers of every request.
pub const HEADERS: &[(&str, &str)] = &[("anthropic-version", "2023-06-01")];

/// A model of Anthropic's.
///
/// An answer is the content of the API's message: an array of blocks, as it came. No temperature is sent: the API's own
/// is the highest, and models that think take no other.
pub struct AnthropicWire {
    client: Client,
    model: String,
    tool: &'static Tool,
}

impl AnthropicWire {
    /// A connection to the model that the settings name.
    ///
    /// # Errors
    /// [`EndpointError`] when no request can be made.
    pub fn new(settings: Settings) -> Result<Self, EndpointError> {
        let model = settings.model.clone();
        let mut wire = Self { client: Client::new(settings)?, tool: Tool::of_model(&model), model };
        wire.client.set_header("anthropic-beta", wire.tool.beta);
        Ok(wire)
    }

    fn body(&self, dialogue: &Dialogue<EncodedPicture>) -> Value {
        let (system, messages) = messages::of(dialogue);
        let size = dialogue.picture().map_or_else(|| dialogue.screen(), |picture| picture.size);
        json!({
            "model": self.model,
            "max_tokens": dialogue.profile().sampling.max_tokens,
            "system": system,
            "tools": [self.tool.declared(size)],
            "messages": messages,
            "stream": true,
        })
    }

    /// Takes the next older version of the tool, where the model does not know this one.
    fn step_down(&mut self, error: EndpointError) -> Result<(), EndpointError> {
        let refused = matches!(&error, EndpointError::Refused { said, .. } if said.contains(self.tool.kind));
        let Some(older) = self.tool.older().filter(|_| refused) else { return Err(error) };
        tracing::info!("the model does not take {}; trying {}", self.tool.kind, older.kind);
        self.tool = older;
        self.client.set_header("anthropic-beta", older.beta);
        Ok(())
    }
}

#[async_trait]
impl Wire<EncodedPicture> for AnthropicWire {
    async fn show(&self, frame: &Frame, size: Size) -> EncodedPicture {
        EncodedPicture::of(frame, size).await
    }

    async fn ask(&mut self, dialogue: &Dialogue<EncodedPicture>, _temperature: f64) -> Result<Answer, PlannerError> {
        loop {
            let mut blocks = Blocks::default();
            match self.client.ask("messages", &self.body(dialogue), &mut blocks).await {
                Ok(heard) => return Ok(blocks.answer(&self.client, heard)),
                Err(error) => self.step_down(error)?,
            }
        }
    }
}
