//! Stopping an action from outside while it sleeps or loops.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::ActError;

/// A switch that the caller throws and the performing thread looks at.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stop(Arc<(Mutex<bool>, Condvar)>);

/// Throws the switch when it is dropped before [`StopOnDrop::finished`].
pub(crate) struct StopOnDrop(Option<Stop>);

impl Stop {
    /// Throws the switch; whoever sleeps on it wakes.
    pub fn now(&self) {
        *self.lock() = true;
        self.0.1.notify_all();
    }

    /// Sleeps, or fails at once when the switch is thrown.
    pub fn sleep(&self, time: Duration) -> Result<(), ActError> {
        let until = Instant::now() + time;
        let mut stopped = self.lock();
        while !*stopped {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            stopped = self.0.1.wait_timeout(stopped, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        Err(ActError::Stopped)
    }

    /// Fails when the switch is thrown.
    pub fn check(&self) -> Result<(), ActError> {
        if *self.lock() { Err(ActError::Stopped) } else { Ok(()) }
    }

    /// A guard that throws the switch when the caller goes away.
    pub fn on_drop(&self) -> StopOnDrop {
        StopOnDrop(Some(self.clone()))
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StopOnDrop {
    /// The action has ended: there is nothing left to stop.
    pub fn finished(mut self) {
        self.0 = None;
    }
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        if let Some(stop) = &self.0 {
            stop.now();
        }
    }
}
