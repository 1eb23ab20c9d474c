//! What a server takes: the fields of a request that servers disagree about, and what each one was found to refuse.

use serde_json::{Value, json};

use super::Request;
use crate::planner::endpoint::error::EndpointError;

/// The fields that are sent. A server that refuses one is not sent it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestQuirks {
    /// `stream_options`, which asks for the count of tokens; older servers refuse it.
    usage: bool,
    /// `temperature`; models that reason refuse it.
    temperature: bool,
    /// `top_p`, likewise.
    top_p: bool,
    /// The limit of tokens is `max_tokens`, which every server takes but OpenAI's newer models: they want
    /// `max_completion_tokens`.
    max_tokens: bool,
}

impl Default for RequestQuirks {
    fn default() -> Self {
        Self { usage: true, temperature: true, top_p: true, max_tokens: true }
    }
}

impl RequestQuirks {
    /// Adds the fields that the server takes.
    pub fn add_to(self, body: &mut Value, request: &Request) {
        if self.usage {
            body["stream_options"] = json!({ "include_usage": true });
        }
        if self.temperature {
            body["temperature"] = json!(request.temperature);
        }
        if let Some(top_p) = request.top_p.filter(|_| self.top_p) {
            body["top_p"] = json!(top_p);
        }
        body[if self.max_tokens { "max_tokens" } else { "max_completion_tokens" }] = json!(request.max_tokens);
    }

    /// Takes in that the server refused a field.
    ///
    /// # Errors
    /// The error, where it is about something else, or about a field that is not sent any more.
    pub fn learn(&mut self, error: EndpointError) -> Result<(), EndpointError> {
        let EndpointError::Refused { said, .. } = &error else { return Err(error) };
        let fields = [
            ("stream_options", &mut self.usage),
            ("max_tokens", &mut self.max_tokens),
            ("temperature", &mut self.temperature),
            ("top_p", &mut self.top_p),
        ];
        let refused = fields.into_iter().find(|(name, sent)| **sent && said.contains(name));
        let Some((name, sent)) = refused else { return Err(error) };
        tracing::info!("the server does not take {name}; asking without: {said}");
        *sent = false;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(quirks: RequestQuirks) -> Value {
        let mut body = json!({});
        quirks.add_to(&mut body, &Request { messages: vec![], temperature: 0.3, top_p: Some(0.9), max_tokens: 9 });
        body
    }

    #[test]
    fn a_refused_field_is_not_sent_again() {
        let refused = |said: &str| EndpointError::Refused { status: 400, said: said.into() };
        let mut quirks = RequestQuirks::default();
        let all = json!({"stream_options":{"include_usage":true},"temperature":0.3,"top_p":0.9,"max_tokens":9});
        assert_eq!(body(quirks), all);
        quirks.learn(refused("'max_tokens' is not supported. Use 'max_completion_tokens' instead.")).unwrap();
        quirks.learn(refused("Unsupported value: 'temperature'")).unwrap();
        quirks.learn(refused("unknown field stream_options")).unwrap();
        quirks.learn(refused("top_p is not supported")).unwrap();
        assert_eq!(body(quirks), json!({"max_completion_tokens":9}));
        assert!(quirks.learn(refused("Unsupported value: 'temperature'")).is_err());
        assert!(quirks.learn(refused("bad image")).is_err());
    }
}
