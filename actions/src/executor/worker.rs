//! The thread that owns the input backend: it performs one prepared action at a time and lets go of everything at every end.

use std::sync::mpsc;
use std::time::Instant;

use tokio::sync::oneshot;

use super::mouse::Mouse;
use super::prepared::PreparedAction;
use crate::error::ActError;
use crate::launch::Launcher;
use crate::platform::{InputBackend, Motion, Stop};
use crate::receipt::Receipt;
use crate::space::{DesktopPoint, Size};

/// What the thread is asked for.
pub(crate) enum Request {
    /// Do this, unless stopped.
    Perform(PreparedAction, Stop, oneshot::Sender<Result<Receipt, ActError>>),
    /// Let go of everything.
    ReleaseAll(oneshot::Sender<Result<(), ActError>>),
}

/// The hands, the mouse's memory and the programs that were started.
pub(crate) struct Worker {
    backend: Box<dyn InputBackend>,
    mouse: Mouse,
    launcher: Launcher,
}

impl Worker {
    pub fn new(backend: Box<dyn InputBackend>, mouse: Mouse, launcher: Launcher) -> Self {
        Self { backend, mouse, launcher }
    }

    /// Answers requests until nobody can ask any more.
    pub fn serve(mut self, inbox: &mpsc::Receiver<Request>) {
        for request in inbox {
            match request {
                Request::Perform(prepared, stop, answer) => {
                    let result = self.perform(&prepared, &stop);
                    // Nobody listens any more exactly when the caller has thrown the switch.
                    let _ = answer.send(result);
                }
                Request::ReleaseAll(answer) => {
                    let _ = answer.send(self.backend.release_all());
                }
            }
        }
    }

    /// Performs a prepared action; one that does not come to its end leaves nothing held.
    fn perform(&mut self, prepared: &PreparedAction, stop: &Stop) -> Result<Receipt, ActError> {
        let start = Instant::now();
        let result = self.check(prepared).and_then(|()| stop.check()).and_then(|()| self.act(prepared, stop));
        let result = result.and_then(|receipt| stop.check().map(|()| receipt));
        if result.is_err() {
            // The prepared action's own error is the one to tell; a lost display fails here again.
            let _ = self.backend.release_all();
        }
        result.map(|receipt| Receipt { millis: start.elapsed().as_secs_f64() * 1e3, ..receipt })
    }

    /// Every point must be on the desktop before anything moves: X would move the pointer to the edge instead.
    fn check(&mut self, prepared: &PreparedAction) -> Result<(), ActError> {
        let points = prepared.points();
        if points.is_empty() {
            return Ok(());
        }
        let (origin, size) = self.backend.bounds()?;
        match points.into_iter().find(|point| !inside(*point, origin, size)) {
            Some(point) => Err(ActError::OutsideDesktop { point, size }),
            None => Ok(()),
        }
    }

    fn act(&mut self, prepared: &PreparedAction, stop: &Stop) -> Result<Receipt, ActError> {
        let backend = &mut *self.backend;
        let mouse = &mut self.mouse;
        match prepared {
            PreparedAction::Nothing => return Ok(receipt("none")),
            PreparedAction::Wait(time) => return stop.sleep(*time).map(|()| receipt("none")),
            PreparedAction::Text(text) => return backend.text(text, stop),
            PreparedAction::Open(app) => return self.launcher.open(app).map(|what| noted("spawn", what.to_string())),
            PreparedAction::Window { title, change } => {
                return backend.window(title, *change).map(|()| receipt("window manager"));
            }
            PreparedAction::Chord { chord, time } => {
                backend.keys(chord.keys(), Motion::Press)?;
                stop.sleep(*time)?;
                return backend.keys(chord.keys(), Motion::Release).map(|()| receipt("keys"));
            }
            PreparedAction::KeyDown(key) => return backend.keys(&[*key], Motion::Press).map(|()| receipt("keys")),
            PreparedAction::KeyUp(key) => return backend.keys(&[*key], Motion::Release).map(|()| receipt("keys")),
            PreparedAction::Move(at) => mouse.move_to(backend, *at)?,
            PreparedAction::Click { at, button, count } => mouse.click(backend, *at, (*button, *count), stop)?,
            PreparedAction::Press { at, button } => mouse.press(backend, *at, *button, stop)?,
            PreparedAction::Release { at, button } => mouse.release(backend, *at, *button)?,
            PreparedAction::Hold { at, button, time } => mouse.hold(backend, *at, (*button, *time), stop)?,
            PreparedAction::Drag { path, button } => mouse.drag(backend, path, *button, stop)?,
            PreparedAction::Scroll { at, direction, ticks } => {
                mouse.scroll(backend, *at, (*direction, *ticks), stop)?
            }
        }
        Ok(receipt("mouse"))
    }
}

impl Drop for Worker {
    /// The end of the executor, and a panic of this thread: nothing stays held.
    fn drop(&mut self) {
        if let Err(error) = self.backend.release_all() {
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
