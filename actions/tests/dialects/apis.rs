//! Anthropic's and OpenAI's computer tools.

use sightstep_actions::profile::Profile;

use super::{FULL_HD, check};

/// A screen that is declared as it is.
const SMALL: super::Size = super::Size { width: 1024, height: 768 };

#[test]
fn anthropic() {
    check(
        "anthropic",
        SMALL,
        &[
            (r#"{"action": "mouse_move", "coordinate": [100, 200]}"#, "move 100,200"),
            (r#"{"action": "left_click", "coordinate": [0, 0]}"#, "click 0,0"),
            (r#"{"action": "left_click"}"#, "press; release"),
            (r#"{"action": "left_click", "coordinate": [1, 2], "text": "ctrl"}"#, "down ctrl; click 1,2; up ctrl"),
            (r#"{"action": "right_click", "coordinate": [1, 2]}"#, "click 1,2 right"),
            (r#"{"action": "middle_click", "coordinate": [1, 2]}"#, "click 1,2 middle"),
            (r#"{"action": "double_click", "coordinate": [1, 2]}"#, "click 1,2 x2"),
            (r#"{"action": "triple_click", "coordinate": [1, 2]}"#, "click 1,2 x3"),
            (r#"{"action": "left_click_drag", "coordinate": [1, 2]}"#, "press; release 1,2"),
            (r#"{"action": "left_click_drag", "start_coordinate": [1, 2], "coordinate": [3, 4]}"#, "drag 1,2 3,4"),
            (r#"{"action": "left_mouse_down"}"#, "press"),
            (r#"{"action": "left_mouse_up"}"#, "release"),
            (r#"{"action": "key", "text": "ctrl+s"}"#, "key ctrl+s"),
            (r#"{"action": "key", "text": "Return"}"#, "key enter"),
            (r#"{"action": "key", "text": "ctrl+a Delete"}"#, "key ctrl+a; key delete"),
            (r#"{"action": "key", "text": "A"}"#, "key A"),
            (r#"{"action": "type", "text": "Hello, World!\n"}"#, "type \"Hello, World!\\n\""),
            (r#"{"action": "hold_key", "text": "shift+w", "duration": 2}"#, "hold shift+w 2"),
            (r#"{"action": "wait", "duration": 1.5}"#, "wait 1.5"),
            (r#"{"action": "screenshot"}"#, "look"),
            (r#"{"action": "cursor_position"}"#, "look"),
            (r#"{"action": "zoom", "region": [0, 0, 10, 10]}"#, "look"),
            (
                r#"{"action": "scroll", "coordinate": [1, 2], "scroll_direction": "down", "scroll_amount": 3}"#,
                "scroll 1,2 down 3",
            ),
            (r#"{"type": "tool_use", "id": "a", "name": "computer", "input": {"action": "screenshot"}}"#, "look"),
            (
                r#"{"role": "assistant", "content": [{"type": "text", "text": "I look."}, {"type": "tool_use", "id": "a",
                "name": "computer", "input": {"action": "key", "text": "F5"}}], "stop_reason": "tool_use"}"#,
                "key f5",
            ),
            (r#"[{"type": "text", "text": "It is 42."}]"#, "finish success Some(\"It is 42.\")"),
            (r#"{"action": "invalid_action"}"#, "! no action called \"invalid_action\""),
            (r#"{"action": "mouse_move"}"#, "! mouse_move needs a point"),
            (r#"{"action": "type"}"#, "! type needs a text"),
            (r#"{"action": "hold_key", "text": "a"}"#, "! hold_key needs a duration"),
            (
                r#"{"action": "left_click", "coordinate": [2000, 1500]}"#,
                "! (2000, 1500) is outside its image of 1024×768",
            ),
            (r#"{"action": "left_click", "coordinate": [1, "f()"]}"#, "! a call is not evaluated"),
            ("I click.", "! no action"),
            ("[]", "! no action"),
            ("[1]", "! a content block"),
        ],
    );
    // 1920×1080 is declared as 1366×768.
    check("anthropic", FULL_HD, &[(r#"{"action": "left_click", "coordinate": [683, 384]}"#, "click 960,540")]);
}

#[test]
fn openai() {
    check(
        "openai",
        SMALL,
        &[
            (r#"[{"type": "computer_call", "action": {"type": "click", "x": 0, "y": 100}}]"#, "click 0,100"),
            (r#"{"type": "click", "x": 1, "y": 2, "button": "right"}"#, "click 1,2 right"),
            (r#"{"type": "click", "x": 1, "y": 2, "button": "wheel"}"#, "click 1,2 middle"),
            (r#"{"type": "click", "x": 1, "y": 2, "button": "back"}"#, "click 1,2 back"),
            (r#"{"type": "click", "x": 1, "y": 2, "keys": ["CTRL"]}"#, "down ctrl; click 1,2; up ctrl"),
            (r#"{"type": "double_click", "x": 1, "y": 2}"#, "click 1,2 x2"),
            (r#"{"type": "move", "x": 1, "y": 2}"#, "move 1,2"),
            (r#"{"type": "scroll", "x": 1, "y": 2, "scroll_x": 0, "scroll_y": 300}"#, "scroll 1,2 down 3"),
            (r#"{"type": "scroll", "x": 1, "y": 2, "scroll_x": -100, "scroll_y": 0}"#, "scroll 1,2 left 1"),
            (
                r#"{"type": "scroll", "x": 1, "y": 2, "scroll_x": 40, "scroll_y": -200}"#,
                "scroll 1,2 up 2; scroll 1,2 right 1",
            ),
            (r#"{"type": "type", "text": "a"}"#, "type \"a\""),
            (r#"{"type": "wait"}"#, "wait 5"),
            (r#"{"type": "keypress", "keys": ["CTRL", "A"]}"#, "key ctrl+a"),
            (r#"{"type": "keypress", "keys": ["ENTER"]}"#, "key enter"),
            (r#"{"type": "drag", "path": [{"x": 1, "y": 2}, {"x": 3, "y": 4}, [5, 6]]}"#, "drag 1,2 3,4 5,6"),
            (r#"{"type": "screenshot"}"#, "look"),
            (
                r#"{"output": [{"type": "computer_call", "actions": [{"type": "move", "x": 1, "y": 2}, {"type": "wait"}]}]}"#,
                "move 1,2; wait 5",
            ),
            (
                r#"[{"type": "computer_call", "action": {"type": "wait"},
                "pending_safety_checks": [{"id": "1", "code": "c", "message": "Is this yours?"}]}]"#,
                "ask Some(\"The model's provider asks for a person's consent: Is this yours?\"); wait 5",
            ),
            (
                r#"{"output": [{"type": "message", "content": [{"type": "output_text", "text": "42"}]}]}"#,
                "finish success Some(\"42\")",
            ),
            (r#"{"type": "scroll", "x": 1, "y": 2}"#, "! scroll needs a distance"),
            (r#"{"type": "scroll", "x": 1, "scroll_y": 2}"#, "! scroll needs both x and y"),
            (r#"{"type": "drag", "path": [{"x": 1, "y": 2}]}"#, "! a path of at least two points"),
            (r#"{"type": "click", "x": 1}"#, "! needs both x and y"),
            (r#"{"type": "click", "x": 5000, "y": 1}"#, "! (5000, 1) is outside"),
            (r#"{"type": "clack"}"#, "! no action called \"clack\" (did you mean \"click\"?)"),
            (r#"{"x": 1}"#, "! needs a \"type\""),
            ("click", "! no action"),
        ],
    );
}

#[test]
fn what_is_said_beside_is_the_thought() {
    let cases = [
        (
            "anthropic",
            r#"[{"type": "thinking", "thinking": "a"}, {"type": "text", "text": "b"}, {"action": "screenshot"}]"#,
            "a\nb",
        ),
        (
            "openai",
            r#"[{"type": "reasoning", "summary": [{"type": "summary_text", "text": "a"}]}, {"type": "screenshot"}]"#,
            "a",
        ),
    ];
    for (profile, answer, want) in cases {
        let plan = Profile::named(profile).unwrap().parse(answer, SMALL, None).unwrap();
        assert_eq!(plan.thought.as_deref(), Some(want), "{answer}");
    }
}
