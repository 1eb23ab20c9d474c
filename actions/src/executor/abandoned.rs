//! Letting go at a panic: the program ends at once then, without dropping anything, and no key or button may stay down.

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::platform;

/// The displays that executors act on, by the executor's number.
static DISPLAYS: Mutex<(u64, BTreeMap<u64, Option<String>>)> = Mutex::new((0, BTreeMap::new()));

/// The display of an executor that is alive; dropping this takes it off the list.
#[derive(Debug)]
pub(super) struct ActiveDisplay(u64);

impl ActiveDisplay {
    /// Notes that an executor acts on this display.
    pub(super) fn new(display: Option<&str>) -> Self {
        let mut displays = DISPLAYS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        displays.0 += 1;
        let number = displays.0;
        displays.1.insert(number, display.map(str::to_owned));
        Self(number)
    }
}

impl Drop for ActiveDisplay {
    fn drop(&mut self) {
        DISPLAYS.lock().unwrap_or_else(std::sync::PoisonError::into_inner).1.remove(&self.0);
    }
}

/// Releases every key and button on every display that an executor acts on. For a panic hook: it waits for no lock.
pub fn release_abandoned() {
    let Ok(displays) = DISPLAYS.try_lock() else { return };
    for display in displays.1.values() {
        // A display that is gone holds nothing.
        let released = platform::of(display.as_deref()).and_then(|platform| platform.input()?.release_all());
        if let Err(error) = released {
            tracing::debug!(%error, "nothing could be released at a panic");
        }
    }
}
