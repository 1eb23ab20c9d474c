//! What the client needs to know of an API: how its events become an answer.

use serde_json::Value;

use super::sse::Event;

/// Puts one answer together from the events of a stream.
pub trait Assembly: Send {
    /// A try begins: what an earlier one brought is void.
    fn begin(&mut self);

    /// Takes the next event.
    ///
    /// # Errors
    /// [`Fault`] when the event says that the server failed, or is none of this API.
    fn take(&mut self, event: &Event) -> Result<StreamProgress, Fault>;

    /// Takes the whole answer of a server that does not stream.
    ///
    /// # Errors
    /// [`Fault`] as above.
    fn take_whole(&mut self, json: &Value) -> Result<(), Fault>;

    /// Whether the answer is whole although the stream ended without saying so.
    fn may_end(&self) -> bool;
}

/// What an event brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamProgress {
    /// No part of the answer: a sign of life.
    Nothing,
    /// A part of the answer.
    Token,
    /// The end; what may follow is not wanted.
    Complete,
}

/// An event that is no part of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The server says that it failed.
    Refusal {
        /// An HTTP status that says as much.
        status: u16,
        /// Its message.
        said: String,
    },
    /// It is none of this API.
    Malformed(String),
    /// The stream ended before the answer did.
    Early,
}

impl Fault {
    /// An event's data that is not the JSON that this API sends.
    pub fn not_json(data: &str, error: &serde_json::Error) -> Self {
        Self::Malformed(format!("{error}, in {data:?}"))
    }
}
