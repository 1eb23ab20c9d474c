//! Fetching a model of the hub: the files that a model is loaded from, each checked by its digest, each continued where
//! it was broken off.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, RANGE};
use reqwest::{Client, Response, StatusCode};
use sightstep_vision::digest::Running;

use super::Environment;
use super::hub::{Id, Store};
use crate::planner::endpoint::address::{AddressError, Base};
use crate::planner::endpoint::client;
use listing::{ListedFile, Listing};

mod listing;

/// The hub, where HF_ENDPOINT names no other.
const HUB: &str = "https://huggingface.co";

/// For how long nothing may come.
const SILENCE: Duration = Duration::from_secs(60);

/// How often in a row a file is asked for without a byte coming of it.
const TRIES: u32 = 5;

/// Why a model cannot be fetched.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// The hub's address cannot be used.
    #[error("HF_ENDPOINT: {0}")]
    Address(#[from] AddressError),
    /// There is no folder to keep it in.
    #[error("no folder for models is known: neither HF_HOME, XDG_CACHE_HOME nor HOME is set\nhint: set HF_HOME")]
    NoStore,
    /// The hub does not answer, or not with what was asked for.
    #[error("{url} gives nothing: {reason}\nhint: what was fetched so far is kept; pull again to go on")]
    Network {
        /// The address.
        url: String,
        /// What happened.
        reason: String,
    },
    /// The hub refuses.
    #[error("the hub refuses {url} ({status})\nhint: {}", refusal_hint(*status))]
    Refused {
        /// The address.
        url: String,
        /// Its status.
        status: u16,
    },
    /// The model has no weights that can be loaded.
    #[error("{id} has no .safetensors files\nhint: weights of other kinds are not loaded: pickles can run programs")]
    NoWeights {
        /// The model.
        id: String,
    },
    /// What came is not what the hub lists.
    #[error(
        "{file} came with other content than the hub lists: its digest is {found}, not {expected}\nhint: pull again"
    )]
    WrongDigest {
        /// The file.
        file: String,
        /// The digest of its content.
        found: String,
        /// The digest that the hub lists.
        expected: String,
    },
    /// A file cannot be written.
    #[error("{} cannot be written: {reason}\nhint: HF_HOME names another folder for models", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
}

fn refusal_hint(status: u16) -> &'static str {
    match status {
        401 | 403 => {
            "the model may need an account: put its key into HF_TOKEN; a misspelt name is refused like this too"
        }
        404 => "is the name right?",
        _ => "try again later",
    }
}

/// A file that is being fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PullProgress<'a> {
    /// Its name.
    pub file: &'a str,
    /// Bytes that are there.
    pub done: u64,
    /// Bytes that it has.
    pub of: u64,
}

/// A hub, and where models of it are kept.
pub struct Hub {
    http: Client,
    base: Base,
    key: Option<String>,
    store: Store,
}

impl Hub {
    /// The hub and the store that the environment names.
    ///
    /// # Errors
    /// [`PullError`] when one of them cannot be used.
    pub fn of(environment: Environment<'_>) -> Result<Self, PullError> {
        let set = |name: &str| environment(name).filter(|value| !value.trim().is_empty());
        let base = Base::parse(set("HF_ENDPOINT").as_deref().unwrap_or(HUB).trim())?;
        let store = Store::of(environment).ok_or(PullError::NoStore)?;
        let http = client::connecting(&base).https_only(base.is_encrypted()).read_timeout(SILENCE).build();
        let http = http.map_err(|e| network(&base.to_string(), &e))?;
        Ok(Self { http, base, key: set("HF_TOKEN"), store })
    }

    /// Fetches what is missing of a model: the folder that it can be loaded from.
    ///
    /// # Errors
    /// [`PullError`]. What was fetched so far is kept.
    pub async fn pull(&self, id: &Id, watch: &mut (dyn FnMut(PullProgress) + Send)) -> Result<PathBuf, PullError> {
        let listing = self.listing(id).await?;
        if !listing.has_weights() {
            return Err(PullError::NoWeights { id: id.to_string() });
        }
        let folder = self.store.folder(id);
        let snapshot = folder.join("snapshots").join(&listing.revision);
        for made in [&folder.join("blobs"), &folder.join("refs"), &snapshot] {
            fs::create_dir_all(made).map_err(|e| unwritable(made, &e))?;
        }
        for file in &listing.files {
            let url = self.base.join(&format!("{id}/resolve/{}/{}", listing.revision, file.name));
            let blob = folder.join("blobs").join(file.digest.hex());
            if !blob.exists() {
                self.fetch(&url, file, &blob, watch).await?;
            }
            link(&snapshot.join(&file.name), &blob)?;
        }
        // Last, so that a version that is not whole is not found.
        let reference = folder.join("refs/main");
        fs::write(&reference, &listing.revision).map_err(|e| unwritable(&reference, &e))?;
        Ok(snapshot)
    }

    async fn listing(&self, id: &Id) -> Result<Listing, PullError> {
        let url = self.base.join(&format!("api/models/{id}/revision/main?blobs=true"));
        let response = self.ask(&url, 0).await?;
        let bytes = response.bytes().await.map_err(|e| network(&url, &e))?;
        Listing::read(&bytes).map_err(|reason| PullError::Network { url, reason })
    }

    /// Fetches a file, going on wherever it was broken off.
    async fn fetch(
        &self,
        url: &str,
        file: &ListedFile,
        blob: &Path,
        watch: &mut (dyn FnMut(PullProgress) + Send),
    ) -> Result<(), PullError> {
        let part = blob.with_extension("incomplete");
        let mut tries = 0;
        loop {
            let before = fs::metadata(&part).map(|data| data.len()).unwrap_or(0);
            match self.fetch_on(url, file, &part, watch).await {
                Ok(()) => break,
                Err(error @ PullError::Network { .. }) => {
                    let after = fs::metadata(&part).map(|data| data.len()).unwrap_or(0);
                    tries = if after > before { 0 } else { tries + 1 };
                    if tries == TRIES {
                        return Err(error);
                    }
                    tokio::time::sleep(Duration::from_millis(200) * 2u32.pow(tries)).await;
                }
                Err(error) => return Err(error),
            }
        }
        fs::rename(&part, blob).map_err(|e| unwritable(blob, &e))
    }

    /// One request for what is missing of a file; its whole content is checked at the end.
    async fn fetch_on(
        &self,
        url: &str,
        file: &ListedFile,
        part: &Path,
        watch: &mut (dyn FnMut(PullProgress) + Send),
    ) -> Result<(), PullError> {
        let mut running = Running::of_file(&file.digest, file.size, part).map_err(|e| unwritable(part, &e))?;
        if running.len() < file.size {
            let mut response = self.ask(url, running.len()).await?;
            if response.status() != StatusCode::PARTIAL_CONTENT {
                // A server that cannot go on begins again.
                running = Running::new(&file.digest, file.size);
            }
            let mut out = open_part(part, running.len())?;
            while let Some(bytes) = response.chunk().await.map_err(|e| network(url, &e))? {
                running.update(&bytes);
                out.write_all(&bytes).map_err(|e| unwritable(part, &e))?;
                watch(PullProgress { file: &file.name, done: running.len(), of: file.size });
                if running.len() > file.size {
                    break;
                }
            }
            out.sync_all().map_err(|e| unwritable(part, &e))?;
        }
        if running.len() < file.size {
            return Err(PullError::Network { url: url.to_owned(), reason: "the connection broke off".to_owned() });
        }
        let found = running.finish();
        if found == file.digest.hex() {
            return Ok(());
        }
        // Going on from wrong content would never end well.
        let _ = fs::remove_file(part);
        Err(PullError::WrongDigest { file: file.name.clone(), found, expected: file.digest.hex().to_owned() })
    }

    async fn ask(&self, url: &str, from: u64) -> Result<Response, PullError> {
        let mut request = self.http.get(url);
        if let Some(key) = &self.key {
            request = request.header(AUTHORIZATION, format!("Bearer {key}"));
        }
        if from > 0 {
            request = request.header(RANGE, format!("bytes={from}-"));
        }
        let response = request.send().await.map_err(|e| network(url, &e))?;
        match response.status() {
            status if status.is_success() => Ok(response),
            status if status.is_server_error() => {
                Err(PullError::Network { url: url.to_owned(), reason: format!("the hub failed ({status})") })
            }
            status => Err(PullError::Refused { url: url.to_owned(), status: status.as_u16() }),
        }
    }
}

fn open_part(part: &Path, len: u64) -> Result<File, PullError> {
    let opened = || {
        let file = OpenOptions::new().create(true).append(true).open(part)?;
        file.set_len(len)?;
        Ok(file)
    };
    opened().map_err(|e: std::io::Error| unwritable(part, &e))
}

/// A link to the content, as other programs for the hub make it.
fn link(at: &Path, blob: &Path) -> Result<(), PullError> {
    if at.exists() {
        return Ok(());
    }
    let _ = fs::remove_file(at);
    let target = Path::new("../../blobs").join(blob.file_name().unwrap_or_default());
    #[cfg(unix)]
    let linked = std::os::unix::fs::symlink(target, at);
    #[cfg(not(unix))]
    let linked = fs::copy(blob, at).map(|_| drop(target));
    linked.map_err(|e| unwritable(at, &e))
}

fn network(url: &str, error: &reqwest::Error) -> PullError {
    PullError::Network { url: url.to_owned(), reason: client::innermost(error) }
}

fn unwritable(path: &Path, error: &std::io::Error) -> PullError {
    PullError::Unwritable { path: path.to_owned(), reason: error.to_string() }
}
