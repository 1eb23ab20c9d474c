//! A model is asked again about a recording: a server's, one in this process, and the reader.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use crate::support::Place;
use serde_json::Value;
use sightstep_tests::parrot;
use sightstep_tests::server::{Reply, ScriptedServer};

const TASK: &str = "goal = \"Be patient for a while\"\n[screen]\nsandbox = \"320x240\"\n";

const SAID: [&str; 3] = [
    "Thought: I wait.\nAction: wait()",
    "Thought: I click.\nAction: click(start_box='(100,100)')",
    "Thought: done.\nAction: finished(content='yes')",
];

fn replies(said: &[&str]) -> ScriptedServer {
    ScriptedServer::start(said.iter().map(|said| Reply::chat(said)).collect::<Vec<_>>())
}

fn model(server: &ScriptedServer) -> String {
    format!("{}/v1#UI-TARS-1.5-7B", server.url())
}

/// A run of three steps that a model of a server planned.
fn recorded(place: &Place) -> PathBuf {
    place.file("task.toml", TASK);
    let (code, said) = place.run(&["run", "task.toml", "--model", &model(&replies(&SAID))]);
    assert_eq!(code, 0, "{said}");
    only(&place.path().join("runs"))
}

fn only(runs: &Path) -> PathBuf {
    std::fs::read_dir(runs).unwrap().next().unwrap().unwrap().path()
}

/// What `--json` says.
fn json(place: &Place, run: &Path, model: &str) -> (i32, Vec<Value>) {
    let (code, said) = place.output(&["replay", run.to_str().unwrap(), "--model", model, "--json"]);
    (code, said.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn a_server_s_model_agrees_with_itself_and_is_shown_the_recorded_history() {
    let place = Place::new();
    let run = recorded(&place);
    let same = replies(&SAID);
    let (code, said) = place.output(&["replay", run.to_str().unwrap(), "--model", &model(&same)]);
    assert!(code == 0 && said.contains("agrees in 3 of 3 steps: 3 of 3 types, 1 of 1 points, 0 of 0 texts"), "{said}");

    let other = [
        "Thought: I type.\nAction: type(content='x')",
        "Thought: Elsewhere.\nAction: click(start_box='(100,160)')",
        "I like turtles.",
        "I like turtles.",
        "I like turtles.",
        "I like turtles.",
    ];
    let server = replies(&other);
    let (code, events) = json(&place, &run, &model(&server));
    assert_eq!(code, 1, "{events:?}");
    let steps: Vec<(bool, &Value)> = events.iter().map(|e| (e["agrees"] == true, &e["actions"])).collect();
    assert_eq!(steps.len(), 4);
    assert!(steps[..3].iter().all(|(agrees, _)| !agrees));
    assert_eq!(steps[0].1[0]["type"], false);
    assert!(steps[1].1[0]["type"] == true && steps[1].1[0]["point"]["agrees"] == false, "{}", steps[1].1);
    assert!(events[2]["error"].as_str().unwrap().contains("gave no plan"), "{}", events[2]);
    let sum = &events[3];
    assert_eq!(
        (&sum["event"], &sum["types"]["agree"], &sum["types"]["of"]),
        (&"agreement".into(), &1.into(), &3.into())
    );
    // The dialogue goes on from what was done, not from what the model said.
    let last = server.requests().last().unwrap().json().to_string();
    assert!(last.contains("(100,100)") && last.contains("Action: wait()"), "{last}");
    assert!(!last.contains("(100,160)") && !last.contains("content='x'"), "{last}");
}

#[test]
fn a_model_in_this_process_is_asked_in_its_own_words() {
    let place = Place::new();
    let run = recorded(&place);
    let folder = place.path().join("UI-TARS-1.5-parrot");
    std::fs::create_dir(&folder).unwrap();
    let goldens = Path::new(env!("CARGO_MANIFEST_DIR")).join("../engine/goldens/qwen2_5_vl");
    parrot::write(&folder, &goldens, "Thought: I wait.\nAction: wait()").unwrap();
    let (code, events) = json(&place, &run, folder.to_str().unwrap());
    let agrees: Vec<bool> = events.iter().filter_map(|event| event["agrees"].as_bool()).collect();
    assert_eq!((code, agrees), (1, vec![true, false, false]), "{events:?}");
}

#[test]
fn the_reader_agrees_with_its_own_recording_and_not_with_another_goal() {
    let place = Place::new();
    let task = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tasks/examples/editor.toml");
    let (code, said) = place.run(&["run", task.to_str().unwrap()]);
    assert_eq!(code, 0, "{said}");
    let run = only(&place.path().join("runs"));
    let (code, events) = json(&place, &run, "reader");
    let sum = events.last().unwrap();
    assert_eq!(code, 0, "{events:?}");
    assert!(sum["texts"]["of"].as_u64().unwrap() > 0 && sum["texts"]["agree"] == sum["texts"]["of"], "{sum}");

    let path = run.join("recording.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines[1] = lines[1].replace("Sightstep was here.", "Nobody was here.");
    std::fs::write(&path, lines.join("\n")).unwrap();
    let (code, said) = place.output(&["replay", run.to_str().unwrap(), "--model", "reader"]);
    assert!(code == 1 && said.contains("another text"), "{said}");
}

#[test]
fn what_keeps_a_model_from_being_asked_is_said() {
    let place = Place::new();
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings/version-1");
    let (code, said) = place.run(&["replay", old.to_str().unwrap(), "--model", "reader"]);
    assert!(code == 2 && said.contains("does not hold its task"), "{said}");
    let run = recorded(&place);
    let run = run.to_str().unwrap();
    let (code, said) = place.run(&["replay", run, "--model", "reader"]);
    assert!(code == 2 && said.contains("clause 1 of the goal is not understood"), "{said}");
    let (code, said) = place.run(&["replay", run, "--model", "http://127.0.0.1:9/v1#UI-TARS-1.5-7B"]);
    assert_eq!(code, 3, "{said}");
    let (code, said) = place.run(&["replay", run, "--model", "reader", "--update"]);
    assert!(code == 2 && said.contains("cannot be used with"), "{said}");
}
