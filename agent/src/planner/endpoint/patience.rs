//! For how long a server is waited for.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::error::{Awaited, EndpointError};

/// Time limits of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerPatience {
    /// Until there is a connection.
    pub connect: Duration,
    /// From the request to the first part of the answer.
    pub first_token: Duration,
    /// From one part of the answer to the next.
    pub next_token: Duration,
    /// From the request to the end of the answer.
    pub whole: Duration,
}

impl Default for ServerPatience {
    /// Reading a screenshot of 1920x1080 takes a 2B model two minutes on a CPU, and a 7B model three: five leave room
    /// for a server with other users. A token takes such a server under a second.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_token: Duration::from_secs(300),
            next_token: Duration::from_secs(60),
            whole: Duration::from_secs(900),
        }
    }
}

/// A moment up to which something is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    at: Instant,
    what: Awaited,
    seconds: Duration,
}

impl Limit {
    /// `what` is waited for from `begun` on, for this long.
    pub fn new(begun: Instant, what: Awaited, seconds: Duration) -> Self {
        Self { at: begun + seconds, what, seconds }
    }

    /// Waits for `future`, but not longer.
    ///
    /// # Errors
    /// [`EndpointError::Silent`] when it did not come.
    pub async fn wait<F: Future>(self, future: F) -> Result<F::Output, EndpointError> {
        let silent = EndpointError::Silent { what: self.what, seconds: self.seconds };
        timeout_at(self.at, future).await.map_err(|_| silent)
    }
}
