//! A dialogue carried by OpenAI's responses API, through its computer tool.

use async_trait::async_trait;
use serde_json::{Value, json};
use sightstep_actions::plan::{Action, Plan};
use sightstep_actions::profile::{Part, Role};
use sightstep_actions::space::Size;
use sightstep_vision::frame::Frame;

use super::client::{Client, Settings};
use super::error::EndpointError;
use super::picture::EncodedPicture;
use crate::planner::PlannerError;
use crate::planner::asking::{Answer, Wire};
use crate::planner::dialogue::Dialogue;
use items::Items;

mod items;

/// Models whose tool is of this version, and declares the size of the display, are called like this.
const PREVIEW: &str = "computer-use-preview";

/// A model of OpenAI's.
///
/// An answer is the response's `id` and `output`, as they came. The server keeps the conversation: every further request
/// names the response before, and sends only what came of it. No temperature is sent: its models take none.
pub struct OpenAiWire {
    client: Client,
    model: String,
}

impl OpenAiWire {
    /// A connection to the model that the settings name.
    ///
    /// # Errors
    /// [`EndpointError`] when no request can be made.
    pub fn new(settings: Settings) -> Result<Self, EndpointError> {
        let model = settings.model.clone();
        Ok(Self { client: Client::new(settings)?, model })
    }

    fn body(&self, dialogue: &Dialogue<EncodedPicture>) -> Value {
        let picture = dialogue.picture();
        let mut body = json!({ "model": self.model, "truncation": "auto", "stream": true });
        // Those of the response before do not hold any more.
        body["instructions"] = json!(text(dialogue, Role::System));
        body["tools"] = json!([self.tool(picture)]);
        if self.is_preview() {
            body["reasoning"] = json!({ "summary": "concise" });
        }
        let last = dialogue.last().map(|turn| (response(&turn.answer), turn.feedback.as_deref()));
        let image = picture.map(EncodedPicture::data_url).unwrap_or_default();
        match last {
            None => {
                let goal = json!({ "type": "input_text", "text": text(dialogue, Role::User) });
                let image = json!({ "type": "input_image", "image_url": image });
                body["input"] = json!([{ "role": "user", "content": [goal, image] }]);
            }
            Some((response, feedback)) => {
                body["previous_response_id"] = response["id"].clone();
                body["input"] = outputs(&response, feedback, &image);
            }
        }
        body
    }

    fn is_preview(&self) -> bool {
        self.model.starts_with(PREVIEW)
    }

    fn tool(&self, picture: Option<&EncodedPicture>) -> Value {
        match picture {
            Some(picture) if self.is_preview() => json!({
                "type": "computer_use_preview",
                "display_width": picture.size.width,
                "display_height": picture.size.height,
                "environment": "linux",
            }),
            _ => json!({ "type": "computer" }),
        }
    }
}

#[async_trait]
impl Wire<EncodedPicture> for OpenAiWire {
    async fn show(&self, frame: &Frame, size: Size) -> EncodedPicture {
        EncodedPicture::of(frame, size).await
    }

    async fn ask(&mut self, dialogue: &Dialogue<EncodedPicture>, _temperature: f64) -> Result<Answer, PlannerError> {
        let mut items = Items::default();
        let heard = self.client.ask("responses", &self.body(dialogue), &mut items).await?;
        Ok(items.answer(&self.client, heard))
    }

    fn consent(&self, plan: Plan, answer: &str) -> (Plan, Option<String>) {
        consent(plan, answer)
    }
}

/// The plan without what the API's safety checks ask, and that: it is asked before the plan, not instead of it.
pub fn consent(mut plan: Plan, answer: &str) -> (Plan, Option<String>) {
    let response = response(answer);
    if calls(&response).all(|call| checks(call).is_empty()) {
        return (plan, None);
    }
    let mut questions = Vec::new();
    plan.actions.retain(|action| {
        let Action::Ask { question } = action else { return true };
        questions.extend(question.clone());
        false
    });
    (plan, Some(questions.join(" ")))
}

/// What came of every call of a response: the screen as it is now, which is told anyway where nothing was called. The checks that it asked for were agreed to, or the
/// run would not have gone on.
fn outputs(response: &Value, feedback: Option<&str>, image: &str) -> Value {
    let output = |call: &Value| {
        json!({
            "type": "computer_call_output",
            "call_id": call["call_id"],
            "acknowledged_safety_checks": checks(call),
            "output": { "type": "computer_screenshot", "image_url": image },
        })
    };
    let mut input: Vec<Value> = calls(response).map(output).collect();
    let mut said: Vec<Value> =
        feedback.iter().map(|feedback| json!({ "type": "input_text", "text": feedback })).collect();
    if input.is_empty() {
        said.push(json!({ "type": "input_image", "image_url": image }));
    }
    if !said.is_empty() {
        input.push(json!({ "role": "user", "content": said }));
    }
    Value::Array(input)
}

fn response(answer: &str) -> Value {
    serde_json::from_str(answer).unwrap_or_default()
}

fn calls(response: &Value) -> impl Iterator<Item = &Value> {
    response["output"].as_array().into_iter().flatten().filter(|item| item["type"] == "computer_call")
}

fn checks(call: &Value) -> &[Value] {
    call["pending_safety_checks"].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The texts of the first message of a role.
fn text(dialogue: &Dialogue<EncodedPicture>, role: Role) -> String {
    let message = dialogue.messages().into_iter().find(|message| message.role == role);
    let texts = message.into_iter().flat_map(|message| message.content).filter_map(|part| match part {
        Part::Text(text) => Some(text),
        Part::Image(_) => None,
    });
    texts.collect()
}
