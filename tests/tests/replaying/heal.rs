//! A recorded button is called otherwise today: without a model the replay stops, with one it goes on and shows the change.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use crate::support::Place;
use serde_json::Value;
use sightstep_tests::server::{Reply, ScriptedServer};

/// The side of the square that UI-TARS means its points in.
const SIDE: u64 = 1000;

const SCREEN: (u64, u64) = (640, 480);

/// A window that asks, with a button of this name.
fn shop(button: &str) -> String {
    format!(
        "goal = \"Click '{button}'.\"\n[screen]\nsandbox = \"{}x{}\"\n[[setup]]\nlaunch = [\"sh\", \"-c\", \
         \"zenity --question --title Shop --text 'Two cups, one pot' --ok-label '{button}' --cancel-label Leave && echo yes > sent.txt\"]\n\
         wait_for = {{ window = \"Shop\" }}\n[[check]]\nfile = \"sent.txt\"\nwithin = 5\n",
        SCREEN.0, SCREEN.1
    )
}

/// A run that clicks that button.
fn recorded(place: &Place, button: &str) -> PathBuf {
    let name = button.replace(' ', "-").to_lowercase();
    place.file(&format!("{name}.toml"), &shop(button));
    let (code, said) = place.run(&["run", &format!("{name}.toml"), "--runs", &name]);
    assert_eq!(code, 0, "{said}");
    only(&place.path().join(name))
}

fn only(runs: &Path) -> PathBuf {
    std::fs::read_dir(runs).unwrap().next().unwrap().unwrap().path()
}

fn events(run: &Path) -> Vec<Value> {
    let lines = std::fs::read_to_string(run.join("recording.jsonl")).unwrap();
    lines.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Renames the button of the window that a recording opens.
fn rename(run: &Path, from: &str, to: &str) {
    let path = run.join("recording.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let (was, is) = (format!("--ok-label '{from}'"), format!("--ok-label '{to}'"));
    assert!(lines[1].contains(&was), "{}", lines[1]);
    lines[1] = lines[1].replace(&was, &is);
    std::fs::write(path, lines.join("\n") + "\n").unwrap();
}

/// An answer of UI-TARS that clicks where a run did.
fn pointing(run: &Path) -> Reply {
    let at = events(run).iter().find_map(|event| event["action"].get("at").cloned()).unwrap();
    let along = |axis: &str, length: u64| at[axis].as_u64().unwrap() * SIDE / length;
    Reply::chat(&format!(
        "Thought: It is called otherwise now.\nAction: click(start_box='({},{})')",
        along("x", SCREEN.0),
        along("y", SCREEN.1)
    ))
}

#[test]
fn a_model_points_at_a_button_that_was_renamed_and_the_change_is_shown() {
    let place = Place::new();
    let run = recorded(&place, "Place order");
    let other = recorded(&place, "Submit purchase");
    rename(&run, "Place order", "Submit purchase");
    let live = |more: &[&str]| place.run(&[&["replay", run.to_str().unwrap(), "--live"], more].concat());

    let (code, said) = live(&["--runs", "stopped"]);
    assert!(code == 1 && said.contains("'Place order' at ") && said.contains("is not on the screen"), "{said}");

    let server = ScriptedServer::start([pointing(&other)]);
    let model = format!("{}/v1#UI-TARS-7B-DPO", server.url());
    let (code, said) = live(&["--model", &model]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("healed step 1, action 1 of the recording"), "{said}");
    assert!(said.contains("- 'Place order' at ") && said.contains("+ 'Submit purchase' at "), "{said}");
    let asked = server.requests()[0].json().to_string();
    assert!(asked.contains("it was called") && asked.contains("Place order"), "{asked}");

    let healed = only(&place.path().join("runs"));
    let change = events(&healed).iter().find_map(|event| event.get("healed").cloned()).unwrap();
    assert_eq!((&change["was"]["text"], &change["now"]["text"]), (&"Place order".into(), &"Submit purchase".into()));
    assert_eq!(change["thought"], "It is called otherwise now.");
    let (code, said) = place.run(&["replay", healed.to_str().unwrap()]);
    assert!(code == 0 && said.contains("replayed as recorded"), "{said}");
    let (code, _) = place.run(&["report", healed.to_str().unwrap(), "-o", "page.html"]);
    let page = std::fs::read_to_string(place.path().join("page.html")).unwrap();
    assert!(code == 0 && page.contains("1 healed") && page.contains("Place order") && page.contains("<ins>"), "{page}");
}

#[test]
fn whoever_points_nowhere_heals_nothing() {
    let place = Place::new();
    let run = recorded(&place, "Place order");
    rename(&run, "Place order", "Buy");
    let live = |more: &[&str]| place.run(&[&["replay", run.to_str().unwrap(), "--live"], more].concat());
    let (code, said) = live(&["--model", "reader"]);
    assert!(code == 1 && said.contains("reader: nothing on the screen fits"), "{said}");

    let server = ScriptedServer::start((0..4).map(|_| Reply::chat("I like turtles.")).collect::<Vec<_>>());
    let (code, said) = live(&["--model", &format!("{}/v1#UI-TARS-7B-DPO", server.url())]);
    assert!(code == 1 && said.contains("is not on the screen") && said.contains("gave no plan"), "{said}");
    let (code, said) = live(&["--model", "http://127.0.0.1:9/v1#UI-TARS-7B-DPO"]);
    assert_eq!(code, 3, "{said}");
}
