//! Reading a streamed answer: bytes become events, events become parts of the answer, each within its time.

use std::time::Duration;

use reqwest::Response;
use tokio::time::Instant;

use super::assembly::{Assembly, Fault, StreamProgress};
use super::error::{Awaited, EndpointError};
use super::patience::{Limit, ServerPatience};
use super::sse::{Event, Malformed, Parser};

/// A stream that is being read.
pub struct Reading<'a> {
    assembly: &'a mut dyn Assembly,
    parser: Parser,
    begun: Instant,
    first_token: Option<Duration>,
    limit: Limit,
    next_token: Duration,
}

/// Why a stream gives no answer.
pub enum Unread {
    /// Nothing came in time.
    Silent(EndpointError),
    /// The connection broke off.
    Cut(reqwest::Error),
    /// What came is no answer.
    Fault(Fault),
}

impl From<Fault> for Unread {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Malformed> for Fault {
    fn from(error: Malformed) -> Self {
        Self::Malformed(error.to_string())
    }
}

impl<'a> Reading<'a> {
    /// Begins to read the answer to a request that was made at `begun`.
    pub fn begin(assembly: &'a mut dyn Assembly, begun: Instant, patience: &ServerPatience) -> Self {
        let limit = Limit::new(begun, Awaited::FirstToken, patience.first_token);
        Self { assembly, parser: Parser::default(), begun, first_token: None, limit, next_token: patience.next_token }
    }

    /// Reads to the end, or to where the assembly has enough; from the request to the first part of the answer.
    pub async fn read(mut self, mut response: Response) -> Result<Duration, Unread> {
        loop {
            let read = self.limit.wait(response.chunk()).await.map_err(Unread::Silent)?;
            let Some(bytes) = read.map_err(Unread::Cut)? else { break };
            let events = self.parser.push(&bytes).map_err(Fault::from)?;
            if self.take(events)? {
                return Ok(self.first_token.unwrap_or_default());
            }
        }
        let last = std::mem::take(&mut self.parser).end().map_err(Fault::from)?;
        // Half an event at the end of a stream is no nonsense, but the place where it broke off.
        let complete = self.take(last).map_err(|fault| match fault {
            Fault::Malformed(_) => Fault::Early,
            refusal => refusal,
        })?;
        if complete || self.assembly.may_end() {
            Ok(self.first_token.unwrap_or_default())
        } else {
            Err(Fault::Early.into())
        }
    }

    /// Takes events; whether the answer is complete. Only parts of the answer count as a sign of life: a server may send
    /// others for ever.
    fn take(&mut self, events: impl IntoIterator<Item = Event>) -> Result<bool, Fault> {
        for event in events {
            let progress = self.assembly.take(&event)?;
            if progress != StreamProgress::Nothing {
                self.first_token.get_or_insert_with(|| self.begun.elapsed());
                self.limit = Limit::new(Instant::now(), Awaited::NextToken, self.next_token);
            }
            if progress == StreamProgress::Complete {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
