//! Stopping a run from outside: Ctrl-C, the corner fail-safe, the time limit.

use std::fmt;
use std::sync::Arc;

use tokio::sync::watch;

/// Why a run was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// Ctrl-C, or the system asked the program to end.
    Interrupted,
    /// A person threw the pointer into the top-left corner.
    Corner,
    /// The time limit, in seconds.
    Seconds(u64),
    /// The limit of steps.
    Steps(u32),
    /// A replay went another way than its recording.
    Diverged,
}

impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted => f.write_str("interrupted"),
            Self::Corner => f.write_str("the pointer was thrown into the top-left corner"),
            Self::Seconds(seconds) => write!(f, "the limit of {seconds} s was reached"),
            Self::Diverged => f.write_str("the replay went another way"),
            Self::Steps(steps) => write!(f, "the limit of {steps} steps was reached"),
        }
    }
}

/// A switch that is thrown once; clones share it.
#[derive(Debug, Clone)]
pub struct Stop(Arc<watch::Sender<Option<StopReason>>>);

impl Default for Stop {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(None)))
    }
}

impl Stop {
    /// Throws the switch; the first reason stays.
    pub fn now(&self, reason: StopReason) {
        self.0.send_if_modified(|slot| slot.is_none() && slot.replace(reason).is_none());
    }

    /// Waits until the switch is thrown.
    pub async fn thrown(&self) -> StopReason {
        let mut seen = self.0.subscribe();
        loop {
            if let Some(reason) = *seen.borrow_and_update() {
                return reason;
            }
            if seen.changed().await.is_err() {
                // The sender is held by this value: it cannot be gone.
                std::future::pending::<()>().await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_reason_stays_and_reaches_everyone() {
        let stop = Stop::default();
        let waiting = tokio::spawn({
            let stop = stop.clone();
            async move { stop.thrown().await }
        });
        stop.now(StopReason::Corner);
        stop.now(StopReason::Interrupted);
        assert_eq!(waiting.await.unwrap(), StopReason::Corner);
        assert_eq!(stop.thrown().await, StopReason::Corner);
    }
}
