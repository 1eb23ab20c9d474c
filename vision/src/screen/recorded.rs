//! The frames of a recording as a screen: for offline replay, and for tests of the loop without a display.

use std::time::{Duration, Instant};

use async_trait::async_trait;

use super::{Screen, ScreenError, Settled, Window};

/// What was seen at one look.
#[derive(Debug, Clone)]
pub struct Look {
    /// The still frame.
    pub settled: Settled,
    /// The windows that were open, the active one first.
    pub windows: Vec<Window>,
}

/// Gives back what was seen, in order.
pub struct RecordedScreen {
    looks: Box<dyn Iterator<Item = Result<Look, ScreenError>> + Send>,
    windows: Vec<Window>,
}

impl RecordedScreen {
    /// A screen that shows these looks, one for each time it is asked to settle. They are taken one by one, so that a
    /// long recording need not be in memory as a whole.
    pub fn new<L>(looks: L) -> Self
    where
        L: IntoIterator<Item = Result<Look, ScreenError>>,
        L::IntoIter: Send + 'static,
    {
        Self { looks: Box::new(looks.into_iter()), windows: Vec::new() }
    }
}

#[async_trait]
impl Screen for RecordedScreen {
    async fn settled(&mut self, _since: Option<Instant>) -> Result<Settled, ScreenError> {
        let look = self.looks.next().ok_or(ScreenError::RecordingEnded)??;
        self.windows = look.windows;
        Ok(Settled { waited: Duration::ZERO, ..look.settled })
    }

    async fn acting(&mut self) -> Result<(), ScreenError> {
        Ok(())
    }

    async fn windows(&mut self) -> Result<Vec<Window>, ScreenError> {
        Ok(self.windows.clone())
    }
}
