//! The typed plan: whatever a planner's words, this is what they mean.
//!
//! The JSON form of [`Plan`] is a file format: recordings hold it and `sightstep parse` prints it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::space::FrameRect;

mod action;

pub use action::{Action, Effect};

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

impl Button {
    /// "right " before what it does; nothing for the left one, which goes without saying.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Left => "",
            Self::Right => "right ",
            Self::Middle => "middle ",
            Self::Back => "back ",
            Self::Forward => "forward ",
        }
    }
}

impl Direction {
    /// Its name in the JSON form.
    pub fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Left => "left",
            Self::Right => "right",
        }
    }

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

/// What can be done to a window of the desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WindowChange {
    /// Bring it to the front and give it the keyboard.
    Activate,
    /// Close it, as its cross does.
    Close,
    /// Make it as large as the screen.
    Maximise,
    /// Put it away.
    Minimise,
}

impl WindowChange {
    /// Its name in the JSON form.
    pub fn name(self) -> &'static str {
        match self {
            Self::Activate => "activate",
            Self::Close => "close",
            Self::Maximise => "maximise",
            Self::Minimise => "minimise",
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
