//! The executor of a real desktop: a thread that owns the connections, and the requests that go to it.

use std::sync::mpsc;
use std::thread::JoinHandle;

use async_trait::async_trait;
use tokio::sync::oneshot;

use super::Executor;
use super::abandoned::ActiveDisplay;
use super::aim::Aim;
use super::mouse::Mouse;
use super::prepared::PreparedAction;
use super::worker::{Request, Worker};
use crate::error::ActError;
use crate::error::lost;
use crate::launch::Launcher;
use crate::plan::Action;
use crate::platform::{self, InputBackend, Stop};
use crate::receipt::Receipt;
use crate::space::View;

/// Drives the mouse and the keyboard of a desktop.
///
/// On X11 the mouse and chords go through enigo, text through XTEST. On macOS and
/// Windows everything goes through enigo alone. Whatever was held before it connected is released, and nothing is
/// held once it is dropped.
pub struct DesktopExecutor {
    requests: Option<mpsc::Sender<Request>>,
    thread: Option<JoinHandle<()>>,
    /// Stops the prepared action that is being performed, if any.
    current: Stop,
    aim: Aim,
    launcher: Launcher,
    _active: ActiveDisplay,
}

impl DesktopExecutor {
    /// Takes hold of `display` (an X display such as `:1`), or of the session's own desktop.
    ///
    /// Programs that a plan opens are started on that display and left running; see [`DesktopExecutor::launcher`].
    ///
    /// # Errors
    /// [`ActError::NoDisplay`] when nothing answers.
    pub fn connect(display: Option<&str>) -> Result<Self, ActError> {
        let launcher = display.map_or_else(Launcher::new, |name| Launcher::new().env("DISPLAY", name));
        Self::with_launcher(display, launcher)
    }

    /// The same, with the launcher that starts the programs which a plan opens.
    ///
    /// # Errors
    /// [`ActError::NoDisplay`] when nothing answers.
    pub fn with_launcher(display: Option<&str>, launcher: Launcher) -> Result<Self, ActError> {
        let (requests, inbox) = mpsc::channel();
        let (started, start) = mpsc::channel();
        let aim = Aim::default();
        let (mouse, programs) = (Mouse::new(aim.clone()), launcher.clone());
        let active = ActiveDisplay::new(display);
        let display = display.map(str::to_owned);
        let work = move || match connect(display.as_deref()) {
            Ok(backend) => {
                // The caller waits for this and cannot have gone away.
                let _ = started.send(Ok(()));
                Worker::new(backend, mouse, programs).serve(&inbox);
            }
            Err(error) => {
                let _ = started.send(Err(error));
            }
        };
        let thread = std::thread::Builder::new().name("executor".into()).spawn(work).map_err(lost)?;
        start.recv().map_err(lost)??;
        let (requests, thread) = (Some(requests), Some(thread));
        Ok(Self { requests, thread, current: Stop::default(), aim, launcher, _active: active })
    }

    /// Where the executor itself sends the pointer, for [`PointerWatch`](crate::executor::PointerWatch).
    pub fn aim(&self) -> Aim {
        self.aim.clone()
    }

    /// What has started the programs that plans opened.
    pub fn launcher(&self) -> &Launcher {
        &self.launcher
    }

    async fn request(&mut self, prepared: PreparedAction) -> Result<Receipt, ActError> {
        let stop = Stop::default();
        self.current = stop.clone();
        let (answer, wait) = oneshot::channel();
        self.send(Request::Perform(prepared, stop.clone(), answer))?;
        let guard = stop.on_drop();
        let result = wait.await;
        guard.finished();
        result.map_err(|_| lost("the executor's thread has ended"))?
    }

    fn send(&self, request: Request) -> Result<(), ActError> {
        let requests = self.requests.as_ref().ok_or_else(|| lost("the executor has ended"))?;
        requests.send(request).map_err(|_| lost("the executor's thread has ended"))
    }
}

/// Connects and releases whatever an earlier, killed process has left down.
fn connect(display: Option<&str>) -> Result<Box<dyn InputBackend>, ActError> {
    let mut backend = platform::of(display)?.input()?;
    backend.release_all()?;
    Ok(backend)
}

#[async_trait]
impl Executor for DesktopExecutor {
    async fn perform(&mut self, action: &Action, view: &View) -> Result<Receipt, ActError> {
        self.request(PreparedAction::of(action, view)?).await
    }

    async fn approach(&mut self, action: &Action, view: &View) -> Result<bool, ActError> {
        match PreparedAction::of(action, view)?.start() {
            Some(at) if self.aim.last() != Some(at) => self.request(PreparedAction::Move(at)).await.map(|_| true),
            _ => Ok(false),
        }
    }

    async fn release_all(&mut self) -> Result<(), ActError> {
        let (answer, wait) = oneshot::channel();
        self.send(Request::ReleaseAll(answer))?;
        wait.await.map_err(|_| lost("the executor's thread has ended"))?
    }
}

impl Drop for DesktopExecutor {
    /// Stops what is being done and waits until everything is released.
    fn drop(&mut self) {
        self.current.now();
        drop(self.requests.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been printed and has released everything already.
            let _ = thread.join();
        }
    }
}
