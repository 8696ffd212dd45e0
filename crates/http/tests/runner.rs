//! A router on a real socket: time-outs, limits, and an end that breaks nothing.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod world;

use axum::{
    Extension, Router,
    http::StatusCode,
    routing::{delete, get, post},
};
use endpoint::{
    client::{CallError, Client},
    http_transport::Http,
    *,
};
use ordo_http::{DrainTimeout, Peer, ServerLimits, serve};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Notify, oneshot},
    time::{Instant, sleep, timeout},
};
use world::TestHost;

struct RunningServer {
    at: SocketAddr,
    stop: Arc<Notify>,
    ended: oneshot::Receiver<Result<(), DrainTimeout>>,
}

async fn start(router: Router, limits: ServerLimits) -> RunningServer {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let (stop, (end, ended)) = (Arc::new(Notify::new()), oneshot::channel());
    let (asked, env) = (stop.clone(), TestHost::new().env());
    env.clone().spawn("server", async move {
        let result = serve(listener, router, async move { asked.notified().await }, limits, env).await;
        end.send(result).unwrap();
    });
    RunningServer { at, stop, ended }
}

fn slow_and_quick() -> Router {
    Router::new()
        .route("/quick", get(|Extension(Peer(peer)): Extension<Peer>| async move { peer.ip().to_string() }))
        .route("/slow", get(|| async { sleep(Duration::from_millis(300)).await }))
        .route("/stuck", get(std::future::pending::<()>))
}

/// Sends `text` and reads until the server closes.
async fn speak(at: SocketAddr, text: &str) -> String {
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // a reset after the answer is an end too
    let _ = timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await.unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_request_is_answered_and_its_peer_is_known() {
    let server = start(slow_and_quick(), ServerLimits::default()).await;
    let answer = speak(server.at, "GET /quick HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("127.0.0.1"), "{answer}");
}

#[tokio::test]
async fn who_sends_its_headers_too_slowly_is_cut_off() {
    let limits = ServerLimits { headers_within: Duration::from_millis(100), ..ServerLimits::default() };
    let server = start(slow_and_quick(), limits).await;
    let begun = Instant::now();
    let answer = speak(server.at, "GET /quick HTTP/1.1\r\nhost").await;
    assert!(!answer.contains("200"), "{answer}");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn headers_that_are_too_long_are_refused() {
    let limits = ServerLimits { header_bytes_max: 8192, ..ServerLimits::default() };
    let server = start(slow_and_quick(), limits).await;
    let request = format!("GET /quick HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n", "x".repeat(20_000));
    let answer = speak(server.at, &request).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    let long_path = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "x".repeat(20_000));
    let answer = speak(server.at, &long_path).await;
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
}

#[tokio::test]
async fn what_a_door_lets_in_is_not_refused_behind_it() {
    let door = start(slow_and_quick(), ServerLimits::default()).await;
    let behind = start(slow_and_quick(), ServerLimits::default().behind()).await;
    let with = |headers: usize, long: usize| {
        let headers: String = (2..headers).map(|n| format!("x-{n}: 1\r\n")).collect();
        let long = "x".repeat(long);
        format!("GET /quick HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx: {long}\r\n{headers}\r\n")
    };
    for (request, at_the_door) in [(with(98, 1), "200"), (with(110, 1), "431"), (with(3, 33_000), "431")] {
        assert!(speak(door.at, &request).await.starts_with(&format!("HTTP/1.1 {at_the_door}")));
        assert!(speak(behind.at, &request).await.starts_with("HTTP/1.1 200"));
    }
}

#[tokio::test]
async fn a_request_names_one_host() {
    let server = start(slow_and_quick(), ServerLimits::default()).await;
    for (text, status) in [
        ("GET /quick HTTP/1.1\r\nconnection: close\r\n\r\n", "400"),
        ("GET /quick HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n", "400"),
        ("GET /quick HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", "200"),
        ("GET /quick HTTP/1.0\r\n\r\n", "200"),
        ("GET http://a.example:80/quick HTTP/1.1\r\nhost: b\r\nconnection: close\r\n\r\n", "200"),
        ("GET http://a@b/quick HTTP/1.1\r\nhost: b\r\nconnection: close\r\n\r\n", "400"),
    ] {
        let answer = speak(server.at, text).await;
        assert_eq!(answer.split(' ').nth(1), Some(status), "{answer}");
        assert_eq!(answer.contains("\"pointer\":\"#Host\""), status == "400", "{answer}");
    }
    let longest = format!("{}a", "a.".repeat(126));
    for (host, status) in [
        (longest.as_str(), "200"),
        (&format!("{longest}.:65535"), "200"),
        (&format!("{longest}b"), "400"),
        (&"a.".repeat(14_000), "400"),
        ("Shop.example:8080", "200"),
        ("order_service:80", "200"),
        ("192.0.2.1:80", "200"),
        ("[2001:db8::1]", "200"),
        ("[::1]:8080", "200"),
        ("[::1", "400"),
        ("[x]:80", "400"),
        ("2001:db8::1", "400"),
        ("a:123456", "400"),
        ("a:b", "400"),
        ("a/b", "400"),
        ("a b", "400"),
        ("a<script>", "400"),
        ("m\u{fc}ller.example", "400"),
        ("", "400"),
    ] {
        let text = format!("GET /quick HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        let answer = speak(server.at, &text).await;
        assert_eq!(answer.split(' ').nth(1), Some(status), "{host}: {answer}");
        assert!(answer.len() < 2000, "{host}: {answer}");
    }
}

#[tokio::test]
async fn a_client_is_told_when_its_body_was_not_read_and_the_connection_ends() {
    let whole = post(|body: String| async move { body.len().to_string() });
    let router = slow_and_quick().route("/whole", whole).route("/deaf", post(|| async {}));
    let server = start(router, ServerLimits::default()).await;
    let long = "x".repeat(100_000);
    for (path, body, ends) in [("/whole", &*long, false), ("/deaf", &long, true), ("/deaf", "{}", false)] {
        let length = body.len();
        let mut stream = TcpStream::connect(server.at).await.unwrap();
        let request = format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n{body}");
        // the server may have hung up before the end
        let _ = stream.write_all(request.as_bytes()).await;
        let mut answer = vec![0; 1000];
        let read = timeout(Duration::from_secs(10), stream.read(&mut answer)).await.unwrap().unwrap();
        let answer = String::from_utf8_lossy(&answer[..read]).to_lowercase();
        assert!(answer.starts_with("http/1.1 200"), "{path}: {answer}");
        assert_eq!(answer.contains("connection: close"), ends, "{path}: {answer}");
    }
}

#[tokio::test]
async fn a_small_body_behind_an_early_answer_keeps_the_connection_or_ends_it_openly() {
    let busy = post(|| async { StatusCode::SERVICE_UNAVAILABLE });
    let router = slow_and_quick().route("/deaf", post(|| async {})).route("/busy", busy);
    let server = start(router, ServerLimits::default()).await;
    for (path, pause, ends) in [("/deaf", 20, false), ("/busy", 400, true)] {
        let mut stream = TcpStream::connect(server.at).await.unwrap();
        let head = format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        sleep(Duration::from_millis(pause)).await;
        let _ = stream.write_all(b"{}").await;
        let mut answer = vec![0; 1000];
        let read = timeout(Duration::from_secs(10), stream.read(&mut answer)).await.unwrap().unwrap();
        let text = String::from_utf8_lossy(&answer[..read]).to_lowercase();
        assert_eq!(text.contains("connection: close"), ends, "{path}: {text}");
        if !ends {
            stream.write_all(b"GET /quick HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
            timeout(Duration::from_secs(10), stream.read_exact(&mut answer[..12])).await.unwrap().unwrap();
            assert_eq!(&answer[..12], b"HTTP/1.1 200");
        }
    }
}

#[tokio::test]
async fn a_client_that_sends_far_too_much_sees_the_answer() {
    let server = start(slow_and_quick().route("/deaf", post(|| async {})), ServerLimits::default()).await;
    let length = 5 << 20;
    for round in 0..3 {
        let mut stream = TcpStream::connect(server.at).await.unwrap();
        let head = format!("POST /deaf HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        // all of it, before it looks for an answer
        for _ in 0..length >> 16 {
            stream.write_all(&[b'x'; 1 << 16]).await.unwrap();
            sleep(Duration::from_millis(1)).await;
        }
        let mut answer = Vec::new();
        timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await.unwrap().unwrap();
        let answer = String::from_utf8(answer).unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 200") && answer.contains("connection: close"),
            "{round} {answer}"
        );
    }
    // one that says how much it would send and waits is answered at once
    let mut stream = TcpStream::connect(server.at).await.unwrap();
    let head = "POST /deaf HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 5000000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    timeout(Duration::from_millis(900), stream.read_exact(&mut answer)).await.unwrap().unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
}

#[tokio::test]
async fn a_body_in_very_many_tiny_pieces_is_read_no_further() {
    let whole = post(|body: String| async move { body.len().to_string() });
    let router = slow_and_quick().route("/whole", whole).route("/deaf", post(|| async {}));
    let server = start(router, ServerLimits::default()).await;
    let (tiny, small) = ("1\r\nx\r\n".repeat(300), format!("80\r\n{}\r\n", "x".repeat(128)).repeat(300));
    for (path, pieces, answered) in [
        ("/whole", tiny.as_str(), "400"),
        ("/whole", &tiny[..6 * 200], "200"),
        ("/whole", &small, "200"),
        ("/deaf", &tiny, "200"),
        ("/nowhere", &tiny, "404"),
    ] {
        let mut stream = TcpStream::connect(server.at).await.unwrap();
        let head = format!("POST {path} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n{pieces}");
        stream.write_all(head.as_bytes()).await.unwrap();
        let is_read = path == "/whole" && answered == "200";
        if is_read {
            stream.write_all(b"0\r\n\r\n").await.unwrap();
        }
        let mut answer = vec![0; 1000];
        // nobody waits for the rest
        let read = timeout(Duration::from_millis(900), stream.read(&mut answer)).await.unwrap().unwrap();
        let answer = String::from_utf8_lossy(&answer[..read]).to_lowercase();
        assert!(answer.starts_with(&format!("http/1.1 {answered}")), "{path}: {answer}");
        assert_eq!(answer.contains("connection: close"), !is_read, "{path}: {answer}");
    }
}

#[tokio::test]
async fn whoever_is_sent_away_is_not_waited_for_however_much_they_send() {
    let away = |status: u16| post(move || async move { StatusCode::from_u16(status).unwrap() });
    let router = Router::new().route("/429", away(429)).route("/503", away(503)).route("/415", away(415));
    let server = start(router, ServerLimits::default()).await;
    for (status, is_quick) in [("429", true), ("503", true), ("415", false)] {
        let mut stream = TcpStream::connect(server.at).await.unwrap();
        let head = format!("POST /{status} HTTP/1.1\r\nhost: x\r\ncontent-length: 50000000\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let (mut answers, mut sends) = stream.into_split();
        // it goes on sending, a little at a time
        let sending = async move {
            while sends.write_all(&[b'x'; 1 << 10]).await.is_ok() {
                sleep(Duration::from_millis(5)).await;
            }
            std::future::pending::<()>().await;
        };
        let (begun, mut answer) = (Instant::now(), [0; 12]);
        tokio::select! {
            read = timeout(Duration::from_secs(10), answers.read_exact(&mut answer)) => {
                read.unwrap().unwrap();
            }
            () = sending => {}
        }
        assert_eq!(answer, format!("HTTP/1.1 {status}").as_bytes());
        assert_eq!(begun.elapsed() < Duration::from_secs(2), is_quick, "{status}");
    }
    // what was sent in one go, before it looked for an answer, does not cost it the answer
    let mut stream = TcpStream::connect(server.at).await.unwrap();
    let head = "POST /429 HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n";
    stream.write_all(&[head.as_bytes(), &[b'x'; 100_000]].concat()).await.unwrap();
    let mut answer = String::new();
    timeout(Duration::from_secs(10), stream.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 429"), "{answer}");
}

#[tokio::test]
async fn an_end_lets_what_runs_finish_and_takes_nothing_new() {
    let server = start(slow_and_quick(), ServerLimits::default()).await;
    let idle = TcpStream::connect(server.at).await.unwrap();
    let request = "GET /slow HTTP/1.1\r\nhost: x\r\n\r\n";
    let stop = async {
        sleep(Duration::from_millis(100)).await;
        server.stop.notify_one();
        sleep(Duration::from_millis(50)).await;
        TcpStream::connect(server.at).await.is_err()
    };
    let (answer, refused) = tokio::join!(speak(server.at, request), stop);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(refused, "nothing new is accepted");
    assert_eq!(timeout(Duration::from_secs(5), server.ended).await.unwrap().unwrap(), Ok(()));
    drop(idle);
}

#[tokio::test]
async fn an_end_does_not_wait_for_ever() {
    let limits = ServerLimits { drain_within: Duration::from_millis(100), ..ServerLimits::default() };
    let server = start(slow_and_quick(), limits).await;
    let mut stuck = TcpStream::connect(server.at).await.unwrap();
    stuck.write_all(b"GET /stuck HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    sleep(Duration::from_millis(50)).await;
    server.stop.notify_one();
    let ended = timeout(Duration::from_secs(5), server.ended).await.unwrap().unwrap();
    assert_eq!(ended, Err(DrainTimeout { connections: 1 }));
}

#[tokio::test]
async fn one_connection_more_waits_until_another_ends() {
    let limits = ServerLimits { connections_max: 1, ..ServerLimits::default() };
    let server = start(slow_and_quick(), limits).await;
    let first = TcpStream::connect(server.at).await.unwrap();
    sleep(Duration::from_millis(50)).await;
    let request = "GET /quick HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let begun = Instant::now();
    let end_first = async {
        sleep(Duration::from_millis(200)).await;
        drop(first);
    };
    let (answer, ()) = tokio::join!(speak(server.at, request), end_first);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(begun.elapsed() >= Duration::from_millis(200));
}

/// Pings.
#[derive(Debug, Endpoint)]
#[endpoint(delete = "/quick", scope = Public, reply = Json<u32>)]
struct Ping;

#[tokio::test]
async fn the_client_over_http_knows_what_never_arrived() {
    let env = TestHost::new().env();
    let client = |at: SocketAddr| Client::new(Arc::new(Http::new()), &[format!("http://{at}/")], env.clone());
    let cx = || Context::background(&env, Duration::from_secs(2));
    let router = Router::new().route("/quick", delete(|| async { "3" }));
    let server = start(router, ServerLimits::default()).await;
    for _ in 0..3 {
        assert_eq!(client(server.at).call(&cx(), Ping).await.unwrap(), Json(3));
    }
    server.stop.notify_one();
    assert_eq!(server.ended.await.unwrap(), Ok(()));
    let error = client(server.at).call(&cx(), Ping).await.unwrap_err();
    assert!(matches!(&error, CallError::Broken(b) if !b.arrived), "{error}");
    // a server that reads the request and hangs up may have done it
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    env.spawn("rude", async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut bytes = [0; 1024];
            let _ = stream.read(&mut bytes).await;
        }
    });
    let error = client(at).call(&cx(), Ping).await.unwrap_err();
    assert!(error.outcome_unknown(), "{error}");
}

/// So much that no buffer holds it.
const MUCH: usize = 32 << 20;

#[tokio::test]
async fn whoever_takes_nothing_of_an_answer_is_cut_off_and_a_slow_reader_is_not() {
    let router = Router::new().route("/much", get(|| async { vec![b'x'; MUCH] }));
    let limits = ServerLimits { stalled_within: Duration::from_millis(300), ..ServerLimits::default() };
    let server = start(router, limits).await;
    let ask = async || {
        let mut stream = TcpStream::connect(server.at).await.unwrap();
        stream.write_all(b"GET /much HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
        stream
    };
    let (mut stalled, mut slow) = (ask().await, ask().await);
    let (mut taken, mut piece) = (0, vec![0; 1 << 20]);
    // it takes several times as long as nothing may be taken
    for _ in 0..8 {
        sleep(Duration::from_millis(100)).await;
        taken += slow.read_exact(&mut piece).await.unwrap();
    }
    let mut rest = Vec::new();
    slow.read_to_end(&mut rest).await.unwrap();
    assert!(taken + rest.len() > MUCH);
    let mut rest = Vec::new();
    // what had been sent by then
    let _ = stalled.read_to_end(&mut rest).await;
    assert!(rest.len() < MUCH, "{}", rest.len());
}
