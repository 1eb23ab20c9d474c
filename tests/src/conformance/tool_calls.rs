//! Tool calls: Qwen's agents, Anthropic's and OpenAI's computer tools.

use serde_json::{Value, json};
use sightstep_actions::dialect::SpaceRule;
use sightstep_actions::plan::{Action, Button, Direction, FinishStatus};
use sightstep_actions::profile::Profile;
use sightstep_actions::space::{FramePoint, Size};

use super::Case;
use super::agreement::is_near;
use super::case::size;

/// `parse_response` of OSWorld's Qwen agents: the pyautogui code of each action.
pub fn qwen(case: &Case) -> Result<(), String> {
    let name = if case.function.starts_with("Qwen25") { "qwen2.5-vl" } else { "qwen3-vl" };
    let mut profile = Profile::named(name).cloned().map_err(|e| e.to_string())?;
    if case.text("coordinate_type") == Some("absolute") {
        profile.space = SpaceRule::Image;
    }
    let screen = case.size("original_width", "original_height").ok_or("no size")?;
    let image = case.size("processed_width", "processed_height");
    let ours = profile.parse(case.text("response").unwrap_or_default(), screen, image).map(|plan| plan.actions);
    let codes: Vec<&str> = case.expected[1].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let Ok(ours) = ours else {
        return if codes.is_empty() { Ok(()) } else { Err(format!("expected {codes:?}, we say {ours:?}")) };
    };
    let is_same = codes.len() == ours.len()
        && codes.iter().zip(&ours).all(|(code, action)| is_code_of(code, action, screen))
        || codes.len() == 1 && is_from_the_pointer(codes[0], &ours);
    if is_same { Ok(()) } else { Err(format!("expected {codes:?}, we say {ours:?}")) }
}

/// Whether the code does what the action says.
fn is_code_of(code: &str, action: &Action, screen: Size) -> bool {
    let Some((call, inside)) = code.split_once('(') else {
        return match action {
            Action::Wait { .. } => code == "WAIT",
            Action::Finish { status: FinishStatus::Success, .. } => code == "DONE",
            Action::Finish { .. } => code == "FAIL",
            _ => false,
        };
    };
    let inside = inside.trim_end_matches(')');
    let is_at = |at: &FramePoint| is_point(inside, *at, screen);
    match (call.trim_start_matches("pyautogui."), action) {
        ("click", Action::Click { at, button: Button::Left, count: 1 })
        | ("rightClick", Action::Click { at, button: Button::Right, count: 1 })
        | ("middleClick", Action::Click { at, button: Button::Middle, count: 1 })
        | ("doubleClick", Action::Click { at, button: Button::Left, count: 2 })
        | ("moveTo", Action::Move { at }) => is_at(at),
        ("typewrite", Action::Type { text }) => {
            let quoted = inside.split(", interval").next().unwrap_or_default();
            quoted.trim_matches(['\'', '"']) == text
        }
        ("hotkey" | "press", Action::Key { keys }) => {
            inside.split(", ").map(|key| key.trim_matches('\'')).eq(keys.iter().map(String::as_str))
        }
        ("scroll", Action::Scroll { direction, ticks, .. }) => {
            let sign = if *direction == Direction::Up { 1 } else { -1 };
            inside.parse() == Ok(sign * i64::from(*ticks))
        }
        _ => false,
    }
}

/// `dragTo(x, y)` and `click()` start where the pointer is: a press and a release here.
fn is_from_the_pointer(code: &str, ours: &[Action]) -> bool {
    match ours {
        [Action::Press { at: None, .. }, Action::Release { at: Some(to), .. }] => {
            let inside = code.strip_prefix("pyautogui.dragTo(").unwrap_or_default();
            let numbers: Vec<f64> = inside.split(", ").filter_map(|n| n.parse().ok()).take(2).collect();
            matches!(numbers.as_slice(), [x, y] if is_near(*to, (*x, *y)))
        }
        [Action::Press { at: None, .. }, Action::Release { at: None, .. }] => code == "pyautogui.click()",
        _ => false,
    }
}

/// Whether `x, y` is our pixel; upstream's points beyond the edge are our last pixel.
fn is_point(inside: &str, at: FramePoint, screen: Size) -> bool {
    let mut numbers = inside.split(", ").map(str::parse::<f64>);
    let (Some(Ok(x)), Some(Ok(y))) = (numbers.next(), numbers.next()) else { return false };
    is_near(at, (x.min(f64::from(screen.width)), y.min(f64::from(screen.height))))
}

/// `ComputerTool.__call__`: the shell command that it runs.
pub fn anthropic(case: &Case) -> Result<(), String> {
    let profile = Profile::named("anthropic").map_err(|e| e.to_string())?;
    let screen = Size { width: 1024, height: 768 };
    let block = json!([{ "type": "tool_use", "name": "computer", "input": case.input }]);
    let ours = profile.parse(&block.to_string(), screen, None).map(|plan| plan.actions);
    let is_same = match (&case.throws, ours.as_deref()) {
        (Some(_), Err(_)) => true,
        (None, Ok([Action::Screenshot])) => case.expected["screenshot_calls"] == 1,
        (None, Ok([Action::Move { at }])) => {
            case.expected["shell"].as_str().is_some_and(|shell| shell.ends_with(&format!(" {} {}", at.x, at.y)))
        }
        (None, Ok([Action::Click { at, .. }])) => case.expected["shell"]
            .as_str()
            .is_some_and(|shell| shell.contains(&format!("mousemove --sync {} {} ", at.x, at.y))),
        (None, Ok([Action::Key { .. }])) => {
            let text = case.text("text").unwrap_or_default();
            case.expected["shell"].as_str().is_some_and(|shell| shell.contains(&format!("key -- {text}")))
        }
        (None, Ok([Action::Type { text }])) => {
            case.expected["shell_contains"].as_str().is_some_and(|shell| shell.contains(&format!("'{text}'")))
        }
        _ => false,
    };
    if is_same { Ok(()) } else { Err(format!("expected {} {:?}, we say {ours:?}", case.expected, case.throws)) }
}

/// `scale_coordinates`: between the screen and the size that the API is told, which our resize rule chooses.
pub fn scaling(case: &Case) -> Result<(), String> {
    let profile = Profile::named("anthropic").map_err(|e| e.to_string())?;
    let screen = size(&case.env["width"], &case.env["height"]).ok_or("no screen")?;
    let declared = profile.resize(screen).map_err(|e| e.to_string())?.size;
    let declared = if case.env["scaling"] == false { screen } else { declared };
    let (Some(x), Some(y)) = (case.input["x"].as_f64(), case.input["y"].as_f64()) else {
        return Err("no point".into());
    };
    if case.throws.is_some() {
        let click = json!({ "action": "left_click", "coordinate": [x, y] });
        let ours = profile.parse(&click.to_string(), screen, Some(declared));
        return ours.map_or(Ok(()), |plan| Err(format!("upstream throws, we say {:?}", plan.actions)));
    }
    let (from, to) = if case.input["source"] == "api" { (declared, screen) } else { (screen, declared) };
    let scaled = [x / f64::from(from.width) * f64::from(to.width), y / f64::from(from.height) * f64::from(to.height)];
    let is_same = scaled.iter().zip(case.expected.as_array().into_iter().flatten());
    let is_same = is_same.map(|(ours, theirs)| theirs.as_f64().is_some_and(|theirs| (ours - theirs).abs() < 1.0));
    if is_same.clone().count() == 2 && { is_same }.all(|same| same) {
        Ok(())
    } else {
        Err(format!("expected {}, got {scaled:?}", case.expected))
    }
}

/// `extract_click_coords`: the point of the click among a response's items.
pub fn openai(case: &Case) -> Result<(), String> {
    let profile = Profile::named("openai").map_err(|e| e.to_string())?;
    let ours = profile.parse(&case.input.to_string(), Size { width: 1024, height: 768 }, None).map(|plan| plan.actions);
    let is_same = match ours.as_deref() {
        Ok([Action::Click { at, .. }]) => case.expected == json!([at.x, at.y]),
        _ => case.expected.is_null(),
    };
    if is_same { Ok(()) } else { Err(format!("expected {}, we say {ours:?}", case.expected)) }
}
