//! An answer of chat completions, put together from its chunks.

use serde::Deserialize;
use serde_json::Value;

use super::Listener;
use crate::planner::endpoint::assembly::{Assembly, Fault, StreamProgress};
use crate::planner::endpoint::classify;
use crate::planner::endpoint::sse::Event;

/// What the chunks brought so far.
#[derive(Debug, Default)]
pub struct Parts {
    /// The answer.
    pub text: String,
    /// The thoughts that the server parts from it.
    pub reasoning: String,
    /// Why it ended.
    pub finish: Option<String>,
    /// How many tokens there are.
    pub usage: Usage,
}

/// How many tokens there are, as the server counts them.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
pub struct Usage {
    /// Of the prompt.
    pub prompt_tokens: Option<u32>,
    /// Of the answer.
    pub completion_tokens: Option<u32>,
}

/// Puts an answer together and lets a listener hear it.
pub struct Deltas<'a> {
    listener: &'a mut dyn Listener,
    parts: Parts,
}

/// A chunk, or a whole answer: they differ in `delta` and `message` alone.
#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Vec<Choice>,
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(alias = "message")]
    delta: Option<Delta>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Delta {
    content: Option<Content>,
    /// vLLM, SGLang and llama.cpp say `reasoning_content`, OpenRouter and newer vLLM `reasoning`.
    #[serde(alias = "reasoning")]
    reasoning_content: Option<String>,
}

/// Text, or parts of it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<ContentPart>),
}

#[derive(Deserialize)]
struct ContentPart {
    #[serde(default)]
    text: String,
}

impl Content {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Parts(parts) => parts.into_iter().map(|part| part.text).collect(),
        }
    }
}

impl<'a> Deltas<'a> {
    /// Nothing yet.
    pub fn new(listener: &'a mut dyn Listener) -> Self {
        Self { listener, parts: Parts::default() }
    }

    /// What came.
    pub fn parts(self) -> Parts {
        self.parts
    }

    fn chunk(&mut self, json: &Value) -> Result<StreamProgress, Fault> {
        if let Some(said) = json.get("error").and_then(|_| classify::told(json)) {
            return Err(Fault::Refusal { status: status(json), said });
        }
        let chunk = Chunk::deserialize(json).map_err(|e| Fault::not_json(&json.to_string(), &e))?;
        if let Some(usage) = chunk.usage {
            self.parts.usage = usage;
        }
        // Only one answer is asked for; servers send chunks without any for the counts.
        let Some(choice) = chunk.choices.into_iter().next() else { return Ok(StreamProgress::Nothing) };
        if choice.finish_reason.is_some() {
            self.parts.finish = choice.finish_reason;
        }
        Ok(choice.delta.map_or(StreamProgress::Nothing, |delta| self.delta(delta)))
    }

    fn delta(&mut self, delta: Delta) -> StreamProgress {
        let thought = delta.reasoning_content.unwrap_or_default();
        self.parts.reasoning.push_str(&thought);
        let text = delta.content.map(Content::into_text).unwrap_or_default();
        if text.is_empty() {
            // The first chunk only names the role.
            return if thought.is_empty() { StreamProgress::Nothing } else { StreamProgress::Token };
        }
        self.parts.text.push_str(&text);
        if self.listener.hear(&text) { StreamProgress::Complete } else { StreamProgress::Token }
    }
}

impl Assembly for Deltas<'_> {
    fn begin(&mut self) {
        self.parts = Parts::default();
        self.listener.begin();
    }

    fn take(&mut self, event: &Event) -> Result<StreamProgress, Fault> {
        if event.data.trim() == "[DONE]" {
            return Ok(StreamProgress::Complete);
        }
        let json: Value = serde_json::from_str(&event.data).map_err(|e| Fault::not_json(&event.data, &e))?;
        self.chunk(&json)
    }

    fn take_whole(&mut self, json: &Value) -> Result<(), Fault> {
        self.chunk(json)?;
        if self.may_end() || !self.parts.text.is_empty() {
            return Ok(());
        }
        Err(Fault::Malformed("it holds no answer".into()))
    }

    fn may_end(&self) -> bool {
        self.parts.finish.is_some()
    }
}

/// The HTTP status that an error in a stream names; a server's failure where it names none.
fn status(json: &Value) -> u16 {
    let code = json.get("error").and_then(|error| error.get("code")).and_then(Value::as_u64);
    code.and_then(|code| u16::try_from(code).ok()).filter(|code| (400..600).contains(code)).unwrap_or(500)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Hears everything and has enough at an exclamation mark.
    #[derive(Default)]
    struct Ear(String);

    impl Listener for Ear {
        fn begin(&mut self) {
            self.0.clear();
        }

        fn hear(&mut self, delta: &str) -> bool {
            self.0.push_str(delta);
            delta.contains('!')
        }
    }

    fn take(deltas: &mut Deltas<'_>, data: &str) -> Result<StreamProgress, Fault> {
        deltas.take(&Event { name: String::new(), data: data.to_owned() })
    }

    #[test]
    fn chunks_become_an_answer() {
        let mut ear = Ear::default();
        let mut deltas = Deltas::new(&mut ear);
        deltas.begin();
        let cases = [
            (
                r#"{"choices":[{"delta":{"role":"assistant","content":""},"finish_reason":null}]}"#,
                StreamProgress::Nothing,
            ),
            (r#"{"choices":[{"delta":{"reasoning_content":"hm"}}]}"#, StreamProgress::Token),
            (r#"{"choices":[{"delta":{"reasoning":"."}}]}"#, StreamProgress::Token),
            (r#"{"choices":[{"delta":{"content":"cl"}}]}"#, StreamProgress::Token),
            (r#"{"choices":[{"delta":{"content":[{"type":"text","text":"ick"}]}}]}"#, StreamProgress::Token),
            (r#"{"choices":[{"delta":{"content":null}}],"usage":null}"#, StreamProgress::Nothing),
            (r#"{"choices":[{"delta":{},"finish_reason":"stop"}],"later":1}"#, StreamProgress::Nothing),
            (r#"{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}}"#, StreamProgress::Nothing),
            ("[DONE]", StreamProgress::Complete),
        ];
        let got = cases.map(|(data, _)| (data, take(&mut deltas, data).unwrap()));
        assert_eq!(got, cases);
        let parts = deltas.parts();
        assert_eq!((parts.text.as_str(), parts.reasoning.as_str()), ("click", "hm."));
        assert_eq!(parts.finish.as_deref(), Some("stop"));
        assert_eq!((parts.usage.prompt_tokens, parts.usage.completion_tokens), (Some(7), Some(2)));
        assert_eq!(ear.0, "click");
    }

    #[test]
    fn a_listener_may_have_enough_and_a_new_try_begins_at_nothing() {
        let mut ear = Ear::default();
        let mut deltas = Deltas::new(&mut ear);
        deltas.begin();
        assert_eq!(take(&mut deltas, r#"{"choices":[{"delta":{"content":"go!"}}]}"#), Ok(StreamProgress::Complete));
        deltas.begin();
        assert_eq!(deltas.parts().text, "");
        assert_eq!(ear.0, "");
    }

    #[test]
    fn whole_answers_and_faults() {
        let mut ear = Ear::default();
        let mut deltas = Deltas::new(&mut ear);
        let whole = json!({"choices":[{"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}]});
        assert_eq!(deltas.take_whole(&whole), Ok(()));
        assert!(matches!(take(&mut deltas, "{\"choices\":7}"), Err(Fault::Malformed(_))));
        assert!(matches!(take(&mut deltas, "{\"cho"), Err(Fault::Malformed(_))));
        let full = r#"{"error":{"message":"full","code":503}}"#;
        assert_eq!(take(&mut deltas, full), Err(Fault::Refusal { status: 503, said: "full".into() }));
        assert_eq!(take(&mut deltas, r#"{"error":"oh"}"#), Err(Fault::Refusal { status: 500, said: "oh".into() }));
        deltas.begin();
        assert!(matches!(deltas.take_whole(&json!({"choices":[]})), Err(Fault::Malformed(_))));
    }
}
