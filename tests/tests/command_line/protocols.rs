//! `parse`, `resize` and `prompt`, as they are typed.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write as _;
use std::process::Stdio;

use crate::support::Place;
use serde_json::{Value, json};

/// What the program prints for these arguments and this standard input, and its exit code.
fn said(place: &Place, arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut command = place.sightstep(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn json_of(place: &Place, arguments: &[&str], input: &str) -> Value {
    let (code, out, error) = said(place, arguments, input);
    assert_eq!(code, 0, "{error}");
    serde_json::from_str(&out).unwrap()
}

#[test]
fn an_answer_becomes_a_plan() {
    let place = Place::new();
    let answer = "Thought: t\nAction: click(start_box='(966,546)')\n";
    place.file("answer.txt", answer);
    let plan = json!({
        "thought": "t", "reflection": null, "expect": [],
        "actions": [{"type": "click", "at": {"x": 960, "y": 540}, "button": "left", "count": 1}],
    });
    let parse = ["parse", "--profile", "ui-tars-1.5", "--screen", "1920x1080"];
    assert_eq!(json_of(&place, &parse, answer), plan);
    assert_eq!(json_of(&place, &[&parse[..], &["answer.txt"]].concat(), ""), plan);
    assert_eq!(json_of(&place, &[&parse[..], &["--image", "1932x1092", "-"]].concat(), answer), plan);
}

#[test]
fn lines_of_answers_are_answered_one_by_one() {
    let place = Place::new();
    let lines = [
        json!({"id": 1, "profile": "kimi", "text": "[0.5, 0.5]", "screen": [100, 100], "image": null}),
        json!({"id": "b", "profile": "ui-tars-1.5", "text": "wait()", "screen": [100, 100], "image": [280, 280]}),
        json!({"id": 3, "profile": "ui-tars", "text": "nothing", "screen": [100, 100]}),
        json!({"id": 4, "profile": "ui-tarz", "text": "", "screen": [100, 100]}),
        json!({"id": 5}),
    ];
    let input = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    let (code, out, _) = said(&place, &["parse", "--jsonl"], &input);
    let answers: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((code, answers.len()), (0, 5), "{out}");
    assert_eq!(answers[0]["plan"]["actions"][0]["at"], json!({"x": 50, "y": 50}));
    assert_eq!(answers[1]["plan"]["actions"][0], json!({"type": "wait", "seconds": 5.0}));
    let ids: Vec<&Value> = answers.iter().map(|answer| &answer["id"]).collect();
    assert_eq!(json!(ids), json!([1, "b", 3, 4, 5]));
    for (answer, part) in [(2, "no action"), (3, "did you mean \"ui-tars\"?"), (4, "missing field `profile`")] {
        assert!(answers[answer]["error"].as_str().unwrap().contains(part), "{}", answers[answer]);
    }
}

#[test]
fn sizes_and_messages_are_printed() {
    let place = Place::new();
    let resized = json_of(&place, &["resize", "--profile", "qwen3-vl", "1920x1080"], "");
    assert_eq!(resized, json!({"width": 1920, "height": 1088, "image_tokens": 2040}));
    let messages = json_of(&place, &["prompt", "--profile", "qwen3-vl", "--goal", "Open it"], "");
    assert_eq!(messages[0]["role"], "system");
    assert_eq!(messages[1]["content"][0], json!({"type": "image", "image": 0}));
    assert!(messages[1]["content"][1]["text"].as_str().unwrap().contains("Instruction: Open it"), "{messages}");
}

#[test]
fn the_steps_of_a_recording_are_the_history() {
    let place = Place::new();
    let run = place.path().join("run");
    std::fs::create_dir(&run).unwrap();
    let at = json!({"x": 1, "y": 2});
    let click = json!({"type": "click", "at": at, "button": "left", "count": 1});
    let plan = json!({"thought": null, "reflection": null, "actions": [click.clone()], "expect": []});
    let screen = json!({"display": "sandbox", "width": 1280, "height": 720, "origin": [0, 0], "scale": 1.0});
    let lines = [
        json!({"format": "sightstep-recording", "version": 1}),
        json!({"t": 0.0, "event": "run_started", "at": "", "sightstep": "", "task": "", "goal": "", "model": "", "screen": screen}),
        json!({"t": 0.1, "event": "planned", "step": 1, "raw": "Action: click(start_box='(1,2)')", "plan": plan, "millis": 1.0}),
        json!({"t": 0.2, "event": "acted", "step": 1, "number": 1, "action": click, "receipt": {"method": "mouse", "millis": 1.0}}),
        json!({"t": 0.2, "event": "verified", "step": 1, "number": 1, "before": "a", "after": "a", "verdict": "no_effect",
               "evidence": [{"rule": "screen_changed", "holds": false, "seen": "nothing changed"}], "millis": 1.0}),
    ];
    let text: Vec<String> = lines.iter().map(Value::to_string).collect();
    std::fs::write(run.join("recording.jsonl"), text.join("\n")).unwrap();
    let arguments = ["prompt", "--profile", "ui-tars-1.5", "--goal", "g", "--history", "run"];
    let messages = json_of(&place, &arguments, "");
    let content = |number: usize| messages[number]["content"].clone();
    assert_eq!(content(2), json!([{"type": "image", "image": 0}]));
    let answer = "Action: click(start_box='<|box_start|>(1,2)<|box_end|>')";
    assert_eq!(content(3), json!([{"type": "text", "text": answer}]));
    let told = json!({"type": "text", "text": "click(start_box='(1,2)') had no visible effect."});
    assert_eq!(content(4), json!([told, {"type": "image", "image": 1}]));
}

#[test]
fn what_is_wrong_is_said() {
    let place = Place::new();
    let mut all = String::new();
    for (arguments, input) in [
        (&["parse", "--profile", "ui-tars-2.5", "--screen", "1920x1080"] as &[&str], ""),
        (&["parse", "--profile", "ui-tars", "--screen", "1920"], ""),
        (&["parse", "--profile", "ui-tars"], ""),
        (&["parse", "--profile", "ui-tars", "--screen", "1920x1080", "nowhere.txt"], ""),
        (&["parse", "--profile", "ui-tars", "--screen", "1920x1080"], "Thought: hm"),
        (&["parse", "--profile", "ui-tars", "--screen", "1920x1080"], "Action: click(start_box='(1+1, 2)')"),
        (&["parse", "--profile", "ui-tars", "--screen", "1920x1080"], "Action: click(start_box='(1200,5)')"),
        (&["parse", "--profile", "ui-tars", "--screen", "1920x1080"], "Thought: t\nAction: clik(start_box='(1,5)')"),
        (&["parse", "--profile", "qwen3-vl", "--screen", "1920x1080"], "<tool_call>{\"name\": }</tool_call>"),
        (&["resize", "--profile", "qwen3-vl", "5000x10"], ""),
        (&["prompt", "--profile", "qwen3-vl", "--goal", "g", "--history", "nowhere"], ""),
    ] {
        let (code, _, error) = said(&place, arguments, input);
        all.push_str(&format!("$ sightstep {}\n{}\n=> {code}\n\n", arguments.join(" "), error.trim_end()));
    }
    insta::assert_snapshot!(all);
}
