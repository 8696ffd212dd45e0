//! Requests to servers of others: by HTTPS alone, to whom the system trusts, once, in time, and with a reply that is bounded.
//! What surely never left is told apart from what may have arrived.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use bytes::Bytes;
use http::{Request, StatusCode};
use kernel::outbound::{OutboundError, OutboundResult, REPLY_BYTES_MAX};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use std::{path::Path, process::Command, sync::Arc, time::Duration};
use testkit::temp_dir::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

const FOLDER: &str = "ORDO_TEST_CERTIFICATES";
const WITHIN: Duration = Duration::from_secs(3);

/// What the server does with a request that it has read.
#[derive(Debug, Clone)]
enum ServerAction {
    Replies(String),
    Closes,
    KeepsSilent,
}

/// Runs `test` in a process that trusts the authority of a new folder, and no other.
fn trusts(test: &str) -> Option<String> {
    if let Ok(folder) = std::env::var(FOLDER) {
        return Some(folder);
    }
    let folder = TempDir::new();
    testkit::certificates::make(folder.path());
    let inside = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(FOLDER, folder.path())
        .env("SSL_CERT_FILE", folder.path().join("ca.pem"))
        .env_remove("SSL_CERT_DIR")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&inside.stdout);
    println!("{said}{}", String::from_utf8_lossy(&inside.stderr));
    assert!(inside.status.success() && said.contains("1 passed"), "{test}");
    None
}

/// Its port. Its certificate is for 127.0.0.1.
async fn server(folder: &Path, does: ServerAction) -> u16 {
    let certificates = CertificateDer::pem_file_iter(folder.join("server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join("server.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(certificates.map(Result::unwrap).collect(), key)
        .unwrap();
    let (acceptor, listener) =
        (TlsAcceptor::from(Arc::new(config)), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let port = listener.local_addr().unwrap().port();
    #[allow(clippy::disallowed_methods, reason = "it is no part of the program")]
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut read = vec![0; 4096];
            let _ = stream.read(&mut read).await;
            match &does {
                ServerAction::Replies(reply) => drop(stream.write_all(reply.as_bytes()).await),
                ServerAction::Closes => {}
                ServerAction::KeepsSilent => tokio::time::sleep(WITHIN * 4).await,
            }
            let _ = stream.shutdown().await;
        }
    });
    port
}

async fn ask(url: String) -> OutboundResult {
    let request = Request::post(url).body(Bytes::from_static(b"amount=4900")).unwrap();
    host::env().ask_outside("test.ask", request, WITHIN).await
}

fn replies(status: &str, headers: &str, body: &str) -> ServerAction {
    ServerAction::Replies(format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n{body}",
        body.len()
    ))
}

#[tokio::test]
async fn a_server_that_the_system_trusts_replies() {
    let Some(folder) = trusts("a_server_that_the_system_trusts_replies") else { return };
    let port = server(Path::new(&folder), replies("200 OK", "x-a: b\r\n", "{\"paid\":true}")).await;
    let reply = ask(format!("https://127.0.0.1:{port}/v1/charges")).await.unwrap();
    assert_eq!((reply.status(), &reply.body()[..]), (StatusCode::OK, &b"{\"paid\":true}"[..]));
    assert_eq!(reply.headers()["x-a"], "b");
    // where else to go is for whoever asks to decide
    let port =
        server(Path::new(&folder), replies("302 Found", "location: https://127.0.0.1:1/\r\n", "")).await;
    assert_eq!(ask(format!("https://127.0.0.1:{port}/")).await.unwrap().status(), StatusCode::FOUND);
}

#[tokio::test]
async fn what_surely_never_left_is_not_sent() {
    let Some(folder) = trusts("what_surely_never_left_is_not_sent") else { return };
    let other = TempDir::new();
    testkit::certificates::make(other.path());
    let unknown = server(other.path(), replies("200 OK", "", "")).await;
    let named_otherwise = server(Path::new(&folder), replies("200 OK", "", "")).await;
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    for url in [
        format!("https://127.0.0.1:{unknown}/"),
        format!("https://localhost:{named_otherwise}/"),
        format!("https://127.0.0.1:{nobody}/"),
        format!("http://127.0.0.1:{named_otherwise}/"),
        "https://no-such-host.invalid/".to_owned(),
    ] {
        let said = ask(url.clone()).await;
        assert!(matches!(said, Err(OutboundError::NotSent(_))), "{url}: {said:?}");
    }
}

#[tokio::test]
async fn what_may_have_arrived_is_unknown() {
    let Some(folder) = trusts("what_may_have_arrived_is_unknown") else { return };
    let large = "x".repeat(REPLY_BYTES_MAX + 1);
    let chunked = format!(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{large}\r\n0\r\n\r\n",
        large.len()
    );
    for does in [
        ServerAction::Closes,
        ServerAction::KeepsSilent,
        ServerAction::Replies("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf".to_owned()),
        ServerAction::Replies("no HTTP at all\r\n\r\n".to_owned()),
        replies("200 OK", "", &large),
        ServerAction::Replies(chunked),
    ] {
        let port = server(Path::new(&folder), does.clone()).await;
        let said = ask(format!("https://127.0.0.1:{port}/")).await;
        let does: String = format!("{does:?}").chars().take(60).collect();
        assert!(matches!(said, Err(OutboundError::Unknown(_))), "{does}: {said:?}");
    }
}
