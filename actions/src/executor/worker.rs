//! The thread that owns the hands: it performs one deed at a time and lets go of everything at every end.

use std::sync::mpsc;
use std::time::Instant;

use tokio::sync::oneshot;

use super::deed::Deed;
use super::mouse::Mouse;
use super::{ActError, Hands, Motion, Receipt, Stop};
use crate::launch::Launcher;
use crate::space::{DesktopPoint, Size};

/// What the thread is asked for.
pub(crate) enum Request {
    /// Do this, unless stopped.
    Perform(Deed, Stop, oneshot::Sender<Result<Receipt, ActError>>),
    /// Let go of everything.
    ReleaseAll(oneshot::Sender<Result<(), ActError>>),
}

/// The hands, the mouse's memory and the programs that were started.
pub(crate) struct Worker {
    hands: Box<dyn Hands>,
    mouse: Mouse,
    launcher: Launcher,
}

impl Worker {
    pub fn new(hands: Box<dyn Hands>, mouse: Mouse, launcher: Launcher) -> Self {
        Self { hands, mouse, launcher }
    }

    /// Answers requests until nobody can ask any more.
    pub fn serve(mut self, inbox: &mpsc::Receiver<Request>) {
        for request in inbox {
            match request {
                Request::Perform(deed, stop, answer) => {
                    let result = self.perform(&deed, &stop);
                    // Nobody listens any more exactly when the caller has thrown the switch.
                    let _ = answer.send(result);
                }
                Request::ReleaseAll(answer) => {
                    let _ = answer.send(self.hands.release_all());
                }
            }
        }
    }

    /// Performs a deed; one that does not come to its end leaves nothing held.
    fn perform(&mut self, deed: &Deed, stop: &Stop) -> Result<Receipt, ActError> {
        let start = Instant::now();
        let result = self.check(deed).and_then(|()| stop.check()).and_then(|()| self.act(deed, stop));
        let result = result.and_then(|receipt| stop.check().map(|()| receipt));
        if result.is_err() {
            // The deed's own error is the one to tell; a lost display fails here again.
            let _ = self.hands.release_all();
        }
        result.map(|receipt| Receipt { millis: start.elapsed().as_secs_f64() * 1e3, ..receipt })
    }

    /// Every point must be on the desktop before anything moves: X would move the pointer to the edge instead.
    fn check(&mut self, deed: &Deed) -> Result<(), ActError> {
        let points = deed.points();
        if points.is_empty() {
            return Ok(());
        }
        let (origin, size) = self.hands.bounds()?;
        match points.into_iter().find(|point| !inside(*point, origin, size)) {
            Some(point) => Err(ActError::OutsideDesktop { point, size }),
            None => Ok(()),
        }
    }

    fn act(&mut self, deed: &Deed, stop: &Stop) -> Result<Receipt, ActError> {
        let hands = &mut *self.hands;
        let mouse = &mut self.mouse;
        match deed {
            Deed::Nothing => return Ok(receipt("none")),
            Deed::Wait(time) => return stop.sleep(*time).map(|()| receipt("none")),
            Deed::Text(text) => return hands.text(text, stop),
            Deed::Open(app) => return self.launcher.open(app).map(|what| noted("spawn", what.to_string())),
            Deed::Chord { chord, time } => {
                hands.keys(chord.keys(), Motion::Press)?;
                stop.sleep(*time)?;
                return hands.keys(chord.keys(), Motion::Release).map(|()| receipt("keys"));
            }
            Deed::KeyDown(key) => return hands.keys(&[*key], Motion::Press).map(|()| receipt("keys")),
            Deed::KeyUp(key) => return hands.keys(&[*key], Motion::Release).map(|()| receipt("keys")),
            Deed::Move(at) => mouse.move_to(hands, *at)?,
            Deed::Click { at, button, count } => mouse.click(hands, *at, (*button, *count), stop)?,
            Deed::Press { at, button } => mouse.press(hands, *at, *button, stop)?,
            Deed::Release { at, button } => mouse.release(hands, *at, *button)?,
            Deed::Hold { at, button, time } => mouse.hold(hands, *at, (*button, *time), stop)?,
            Deed::Drag { path, button } => mouse.drag(hands, path, *button, stop)?,
            Deed::Scroll { at, direction, ticks } => mouse.scroll(hands, *at, (*direction, *ticks), stop)?,
        }
        Ok(receipt("mouse"))
    }
}

impl Drop for Worker {
    /// The end of the executor, and a panic of this thread: nothing stays held.
    fn drop(&mut self) {
        if let Err(error) = self.hands.release_all() {
            tracing::debug!(%error, "nothing could be released at the end");
        }
    }
}

fn inside(point: DesktopPoint, origin: DesktopPoint, size: Size) -> bool {
    let within = |value: i32, start: i32, length: u32| {
        let offset = i64::from(value) - i64::from(start);
        (0..i64::from(length)).contains(&offset)
    };
    within(point.x, origin.x, size.width) && within(point.y, origin.y, size.height)
}

fn receipt(method: &str) -> Receipt {
    Receipt { method: method.into(), ..Receipt::default() }
}

fn noted(method: &str, note: String) -> Receipt {
    Receipt { note: Some(note), ..receipt(method) }
}
