//! The messages of a dialogue as Anthropic's API wants them: what came of a tool's use stands in a result of that use.

use serde_json::{Value, json};
use sightstep_actions::profile::{Message, Part, Role};

use crate::planner::dialogue::Dialogue;
use crate::planner::endpoint::picture::EncodedPicture;

/// What stands for a picture that is not sent any more.
const NOT_KEPT: &str = "Done. (The screenshot is not kept.)";

/// What stands for the result of every action of an answer but the last.
const SEE_LAST: &str = "Done. (The screenshot is with the result of the last action.)";

/// The system message and the others.
pub fn of(dialogue: &Dialogue<EncodedPicture>) -> (String, Vec<Value>) {
    let mut written = Written { dialogue, system: String::new(), messages: Vec::new(), open: Vec::new() };
    for message in dialogue.messages() {
        written.message(&message);
    }
    (written.system, written.messages)
}

struct Written<'a> {
    dialogue: &'a Dialogue<EncodedPicture>,
    system: String,
    messages: Vec<Value>,
    /// The uses of the tool that have no result yet.
    open: Vec<Value>,
}

impl Written<'_> {
    fn message(&mut self, message: &Message) {
        match message.role {
            Role::System => self.system = text(message),
            Role::User => {
                let blocks: Vec<Value> = message.content.iter().filter_map(|part| self.block(part)).collect();
                let blocks = if self.open.is_empty() { blocks } else { self.results(&json!(blocks)) };
                self.say("user", blocks);
            }
            Role::Assistant => {
                if !self.open.is_empty() {
                    let results = self.results(&json!(NOT_KEPT));
                    self.say("user", results);
                }
                let blocks: Vec<Value> = serde_json::from_str(&text(message)).unwrap_or_default();
                self.open = blocks.iter().filter(|block| block["type"] == "tool_use").cloned().collect();
                self.say("assistant", blocks);
            }
        }
    }

    /// Messages of the same role are one: the API wants turns.
    fn say(&mut self, role: &str, mut blocks: Vec<Value>) {
        if let Some(last) = self.messages.last_mut().filter(|last| last["role"] == role)
            && let Some(said) = last["content"].as_array_mut()
        {
            said.append(&mut blocks);
            return;
        }
        self.messages.push(json!({ "role": role, "content": blocks }));
    }

    /// A result for every open use; what there is to tell stands in the last one.
    fn results(&mut self, told: &Value) -> Vec<Value> {
        let open = std::mem::take(&mut self.open);
        let count = open.len();
        let result = |(number, used): (usize, &Value)| {
            let content = if number == count { told.clone() } else { json!(SEE_LAST) };
            let mut result = json!({ "type": "tool_result", "tool_use_id": used["id"], "content": content });
            if let Some(toolset) = used.get("toolset_name") {
                result["toolset_name"] = toolset.clone();
            }
            result
        };
        (1..).zip(&open).map(result).collect()
    }

    fn block(&self, part: &Part) -> Option<Value> {
        match part {
            Part::Text(text) => Some(json!({ "type": "text", "text": text })),
            Part::Image(index) => {
                let EncodedPicture { media_type, base64, .. } = self.dialogue.picture_at(*index)?;
                let source = json!({ "type": "base64", "media_type": media_type, "data": base64.as_ref() });
                Some(json!({ "type": "image", "source": source }))
            }
        }
    }
}

fn text(message: &Message) -> String {
    let texts = message.content.iter().filter_map(|part| match part {
        Part::Text(text) => Some(text.as_str()),
        Part::Image(_) => None,
    });
    texts.collect()
}
