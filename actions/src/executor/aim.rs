//! Where the executor itself last sent the pointer, so that a person's own movement can be told from it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::space::DesktopPoint;

/// The executor's own targets; clones share them.
#[derive(Debug, Clone, Default)]
pub struct Aim(Arc<Mutex<Targets>>);

#[derive(Debug, Default)]
struct Targets {
    /// Where the pointer was last sent.
    last: Option<DesktopPoint>,
    /// Where it was sent before, while it may still be there.
    before: Option<DesktopPoint>,
}

impl Aim {
    /// The pointer is about to be sent to `point`.
    pub fn moving_to(&self, point: DesktopPoint) {
        let mut targets = self.lock();
        targets.before = targets.last.replace(point);
    }

    /// The pointer has reached the last target.
    pub fn arrived(&self) {
        self.lock().before = None;
    }

    /// Where the pointer was last sent.
    pub fn last(&self) -> Option<DesktopPoint> {
        self.lock().last
    }

    /// Whether the executor sent the pointer to a target for which `is_there` holds.
    pub fn is(&self, is_there: impl Fn(DesktopPoint) -> bool) -> bool {
        let targets = self.lock();
        [targets.last, targets.before].into_iter().flatten().any(is_there)
    }

    fn lock(&self) -> MutexGuard<'_, Targets> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
