//! Reading shared by planner, verifier and checks: a frame is read once, whoever asks.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sightstep_vision::frame::Frame;
use sightstep_vision::needle::{Match, Needle};
use sightstep_vision::read::{ReadError, Reader, Reading};

/// How many readings are kept: the frames before and after an action, and one to spare.
const KEPT: usize = 4;

/// Something that reads frames.
pub trait Read: Send {
    /// What the frame says.
    ///
    /// # Errors
    /// [`ReadError`] when the models cannot run.
    fn read(&mut self, frame: &Frame) -> Result<Arc<Reading>, ReadError>;
}

impl Read for Reader {
    fn read(&mut self, frame: &Frame) -> Result<Arc<Reading>, ReadError> {
        Self::read(self, frame)
    }
}

/// One run's reader with the last readings; clones share it.
#[derive(Clone)]
pub struct Eyes {
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    reader: Box<dyn Read>,
    kept: VecDeque<(Frame, Arc<Reading>)>,
}

impl Eyes {
    /// Eyes that read with `reader`.
    pub fn new(reader: impl Read + 'static) -> Self {
        Self { shared: Arc::new(Mutex::new(Shared { reader: Box::new(reader), kept: VecDeque::new() })) }
    }

    /// What the frame says; at once when it was read before.
    ///
    /// # Errors
    /// [`ReadError`] when the models cannot run.
    pub async fn read(&self, frame: &Frame) -> Result<Arc<Reading>, ReadError> {
        let (shared, frame) = (Arc::clone(&self.shared), frame.clone());
        aside(move || locked(&shared).read(&frame)).await
    }

    /// Looks for a needle, reading the frame where it has areas of text.
    ///
    /// # Errors
    /// [`ReadError`] when the models cannot run.
    pub async fn find(&self, needle: &Needle, frame: &Frame) -> Result<Match, ReadError> {
        let (shared, needle, frame) = (Arc::clone(&self.shared), needle.clone(), frame.clone());
        aside(move || needle.find(&frame, Some(&mut |frame| locked(&shared).read(frame)))).await
    }

    /// What was read of this very capture lately, if it was read; nothing is read for it.
    pub fn known(&self, frame: &Frame) -> Option<Arc<Reading>> {
        // Only an interrupted step still reads while this is asked, and its reading is not needed.
        let shared = self.shared.try_lock().ok()?;
        shared.kept.iter().find(|(seen, _)| seen.is_same_capture(frame)).map(|(_, reading)| Arc::clone(reading))
    }
}

fn locked(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does long work on a thread of its own. Its panic goes on here: it is a bug, not an answer.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|e| std::panic::resume_unwind(e.into_panic()))
}

impl Shared {
    fn read(&mut self, frame: &Frame) -> Result<Arc<Reading>, ReadError> {
        if let Some((_, reading)) = self.kept.iter().find(|(seen, _)| seen.is_same_capture(frame)) {
            return Ok(Arc::clone(reading));
        }
        let reading = self.reader.read(frame)?;
        self.kept.push_front((frame.clone(), Arc::clone(&reading)));
        self.kept.truncate(KEPT);
        Ok(reading)
    }
}
