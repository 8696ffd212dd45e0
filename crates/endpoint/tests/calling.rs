//! What a client does when it is not simply answered, on paused time.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod teapots;

use bytes::Bytes;
use endpoint::{
    client::{CallError, Client, Credential, DEADLINE, Policy, REQUEST_ID, TRACE},
    http::{HeaderValue, Request, Response, header::AUTHORIZATION},
    transport::{Broken, Sent, Transport},
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
use tokio::time::{Instant, advance};

/// A world whose randomness is the same in each run.
struct World(AtomicU64);
impl Host for World {
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
    fn spawn(&self, _: &'static str, _: BoxFuture<()>) {}
    fn blocking(&self, _: Box<dyn FnOnce() + Send>) -> BoxFuture<()> {
        Box::pin(std::future::pending())
    }
}
fn env() -> Env {
    Env::new(World(AtomicU64::new(1)))
}

/// What happens to one try.
enum Fate {
    Answer(u16, &'static str),
    RetryAfter(&'static str),
    Lost,
    NeverSent,
    BlackHole,
}
use Fate::*;

const BUSY: Fate = Answer(503, r#"{"code": "unavailable", "retry_after": 0}"#);
const UNKNOWN: Fate = Answer(503, r#"{"code": "outcome_unknown", "retry_after": 0}"#);

/// A transport that follows a script, and remembers what was sent.
struct Script<F> {
    fate: F,
    sent: Mutex<Vec<(Instant, String, Request<Bytes>)>>,
}
impl<F: Fn(usize, &str) -> Fate + Send + Sync + 'static> Transport for Script<F> {
    fn send<'a>(&'a self, to: &'a str, request: Request<Bytes>) -> Sent<'a> {
        let mut sent = self.sent.lock().unwrap();
        let fate = (self.fate)(sent.len(), to);
        sent.push((Instant::now(), to.to_owned(), request));
        Box::pin(async move {
            let response = |status: u16| Response::builder().status(status);
            match fate {
                Answer(status, body) => {
                    Ok(response(status).body(Bytes::from_static(body.as_bytes())).unwrap())
                }
                RetryAfter(s) => Ok(response(429).header("retry-after", s).body(Bytes::new()).unwrap()),
                Lost => Err(Broken { arrived: true, why: "reset".into() }),
                NeverSent => Err(Broken { arrived: false, why: "refused".into() }),
                BlackHole => std::future::pending().await,
            }
        })
    }
}

fn scripted<F>(addresses: &[&str], fate: F) -> (Client, Arc<Script<F>>)
where
    F: Fn(usize, &str) -> Fate + Send + Sync + 'static,
{
    let script = Arc::new(Script { fate, sent: Mutex::default() });
    (Client::new(script.clone(), addresses, env()), script)
}
impl<F> Script<F> {
    fn tries(&self) -> usize {
        self.sent.lock().unwrap().len()
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
        key: Key("k".into()),
        teapot: Body(NewTeapot { name: "x".into(), cups: vec![], note: None }),
    }
}
fn glaze() -> GlazeTeapot {
    GlazeTeapot { id: Path(id()) }
}

#[tokio::test(start_paused = true)]
async fn what_may_be_repeated_is_repeated_until_it_is_answered() {
    let (client, script) = scripted(&["a"], |n, _| if n < 2 { Lost } else { Answer(200, "3") });
    assert_eq!(client.call(&cx(), count()).await.unwrap(), Json(3));
    assert_eq!(script.tries(), 3);
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_repeated_is_sent_again_only_when_it_never_arrived() {
    for (first, tries) in [(NeverSent, 2), (BUSY, 2), (Lost, 1), (UNKNOWN, 1), (Answer(502, ""), 1)] {
        let first = Mutex::new(Some(first));
        let (client, script) =
            scripted(&["a"], move |_, _| first.lock().unwrap().take().unwrap_or(Answer(404, "{}")));
        assert!(client.call(&cx(), glaze()).await.is_err());
        assert_eq!(script.tries(), tries);
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_makes_a_change_repeatable_and_a_precondition_does_not() {
    let change = |key: Option<&str>, known: Option<&str>| ChangeTeapot {
        id: Path(id()),
        key: MaybeKey(key.map(Into::into)),
        known: IfMatch(known.map(Into::into)),
        change: Body(Change::default()),
    };
    for (request, tries) in
        [(change(None, None), 1), (change(Some("k"), None), 3), (change(Some("k"), Some("\"1\"")), 3)]
    {
        let (client, script) = scripted(&["a"], |_, _| Lost);
        assert!(client.call(&cx(), request).await.unwrap_err().outcome_unknown());
        assert_eq!(script.tries(), tries);
    }
    // the second DELETE with If-Match would be told 412 because of the first
    for (known, tries) in [(None, 3), (Some("\"1\"".to_owned()), 1)] {
        let (client, script) = scripted(&["a"], |_, _| Lost);
        let _ = client.call(&cx(), BreakTeapot { id: Path(id()), known: IfMatch(known) }).await;
        assert_eq!(script.tries(), tries);
    }
}

#[tokio::test(start_paused = true)]
async fn an_unknown_outcome_is_never_told_as_a_refusal() {
    // the first try may have had an effect: that the second was told "busy" does not undo it
    let (client, _) = scripted(&["a"], |n, _| if n == 0 { Lost } else { BUSY });
    let error = client.call(&cx(), make()).await.unwrap_err();
    assert!(matches!(&error, CallError::Broken(b) if b.arrived), "{error}");
    let fail: Fail<Nothing> = error.into();
    assert!(matches!(fail, Fail::Common(Common::OutcomeUnknown { .. })));
    for fate in [|| UNKNOWN, || Answer(500, "{}"), || Answer(502, ""), || Answer(504, "")] {
        let (client, _) = scripted(&["a"], move |_, _| fate());
        assert!(client.call(&cx(), make()).await.unwrap_err().outcome_unknown());
    }
    for fate in [|| BUSY, || NeverSent, || Answer(404, "{}")] {
        let (client, _) = scripted(&["a"], move |_, _| fate());
        assert!(!client.call(&cx(), make()).await.unwrap_err().outcome_unknown());
    }
}

#[tokio::test(start_paused = true)]
async fn a_black_hole_ends_at_the_deadline() {
    for may_repeat in [true, false] {
        let (client, script) = scripted(&["a"], |_, _| BlackHole);
        let begun = Instant::now();
        let broken = match may_repeat {
            true => client.call(&cx(), count()).await.is_err_and(|e| e.outcome_unknown()),
            false => client.call(&cx(), glaze()).await.is_err_and(|e| e.outcome_unknown()),
        };
        assert!(broken);
        assert_eq!(script.tries(), if may_repeat { 3 } else { 1 });
        assert!(begun.elapsed() <= Duration::from_secs(5), "{:?}", begun.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn no_call_outlives_its_declaration() {
    let (client, _) = scripted(&["a"], |_, _| BlackHole);
    let begun = Instant::now();
    let patient = Context::background(&env(), Duration::from_secs(100));
    assert!(client.call(&patient, make()).await.is_err());
    assert!(begun.elapsed() <= Duration::from_millis(MakeTeapot::ROUTE.within_ms));
}

#[tokio::test(start_paused = true)]
async fn reading_has_no_effect_whatever_became_of_it() {
    for fate in [|| Lost, || BlackHole] {
        let (client, script) = scripted(&["a"], move |_, _| fate());
        let error = client.call(&cx(), ListTeapots::default()).await.unwrap_err();
        assert!(!error.outcome_unknown(), "{error}");
        assert_eq!(script.tries(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_when_there_is_no_time_left() {
    let (client, script) = scripted(&["a"], |_, _| Answer(200, "1"));
    let late = Context::background(&env(), Duration::ZERO);
    let error = client.call(&late, count()).await.unwrap_err();
    assert!(!error.outcome_unknown());
    assert_eq!(script.tries(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_server_is_heard_when_it_names_a_time() {
    let (client, script) = scripted(&["a"], |n, _| if n == 0 { RetryAfter("2") } else { Answer(200, "1") });
    let begun = Instant::now();
    assert!(client.call(&cx(), count()).await.is_ok());
    assert!(begun.elapsed() >= Duration::from_secs(2));
    // and where that is beyond the deadline, it is not waited for
    let (client, script_2) = scripted(&["a"], |_, _| RetryAfter("60"));
    assert!(matches!(client.call(&cx(), count()).await, Err(CallError::Problem(p)) if p.status == 429));
    assert_eq!((script.tries(), script_2.tries()), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn the_budget_bounds_retries_when_everything_fails() {
    let (client, script) = scripted(&["a", "b", "c"], |_, _| BUSY);
    for _ in 0..1000 {
        assert!(client.call(&cx(), count()).await.is_err());
    }
    // ten saved up, and one for each ten calls
    assert!((1100..=1111).contains(&script.tries()), "{}", script.tries());
}

#[tokio::test(start_paused = true)]
async fn a_dead_address_is_left_alone_and_looked_at_now_and_then() {
    let (client, script) =
        scripted(&["dead", "good"], |_, to| if to == "dead" { NeverSent } else { Answer(200, "1") });
    for _ in 0..1000 {
        advance(Duration::from_millis(10)).await;
        assert!(client.call(&cx(), count()).await.is_ok());
    }
    let dead = script.sent.lock().unwrap().iter().filter(|(_, to, _)| to == "dead").count();
    // five open the breaker; then one probe in two seconds
    assert!((5..=10).contains(&dead), "{dead}");
}

#[tokio::test(start_paused = true)]
async fn an_open_breaker_fails_at_once_and_closes_after_one_good_answer() {
    let well = Arc::new(AtomicU64::new(0));
    let flag = well.clone();
    let (client, script) =
        scripted(&["a"], move |_, _| if flag.load(SeqCst) == 0 { NeverSent } else { Answer(200, "1") });
    for _ in 0..3 {
        assert!(client.call(&cx(), count()).await.is_err());
    }
    let tries = script.tries();
    assert!(client.call(&cx(), count()).await.is_err());
    assert_eq!(script.tries(), tries, "nothing is sent through an open breaker");
    well.store(1, SeqCst);
    advance(Policy::default().open_for).await;
    for _ in 0..3 {
        assert!(client.call(&cx(), count()).await.is_ok());
    }
}

#[tokio::test(start_paused = true)]
async fn shed_load_opens_no_breaker_but_a_proxys_503_does() {
    let (client, script) = scripted(&["a"], |_, _| BUSY);
    for _ in 0..20 {
        assert!(client.call(&cx(), glaze()).await.is_err());
    }
    assert!(script.tries() >= 20);
    let (client, script) = scripted(&["a"], |_, _| Answer(503, "<html>no server is available</html>"));
    for _ in 0..20 {
        assert!(client.call(&cx(), glaze()).await.is_err());
    }
    assert_eq!(script.tries(), 5);
}

#[tokio::test(start_paused = true)]
async fn refusals_come_back_typed_and_unknown_codes_as_problems() {
    let body = r#"{"code": "not_enough_clay", "status": 409, "errors": [{"pointer": "/cups/0", "available": 2}], "left": 3}"#;
    let (client, _) = scripted(&["a"], move |_, _| Answer(409, body));
    let refused = client.call(&cx(), make()).await.unwrap_err();
    let CallError::Refused(MakeTeapotError::NotEnoughClay { errors, left: 3 }) = refused else {
        panic!("{refused}");
    };
    assert_eq!(errors[0].available, 2);
    for body in [
        r#"{"code": "from_the_future", "x": 1}"#,
        // a code that is known with data that is not
        r#"{"code": "not_enough_clay", "errors": "all"}"#,
        "<html>",
    ] {
        let (client, _) = scripted(&["a"], move |_, _| Answer(409, body));
        assert!(matches!(client.call(&cx(), make()).await, Err(CallError::Problem(p)) if p.status == 409));
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_cannot_be_read_is_an_unknown_outcome() {
    let (client, _) = scripted(&["a"], |_, _| Answer(201, "<html>"));
    assert!(matches!(client.call(&cx(), make()).await, Err(CallError::Broken(b)) if b.arrived));
}

#[tokio::test(start_paused = true)]
async fn deadline_identity_and_trace_travel_along() {
    struct Own;
    impl Credential for Own {
        fn authorization(&self, cx: &Context) -> Option<HeaderValue> {
            HeaderValue::from_str(&format!("Bearer own for {}", cx.act_for?)).ok()
        }
    }
    let user: UserId = "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap();
    let (client, script) = scripted(&["a"], |_, _| Answer(200, "1"));
    let mut passed_on = cx().acting_for(user).within(Duration::from_secs(1));
    passed_on.bearer = Some(HeaderValue::from_static("Bearer of the user"));
    client.call(&passed_on, count()).await.unwrap();
    client.with_credential(Arc::new(Own)).call(&passed_on, count()).await.unwrap();
    let sent = script.sent.lock().unwrap();
    let header =
        |n: usize, name: &endpoint::http::HeaderName| sent[n].2.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header(0, &AUTHORIZATION), "Bearer of the user");
    assert_eq!(header(1, &AUTHORIZATION), "Bearer own for usr_01h455vb4pex5vsknk084sn02q");
    assert_eq!(header(0, &REQUEST_ID), passed_on.request_id);
    assert_eq!(header(0, &TRACE), passed_on.traceparent.clone().unwrap());
    assert_eq!(header(0, &DEADLINE), "1000");
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_fails_or_is_given_up_is_followed_by_another() {
    let well = Arc::new(AtomicU64::new(0));
    let flag = well.clone();
    let (client, script) = scripted(&["a"], move |n, _| match (flag.load(SeqCst), n) {
        (1, _) => Answer(200, "1"),
        (2, _) => BlackHole,
        _ => NeverSent,
    });
    for _ in 0..5 {
        assert!(client.call(&cx(), count()).await.is_err());
    }
    assert_eq!(script.tries(), 5);
    for n in 1..=3 {
        advance(Policy::default().open_for).await;
        assert!(client.call(&cx(), count()).await.is_err());
        assert_eq!(script.tries(), 5 + n, "one probe each time");
    }
    well.store(2, SeqCst);
    advance(Policy::default().open_for).await;
    assert!(tokio::time::timeout(Duration::from_millis(1), client.call(&cx(), count())).await.is_err());
    well.store(1, SeqCst);
    assert!(client.call(&cx(), count()).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn of_two_addresses_the_one_with_fewer_calls_in_flight_is_taken() {
    let (client, script) = scripted(&["slow", "quick"], |n, to| match to {
        "slow" if n < 100 => BlackHole,
        _ => Answer(200, "1"),
    });
    let short = Duration::from_millis(100);
    let stuck = async {
        // until one call hangs in the slow one
        while tokio::time::timeout(short, client.call(&cx(), glaze())).await.is_ok() {}
    };
    let others = async {
        tokio::task::yield_now().await;
        let mut asked = Vec::new();
        while script.tries() < 50 {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let _ = tokio::time::timeout(Duration::from_millis(1), client.call(&cx(), count())).await;
            asked = script.sent.lock().unwrap().iter().map(|(_, to, _)| to.clone()).collect();
        }
        asked
    };
    let ((), asked) = tokio::join!(stuck, others);
    let slow = asked.iter().filter(|to| *to == "slow").count();
    assert!((1..=10).contains(&slow), "{slow} of {}", asked.len());
    // given up, they count no more: both are taken again
    while script.tries() < 300 {
        let _ = tokio::time::timeout(Duration::from_millis(1), client.call(&cx(), count())).await;
    }
    let sent = script.sent.lock().unwrap();
    let slow = sent[100..].iter().filter(|(_, to, _)| to == "slow").count();
    assert!((50..150).contains(&slow), "{slow} of {}", sent.len() - 100);
}

#[tokio::test(start_paused = true)]
async fn a_call_given_up_leaves_nothing_behind() {
    let (client, script) = scripted(&["a"], |n, _| if n < 50 { BlackHole } else { Answer(200, "1") });
    for _ in 0..50 {
        let given_up = tokio::time::timeout(Duration::from_millis(1), client.call(&cx(), count())).await;
        assert!(given_up.is_err());
    }
    assert!(client.call(&cx(), count()).await.is_ok());
    assert_eq!(script.tries(), 51);
}
