//! A message of Anthropic's API, put together from its events.

use serde_json::{Value, json};

use crate::planner::asking::{Answer, Heard};
use crate::planner::endpoint::assembly::{Assembly, Fault, StreamProgress};
use crate::planner::endpoint::classify;
use crate::planner::endpoint::client::Client;
use crate::planner::endpoint::sse::Event;

/// The content so far.
#[derive(Debug, Default)]
pub struct Blocks {
    content: Vec<Value>,
    /// The JSON of a tool's input so far.
    input: String,
    stop: Option<String>,
    prompt_tokens: Option<u32>,
    tokens: Option<u32>,
}

/// Where the text of a delta goes: its type, its field, and the block's.
const DELTAS: [(&str, &str, &str); 3] = [
    ("text_delta", "text", "text"),
    ("thinking_delta", "thinking", "thinking"),
    ("signature_delta", "signature", "signature"),
];

impl Blocks {
    /// The answer: the content as JSON.
    pub fn answer(self, client: &Client, heard: Heard) -> Answer {
        Answer {
            text: client.redacted(&Value::Array(self.content).to_string()),
            reasoning: None,
            finish: self.stop,
            prompt_tokens: self.prompt_tokens,
            reused_tokens: None,
            tokens: self.tokens,
            heard,
        }
    }

    fn delta(&mut self, delta: &Value) -> StreamProgress {
        let kind = delta["type"].as_str().unwrap_or_default();
        if kind == "input_json_delta" {
            self.input.push_str(delta["partial_json"].as_str().unwrap_or_default());
            return StreamProgress::Token;
        }
        let field = DELTAS.iter().find(|(known, ..)| *known == kind);
        if let (Some((_, from, to)), Some(block)) = (field, self.content.last_mut()) {
            let more = delta[from].as_str().unwrap_or_default();
            block[to] = json!(block[to].as_str().unwrap_or_default().to_owned() + more);
        }
        StreamProgress::Token
    }

    /// The input of a tool's use is whole at its block's end; one without any is empty.
    fn end_block(&mut self) -> Result<StreamProgress, Fault> {
        let input = std::mem::take(&mut self.input);
        if let Some(block) = self.content.last_mut().filter(|_| !input.is_empty()) {
            block["input"] = serde_json::from_str(&input).map_err(|e| Fault::not_json(&input, &e))?;
        }
        Ok(StreamProgress::Nothing)
    }

    fn usage(&mut self, usage: &Value) {
        let count = |name: &str| usage[name].as_u64();
        // What came from a cache is part of the prompt and counted apart.
        if let Some(new) = count("input_tokens") {
            let cached = ["cache_creation_input_tokens", "cache_read_input_tokens"].map(count);
            let all = cached.into_iter().flatten().fold(new, u64::saturating_add);
            self.prompt_tokens = u32::try_from(all).ok();
        }
        self.tokens = count("output_tokens").and_then(|count| u32::try_from(count).ok()).or(self.tokens);
    }
}

impl Assembly for Blocks {
    fn begin(&mut self) {
        *self = Self::default();
    }

    fn take(&mut self, event: &Event) -> Result<StreamProgress, Fault> {
        let json: Value = serde_json::from_str(&event.data).map_err(|e| Fault::not_json(&event.data, &e))?;
        match json["type"].as_str().unwrap_or_default() {
            "message_start" => self.usage(&json["message"]["usage"]),
            "content_block_start" => {
                self.content.push(json["content_block"].clone());
                return Ok(StreamProgress::Token);
            }
            "content_block_delta" => return Ok(self.delta(&json["delta"])),
            "content_block_stop" => return self.end_block(),
            "message_delta" => {
                self.stop = json["delta"]["stop_reason"].as_str().map(str::to_owned).or(self.stop.take());
                self.usage(&json["usage"]);
            }
            "message_stop" => return Ok(StreamProgress::Complete),
            "error" => return Err(refusal(&json)),
            // `ping`, and what later versions of the API may send.
            _ => {}
        }
        Ok(StreamProgress::Nothing)
    }

    fn take_whole(&mut self, json: &Value) -> Result<(), Fault> {
        let no_content = || Fault::Malformed("it holds no content".into());
        self.content = json["content"].as_array().cloned().ok_or_else(no_content)?;
        self.stop = json["stop_reason"].as_str().map(str::to_owned);
        self.usage(&json["usage"]);
        Ok(())
    }

    fn may_end(&self) -> bool {
        self.stop.is_some()
    }
}

/// An error in the stream, with the status that the API gives it elsewhere.
fn refusal(json: &Value) -> Fault {
    let status = match json["error"]["type"].as_str().unwrap_or_default() {
        "overloaded_error" => 529,
        "rate_limit_error" => 429,
        "invalid_request_error" => 400,
        _ => 500,
    };
    Fault::Refusal { status, said: classify::told(json).unwrap_or_default() }
}
