//! What a scripted server replies.

use std::time::Duration;

use serde_json::{Value, json};

/// A reply: bytes and pauses.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    /// In order.
    pub steps: Vec<Step>,
}

/// A part of a reply.
#[derive(Debug, Clone)]
pub enum Step {
    /// These bytes are sent.
    Bytes(Vec<u8>),
    /// Nothing is sent for this time.
    Wait(Duration),
    /// The connection is closed here.
    End,
}

impl Reply {
    /// A reply with a status, headers and a body, of `application/json` unless a header says something else.
    pub fn status(status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        let typed = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let mut head = format!("HTTP/1.1 {status} Scripted\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers.iter().chain((!typed).then_some(&("content-type", "application/json"))) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        Self::bytes(format!("{head}\r\n{body}"))
    }

    /// An error as OpenAI words it.
    pub fn error(status: u16, message: &str) -> Self {
        Self::status(status, &[], &json!({ "error": { "message": message } }).to_string())
    }

    /// A list of models.
    pub fn models(names: &[&str]) -> Self {
        let models: Vec<Value> = names.iter().map(|name| json!({ "id": name, "object": "model" })).collect();
        Self::status(200, &[], &json!({ "object": "list", "data": models }).to_string())
    }

    /// An answer of chat completions, streamed in small parts.
    pub fn chat(text: &str) -> Self {
        Self::events(chat_events(text))
    }

    /// A stream of events, one a chunk of the body.
    pub fn events(events: impl IntoIterator<Item = String>) -> Self {
        events.into_iter().fold(Self::stream(), |reply, event| reply.chunk(event.as_bytes())).chunk(b"")
    }

    /// The head of a stream of events.
    pub fn stream() -> Self {
        Self::bytes("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
    }

    /// These bytes and nothing else.
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self { steps: vec![Step::Bytes(bytes.into())] }
    }

    /// Then a chunk of a chunked body; an empty one ends it.
    #[must_use]
    pub fn chunk(mut self, bytes: &[u8]) -> Self {
        let size = format!("{:x}\r\n", bytes.len());
        self.steps.push(Step::Bytes([size.as_bytes(), bytes, b"\r\n"].concat()));
        self
    }

    /// Then a pause.
    #[must_use]
    pub fn wait(mut self, time: Duration) -> Self {
        self.steps.push(Step::Wait(time));
        self
    }

    /// Then the connection is closed.
    #[must_use]
    pub fn end(mut self) -> Self {
        self.steps.push(Step::End);
        self
    }
}

/// The events of an answer, a few characters each, with the counts of tokens and the end.
pub fn chat_events(text: &str) -> Vec<String> {
    let chunk = |delta: Value, finish: Option<&str>| {
        let choice = json!({ "index": 0, "delta": delta, "finish_reason": finish });
        event(&json!({ "object": "chat.completion.chunk", "choices": [choice] }))
    };
    let letters: Vec<char> = text.chars().collect();
    let parts = letters.chunks(7).map(|part| json!({ "content": part.iter().collect::<String>() }));
    let mut events = vec![chunk(json!({ "role": "assistant", "content": "" }), None)];
    events.extend(parts.map(|delta| chunk(delta, None)));
    events.push(chunk(json!({}), Some("stop")));
    let usage = json!({ "prompt_tokens": 1234, "completion_tokens": letters.len().div_ceil(7) });
    events.push(event(&json!({ "object": "chat.completion.chunk", "choices": [], "usage": usage })));
    events.push("data: [DONE]\n\n".to_owned());
    events
}

fn event(data: &Value) -> String {
    format!("data: {data}\n\n")
}
