//! Answers that would have to be evaluated are errors, in every dialect.

use super::{FULL_HD, meaning};

/// What must never be run or read as a number.
const PAYLOADS: [&str; 24] = [
    "_payload()",
    "__import__('os').getcwd()",
    "__import__(\"os\").system(\"id\")",
    "eval('1')",
    "exec('x')",
    "open('/etc/passwd').read()",
    "(lambda: 1)()",
    "[x for x in (1, 2)]",
    "[True, 0.2, 0.3, 0.4]",
    "[float('nan'), 0.2, 0.3, 0.4]",
    "[nan, nan]",
    "[inf, 1]",
    "[1e999, 1]",
    "(1+1, 2)",
    "(10*10, 2)",
    "(1, 2) if True else (3, 4)",
    "(1, 2)[0]",
    "(0x10, 0b1)",
    "(1_0, 2)",
    "(1, 2); import os",
    "f'{1},{2}'",
    "{x},{y}",
    "$(id)",
    "`id`",
];

#[test]
fn payloads_are_no_coordinates() {
    let shapes: [(&str, &str); 14] = [
        ("ui-tars", "Action: click(start_box='@')"),
        ("ui-tars", "Action: click(start_box=\"@\")"),
        ("ui-tars", "Action: scroll(start_box='@', direction='down')"),
        ("ui-tars", "Action: click(start_box=@)"),
        ("ui-tars-1.5", "Action: drag(start_box='(1,2)', end_box='@')"),
        ("doubao-1.5", "Action: click(point='<point>@</point>')"),
        ("ui-tars-2", "<function=click><parameter=point>@</parameter></function>"),
        ("opencua", "```python\npyautogui.click(x=@, y=1)\n```"),
        ("opencua", "```python\npyautogui.click(@)\n```"),
        ("glm-4.5v", "Action: left_click(start_box='@')"),
        ("ui-venus-1.5", "@"),
        ("kimi", "@"),
        ("gemini", "@"),
        ("ui-tars", "@"),
    ];
    let mut read = Vec::new();
    for (profile, shape) in shapes {
        for payload in PAYLOADS {
            let answer = shape.replace('@', payload);
            let got = meaning(profile, FULL_HD, &answer);
            read.extend((!got.starts_with("! ")).then(|| format!("{profile}: {answer} is {got}")));
        }
    }
    assert!(read.is_empty(), "{}", read.join("\n"));
}

#[test]
fn payloads_in_json_are_no_coordinates() {
    let mut read = Vec::new();
    for payload in PAYLOADS {
        let text = serde_json::Value::from(payload);
        for (profile, answer) in [
            (
                "qwen3-vl",
                format!(
                    r#"<tool_call>{{"name": "c", "arguments": {{"action": "left_click", "coordinate": {text}}}}}</tool_call>"#
                ),
            ),
            ("anthropic", format!(r#"{{"action": "left_click", "coordinate": {text}}}"#)),
            ("openai", format!(r#"{{"type": "click", "x": {text}, "y": 1}}"#)),
            ("mai-ui", format!(r#"<answer>{{"coordinate": {text}}}</answer>"#)),
            ("sightstep", format!(r#"{{"type": "click", "at": {text}}}"#)),
        ] {
            let got = meaning(profile, FULL_HD, &answer);
            read.extend((!got.starts_with("! ")).then(|| format!("{profile}: {answer} is {got}")));
        }
    }
    assert!(read.is_empty(), "{}", read.join("\n"));
}

#[test]
fn expressions_are_no_texts() {
    let cases = [
        ("ui-tars", "Action: type(content=f'{x}')"),
        ("ui-tars", "Action: type(content='a' + 'b')"),
        ("ui-tars", "Action: type(content='a'.upper())"),
        ("ui-tars", "Action: type(content=open('/etc/passwd').read())"),
        ("ui-tars", "Action: hotkey(key=chr(99))"),
        ("ui-tars", "Action: __import__('os').system('id')"),
        ("opencua", "```python\npyautogui.write(f'{x}')\n```"),
        ("opencua", "```python\npyautogui.write('a' + 'b')\n```"),
        ("opencua", "```python\npyautogui.write(open('x').read())\n```"),
        ("opencua", "```python\nimport os\nos.system('id')\n```"),
        ("opencua", "```python\npyautogui.click(1, 2)\nimport os; os.system('id')\n```"),
        ("opencua", "```python\nfor i in range(3): pyautogui.press('a')\n```"),
        ("opencua", "```python\nx = 1\npyautogui.click(x, 2)\n```"),
        ("opencua", "```python\nexec('pyautogui.click(1, 2)')\n```"),
        ("opencua", "```python\npyautogui.__class__('a')\n```"),
    ];
    let read: Vec<_> = cases
        .iter()
        .map(|(profile, answer)| (answer, meaning(profile, FULL_HD, answer)))
        .filter(|(_, got)| !got.starts_with("! "))
        .collect();
    assert!(read.is_empty(), "{read:#?}");
}
