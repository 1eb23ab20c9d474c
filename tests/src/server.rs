//! A scripted model server on a real port: it plays the replies that a test gives it, and tells what it was asked.
//!
//! For what a real server cannot be made to do: refuse, break off, dawdle, talk nonsense. One reply a request, in order;
//! whoever asks for more is told so with a status of 500.

use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

mod reply;
mod request;

pub use reply::{Reply, Step, chat_events};
pub use request::Request;

/// For how long a test waits for the server before it fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often a held connection is looked at.
const LOOK: Duration = Duration::from_millis(5);

/// A server that plays its script until it is dropped.
pub struct ScriptedServer {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    over: AtomicBool,
}

#[derive(Default)]
struct State {
    script: VecDeque<Reply>,
    requests: Vec<Request>,
    /// How many connections the client closed while a reply was under way.
    closed: usize,
}

impl ScriptedServer {
    /// A server that will give these replies.
    ///
    /// # Panics
    /// When this machine gives no port.
    pub fn start(script: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap_or_else(|e| panic!("no port: {e}"));
        let address = listener.local_addr().unwrap_or_else(|e| panic!("no address: {e}"));
        let shared = Arc::new(Shared::default());
        shared.state().script.extend(script);
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                if accepting.over.load(Ordering::Relaxed) {
                    return;
                }
                let (Ok(connection), shared) = (connection, Arc::clone(&accepting)) else { continue };
                std::thread::spawn(move || shared.serve(connection));
            }
        });
        Self { address, shared }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was asked so far.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.state().requests.clone()
    }

    /// Waits until so many requests were made.
    ///
    /// # Panics
    /// When they are not within 20 s.
    pub fn wait_for_requests(&self, count: usize) {
        self.shared.wait_for(&format!("{count} requests"), |state| state.requests.len() >= count);
    }

    /// Waits until the client has closed a connection while its reply was under way.
    ///
    /// # Panics
    /// When it does not within 20 s.
    pub fn wait_for_close(&self) {
        self.shared.wait_for("a closed connection", |state| state.closed > 0);
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        // The accepting thread only looks at the switch when someone connects.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_for(&self, what: &str, holds: impl Fn(&State) -> bool) {
        let waited = self.changed.wait_timeout_while(self.state(), PATIENCE, |state| !holds(state));
        let (state, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        assert!(!timeout.timed_out(), "the server did not see {what}, but {} requests", state.requests.len());
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
        self.changed.notify_all();
    }

    /// Answers every request of a connection until one side has enough.
    fn serve(&self, mut connection: TcpStream) {
        let _ = connection.set_nodelay(true);
        while let Some(request) = Request::read(&mut connection) {
            let mut reply = None;
            self.change(|state| {
                state.requests.push(request);
                reply = state.script.pop_front();
            });
            let reply = reply.unwrap_or_else(|| Reply::status(500, &[], "the script has no further reply"));
            match self.play(reply, &mut connection) {
                Played::Whole => {}
                Played::Ended => return,
                Played::Closed => return self.change(|state| state.closed += 1),
            }
        }
    }

    fn play(&self, reply: Reply, connection: &mut TcpStream) -> Played {
        for step in reply.steps {
            match step {
                Step::Bytes(bytes) => {
                    if connection.write_all(&bytes).and_then(|()| connection.flush()).is_err() {
                        return Played::Closed;
                    }
                }
                Step::Wait(time) => {
                    if self.is_closed_within(time, connection) {
                        return Played::Closed;
                    }
                }
                Step::End => return Played::Ended,
            }
        }
        Played::Whole
    }

    /// Whether the client closes the connection within this time.
    fn is_closed_within(&self, time: Duration, connection: &mut TcpStream) -> bool {
        let end = Instant::now() + time;
        let _ = connection.set_read_timeout(Some(LOOK));
        let mut byte = [0];
        while Instant::now() < end && !self.over.load(Ordering::Relaxed) {
            match connection.read(&mut byte) {
                Ok(0) => return true,
                Err(error) if !is_timeout(&error) => return true,
                _ => {}
            }
        }
        let _ = connection.set_read_timeout(None);
        false
    }
}

fn is_timeout(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)
}

/// How playing a reply ended.
enum Played {
    /// To its end; the connection may be used again.
    Whole,
    /// The script ends the connection.
    Ended,
    /// The client closed it.
    Closed,
}
