//! An action made ready: its points on the desktop, its keys parsed, its numbers checked.

use std::time::Duration;

use crate::error::ActError;
use crate::key::{Chord, Key};
use crate::plan::{Action, Button, Direction, WindowChange};
use crate::space::{DesktopPoint, FramePoint, View};

/// The most presses that one click may have: a triple click is the most that programs know.
const MOST_CLICKS: u32 = 10;
/// The most notches of one scroll; more is a model's slip and would take minutes.
const MOST_TICKS: u32 = 500;
/// The longest wait or hold.
const LONGEST: f64 = 600.0;

/// What is to be done, in the desktop's own terms: its points are in the units that it counts its pointer in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum PreparedAction {
    Nothing,
    Wait(Duration),
    Move(DesktopPoint),
    Click { at: DesktopPoint, button: Button, count: u32 },
    Press { at: Option<DesktopPoint>, button: Button },
    Release { at: Option<DesktopPoint>, button: Button },
    Hold { at: DesktopPoint, button: Button, time: Duration },
    Drag { path: Vec<DesktopPoint>, button: Button },
    Scroll { at: Option<DesktopPoint>, direction: Direction, ticks: u32 },
    Text(String),
    Chord { chord: Chord, time: Duration },
    KeyDown(Key),
    KeyUp(Key),
    Open(String),
    Window { title: String, change: WindowChange },
}

impl PreparedAction {
    /// Makes an action ready, or says what is wrong with it.
    pub fn of(action: &Action, view: &View) -> Result<Self, ActError> {
        let place = |point: FramePoint| Ok::<_, ActError>(pointer_units(point.to_desktop(view)?, view.scale));
        let maybe = |point: Option<FramePoint>| point.map(place).transpose();
        Ok(match action {
            Action::Click { at, button, count } => {
                Self::Click { at: place(*at)?, button: *button, count: clicks(*count)? }
            }
            Action::Move { at } => Self::Move(place(*at)?),
            Action::Press { button, at } => Self::Press { at: maybe(*at)?, button: *button },
            Action::Release { button, at } => Self::Release { at: maybe(*at)?, button: *button },
            Action::Drag { path, button } => {
                Self::Drag { path: path.iter().copied().map(place).collect::<Result<_, _>>()?, button: *button }
                    .long_enough()?
            }
            Action::Scroll { at, direction, ticks } => {
                Self::Scroll { at: maybe(*at)?, direction: *direction, ticks: notches(*ticks)? }
            }
            Action::Type { text } => Self::Text(text.clone()),
            Action::Key { keys } => Self::Chord { chord: Chord::of(keys)?, time: Duration::ZERO },
            Action::HoldKey { keys, seconds } => {
                Self::Chord { chord: Chord::of(keys)?, time: duration("hold_key", *seconds)? }
            }
            Action::KeyDown { key } => Self::KeyDown(key.parse()?),
            Action::KeyUp { key } => Self::KeyUp(key.parse()?),
            Action::LongPress { at, seconds } => {
                Self::Hold { at: place(*at)?, button: Button::Left, time: duration("long_press", *seconds)? }
            }
            Action::Wait { seconds } => Self::Wait(duration("wait", *seconds)?),
            Action::Screenshot => Self::Nothing,
            Action::Open { app } => Self::Open(app.clone()),
            Action::Window { title, change } => Self::Window { title: title.clone(), change: *change },
            Action::System { .. } | Action::Ask { .. } | Action::Finish { .. } => {
                return Err(ActError::NotForDesktop { action: action.name() });
            }
        })
    }

    /// Every point that the pointer would visit.
    pub fn points(&self) -> Vec<DesktopPoint> {
        match self {
            Self::Move(at) | Self::Click { at, .. } | Self::Hold { at, .. } => vec![*at],
            Self::Press { at, .. } | Self::Release { at, .. } | Self::Scroll { at, .. } => at.iter().copied().collect(),
            Self::Drag { path, .. } => path.clone(),
            Self::Nothing
            | Self::Wait(_)
            | Self::Text(_)
            | Self::Chord { .. }
            | Self::KeyDown(_)
            | Self::KeyUp(_)
            | Self::Open(_)
            | Self::Window { .. } => Vec::new(),
        }
    }

    /// Where a button is pressed first.
    pub fn start(&self) -> Option<DesktopPoint> {
        match self {
            Self::Click { at, .. } | Self::Hold { at, .. } => Some(*at),
            Self::Press { at, .. } => *at,
            Self::Drag { path, .. } => path.first().copied(),
            _ => None,
        }
    }

    fn long_enough(self) -> Result<Self, ActError> {
        match &self {
            Self::Drag { path, .. } if path.len() < 2 => Err(ActError::BadAction {
                action: "drag",
                reason: format!("its path has {} points", path.len()),
                hint: "a drag needs at least two points, from and to",
            }),
            _ => Ok(self),
        }
    }
}

/// macOS counts its pointer in logical pixels, every other desktop in physical ones.
fn pointer_units(point: DesktopPoint, scale: f64) -> DesktopPoint {
    if !cfg!(target_os = "macos") {
        return point;
    }
    let logical = point.to_logical(scale);
    DesktopPoint { x: logical.x.floor() as i32, y: logical.y.floor() as i32 }
}

fn clicks(count: u32) -> Result<u32, ActError> {
    let hint = "1 is a click, 2 a double click, 3 a triple click";
    let bad = || ActError::BadAction { action: "click", reason: format!("its count is {count}"), hint };
    (1..=MOST_CLICKS).contains(&count).then_some(count).ok_or_else(bad)
}

fn notches(ticks: u32) -> Result<u32, ActError> {
    let bad = || ActError::BadAction {
        action: "scroll",
        reason: format!("it has {ticks} ticks, and {MOST_TICKS} are the most"),
        hint: "a page is about 5 to 10 ticks; scroll again after looking",
    };
    (ticks <= MOST_TICKS).then_some(ticks).ok_or_else(bad)
}

fn duration(action: &'static str, seconds: f64) -> Result<Duration, ActError> {
    if (0.0..=LONGEST).contains(&seconds) {
        return Ok(Duration::from_secs_f64(seconds));
    }
    let hint = "give seconds from 0 to 600";
    Err(ActError::BadAction { action, reason: format!("it is {seconds} seconds long"), hint })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{FinishStatus, SystemButton};
    use crate::space::Size;

    const VIEW: View =
        View { origin: DesktopPoint { x: -100, y: 20 }, size: Size { width: 200, height: 100 }, scale: 1.0 };

    #[test]
    fn what_cannot_be_done_is_refused() {
        let at = FramePoint { x: 1, y: 1 };
        let outside = FramePoint { x: 200, y: 0 };
        let left = Button::Left;
        let cases = [
            Action::Click { at: outside, button: left, count: 1 },
            Action::Click { at, button: left, count: 0 },
            Action::Click { at, button: left, count: 11 },
            Action::Drag { path: vec![at], button: left },
            Action::Drag { path: vec![], button: left },
            Action::Drag { path: vec![at, outside], button: left },
            Action::Scroll { at: None, direction: Direction::Up, ticks: u32::MAX },
            Action::Wait { seconds: -1.0 },
            Action::Wait { seconds: f64::NAN },
            Action::Wait { seconds: f64::INFINITY },
            Action::HoldKey { keys: vec!["w".into()], seconds: 1e300 },
            Action::Key { keys: vec![] },
            Action::Key { keys: vec!["nokey".into()] },
            Action::KeyDown { key: String::new() },
            Action::System { button: SystemButton::Home },
            Action::Ask { question: None },
            Action::Finish { status: FinishStatus::Success, answer: None },
        ];
        let passed: Vec<_> = cases.iter().filter(|action| PreparedAction::of(action, &VIEW).is_ok()).collect();
        assert!(passed.is_empty(), "{passed:?}");
    }

    #[test]
    fn points_lie_on_the_desktop() {
        let path = vec![FramePoint { x: 0, y: 0 }, FramePoint { x: 199, y: 99 }];
        let prepared = PreparedAction::of(&Action::Drag { path, button: Button::Left }, &VIEW).unwrap();
        assert_eq!(prepared.points(), [DesktopPoint { x: -100, y: 20 }, DesktopPoint { x: 99, y: 119 }]);
    }
}
