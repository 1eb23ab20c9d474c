//! Stopping a computation that is under way, from wherever it is no longer wanted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A switch that ends a computation before its next layer. Clones are one switch.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Ends the computation.
    pub fn now(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it is to end.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// An error once it is to end.
    pub(crate) fn check(&self) -> candle_core::Result<()> {
        if self.is_set() { Err(candle_core::Error::Msg("interrupted".into())) } else { Ok(()) }
    }
}
