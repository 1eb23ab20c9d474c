//! Qwen's tool calls.

use sightstep_actions::profile::Profile;

use super::{FULL_HD, THOUSAND, check};

/// An answer with one call.
fn call(arguments: &str) -> String {
    format!("Action: do it\n<tool_call>\n{{\"name\": \"computer_use\", \"arguments\": {arguments}}}\n</tool_call>")
}

#[test]
fn every_action() {
    let cases = [
        (r#"{"action": "left_click", "coordinate": [100, 200]}"#, "click 100,200"),
        (r#"{"action": "left_click", "coordinate": [1000, 1000]}"#, "click 999,999"),
        (r#"{"action": "left_click", "coordinate": [100, 200, 300, 400]}"#, "click 200,300"),
        (r#"{"action": "left_click", "coordinate": "100, 200"}"#, "click 100,200"),
        (r#"{"action": "left_click", "coordinate": {"x": 1, "y": 2}}"#, "click 1,2"),
        (r#"{"action": "left_click"}"#, "press; release"),
        (r#"{"action": "right_click", "coordinate": [1, 2]}"#, "click 1,2 right"),
        (r#"{"action": "middle_click", "coordinate": [1, 2]}"#, "click 1,2 middle"),
        (r#"{"action": "double_click", "coordinate": [1, 2]}"#, "click 1,2 x2"),
        (r#"{"action": "triple_click", "coordinate": [1, 2]}"#, "click 1,2 x3"),
        (r#"{"action": "mouse_move", "coordinate": [0, 0]}"#, "move 0,0"),
        (r#"{"action": "left_click_drag", "coordinate": [300, 400]}"#, "press; release 300,400"),
        (r#"{"action": "left_click_drag", "start_coordinate": [1, 2], "coordinate": [3, 4]}"#, "drag 1,2 3,4"),
        (r#"{"action": "swipe", "coordinate": [1, 2], "coordinate2": [3, 4]}"#, "drag 1,2 3,4"),
        (r#"{"action": "swipe", "direction": "up"}"#, "scroll down 5"),
        (r#"{"action": "type", "text": "it's 你好\n"}"#, "type \"it's 你好\\n\""),
        (r#"{"action": "key", "keys": ["ctrl", "c"]}"#, "key ctrl+c"),
        (r#"{"action": "key", "keys": ["Page_Up"]}"#, "key page_up"),
        (r#"{"action": "key", "keys": "enter"}"#, "key enter"),
        (r#"{"action": "key", "keys": ["ctrl+s"]}"#, "key ctrl+s"),
        (r#"{"action": "key", "keys": ["keys=['ctrl'", "'v']"]}"#, "key ctrl+v"),
        (r#"{"action": "scroll", "pixels": -5}"#, "scroll down 5"),
        (r#"{"action": "scroll", "pixels": 20, "coordinate": [1, 2]}"#, "scroll 1,2 up 20"),
        (r#"{"action": "scroll", "pixels": -500}"#, "scroll down 5"),
        (r#"{"action": "scroll", "pixels": 30}"#, "scroll up 1"),
        (r#"{"action": "hscroll", "pixels": 3}"#, "scroll right 3"),
        (r#"{"action": "hscroll", "pixels": -300}"#, "scroll left 3"),
        (r#"{"action": "wait", "time": 2}"#, "wait 2"),
        (r#"{"action": "wait"}"#, "wait 5"),
        (r#"{"action": "terminate", "status": "success"}"#, "finish success None"),
        (r#"{"action": "terminate", "status": "failure"}"#, "finish failure None"),
        (r#"{"action": "answer", "text": "42"}"#, "finish success Some(\"42\")"),
        (r#"{"action": "interact", "text": "log in?"}"#, "ask Some(\"log in?\")"),
        (r#"{"action": "click", "coordinate": [1, 2]}"#, "click 1,2"),
        (r#"{"action": "long_press", "coordinate": [1, 2], "time": 2}"#, "long 1,2 2"),
        (r#"{"action": "system_button", "button": "Back"}"#, "system back"),
        (r#"{"action": "open", "text": "Clock"}"#, "open Clock"),
        (r#"{"action": "bogus"}"#, "! no action called \"bogus\""),
        (r#"{"action": "mouse_move"}"#, "! mouse_move needs a point"),
        (r#"{"action": "left_click", "coordinate": [1001, 5]}"#, "! (1001, 5) is outside"),
        (r#"{"action": "left_click", "coordinate": [1]}"#, "! not a coordinate"),
        (r#"{"action": "left_click", "coordinate": ["foo()", 1]}"#, "! a call is not evaluated"),
        (r#"{"action": "scroll"}"#, "! scroll needs a direction"),
        (r#"{"action": "terminate", "status": "maybe"}"#, "! not success, failure or infeasible"),
        (r#"{"coordinate": [1, 2]}"#, "! needs an \"action\""),
    ];
    let answers: Vec<(String, &str)> = cases.iter().map(|(arguments, want)| (call(arguments), *want)).collect();
    let cases: Vec<(&str, &str)> = answers.iter().map(|(answer, want)| (answer.as_str(), *want)).collect();
    check("gui-owl-1.5", THOUSAND, &cases);
}

#[test]
fn every_wrapping_of_a_call() {
    let click = r#"{"name": "computer_use", "arguments": {"action": "left_click", "coordinate": [1, 2]}}"#;
    let two =
        format!("<tool_call>\n{click}\n</tool_call>\n<tool_call>{}</tool_call>", click.replace("[1, 2]", "[3, 4]"));
    let text = r#"<tool_call>{"name": "computer_use", "arguments": "{\"action\": \"wait\"}"}</tool_call>"#;
    check(
        "gui-owl-1.5",
        THOUSAND,
        &[
            (&two, "click 1,2; click 3,4"),
            (&format!("```json\n{click}\n```"), "click 1,2"),
            (&format!("Action: x\n{click}"), "click 1,2"),
            (&format!("<tool_call>\n{click}"), "click 1,2"),
            (&format!("<tool_call>{click}}}</tool_call><|im_end|>"), "click 1,2"),
            (&format!("<tool_call>{}</tool_call>", &click[..click.len() - 1]), "click 1,2"),
            (&format!("<think>{{}}</think>\n{click}"), "click 1,2"),
            (text, "wait 5"),
            (r#"{"action": "wait", "time": 1}"#, "wait 1"),
            (
                "<tool_call>{\"name\": \"x\", \"arguments\": {\"action\": \"type\", \"text\": \"a\nb\"}}</tool_call>",
                "type \"a\\nb\"",
            ),
            ("<tool_call>{\"name\": </tool_call>", "! the JSON is broken"),
            ("<tool_call>click</tool_call>", "! no action"),
            ("Action: I would click it", "! no action"),
            ("[512, 384]", "click 512,384"),
            ("Thought: t\nAction: click(start_box='(197,525)')", "click 197,525"),
        ],
    );
}

#[test]
fn spaces_differ_between_the_generations() {
    let middle = call(r#"{"action": "left_click", "coordinate": [500, 500]}"#);
    check("qwen2.5-vl", FULL_HD, &[(&middle, "click 497,495")]);
    check("qwen3-vl", FULL_HD, &[(&middle, "click 961,541")]);
    check("gui-owl-1.5", FULL_HD, &[(&middle, "click 960,540")]);
    let edge = call(r#"{"action": "left_click", "coordinate": [999, 1000]}"#);
    check("qwen3-vl", FULL_HD, &[(&edge, "click 1919,1079")]);
}

#[test]
fn what_is_said_before_the_call_is_the_thought() {
    let profile = Profile::named("qwen3-vl").unwrap();
    let call = call(r#"{"action": "wait"}"#);
    let cases = [
        (call.clone(), Some("do it")),
        (format!("<think>\nreason\n</think>\n\n{call}"), Some("reason\ndo it")),
        (format!("Thought: x\n{call}"), Some("x\ndo it")),
        (call.replace("Action: do it\n", ""), None),
    ];
    for (answer, want) in cases {
        assert_eq!(profile.parse(&answer, FULL_HD, None).unwrap().thought.as_deref(), want, "{answer}");
    }
}
