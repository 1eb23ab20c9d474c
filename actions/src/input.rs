//! What the mouse and the keyboard did, as it is heard from a display.

use std::time::Instant;

use crate::key::Key;
use crate::space::DesktopPoint;

/// One thing that the mouse or the keyboard did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Heard {
    /// When it was heard.
    pub at: Instant,
    /// What it was.
    pub input: Input,
}

/// What the mouse or the keyboard did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Input {
    /// A button went down: X's number, 1 to 9, where 4 to 7 are the wheel's notches.
    Press(u8, DesktopPoint),
    /// A button went up.
    Release(u8, DesktopPoint),
    /// The pointer moved.
    Moved(DesktopPoint),
    /// A key went down.
    Key(Struck),
    /// A modifier went up.
    Up(Key),
    /// A dead key went down: it types nothing, and gives the next letter this mark.
    Dead(Accent),
}

/// What a dead key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accent {
    /// The combining mark that it puts on a letter.
    pub mark: char,
    /// What it types with the space bar.
    pub alone: char,
}

/// A key that went down, with the modifiers that were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Struck {
    /// The key; a character as the layout and Shift make it.
    pub key: Key,
    /// Whether Shift was down.
    pub shift: bool,
    /// Whether Ctrl was down.
    pub ctrl: bool,
    /// Whether Alt was down.
    pub alt: bool,
    /// Whether the Super key was down.
    pub super_: bool,
}
