//! The frames of a recording as a screen: for offline replay, and for tests of the loop without a display.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use async_trait::async_trait;

use super::{Screen, ScreenError, Settled, Window};

/// Gives back what was seen, in order.
#[derive(Debug, Default)]
pub struct RecordedScreen {
    looks: VecDeque<Settled>,
    windows: Vec<Window>,
}

impl RecordedScreen {
    /// A screen that shows these frames, one for each time it is asked to settle.
    pub fn new(looks: impl IntoIterator<Item = Settled>) -> Self {
        Self { looks: looks.into_iter().collect(), windows: Vec::new() }
    }

    /// The windows that it says are open.
    #[must_use]
    pub fn with_windows(mut self, windows: Vec<Window>) -> Self {
        self.windows = windows;
        self
    }
}

#[async_trait]
impl Screen for RecordedScreen {
    async fn settled(&mut self, _since: Option<Instant>) -> Result<Settled, ScreenError> {
        let look = self.looks.pop_front().ok_or(ScreenError::RecordingEnded)?;
        Ok(Settled { waited: Duration::ZERO, ..look })
    }

    async fn windows(&mut self) -> Result<Vec<Window>, ScreenError> {
        Ok(self.windows.clone())
    }
}
