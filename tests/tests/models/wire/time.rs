//! Waiting for a server, and not waiting for it any more.

use std::time::{Duration, Instant};

use sightstep::planner::endpoint::patience::ServerPatience;
use sightstep_tests::server::{Reply, ScriptedServer, chat_events};

use super::{Ear, backoff, model, patience, request, settings};

/// Longer than any test waits.
const FOR_EVER: Duration = Duration::from_secs(60);

/// Short enough for a test, long enough for a server on this machine to answer.
const SOON: Duration = Duration::from_millis(400);

async fn told(reply: Reply, patience: ServerPatience) -> (String, ScriptedServer) {
    let server = ScriptedServer::start([reply]);
    let mut settings = settings(&server.url());
    settings.patience = patience;
    let error = model(settings).answer(&request(), &mut Ear::default()).await.unwrap_err();
    (error.to_string(), server)
}

fn first_events() -> String {
    chat_events("Action: wait()").into_iter().take(2).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_says_nothing() {
    let keep_alive =
        (0..200).fold(Reply::stream(), |reply, _| reply.chunk(b": alive\n\n").wait(Duration::from_millis(50)));
    let slow = chat_events(&"slow ".repeat(500)).into_iter();
    let slow = slow.fold(Reply::stream(), |reply, event| reply.chunk(event.as_bytes()).wait(Duration::from_millis(50)));
    let short = ServerPatience { first_token: SOON, next_token: SOON, ..patience() };
    let cases = [
        (
            "no headers",
            Reply::default().wait(FOR_EVER),
            short,
            "the server did not begin to answer within 0.4 s\nhint: ",
        ),
        ("no event", Reply::stream().wait(FOR_EVER), short, "the server did not begin to answer within 0.4 s\nhint: "),
        ("signs of life alone", keep_alive, short, "the server did not begin to answer within 0.4 s\nhint: "),
        (
            "no further event",
            Reply::stream().chunk(first_events().as_bytes()).wait(FOR_EVER),
            short,
            "the server began to answer and did not go on within 0.4 s\nhint: ",
        ),
        (
            "no end",
            slow,
            ServerPatience { whole: Duration::from_secs(1), ..patience() },
            "the server did not finish its answer within 1 s\nhint: ",
        ),
    ];
    for (what, reply, patience, want) in cases {
        let begun = Instant::now();
        let (told, server) = told(reply, patience).await;
        assert!(told.starts_with(want), "{what}: {told}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{what}: {:?}", begun.elapsed());
        server.wait_for_close();
        assert_eq!(server.requests().len(), 1, "{what}: it was asked again");
    }
}

/// A port that takes connections and says nothing: the handshake of TLS never comes to an end.
#[tokio::test]
async fn a_connection_that_never_comes_about() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut settings = settings(&format!("https://{}", port.local_addr().unwrap()));
    settings.patience = ServerPatience { connect: SOON, ..patience() };
    let error = model(settings).answer(&request(), &mut Ear::default()).await.unwrap_err().to_string();
    assert!(error.starts_with("the server took no connection within 0.4 s\nhint: is the server running"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_tokens_are_waited_for() {
    let events = chat_events("Action: wait()").into_iter();
    let reply =
        events.fold(Reply::stream(), |reply, event| reply.wait(Duration::from_millis(150)).chunk(event.as_bytes()));
    let server = ScriptedServer::start([reply.chunk(b"")]);
    let mut settings = settings(&server.url());
    // The whole answer takes longer than any of its parts may.
    settings.patience = ServerPatience {
        first_token: Duration::from_millis(700),
        next_token: Duration::from_millis(700),
        ..patience()
    };
    let answer = model(settings).answer(&request(), &mut Ear::default()).await.unwrap();
    assert_eq!(answer.text, "Action: wait()");
    assert!(answer.heard.first_token >= Duration::from_millis(300), "{:?}", answer.heard.first_token);
}

/// Whatever a request is waiting for, dropping it ends it: the server sees the connection close.
#[tokio::test(flavor = "multi_thread")]
async fn dropping_a_request_ends_it() {
    let waiting = [
        ("for the headers", Reply::default().wait(FOR_EVER)),
        ("for the first event", Reply::stream().wait(FOR_EVER)),
        ("in the middle", Reply::stream().chunk(first_events().as_bytes()).wait(FOR_EVER)),
    ];
    for (what, reply) in waiting {
        let server = ScriptedServer::start([reply]);
        let mut model = model(settings(&server.url()));
        let task = tokio::spawn(async move { model.answer(&request(), &mut Ear::default()).await.map(|_| ()) });
        server.wait_for_requests(1);
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!task.is_finished(), "{what}");
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled(), "{what}");
        server.wait_for_close();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_a_request_that_waits_to_be_made_again_ends_it() {
    let server = ScriptedServer::start([Reply::status(429, &[("retry-after", "60")], "")]);
    let mut settings = settings(&server.url());
    settings.backoff = backoff();
    let mut model = model(settings);
    let request = request();
    let mut ear = Ear::default();
    let answer = tokio::time::timeout(Duration::from_millis(500), model.answer(&request, &mut ear)).await;
    assert!(answer.is_err(), "it did not wait");
    assert_eq!(server.requests().len(), 1);
}
