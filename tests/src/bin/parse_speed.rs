//! How many short answers a second are parsed on one core, for each model profile.

use std::time::{Duration, Instant};

use sightstep_actions::profile::Profile;
use sightstep_actions::space::Size;
use sightstep_tests::figures::median;

const SCREEN: Size = Size { width: 1920, height: 1080 };
/// How long each profile is measured.
const TIME: Duration = Duration::from_secs(1);

const UI_TARS: &str = "Thought: I need to click the Save button.\nAction: click(start_box='(348,333)')";
const QWEN: &str = "Action: Click the Save button.\n<tool_call>\n\
    {\"name\": \"computer_use\", \"arguments\": {\"action\": \"left_click\", \"coordinate\": [348, 333]}}\n</tool_call>";

/// A short answer of each profile.
const ANSWERS: [(&str, &str); 16] = [
    ("ui-tars", UI_TARS),
    ("ui-tars-1.5", UI_TARS),
    ("doubao-1.5", "Thought: I need to click the Save button.\nAction: click(point='<point>348 333</point>')"),
    (
        "ui-tars-2",
        "<gui_think>I need to click Save.</gui_think>\n<seed:tool_call><function=click><parameter=point>\
         <point>348 333</point></parameter></function></seed:tool_call>",
    ),
    ("qwen2.5-vl", QWEN),
    ("qwen3-vl", QWEN),
    ("gui-owl-1.5", QWEN),
    (
        "mai-ui",
        "<grounding_think>Save is at the top.</grounding_think>\n<answer>\n{\"coordinate\": [348, 333]}\n</answer>",
    ),
    ("ui-venus-1.5", "[348,333]"),
    ("opencua", "## Thought:\nI click Save.\n\n## Code:\n```python\npyautogui.click(x=348, y=333)\n```"),
    (
        "anthropic",
        "[{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"computer\",\"input\":{\"action\":\"left_click\",\"coordinate\":[348,333]}}]",
    ),
    (
        "openai",
        "[{\"type\":\"computer_call\",\"action\":{\"type\":\"click\",\"x\":348,\"y\":333,\"button\":\"left\"}}]",
    ),
    ("kimi", "[0.348, 0.333]"),
    ("glm-4.5v", "Click Save.\nAction: left_click(start_box='[348,333]', element_info='Save')"),
    ("gemini", "[{\"box_2d\": [323, 338, 343, 358], \"label\": \"Save\"}]"),
    (
        "sightstep",
        "{\"thought\":\"Click Save.\",\"reflection\":null,\"actions\":[{\"type\":\"click\",\"at\":{\"x\":348,\"y\":333}}],\
         \"expect\":[{\"type\":\"text_appears\",\"text\":\"Saved\"}]}",
    ),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{:>12}  profile", "answers/s");
    for (name, answer) in ANSWERS {
        println!("{:>12.0}  {name}", rate(Profile::named(name)?, answer)?);
    }
    Ok(())
}

/// Answers a second: of the median of many short batches, so that what else runs on the machine counts little.
fn rate(profile: &Profile, answer: &str) -> Result<f64, Box<dyn std::error::Error>> {
    const BATCH: u32 = 50;
    let (start, mut seconds) = (Instant::now(), Vec::new());
    while start.elapsed() < TIME {
        let batch = Instant::now();
        for _ in 0..BATCH {
            std::hint::black_box(profile.parse(std::hint::black_box(answer), SCREEN, None)?);
        }
        seconds.push(batch.elapsed().as_secs_f64());
    }
    Ok(f64::from(BATCH) / median(&seconds))
}
