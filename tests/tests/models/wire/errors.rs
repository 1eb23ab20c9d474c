//! Every way a server can fail, the words that a person gets for it, and what is tried again.

use std::time::Duration;

use sightstep_tests::server::{Reply, ScriptedServer, chat_events};

use super::{KEY, asked, model, settings};

/// The beginning of an answer.
fn begun() -> Reply {
    Reply::stream().chunk(&chat_events("Thought: I see").concat().as_bytes()[..400])
}

fn event(data: &str) -> Reply {
    Reply::events([format!("data: {data}\n\n")])
}

#[tokio::test]
async fn what_a_person_is_told() {
    let html = "<html><head><title>Welcome</title></head></html>";
    let cases: Vec<(&str, Vec<Reply>)> = vec![
        ("a wrong key", vec![Reply::error(401, "Incorrect API key provided")]),
        ("a key that may not", vec![Reply::error(403, "Forbidden")]),
        (
            "a model that is not served",
            vec![
                Reply::error(404, "The model `m` does not exist."),
                Reply::models(&["UI-TARS-1.5-7B", "qwen2.5vl:7b"]),
            ],
        ),
        (
            "a model that is not served, and no list",
            vec![Reply::error(404, "model \"m\" not found, try pulling it first"), Reply::error(404, "no")],
        ),
        ("a path that is not there", vec![Reply::status(404, &[], r#"{"detail":"Not Found"}"#)]),
        ("one image", vec![Reply::error(400, "At most 1 image(s) may be provided in one prompt.")]),
        ("no images", vec![Reply::error(500, "image input is not supported - hint: if this is unexpected, …")]),
        (
            "a long prompt",
            vec![Reply::error(400, "This model's maximum context length is 4096 tokens. However, you requested 9000.")],
        ),
        ("no credit", vec![Reply::status(429, &[], r#"{"error":{"message":"no money","code":"insufficient_quota"}}"#)]),
        ("a request that is refused", vec![Reply::error(422, "top_k must be positive")]),
        ("a limit", (0..5).map(|_| Reply::error(429, "Rate limit reached")).collect()),
        ("a long wait", vec![Reply::status(429, &[("retry-after", "3600")], r#"{"error":{"message":"come back"}}"#)]),
        ("a failing server", (0..5).map(|_| Reply::status(502, &[("content-type", "text/html")], html)).collect()),
        ("a server that cannot", vec![Reply::status(501, &[], "no such thing")]),
        ("a cut answer", (0..5).map(|_| begun().end()).collect()),
        ("an answer that ends early", (0..5).map(|_| begun().chunk(b"")).collect()),
        ("a redirection", vec![Reply::status(307, &[("location", "https://elsewhere.example/v1")], "")]),
        ("a web page", vec![Reply::status(200, &[("content-type", "text/html; charset=utf-8")], html)]),
        ("bytes", vec![Reply::stream().chunk(b"data: \xff\xfe{}\n\n").chunk(b"")]),
        ("half a JSON", vec![event(r#"{"choices":[{"delta":{"content":"cl"#)]),
        ("another API's event", vec![event(r#"{"choices":"none"}"#)]),
        (
            "an error in the stream",
            (0..5).map(|_| event(r#"{"error":{"message":"out of memory","code":500}}"#)).collect(),
        ),
        ("no JSON", vec![Reply::status(200, &[], "{")]),
        ("JSON without an answer", vec![Reply::status(200, &[], r#"{"choices":[]}"#)]),
        ("no HTTP", (0..5).map(|_| Reply::bytes("SSH-2.0-OpenSSH_9.6\r\n").end()).collect()),
    ];
    let mut told = String::new();
    for (what, script) in cases {
        let count = script.len();
        let server = ScriptedServer::start(script);
        let error = asked(&server).await.expect_err(what).to_string();
        assert_eq!(server.requests().len(), count, "{what}: {error}");
        told.push_str(&format!("# {what}\n{}\n\n", error.replace(&server.url(), "SERVER")));
    }
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn nobody_is_there() {
    let server = ScriptedServer::start([]);
    let url = server.url();
    drop(server);
    // The port was free a moment ago: that it is taken by another program within it would be a strange chance.
    let error = model(settings(&url)).client().list_models().await.unwrap_err().to_string();
    assert!(error.starts_with(&format!("{url}/v1/models cannot be reached, tried 5 times: ")), "{error}");
    assert!(error.contains("\nhint: is the server running"), "{error}");
}

#[tokio::test]
async fn what_passes_is_tried_again() {
    let cases: Vec<(&str, Vec<Reply>)> = vec![
        ("failures", vec![Reply::error(500, "oops"), Reply::error(502, ""), Reply::error(503, "loading")]),
        ("a limit", vec![Reply::status(429, &[("retry-after", "0")], "")]),
        ("an overloaded server", vec![Reply::status(529, &[], r#"{"error":{"type":"overloaded_error"}}"#)]),
        ("a cut answer", vec![begun().end(), begun().end()]),
        ("a closed connection", vec![Reply::default().end()]),
        ("an error in the stream", vec![event(r#"{"error":{"message":"busy","code":503}}"#)]),
    ];
    for (what, mut script) in cases {
        let failures = script.len();
        script.push(Reply::chat("Action: wait()"));
        let server = ScriptedServer::start(script);
        let answer = asked(&server).await.unwrap_or_else(|e| panic!("{what}: {e}"));
        assert_eq!(answer.text, "Action: wait()", "{what}");
        assert_eq!(answer.heard.tries as usize, failures + 1, "{what}");
        let requests = server.requests();
        assert!(requests.windows(2).all(|pair| pair[0].body == pair[1].body), "{what}");
    }
}

#[tokio::test]
async fn the_server_says_how_long_to_wait() {
    let server = ScriptedServer::start([
        Reply::status(429, &[("retry-after", "0.4")], ""),
        Reply::status(503, &[("Retry-After", "0.2")], ""),
        Reply::chat("a"),
    ]);
    let begun = std::time::Instant::now();
    asked(&server).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(600), "{:?}", begun.elapsed());
}

/// A server that sends back everything that it was sent must not make the key seen.
#[tokio::test]
async fn the_key_is_in_no_error_and_no_answer() {
    let long = format!("{}{KEY}", "x".repeat(290));
    let escaped = format!(r#"{{"error":{{"message":"key \"{KEY}\" is wrong"}}}}"#);
    let page = format!("<html>{KEY}</html>");
    let cases: Vec<(&str, Vec<Reply>)> = vec![
        ("a refusal", vec![Reply::status(401, &[], &escaped)]),
        ("where it would be shortened", vec![Reply::error(400, &long)]),
        ("text", vec![Reply::status(400, &[("content-type", "text/plain")], KEY)]),
        ("a redirection", vec![Reply::status(302, &[("location", &format!("https://e.example/?k={KEY}"))], "")]),
        ("a page", vec![Reply::status(200, &[("content-type", "text/plain")], &page)]),
        ("the stream", vec![event(&format!(r#"{{"error":{{"message":"{KEY}","code":400}}}}"#))]),
        ("nonsense in the stream", vec![event(KEY)]),
        ("bytes", vec![Reply::stream().chunk(format!("data: {KEY}\u{7f}").as_bytes()).chunk(b"\xff\n\n").chunk(b"")]),
        ("a model's name", vec![Reply::error(404, "model `m` does not exist"), Reply::models(&[KEY])]),
    ];
    for (what, script) in cases {
        let server = ScriptedServer::start(script);
        let error = asked(&server).await.expect_err(what);
        for shown in [error.to_string(), format!("{error:?}"), format!("{error:#?}")] {
            assert!(!shown.contains("sk-secret") && !shown.contains("0123456789"), "{what}: {shown}");
        }
    }
    let server = ScriptedServer::start([Reply::chat(&format!("Action: type(content='{KEY}')"))]);
    assert_eq!(asked(&server).await.unwrap().text, "Action: type(content='{api key}')");
    assert!(!format!("{:?}", settings(&server.url())).contains("secret"));
}
