//! For how long a server is waited for.

use std::time::Duration;

/// Time limits of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Until there is a connection.
    pub connect: Duration,
    /// From the request to the first part of the answer.
    pub first_token: Duration,
    /// From one part of the answer to the next.
    pub next_token: Duration,
    /// From the request to the end of the answer.
    pub whole: Duration,
}

impl Default for Patience {
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
