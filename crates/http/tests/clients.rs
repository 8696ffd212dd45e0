//! What one client address may hold of a server: connections, and requests that arrive slowly.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod world;

use axum::{Router, body::to_bytes, extract::Request, routing::post};
use ordo_http::{ClientLimits, ServerLimits, serve};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    time::{sleep, timeout},
};
use world::TestHost;

const REQUEST: &str = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\nbody";

async fn start(limits: ClientLimits) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (at, env) = (listener.local_addr().unwrap(), TestHost::new().env());
    let late = post(async |request: Request| {
        sleep(Duration::from_millis(2500)).await;
        to_bytes(request.into_body(), 100).await.unwrap()
    });
    let router = Router::new().route("/", post(async |body: String| body)).route("/late", late);
    let limits = ServerLimits { per_client: Some(limits), ..ServerLimits::default() };
    env.clone().spawn("server", async move {
        serve(listener, router, std::future::pending(), limits, env).await.unwrap();
    });
    at
}

fn limits(connections: usize, slow_requests: usize) -> ClientLimits {
    ClientLimits { connections, slow_requests, trusted_proxies: Vec::new(), refusal: None }
}

/// A connection from an address of this machine.
async fn connect(at: SocketAddr, from: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
    socket.connect(at).await.unwrap()
}

/// What the server says to that, as far as it comes at once; empty where it closes.
async fn say(stream: &mut TcpStream, text: &str) -> String {
    let mut answer = vec![0; 4096];
    let _ = stream.write_all(text.as_bytes()).await;
    let read = timeout(Duration::from_secs(10), stream.read(&mut answer)).await.unwrap();
    String::from_utf8_lossy(&answer[..read.unwrap_or_default()]).into_owned()
}

#[tokio::test]
async fn a_client_that_holds_its_share_is_told_so_and_others_are_served() {
    let at = start(limits(2, 16)).await;
    let (mut one, mut two) = (connect(at, "127.0.0.1").await, connect(at, "127.0.0.1").await);
    for stream in [&mut one, &mut two] {
        assert!(say(stream, REQUEST).await.starts_with("HTTP/1.1 200"));
    }
    for _ in 0..200 {
        let mut refused = connect(at, "127.0.0.1").await;
        let answer = say(&mut refused, REQUEST).await;
        assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("retry-after: 1"), "{answer}");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        let problem: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!((problem["status"].as_u64(), problem["code"].as_str()), (Some(503), Some("unavailable")));
        assert!(problem["detail"].as_str().unwrap().contains("too many connections"), "{problem}");
        assert_eq!(say(&mut refused, "").await, "", "it is closed");
    }
    assert!(say(&mut connect(at, "127.0.0.2").await, REQUEST).await.starts_with("HTTP/1.1 200"));
    drop(one);
    sleep(Duration::from_millis(100)).await;
    assert!(say(&mut connect(at, "127.0.0.1").await, REQUEST).await.starts_with("HTTP/1.1 200"));
    assert!(say(&mut two, REQUEST).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn the_connections_of_a_trusted_proxy_are_not_counted() {
    let trusted_proxies = vec!["127.0.0.3".parse().unwrap()];
    let at = start(ClientLimits { trusted_proxies, ..limits(1, 0) }).await;
    let mut all = Vec::new();
    for _ in 0..5 {
        all.push(connect(at, "127.0.0.3").await);
    }
    let (last, others) = all.split_last_mut().unwrap();
    for stream in &mut *others {
        stream.write_all(b"POST / HTTP/1.1\r\n").await.unwrap();
    }
    sleep(Duration::from_millis(1500)).await;
    assert!(say(last, REQUEST).await.starts_with("HTTP/1.1 200"));
    for stream in others {
        assert!(say(stream, &REQUEST["POST / HTTP/1.1\r\n".len()..]).await.starts_with("HTTP/1.1 200"));
    }
}

#[tokio::test]
async fn a_client_sends_few_requests_slowly_and_as_many_as_it_likes_fast() {
    for cut in ["POST / HTTP/1.1\r\nho".len(), REQUEST.len() - 2] {
        let at = start(limits(100, 2)).await;
        let (begin, rest) = REQUEST.split_at(cut);
        let mut slow = Vec::new();
        for _ in 0..5 {
            let mut stream = connect(at, "127.0.0.1").await;
            stream.write_all(begin.as_bytes()).await.unwrap();
            slow.push(stream);
        }
        // a trickle is as slow as nothing
        sleep(Duration::from_millis(600)).await;
        let (next, last) = rest.split_at(1);
        for stream in &mut slow {
            stream.write_all(next.as_bytes()).await.unwrap();
        }
        sleep(Duration::from_millis(900)).await;
        // another address has its own, and fast ones go on
        let mut other = connect(at, "127.0.0.2").await;
        other.write_all(begin.as_bytes()).await.unwrap();
        for _ in 0..5 {
            assert!(say(&mut connect(at, "127.0.0.1").await, REQUEST).await.starts_with("HTTP/1.1 200"));
        }
        sleep(Duration::from_millis(1200)).await;
        assert!(say(&mut other, rest).await.starts_with("HTTP/1.1 200"));
        let mut answered = 0;
        for mut stream in slow {
            answered += usize::from(say(&mut stream, last).await.starts_with("HTTP/1.1 200"));
        }
        assert_eq!(answered, 2, "cut at {cut}");
        // their places are free again
        let mut again = connect(at, "127.0.0.1").await;
        again.write_all(begin.as_bytes()).await.unwrap();
        sleep(Duration::from_millis(1200)).await;
        assert!(say(&mut again, rest).await.starts_with("HTTP/1.1 200"));
    }
}

#[tokio::test]
async fn time_in_which_nobody_reads_a_body_is_not_its_clients() {
    let at = start(limits(100, 0)).await;
    for cut in [REQUEST.len(), REQUEST.len() - 2] {
        let (begin, rest) = REQUEST.split_at(cut);
        let mut streams = Vec::new();
        for _ in 0..5 {
            let mut stream = connect(at, "127.0.0.1").await;
            stream.write_all(begin.replace("POST /", "POST /late").as_bytes()).await.unwrap();
            streams.push(stream);
        }
        sleep(Duration::from_millis(1500)).await;
        for stream in &mut streams {
            let answer = say(stream, rest).await;
            assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("body"), "cut at {cut}: {answer}");
        }
    }
}
