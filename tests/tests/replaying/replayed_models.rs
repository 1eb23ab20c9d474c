//! What a model was asked and answered is asked and read again offline, by today's prompts and today's parser.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use crate::support::Place;
use serde_json::{Value, json};
use sightstep_tests::parrot;
use sightstep_tests::server::{Reply, ScriptedServer};

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

const PATIENT: &str = "goal = \"Be patient\"\n[screen]\nsandbox = \"320x240\"\n[limits]\nsteps = 3\n";

/// Replays the place's only recording, as it is and with one text of its answers changed.
fn replayed(place: &Place, steps: &str, (from, to): (&str, &str), expected: &str) {
    let run = std::fs::read_dir(place.path().join("runs")).unwrap().next().unwrap().unwrap().path();
    let replay = || place.run(&["replay", run.to_str().unwrap()]);
    let (code, said) = replay();
    assert!(code == 0 && said.contains(&format!("replayed as recorded, {steps} steps")), "{said}");
    assert!(!said.contains("were taken as they were understood"), "{said}");
    let path = run.join("recording.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from}: {text}");
    std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
    let (code, said) = replay();
    assert!(code == 1 && said.contains(expected), "{from}: {said}");
}

#[test]
fn anthropic_s_answers_are_read_again() {
    let place = Place::new();
    place.file("task.toml", PATIENT);
    let used = |id: &str, input: Value| json!({ "type": "tool_use", "id": id, "name": "computer", "input": input });
    let message = |blocks: &[Value], stop: &str| {
        let usage = json!({ "input_tokens": 9, "output_tokens": 9 });
        Reply::status(200, &[], &json!({ "content": blocks, "stop_reason": stop, "usage": usage }).to_string())
    };
    let server = ScriptedServer::start([
        message(&[used("toolu_1", json!({ "action": "left_click", "coordinate": [64, 40] }))], "tool_use"),
        message(&[json!({ "type": "text", "text": "Now I have waited." })], "end_turn"),
    ]);
    let mut command = place.sightstep(&["run", "task.toml", "--model", "anthropic#claude-sonnet-4-5"]);
    let output = command.env("ANTHROPIC_API_KEY", "k").env("ANTHROPIC_BASE_URL", server.url()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    replayed(&place, "2", ("[64,40]", "[64,90]"), "plan.actions[0].at.y: expected 40");
}

#[test]
fn openai_s_answers_and_its_questions_are_read_again() {
    let place = Place::new();
    place.file("task.toml", PATIENT);
    let check = json!({ "id": "sc_1", "code": "malicious_instructions", "message": "The page gives instructions." });
    let call = |id: &str, y: u32, checks: Value| {
        json!({ "type": "computer_call", "call_id": id, "action": { "type": "click", "button": "left", "x": 64, "y": y },
                "pending_safety_checks": checks, "status": "completed" })
    };
    let response = |id: &str, output: Value| {
        Reply::status(200, &[], &json!({ "id": id, "status": "completed", "output": [output] }).to_string())
    };
    let server = ScriptedServer::start([
        response("resp_1", call("c1", 40, json!([]))),
        response("resp_2", call("c2", 41, json!([check]))),
    ]);
    let mut command = place.sightstep(&["run", "task.toml", "--model", "openai#computer-use-preview"]);
    let address = format!("{}/v1", server.url());
    let output = command.env("OPENAI_API_KEY", "k").env("OPENAI_BASE_URL", address).output().unwrap();
    // Nobody is there to agree to it.
    assert_eq!(output.status.code(), Some(5), "{}", String::from_utf8_lossy(&output.stderr));
    let asked: Vec<Value> = place.events().into_iter().filter(|event| event["event"] == "asked").collect();
    assert_eq!(asked.len(), 1);
    replayed(&place, "2", (r#"\"y\":40"#, r#"\"y\":90"#), "plan.actions[0].at.y: expected 40");
}

#[test]
fn what_the_engine_answered_is_read_again_in_the_size_that_it_saw() {
    let place = Place::new();
    place.file("task.toml", PATIENT);
    let folder = place.path().join("UI-TARS-1.5-parrot");
    std::fs::create_dir(&folder).unwrap();
    let goldens = Path::new(env!("CARGO_MANIFEST_DIR")).join("../engine/goldens/qwen2_5_vl");
    parrot::write(&folder, &goldens, "Thought: I click.\nAction: click(start_box='(160,120)')").unwrap();
    let (code, said) = place.run(&["run", "task.toml", "--model", folder.to_str().unwrap()]);
    assert_eq!(code, 4, "{said}");
    let events = place.events();
    assert_eq!((&events[0]["wire"], &events[0]["profile"]), (&json!("engine"), &json!("ui-tars-1.5")));
    let planned = events.iter().find(|event| event["event"] == "planned").unwrap();
    let (seen, at) = (&planned["exchange"]["picture"], &planned["plan"]["actions"][0]["at"]);
    let along = |place: u32, screen: u32, seen: &Value| f64::from(place * screen) / seen.as_f64().unwrap();
    assert!((at["x"].as_f64().unwrap() - along(160, 320, &seen[0])).abs() < 1.0, "{planned}");
    assert!((at["y"].as_f64().unwrap() - along(120, 240, &seen[1])).abs() < 1.0, "{planned}");
    // Without the folder: nothing is loaded.
    std::fs::remove_dir_all(&folder).unwrap();
    replayed(&place, "3", ("(160,120)", "(160,60)"), "plan.actions[0].at.y: expected");
}
