//! The corner fail-safe: a person who throws the pointer into the top-left corner stops the run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::watch;

use crate::executor::{ActError, Aim};
use crate::space::DesktopPoint;
use crate::x11::Server;

/// How often the pointer is looked at: a hand thrown into a corner rests there far longer.
const LOOK: Duration = Duration::from_millis(50);

/// Watches the pointer of an X display until it is dropped.
pub struct CornerWatch {
    fired: watch::Receiver<bool>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl CornerWatch {
    /// Watches `display`. Where the executor itself sent the pointer, as `aim` tells, nothing is fired.
    ///
    /// # Errors
    /// [`ActError::NoDisplay`] when nothing answers.
    pub fn start(display: Option<&str>, aim: Aim) -> Result<Self, ActError> {
        let server = Server::connect(display)?;
        let (fire, fired) = watch::channel(false);
        let over = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&over);
        let watch = move || {
            // A pointer that lies in the corner from the start was not thrown there.
            let mut was = server.pointer().unwrap_or(DesktopPoint { x: 0, y: 0 });
            while !ended.load(Ordering::Relaxed) {
                // A display that is gone is noticed by everyone else.
                let Ok(now) = server.pointer() else { return };
                if is_corner(now) && !is_corner(was) && !aim.is(is_corner) {
                    let _ = fire.send(true);
                    return;
                }
                was = now;
                std::thread::sleep(LOOK);
            }
        };
        let thread = std::thread::Builder::new().name("corner".into()).spawn(watch);
        let thread = thread.map_err(|e| ActError::Lost { reason: e.to_string() })?;
        Ok(Self { fired, over, thread: Some(thread) })
    }

    /// Waits until a person has thrown the pointer into the corner; for ever, where nobody does.
    pub async fn fired(&self) {
        let mut fired = self.fired.clone();
        if fired.wait_for(|fired| *fired).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for CornerWatch {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn is_corner(point: DesktopPoint) -> bool {
    point.x == 0 && point.y == 0
}
