//! What is sent, and what is made of a good answer.

use std::time::Duration;

use serde_json::json;
use sightstep_tests::server::{Reply, ScriptedServer, chat_events};

use super::{Ear, KEY, asked, model, request, settings};

#[tokio::test]
async fn the_request_is_exactly_this() {
    let server = ScriptedServer::start([Reply::chat("Action: wait()")]);
    let answer = asked(&server).await.unwrap();
    assert_eq!(answer.text, "Action: wait()");
    assert_eq!(answer.finish.as_deref(), Some("stop"));
    assert_eq!((answer.prompt_tokens, answer.tokens, answer.heard.tries), (Some(1234), Some(2), 1));
    let sent = &server.requests()[0];
    assert_eq!((sent.method.as_str(), sent.path.as_str()), ("POST", "/v1/chat/completions"));
    assert_eq!(sent.header("authorization"), format!("Bearer {KEY}"));
    assert_eq!(sent.header("content-type"), "application/json");
    assert!(sent.header("user-agent").starts_with("sightstep/"));
    let image = json!({ "type": "image_url", "image_url": { "url": "data:image/png;base64,AAAA" } });
    let expected = json!({
        "model": "m",
        "messages": [
            { "role": "system", "content": "You act." },
            { "role": "user", "content": [{ "type": "text", "text": "Look:" }, image] },
            { "role": "assistant", "content": "click(1,2)" },
        ],
        "stream": true,
        "stream_options": { "include_usage": true },
        "temperature": 0.0,
        "max_tokens": 512,
    });
    assert_eq!(sent.json(), expected);
}

#[tokio::test]
async fn without_a_key_none_is_sent() {
    let server = ScriptedServer::start([Reply::chat("a")]);
    let mut keyless = settings(&server.url());
    keyless.key = None;
    model(keyless).answer(&request(), &mut Ear::default()).await.unwrap();
    assert_eq!(server.requests()[0].header("authorization"), "");
}

#[tokio::test]
async fn the_listener_hears_the_answer_as_it_comes() {
    let server = ScriptedServer::start([Reply::chat("Thought: täuschend 😀\nAction: wait()")]);
    let mut ear = Ear::default();
    let answer = model(settings(&server.url())).answer(&request(), &mut ear).await.unwrap();
    assert_eq!(ear.heard, answer.text);
    assert_eq!(ear.begun, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_that_has_enough_ends_the_request() {
    let first = chat_events("Action: wait()").into_iter().take(3).collect::<String>();
    let reply = Reply::stream().chunk(first.as_bytes()).wait(Duration::from_secs(20));
    let server = ScriptedServer::start([reply]);
    let mut ear = Ear { enough: Some("Action"), ..Ear::default() };
    let answer = model(settings(&server.url())).answer(&request(), &mut ear).await.unwrap();
    assert_eq!((answer.text.as_str(), answer.finish, answer.tokens), ("Action:", None, None));
    server.wait_for_close();
}

#[tokio::test]
async fn a_server_that_does_not_stream_is_understood() {
    let whole = json!({
        "choices": [{ "message": { "content": "Action: wait()", "reasoning_content": "hm" }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 3, "completion_tokens": 4 },
    });
    let server = ScriptedServer::start([Reply::status(200, &[], &whole.to_string())]);
    let answer = asked(&server).await.unwrap();
    assert_eq!((answer.text.as_str(), answer.reasoning.as_deref()), ("Action: wait()", Some("hm")));
    assert_eq!((answer.prompt_tokens, answer.tokens), (Some(3), Some(4)));
}

#[tokio::test]
async fn streams_in_any_pieces_and_line_ends() {
    let events = chat_events("Action: click(start_box='(1,2)') – ü").concat();
    let events = format!(": hello\r\n\r\n{}", events.replace('\n', "\r\n"));
    let bytewise = events.as_bytes().chunks(3).fold(Reply::stream(), Reply::chunk).chunk(b"");
    let unended = Reply::stream().chunk(events.trim_end().as_bytes()).chunk(b"");
    let undone = Reply::stream().chunk(events.split("data: [DONE]").next().unwrap().as_bytes()).chunk(b"");
    let untyped = Reply::bytes(format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{events}")).end();
    let server = ScriptedServer::start([bytewise, unended, undone, untyped]);
    for what in ["in pieces of three bytes", "without a last line end", "without [DONE]", "without a type or a length"]
    {
        let answer = asked(&server).await.unwrap_or_else(|e| panic!("{what}: {e}"));
        assert_eq!(answer.text, "Action: click(start_box='(1,2)') – ü", "{what}");
    }
}

#[tokio::test]
async fn a_field_that_the_server_does_not_take_is_left_out_from_then_on() {
    let server = ScriptedServer::start([
        Reply::error(
            400,
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        ),
        Reply::error(400, "Unsupported value: 'temperature' does not support 0 with this model."),
        Reply::chat("a"),
        Reply::chat("b"),
    ]);
    let mut model = model(settings(&server.url()));
    for text in ["a", "b"] {
        assert_eq!(model.answer(&request(), &mut Ear::default()).await.unwrap().text, text);
    }
    for sent in &server.requests()[2..] {
        let body = sent.json();
        assert_eq!((body.get("max_tokens"), body.get("temperature")), (None, None));
        assert_eq!(body["max_completion_tokens"], 512);
    }
}

#[tokio::test]
async fn what_is_served_is_listed() {
    let server = ScriptedServer::start([Reply::status(503, &[], "loading"), Reply::models(&["a/b", "c:7b"])]);
    let served = model(settings(&server.url())).client().list_models().await.unwrap();
    assert_eq!(served, ["a/b", "c:7b"]);
    let sent = &server.requests()[1];
    assert_eq!((sent.method.as_str(), sent.path.as_str()), ("GET", "/v1/models"));
}
