//! The screen of a person who does not wait: it is looked at all the time, and the loop is shown how it looked between
//! one thing that was done and the next.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use sightstep_vision::screen::{Look, Screen, ScreenError, Settled, Window};
use sightstep_vision::settle::QUIET;

use super::SharedRecognizer;

/// How many different looks are kept: a person does less than this while the loop judges one action. A look at 1920x1080
/// takes 6 MB.
const KEPT: usize = 32;

/// How long is waited between two looks, and before a screen that does not change is looked at again.
const PAUSE: Duration = Duration::from_millis(40);

/// What changes within this time after an input is taken for its doing.
const RECENT: Duration = Duration::from_millis(1500);

/// Looks with the moments at which they were valid.
#[derive(Clone)]
pub(super) struct Samples(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    looks: VecDeque<Sample>,
    failure: Option<String>,
}

#[derive(Clone)]
struct Sample {
    look: Look,
    first: Instant,
    last: Instant,
}

impl Samples {
    /// How the screen looked last before `moment`; the first look, where there is none before.
    pub(super) fn before(&self, moment: Instant) -> Option<(Look, Instant)> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.looks.iter().rev().find(|sample| sample.first <= moment).or_else(|| kept.looks.front());
        found.map(|sample| (sample.look.clone(), sample.last))
    }

    fn add(&self, look: Look) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if let Some(last) = kept.looks.back_mut()
            && last.look.settled.frame.is_same_capture(&look.settled.frame)
            && last.look.windows == look.windows
        {
            last.last = now;
            return;
        }
        kept.looks.push_back(Sample { look, first: now, last: now });
        if kept.looks.len() > KEPT {
            kept.looks.pop_front();
        }
    }

    fn fail(&self, error: &ScreenError) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).failure = Some(error.to_string());
    }

    fn failure(&self) -> Option<ScreenError> {
        let reason = self.0.lock().unwrap_or_else(PoisonError::into_inner).failure.clone()?;
        Some(ScreenError::Lost { reason })
    }
}

/// The screen as the loop is shown it.
pub(super) struct PersonScreen {
    samples: Samples,
    recognizer: SharedRecognizer,
    windows: Vec<Window>,
    sampler: tokio::task::JoinHandle<()>,
}

impl PersonScreen {
    /// Looks at `screen` all the time.
    pub(super) fn new(mut screen: Box<dyn Screen>, recognizer: SharedRecognizer) -> Self {
        let samples = Samples(Arc::default());
        let (into, heard) = (samples.clone(), recognizer.clone());
        let sampler = tokio::spawn(async move {
            loop {
                let last = heard.last();
                if last.is_some_and(|last| last.elapsed() < RECENT)
                    && let Err(error) = screen.acting().await
                {
                    return into.fail(&error);
                }
                match look(screen.as_mut(), last).await {
                    Ok(look) => into.add(look),
                    Err(error) => return into.fail(&error),
                }
                tokio::time::sleep(PAUSE).await;
            }
        });
        Self { samples, recognizer, windows: Vec::new(), sampler }
    }

    /// The looks, for others.
    pub(super) fn samples(&self) -> Samples {
        self.samples.clone()
    }

    /// The look that belongs to what was done last: the one before the person went on, or one that has been still.
    async fn chosen(&self, since: Option<Instant>) -> Result<Look, ScreenError> {
        let since = since.unwrap_or_else(Instant::now);
        loop {
            if let Some(error) = self.samples.failure() {
                return Err(error);
            }
            let next = self.recognizer.now().next_begun();
            tokio::time::sleep(PAUSE).await;
            if let Some(begun) = next {
                if let Some((look, _)) = self.samples.before(begun) {
                    return Ok(look);
                }
            } else if let Some((look, seen)) = self.samples.before(Instant::now())
                && seen >= since + QUIET
            {
                return Ok(look);
            }
        }
    }
}

async fn look(screen: &mut dyn Screen, last: Option<Instant>) -> Result<Look, ScreenError> {
    Ok(Look { settled: screen.settled(last).await?, windows: screen.windows().await? })
}

#[async_trait]
impl Screen for PersonScreen {
    async fn settled(&mut self, since: Option<Instant>) -> Result<Settled, ScreenError> {
        let look = self.chosen(since).await?;
        self.windows = look.windows;
        Ok(look.settled)
    }

    /// The person acts, and is listened to.
    async fn acting(&mut self) -> Result<(), ScreenError> {
        Ok(())
    }

    async fn windows(&mut self) -> Result<Vec<Window>, ScreenError> {
        Ok(self.windows.clone())
    }
}

impl Drop for PersonScreen {
    fn drop(&mut self) {
        self.sampler.abort();
    }
}
