//! What can go wrong with a server, each with what to do about it.
//!
//! `said` is the server's own message: shortened, on one line, and without the API key.

use std::fmt;
use std::time::Duration;

use super::key::{self, KeyError};

/// Why a server gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// The environment's key cannot be sent.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The client could not be set up.
    #[error("no request can be made: {reason}")]
    Client {
        /// What is wrong.
        reason: String,
    },
    /// Nobody answers there.
    #[error("{url} cannot be reached{}: {reason}\nhint: is the server running, and the address right?", times(*tries))]
    Unreachable {
        /// The address.
        url: String,
        /// What the system says.
        reason: String,
        /// How often it was tried.
        tries: u32,
    },
    /// The server's certificate is not trusted.
    #[error(
        "the certificate of {url} is not trusted: {reason}\n\
         hint: for a certificate authority of your own, name its file in SSL_CERT_FILE"
    )]
    Certificate {
        /// The address.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The server sends elsewhere. It is not followed: the key is meant for this server.
    #[error("{url} sends to {to}\nhint: use that address, if you trust it with your screenshots and the key")]
    Redirected {
        /// The address.
        url: String,
        /// Where it sends to.
        to: String,
    },
    /// The key is missing, wrong, or may not do this.
    #[error("the server refuses the API key ({status}): {said}\nhint: {}", key_hint(*variable))]
    WrongKey {
        /// 401 or 403.
        status: u16,
        /// Its message.
        said: String,
        /// Where the key came from; nothing where none was sent.
        variable: Option<&'static str>,
    },
    /// There is no such model.
    #[error("the server does not serve \"{model}\": {said}\nhint: {}", served_hint(served))]
    NoSuchModel {
        /// The model asked for.
        model: String,
        /// Its message.
        said: String,
        /// What it serves; empty where it does not tell.
        served: Vec<String>,
    },
    /// There is no such API at this address.
    #[error("{url} is not there ({status}): {said}\nhint: most servers' API is below /v1: http://HOST:PORT/v1#MODEL")]
    NoSuchPath {
        /// The address.
        url: String,
        /// 404 or 405.
        status: u16,
        /// Its message.
        said: String,
    },
    /// The model cannot see.
    #[error(
        "the model takes no images: {said}\n\
         hint: serve a vision-language model; llama.cpp needs its --mmproj file too, vLLM a --limit-mm-per-prompt above 0"
    )]
    NoImages {
        /// Its message.
        said: String,
    },
    /// One request has more images than the server takes.
    #[error(
        "the server takes {} a request: {said}\n\
         hint: vLLM takes more with --limit-mm-per-prompt '{{\"image\": 5}}'",
        images(*limit)
    )]
    TooManyImages {
        /// How many it takes, where it says so.
        limit: Option<u32>,
        /// Its message.
        said: String,
    },
    /// The prompt is longer than the model's context.
    #[error(
        "the prompt is longer than the model's context: {said}\n\
         hint: give the model a longer context (vLLM --max-model-len, llama.cpp -c, Ollama num_ctx), or the run a smaller screen"
    )]
    TooLong {
        /// Its message.
        said: String,
    },
    /// Too many requests.
    #[error(
        "the server takes no more requests for now{}: {said}\nhint: {}",
        times(*tries),
        wait_hint(*retry_after)
    )]
    RateLimited {
        /// Its message.
        said: String,
        /// How long it asks to wait.
        retry_after: Option<Duration>,
        /// How often it was tried.
        tries: u32,
    },
    /// The account has no credit.
    #[error("the account behind the API key has no credit left: {said}\nhint: see the provider's billing page")]
    NoCredit {
        /// Its message.
        said: String,
    },
    /// The server failed.
    #[error("the server failed{} ({status}): {said}\nhint: the server's own log says why", times(*tries))]
    ServerFailed {
        /// Its status.
        status: u16,
        /// Its message.
        said: String,
        /// How long it asks to wait.
        retry_after: Option<Duration>,
        /// How often it was tried.
        tries: u32,
    },
    /// The server refuses the request for another reason.
    #[error(
        "the server refuses the request ({status}): {said}\nhint: does the model take images, and this API? the server's own log may say more"
    )]
    Refused {
        /// Its status.
        status: u16,
        /// Its message.
        said: String,
    },
    /// The connection broke in the middle of an answer.
    #[error("the connection broke off in the middle of an answer{}: {reason}\nhint: the server's own log says why", times(*tries))]
    Cut {
        /// What the system says.
        reason: String,
        /// How often it was tried.
        tries: u32,
    },
    /// The server says nothing.
    #[error("{what} within {} s\nhint: {}", seconds.as_secs_f64(), what.hint())]
    Silent {
        /// What did not come.
        what: Awaited,
        /// For how long it was waited.
        seconds: Duration,
    },
    /// What came is not what this API sends.
    #[error("the server's answer is not understood: {reason}\nhint: is this an OpenAI-compatible API? {url}")]
    Malformed {
        /// The address.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// What a server was waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awaited {
    /// A connection.
    Connection,
    /// The first part of the answer.
    FirstToken,
    /// The next part of the answer.
    NextToken,
    /// The end of the answer.
    WholeAnswer,
    /// The list of models.
    List,
}

impl Awaited {
    fn hint(self) -> &'static str {
        match self {
            Self::List => "the server may have too much to do, or hang; its log says why",
            Self::Connection => "is the server running, and does a firewall let you through?",
            Self::FirstToken => "a server that is still loading its model, or has too many users, answers later",
            Self::NextToken => "the server may have stopped in the middle; its log says why",
            Self::WholeAnswer => "the model does not come to an end; another --profile may fit it better",
        }
    }
}

impl fmt::Display for Awaited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connection => "the server took no connection",
            Self::FirstToken => "the server did not begin to answer",
            Self::NextToken => "the server began to answer and did not go on",
            Self::WholeAnswer => "the server did not finish its answer",
            Self::List => "the server did not list its models",
        })
    }
}

impl EndpointError {
    /// Whether the same request may work a little later.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::RateLimited { .. } | Self::Cut { .. } => true,
            // Others of the 5xx are for good: 501 and 505 say that the server cannot do it at all.
            Self::ServerFailed { status, .. } => matches!(status, 408 | 500 | 502..=504 | 520..=530),
            _ => false,
        }
    }

    /// How long the server asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after, .. } | Self::ServerFailed { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// What happened, without the hint.
    pub fn first_line(&self) -> String {
        self.to_string().lines().next().unwrap_or_default().to_owned()
    }

    /// The same, after so many tries.
    #[must_use]
    pub fn tried(mut self, times: u32) -> Self {
        match &mut self {
            Self::Unreachable { tries, .. }
            | Self::RateLimited { tries, .. }
            | Self::ServerFailed { tries, .. }
            | Self::Cut { tries, .. } => *tries = times,
            _ => {}
        }
        self
    }
}

fn times(tries: u32) -> String {
    if tries > 1 { format!(", tried {tries} times") } else { String::new() }
}

fn images(limit: Option<u32>) -> String {
    match limit {
        Some(1) => "one image".to_owned(),
        Some(limit) => format!("{limit} images"),
        None => "fewer images".to_owned(),
    }
}

fn key_hint(variable: Option<&str>) -> String {
    match variable {
        Some(variable) => format!("the key is taken from {variable}: is it the one of this server?"),
        None => format!("set {} to the server's key", key::VARIABLE),
    }
}

/// At most this many models are named in an error: a hosted API has hundreds.
const NAMED: usize = 12;

fn served_hint(served: &[String]) -> String {
    if served.is_empty() {
        return "write the model's name as the server does, behind the # of --model".to_owned();
    }
    let more = if served.len() > NAMED { format!(", and {} more", served.len() - NAMED) } else { String::new() };
    format!("it serves {}{more}", served.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", "))
}

fn wait_hint(retry_after: Option<Duration>) -> String {
    match retry_after {
        Some(wait) => format!("it asks to wait {} s", wait.as_secs_f64().ceil()),
        None => "try again later, or with fewer --jobs".to_owned(),
    }
}
