//! A recording as a moving picture, for sharing: what was seen, with a mark where the pointer acted.
//!
//! It shows the recorded pictures alone; places where a secret was typed are painted over in them.

use std::path::PathBuf;
use std::time::Duration;

use image::RgbImage;
use sightstep_actions::plan::Action;
use sightstep_tasks::recording::{Acted, Event, Recording, ScreenSeen};
use sightstep_vision::resize::bicubic;

use crate::from_recording;

mod gif;
pub(crate) mod mark;
mod mp4;

pub use gif::gif;
pub use mp4::mp4;

/// How long a look is shown.
const LOOK: Duration = Duration::from_millis(900);

/// How long a mark is shown before what came of it.
const MARK: Duration = Duration::from_millis(700);

/// How long the last look is shown.
const LAST: Duration = Duration::from_millis(2500);

/// Why there is no moving picture.
#[derive(Debug, thiserror::Error)]
pub enum MovieError {
    /// Nothing was seen.
    #[error("{}: the recording holds no picture\nhint: the run broke off before the first look", path.display())]
    Nothing {
        /// The recording's folder.
        path: PathBuf,
    },
    /// A picture is missing or damaged.
    #[error("{} cannot be used: {reason}\nhint: a recording is the whole folder; was its frames/ folder changed?", path.display())]
    Picture {
        /// The picture.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file cannot be written.
    #[error("{} cannot be written: {reason}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// There is no program that makes videos.
    #[error(
        "ffmpeg is not installed, which makes MP4 files\nhint: apt install ffmpeg, or --gif FILE, which needs nothing"
    )]
    NoFfmpeg,
}

impl MovieError {
    /// Whether the machine is at fault, not the recording or the file's name.
    pub fn is_environment(&self) -> bool {
        matches!(self, Self::NoFfmpeg)
    }
}

/// One still of it: a recorded picture, for how long, and what is marked in it.
#[derive(Debug, Clone, PartialEq)]
struct Still<'r> {
    frame: &'r str,
    time: Duration,
    action: Option<&'r Action>,
}

/// A recording's stills in order.
struct Stills<'r> {
    recording: &'r Recording,
    screen: &'r ScreenSeen,
    all: Vec<Still<'r>>,
    /// The size of the moving picture: at most so long on each side, and even, as video wants it.
    size: (u32, u32),
}

impl<'r> Stills<'r> {
    /// The stills, no side longer than `widest`.
    fn of(recording: &'r Recording, widest: u32) -> Result<Self, MovieError> {
        let nothing = || MovieError::Nothing { path: recording.folder().to_owned() };
        let Some(Event::RunStarted { screen, .. }) = recording.entries.first().map(|entry| &entry.event) else {
            return Err(nothing());
        };
        let all = stills(recording);
        if all.is_empty() || screen.width == 0 || screen.height == 0 {
            return Err(nothing());
        }
        let shrink = (f64::from(widest) / f64::from(screen.width.max(screen.height))).min(1.0);
        let even = |length: u32| ((f64::from(length) * shrink).round() as u32 / 2 * 2).max(2);
        Ok(Self { recording, screen, all, size: (even(screen.width), even(screen.height)) })
    }

    /// Each still's picture and time; a picture that was just shown is not read again.
    fn each(&self, mut show: impl FnMut(&RgbImage, Duration) -> Result<(), MovieError>) -> Result<(), MovieError> {
        let mut last: Option<(&str, RgbImage)> = None;
        for still in &self.all {
            let plain = match last.take().filter(|(frame, _)| *frame == still.frame) {
                Some((_, plain)) => plain,
                None => self.plain(still.frame)?,
            };
            match still.action {
                Some(action) => show(&self.marked(&plain, action), still.time)?,
                None => show(&plain, still.time)?,
            }
            last = Some((still.frame, plain));
        }
        Ok(())
    }

    fn plain(&self, frame: &str) -> Result<RgbImage, MovieError> {
        let unusable = |reason| MovieError::Picture { path: self.recording.frame(frame), reason };
        let frame = from_recording::frame(self.recording, frame, self.screen).map_err(unusable)?;
        Ok(bicubic(frame.pixels(), self.size.0, self.size.1).into_owned())
    }

    fn marked(&self, plain: &RgbImage, action: &Action) -> RgbImage {
        let mut picture = plain.clone();
        mark::draw(&mut picture, action, (self.screen.width, self.screen.height));
        picture
    }
}

/// Every look once, and before what came of an action the look with its mark.
fn stills(recording: &Recording) -> Vec<Still<'_>> {
    let (mut all, mut last): (Vec<Still<'_>>, Option<&str>) = (Vec::new(), None);
    for entry in &recording.entries {
        match &entry.event {
            Event::Observed { frame, .. } => {
                if all.last().is_none_or(|still| still.frame != frame || still.action.is_some()) {
                    all.push(Still { frame, time: LOOK, action: None });
                }
                last = Some(frame);
            }
            Event::Acted { action, acted: Acted::Receipt(_), .. } if !action.points().is_empty() => {
                all.extend(last.map(|frame| Still { frame, time: MARK, action: Some(action) }));
            }
            _ => {}
        }
    }
    if let Some(last) = all.last_mut() {
        last.time = LAST;
    }
    all
}

#[cfg(test)]
mod tests;
