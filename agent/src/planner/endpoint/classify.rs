//! What a server means with a status and a message: the one place that knows how servers word their refusals.

use std::time::Duration;

use serde_json::Value;

use super::error::EndpointError;

/// A refusal as it came.
pub struct Refusal<'a> {
    /// The HTTP status; of an error in the middle of a stream the one that it names, or 500.
    pub status: u16,
    /// The message, without the key, [`shortened`].
    pub said: String,
    /// The `Retry-After` header.
    pub retry_after: Option<Duration>,
    /// The address that was asked.
    pub url: &'a str,
    /// The model that was asked for; empty where it was not about one.
    pub model: &'a str,
    /// Where the key came from; nothing where none was sent.
    pub variable: Option<&'static str>,
}

/// What a message says, whatever the status: servers disagree about statuses (llama.cpp says 500 for a missing
/// projector, vLLM 400 for a long prompt, Anthropic 400 and 413).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    NoImages,
    TooManyImages,
    TooLong,
    NoSuchModel,
    NoCredit,
    Overloaded,
}

/// Words, in lower case, that all stand in a message of this meaning. The first row that fits counts.
const WORDS: [(&[&str], Meaning); 27] = [
    // llama.cpp, llama-cpp-python, Ollama, OpenAI, OpenRouter.
    (&["image input is not supported"], Meaning::NoImages),
    (&["does not support image"], Meaning::NoImages),
    (&["support image input"], Meaning::NoImages),
    (&["image_url is only supported by certain models"], Meaning::NoImages),
    (&["missing data required for image input"], Meaning::NoImages),
    // vLLM, for a text model and for one that was started without images.
    (&["is not a multimodal model"], Meaning::NoImages),
    (&["at most 0 image"], Meaning::NoImages),
    // vLLM, SGLang and gateways.
    (&["at most ", " image"], Meaning::TooManyImages),
    (&["only one image"], Meaning::TooManyImages),
    (&["only supports one image"], Meaning::TooManyImages),
    (&["single image"], Meaning::TooManyImages),
    (&["multiple images", "not supported"], Meaning::TooManyImages),
    (&["too many images"], Meaning::TooManyImages),
    (&["images too many"], Meaning::TooManyImages),
    (&["context length"], Meaning::TooLong),
    (&["context_length_exceeded"], Meaning::TooLong),
    (&["available context size"], Meaning::TooLong),
    (&["exceed_context_size"], Meaning::TooLong),
    (&["longer than the maximum model length"], Meaning::TooLong),
    (&["prompt is too long"], Meaning::TooLong),
    (&["model_not_found"], Meaning::NoSuchModel),
    (&["model", "does not exist"], Meaning::NoSuchModel),
    (&["model", "not found"], Meaning::NoSuchModel),
    (&["model:", "not_found"], Meaning::NoSuchModel),
    (&["insufficient_quota"], Meaning::NoCredit),
    (&["credit balance"], Meaning::NoCredit),
    (&["overloaded"], Meaning::Overloaded),
];

/// The error that a refusal means.
pub fn classify(refusal: Refusal<'_>) -> EndpointError {
    let Refusal { status, said, retry_after, url, model, variable } = refusal;
    let model = model.to_owned();
    match (meaning(&said), status) {
        (Some(Meaning::NoImages), _) => EndpointError::NoImages { said },
        (Some(Meaning::TooManyImages), _) => EndpointError::TooManyImages { limit: image_limit(&said), said },
        (Some(Meaning::TooLong), _) | (None, 413) => EndpointError::TooLong { said },
        (Some(Meaning::NoCredit), _) | (None, 402) => EndpointError::NoCredit { said },
        (_, 401 | 403) => EndpointError::WrongKey { status, said, variable },
        (Some(Meaning::NoSuchModel), 400..=499) => EndpointError::NoSuchModel { model, said, served: Vec::new() },
        (_, 404 | 405) => EndpointError::NoSuchPath { url: url.to_owned(), status, said },
        (_, 429) => EndpointError::RateLimited { said, retry_after, tries: 1 },
        (Some(Meaning::Overloaded), _) | (_, 408 | 500..) => {
            EndpointError::ServerFailed { status, said, retry_after, tries: 1 }
        }
        _ => EndpointError::Refused { status, said },
    }
}

fn meaning(said: &str) -> Option<Meaning> {
    let said = said.to_lowercase();
    let fits = |words: &&(&[&str], Meaning)| words.0.iter().all(|word| said.contains(word));
    WORDS.iter().find(fits).map(|(_, meaning)| *meaning)
}

/// The number in "At most 1 image(s) may be provided".
fn image_limit(said: &str) -> Option<u32> {
    let said = said.to_lowercase();
    if said.contains("one image") || said.contains("single image") || said.contains("multiple images") {
        return Some(1);
    }
    let (_, after) = said.split_once("at most ")?;
    after.split(' ').next()?.parse().ok()
}

/// The message inside an error's body: JSON in the forms that servers use, or text. It may hold anything.
pub fn message(body: &str) -> String {
    let found = serde_json::from_str::<Value>(body).ok().and_then(|json| told(&json));
    found.unwrap_or_else(|| plain(body))
}

/// `{"error": {"message", "code"}}`, `{"error": "…"}`, `{"message": "…"}`, `{"detail": "…" | [{"msg"}]}`.
pub fn told(json: &Value) -> Option<String> {
    let error = ["error", "message", "detail"].iter().find_map(|name| json.get(name)).filter(|e| !e.is_null())?;
    if let Some(text) = error.as_str() {
        return Some(text.to_owned());
    }
    let error = error.get(0).unwrap_or(error);
    let said = ["message", "msg", "error"].iter().find_map(|name| error.get(name)?.as_str());
    // The kind often says more than the message.
    let kind = ["code", "type"].iter().find_map(|name| error.get(name)?.as_str());
    match (said, kind) {
        (Some(said), Some(kind)) if !said.contains(kind) => Some(format!("{said} ({kind})")),
        (Some(said), _) => Some(said.to_owned()),
        (None, Some(kind)) => Some(kind.to_owned()),
        (None, None) => Some(error.to_string()),
    }
}

/// A body that is no JSON: a page of HTML says little, so only that it is one.
fn plain(body: &str) -> String {
    let body = body.trim();
    let is_page = body.get(..200).unwrap_or(body).to_lowercase().contains("<html");
    match body {
        "" => "it says nothing more".to_owned(),
        _ if is_page => "it answers with a web page".to_owned(),
        _ => body.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::excerpt::shortened;

    /// Status, body, and the beginning of the error. The bodies' words are those of the servers named.
    const CASES: &[(u16, &str, &str)] = &[
        // vLLM
        (
            400,
            r#"{"error":{"message":"At most 1 image(s) may be provided in one prompt.","type":"BadRequestError","code":400}}"#,
            "the server takes one image a request: At most 1",
        ),
        (
            400,
            r#"{"message":"At most 4 image(s) may be provided in one request."}"#,
            "the server takes 4 images a request",
        ),
        (
            400,
            r#"{"error":{"message":"At most 0 image(s) may be provided in one prompt."}}"#,
            "the model takes no images",
        ),
        (
            400,
            r#"{"object":"error","message":"This model's maximum context length is 4096 tokens. However, you requested 9000 tokens"}"#,
            "the prompt is longer",
        ),
        (
            404,
            r#"{"error":{"message":"The model `m` does not exist.","type":"NotFoundError"}}"#,
            "the server does not serve \"m\"",
        ),
        (404, r#"{"detail":"Not Found"}"#, "http://h/v1/x is not there (404): Not Found"),
        (401, r#"{"error":"Unauthorized"}"#, "the server refuses the API key (401): Unauthorized"),
        (
            422,
            r#"{"detail":[{"loc":["body"],"msg":"field required"}]}"#,
            "the server refuses the request (422): field required",
        ),
        // llama.cpp
        (
            500,
            r#"{"error":{"code":500,"message":"image input is not supported - hint: if this is unexpected, you may need to provide the mmproj","type":"server_error"}}"#,
            "the model takes no images",
        ),
        (
            400,
            r#"{"error":{"code":400,"message":"the request exceeds the available context size. try increasing the context size or enable context shift","type":"exceed_context_size_error","n_ctx":512}}"#,
            "the prompt is longer",
        ),
        (
            503,
            r#"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#,
            "the server failed (503): Loading model (unavail",
        ),
        // Ollama
        (
            404,
            r#"{"error":{"message":"model \"m\" not found, try pulling it first","type":"api_error"}}"#,
            "the server does not serve \"m\"",
        ),
        // OpenAI
        (
            401,
            r#"{"error":{"message":"Incorrect API key provided: sk-...","type":"invalid_request_error","code":"invalid_api_key"}}"#,
            "the server refuses the API key (401): Incorrect API key provided: sk-... (invalid_api_key)",
        ),
        (
            429,
            r#"{"error":{"message":"Rate limit reached","code":"rate_limit_exceeded"}}"#,
            "the server takes no more requests",
        ),
        (
            429,
            r#"{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}"#,
            "the account behind",
        ),
        (400, r#"{"error":{"message":"too large","code":"context_length_exceeded"}}"#, "the prompt is longer"),
        // Anthropic
        (
            529,
            r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
            "the server failed (529)",
        ),
        (
            400,
            r#"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 213462 tokens > 200000 maximum"}}"#,
            "the prompt is longer",
        ),
        (
            404,
            r#"{"type":"error","error":{"type":"not_found_error","message":"model: claude-x"}}"#,
            "the server does not serve \"m\"",
        ),
        // Gateways
        (502, "<!DOCTYPE html>\n<html><h1>Bad Gateway</h1>", "the server failed (502): it answers with a web page"),
        (413, "", "the prompt is longer than the model's context: it says nothing more"),
        (402, "pay", "the account behind"),
        (405, "{}", "http://h/v1/x is not there (405): {}"),
        (418, r#"{"error":{}}"#, "the server refuses the request (418): {}"),
        (403, r#"{"error":null}"#, "the server refuses the API key (403)"),
        (501, "no", "the server failed (501): no"),
    ];

    #[test]
    fn refusals_are_understood() {
        let mut wrong = Vec::new();
        for (status, body, want) in CASES {
            let refusal = Refusal {
                status: *status,
                said: shortened(&message(body)),
                retry_after: None,
                url: "http://h/v1/x",
                model: "m",
                variable: None,
            };
            let got = classify(refusal).to_string();
            if !got.starts_with(want) || !got.contains("\nhint: ") {
                wrong.push((body, got));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn messages_are_one_short_line() {
        assert_eq!(shortened("a\u{1b}[31m\n\tb"), "a [31m b");
        assert_eq!(shortened(&"ü".repeat(1000)).chars().count(), crate::excerpt::LONGEST + 1);
    }
}
