//! The HTTP client: one request at a time, its answer streamed, everything that can go wrong an [`EndpointError`].
//!
//! Dropping a future of this client closes its connection, which is how servers learn that an answer is not wanted.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::Value;
use tokio::time::{Instant, timeout};

use super::address::Base;
use super::assembly::{Assembly, Fault};
use super::classify::{self, Refusal};
use super::error::{Awaited, EndpointError};
use super::key::Key;
use super::patience::{Limit, ServerPatience};
use super::reading::{Reading, Unread};
use super::retry::{self, Backoff, RetryCount};
use crate::planner::asking::Heard;

/// The largest answer that is read where it is not streamed, and the largest list of models.
const LARGEST_BODY: usize = 8 << 20;

/// What a client is made from.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The API.
    pub base: Base,
    /// The model, for messages about it.
    pub model: String,
    /// The key, where there is one.
    pub key: Option<Key>,
    /// How the API wants its key.
    pub key_header: KeyHeader,
    /// Further headers of every request.
    pub headers: Vec<(&'static str, &'static str)>,
    /// For how long is waited.
    pub patience: ServerPatience,
    /// How often it is tried again.
    pub backoff: Backoff,
}

impl Settings {
    /// A model of an OpenAI-compatible server, waited for as usual.
    pub fn new(base: Base, model: String, key: Option<Key>) -> Self {
        Self {
            base,
            model,
            key,
            key_header: KeyHeader::Bearer,
            headers: Vec::new(),
            patience: ServerPatience::default(),
            backoff: Backoff::default(),
        }
    }
}

/// How an API wants its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyHeader {
    /// `authorization: Bearer KEY`.
    Bearer,
    /// `x-api-key: KEY`.
    ApiKey,
}

/// Makes requests to one API.
pub struct Client {
    http: reqwest::Client,
    headers: HeaderMap,
    settings: Settings,
}

impl Client {
    /// A client; nothing is sent yet.
    ///
    /// # Errors
    /// [`EndpointError::Client`] when the system has no root certificates, or a header cannot be sent.
    pub fn new(settings: Settings) -> Result<Self, EndpointError> {
        let http = connecting(&settings.base)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(settings.patience.connect)
            .build()
            .map_err(|e| EndpointError::Client { reason: innermost(&e) })?;
        Ok(Self { http, headers: headers(&settings)?, settings })
    }

    /// Sets a header of every request from now on, or takes it away.
    pub fn set_header(&mut self, name: &'static str, value: Option<&'static str>) {
        let name = HeaderName::from_static(name);
        match value {
            Some(value) => self.headers.insert(name, HeaderValue::from_static(value)),
            None => self.headers.remove(name),
        };
    }

    /// The key in use.
    pub fn key(&self) -> Option<&Key> {
        self.settings.key.as_ref()
    }

    /// Posts `body` and lets `assembly` put the answer together, trying again where that may help.
    ///
    /// # Errors
    /// [`EndpointError`], without the key in any of its words.
    pub async fn ask(&self, path: &str, body: &Value, assembly: &mut dyn Assembly) -> Result<Heard, EndpointError> {
        let whole = self.settings.patience.whole;
        let asked = async {
            let mut tries = RetryCount::begin(self.settings.backoff);
            loop {
                assembly.begin();
                match self.ask_once(path, body, assembly).await {
                    Ok(first_token) => return Ok(Heard { first_token, tries: tries.count() }),
                    Err(error) => tries.pause(error).await?,
                }
            }
        };
        match timeout(whole, asked).await {
            Ok(Err(EndpointError::NoSuchModel { model, said, .. })) => {
                // Only to help: where the list cannot be had, there is none.
                let served = self.served_once().await.unwrap_or_default();
                Err(EndpointError::NoSuchModel { model, said, served })
            }
            Ok(heard) => heard,
            Err(_) => Err(EndpointError::Silent { what: Awaited::WholeAnswer, seconds: whole }),
        }
    }

    /// The names of the models that are served.
    ///
    /// # Errors
    /// [`EndpointError`], without the key in any of its words.
    pub async fn list_models(&self) -> Result<Vec<String>, EndpointError> {
        let mut tries = RetryCount::begin(self.settings.backoff);
        loop {
            match self.served_once().await {
                Ok(served) => return Ok(served),
                Err(error) => tries.pause(error).await?,
            }
        }
    }

    async fn served_once(&self) -> Result<Vec<String>, EndpointError> {
        let url = self.settings.base.join("models");
        let limit = Limit::new(Instant::now(), Awaited::List, self.settings.patience.next_token);
        let response = self.send(&url, self.http.get(&url), limit).await?;
        let json = self.json(&url, response, limit).await?;
        let no_list = || self.malformed(&url, "it lists no models");
        let models = json.get("data").and_then(Value::as_array).ok_or_else(no_list)?;
        Ok(models.iter().filter_map(|model| Some(self.redacted(model.get("id")?.as_str()?))).collect())
    }

    /// One try; from the request to the first part of the answer.
    async fn ask_once(&self, path: &str, body: &Value, assembly: &mut dyn Assembly) -> Result<Duration, EndpointError> {
        let url = self.settings.base.join(path);
        let begun = Instant::now();
        let limit = Limit::new(begun, Awaited::FirstToken, self.settings.patience.first_token);
        let request = self.http.post(&url).header(CONTENT_TYPE, "application/json").body(body.to_string());
        let response = self.send(&url, request, limit).await?;
        match content_type(&response).as_str() {
            // Some gateways forget to name the type of a stream.
            "text/event-stream" | "" => {
                let reading = Reading::begin(assembly, begun, &self.settings.patience);
                reading.read(response).await.map_err(|unread| self.unread(&url, unread))
            }
            "application/json" => {
                let json = self.json(&url, response, limit).await?;
                assembly.take_whole(&json).map_err(|fault| self.fault(&url, fault))?;
                Ok(begun.elapsed())
            }
            other => {
                let reason = format!("it is {other}, not a stream of events: ");
                let body = text(response, limit).await?;
                Err(self.malformed(&url, &(reason + &classify::message(&body))))
            }
        }
    }

    /// The response to a request, once its headers are there and say that it is fine.
    async fn send(&self, url: &str, request: RequestBuilder, limit: Limit) -> Result<Response, EndpointError> {
        let sending = request.headers(self.headers.clone()).send();
        let response = limit.wait(sending).await?.map_err(|error| self.unsent(url, &error))?;
        let status = response.status();
        if status.is_redirection() {
            let to = response.headers().get(LOCATION).map_or(&b"nowhere"[..], |to| to.as_bytes());
            let to = self.said(&String::from_utf8_lossy(to));
            return Err(EndpointError::Redirected { url: url.to_owned(), to });
        }
        if status.is_success() { Ok(response) } else { Err(self.read_refusal(url, status, response, limit).await) }
    }

    /// The error that a response with a status of failure means.
    async fn read_refusal(&self, url: &str, status: StatusCode, response: Response, limit: Limit) -> EndpointError {
        let header = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let retry_after = header.and_then(|value| retry::asked(value, jiff::Timestamp::now()));
        // The status alone says much: a body that breaks off takes nothing from it.
        let body = text(response, limit).await.unwrap_or_default();
        self.classified(url, status.as_u16(), &classify::message(&body), retry_after)
    }

    fn classified(&self, url: &str, status: u16, said: &str, retry_after: Option<Duration>) -> EndpointError {
        let (model, variable) = (self.settings.model.as_str(), self.key().map(Key::variable));
        classify::classify(Refusal { status, said: self.said(said), retry_after, url, model, variable })
    }

    fn fault(&self, url: &str, fault: Fault) -> EndpointError {
        match fault {
            Fault::Refusal { status, said } => self.classified(url, status, &said, None),
            Fault::Malformed(reason) => self.malformed(url, &reason),
            Fault::Early => cut("the stream ended before the answer did".to_owned()),
        }
    }

    fn unread(&self, url: &str, unread: Unread) -> EndpointError {
        match unread {
            Unread::Silent(error) => error,
            Unread::Cut(error) => cut(innermost(&error)),
            Unread::Fault(fault) => self.fault(url, fault),
        }
    }

    async fn json(&self, url: &str, response: Response, limit: Limit) -> Result<Value, EndpointError> {
        let text = text(response, limit).await?;
        serde_json::from_str(&text).map_err(|e| self.malformed(url, &format!("{e}: {}", classify::message(&text))))
    }

    /// Why nothing came back at all.
    fn unsent(&self, url: &str, error: &reqwest::Error) -> EndpointError {
        let (url, reason) = (url.to_owned(), self.said(&innermost(error)));
        if error.is_connect() && error.is_timeout() {
            return EndpointError::Silent { what: Awaited::Connection, seconds: self.settings.patience.connect };
        }
        if reason.contains("certificate") {
            return EndpointError::Certificate { url, reason };
        }
        if error.is_connect() { EndpointError::Unreachable { url, reason, tries: 1 } } else { cut(reason) }
    }

    fn malformed(&self, url: &str, reason: &str) -> EndpointError {
        EndpointError::Malformed { url: url.to_owned(), reason: self.said(reason) }
    }

    /// A server's words as they may be shown. The key goes first: a shortened one would not be known again.
    fn said(&self, text: &str) -> String {
        crate::excerpt::shortened(&self.redacted(text))
    }

    /// The text without the key: a server may send it back in anything that it says.
    pub fn redacted(&self, text: &str) -> String {
        self.key().map_or_else(|| text.to_owned(), |key| key.redact(text))
    }
}

fn cut(reason: String) -> EndpointError {
    EndpointError::Cut { reason, tries: 1 }
}

fn headers(settings: &Settings) -> Result<HeaderMap, EndpointError> {
    let mut headers = HeaderMap::new();
    for (name, value) in &settings.headers {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if let Some(key) = &settings.key {
        let (name, prefix) = match settings.key_header {
            KeyHeader::Bearer => ("authorization", "Bearer "),
            KeyHeader::ApiKey => ("x-api-key", ""),
        };
        let unsendable = || EndpointError::Client { reason: format!("{} cannot be sent as a header", key.variable()) };
        headers.insert(HeaderName::from_static(name), key.header(prefix).ok_or_else(unsendable)?);
    }
    Ok(headers)
}

/// A whole body, unless it is too large.
async fn text(mut response: Response, limit: Limit) -> Result<String, EndpointError> {
    let mut body = Vec::new();
    while body.len() < LARGEST_BODY {
        match limit.wait(response.chunk()).await?.map_err(|error| cut(innermost(&error)))? {
            Some(bytes) => body.extend_from_slice(&bytes),
            None => break,
        }
    }
    Ok(String::from_utf8_lossy(&body).into_owned())
}

/// The type of a body without its parameters.
fn content_type(response: &Response) -> String {
    let value = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// What every client has in common: who it says it is, and how it comes to a server at this address.
pub fn connecting(base: &Base) -> reqwest::ClientBuilder {
    // Another part of the program may have chosen already; then that choice holds.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder().user_agent(concat!("sightstep/", env!("CARGO_PKG_VERSION")));
    if base.is_local() {
        // A proxy of the environment cannot know this machine's own ports.
        builder = builder.no_proxy();
    }
    if !base.is_encrypted() {
        // The system's certificates are not needed then, and must not be missed where there are none.
        builder = builder.tls_certs_only([]);
    }
    builder
}

/// The cause at the bottom: the layers above it only say "error sending request".
pub fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
