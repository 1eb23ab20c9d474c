//! A person's hand on the mouse: moving it pauses a run, throwing it into the top-left corner stops it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::error::ActError;
use crate::executor::aim::{Aim, Rest};
use crate::platform;
use crate::space::DesktopPoint;

/// How often the pointer is looked at: a hand thrown into a corner rests there far longer.
const LOOK: Duration = Duration::from_millis(50);

/// When a person last moved the pointer; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Hand(Arc<Mutex<Option<Instant>>>);

impl Hand {
    /// When a person last moved the pointer, if they did since it was last forgotten.
    pub fn moved(&self) -> Option<Instant> {
        *self.lock()
    }

    /// What was moved so far is dealt with.
    pub fn forget(&self) {
        *self.lock() = None;
    }

    fn moves(&self) {
        *self.lock() = Some(Instant::now());
    }

    fn lock(&self) -> MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Watches the pointer of a display until it is dropped.
pub struct PointerWatch {
    fired: watch::Receiver<bool>,
    hand: Hand,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl PointerWatch {
    /// Watches `display`; none where its platform does not say where the pointer is. What the executor itself does with the
    /// pointer, as `aim` tells, fires nothing.
    ///
    /// # Errors
    /// [`ActError::NoDisplay`] when nothing answers.
    pub fn start(display: Option<&str>, aim: Aim) -> Result<Option<Self>, ActError> {
        let Some(mut source) = platform::of(display)?.pointer()? else { return Ok(None) };
        let (fire, fired) = watch::channel(false);
        let over = Arc::new(AtomicBool::new(false));
        let (ended, hand) = (Arc::clone(&over), Hand::default());
        let moved = hand.clone();
        let watch = move || {
            // A pointer that lies in the corner from the start was not thrown there.
            let mut was = source.pointer().unwrap_or(DesktopPoint { x: 0, y: 0 });
            while !ended.load(Ordering::Relaxed) {
                // A display that is gone is noticed by everyone else.
                let rest = aim.rest();
                let Ok(now) = source.pointer() else { return };
                if is_corner(now) && !is_corner(was) && !aim.is(is_corner) {
                    let _ = fire.send(true);
                    return;
                }
                // A pointer that was sent while it was asked for tells nothing.
                if now != was && rest == aim.rest() && is_others(rest, now) {
                    moved.moves();
                }
                was = now;
                std::thread::sleep(LOOK);
            }
        };
        let thread = std::thread::Builder::new().name("corner".into()).spawn(watch);
        let thread = thread.map_err(|e| ActError::Lost { reason: e.to_string() })?;
        Ok(Some(Self { fired, hand, over, thread: Some(thread) }))
    }

    /// When a person last moved the pointer.
    pub fn hand(&self) -> Hand {
        self.hand.clone()
    }

    /// Waits until a person has thrown the pointer into the corner; for ever, where nobody does.
    pub async fn fired(&self) {
        let mut fired = self.fired.clone();
        if fired.wait_for(|fired| *fired).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for PointerWatch {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Whether the pointer lies where only another hand can have moved it.
fn is_others(rest: Rest, now: DesktopPoint) -> bool {
    match rest {
        Rest::Moving(_) => false,
        Rest::At(place, _) => place != Some(now),
    }
}

fn is_corner(point: DesktopPoint) -> bool {
    point.x == 0 && point.y == 0
}
