//! A response of OpenAI's API, put together from its events.

use serde_json::{Value, json};

use crate::planner::asking::{Answer, Heard};
use crate::planner::endpoint::assembly::{Assembly, Fault, StreamProgress};
use crate::planner::endpoint::classify;
use crate::planner::endpoint::client::Client;
use crate::planner::endpoint::sse::Event;

/// The response, once it is whole: only its last event holds all of it.
#[derive(Debug, Default)]
pub struct Items {
    response: Value,
}

impl Items {
    /// The answer: the response's id and output as JSON.
    pub fn answer(self, client: &Client, heard: Heard) -> Answer {
        let response = &self.response;
        let count = |name: &str| response["usage"][name].as_u64().and_then(|count| u32::try_from(count).ok());
        let finish = response["incomplete_details"]["reason"].as_str().or(response["status"].as_str());
        Answer {
            text: client.redacted(&json!({ "id": response["id"], "output": response["output"] }).to_string()),
            reasoning: None,
            finish: finish.map(str::to_owned),
            prompt_tokens: count("input_tokens"),
            reused_tokens: None,
            tokens: count("output_tokens"),
            heard,
        }
    }
}

impl Assembly for Items {
    fn begin(&mut self) {
        *self = Self::default();
    }

    fn take(&mut self, event: &Event) -> Result<StreamProgress, Fault> {
        let mut json: Value = serde_json::from_str(&event.data).map_err(|e| Fault::not_json(&event.data, &e))?;
        match json["type"].as_str().unwrap_or_default() {
            "response.completed" | "response.incomplete" => {
                self.take_whole(&json["response"].take())?;
                Ok(StreamProgress::Complete)
            }
            "response.failed" => Err(refusal(&json["response"])),
            "error" => Err(refusal(&json)),
            "response.output_item.added" => Ok(StreamProgress::Token),
            kind if kind.ends_with(".delta") => Ok(StreamProgress::Token),
            _ => Ok(StreamProgress::Nothing),
        }
    }

    fn take_whole(&mut self, json: &Value) -> Result<(), Fault> {
        if !json["output"].is_array() {
            return Err(Fault::Malformed("it holds no output".into()));
        }
        self.response = json.clone();
        Ok(())
    }

    fn may_end(&self) -> bool {
        false
    }
}

/// An error in the stream, with the status that the API gives it elsewhere.
fn refusal(json: &Value) -> Fault {
    let code = json["error"]["code"].as_str().or(json["code"].as_str()).unwrap_or_default();
    let status = match code {
        "rate_limit_exceeded" => 429,
        "server_error" | "" => 500,
        _ => 400,
    };
    Fault::Refusal { status, said: classify::told(json).unwrap_or_default() }
}
