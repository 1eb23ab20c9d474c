//! TLS: a server whose certificate nobody vouches for is refused before anything is sent to it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::Place;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// An API with a certificate of its own; how many bytes of requests came in over TLS.
struct Server {
    url: String,
    certificate: String,
    received: Arc<AtomicUsize>,
}

/// Serves a list of models for as long as the tests run.
fn server() -> Server {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = CertificateDer::from(made.cert.der().to_vec());
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}/v1", listener.local_addr().unwrap().port());
    let received = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&received);
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let mut stream = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), connection);
            let mut request = [0; 4096];
            let length = stream.read(&mut request).unwrap_or(0);
            counted.fetch_add(length, Ordering::SeqCst);
            let body = r#"{"data":[{"id":"m"}]}"#;
            let head =
                format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
            let _ = stream.write_all(format!("{head}{body}").as_bytes()).and_then(|()| stream.flush());
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    Server { url, certificate: made.cert.pem(), received }
}

#[test]
fn a_certificate_must_be_vouched_for() {
    let (place, server) = (Place::new(), server());
    let listed = |authorities: Option<&std::path::Path>| {
        let mut command = place.sightstep(&["models", &server.url]);
        command.env("SIGHTSTEP_API_KEY", "sk-secret-0123456789").envs(authorities.map(|file| ("SSL_CERT_FILE", file)));
        command.output().unwrap()
    };
    let refused = listed(None);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(3), "{said}");
    let want = format!("error: the certificate of {}/models is not trusted: ", server.url);
    assert!(said.starts_with(&want) && said.contains("\nhint: ") && said.contains("SSL_CERT_FILE"), "{said}");
    assert_eq!(server.received.load(Ordering::SeqCst), 0, "something was sent to a server that is not trusted");
    let known = place.file("authority.pem", &server.certificate);
    let trusted = listed(Some(&known));
    assert_eq!(String::from_utf8_lossy(&trusted.stdout), "m\n", "{}", String::from_utf8_lossy(&trusted.stderr));
    assert!(server.received.load(Ordering::SeqCst) > 0);
}
