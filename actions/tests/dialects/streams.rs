//! Answers that are read while they are written.

use proptest::prelude::*;
use sightstep_actions::profile::Profile;

use super::THOUSAND;
use super::brief::brief;

/// The first action, and how much of the answer was written when it was known.
fn first(profile: &str, answer: &str) -> Option<(String, usize)> {
    let mut stream = Profile::named(profile).unwrap().stream(THOUSAND, None).unwrap();
    let mut written = 0;
    for c in answer.chars() {
        written += c.len_utf8();
        if let Some(action) = stream.push(c.encode_utf8(&mut [0; 4])) {
            return Some((brief(&[action]), written));
        }
    }
    None
}

#[test]
fn the_first_action_is_known_at_its_end() {
    // A `|` stands where the action is complete.
    let cases = [
        ("ui-tars", "Thought: a (1,2)\nAction: click(start_box='(3,4)')|\n\ntype(content='x')", "click 3,4"),
        ("ui-tars", "Action: type(content='a (b) c')|<|im_end|>", "type \"a (b) c\""),
        ("ui-tars", "Action: wait()|", "wait 5"),
        ("ui-tars", "(512,384)|", "click 512,384"),
        ("ui-tars", "<think>Action: wait()</think>Action: finished()| ", "finish success None"),
        ("ui-tars-2", "<gui_think>a</gui_think><function=wait></function>|<function=finished></function>", "wait 5"),
        (
            "gui-owl-1.5",
            "Action: a\n<tool_call>\n{\"name\": \"c\", \"arguments\": {\"action\": \"type\", \"text\": \"}\"}}|\n</tool_call>",
            "type \"}\"",
        ),
        ("gui-owl-1.5", "[1, 2]|", "click 1,2"),
        ("mai-ui", "<grounding_think>a</grounding_think><answer>{\"coordinate\": [1, 2]}</answer>|", "click 1,2"),
        ("ui-venus-1.5", "[-1,-1]|", "finish infeasible None"),
        ("opencua", "## Code:\n```python\npyautogui.press('a')\n|pyautogui.press('b')\n```", "key a"),
        ("opencua", "```python\npyautogui.moveTo(0, 0)\npyautogui.dragTo(504, 504)\n|```", "drag 0,0 500,500"),
        ("anthropic", "[{\"type\": \"tool_use\", \"input\": {\"action\": \"screenshot\"}}]|", "look"),
        ("openai", "{\"type\": \"wait\"}|", "wait 5"),
        ("kimi", "[0.5, 0.5]|", "click 500,500"),
        ("glm-4.5v", "Action: WAIT()|", "wait 5"),
        ("gemini", "[{\"box_2d\": [1, 2, 1, 2]}]|", "click 2,1"),
        (
            "sightstep",
            "{\"thought\": \"}\", \"actions\": [{\"type\": \"wait\", \"seconds\": 1}|, {\"type\": \"screenshot\"}]}",
            "wait 1",
        ),
        ("sightstep", "{\"type\": \"screenshot\"}|", "look"),
    ];
    let mut wrong = Vec::new();
    for (profile, marked, want) in cases {
        // Box and end tokens have a bar of their own: the mark is the one that stands alone.
        let at = marked
            .match_indices('|')
            .map(|(at, _)| at)
            .find(|at| !marked[..*at].ends_with('<') && !marked[at + 1..].starts_with('>'));
        let at = at.unwrap();
        let answer = format!("{}{}", &marked[..at], &marked[at + 1..]);
        let got = first(profile, &answer);
        if got.as_ref().is_none_or(|(action, written)| action != want || *written > at) {
            wrong.push(format!("{profile}: {answer:?}: expected {want} at {at}, got {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_may_go_on_is_waited_for() {
    for (profile, answer) in [
        ("ui-tars", "Action: type(content='He said 'yes')"),
        ("ui-tars", "<think>Action: wait()"),
        ("ui-tars", "Thought: click (1,2)"),
        ("gui-owl-1.5", "<tool_call>{\"name\": \"c\", \"arguments\": {\"action\": \"wait\"}"),
        ("opencua", "```python\npyautogui.press('a')"),
        ("opencua", "```python\npyautogui.moveTo(0, 0)\n"),
        ("anthropic", "[{\"action\": \"screenshot\"}"),
        ("sightstep", "{\"actions\": [{\"type\": \"click\", \"at\": {\"x\": 1, \"y\": 2}"),
    ] {
        assert_eq!(first(profile, answer), None, "{profile}: {answer}");
    }
}

#[test]
fn the_whole_answer_is_kept() {
    let mut stream = Profile::named("ui-tars").unwrap().stream(THOUSAND, None).unwrap();
    assert!(stream.push("Action: wait()").is_some());
    assert!(stream.push("\n\nfinished()").is_none());
    assert_eq!(stream.answer(), "Action: wait()\n\nfinished()");
    assert_eq!(brief(&stream.finish().unwrap().actions), "wait 5; finish success None");
}

proptest! {
    #[test]
    fn any_answer_in_any_pieces(
        pieces in prop::collection::vec(
            prop_oneof![
                "[a-z(){}\\[\\]<>'\":,0-9=/ \n]{0,8}",
                prop::sample::select(vec![
                    "Action: ", "click(", "start_box='", "<tool_call>", "{\"name\": ", "\"arguments\": {", "</think>",
                    "<think>", "```python\n", "pyautogui.", "<function=", "<parameter=", "[{\"type\": \"", "(1,2)", "é。",
                ]).prop_map(str::to_owned),
            ],
            0..12,
        ),
    ) {
        let answer = pieces.concat();
        for profile in Profile::all() {
            let mut stream = profile.stream(THOUSAND, None).unwrap();
            for piece in &pieces {
                let _ = stream.push(piece);
            }
            prop_assert_eq!(stream.answer(), answer.as_str());
            if let Ok(plan) = stream.finish() {
                prop_assert!(!plan.actions.is_empty(), "{}: {}", profile.name, answer);
            }
        }
    }
}
