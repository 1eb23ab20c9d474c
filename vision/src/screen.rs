//! What the loop sees through: a desktop, or the frames of a recording.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::frame::Frame;
use crate::geometry::Rect;

#[cfg(target_os = "linux")]
mod atspi;
mod desktop;
mod platform;
mod recorded;
mod source;
#[cfg(target_os = "linux")]
mod x11;
mod xcap;

pub use desktop::DesktopScreen;
pub use recorded::{Look, RecordedScreen};

/// Something that can be looked at.
#[async_trait]
pub trait Screen: Send {
    /// The picture once it has been still for [`crate::settle::QUIET`], or after [`crate::settle::PATIENCE`] as it is then.
    ///
    /// Stillness counts from `since` (the moment of the last input) or from the last change, whichever is later, so a
    /// screen that has long been still is answered at once.
    ///
    /// # Errors
    /// [`ScreenError`] when the display cannot be read any more.
    async fn settled(&mut self, since: Option<Instant>) -> Result<Settled, ScreenError>;

    /// Notes that an input is being made: until the next look, no change counts as one that nobody caused.
    ///
    /// # Errors
    /// [`ScreenError`] when nothing watches any more.
    async fn acting(&mut self) -> Result<(), ScreenError>;

    /// The windows that are open, the active one first.
    ///
    /// # Errors
    /// [`ScreenError`] when the display cannot be asked any more.
    async fn windows(&mut self) -> Result<Vec<Window>, ScreenError>;
}

/// A frame and how still the screen was when it was taken.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The picture.
    pub frame: Frame,
    /// Whether nothing but volatile places moved for [`crate::settle::QUIET`].
    pub still: bool,
    /// How long it was waited for.
    pub waited: Duration,
    /// Places that change by themselves (a clock, an animation), in frame pixels.
    pub volatile: Vec<Rect>,
    /// Where a caret has blinked since anything else changed, if one did, in frame pixels.
    pub caret: Option<Rect>,
    /// What stands before the caret in the field that has the keyboard, at most [`MOST_BEFORE_CARET`] characters, where its
    /// program says so through AT-SPI; of a field for passwords only how many, as [`HIDDEN`].
    pub before_caret: Option<String>,
}

impl Settled {
    /// A picture as if the screen had been still, of which nothing else is known.
    pub fn still(frame: Frame) -> Self {
        Self { frame, still: true, waited: Duration::ZERO, volatile: Vec::new(), caret: None, before_caret: None }
    }
}

/// Stands for each character of a password.
pub const HIDDEN: char = '•';

/// How many characters before a caret are asked for: more than is typed at once.
pub const MOST_BEFORE_CARET: usize = 400;

/// An open window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Its title.
    pub title: String,
    /// Where it is, in desktop pixels.
    #[serde(rename = "box")]
    pub area: Rect,
    /// Whether it has the keyboard.
    pub active: bool,
    /// The number of the process that it belongs to, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<u32>,
}

/// A monitor of the desktop.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Monitor {
    /// The system's name for it.
    pub name: String,
    /// Where it lies on the desktop, in physical pixels; the origin may be negative.
    #[serde(rename = "box")]
    pub area: Rect,
    /// Physical pixels to one logical pixel.
    pub scale: f64,
}

/// What the screen is seen with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Eyes {
    /// The picture, and what programs say of what they show.
    #[default]
    All,
    /// The picture alone.
    Pixels,
}

/// Which part of the desktop is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Area {
    /// All monitors.
    #[default]
    Desktop,
    /// The N-th monitor, counted from 1.
    Monitor(usize),
    /// A rectangle of the desktop, in its pixels.
    Region(Rect),
}

/// Why a screen cannot be seen.
#[derive(Debug, thiserror::Error)]
pub enum ScreenError {
    /// No display answered.
    #[error(
        "no display: {display} cannot be opened ({reason})\n\
         hint: set DISPLAY, pass --display :N, or use --sandbox 1280x800 for a private one"
    )]
    NoDisplay {
        /// What was tried.
        display: String,
        /// What the system said.
        reason: String,
    },
    /// The display was there and is gone.
    #[error("the display is gone: {reason}")]
    Lost {
        /// What the system said.
        reason: String,
    },
    /// The wanted part is not on this desktop.
    #[error("{wanted} is not on this desktop: {found}\nhint: `sightstep doctor` lists the monitors")]
    NoSuchArea {
        /// What was asked for.
        wanted: String,
        /// What there is.
        found: String,
    },
    /// The picture came in a form that is not understood.
    #[error("capturing failed: {reason}")]
    Capture {
        /// What was wrong.
        reason: String,
    },
    /// A recording has no more frames.
    #[error("the recording has no further frame")]
    RecordingEnded,
}

impl Area {
    /// The rectangle of the desktop that is meant, and its scale.
    ///
    /// # Errors
    /// [`ScreenError::NoSuchArea`] when no monitor has that number or the region leaves the desktop.
    pub fn resolve(self, monitors: &[Monitor]) -> Result<(Rect, f64), ScreenError> {
        let whole = monitors.iter().fold(Rect::new(0, 0, 0, 0), |all, m| all.union(&m.area));
        let missing = |wanted: String| ScreenError::NoSuchArea { wanted, found: describe(monitors) };
        match self {
            Self::Desktop => Ok((whole, monitors.first().map_or(1.0, |m| m.scale))),
            Self::Monitor(n) => {
                let found = n.checked_sub(1).and_then(|i| monitors.get(i));
                found.map(|m| (m.area, m.scale)).ok_or_else(|| missing(format!("monitor {n}")))
            }
            Self::Region(region) if region.is_empty() || whole.intersection(&region) != region => {
                Err(missing(format!("the region {}x{} at {},{}", region.w, region.h, region.x, region.y)))
            }
            Self::Region(region) => {
                let (x, y) = region.centre();
                Ok((region, monitors.iter().find(|m| m.area.contains(x, y)).map_or(1.0, |m| m.scale)))
            }
        }
    }
}

fn describe(monitors: &[Monitor]) -> String {
    if monitors.is_empty() {
        return "it has no monitor".to_owned();
    }
    let each: Vec<_> = (1..)
        .zip(monitors)
        .map(|(n, m)| format!("{n}: {} {}x{} at {},{}", m.name, m.area.w, m.area.h, m.area.x, m.area.y))
        .collect();
    each.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> Vec<Monitor> {
        vec![
            Monitor { name: "left".into(), area: Rect::new(-1280, 0, 1280, 1024), scale: 1.0 },
            Monitor { name: "main".into(), area: Rect::new(0, 0, 3840, 2160), scale: 2.0 },
        ]
    }

    #[test]
    fn areas_resolve_over_negative_origins() {
        let monitors = two();
        assert_eq!(Area::Desktop.resolve(&monitors).unwrap().0, Rect::new(-1280, 0, 5120, 2160));
        assert_eq!(Area::Monitor(2).resolve(&monitors).unwrap(), (Rect::new(0, 0, 3840, 2160), 2.0));
        let region = Rect::new(-100, 10, 50, 50);
        assert_eq!(Area::Region(region).resolve(&monitors).unwrap(), (region, 1.0));
    }

    #[test]
    fn what_is_not_there_is_named() {
        let said = |area: Area| area.resolve(&two()).unwrap_err().to_string();
        assert!(
            said(Area::Monitor(3)).starts_with("monitor 3 is not on this desktop: 1: left 1280x1024 at -1280,0; 2:")
        );
        assert!(said(Area::Monitor(0)).starts_with("monitor 0 is not"));
        assert!(said(Area::Region(Rect::new(3800, 0, 100, 10))).starts_with("the region 100x10 at 3800,0 is not"));
    }
}
