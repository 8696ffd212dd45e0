//! Nothing leaves a server before what it tells of is durable.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod world;

use axum::{Router, body::Body, routing::get};
use futures_util::{StreamExt, stream};
use ordo_http::{Barrier, ServerLimits, serve};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::timeout,
};
use world::TestHost;

/// A barrier that opens once for each permit.
#[derive(Clone)]
struct Gate {
    open: Arc<Semaphore>,
    asked: Arc<AtomicUsize>,
    is_broken: Arc<AtomicBool>,
}

impl Gate {
    fn shut() -> Gate {
        let (asked, is_broken) = Default::default();
        Gate { open: Arc::new(Semaphore::new(0)), asked, is_broken }
    }

    fn barrier(&self) -> Barrier {
        let gate = self.clone();
        Barrier::new(move || {
            let gate = gate.clone();
            Box::pin(async move {
                gate.asked.fetch_add(1, SeqCst);
                if gate.is_broken.load(SeqCst) {
                    return Err("the disk is gone".to_owned());
                }
                gate.open.acquire().await.unwrap().forget();
                Ok(())
            })
        })
    }
}

async fn start(gate: &Gate) -> SocketAddr {
    let pieces = || async {
        let pieces = stream::iter(["one", "two"]).map(Ok::<_, std::io::Error>);
        Body::from_stream(pieces)
    };
    let router = Router::new().route("/whole", get(|| async { "the answer" })).route("/pieces", get(pieces));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let (limits, env) =
        (ServerLimits { barrier: Some(gate.barrier()), ..ServerLimits::default() }, TestHost::new().env());
    env.clone().spawn("server", async move {
        serve(listener, router, std::future::pending(), limits, env).await.unwrap();
    });
    at
}

async fn asked(at: SocketAddr, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(at).await.unwrap();
    let text =
        format!("GET {path} HTTP/1.1\r\nhost: x\r\nx-request-id: of-the-test\r\nconnection: close\r\n\r\n");
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

/// What comes within a moment, or up to these words.
async fn heard(stream: &mut TcpStream, until: &str) -> String {
    let mut all = Vec::new();
    let reading = async {
        while !String::from_utf8_lossy(&all).contains(until) {
            let mut some = [0; 1024];
            match stream.read(&mut some).await.unwrap_or(0) {
                0 => break,
                read => all.extend_from_slice(&some[..read]),
            }
        }
    };
    let _ = timeout(Duration::from_millis(if until == "\0" { 200 } else { 5000 }), reading).await;
    String::from_utf8(all).unwrap()
}

#[tokio::test]
async fn a_response_waits() {
    let gate = Gate::shut();
    let mut client = asked(start(&gate).await, "/whole").await;
    assert_eq!(heard(&mut client, "\0").await, "");
    assert_eq!(gate.asked.load(SeqCst), 1, "it was done meanwhile");
    gate.open.add_permits(1);
    assert!(heard(&mut client, "the answer").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn each_piece_of_a_body_that_comes_to_be_waits() {
    let gate = Gate::shut();
    let mut client = asked(start(&gate).await, "/pieces").await;
    gate.open.add_permits(1);
    let head = heard(&mut client, "\0").await;
    assert!(head.starts_with("HTTP/1.1 200") && !head.contains("one"), "{head}");
    gate.open.add_permits(1);
    let first = heard(&mut client, "\0").await;
    assert!(first.contains("one") && !first.contains("two"), "{first}");
    gate.open.add_permits(10);
    assert!(heard(&mut client, "two").await.contains("two"));
}

#[tokio::test]
async fn where_it_does_not_become_durable_nobody_is_told_that_it_was_done() {
    let gate = Gate::shut();
    gate.is_broken.store(true, SeqCst);
    let said = heard(&mut asked(start(&gate).await, "/whole").await, "\"request_id\":\"of-the-test\"").await;
    assert!(
        said.starts_with("HTTP/1.1 503") && said.contains("outcome_unknown") && !said.contains("the answer"),
        "{said}"
    );
}
