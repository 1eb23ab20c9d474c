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
    is_moving: bool,
    /// How often it was sent.
    moves: u64,
}

/// What is known of a pointer that nobody else moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rest {
    /// It is on its way; how often it was sent.
    Moving(u64),
    /// It lies where it was sent, if it was; how often that was.
    At(Option<DesktopPoint>, u64),
}

impl Aim {
    /// The pointer is about to be sent to `point`.
    pub fn moving_to(&self, point: DesktopPoint) {
        let mut targets = self.lock();
        targets.before = targets.last.replace(point);
        targets.is_moving = true;
        targets.moves += 1;
    }

    /// The pointer has reached the last target.
    pub fn arrived(&self) {
        let mut targets = self.lock();
        targets.before = None;
        targets.is_moving = false;
    }

    /// Where the pointer was last sent.
    pub fn last(&self) -> Option<DesktopPoint> {
        self.lock().last
    }

    /// Where the pointer is while nobody else moves it: nowhere before the first target, and nothing that is known while it
    /// is on its way.
    pub(crate) fn rest(&self) -> Rest {
        let targets = self.lock();
        match (targets.last, targets.is_moving) {
            (_, true) => Rest::Moving(targets.moves),
            (last, false) => Rest::At(last, targets.moves),
        }
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
