//! Where a model is served: `https://host/v1#name`.

use std::fmt;
use std::net::IpAddr;

use reqwest::Url;

/// The base URL of an API, such as `https://host/v1`. It holds no secret: addresses with one are refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base(Url);

/// A model behind an OpenAI-compatible server, written `https://host/v1#name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The server's API.
    pub base: Base,
    /// The model's name there.
    pub model: String,
}

/// An address that cannot be used. What was written is only repeated where it can hold no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is no URL of a server.
    #[error("\"{written}\" is not the address of a server: {reason}\nhint: write it as http://127.0.0.1:8000/v1#MODEL")]
    NotAUrl {
        /// What was written.
        written: String,
        /// What is wrong with it.
        reason: String,
    },
    /// It names no model.
    #[error(
        "{base} names no model\n\
         hint: add it behind a #, as in {base}#MODEL; `sightstep models {base}` lists what is served"
    )]
    NoModel {
        /// The base URL.
        base: Base,
    },
    /// Unencrypted, and not to this machine.
    #[error(
        "{host} is another machine, and http:// would show it every screenshot and the API key unencrypted\n\
         hint: use https://, or a tunnel: ssh -L 8000:127.0.0.1:8000 {host}, then http://127.0.0.1:8000/v1"
    )]
    Unencrypted {
        /// The host.
        host: String,
    },
    /// It holds a user name or a password.
    #[error(
        "an address with a user name or a password in it is refused: it would stand in every recording\n\
         hint: set SIGHTSTEP_API_KEY instead"
    )]
    Credentials,
    /// It holds a query.
    #[error(
        "an address with a ?query is refused: keys that stand there would be in every recording\n\
         hint: set SIGHTSTEP_API_KEY instead; the model's name stands behind a #"
    )]
    Query,
}

impl Base {
    /// The base URL that `written` names.
    ///
    /// # Errors
    /// [`AddressError`] when it is none, holds a secret, or would send screenshots unencrypted to another machine.
    pub fn parse(written: &str) -> Result<Self, AddressError> {
        let not_a_url =
            |reason: String| AddressError::NotAUrl { written: without_credentials(written).to_owned(), reason };
        let url = Url::parse(written.trim_end_matches('/')).map_err(|e| not_a_url(e.to_string()))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::Credentials);
        }
        if url.query().is_some() {
            return Err(AddressError::Query);
        }
        let host = url.host_str().ok_or_else(|| not_a_url("it has no host".into()))?;
        match url.scheme() {
            "https" => Ok(Self(url)),
            "http" if is_loopback(host) => Ok(Self(url)),
            "http" => Err(AddressError::Unencrypted { host: host.to_owned() }),
            other => Err(not_a_url(format!("{other}:// is not spoken here, only https:// and http://"))),
        }
    }

    /// The URL of something below the base.
    pub fn join(&self, path: &str) -> String {
        format!("{self}/{path}")
    }

    /// The base with one more part of the path.
    #[must_use]
    pub fn below(&self, part: &str) -> Self {
        let mut url = self.0.clone();
        // Only URLs without a host have no path, and those are refused.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(part);
        }
        Self(url)
    }

    /// The host's name.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Whether it is spoken to over TLS.
    pub fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Whether the server is on this machine.
    pub fn is_local(&self) -> bool {
        is_loopback(self.host())
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

impl Address {
    /// The model that `written` names.
    ///
    /// # Errors
    /// [`AddressError`] when it names none, or its server cannot be used.
    pub fn parse(written: &str) -> Result<Self, AddressError> {
        // The name is split off first: in a URL's fragment some of its characters would be escaped.
        let (base, model) = written.split_once('#').unwrap_or((written, ""));
        let base = Base::parse(base)?;
        match model.trim() {
            "" => Err(AddressError::NoModel { base }),
            model => Ok(Self { base, model: model.to_owned() }),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.base, self.model)
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

/// What was written, without anything before an @: that may be a password.
fn without_credentials(written: &str) -> &str {
    written.rsplit_once('@').map_or(written, |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_what_is_wrong_with_others() {
        let cases = [
            ("http://127.0.0.1:8000/v1#m", Ok("http://127.0.0.1:8000/v1#m")),
            ("http://localhost:11434/v1/#qwen2.5vl:7b", Ok("http://localhost:11434/v1#qwen2.5vl:7b")),
            ("http://[::1]:1/v1#a b", Ok("http://[::1]:1/v1#a b")),
            ("https://host.example/api/v1#Qwen/Qwen3-VL-8B", Ok("https://host.example/api/v1#Qwen/Qwen3-VL-8B")),
            ("https://host.example#m", Ok("https://host.example#m")),
            ("https://host.example/v1", Err("https://host.example/v1 names no model")),
            ("https://host.example/v1# ", Err("https://host.example/v1 names no model")),
            ("http://10.0.0.7:8000/v1#m", Err("10.0.0.7 is another machine")),
            ("http://localhost.example/v1#m", Err("localhost.example is another machine")),
            ("http://127.0.0.1.example/v1#m", Err("127.0.0.1.example is another machine")),
            ("https://user:hunter2@host/v1#m", Err("an address with a user name")),
            ("https://host/v1?key=hunter2#m", Err("an address with a ?query")),
            ("ftp://user:hunter2@host/v1#m", Err("an address with a user name")),
            ("https://user:hunter2@ho st/v1#m", Err("\"ho st/v1\" is not the address")),
            ("ftp://host/v1#m", Err("\"ftp://host/v1\" is not the address of a server: ftp:// is not spoken")),
            ("http:#m", Err("\"http:\" is not the address")),
            ("", Err("\"\" is not the address")),
        ];
        let mut wrong = Vec::new();
        for (written, want) in cases {
            let got = Address::parse(written).map(|a| a.to_string()).map_err(|e| e.to_string());
            let fits = match (&got, want) {
                (Ok(got), Ok(want)) => got == want,
                (Err(got), Err(want)) => got.starts_with(want) && got.contains("hint: ") && !got.contains("hunter2"),
                _ => false,
            };
            if !fits {
                wrong.push((written, got));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
