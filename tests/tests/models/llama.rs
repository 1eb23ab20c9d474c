//! The wire against a real llama.cpp server with a small real model: `make test-llama`.
//!
//! The model takes text alone: what it sees of a screen is an error, and a good one is what is tested then.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::support::{Place, ended};
use serde_json::Value;
use sightstep::planner::asking::Answer;
use sightstep::planner::endpoint::address::Base;
use sightstep::planner::endpoint::chat::{ChatModel, Listener, Message, Part, Request, Role};
use sightstep::planner::endpoint::client::{Client, Settings};
use sightstep::planner::endpoint::error::{Awaited, EndpointError};
use sightstep::planner::endpoint::key::Key;
use sightstep::planner::endpoint::patience::ServerPatience;
use sightstep::planner::endpoint::picture::EncodedPicture;
use sightstep_actions::space::Size;
use sightstep_vision::frame::Frame;
use tokio::sync::{Mutex, MutexGuard};

const KEY: &str = "sk-llama-0123456789";

/// How long an answer that nobody wants any more may go on: the server looks whether someone listens once a token.
const SOON: Duration = Duration::from_secs(10);

/// A server that ends with the tests.
struct Server {
    url: String,
    _process: Child,
    /// It has one slot: tests that look at it must not run beside each other.
    slot: Mutex<()>,
}

fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        let setup = concat!(env!("CARGO_MANIFEST_DIR"), "/setup");
        let fetched = Command::new(format!("{setup}/fetch-llama")).stderr(Stdio::inherit()).output().unwrap();
        assert!(fetched.status.success());
        let folder = String::from_utf8(fetched.stdout).unwrap();
        let mut command = Command::new("python3");
        command.args([&format!("{setup}/llama-server.py"), folder.trim(), KEY]);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut url = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut url).unwrap();
        Server { url: url.trim().to_owned(), _process: process, slot: Mutex::new(()) }
    })
}

async fn alone() -> (&'static Server, MutexGuard<'static, ()>) {
    let server = tokio::task::spawn_blocking(server).await.unwrap();
    (server, server.slot.lock().await)
}

fn model(server: &Server, key: &str, patience: ServerPatience) -> ChatModel {
    let key = Key::from_environment(&["KEY"], &|_| Some(key.to_owned())).unwrap();
    let base = Base::parse(&format!("{}/v1", server.url)).unwrap();
    let settings = Settings { patience, ..Settings::new(base, "smollm2".into(), key) };
    ChatModel::new(Client::new(settings).unwrap(), "smollm2".into())
}

fn asking(text: &str, max_tokens: u32) -> Request {
    let messages = vec![
        Message { role: Role::System, parts: vec![Part::Text("You answer in English.".into())] },
        Message { role: Role::User, parts: vec![Part::Text(text.into())] },
    ];
    Request { messages, temperature: 0.0, top_p: None, max_tokens }
}

/// Hears an answer, tells of its first part, and has enough after so many.
struct Ear {
    parts: Vec<String>,
    enough: usize,
    first: Option<tokio::sync::oneshot::Sender<()>>,
}

impl Ear {
    fn new() -> Self {
        Self { parts: Vec::new(), enough: usize::MAX, first: None }
    }
}

impl Listener for Ear {
    fn begin(&mut self) {
        self.parts.clear();
    }

    fn hear(&mut self, delta: &str) -> bool {
        self.parts.push(delta.to_owned());
        if let Some(first) = self.first.take() {
            let _ = first.send(());
        }
        self.parts.len() >= self.enough
    }
}

async fn answered(server: &Server, request: &Request) -> Result<Answer, EndpointError> {
    model(server, KEY, ServerPatience::default()).answer(request, &mut Ear::new()).await
}

/// Whether the server is at work on an answer, as it says itself.
fn is_busy(server: &Server) -> bool {
    let mut curl = std::net::TcpStream::connect(server.url.trim_start_matches("http://")).unwrap();
    let request = format!("GET /slots HTTP/1.1\r\nhost: h\r\nauthorization: Bearer {KEY}\r\nconnection: close\r\n\r\n");
    std::io::Write::write_all(&mut curl, request.as_bytes()).unwrap();
    let mut reply = String::new();
    std::io::Read::read_to_string(&mut curl, &mut reply).unwrap();
    let slots = &reply[reply.find("\r\n\r\n").unwrap()..];
    let slots: Value = serde_json::from_str(&slots[slots.find('[').unwrap()..=slots.rfind(']').unwrap()]).unwrap();
    slots[0]["is_processing"].as_bool().unwrap()
}

/// Waits until the server has stopped its work.
fn wait_until_idle(server: &Server) -> Duration {
    let begun = Instant::now();
    while is_busy(server) {
        assert!(begun.elapsed() < SOON, "the server goes on with an answer that nobody wants");
        std::thread::sleep(Duration::from_millis(20));
    }
    begun.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a llama.cpp server: make test-llama"]
async fn an_answer_is_streamed_and_counted() {
    let (server, _slot) = alone().await;
    let mut ear = Ear::new();
    let mut model = model(server, KEY, ServerPatience::default());
    let answer = model.answer(&asking("Count from one to ten in words.", 24), &mut ear).await.unwrap();
    assert!(!answer.text.trim().is_empty());
    assert_eq!(ear.parts.concat(), answer.text);
    assert!(ear.parts.len() > 10, "{:?}", ear.parts);
    assert_eq!((answer.tokens, answer.finish.as_deref(), answer.heard.tries), (Some(24), Some("length"), 1));
    assert!(answer.prompt_tokens.unwrap() > 10);
    let again = answered(server, &asking("Count from one to ten in words.", 24)).await.unwrap();
    assert_eq!(again.text, answer.text);
    println!("first token after {:?}, {} parts", answer.heard.first_token, ear.parts.len());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a llama.cpp server: make test-llama"]
async fn past_answers_are_part_of_the_conversation() {
    let (server, _slot) = alone().await;
    let mut request = asking("My name is Ada. Say hello.", 16);
    let first = answered(server, &request).await.unwrap();
    request.messages.push(Message { role: Role::Assistant, parts: vec![Part::Text(first.text)] });
    request.messages.push(Message { role: Role::User, parts: vec![Part::Text("What is my name? One word.".into())] });
    let second = answered(server, &request).await.unwrap();
    // What such a small model makes of it is its own affair; that it was shown all of it, its server counts.
    let (once, twice) = (first.prompt_tokens.unwrap(), second.prompt_tokens.unwrap());
    assert!(!second.text.is_empty() && twice >= once + first.tokens.unwrap() + 8, "{once} {twice}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a llama.cpp server: make test-llama"]
async fn refusals_are_understood() {
    let (server, _slot) = alone().await;
    let wrong =
        model(server, "sk-wrong-0123456789", ServerPatience::default()).answer(&asking("hi", 4), &mut Ear::new()).await;
    assert!(matches!(wrong, Err(EndpointError::WrongKey { status: 401, .. })), "{wrong:?}");
    let long = answered(server, &asking(&"word ".repeat(3000), 4)).await;
    assert!(matches!(long, Err(EndpointError::TooLong { .. })), "{long:?}");
    let mut seeing = asking("What is this?", 4);
    let frame = Frame::from_image(image::RgbImage::from_pixel(64, 64, image::Rgb([9; 3])));
    let picture = EncodedPicture::of(&frame, Size { width: 56, height: 56 }).await;
    seeing.messages[1].parts.push(Part::Image(picture));
    let blind = answered(server, &seeing).await;
    assert!(matches!(blind, Err(EndpointError::NoImages { .. })), "{blind:?}");
    assert!(!is_busy(server));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a llama.cpp server: make test-llama"]
async fn a_dropped_request_ends_the_work_of_the_server() {
    let (server, _slot) = alone().await;
    let (first, heard) = tokio::sync::oneshot::channel();
    let mut model = model(server, KEY, ServerPatience::default());
    let task = tokio::spawn(async move {
        let mut ear = Ear { first: Some(first), ..Ear::new() };
        model.answer(&asking("Tell a long story about a lighthouse.", 900), &mut ear).await
    });
    heard.await.unwrap();
    assert!(is_busy(server));
    task.abort();
    let idle = wait_until_idle(server);
    println!("idle {idle:?} after the request was dropped");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a llama.cpp server: make test-llama"]
async fn an_answer_that_is_broken_off_ends_the_work_of_the_server() {
    let (server, _slot) = alone().await;
    let mut ear = Ear { enough: 5, ..Ear::new() };
    let mut model = model(server, KEY, ServerPatience::default());
    let answer = model.answer(&asking("Tell a long story about a lighthouse.", 900), &mut ear).await.unwrap();
    assert_eq!((ear.parts.len(), answer.finish, answer.tokens), (5, None, None));
    wait_until_idle(server);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a llama.cpp server: make test-llama"]
async fn time_outs_end_the_work_of_the_server() {
    let (server, _slot) = alone().await;
    let short = Duration::from_millis(1);
    let cases = [
        (ServerPatience { first_token: short, ..ServerPatience::default() }, Awaited::FirstToken),
        (ServerPatience { next_token: short, ..ServerPatience::default() }, Awaited::NextToken),
        (ServerPatience { whole: Duration::from_secs(2), ..ServerPatience::default() }, Awaited::WholeAnswer),
    ];
    for (patience, awaited) in cases {
        let mut model = model(server, KEY, patience);
        let error = model.answer(&asking("Tell a long story about a lighthouse.", 900), &mut Ear::new()).await;
        assert!(
            matches!(&error, Err(EndpointError::Silent { what, .. }) if *what == awaited),
            "{awaited:?}: {error:?}"
        );
        wait_until_idle(server);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a llama.cpp server: make test-llama"]
async fn the_program_lists_its_models_and_says_that_it_is_blind() {
    let (server, _slot) = alone().await;
    let place = Place::new();
    place.file("empty.toml", "goal = 'Wait for better times'\nscreen.sandbox = '320x240'\n");
    let run = |arguments: &[&str]| place.sightstep(arguments).env("SIGHTSTEP_API_KEY", KEY).output().unwrap();
    let listed = run(&["models", &format!("{}/v1", server.url)]);
    assert_eq!(String::from_utf8_lossy(&listed.stdout), "smollm2\n");
    let (code, said) = ended(run(&["run", "empty.toml", "--model", &format!("{}/v1#smollm2", server.url)]));
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("the model takes no images: image input is not supported"), "{said}");
    assert!(said.contains("\nhint: serve a vision-language model"), "{said}");
}
