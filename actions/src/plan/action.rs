//! One action, and what follows from its type alone: its name, its points, its keys, its words.
//!
//! Each is derived here once and names every type: who adds one is told by the compiler what has to be said of it.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Button, Direction, FinishStatus, SystemButton, WindowChange};
use crate::space::FramePoint;

fn one() -> u32 {
    1
}

fn default_ticks() -> u32 {
    5
}

/// One thing to do. Points are physical pixels of the screenshot that the plan was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Action {
    /// Move to `at` and press and release `button` `count` times.
    Click {
        /// Where.
        at: FramePoint,
        /// With which button.
        #[serde(default)]
        button: Button,
        /// 1 a click, 2 a double click, 3 a triple click.
        #[serde(default = "one")]
        count: u32,
    },
    /// Move the pointer.
    Move {
        /// Where to.
        at: FramePoint,
    },
    /// Press a button and keep it down.
    Press {
        /// Which button.
        #[serde(default)]
        button: Button,
        /// Where, or where the pointer is.
        at: Option<FramePoint>,
    },
    /// Let a pressed button go.
    Release {
        /// Which button.
        #[serde(default)]
        button: Button,
        /// Where, or where the pointer is.
        at: Option<FramePoint>,
    },
    /// Press at the first point, move along the path, release at the last.
    Drag {
        /// At least two points.
        path: Vec<FramePoint>,
        /// With which button.
        #[serde(default)]
        button: Button,
    },
    /// Turn the wheel.
    Scroll {
        /// Where, or where the pointer is.
        at: Option<FramePoint>,
        /// Where more content is shown.
        direction: Direction,
        /// Notches of the wheel.
        #[serde(default = "default_ticks")]
        ticks: u32,
    },
    /// Type text into whatever has the keyboard's focus.
    Type {
        /// Any Unicode text; `\n` is the Enter key and `\t` the Tab key.
        text: String,
    },
    /// Press a chord: all keys down in order, up in reverse.
    Key {
        /// Normalised key names, modifiers first.
        keys: Vec<String>,
    },
    /// Press a key and keep it down.
    KeyDown {
        /// A normalised key name.
        key: String,
    },
    /// Let a pressed key go.
    KeyUp {
        /// A normalised key name.
        key: String,
    },
    /// Hold a chord for a time.
    HoldKey {
        /// Normalised key names.
        keys: Vec<String>,
        /// For how long.
        seconds: f64,
    },
    /// Press the left button and keep it down for a time.
    LongPress {
        /// Where.
        at: FramePoint,
        /// For how long.
        seconds: f64,
    },
    /// Do nothing for a time, then look again.
    Wait {
        /// For how long.
        seconds: f64,
    },
    /// Look again at once.
    Screenshot,
    /// Start a program.
    Open {
        /// Its name, as a person would say it.
        app: String,
    },
    /// Change a window of the desktop.
    Window {
        /// Its title.
        title: String,
        /// How.
        change: WindowChange,
    },
    /// Press a phone's system button.
    System {
        /// Which one.
        button: SystemButton,
    },
    /// Ask the person.
    Ask {
        /// What is asked, if the planner said it.
        question: Option<String>,
    },
    /// The run is over in the planner's judgement.
    Finish {
        /// How it ended.
        status: FinishStatus,
        /// The answer that the goal asked for, or the reason of a failure.
        answer: Option<String>,
    },
}

/// Names each type once: for [`Action::name`] and [`Action::NAMES`].
macro_rules! names {
    ($($type:ident => $name:literal),* $(,)?) => {
        impl Action {
            /// The names of all actions, in the order of the type.
            pub const NAMES: [&str; [$($name),*].len()] = [$($name),*];

            /// What the action is called: its `type` in the JSON form.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$type { .. } => $name),*
                }
            }
        }
    };
}

names! {
    Click => "click",
    Move => "move",
    Press => "press",
    Release => "release",
    Drag => "drag",
    Scroll => "scroll",
    Type => "type",
    Key => "key",
    KeyDown => "key_down",
    KeyUp => "key_up",
    HoldKey => "hold_key",
    LongPress => "long_press",
    Wait => "wait",
    Screenshot => "screenshot",
    Open => "open",
    Window => "window",
    System => "system",
    Ask => "ask",
    Finish => "finish",
}

impl Action {
    /// Where it points, in order; nothing where it points nowhere, or is done where the pointer is.
    pub fn points(&self) -> Vec<FramePoint> {
        // The points of the same action, read only.
        self.clone().points_mut().into_iter().map(|point| *point).collect()
    }

    /// The same points, to be moved.
    pub fn points_mut(&mut self) -> Vec<&mut FramePoint> {
        match self {
            Self::Click { at, .. } | Self::Move { at } | Self::LongPress { at, .. } => vec![at],
            Self::Press { at, .. } | Self::Release { at, .. } | Self::Scroll { at, .. } => at.iter_mut().collect(),
            Self::Drag { path, .. } => path.iter_mut().collect(),
            Self::Type { .. }
            | Self::Key { .. }
            | Self::KeyDown { .. }
            | Self::KeyUp { .. }
            | Self::HoldKey { .. }
            | Self::Wait { .. }
            | Self::Screenshot
            | Self::Open { .. }
            | Self::Window { .. }
            | Self::System { .. }
            | Self::Ask { .. }
            | Self::Finish { .. } => Vec::new(),
        }
    }

    /// The keys that it names, in order.
    pub fn keys(&self) -> &[String] {
        match self {
            Self::Key { keys } | Self::HoldKey { keys, .. } => keys,
            Self::KeyDown { key } | Self::KeyUp { key } => std::slice::from_ref(key),
            Self::Click { .. }
            | Self::Move { .. }
            | Self::LongPress { .. }
            | Self::Press { .. }
            | Self::Release { .. }
            | Self::Scroll { .. }
            | Self::Drag { .. }
            | Self::Type { .. }
            | Self::Wait { .. }
            | Self::Screenshot
            | Self::Open { .. }
            | Self::Window { .. }
            | Self::System { .. }
            | Self::Ask { .. }
            | Self::Finish { .. } => &[],
        }
    }

    /// What it does to the desktop.
    pub fn effect(&self) -> Effect {
        match self {
            Self::Click { .. }
            | Self::LongPress { .. }
            | Self::Press { .. }
            | Self::Release { .. }
            | Self::Scroll { .. }
            | Self::Drag { .. } => Effect::Mouse,
            Self::Move { .. } => Effect::Pointer,
            Self::Type { .. } | Self::Key { .. } | Self::KeyDown { .. } | Self::KeyUp { .. } | Self::HoldKey { .. } => {
                Effect::Keyboard
            }
            Self::Open { .. } | Self::Window { .. } | Self::System { .. } => Effect::System,
            Self::Wait { .. } | Self::Screenshot => Effect::Looks,
            Self::Ask { .. } | Self::Finish { .. } => Effect::Loop,
        }
    }
}

/// What an action does to the desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It uses a button or the wheel.
    Mouse,
    /// It only moves the pointer.
    Pointer,
    /// It uses keys.
    Keyboard,
    /// It starts a program, changes a window, or presses a button of the system.
    System,
    /// It only looks.
    Looks,
    /// It is for the loop: a question, or the end.
    Loop,
}

/// The action in a few words: "double click at 20,30", "press ctrl+s".
impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.name().replace('_', " ");
        match self {
            Self::Click { at, button, count } => {
                write!(f, "{}", button.prefix())?;
                match count {
                    1 => write!(f, "click"),
                    2 => write!(f, "double click"),
                    n => write!(f, "click {n} times"),
                }?;
                write!(f, " at {},{}", at.x, at.y)
            }
            Self::Move { at } | Self::LongPress { at, .. } => write!(f, "{words} at {},{}", at.x, at.y),
            Self::Press { button, at } | Self::Release { button, at } => {
                write!(f, "{}{words}", button.prefix())?;
                at.map_or(Ok(()), |at| write!(f, " at {},{}", at.x, at.y))
            }
            Self::Type { text } => write!(f, "type {text:?}"),
            Self::Key { keys } => write!(f, "press {}", keys.join("+")),
            Self::KeyDown { key } | Self::KeyUp { key } => write!(f, "{words} {key}"),
            Self::HoldKey { keys, .. } => write!(f, "{words} {}", keys.join("+")),
            Self::Scroll { direction, ticks, .. } => write!(f, "scroll {} by {ticks}", direction.name()),
            Self::Open { app } => write!(f, "open {app}"),
            Self::Window { title, change } => write!(f, "{} window {title:?}", change.name()),
            Self::Wait { seconds } => write!(f, "wait {seconds} s"),
            Self::Drag { path, .. } => match (path.first(), path.last()) {
                (Some(from), Some(to)) => write!(f, "drag {},{} to {},{}", from.x, from.y, to.x, to.y),
                (None, _) | (_, None) => write!(f, "drag"),
            },
            Self::Screenshot | Self::System { .. } | Self::Ask { .. } | Self::Finish { .. } => write!(f, "{words}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_the_type_of_the_json_form() {
        let at = FramePoint { x: 1, y: 2 };
        let all = [
            Action::Click { at, button: Button::Left, count: 1 },
            Action::Move { at },
            Action::KeyDown { key: "a".into() },
            Action::LongPress { at, seconds: 1.0 },
            Action::Screenshot,
            Action::Finish { status: FinishStatus::Success, answer: None },
        ];
        for action in all {
            assert_eq!(serde_json::to_value(&action).unwrap()["type"], action.name());
        }
        assert_eq!(Action::NAMES.len(), 19);
    }

    #[test]
    fn actions_are_told_in_a_few_words() {
        let at = FramePoint { x: 20, y: 30 };
        let cases = [
            (Action::Click { at, button: Button::Left, count: 1 }, "click at 20,30"),
            (Action::Click { at, button: Button::Right, count: 2 }, "right double click at 20,30"),
            (Action::Type { text: "a\n".into() }, "type \"a\\n\""),
            (Action::Key { keys: vec!["ctrl".into(), "s".into()] }, "press ctrl+s"),
            (Action::Scroll { at: None, direction: Direction::Down, ticks: 3 }, "scroll down by 3"),
            (Action::Press { button: Button::Left, at: Some(at) }, "press at 20,30"),
        ];
        let told: Vec<_> = cases.iter().map(|(action, _)| action.to_string()).collect();
        assert_eq!(told, cases.map(|(_, words)| words));
    }
}
