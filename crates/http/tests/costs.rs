//! What a request costs: no more than in proportion to what is sent, a short answer, and nobody else's time.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod pottery;

use axum::Router;
use endpoint::{FAULTS_BYTES_MAX, FAULTS_LISTED_MAX, FAULTS_OMITTED, FieldError};
use http_body_util::BodyExt;
use kernel::{BoxFuture, Env, Host, Timestamp};
use ordo_http::{Api, ApiContext, RequestLimits};
use pottery::{world::TestHost, *};
use serde_json::Value;
use std::{
    fs,
    sync::{Arc, Mutex},
    time::Duration,
};
use tower::ServiceExt;

/// Bytes of an answer beside its list of errors.
const REST_MAX: usize = 2_048;

/// How often the costliest bodies could be read into a tree of values for what they cost here. On a machine that reads a megabyte
/// of them in 10 ms this is 100 ms of a megabyte in the program that is built to run; what is not optimized takes three times as
/// much, measured by the reading, which always is.
const READINGS: u32 = if cfg!(debug_assertions) { 30 } else { 10 };
/// The least of so many counts: what runs beside this on the same processor slows it down.
const TRIES: usize = 3;

/// What this thread has had of the processor (`schedstat` of proc(5)).
fn processor() -> Duration {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(told.split_whitespace().next().unwrap().parse().unwrap())
}

fn many(bytes: usize, one: impl Fn(usize) -> String) -> String {
    let each = one(0).len() + 1;
    (0..bytes / each).map(one).collect::<Vec<_>>().join(",")
}

/// Bodies of so many bytes, each of which is much work for a careless reader.
fn bodies(bytes: usize) -> Vec<(&'static str, String)> {
    let nul = r"\u0000";
    let long = "k".repeat(bytes / 2);
    let object = |rest: String| format!(r#"{{"name": "x", {rest}}}"#);
    vec![
        ("unknown members with NUL", object(many(bytes, |n| format!(r#""{n:06}": "{nul}""#)))),
        ("unknown members", object(many(bytes, |n| format!(r#""{n:06}": 1"#)))),
        ("one name many times", object(many(bytes, |_| r#""x": 1"#.into()))),
        ("a long name", object(format!(r#""{}": 1"#, "~".repeat(bytes)))),
        (
            "NUL below a long name",
            object(format!(r#""{long}": [{}]"#, many(bytes / 2, |_| format!(r#""{nul}""#)))),
        ),
        ("broken rules", object(format!(r#""cups": [{}]"#, many(bytes, |_| r#"{"millilitres": 0}"#.into())))),
        ("items of a wrong type", object(format!(r#""cups": [{}]"#, many(bytes, |_| "0".into())))),
        ("items without members", object(format!(r#""cups": [{}]"#, many(bytes, |_| "{}".into())))),
        (
            "more items than fit",
            object(format!(r#""cups": [{}]"#, many(bytes, |_| r#"{"millilitres": 1}"#.into()))),
        ),
        (
            "unknown in items",
            object(format!(r#""cups": [{}]"#, many(bytes, |n| format!(r#"{{"{n:06}": 1}}"#)))),
        ),
        ("deep", object(format!(r#""x": [{}]"#, many(bytes, |_| "[".repeat(100) + &"]".repeat(100))))),
        ("deeper than is read", "[".repeat(bytes)),
        ("digits", format!(r#"{{"name": {}}}"#, "9".repeat(bytes))),
        ("a text of words", format!(r#"{{"name": 1, "cups": "{}"}}"#, "x, expected `".repeat(bytes / 13))),
        ("blanks", " ".repeat(bytes)),
        ("no JSON", "\u{1}".repeat(bytes)),
    ]
}

/// What it costs on this machine to read so many bytes of small objects.
fn reading(bytes: usize) -> Duration {
    let body = format!("[{}]", many(bytes, |_| r#"{"millilitres": 0}"#.into()));
    let tries = (0..TRIES).map(|_| {
        let before = processor();
        assert!(serde_json::from_str::<Value>(&body).unwrap().is_array());
        processor() - before
    });
    tries.min().unwrap()
}

async fn sent(router: &Router, line: &str, body: String) -> (u16, usize, Value) {
    let response = router.clone().oneshot(request(line, &[STAFF, JSON, KEY], body)).await.unwrap();
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, body.len(), serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn twice_the_body_costs_twice_the_work_and_no_longer_answer() {
    // a fifth of a megabyte, and two fifths
    const BYTES: usize = 200_000;
    let router = router();
    let reading = reading(2 * BYTES);
    for ((what, one), (_, two)) in bodies(BYTES).into_iter().zip(bodies(2 * BYTES)) {
        let mut costs = Vec::new();
        for body in [one, two] {
            let mut tries = Vec::new();
            for body in vec![body; TRIES] {
                let before = processor();
                let answer = sent(&router, "POST /v1/teapots", body).await;
                tries.push((processor() - before, answer));
            }
            let least = tries.into_iter().min_by_key(|(cost, _)| *cost).unwrap();
            let (cost, (status, length, said)) = least;
            costs.push(cost);
            assert_eq!(status, 400, "{what}: {said}");
            let errors = said["errors"].as_array().unwrap();
            assert!((1..=FAULTS_LISTED_MAX).contains(&errors.len()), "{what}: {}", errors.len());
            let list = said["errors"].to_string().len();
            assert!(
                list <= FAULTS_BYTES_MAX && length <= list + REST_MAX,
                "{what}: {length} bytes, {list} of errors"
            );
        }
        // the system counts in steps of some milliseconds
        assert!(costs[1] < costs[0] * 3 + Duration::from_millis(30), "{what}: {costs:?}");
        assert!(costs[1] < reading * READINGS, "{what}: {costs:?}, and reading it {reading:?}");
    }
}

#[tokio::test]
async fn a_list_of_errors_says_how_many_more_there_are() {
    let body = |count| {
        format!(
            r#"{{"name": "x", {}}}"#,
            (0..count).map(|n| format!(r#""x{n}": 1"#)).collect::<Vec<_>>().join(",")
        )
    };
    let (_, _, said) = sent(&router(), "POST /v1/teapots", body(100)).await;
    assert_eq!((said["errors"].as_array().unwrap().len(), &said[FAULTS_OMITTED]), (100, &Value::Null));
    let (_, _, said) = sent(&router(), "POST /v1/teapots", body(150)).await;
    assert_eq!((said["errors"].as_array().unwrap().len(), &said[FAULTS_OMITTED]), (100, &50.into()));
}

#[tokio::test]
async fn a_long_query_has_a_short_answer() {
    let query: String = (0..5_000).map(|n| format!("&a{n}=%00")).collect();
    for line in [
        format!("GET /v1/teapots?{}", &query[1..30_000]),
        format!("GET /v1/teapots?{}", "a&".repeat(14_000)),
        format!("GET /v1/teapots?{}", "%ff&".repeat(7_000)),
        format!("GET /v1/teapots?{}=1", "~".repeat(28_000)),
        format!("GET /v1/teapots?limit=x&cursor=*{}", "&limit=1&cursor=2".repeat(1_500)),
        format!("GET /v1/teapots?{}", "glaze=%00&".repeat(2_800)),
        format!("GET /v1/teapots/{}", "x".repeat(30_000)),
        format!("GET /v1/{}", "x".repeat(30_000)),
    ] {
        let what = &line[..40];
        let before = processor();
        let (status, length, said) = sent(&router(), &line, String::new()).await;
        let cost = processor() - before;
        assert!(matches!(status, 400 | 404), "{what}: {status} {said}");
        let list = said["errors"].to_string().len();
        assert!(
            list <= FAULTS_BYTES_MAX && length <= list + REST_MAX,
            "{what}: {length} bytes, {list} of errors"
        );
        assert!(cost < Duration::from_millis(200), "{what}: {cost:?}");
        let errors: Vec<FieldError> = serde_json::from_value(said["errors"].clone()).unwrap_or_default();
        let known = errors.iter().filter(|fault| fault.detail.starts_with("supported parameters: ")).count();
        assert!(known <= 1, "{what}: those that are known are told once");
    }
}

type LongTask = Box<dyn FnOnce() + Send>;

/// A world whose long work waits until the test does it.
#[derive(Clone)]
struct DeferredWorkHost {
    world: TestHost,
    works: Arc<Mutex<Vec<LongTask>>>,
}
impl Host for DeferredWorkHost {
    fn now(&self) -> Timestamp {
        self.world.now()
    }
    fn random(&self, bytes: &mut [u8]) {
        self.world.random(bytes);
    }
    fn spawn(&self, name: &'static str, task: BoxFuture<()>) {
        self.world.spawn(name, task);
    }
    fn blocking(&self, work: LongTask) -> BoxFuture<()> {
        self.works.lock().unwrap().push(work);
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn a_large_body_is_read_elsewhere_few_at_a_time_and_its_deadline_is_kept() {
    let held = DeferredWorkHost { world: TestHost::new(), works: Arc::default() };
    let env = Env::new(held.clone());
    let shell = ApiContext {
        service: "pottery",
        verify: Arc::new(PotteryVerifier),
        env,
        limits: RequestLimits::default(),
    };
    let router = Api::new(Pottery, shell).on(make).router();
    let large = || format!(r#"{{"name": "x", "note": "{}"}}"#, "x".repeat(20_000));
    let begun = tokio::time::Instant::now();
    let (a, b, c, small) = tokio::join!(
        sent(&router, "POST /v1/teapots", large()),
        sent(&router, "POST /v1/teapots", large()),
        sent(&router, "POST /v1/teapots", large()),
        sent(&router, "POST /v1/teapots", r#"{"name": "x"}"#.into()),
    );
    assert_eq!((a.0, b.0, c.0, small.0), (504, 504, 504, 201));
    assert_eq!(begun.elapsed(), Duration::from_secs(5), "each is answered at its deadline");
    // those two have their places until they are done, whoever waits for them
    assert_eq!(held.works.lock().unwrap().len(), 2);
    assert_eq!(sent(&router, "POST /v1/teapots", large()).await.0, 504);
    let works = std::mem::take(&mut *held.works.lock().unwrap());
    assert_eq!(works.len(), 2);
    works.into_iter().for_each(|work| work());
    assert_eq!(sent(&router, "POST /v1/teapots", large()).await.0, 504);
    assert_eq!(held.works.lock().unwrap().len(), 1, "there is a place again");
    // what is not held is read, and done
    let (status, ..) = sent(&pottery::router(), "POST /v1/teapots", large()).await;
    assert_eq!(status, 201);
}
