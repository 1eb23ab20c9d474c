//! OpenCUA: a block of `pyautogui` calls with pixel coordinates, after a thought and the action in words.

use crate::key::{Chord, KeyError};
use crate::nearest::nearest;
use crate::plan::{Action, Button, Direction, FinishStatus, Plan};
use crate::space::FramePoint;

use super::arguments::Arguments;
use super::call::{Argument, Call, Value};
use super::code::{self, Statement};
use super::names::{Field, Verb};
use super::quoted::quote;
use super::{Canvas, Family, Fault, Problem, SerialiseError, meaning, tags};

const HINT: &str = "an answer ends as in ```python\\npyautogui.click(x=100, y=200)\\n```";

/// What a `press` may repeat its key.
const MOST_PRESSES: f64 = 50.0;

/// The calls, without the module before the dot, and what each is called elsewhere.
const CALLS: &[(&str, Verb)] = &[
    ("click", Verb::Click),
    ("leftClick", Verb::Click),
    ("doubleClick", Verb::DoubleClick),
    ("tripleClick", Verb::TripleClick),
    ("triple_click", Verb::TripleClick),
    ("rightClick", Verb::RightClick),
    ("middleClick", Verb::MiddleClick),
    ("moveTo", Verb::Move),
    ("dragTo", Verb::Drag),
    ("mouseDown", Verb::MouseDown),
    ("mouseUp", Verb::MouseUp),
    ("scroll", Verb::Scroll),
    ("vscroll", Verb::Scroll),
    ("hscroll", Verb::ScrollSideways),
    ("write", Verb::Type),
    ("typewrite", Verb::Type),
    ("copy", Verb::Type),
    ("press", Verb::Hotkey),
    ("hotkey", Verb::Hotkey),
    ("keyDown", Verb::KeyDown),
    ("keyUp", Verb::KeyUp),
    ("sleep", Verb::Wait),
    ("wait", Verb::Wait),
    ("screenshot", Verb::Screenshot),
    ("terminate", Verb::Terminate),
    ("answer", Verb::Answer),
];

/// The modules that calls are made on.
const MODULES: [&str; 5] = ["pyautogui", "time", "pyperclip", "computer", ""];

pub(super) struct OpenCua;

impl Family for OpenCua {
    fn parse<'a>(&self, answer: &'a str, canvas: &Canvas) -> Result<Plan, Fault<'a>> {
        let (before, mut code) = code::block(tags::trimmed(answer));
        let mut actions: Vec<Action> = Vec::new();
        let mut copied = None;
        while let Some((statement, rest)) = code::statement(code)? {
            perform(statement, canvas, &mut actions, &mut copied)?;
            code = rest;
        }
        if actions.is_empty() {
            return Err(Fault::new(Problem::NoAction { hint: HINT }, ""));
        }
        Ok(Plan { thought: thought(before), reflection: None, actions, expect: Vec::new() })
    }

    fn first(&self, answer: &str, canvas: &Canvas) -> Option<Vec<Action>> {
        let (_, code) = answer.contains("```").then(|| code::block(answer))?;
        let (mut actions, mut copied, mut code) = (Vec::new(), None, code);
        // A call that ends where the text ends may go on, as `a().b()` does; a move may be the start of a drag.
        while let Some((statement, rest)) = code::statement(code).ok()?.filter(|(_, rest)| !rest.is_empty()) {
            perform(statement, canvas, &mut actions, &mut copied).ok()?;
            if actions.len() > 1 || !matches!(actions.as_slice(), [] | [Action::Move { .. }]) {
                return Some(actions);
            }
            code = rest;
        }
        None
    }

    fn serialise(&self, plan: &Plan, canvas: &Canvas) -> Result<String, SerialiseError> {
        let calls = plan.actions.iter().map(|action| call(action, canvas)).collect::<Result<Vec<_>, _>>()?;
        let thought = plan.thought.as_ref().map(|text| format!("## Thought:\n{text}\n\n")).unwrap_or_default();
        Ok(format!("{thought}## Code:\n```python\n{}\n```", calls.join("\n")))
    }
}

/// Adds what a statement means. `copied` is the text on the clipboard, which pasting types.
fn perform<'a>(
    statement: Statement<'a>,
    canvas: &Canvas,
    actions: &mut Vec<Action>,
    copied: &mut Option<String>,
) -> Result<(), Fault<'a>> {
    let call = match statement {
        Statement::Word(word) => {
            actions.push(special(word));
            return Ok(());
        }
        Statement::Call(call) => call,
    };
    let is_copy = call.name == "pyperclip.copy";
    let mut meant = meant(call, canvas)?;
    if is_copy {
        *copied = meant.pop().and_then(|action| if let Action::Type { text } = action { Some(text) } else { None });
        return Ok(());
    }
    match (meant.as_slice(), actions.last()) {
        ([Action::Key { keys }], _) if copied.is_some() && keys == &["ctrl", "v"] => {
            actions.extend(copied.take().map(|text| Action::Type { text }));
            return Ok(());
        }
        // A drag from the place that the pointer was just moved to.
        ([Action::Press { button, at: None }, Action::Release { at: Some(to), .. }], Some(Action::Move { at })) => {
            let drag = Action::Drag { path: vec![*at, *to], button: *button };
            actions.pop();
            actions.push(drag);
            return Ok(());
        }
        _ => {}
    }
    actions.extend(meant);
    Ok(())
}

fn special(word: &str) -> Action {
    let finish = |status| Action::Finish { status, answer: None };
    match word {
        "DONE" => finish(FinishStatus::Success),
        "FAIL" => finish(FinishStatus::Failure),
        _ => Action::Wait { seconds: meaning::WAIT_SECONDS },
    }
}

fn meant<'a>(call: Call<'a>, canvas: &Canvas) -> Result<Vec<Action>, Fault<'a>> {
    let (module, name) = call.name.rsplit_once('.').unwrap_or(("", call.name));
    let verb = CALLS.iter().find(|(known, _)| *known == name && MODULES.contains(&module)).map(|(_, verb)| *verb);
    let Some(verb) = verb else {
        let nearest = nearest(name, CALLS.iter().map(|(name, _)| *name)).map(str::to_owned);
        return Err(Fault::new(Problem::UnknownAction { name: call.name.to_owned(), nearest }, call.source));
    };
    match (verb, name) {
        (Verb::Hotkey, "press") => presses(call),
        (Verb::Hotkey, _) => Ok(vec![Action::Key { keys: chord(&texts(&call), call.source)? }]),
        (Verb::Type, _) => typed(call),
        (Verb::Click, _) => clicks(call, canvas),
        (Verb::Scroll | Verb::ScrollSideways, _) => scroll(verb, call, canvas),
        _ => meaning::actions_anywhere(verb, &Arguments::of(verb, call.name, call.arguments), canvas),
    }
}

/// `click(…, clicks=2)`.
fn clicks<'a>(call: Call<'a>, canvas: &Canvas) -> Result<Vec<Action>, Fault<'a>> {
    let verb = match named_number(&call, "clicks") {
        Some(2.0) => Verb::DoubleClick,
        Some(3.0) => Verb::TripleClick,
        None | Some(1.0) => Verb::Click,
        Some(_) => return Err(Fault::bad(call.source, "a click of 1 to 3 clicks", call.source)),
    };
    let with = Arguments::of(verb, call.name, call.arguments);
    let button = with.button()?;
    let mut actions = meaning::actions_anywhere(verb, &with, canvas)?;
    for action in &mut actions {
        if let Action::Click { button: own, .. }
        | Action::Press { button: own, .. }
        | Action::Release { button: own, .. } = action
        {
            *own = button.unwrap_or(*own);
        }
    }
    Ok(actions)
}

/// `scroll(-5)`, `scroll(clicks=-5, x=1, y=2)`: the amount comes first.
fn scroll<'a>(verb: Verb, mut call: Call<'a>, canvas: &Canvas) -> Result<Vec<Action>, Fault<'a>> {
    if let Some(first) = call.arguments.first_mut().filter(|first| first.name.is_none()) {
        first.name = Some("clicks".into());
    }
    meaning::actions(verb, &Arguments::of(verb, call.name, call.arguments), canvas)
}

/// `press('a')`, `press(['down', 'enter'], presses=2)`: one key after the other.
fn presses<'a>(call: Call<'a>) -> Result<Vec<Action>, Fault<'a>> {
    let times = named_number(&call, "presses").unwrap_or(1.0);
    if !(1.0..=MOST_PRESSES).contains(&times) {
        return Err(Fault::bad(call.source, "a press of 1 to 50 presses", call.source));
    }
    let keys = texts(&call);
    let once = keys.iter().map(|key| Ok(Action::Key { keys: chord(std::slice::from_ref(key), call.source)? }));
    let once = once.collect::<Result<Vec<_>, Fault<'a>>>()?;
    if once.is_empty() {
        return Err(Fault::missing(call.name, "a key", call.source));
    }
    Ok(std::iter::repeat_n(once, times as usize).flatten().collect())
}

/// `write('text')`; a list types its single characters and presses its named keys.
fn typed<'a>(call: Call<'a>) -> Result<Vec<Action>, Fault<'a>> {
    match call.arguments.first().map(|argument| &argument.value) {
        Some(Value::Text(text)) => Ok(vec![Action::Type { text: text.clone().into_owned() }]),
        Some(Value::List(_)) => presses(call),
        _ => Err(Fault::missing(call.name, "a text", call.source)),
    }
}

/// The texts among a call's arguments that have no name or are its keys, lists taken apart.
fn texts(call: &Call<'_>) -> Vec<String> {
    let is_key = |argument: &&Argument<'_>| {
        argument.name.as_deref().is_none_or(|name| Field::named(None, name) == Some(Field::Key))
    };
    let text = |value: &Value<'_>| if let Value::Text(text) = value { Some(text.clone().into_owned()) } else { None };
    let values = call.arguments.iter().filter(is_key).flat_map(|argument| match &argument.value {
        Value::List(items) => items.iter().filter_map(text).collect::<Vec<_>>(),
        value => text(value).into_iter().collect(),
    });
    values.collect()
}

fn chord<'a>(keys: &[String], near: &'a str) -> Result<Vec<String>, Fault<'a>> {
    let names = Chord::of(keys).map(|chord| chord.names());
    names.map_err(|error: KeyError| Fault::new(error, near))
}

fn named_number(call: &Call<'_>, name: &str) -> Option<f64> {
    let argument = call.arguments.iter().find(|argument| argument.name.as_deref() == Some(name))?;
    if let Value::Number(number) = argument.value { Some(number) } else { Some(f64::NAN) }
}

fn thought(before: &str) -> Option<String> {
    let before = before.trim_end().trim_end_matches("Code:").trim_end_matches(['#', ' ']).trim();
    let behind = before.split_once("Thought:").map_or(before, |(_, behind)| behind);
    let thought = behind.split("## Action").next().unwrap_or_default().trim();
    let thought = thought.split("\nAction:").next().unwrap_or_default().trim();
    (!thought.is_empty()).then(|| thought.to_owned())
}

fn call(action: &Action, canvas: &Canvas) -> Result<String, SerialiseError> {
    let at = |point: &FramePoint| canvas.numbers(*point).map(|(x, y)| format!("x={x}, y={y}"));
    let no_words = SerialiseError::NoWords { dialect: "OpenCUA", action: action.name() };
    Ok(match action {
        Action::Click { at: p, button: Button::Left, count: 1 } => format!("pyautogui.click({})", at(p)?),
        Action::Click { at: p, button: Button::Left, count: 2 } => format!("pyautogui.doubleClick({})", at(p)?),
        Action::Click { at: p, button: Button::Left, count: 3 } => format!("pyautogui.tripleClick({})", at(p)?),
        Action::Click { at: p, button: Button::Right, count: 1 } => format!("pyautogui.rightClick({})", at(p)?),
        Action::Click { at: p, button: Button::Middle, count: 1 } => format!("pyautogui.middleClick({})", at(p)?),
        Action::Move { at: p } => format!("pyautogui.moveTo({})", at(p)?),
        Action::Drag { path, button } if path.len() == 2 && is_pyautogui(*button) => {
            let (from, to) = (at(&path[0])?, at(&path[1])?);
            format!("pyautogui.moveTo({from})\npyautogui.dragTo({to}, button='{}')", button_name(*button))
        }
        Action::Scroll { at: p, direction, ticks } if (1..=20).contains(ticks) => {
            let (name, sign) = match direction {
                Direction::Up => ("scroll", ""),
                Direction::Down => ("scroll", "-"),
                Direction::Right => ("hscroll", ""),
                Direction::Left => ("hscroll", "-"),
            };
            let place = p.as_ref().map(at).transpose()?.map(|place| format!(", {place}")).unwrap_or_default();
            format!("pyautogui.{name}({sign}{ticks}{place})")
        }
        Action::Type { text } => format!("pyautogui.write({})", quote(text)),
        Action::Key { keys } => {
            let keys: Vec<String> = keys.iter().map(|key| quote(key)).collect();
            format!("pyautogui.hotkey({})", keys.join(", "))
        }
        Action::KeyDown { key } => format!("pyautogui.keyDown({})", quote(key)),
        Action::KeyUp { key } => format!("pyautogui.keyUp({})", quote(key)),
        Action::Wait { seconds } => format!("time.sleep({seconds})"),
        Action::Finish { status, answer: None } if *status != FinishStatus::Infeasible => {
            let status = if *status == FinishStatus::Success { "success" } else { "failure" };
            format!("computer.terminate(status='{status}')")
        }
        _ => return Err(no_words),
    })
}

fn is_pyautogui(button: Button) -> bool {
    matches!(button, Button::Left | Button::Right | Button::Middle)
}

fn button_name(button: Button) -> &'static str {
    match button {
        Button::Right => "right",
        Button::Middle => "middle",
        _ => "left",
    }
}
