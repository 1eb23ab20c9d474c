//! A real desktop: a thread that watches it all the time and answers what is asked.
//!
//! Watching without pause is what makes `settled` cheap: when asked, the thread already knows for how long nothing
//! has changed and which places move by themselves.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::sync::oneshot;

use super::platform;
use super::source::{Raw, Source};
use super::{Area, Eyes, Monitor, Screen, ScreenError, Settled, Window};
use crate::diff;
use crate::frame::Frame;
use crate::geometry::Rect;
use crate::settle::{HUNG, PATIENCE, QUIET, Volatility};

/// How often changes are looked for while nobody asks.
const IDLE_LOOK: Duration = Duration::from_millis(50);

enum Request {
    Settled(Option<Instant>, oneshot::Sender<Result<Settled, ScreenError>>),
    Windows(oneshot::Sender<Result<Vec<Window>, ScreenError>>),
    Acting(oneshot::Sender<Result<(), ScreenError>>),
}

/// The desktop of a display. Dropping it ends its thread and its connection.
pub struct DesktopScreen {
    requests: mpsc::Sender<Request>,
    monitors: Vec<Monitor>,
}

impl DesktopScreen {
    /// Starts watching `area` of `display` (an X display such as `:1`), or of the session's own desktop,
    /// with these eyes.
    ///
    /// # Errors
    /// [`ScreenError::NoDisplay`] when nothing answers, [`ScreenError::NoSuchArea`] when the area is not there.
    pub async fn connect(display: Option<&str>, area: Area, eyes: Eyes) -> Result<Self, ScreenError> {
        let display = display.map(str::to_owned);
        let (requests, inbox) = mpsc::channel();
        let (started, start) = oneshot::channel();
        let work =
            move || match platform::open(display.as_deref(), area).and_then(|source| Watcher::start(source, eyes)) {
                Ok(watcher) => {
                    // Nobody waits any more only if the caller was cancelled: then the inbox is closed too.
                    let _ = started.send(Ok(watcher.source.monitors().to_vec()));
                    watcher.serve(&inbox);
                }
                Err(error) => {
                    let _ = started.send(Err(error));
                }
            };
        std::thread::Builder::new().name("screen".into()).spawn(work).map_err(|e| gone(&e))?;
        let monitors = start.await.map_err(|e| gone(&e))??;
        Ok(Self { requests, monitors })
    }

    /// The monitors of the desktop, the primary one first.
    pub fn monitors(&self) -> &[Monitor] {
        &self.monitors
    }

    async fn ask<T>(
        &self,
        request: impl FnOnce(oneshot::Sender<Result<T, ScreenError>>) -> Request,
    ) -> Result<T, ScreenError> {
        let (answer, wait) = oneshot::channel();
        self.requests.send(request(answer)).map_err(|e| gone(&e))?;
        wait.await.map_err(|e| gone(&e))?
    }
}

#[async_trait]
impl Screen for DesktopScreen {
    async fn settled(&mut self, since: Option<Instant>) -> Result<Settled, ScreenError> {
        self.ask(|answer| Request::Settled(since, answer)).await
    }

    async fn acting(&mut self) -> Result<(), ScreenError> {
        // Known before the input begins: a look meanwhile would take its changes for nobody's.
        self.ask(Request::Acting).await
    }

    async fn windows(&mut self) -> Result<Vec<Window>, ScreenError> {
        self.ask(Request::Windows).await
    }
}

fn gone(error: &dyn std::error::Error) -> ScreenError {
    ScreenError::Lost { reason: error.to_string() }
}

/// What the thread knows of the screen.
struct Watcher {
    source: Box<dyn Source>,
    eyes: Eyes,
    last: Raw,
    last_change: Instant,
    last_input: Option<Instant>,
    /// Whether an input is being made.
    is_acting: bool,
    known: Volatility,
    /// The frame made of `last`, so that an unchanged screen is converted only once.
    frame: Option<Frame>,
}

impl Watcher {
    fn start(mut source: Box<dyn Source>, eyes: Eyes) -> Result<Self, ScreenError> {
        let last = source.grab()?;
        let now = Instant::now();
        Ok(Self {
            source,
            eyes,
            last,
            last_change: now,
            last_input: None,
            is_acting: false,
            known: Volatility::default(),
            frame: None,
        })
    }

    fn serve(mut self, inbox: &mpsc::Receiver<Request>) {
        loop {
            match inbox.recv_timeout(IDLE_LOOK) {
                Ok(Request::Settled(since, answer)) => {
                    let settled = self.settled(since);
                    let _ = answer.send(settled);
                }
                Ok(Request::Windows(answer)) => {
                    let _ = answer.send(self.source.windows());
                }
                Ok(Request::Acting(answer)) => {
                    self.is_acting = true;
                    let _ = answer.send(Ok(()));
                }
                // An error here will be met, and told, by the next request.
                Err(RecvTimeoutError::Timeout) => {
                    let _ = self.look(Duration::from_millis(1));
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn settled(&mut self, since: Option<Instant>) -> Result<Settled, ScreenError> {
        let start = Instant::now();
        self.last_input = self.last_input.max(since);
        self.look(Duration::from_millis(1))?;
        self.is_acting = false;
        if since.is_some() {
            self.source.ask()?;
        }
        loop {
            let now = Instant::now();
            let quiet_since = since.map_or(self.last_change, |s| s.max(self.last_change));
            let missing = QUIET.saturating_sub(now.duration_since(quiet_since));
            let is_answered = self.source.is_answered();
            let patience = if is_answered { PATIENCE } else { HUNG };
            let left = patience.saturating_sub(now.duration_since(start));
            if missing.is_zero() && is_answered || left.is_zero() {
                return self.answer(missing.is_zero() && is_answered, start);
            }
            let pause = if missing.is_zero() { IDLE_LOOK } else { missing };
            self.look(pause.min(left))?;
        }
    }

    fn answer(&mut self, still: bool, start: Instant) -> Result<Settled, ScreenError> {
        let (area, scale) = self.source.area();
        let mut volatile = self.known.areas(Instant::now());
        // A hint comes when the pointer has rested for a while, whatever else was done.
        let on_frame = |hint: Rect| Rect::new(hint.x - area.x, hint.y - area.y, hint.w, hint.h).grown(2);
        volatile.extend(self.source.hints()?.into_iter().map(on_frame));
        let before_caret = self.source.before_caret();
        let frame = match &self.frame {
            Some(frame) => frame.clone(),
            None => {
                let told = if self.eyes == Eyes::All { self.source.told() } else { Vec::new() };
                let frame = Frame::new(self.last.to_rgb(), (area.x, area.y), scale).with_told(told);
                self.frame.insert(frame).clone()
            }
        };
        Ok(Settled { frame, still, waited: start.elapsed(), volatile, caret: self.known.caret(), before_caret })
    }

    /// Waits for a possible change and takes note of what really changed.
    fn look(&mut self, timeout: Duration) -> Result<(), ScreenError> {
        if !self.source.changed_within(timeout)? {
            return Ok(());
        }
        let raw = self.source.grab()?;
        let areas = diff::changed(self.last.pixels(), raw.pixels());
        if areas.is_empty() {
            return Ok(());
        }
        let now = Instant::now();
        let since_input = self.last_input.map(|input| now.duration_since(input));
        self.known.note(&areas, now, if self.is_acting { Some(Duration::ZERO) } else { since_input });
        if self.known.disturbs(&areas, now) {
            self.last_change = now;
        }
        self.last = raw;
        self.frame = None;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;
    use crate::screen::source::Order;

    /// A screen that shows a script of pictures, one a look, then stays.
    struct Script {
        pictures: VecDeque<u8>,
        shown: u8,
    }

    impl Source for Script {
        fn area(&self) -> (Rect, f64) {
            (Rect::new(0, 0, 64, 64), 1.0)
        }
        fn grab(&mut self) -> Result<Raw, ScreenError> {
            Ok(Raw { bytes: vec![self.shown; 64 * 64 * 4], width: 64, height: 64, order: Order::Rgba })
        }
        fn changed_within(&mut self, timeout: Duration) -> Result<bool, ScreenError> {
            std::thread::sleep(timeout.min(Duration::from_millis(20)));
            let next = self.pictures.pop_front();
            self.shown = next.unwrap_or(self.shown);
            Ok(next.is_some())
        }
        fn windows(&mut self) -> Result<Vec<Window>, ScreenError> {
            Ok(Vec::new())
        }
        fn monitors(&self) -> &[Monitor] {
            &[]
        }
    }

    fn watcher(pictures: impl IntoIterator<Item = u8>) -> Watcher {
        Watcher::start(Box::new(Script { pictures: pictures.into_iter().collect(), shown: 0 }), Eyes::Pixels).unwrap()
    }

    #[test]
    fn a_screen_settles_on_its_last_picture() {
        let mut watcher = watcher([1, 2, 3]);
        let settled = watcher.settled(None).unwrap();
        assert!(settled.still && settled.waited >= QUIET);
        assert_eq!(settled.frame.pixels().get_pixel(0, 0).0, [3, 3, 3]);
    }

    #[test]
    fn a_screen_long_still_is_answered_at_once_and_not_converted_again() {
        let mut watcher = watcher([]);
        let first = watcher.settled(None).unwrap().frame;
        let again = watcher.settled(None).unwrap();
        assert!(again.waited < QUIET / 2, "waited {:?}", again.waited);
        assert!(again.frame.is_same_capture(&first));
    }

    #[test]
    fn an_input_just_made_is_waited_for() {
        let mut watcher = watcher([]);
        watcher.settled(None).unwrap();
        assert!(watcher.settled(Some(Instant::now())).unwrap().waited >= QUIET);
    }

    #[test]
    fn what_changes_while_an_input_is_made_is_not_volatile() {
        let mut watcher = watcher((1..=40).chain(std::iter::repeat_n(40, 40)));
        watcher.is_acting = true;
        for _ in 0..80 {
            watcher.look(Duration::from_millis(50)).unwrap();
        }
        let settled = watcher.settled(Some(Instant::now())).unwrap();
        assert_eq!((settled.volatile, watcher.is_acting), (vec![], false));
    }

    #[test]
    fn a_screen_that_never_stills_is_said_to_move() {
        let flicker = (0..).map(|n| (n % 251) as u8).take(400);
        let mut watcher = watcher(flicker);
        watcher.last_input = Some(Instant::now());
        let settled = watcher.settled(Some(Instant::now())).unwrap();
        assert!(settled.waited <= PATIENCE + QUIET);
        // The whole screen flickers: either it is given up as moving, or known as volatile in whole.
        assert!(!settled.still || settled.volatile.iter().any(|r| r.contains(32, 32)));
    }
}
