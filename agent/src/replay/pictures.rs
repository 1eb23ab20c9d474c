//! The recorded pictures as a screen: decoded ahead on a thread of their own, each checked against its name.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use sightstep_tasks::recording::{Recording, ScreenSeen};
use sightstep_vision::frame::Frame;
use sightstep_vision::screen::{Look, RecordedScreen, ScreenError, Settled};

use super::ReplayError;
use super::recorded_inputs::{LookSeen, RecordedInputs};
use crate::from_recording;

/// How many pictures are decoded ahead: enough that decoding and comparing overlap, a few of 6 MB each in memory.
const AHEAD: usize = 3;

/// The picture that could not be used, where there was one.
#[derive(Clone, Default)]
pub(super) struct PictureFailure(Arc<Mutex<Option<ReplayError>>>);

impl PictureFailure {
    /// What went wrong, once.
    pub(super) fn take(&self) -> Option<ReplayError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn set(&self, error: ReplayError) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }
}

/// A screen that shows the recorded looks.
pub(super) fn screen(recording: &Recording, tape: &RecordedInputs, failure: &PictureFailure) -> RecordedScreen {
    let (give, take) = mpsc::sync_channel(AHEAD);
    let looks: Vec<_> = tape.looks.iter().map(|look| (look.clone(), recording.frame(&look.frame))).collect();
    let (screen, failure) = (tape.screen.clone(), failure.clone());
    std::thread::spawn(move || {
        let mut last: Option<Frame> = None;
        for (look, path) in looks {
            let shown = shown(&look, &path, &screen, last.take(), &failure);
            last = shown.as_ref().ok().map(|look| look.settled.frame.clone());
            // Nobody takes any more once the replay has ended.
            if give.send(shown).is_err() {
                return;
            }
        }
    });
    RecordedScreen::new(take)
}

fn shown(
    look: &LookSeen,
    path: &Path,
    screen: &ScreenSeen,
    last: Option<Frame>,
    failure: &PictureFailure,
) -> Result<Look, ScreenError> {
    let frame = match last.filter(|frame| frame.digest() == look.frame) {
        Some(same) => same,
        None => from_recording::decoded(&look.frame, path, screen).map_err(|reason| {
            failure.set(ReplayError::Picture { path: path.to_owned(), reason: reason.clone() });
            ScreenError::Capture { reason }
        })?,
    };
    let LookSeen { still, waited, volatile, caret, before_caret, windows, .. } = look.clone();
    Ok(Look { settled: Settled { frame, still, waited, volatile, caret, before_caret }, windows })
}
