//! Recordings are performed again on real windows: moved, with other inputs, and where the target is gone.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use crate::support::Place;
use serde_json::{Value, json};

/// A recording of one of the example tasks.
fn recorded(place: &Place, example: &str) -> PathBuf {
    let task = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../tasks/examples/{example}.toml"));
    let (code, said) = place.run(&["run", task.to_str().unwrap(), "--runs", "recorded"]);
    assert_eq!(code, 0, "{said}");
    std::fs::read_dir(place.path().join("recorded")).unwrap().next().unwrap().unwrap().path()
}

/// Changes the task that a recording holds.
fn change(recording: &Path, change: impl FnOnce(&mut Value)) {
    let path = recording.join("recording.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut started: Value = serde_json::from_str(&lines[1]).unwrap();
    change(&mut started["task_file"]["content"]);
    lines[1] = started.to_string();
    std::fs::write(path, lines.join("\n") + "\n").unwrap();
}

#[test]
fn an_editor_that_was_moved_writes_another_file() {
    let place = Place::new();
    let recording = recorded(&place, "editor");
    change(&recording, |task| {
        let mover = json!({ "run": [env!("CARGO_BIN_EXE_replay-live"), "--move-windows"] });
        task["setup"].as_array_mut().unwrap().push(mover);
        task["check"] = json!([{ "file": "{file}", "contains": "{text}" }]);
    });
    let run = recording.to_str().unwrap();
    let (code, said) = place.run(&["replay", run, "--live", "--input", "file=other.txt", "--input", "text=Moved."]);
    assert_eq!(code, 0, "{said}");
    let events = place.events();
    assert_eq!(events[0]["model"], "recorded");
    let typed: Vec<_> = events.iter().filter_map(|e| e["action"]["text"].as_str()).collect();
    assert_eq!(typed, ["Moved.", "other.txt"], "{said}");
    let (_, again) = place.run(&[
        "replay",
        place.path().join("runs").read_dir().unwrap().next().unwrap().unwrap().path().to_str().unwrap(),
    ]);
    assert!(again.contains("replayed as recorded"), "{again}");
}

#[test]
fn a_dark_calculator_is_the_same_calculator() {
    let place = Place::new();
    let recording = recorded(&place, "calculator");
    change(&recording, |task| task["setup"][0]["launch"] = json!(["env", "GTK_THEME=Adwaita:dark", "galculator"]));
    let (code, said) = place.run(&["replay", recording.to_str().unwrap(), "--live"]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_target_that_is_gone_is_named_with_its_pictures() {
    let place = Place::new();
    let recording = recorded(&place, "list");
    change(&recording, |task| {
        let launch = task["setup"][0]["launch"][2].as_str().unwrap().replace("Portugal ", "");
        task["setup"][0]["launch"][2] = launch.into();
    });
    let (code, said) = place.run(&["replay", recording.to_str().unwrap(), "--live"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("the replay parts from the recording at step"), "{said}");
    assert!(said.contains("'Portugal' at ") && said.contains("is not on the screen"), "{said}");
    let pictures: Vec<_> = said.lines().filter_map(|line| line.trim().strip_prefix("recorded: ")).collect();
    let now: Vec<_> = said.lines().filter_map(|line| line.trim().strip_prefix("now: ")).collect();
    let exist = |path: &&str| place.path().join(path).exists();
    assert!(pictures.len() == 1 && now.len() == 1 && pictures.iter().chain(&now).all(exist), "{said}");
}

#[test]
fn what_cannot_be_performed_says_why() {
    let place = Place::new();
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings/version-1");
    let (code, said) = place.run(&["replay", old.to_str().unwrap(), "--live"]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("does not hold its task") && said.contains("hint:"), "{said}");
    let (code, said) = place.run(&["replay", old.to_str().unwrap(), "--input", "a=b"]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("--live"), "{said}");
}
