//! A hub on a real port: it lists a model's files and serves them, whole or from a byte on, and can break off on the way.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

/// The version that the hub has of its only model.
pub const REVISION: &str = "0123456789abcdef0123456789abcdef01234567";

/// A file of the model: its name, its content, and the entry that the hub lists for it.
#[derive(Debug, Clone)]
pub struct Served {
    /// The name.
    pub name: &'static str,
    /// The content.
    pub content: Vec<u8>,
    /// `blobId`, and `lfs` for large files.
    pub entry: Value,
}

/// A hub with one model, until the test's end.
pub struct Hub {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    files: Vec<Served>,
    /// After how many bytes of a file the connection is broken off.
    most: AtomicUsize,
    /// Each request's path, with the byte that it began at.
    requests: Mutex<Vec<(String, usize)>>,
}

impl Hub {
    /// A hub with these files.
    ///
    /// # Panics
    /// When this machine gives no port.
    pub fn start(files: Vec<Served>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap_or_else(|e| panic!("no port: {e}"));
        let address = listener.local_addr().unwrap_or_else(|e| panic!("no address: {e}"));
        let shared = Arc::new(Shared { files, most: AtomicUsize::new(usize::MAX), requests: Mutex::default() });
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let shared = Arc::clone(&serving);
                std::thread::spawn(move || shared.serve(connection));
            }
        });
        Self { address, shared }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Breaks connections off after so many bytes of a file.
    pub fn break_off_after(&self, bytes: usize) {
        self.shared.most.store(bytes, Ordering::Relaxed);
    }

    /// What was asked for so far: paths, each with the byte that it began at.
    pub fn requests(&self) -> Vec<(String, usize)> {
        self.shared.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Shared {
    fn serve(&self, connection: TcpStream) {
        let Ok(mut out) = connection.try_clone() else { return };
        let mut path = String::new();
        let mut from = 0;
        for line in BufReader::new(connection).lines().map_while(Result::ok) {
            if let Some(rest) = line.strip_prefix("GET ") {
                path = rest.split(' ').next().unwrap_or_default().to_owned();
            }
            if let Some(range) = line.to_lowercase().strip_prefix("range: bytes=") {
                from = range.trim_end_matches('-').parse().unwrap_or(0);
            }
            if line.is_empty() {
                break;
            }
        }
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push((path.clone(), from));
        let (status, body) = self.answer(&path, from);
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        let most = if path.contains("/resolve/") { self.most.load(Ordering::Relaxed) } else { usize::MAX };
        let _ = out.write_all(head.as_bytes());
        let _ = out.write_all(&body[..body.len().min(most)]);
    }

    fn answer(&self, path: &str, from: usize) -> (&'static str, Vec<u8>) {
        if path.starts_with("/api/models/owner/name/") {
            let siblings: Vec<Value> = self.files.iter().map(listed).collect();
            return ("200 OK", json!({ "sha": REVISION, "siblings": siblings }).to_string().into_bytes());
        }
        let name = path.strip_prefix(&format!("/owner/name/resolve/{REVISION}/"));
        match self.files.iter().find(|file| Some(file.name) == name) {
            Some(file) if from > 0 => ("206 Partial Content", file.content.get(from..).unwrap_or_default().to_vec()),
            Some(file) => ("200 OK", file.content.clone()),
            None => ("404 Not Found", Vec::new()),
        }
    }
}

fn listed(file: &Served) -> Value {
    let mut entry = file.entry.clone();
    entry["rfilename"] = json!(file.name);
    entry["size"] = json!(file.content.len());
    entry
}
