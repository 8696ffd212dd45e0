//! What a client does when it is not simply answered, on paused time.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod addresses;
mod answers;
mod deadlines;
mod repeating;
#[path = "../teapots/mod.rs"]
mod teapots;

use bytes::Bytes;
use endpoint::{
    client::{CUT_OFF, CallError, Client, Credential, DEADLINE, Policy, REQUEST_ID, TRACE, metrics},
    http::{HeaderValue, Request, Response, header::AUTHORIZATION},
    transport::{SendFuture, Transport, TransportError},
    *,
};
use kernel::{BoxFuture, Env, Host, Timestamp, id::UserId};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};
use teapots::*;
use tokio::time::{Instant, advance, sleep};

/// A world whose randomness is the same in each run.
struct SeededHost(AtomicU64);
impl Host for SeededHost {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(1_800_000_000)
    }
    fn random(&self, bytes: &mut [u8]) {
        for byte in bytes {
            // SplitMix64
            let mut x = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, SeqCst);
            x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *byte = (x >> 56) as u8;
        }
    }
    #[allow(clippy::disallowed_methods, reason = "a world runs tasks")]
    fn spawn(&self, _: &'static str, task: BoxFuture<()>) {
        tokio::spawn(task);
    }
    fn blocking(&self, _: Box<dyn FnOnce() + Send>) -> BoxFuture<()> {
        Box::pin(std::future::pending())
    }
}
fn env() -> Env {
    Env::new(SeededHost(AtomicU64::new(1)))
}

/// What happens to one try.
enum TryOutcome {
    Answer(u16, &'static str),
    RetryAfter(u16, &'static str),
    /// A refusal with this code, by a process that is isolated.
    CutOff(&'static str),
    Lost,
    NeverSent,
    BlackHole,
    /// Whoever is there answers after this.
    Slow(Duration),
    /// As long takes the way.
    Far(Duration),
}
use TryOutcome::*;

const BUSY: TryOutcome = Answer(503, r#"{"code": "unavailable", "retry_after": 0}"#);
const UNKNOWN: TryOutcome = Answer(503, r#"{"code": "outcome_unknown", "retry_after": 0}"#);

/// A transport that follows a script, and remembers what was sent.
struct ScriptedTransport<F> {
    fate: F,
    sent: Mutex<Vec<(Instant, String, Request<Bytes>)>>,
    looks: Mutex<Vec<Instant>>,
}
impl<F: Fn(usize, &str) -> TryOutcome + Send + Sync + 'static> Transport for ScriptedTransport<F> {
    fn send<'a>(&'a self, to: &'a str, request: Request<Bytes>) -> SendFuture<'a> {
        let mut sent = self.sent.lock().unwrap();
        let fate = (self.fate)(sent.len(), to);
        if matches!(request.uri().path(), "/health" | "/ready") {
            // whether somebody is there, not a try
            self.looks.lock().unwrap().push(Instant::now());
            let fate = if matches!(fate, Slow(_) | Answer(404, _)) { Answer(200, "{}") } else { fate };
            return Box::pin(fate.come());
        }
        sent.push((Instant::now(), to.to_owned(), request));
        Box::pin(fate.come())
    }
}
impl TryOutcome {
    async fn come(self) -> Result<Response<Bytes>, TransportError> {
        let response = |status: u16| Response::builder().status(status);
        match self {
            Answer(status, body) => Ok(response(status).body(Bytes::from_static(body.as_bytes())).unwrap()),
            RetryAfter(status, s) => {
                Ok(response(status).header("retry-after", s).body(Bytes::new()).unwrap())
            }
            CutOff(code) => {
                let body = format!(r#"{{"code": "{code}", "retry_after": 1}}"#);
                let refused = response(503).header(CUT_OFF, code).header("retry-after", "1");
                Ok(refused.body(body.into()).unwrap())
            }
            Slow(time) | Far(time) => {
                tokio::time::sleep(time).await;
                Ok(response(200).body(Bytes::from_static(b"1")).unwrap())
            }
            Lost => Err(TransportError { arrived: true, why: "reset".into() }),
            NeverSent => Err(TransportError { arrived: false, why: "refused".into() }),
            BlackHole => std::future::pending().await,
        }
    }
}

fn scripted<F>(addresses: &[&str], fate: F) -> (Client, Arc<ScriptedTransport<F>>)
where
    F: Fn(usize, &str) -> TryOutcome + Send + Sync + 'static,
{
    let script = Arc::new(ScriptedTransport { fate, sent: Mutex::default(), looks: Mutex::default() });
    (Client::to("pottery", script.clone(), addresses, env()), script)
}
impl<F> ScriptedTransport<F> {
    fn tries(&self) -> usize {
        self.sent.lock().unwrap().len()
    }
}

/// A service's own credential.
struct OwnCredential;
impl Credential for OwnCredential {
    fn authorization(&self, cx: &Context) -> Option<HeaderValue> {
        HeaderValue::from_str(&format!("Bearer own for {}", cx.act_for?)).ok()
    }
}

fn cx() -> Context {
    Context::background(&env(), Duration::from_secs(5))
}
fn count() -> CountTeapots {
    CountTeapots { question: Body(Change::default()) }
}
fn make() -> MakeTeapot {
    MakeTeapot {
        key: IdempotencyKey("k".into()),
        teapot: Body(NewTeapot { name: "x".into(), cups: vec![], note: None }),
    }
}
fn glaze() -> GlazeTeapot {
    GlazeTeapot { id: Path(id()) }
}
