//! Rules: which actions are meant, as a person writes it.

use std::fmt;
use std::str::FromStr;

use wildmatch::WildMatch;

use super::Context;
use crate::key::Chord;
use crate::nearest::{did_you_mean, nearest};
use crate::plan::{Action, Effect};
use crate::space::FramePoint;

/// Which actions are meant: `open`, `key:alt+f4`, `text:*rm -rf*`, `app:*term*`, `window:*Mousepad*`,
/// `region:0,0,1280,24`.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    written: String,
    meaning: Meaning,
}

#[derive(Debug, Clone, PartialEq)]
enum Meaning {
    /// Every action of this name.
    Action(&'static str),
    /// This chord, however it is pressed.
    Key(Chord),
    /// Typed text like this.
    Text(WildMatch),
    /// Opening a program like this.
    App(WildMatch),
    /// Acting on a window with a title like this.
    Window(WildMatch),
    /// A place within `[x, y, width, height]`, in pixels of the screenshot.
    Region([u32; 4]),
}

/// A rule that means nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// It names no action.
    #[error(
        "the rule \"{written}\" names no action{}\n\
         hint: a rule is an action's name, key:CHORD, text:PATTERN, app:PATTERN, window:PATTERN or region:X,Y,W,H; \
         * stands for anything",
        did_you_mean(nearest.as_deref())
    )]
    Unknown {
        /// What was written.
        written: String,
        /// The nearest action.
        nearest: Option<String>,
    },
    /// Its region is none.
    #[error("the rule \"{written}\" names no region\nhint: write it as region:X,Y,WIDTH,HEIGHT in pixels")]
    Region {
        /// What was written.
        written: String,
    },
    /// Its chord means nothing.
    #[error("the rule \"{written}\": {reason}")]
    Key {
        /// What was written.
        written: String,
        /// What is wrong with the chord, with its hint.
        reason: String,
    },
}

impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(written: &str) -> Result<Self, RuleError> {
        let meaning = match written.split_once(':') {
            Some(("key", chord)) => Meaning::Key(
                chord.parse().map_err(|e| RuleError::Key { written: written.to_owned(), reason: format!("{e}") })?,
            ),
            Some(("text", pattern)) => Meaning::Text(WildMatch::new(pattern)),
            Some(("app", pattern)) => Meaning::App(WildMatch::new_case_insensitive(pattern)),
            Some(("window", pattern)) => Meaning::Window(WildMatch::new_case_insensitive(pattern)),
            Some(("region", numbers)) => {
                Meaning::Region(region(numbers).ok_or_else(|| RuleError::Region { written: written.to_owned() })?)
            }
            _ => Meaning::Action(action(written)?),
        };
        Ok(Self { written: written.to_owned(), meaning })
    }
}

fn action(written: &str) -> Result<&'static str, RuleError> {
    Action::NAMES.into_iter().find(|name| *name == written).ok_or_else(|| RuleError::Unknown {
        written: written.to_owned(),
        nearest: nearest(written, Action::NAMES).map(str::to_owned),
    })
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl Rule {
    /// Whether the action is meant.
    pub fn means(&self, action: &Action, context: &Context<'_>) -> bool {
        match &self.meaning {
            Meaning::Action(name) => action.name() == *name,
            Meaning::Key(chord) => context.chord(action).is_some_and(|keys| chord.same_keys(&keys)),
            Meaning::Text(pattern) => {
                let fits = |text: &str| pattern.matches(text) || pattern.matches(&format!("{}{text}", context.line));
                matches!(action, Action::Type { text } if fits(text))
            }
            Meaning::App(pattern) => matches!(action, Action::Open { app } if pattern.matches(app)),
            Meaning::Window(pattern) => {
                !is_harmless(action) && context.window.is_some_and(|title| pattern.matches(title))
            }
            Meaning::Region(region) => action.points().iter().any(|at| is_within(*at, *region)),
        }
    }

    /// Whether the rule says what exactly is typed or pressed, not only that something is.
    pub(super) fn is_exact(&self) -> bool {
        matches!(self.meaning, Meaning::Key(_) | Meaning::Text(_) | Meaning::App(_))
    }
}

/// Touches nothing.
pub(super) fn is_harmless(action: &Action) -> bool {
    matches!(action.effect(), Effect::Looks | Effect::Loop)
}

fn region(numbers: &str) -> Option<[u32; 4]> {
    let numbers: Vec<u32> = numbers.split(',').map(|number| number.trim().parse().ok()).collect::<Option<_>>()?;
    let region: [u32; 4] = numbers.try_into().ok()?;
    (region[2] > 0 && region[3] > 0).then_some(region)
}

fn is_within(at: FramePoint, [x, y, width, height]: [u32; 4]) -> bool {
    let inside = |value: u32, start: u32, length: u32| value >= start && value - start < length;
    inside(at.x, x, width) && inside(at.y, y, height)
}
