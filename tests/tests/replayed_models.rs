//! What a model was asked and answered is asked and read again offline, by today's prompts and today's parser.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::path::PathBuf;

use sightstep_tests::server::{Reply, ScriptedServer};
use support::Place;

const TASK: &str = r#"
goal = "Open {what} and type {password}"
[inputs]
what = "the editor"
password = { env = "APP_PASSWORD", secret = true }
[screen]
sandbox = "320x240"
"#;

/// A run whose model first gives no plan, then types, then ends.
fn recorded(place: &Place) -> PathBuf {
    place.file("task.toml", TASK);
    let server = ScriptedServer::start([
        Reply::chat("I like turtles."),
        Reply::chat("Thought: I wait.\nAction: wait()"),
        Reply::chat("Thought: I click.\nAction: click(start_box='(100,100)')"),
        Reply::chat("Thought: done.\nAction: finished(content='yes')"),
    ]);
    let model = format!("{}/v1#UI-TARS-1.5-7B", server.url());
    let mut command = place.sightstep(&["run", "task.toml", "--model", &model]);
    let output = command.env("APP_PASSWORD", "hunter2").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(server.requests().len(), 4);
    std::fs::read_dir(place.path().join("runs")).unwrap().next().unwrap().unwrap().path()
}

#[test]
fn answers_are_parsed_and_prompts_built_again() {
    let place = Place::new();
    let run = recorded(&place);
    let replay = || place.run(&["replay", run.to_str().unwrap()]);
    let (code, said) = replay();
    assert!(code == 0 && said.contains("replayed as recorded, 3 steps"), "{said}");
    assert!(!said.contains("were taken as they were understood"), "{said}");

    let path = run.join("recording.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    let cases = [
        // Another goal makes another prompt.
        ("\"what\":\"the editor\"", "\"what\":\"the shop\"", "prompt_digest: expected"),
        // Another answer is another plan.
        ("(100,100)", "(100,130)", "plan.actions[0].at.y: expected"),
        // An answer that is no plan today.
        ("Action: wait()", "Action: dance()", "today's parser reads no plan"),
        // An answer that was no plan then and is one today.
        ("I like turtles.", "Action: wait()", "diverges at step 1 (planned)"),
    ];
    for (from, to, expected) in cases {
        assert!(text.contains(from), "{from}: {text}");
        std::fs::write(&path, text.replace(from, to)).unwrap();
        let (code, said) = replay();
        assert!(code == 1 && said.contains(expected), "{from}: {said}");
    }
}

#[test]
fn a_task_without_inputs_is_asked_again_too() {
    let place = Place::new();
    place.file("task.toml", "goal = \"Be patient\"\n[screen]\nsandbox = \"320x240\"\n");
    let server = ScriptedServer::start([Reply::chat("Thought: done.\nAction: finished(content='yes')")]);
    let (code, said) = place.run(&["run", "task.toml", "--model", &format!("{}/v1#UI-TARS-1.5-7B", server.url())]);
    assert_eq!(code, 0, "{said}");
    let run = std::fs::read_dir(place.path().join("runs")).unwrap().next().unwrap().unwrap().path();
    let (code, said) = place.run(&["replay", run.to_str().unwrap()]);
    assert!(code == 0 && said.contains("replayed as recorded, 1 steps"), "{said}");
    assert!(!said.contains("were taken as they were understood"), "{said}");
}
