//! A replica that fails at once has no call in flight: where the fewest are is where the next one would go.

use crate::world::ask;
use futures_util::future::join_all;
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::sleep,
};

const PROBLEM: &str = "application/problem+json";
const CLIENTS: usize = 16;
const ROUNDS: usize = 20;

/// One that answers each request so, after so long, and is there whenever it is checked.
async fn replica(status: u16, kind: &'static str, after: Duration) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, asked) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
    let (env, count) = (testkit::real_env::env(), asked.clone());
    testkit::real_env::env().spawn("replica", async move {
        while let Ok((stream, _)) = listener.accept().await {
            env.spawn("connection", answer_all(stream, status, kind, after, count.clone()));
        }
    });
    (address, asked)
}

async fn answer_all(
    mut stream: TcpStream,
    status: u16,
    kind: &'static str,
    after: Duration,
    asked: Arc<AtomicUsize>,
) {
    let mut read = Vec::new();
    while stream.read_buf(&mut read).await.is_ok_and(|bytes| bytes > 0) {
        if !read.ends_with(b"\r\n\r\n") {
            continue;
        }
        let is_look = read.starts_with(b"GET /health") || read.starts_with(b"GET /ready");
        read.clear();
        let status = if is_look { 200 } else { status };
        if !is_look {
            asked.fetch_add(1, SeqCst);
            sleep(after).await;
        }
        let answer = format!("HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: 2\r\n\r\n{{}}");
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

#[tokio::test]
async fn a_replica_that_fails_at_once_does_not_draw_the_requests() {
    // by a service of ours, and by a proxy before it: another replica is asked in its place then
    for (status, kind, failed_max) in [(500, PROBLEM, CLIENTS), (503, "text/html", 0), (502, "text/html", 0)]
    {
        let (failing, asked) = replica(status, kind, Duration::ZERO).await;
        let (good, _) = replica(200, "application/json", Duration::from_millis(20)).await;
        let addresses = [failing, good].map(|address| format!("http://{address}"));
        let gateway = gateway::proxy("products", &addresses, 1 << 20, None, &testkit::real_env::env());
        let clients = (0..CLIENTS).map(|_| async {
            let mut failed = 0;
            for _ in 0..ROUNDS {
                failed += usize::from(ask(&gateway, "GET /v1/products", &[]).await.status != 200);
            }
            failed
        });
        let failed: usize = join_all(clients).await.into_iter().sum();
        let asked = asked.load(SeqCst);
        println!("{status} {kind}: {asked} of {} went there, {failed} failed", CLIENTS * ROUNDS);
        assert!((5..=2 * CLIENTS).contains(&asked), "{status} {kind}: {asked} requests went there");
        assert!(failed <= failed_max, "{status} {kind}: {failed} requests failed");
    }
}
