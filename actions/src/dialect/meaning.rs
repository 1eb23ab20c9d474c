//! What an action with its arguments means, for all families that name their actions.

use crate::key::Chord;
use crate::plan::{Action, Button, Direction, FinishStatus, SystemButton};
use crate::space::FramePoint;

use super::arguments::Arguments;
use super::names::{Field, Verb};
use super::{Canvas, Fault};

/// What a wait without a time means: what UI-TARS is told, "Sleep for 5s".
pub(super) const WAIT_SECONDS: f64 = 5.0;
/// What a long press without a time means; phones take half of it for one.
const LONG_PRESS_SECONDS: f64 = 1.0;
/// What a scroll without an amount means: pyautogui's amount in UI-TARS' own code.
const SCROLL_TICKS: u32 = 5;
/// Up to this many "pixels" are meant as notches of the wheel: the agents of the Qwen family hand them to pyautogui as
/// such.
const MOST_NOTCHES: f64 = 20.0;
/// The pixels that a notch of the wheel scrolls, about: 100 in Firefox and Chromium's Windows build, 120 in its Linux one.
const PIXELS_A_NOTCH: f64 = 100.0;

/// Where an action that acts on one place may have that place.
const PLACE: &[Field] = &[Field::Point, Field::Start, Field::End];

/// The actions that a named action means: one, but where the plan has no single word for it.
pub(super) fn actions<'a>(verb: Verb, with: &Arguments<'a>, canvas: &Canvas) -> Result<Vec<Action>, Fault<'a>> {
    let action = match verb {
        Verb::Click => return click(with, canvas, None, 1),
        Verb::DoubleClick => return click(with, canvas, None, 2),
        Verb::TripleClick => return click(with, canvas, None, 3),
        Verb::RightClick => return click(with, canvas, Some(Button::Right), 1),
        Verb::MiddleClick => return click(with, canvas, Some(Button::Middle), 1),
        Verb::Drag | Verb::Swipe => return drag(verb, with, canvas),
        Verb::Scroll if with.has(Field::Start) && with.has(Field::End) && !with.has(Field::Direction) => {
            return drag(verb, with, canvas);
        }
        Verb::Hotkey => Action::Key { keys: chord(with)? },
        Verb::Move => Action::Move { at: place(with, canvas)?.ok_or_else(|| with.missing("a point"))? },
        Verb::MouseDown => Action::Press { button: button(with)?, at: place(with, canvas)? },
        Verb::MouseUp => Action::Release { button: button(with)?, at: place(with, canvas)? },
        Verb::Scroll | Verb::ScrollSideways => scroll(verb, with, canvas)?,
        Verb::Type => Action::Type { text: content(with).ok_or_else(|| with.missing("a text"))? },
        Verb::KeyDown => Action::KeyDown { key: key(with)? },
        Verb::KeyUp => Action::KeyUp { key: key(with)? },
        Verb::HoldKey => Action::HoldKey { keys: chord(with)?, seconds: seconds(with, LONG_PRESS_SECONDS)? },
        Verb::LongPress => Action::LongPress {
            at: place(with, canvas)?.ok_or_else(|| with.missing("a point"))?,
            seconds: seconds(with, LONG_PRESS_SECONDS)?,
        },
        Verb::Wait => Action::Wait { seconds: seconds(with, WAIT_SECONDS)? },
        Verb::Screenshot => Action::Screenshot,
        Verb::Open => Action::Open { app: named(with, Field::Name, "the app's name")? },
        Verb::Navigate => Action::Open { app: named(with, Field::Url, "an address")? },
        Verb::NavigateBack => Action::Key { keys: vec!["alt".into(), "left".into()] },
        Verb::SystemButton => Action::System { button: system_button(with)? },
        Verb::PressHome => Action::System { button: SystemButton::Home },
        Verb::PressBack => Action::System { button: SystemButton::Back },
        Verb::PressMenu => Action::System { button: SystemButton::Menu },
        Verb::PressEnter => Action::System { button: SystemButton::Enter },
        Verb::Finished | Verb::Answer => finish(FinishStatus::Success, with),
        Verb::Failed => finish(FinishStatus::Failure, with),
        Verb::Terminate => finish(status(with)?, with),
        Verb::CallUser => Action::Ask { question: content(with).filter(|text| !text.is_empty()) },
    };
    Ok(vec![action])
}

fn place<'a>(with: &Arguments<'a>, canvas: &Canvas) -> Result<Option<FramePoint>, Fault<'a>> {
    with.point(PLACE, canvas)
}

fn button<'a>(with: &Arguments<'a>) -> Result<Button, Fault<'a>> {
    Ok(with.button()?.unwrap_or_default())
}

fn click<'a>(with: &Arguments<'a>, canvas: &Canvas, own: Option<Button>, count: u32) -> Result<Vec<Action>, Fault<'a>> {
    let button = own.map_or_else(|| button(with), Ok)?;
    let at = place(with, canvas)?.ok_or_else(|| with.missing("a point"))?;
    Ok(vec![Action::Click { at, button, count }])
}

/// The actions that a named action means in a family whose clicks need no place: there they are where the pointer is.
pub(super) fn actions_anywhere<'a>(
    verb: Verb,
    with: &Arguments<'a>,
    canvas: &Canvas,
) -> Result<Vec<Action>, Fault<'a>> {
    let (button, count) = match verb {
        Verb::Click => (with.button()?.unwrap_or_default(), 1),
        Verb::DoubleClick => (Button::Left, 2),
        Verb::TripleClick => (Button::Left, 3),
        Verb::RightClick => (Button::Right, 1),
        Verb::MiddleClick => (Button::Middle, 1),
        _ => return actions(verb, with, canvas),
    };
    if place(with, canvas)?.is_some() { actions(verb, with, canvas) } else { Ok(click_here(button, count)) }
}

/// Presses and releases where the pointer is.
fn click_here(button: Button, count: usize) -> Vec<Action> {
    let once = [Action::Press { button, at: None }, Action::Release { button, at: None }];
    std::iter::repeat_n(once, count).flatten().collect()
}

/// A drag between two places; from where the pointer is, if only one is named; a swipe may name a direction instead.
fn drag<'a>(verb: Verb, with: &Arguments<'a>, canvas: &Canvas) -> Result<Vec<Action>, Fault<'a>> {
    let button = button(with)?;
    if verb == Verb::Swipe
        && let Some(direction) = with.direction()?
    {
        // Where the finger goes, the content goes too: more is seen on the other side.
        return Ok(vec![Action::Scroll {
            at: place(with, canvas)?,
            direction: direction.opposite(),
            ticks: SCROLL_TICKS,
        }]);
    }
    let place = |fields: &[Field]| -> Result<Option<FramePoint>, Fault<'a>> {
        fields.iter().find(|field| with.has(**field)).map_or(Ok(None), |field| with.point(&[*field], canvas))
    };
    let start = place(&[Field::Start])?;
    let end = place(&[Field::End])?;
    // Families that have one `coordinate` mean where to, or where from if there is also an end.
    let other = with.point(&[Field::Point], canvas)?;
    let (from, to) = match (start, end, other) {
        (from, Some(to), other) => (from.or(other), to),
        (from, None, Some(to)) => (from, to),
        _ => return Err(with.missing("where from and where to")),
    };
    Ok(match from {
        Some(from) => vec![Action::Drag { path: vec![from, to], button }],
        None => vec![Action::Press { button, at: None }, Action::Release { button, at: Some(to) }],
    })
}

fn scroll<'a>(verb: Verb, with: &Arguments<'a>, canvas: &Canvas) -> Result<Action, Fault<'a>> {
    let at = place(with, canvas)?;
    if let Some(direction) = with.direction()? {
        let ticks = with.number(Field::Amount)?.map_or(SCROLL_TICKS, whole);
        return Ok(Action::Scroll { at, direction, ticks });
    }
    let Some(pixels) = with.number(Field::Pixels)?.or(with.number(Field::Amount)?) else {
        return Err(with.missing("a direction"));
    };
    let direction = match (verb, pixels < 0.0) {
        (Verb::ScrollSideways, false) => Direction::Right,
        (Verb::ScrollSideways, true) => Direction::Left,
        (_, false) => Direction::Up,
        (_, true) => Direction::Down,
    };
    Ok(Action::Scroll { at, direction, ticks: notches(pixels) })
}

/// The notches of the wheel that so many pixels mean, at least one.
pub(super) fn pixel_notches(pixels: f64) -> u32 {
    whole(pixels / PIXELS_A_NOTCH)
}

/// The actions while these keys are down.
pub(super) fn while_held(keys: &[String], actions: Vec<Action>) -> Vec<Action> {
    let down = keys.iter().map(|key| Action::KeyDown { key: key.clone() });
    let up = keys.iter().rev().map(|key| Action::KeyUp { key: key.clone() });
    down.chain(actions).chain(up).collect()
}

/// The notches of the wheel that a signed amount means, at least one.
///
/// Small amounts are notches already; larger ones are pixels, 100 to a notch.
fn notches(amount: f64) -> u32 {
    let amount = amount.abs();
    whole(if amount <= MOST_NOTCHES { amount } else { amount / PIXELS_A_NOTCH })
}

fn whole(amount: f64) -> u32 {
    amount.abs().round().max(1.0) as u32
}

fn content(with: &Arguments<'_>) -> Option<String> {
    with.text(Field::Content).map(std::borrow::Cow::into_owned)
}

fn named<'a>(with: &Arguments<'a>, field: Field, needs: &'static str) -> Result<String, Fault<'a>> {
    let text = with.text(field).or_else(|| with.text(Field::Content)).map(|text| text.trim().to_owned());
    text.filter(|text| !text.is_empty()).ok_or_else(|| with.missing(needs))
}

fn chord<'a>(with: &Arguments<'a>) -> Result<Vec<String>, Fault<'a>> {
    let field = if with.has(Field::Key) { Field::Key } else { Field::Content };
    let texts = with.texts(field);
    let chord = match texts.as_slice() {
        [] => return Err(with.missing("a key")),
        [one] => bare(one).to_lowercase().parse::<Chord>(),
        several => Chord::of(&several.iter().map(|key| bare(key).to_owned()).collect::<Vec<_>>()),
    };
    chord.map(|chord| chord.names()).map_err(|error| Fault::new(error, with.source(field)))
}

/// A key's name without the marks of a list that models write inside of it: `keys=['ctrl'`.
fn bare(key: &str) -> &str {
    if key.chars().count() < 2 {
        return key;
    }
    let key = key.trim().trim_start_matches("keys=").trim_start_matches("key=");
    let inner = key.trim_matches(['[', ']', '\'', '"', ' ']);
    if inner.is_empty() { key } else { inner }
}

fn key<'a>(with: &Arguments<'a>) -> Result<String, Fault<'a>> {
    let names = chord(with)?;
    match names.as_slice() {
        [one] => Ok(one.clone()),
        _ => Err(Fault::bad(with.source(Field::Key), "one key", with.source(Field::Key))),
    }
}

fn seconds<'a>(with: &Arguments<'a>, usual: f64) -> Result<f64, Fault<'a>> {
    let seconds = with.number(Field::Time)?.unwrap_or(usual);
    if seconds < 0.0 {
        return Err(Fault::bad(with.source(Field::Time), "a time", with.source(Field::Time)));
    }
    Ok(seconds)
}

fn system_button<'a>(with: &Arguments<'a>) -> Result<SystemButton, Fault<'a>> {
    let field = if with.has(Field::Button) { Field::Button } else { Field::Content };
    let found = with.one_of(field, "home, back, menu or enter", |name| match name {
        "home" => Some(SystemButton::Home),
        "back" => Some(SystemButton::Back),
        "menu" => Some(SystemButton::Menu),
        "enter" => Some(SystemButton::Enter),
        _ => None,
    })?;
    found.ok_or_else(|| with.missing("a button: home, back, menu or enter"))
}

fn status<'a>(with: &Arguments<'a>) -> Result<FinishStatus, Fault<'a>> {
    let found = with.one_of(Field::Status, "success, failure or infeasible", |name| match name {
        "success" | "complete" | "completed" | "done" => Some(FinishStatus::Success),
        "failure" | "fail" | "failed" => Some(FinishStatus::Failure),
        "infeasible" | "impossible" => Some(FinishStatus::Infeasible),
        _ => None,
    });
    Ok(found?.unwrap_or(FinishStatus::Success))
}

fn finish(status: FinishStatus, with: &Arguments<'_>) -> Action {
    Action::Finish { status, answer: content(with).filter(|text| !text.is_empty()) }
}
