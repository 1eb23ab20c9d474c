//! Why an action could not be performed.

use crate::key::KeyError;
use crate::nearest::did_you_mean;
use crate::plan::Button;
use crate::space::{DesktopPoint, Size, SpaceError};

/// Why an action could not be performed, in words for a person.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ActError {
    /// No display could be reached.
    #[error("cannot act on {display}: {reason}\nhint: is it running, and is DISPLAY set? `sightstep doctor` looks")]
    NoDisplay {
        /// The display's name.
        display: String,
        /// What the connection said.
        reason: String,
    },
    /// The platform does not let a person be heard.
    #[error("a person's mouse and keyboard cannot be heard on {platform}\nhint: `sightstep record` needs an X display")]
    CannotListen {
        /// The platform's name.
        platform: &'static str,
    },
    /// The display stopped answering in the middle.
    #[error("the display was lost while acting on it: {reason}\nhint: the display server or the session has ended")]
    Lost {
        /// What the connection said.
        reason: String,
    },
    /// A point is not on the screenshot.
    #[error(transparent)]
    Space(#[from] SpaceError),
    /// A point is on the screenshot but not on the desktop.
    #[error(
        "the point ({x}, {y}) is outside the desktop of {width}×{height} pixels; nothing was moved\n\
         hint: the desktop may have been resized since the screenshot",
        x = point.x, y = point.y, width = size.width, height = size.height
    )]
    OutsideDesktop {
        /// The desktop pixel asked for.
        point: DesktopPoint,
        /// The desktop's size now.
        size: Size,
    },
    /// A key name means nothing.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The action is for the loop or for a phone, not for a desktop's executor.
    #[error("a desktop cannot perform \"{action}\"\nhint: `system` is for phones; `ask` and `finish` are for the loop")]
    NotForDesktop {
        /// The action's name.
        action: &'static str,
    },
    /// The action's own numbers make no sense.
    #[error("the action \"{action}\" cannot be performed: {reason}\nhint: {hint}")]
    BadAction {
        /// The action's name.
        action: &'static str,
        /// What is wrong.
        reason: String,
        /// What would be right.
        hint: &'static str,
    },
    /// The text holds a character that no keyboard can give.
    #[error(
        "the character U+{:04X} at position {position} of the text cannot be typed\n\
         hint: of the control characters only newline, tab, backspace and escape are keys",
        u32::from(*character)
    )]
    CannotType {
        /// The character.
        character: char,
        /// Its place in the text, in characters from 0.
        position: usize,
    },
    /// The keyboard has no such key and none could be made.
    #[error("the keyboard of this display has no key for \"{key}\"\nhint: its layout leaves no free key code")]
    NoSuchKey {
        /// The key's name.
        key: String,
    },
    /// The mouse has no such button.
    #[error("this desktop's mouse has no {button:?} button\nhint: use left, right or middle")]
    NoSuchButton {
        /// The button.
        button: Button,
    },
    /// No program has this name.
    #[error("no program is called \"{name}\"{}\nhint: give the name of an installed program", did_you_mean(nearest.as_deref()))]
    UnknownProgram {
        /// What was asked for.
        name: String,
        /// The installed program whose name is most like it.
        nearest: Option<String>,
    },
    /// No window has this title.
    #[error("no window is called \"{title}\"{}\nhint: give the title of an open window", did_you_mean(nearest.as_deref()))]
    NoWindow {
        /// What was asked for.
        title: String,
        /// The title that is most like it.
        nearest: Option<String>,
    },
    /// The platform does not let other programs' windows be changed.
    #[error(
        "windows cannot be switched to, closed or resized by name here\nhint: click on their frames, or press the keys for it"
    )]
    NoWindowChanges,
    /// The program is there but did not start.
    #[error("cannot start {program}: {reason}\nhint: try it by hand in a terminal")]
    NotStarted {
        /// The program.
        program: String,
        /// What the system said.
        reason: String,
    },
    /// The caller stopped waiting; everything that was held has been released.
    #[error("the action was stopped\nhint: every key and button has been released")]
    Stopped,
    /// A person's hand is on the mouse.
    #[error(
        "a person moved the pointer, so nothing was done\nhint: the run goes on with a new look once the pointer is still"
    )]
    Disturbed,
    /// The windows are others than those that it was planned for.
    #[error(
        "the windows changed since the screen was looked at, so nothing was done\nhint: the run goes on with a new look"
    )]
    Stale,
    /// It failed when it was recorded.
    #[error("{reason}")]
    Recorded {
        /// What was said then.
        reason: String,
    },
    /// A recording has no more receipts.
    #[error("the recording holds {held} receipts and one more was asked for\nhint: the replay has diverged from it")]
    NotRecorded {
        /// How many it holds.
        held: usize,
    },
}

impl ActError {
    /// Whether a new look is all that is needed: a person's hand or another program came between look and action, now or
    /// when it was recorded.
    pub fn needs_look(&self) -> bool {
        match self {
            Self::Disturbed | Self::Stale => true,
            Self::Recorded { reason } => Self::is_passing(reason),
            _ => false,
        }
    }

    /// Whether a written reason is one of those for which a new look is all that is needed.
    pub fn is_passing(reason: &str) -> bool {
        [Self::Disturbed, Self::Stale].iter().any(|error| error.to_string() == reason)
    }
}

/// The display is gone, whatever the connection calls it.
pub(crate) fn lost(error: impl std::fmt::Display) -> ActError {
    ActError::Lost { reason: error.to_string() }
}
