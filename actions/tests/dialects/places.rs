//! Families that answer with a place.

use super::{THOUSAND, check};

#[test]
fn mai_ui() {
    check(
        "mai-ui",
        THOUSAND,
        &[
            ("<grounding_think>x</grounding_think>\n<answer>\n{\"coordinate\": [73, 19]}\n</answer>", "click 73,19"),
            ("<answer>{\"coordinate\": [73, 19]}</answer>", "click 73,19"),
            ("[100, 200, 300, 400]", "click 200,300"),
            ("point:107,611", "click 107,611"),
            (
                "<thinking>t</thinking><tool_call>{\"name\": \"mobile_use\", \"arguments\": {\"action\": \"ask_user\", \
                 \"text\": \"who?\"}}</tool_call>",
                "ask Some(\"who?\")",
            ),
            ("", "! no action"),
            ("<answer>{\"coordinate\": [730, 1900]}</answer>", "! (730, 1900) is outside"),
        ],
    );
}

#[test]
fn ui_venus() {
    check(
        "ui-venus-1.5",
        THOUSAND,
        &[
            ("[512, 384]", "click 512,384"),
            ("(512,384)", "click 512,384"),
            ("x=12, y=34", "click 12,34"),
            ("[-1,-1]", "finish infeasible None"),
            ("<think>not there</think>[-1, -1]", "finish infeasible None"),
            ("<think>t</think>\n<action>Click(box=(12,34))</action>\n<conclusion>c</conclusion>", "click 12,34"),
            ("<action>Type(content='a')</action>", "type \"a\""),
            ("<action>PressBack()</action>", "system back"),
            ("<action>Drag(start=(1,2), end=(3,4))</action>", "drag 1,2 3,4"),
            ("<action>Finished(content='done')</action>", "finish success Some(\"done\")"),
            ("[-1, 5]", "! (-1, 5) is outside"),
            ("<action>Click(box=(f(),2))</action>", "! a call is not evaluated"),
        ],
    );
}

#[test]
fn kimi() {
    check(
        "kimi",
        THOUSAND,
        &[
            ("[0.5, 0.25]", "click 500,250"),
            ("(0.5, 0.25)", "click 500,250"),
            ("x=0.5, y=0.25", "click 500,250"),
            ("{\"point\": [0.5, 0.25]}", "click 500,250"),
            ("[512, 384]", "click 512,384"),
            ("◁think▷", "! no action"),
            ("```python\npyautogui.click(x=0.5, y=0.25)\n```", "click 500,250"),
            ("<point>512 384</point>", "! no action"),
            ("[-1, -1]", "! (-1, -1) is outside"),
        ],
    );
}

#[test]
fn gemini_writes_y_first() {
    check(
        "gemini",
        THOUSAND,
        &[
            ("[{\"box_2d\": [100, 200, 300, 400], \"label\": \"OK\"}]", "click 300,200"),
            ("```json\n[{\"box_2d\": [100, 200, 300, 400]}]\n```", "click 300,200"),
            ("[{\"point\": [100, 200], \"label\": \"OK\"}]", "click 200,100"),
            ("[100, 200]", "click 200,100"),
            ("[100, 200, 300, 400]", "click 300,200"),
            ("{\"x\": 1, \"y\": 2}", "click 1,2"),
            ("It is at the top.", "! no action"),
            ("[100, 2000]", "! (2000, 100) is outside"),
        ],
    );
}
