//! Reading shared by planner, verifier and checks: a frame is read once, whoever asks.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
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
        Ok(Self::read(self, frame))
    }
}

/// Someone who answers a question about a frame.
#[async_trait]
pub trait QuestionAnswerer: Send {
    /// The answer, in the witness's own words; the question is one that yes or no answers.
    ///
    /// # Errors
    /// [`Unanswered`] when there is none.
    async fn answer(&mut self, question: &str, frame: &Frame) -> Result<String, Unanswered>;
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// Nobody is there who could.
    #[error("no loaded model can answer questions")]
    NoWitness,
    /// The model gave none.
    #[error("{0}")]
    Failed(String),
}

/// An answer to a question about a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageAnswer {
    /// What was asked.
    pub question: String,
    /// What was said.
    pub answer: String,
}

/// One run's reader with the last readings; clones share it.
#[derive(Clone)]
pub struct CachedReader {
    shared: Arc<Mutex<ReaderState>>,
    answerer: Arc<tokio::sync::Mutex<Option<Box<dyn QuestionAnswerer>>>>,
    /// The last answers.
    image_answers: Arc<Mutex<VecDeque<(Frame, ImageAnswer)>>>,
}

struct ReaderState {
    reader: Box<dyn Read>,
    kept: VecDeque<(Frame, Arc<Reading>)>,
}

impl CachedReader {
    /// Eyes that read with `reader`.
    pub fn new(reader: impl Read + 'static) -> Self {
        Self {
            shared: Arc::new(Mutex::new(ReaderState { reader: Box::new(reader), kept: VecDeque::new() })),
            answerer: Arc::default(),
            image_answers: Arc::default(),
        }
    }

    /// The same, with someone who answers questions.
    #[must_use]
    pub fn with_answerer(self, answerer: Box<dyn QuestionAnswerer>) -> Self {
        Self { answerer: Arc::new(tokio::sync::Mutex::new(Some(answerer))), ..self }
    }

    /// What the witness says of a frame; at once when it was asked before.
    ///
    /// # Errors
    /// [`Unanswered`] when there is no answer.
    pub async fn ask(&self, question: &str, frame: &Frame) -> Result<String, Unanswered> {
        let mut answerer = self.answerer.lock().await;
        if let Some(known) = self.image_answers(frame).into_iter().find(|known| known.question == question) {
            return Ok(known.answer);
        }
        let answer = answerer.as_mut().ok_or(Unanswered::NoWitness)?.answer(question, frame).await?;
        let image_answer = ImageAnswer { question: question.to_owned(), answer: answer.clone() };
        let mut kept = self.image_answers.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front((frame.clone(), image_answer));
        kept.truncate(KEPT);
        Ok(answer)
    }

    /// What was lately said of this very capture.
    pub fn image_answers(&self, frame: &Frame) -> Vec<ImageAnswer> {
        let kept = self.image_answers.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().filter(|(seen, _)| seen.is_same_capture(frame)).map(|(_, said)| said.clone()).collect()
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

fn locked(shared: &Mutex<ReaderState>) -> MutexGuard<'_, ReaderState> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does long work on a thread of its own. Its panic goes on here: it is a bug, not an answer.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|e| std::panic::resume_unwind(e.into_panic()))
}

impl ReaderState {
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
