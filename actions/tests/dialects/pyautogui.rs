//! OpenCUA's code.

use sightstep_actions::profile::Profile;

use super::{THOUSAND, check};

/// A screen that OpenCUA sees as it is: both sides are multiples of 28.
const SAME: super::Size = super::Size { width: 1008, height: 1008 };

#[test]
fn every_call() {
    let cases = [
        ("pyautogui.click(x=100, y=200)", "click 100,200"),
        ("pyautogui.click(100, 200)", "click 100,200"),
        ("pyautogui.click((100, 200))", "click 100,200"),
        ("pyautogui.click(100.4, 200.6, button='right')", "click 100,201 right"),
        ("pyautogui.click(x=1, y=2, clicks=2, interval=0.1)", "click 1,2 x2"),
        ("pyautogui.click(x=1, y=2, clicks=3, button='middle')", "click 1,2 middle x3"),
        ("pyautogui.click()", "press; release"),
        ("pyautogui.doubleClick(1, 2)", "click 1,2 x2"),
        ("pyautogui.rightClick(x=1, y=2)", "click 1,2 right"),
        ("computer.triple_click(x=1, y=2)", "click 1,2 x3"),
        ("pyautogui.moveTo(0, 0, duration=0.5)", "move 0,0"),
        ("pyautogui.moveTo(1, 2)\npyautogui.dragTo(3, 4, duration=1, button='left')", "drag 1,2 3,4"),
        ("pyautogui.dragTo(3, 4)", "press; release 3,4"),
        ("pyautogui.mouseDown()\npyautogui.mouseUp(x=3, y=4, button='right')", "press; release right 3,4"),
        ("pyautogui.scroll(-5)", "scroll down 5"),
        ("pyautogui.scroll(10, x=1, y=2)", "scroll 1,2 up 10"),
        ("pyautogui.hscroll(-3)", "scroll left 3"),
        ("pyautogui.write('it\\'s\\n', interval=0.1)", "type \"it's\\n\""),
        ("pyautogui.write(message=\"a(b)\")", "type \"a(b)\""),
        ("pyautogui.typewrite(['a', 'enter'])", "key a; key enter"),
        ("pyautogui.write('''a\nb''')", "type \"a\\nb\""),
        ("pyautogui.press('pagedown')", "key page_down"),
        ("pyautogui.press(['down', 'enter'])", "key down; key enter"),
        ("pyautogui.press('tab', presses=2)", "key tab; key tab"),
        ("pyautogui.hotkey('ctrl', 'shift', 'T')", "key ctrl+shift+t"),
        ("pyautogui.hotkey(['ctrl', 'c'])", "key ctrl+c"),
        ("pyautogui.keyDown('shift')", "down shift"),
        ("time.sleep(1.5)", "wait 1.5"),
        ("pyautogui.sleep(2)", "wait 2"),
        ("computer.wait()", "wait 5"),
        ("computer.terminate(status='success')", "finish success None"),
        ("computer.terminate(status='failure', answer='no')", "finish failure Some(\"no\")"),
        ("WAIT", "wait 5"),
        ("DONE", "finish success None"),
        ("FAIL", "finish failure None"),
        ("import pyautogui\nimport time\npyautogui.click(1, 2)  # OK\n\ntime.sleep(1)", "click 1,2; wait 1"),
        ("import pyperclip\npyperclip.copy('你好')\npyautogui.hotkey('ctrl', 'v')", "type \"你好\""),
        ("pyautogui.click(1, 2); pyautogui.press('a')", "click 1,2; key a"),
        ("pyautogui.click(x=2000, y=2)", "! (2000, 2) is outside its image of 1008×1008"),
        ("pyautogui.click(x=1)", "! needs both x and y"),
        ("pyautogui.clik(1, 2)", "! no action called \"pyautogui.clik\" (did you mean \"click\"?)"),
        ("pyautogui.scroll()", "! needs a direction"),
        ("pyautogui.press('nokey')", "! no key called \"nokey\""),
        ("pyautogui.press('a', presses=1000)", "! 1 to 50 presses"),
        ("pyautogui.click(1, 2, clicks=9)", "! 1 to 3 clicks"),
        ("# nothing", "! no action"),
    ];
    let answers: Vec<(String, &str)> = cases
        .iter()
        .map(|(code, want)| (format!("## Thought:\nt\n\n## Code:\n```python\n{code}\n```"), *want))
        .collect();
    let cases: Vec<(&str, &str)> = answers.iter().map(|(answer, want)| (answer.as_str(), *want)).collect();
    check("opencua", SAME, &cases);
}

#[test]
fn the_thought_is_what_stands_before_the_action() {
    let profile = Profile::named("opencua").unwrap();
    let code = "```python\npyautogui.press('a')\n```";
    let cases = [
        (format!("# Step 1:\n## Thought:\nwhy\nso\n## Action:\nPress a.\n## Code:\n{code}"), Some("why\nso")),
        (format!("Thought: why\nAction: Press a.\nCode:\n{code}"), Some("why")),
        (format!("Press a.\n{code}"), Some("Press a.")),
        (code.to_owned(), None),
    ];
    for (answer, want) in cases {
        assert_eq!(profile.parse(&answer, THOUSAND, None).unwrap().thought.as_deref(), want, "{answer}");
    }
}
