//! The program and a model's server: keys that nobody sees, errors with their exit codes, lists of models.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::{Place, ended};
use sightstep_tests::server::{Reply, ScriptedServer};

const KEY: &str = "sk-secret-0123456789";

/// A task that needs no program: a private display with nothing on it.
const EMPTY: &str = "goal = 'Wait for better times'\nscreen.sandbox = '320x240'\n";

fn keyed(place: &Place, arguments: &[&str]) -> Command {
    let mut command = place.sightstep(arguments);
    command.env("SIGHTSTEP_API_KEY", KEY);
    command
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// A line without the seconds of `failed in 0.8 s`.
fn timeless(line: &str) -> String {
    match line.split_once(" in ") {
        Some((what, rest)) if rest.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("{what} in N{}", rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.'))
        }
        _ => line.to_owned(),
    }
}

fn holds_key(bytes: &[u8]) -> bool {
    bytes.windows(KEY.len()).any(|window| window == KEY.as_bytes())
}

/// The server does all it can to have the key written down: it sends it back in a refusal, an answer, and a model's name.
#[test]
fn the_key_is_in_no_recording_and_no_log() {
    let place = Place::new();
    place.file("empty.toml", EMPTY);
    let server = ScriptedServer::start([
        Reply::error(503, &format!("not with {KEY}")),
        Reply::chat(&format!("Thought: {KEY}\nAction: type(content='{KEY}')")),
        Reply::chat(&format!("Thought: no action, but {KEY}")),
        Reply::chat(&format!("Thought: {KEY}.\nAction: finished(content='{KEY}')")),
    ]);
    let model = format!("{}/v1#UI-TARS-1.5-7B", server.url());
    let mut command = keyed(&place, &["run", "empty.toml", "--model", &model, "-vv"]);
    let output = command.env("SIGHTSTEP_LOG", "trace").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert_eq!(server.requests().len(), 4);
    assert!(server.requests().iter().all(|request| request.header("authorization") == format!("Bearer {KEY}")));
    assert!(said.contains("{api key}"), "the server's words are not shown: {said}");
    assert!(!holds_key(&output.stderr) && !holds_key(&output.stdout), "{said}");
    let files = files(&place.path().join("runs"));
    assert!(files.iter().any(|file| file.ends_with("recording.jsonl")));
    for file in files {
        assert!(!holds_key(&std::fs::read(&file).unwrap()), "{}", file.display());
    }
}

#[test]
fn what_a_person_is_told() {
    let place = Place::new();
    place.file("empty.toml", EMPTY);
    let refused = ScriptedServer::start([Reply::error(401, "Incorrect API key provided")]);
    let gone = ScriptedServer::start([]).url();
    let unknown =
        ScriptedServer::start([Reply::error(404, "The model `m` does not exist."), Reply::models(&["a", "b"])]);
    let silly = ScriptedServer::start((0..4).map(|_| Reply::chat("I like turtles.")));
    let url = |server: &ScriptedServer| format!("{}/v1#m", server.url());
    let mut told = String::new();
    for (what, arguments) in [
        ("wrong key", vec!["run", "empty.toml", "--profile", "ui-tars", "--model", &url(&refused)]),
        ("unknown model", vec!["run", "empty.toml", "--profile", "ui-tars", "--model", &url(&unknown)]),
        ("no plan", vec!["run", "empty.toml", "--profile", "ui-tars", "--model", &url(&silly)]),
        ("unencrypted", vec!["run", "empty.toml", "--model", "http://models.example.org:8000/v1#m"]),
        ("no model named", vec!["do", "click OK", "--model", "https://models.example.org/v1"]),
        ("credentials", vec!["do", "click OK", "--model", "https://me:hunter2@models.example.org/v1#m"]),
        ("vendor without a name", vec!["do", "click OK", "--model", "anthropic"]),
        ("unknown profile", vec!["do", "click OK", "--model", &url(&silly), "--profile", "ui-tar"]),
        ("profile of the reader", vec!["do", "click OK", "--profile", "ui-tars"]),
        ("a list of a wrong address", vec!["models", "ftp://models.example.org"]),
    ] {
        let (code, error) = ended(keyed(&place, &arguments).output().unwrap());
        let lines = error.lines().filter(|line| !line.starts_with("recording:"));
        let shown: Vec<String> = lines.map(timeless).collect();
        let shown = [&refused, &unknown, &silly]
            .iter()
            .fold(shown.join("\n"), |shown, server| shown.replace(&server.url(), "SERVER"));
        told.push_str(&format!("# {what}\n{shown}\n=> {code}\n\n"));
    }
    insta::assert_snapshot!(told);
    let (code, error) = ended(keyed(&place, &["models", &format!("{gone}/v1")]).output().unwrap());
    assert_eq!(code, 3);
    assert!(error.contains("cannot be reached, tried 5 times: "), "{error}");
}

#[test]
fn models_of_a_server_are_listed_one_a_line() {
    let place = Place::new();
    let server = ScriptedServer::start([Reply::models(&["UI-TARS-1.5-7B", "qwen2.5vl:7b"])]);
    let output = keyed(&place, &["models", &format!("{}/v1", server.url())]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "UI-TARS-1.5-7B\nqwen2.5vl:7b\n");
    assert!(output.status.success() && output.stderr.is_empty());
    let vendor = ScriptedServer::start([Reply::models(&["claude-sonnet-4-5"])]);
    let output = keyed(&place, &["models", "anthropic"]).env("ANTHROPIC_BASE_URL", vendor.url()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "claude-sonnet-4-5\n");
    let asked = &vendor.requests()[0];
    assert_eq!((asked.path.as_str(), asked.header("x-api-key")), ("/v1/models", KEY));
}

#[test]
fn a_model_points_at_things_in_a_picture() {
    let place = Place::new();
    image::RgbImage::from_pixel(1280, 800, image::Rgb([9; 3])).save(place.path().join("screen.png")).unwrap();
    let server = ScriptedServer::start([
        Reply::chat("Thought: There.\nAction: click(start_box='(644,406)')"),
        Reply::chat("(1,1)"),
    ]);
    let model = format!("{}/v1#UI-TARS-1.5-7B", server.url());
    let output = keyed(&place, &["ground", "screen.png", "the OK button", "--model", &model]).output().unwrap();
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found, serde_json::json!({ "point": { "x": 640, "y": 400 }, "box": null, "thought": "There." }));
}

/// Ctrl-C while the model thinks: the run stops at once, and so does the server's work.
#[test]
fn ctrl_c_ends_the_request() {
    let place = Place::new();
    place.file("empty.toml", EMPTY);
    let server = ScriptedServer::start([Reply::stream().wait(Duration::from_secs(60))]);
    let model = format!("{}/v1#UI-TARS-1.5-7B", server.url());
    let mut command = keyed(&place, &["run", "empty.toml", "--model", &model]);
    let run = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    server.wait_for_requests(1);
    // SAFETY: sends a signal to a child of ours that has not been waited for.
    unsafe { libc::kill(run.id() as i32, libc::SIGINT) };
    server.wait_for_close();
    let (code, said) = ended(run.wait_with_output().unwrap());
    assert_eq!(code, 4, "{said}");
    assert_eq!(place.events().pop().unwrap()["reason"], "interrupted");
}

/// What OpenAI's safety checks ask is for a person; in a pipe there is none.
#[test]
fn a_safety_check_needs_a_person() {
    let place = Place::new();
    place.file("empty.toml", EMPTY);
    let event = serde_json::json!({ "type": "response.completed", "response": { "id": "resp_1", "status": "completed", "output": [{
        "type": "computer_call", "call_id": "c1", "action": { "type": "click", "button": "left", "x": 9, "y": 9 },
        "pending_safety_checks": [{ "id": "sc_1", "code": "sensitive_domain", "message": "This is a bank." }],
    }] } });
    let server = ScriptedServer::start([Reply::events([format!("data: {event}\n\n")])]);
    let mut command = keyed(&place, &["run", "empty.toml", "--model", "openai#computer-use-preview"]);
    let output = command.env("OPENAI_BASE_URL", format!("{}/v1", server.url())).output().unwrap();
    let (code, said) = ended(output);
    assert_eq!(code, 5, "{said}");
    let events = place.events();
    let asked = events.iter().find(|event| event["event"] == "asked").unwrap();
    assert_eq!(asked["question"], "The model's provider asks for a person's consent: This is a bank.");
    assert!(!events.iter().any(|event| event["event"] == "acted"), "it was acted on");
}
