//! The typed plan: whatever a planner's words, this is what they mean.
//!
//! The JSON form of [`Plan`] is a file format: recordings hold it and `sightstep parse` prints it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::space::{FramePoint, FrameRect};

/// One answer of a planner: why, what to do, and what should be seen afterwards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// The planner's reasoning, in its own words.
    pub thought: Option<String>,
    /// What the planner says of the step before.
    pub reflection: Option<String>,
    /// At least one action, performed in order, each verified before the next.
    pub actions: Vec<Action>,
    /// Postconditions that the planner wrote for the last of its actions; may be empty.
    #[serde(default)]
    pub expect: Vec<Expectation>,
}

/// A mouse button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Button {
    /// The primary button.
    #[default]
    Left,
    /// The button of context menus.
    Right,
    /// The wheel's button.
    Middle,
    /// The thumb button that goes back.
    Back,
    /// The thumb button that goes forward.
    Forward,
}

/// Where more content is shown by a scroll.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Content above comes into view.
    Up,
    /// Content below comes into view.
    Down,
    /// Content to the left comes into view.
    Left,
    /// Content to the right comes into view.
    Right,
}

impl Direction {
    /// The other way.
    pub fn opposite(self) -> Self {
        match self {
            Self::Up => Self::Down,
            Self::Down => Self::Up,
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }
}

/// A button of a phone's system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SystemButton {
    /// To the home screen.
    Home,
    /// One screen back.
    Back,
    /// The menu.
    Menu,
    /// Confirm.
    Enter,
}

/// How a run ended in the planner's own judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FinishStatus {
    /// The goal is reached.
    Success,
    /// The goal was not reached.
    Failure,
    /// The goal cannot be reached by anyone on this screen.
    Infeasible,
}

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

impl Action {
    /// What the action is called: its `type` in the JSON form.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Click { .. } => "click",
            Self::Move { .. } => "move",
            Self::Press { .. } => "press",
            Self::Release { .. } => "release",
            Self::Drag { .. } => "drag",
            Self::Scroll { .. } => "scroll",
            Self::Type { .. } => "type",
            Self::Key { .. } => "key",
            Self::KeyDown { .. } => "key_down",
            Self::KeyUp { .. } => "key_up",
            Self::HoldKey { .. } => "hold_key",
            Self::LongPress { .. } => "long_press",
            Self::Wait { .. } => "wait",
            Self::Screenshot => "screenshot",
            Self::Open { .. } => "open",
            Self::System { .. } => "system",
            Self::Ask { .. } => "ask",
            Self::Finish { .. } => "finish",
        }
    }

    /// Where it points, in order; nothing where it points nowhere, or is done where the pointer is.
    pub fn points(&self) -> Vec<FramePoint> {
        match self {
            Self::Click { at, .. } | Self::Move { at } | Self::LongPress { at, .. } => vec![*at],
            Self::Press { at, .. } | Self::Release { at, .. } | Self::Scroll { at, .. } => at.iter().copied().collect(),
            Self::Drag { path, .. } => path.clone(),
            _ => Vec::new(),
        }
    }

    /// The names of all actions, in the order of the type.
    pub const NAMES: [&str; 18] = [
        "click",
        "move",
        "press",
        "release",
        "drag",
        "scroll",
        "type",
        "key",
        "key_down",
        "key_up",
        "hold_key",
        "long_press",
        "wait",
        "screenshot",
        "open",
        "system",
        "ask",
        "finish",
    ];
}

/// Something that should be seen on the screen after an action. It is judged, never believed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Expectation {
    /// This text is on the screen (or in `region`) afterwards and was not before.
    TextAppears {
        /// The text, compared without case and white space.
        text: String,
        /// Where; anywhere when absent.
        region: Option<FrameRect>,
    },
    /// This text was on the screen (or in `region`) and is not afterwards.
    TextDisappears {
        /// The text, compared without case and white space.
        text: String,
        /// Where; anywhere when absent.
        region: Option<FrameRect>,
    },
    /// The region reads as this text afterwards.
    TextEquals {
        /// The text.
        text: String,
        /// Where.
        region: FrameRect,
    },
    /// Something visible changes in the region, or anywhere.
    RegionChanges {
        /// Where; anywhere when absent.
        region: Option<FrameRect>,
    },
    /// Nothing visible changes in the region, or anywhere.
    RegionStays {
        /// Where; anywhere when absent.
        region: Option<FrameRect>,
    },
    /// This needle is found on the screen afterwards.
    ImageMatches {
        /// Its JSON file; a relative path is relative to the program's working folder.
        needle: String,
    },
    /// A check box or radio button is on or off afterwards.
    ElementState {
        /// Its label, compared as goals are: without case, and with a letter misread.
        label: String,
        /// Whether it is on.
        checked: bool,
    },
    /// A model that sees the screen afterwards answers this with yes.
    Question {
        /// A question that yes or no answers.
        question: String,
    },
    /// A window with this in its title is there afterwards.
    WindowTitle {
        /// Part of the title, compared without case.
        contains: String,
    },
}
