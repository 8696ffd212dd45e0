//! A service that is slow, or is unresponsive, takes none of the others down: what each of them answers is measured side
//! by side, with it so and with it quick, in turns.
//!
//! Every run tries three of them, drawn by a seed that is printed (`TEST_SEED` repeats it); with `TEST_LONG` each service
//! is slow once, and is unresponsive once.

use crate::{
    network_proxies::{ProxiedShop, TWICE},
    shop::{admin_at, customer_at, load::SplitMix, stock_up},
};
use http::Method;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};
use testkit::{http_client::HttpClient, proxy::LinkBehaviour, real_env};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, sleep_until},
};

const SLOWER_BY: Duration = Duration::from_secs(1);
/// Of each a median is taken, so that one bad second of the machine is none of ours.
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(1);
/// What was the machine's noise does not come again: so no time, however short, counts as nothing. Of so many tries the
/// median counts.
const TRIES: usize = 3;
/// Of the others, so many times as long as before.
const AT_MOST: f64 = 2.0;
/// Those who ask for what needs the slow service, and how often each does: no less often while it is slow, so that the
/// others have as much to do.
const WAITING: u32 = 8;
const PACE: Duration = Duration::from_millis(1200);
/// Those who ask the others.
const CLIENTS: usize = 3;
/// Tried in every run.
const DRAWN: usize = 3;
const SERVICES: [&str; 5] = ["auth", "products", "orders", "payments", "notifications"];

/// What is asked of each service, that no other service has to answer.
fn alone(order: &Value) -> [(&'static str, String); 5] {
    let payment = order["payment"]["id"].as_str().expect("it is paid");
    let paths = [
        "/v1/me".to_owned(),
        "/v1/products?limit=5".to_owned(),
        "/v1/orders?limit=5".to_owned(),
        format!("/v1/payments/{payment}"),
        "/v1/mails?limit=5".to_owned(),
    ];
    let mut paths = paths.into_iter();
    SERVICES.map(|service| (service, paths.next().unwrap_or_default()))
}

/// What is wrong with a service.
#[derive(Debug, Clone, Copy)]
enum Slowness {
    Slower,
    /// All of its processes are unresponsive.
    Frozen,
}

/// Which services are slow, one after the other.
fn plan(is_long: bool) -> Vec<(&'static str, Slowness)> {
    let mut all: Vec<_> = SERVICES
        .iter()
        .flat_map(|service| [(*service, Slowness::Slower), (*service, Slowness::Frozen)])
        .collect();
    if is_long {
        return all;
    }
    let seed = testkit::seed();
    println!("TEST_SEED={seed}");
    let mut dice = SplitMix::new(seed);
    (0..DRAWN).map(|_| all.swap_remove(dice.roll(all.len() as u64) as usize)).collect()
}

impl Slowness {
    fn begins(self, shop: &ProxiedShop, service: &str) {
        match self {
            Slowness::Slower => {
                shop.to(service).for_each(|wire| wire.to_client(LinkBehaviour::delayed(SLOWER_BY)))
            }
            Slowness::Frozen => signal(shop, service, "STOP"),
        }
    }
    fn ends(self, shop: &ProxiedShop, service: &str) {
        match self {
            Slowness::Slower => shop.to(service).for_each(|wire| wire.to_client(LinkBehaviour::default())),
            Slowness::Frozen => signal(shop, service, "CONT"),
        }
    }
}

impl fmt::Display for Slowness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Slowness::Slower => "a second slower",
            Slowness::Frozen => "frozen",
        })
    }
}

fn signal(shop: &ProxiedShop, service: &str, name: &str) {
    for part in (0..TWICE.len()).filter(|part| TWICE[*part][0] == service) {
        testkit::signal::send(shop.pid(part), name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_service_slows_no_other_down() {
    let is_long = testkit::is_long();
    let shop = ProxiedShop::start().await;
    let url = shop.split.url();
    let admin = admin_at(&url).await;
    let product = stock_up(&admin, &[(1000, 1_000_000)]).await.remove(0).id;
    let buyer = customer_at(&url, "steady").await;
    let order = json!({"lines": [{"product_id": product, "quantity": 1}], "payment": {"method": "sim_ok"}});
    let alone = alone(&buyer.post("/v1/orders", "paid", &order).await.expect(201).body);
    for (service, how) in plan(is_long) {
        let mut tries = SlowdownSamples::new();
        while !tries.is_decided() {
            let asking = SlowServiceClients::start(service, &admin, &buyer, &product);
            let measured = measure(&shop, service, how, &admin, &alone).await;
            let waiting = asking.finish().await;
            println!("{service} {how}, {waiting} waited for it at once");
            assert!(
                waiting > u64::from(WAITING) / 2,
                "hardly anybody waited for {service}: the test is too gentle"
            );
            tries.note(&measured);
        }
        let too_slow = tries.too_slow();
        assert!(too_slow.is_empty(), "{service} is {how}: {too_slow:?}");
    }
}

/// By how many times each of the other services was slower, in each try.
struct SlowdownSamples(BTreeMap<&'static str, Vec<f64>>);

impl SlowdownSamples {
    fn new() -> SlowdownSamples {
        SlowdownSamples(BTreeMap::new())
    }
    fn note(&mut self, measured: &BTreeMap<&'static str, P99>) {
        for (other, p99) in measured {
            self.0.entry(other).or_default().push(p99.times(other));
        }
    }
    /// Whether the tries that are left cannot change what the median is worth.
    fn is_decided(&self) -> bool {
        let most = |times: &Vec<f64>| {
            let slow = times.iter().filter(|times| **times > AT_MOST).count();
            slow.max(times.len() - slow) > TRIES / 2
        };
        !self.0.is_empty() && self.0.values().all(most)
    }
    fn too_slow(&self) -> Vec<String> {
        let is_slow = |times: &Vec<f64>| times.iter().filter(|times| **times > AT_MOST).count() > TRIES / 2;
        let slow = self.0.iter().filter(|(_, times)| is_slow(times));
        slow.map(|(other, times)| format!("p99 of {other}, of all tries: {times:.2?} times")).collect()
    }
}

/// Of another service the time within which 99 of 100 requests were answered, while nothing was wrong and while it was.
struct P99 {
    quick: Duration,
    slow: Duration,
}

impl P99 {
    /// So many times as long.
    fn times(&self, other: &str) -> f64 {
        let P99 { quick, slow } = self;
        let times = slow.as_secs_f64() / quick.as_secs_f64();
        println!("  p99 of {other}: {slow:.1?}, {quick:.1?} before: {times:.2} times");
        times
    }
}

async fn measure(
    shop: &ProxiedShop,
    service: &str,
    how: Slowness,
    admin: &HttpClient,
    alone: &[(&'static str, String)],
) -> BTreeMap<&'static str, P99> {
    let (mut quick, mut slow) = (Rounds::new(), Rounds::new());
    for _ in 0..ROUNDS {
        sleep(SLOWER_BY).await; // whoever was still waiting has an answer
        others(service, admin, alone, &mut quick).await;
        how.begins(shop, service);
        sleep(SLOWER_BY).await;
        others(service, admin, alone, &mut slow).await;
        how.ends(shop, service);
    }
    let both = quick.into_iter().zip(slow.into_values());
    both.map(|((other, quick), slow)| (other, P99 { quick: median(quick), slow: median(slow) })).collect()
}

/// Of each service the time within which 99 of 100 requests to it were answered, of each round.
type Rounds = BTreeMap<&'static str, Vec<Duration>>;

/// A round of requests to the other services.
async fn others(slow: &str, client: &HttpClient, alone: &[(&'static str, String)], rounds: &mut Rounds) {
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let client = client.apart();
        let asked: Vec<_> = alone.iter().filter(|(service, _)| *service != slow).cloned().collect();
        #[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
        clients.spawn(async move {
            let (begun, mut took) = (Instant::now(), Rounds::new());
            while begun.elapsed() < ROUND {
                for (service, path) in &asked {
                    let asked = Instant::now();
                    client.get(path).await.expect(200);
                    took.entry(*service).or_default().push(asked.elapsed());
                }
            }
            took
        });
    }
    let mut all = Rounds::new();
    for (service, took) in clients.join_all().await.into_iter().flatten() {
        all.entry(service).or_default().extend(took);
    }
    for (service, mut took) in all {
        took.sort();
        rounds.entry(service).or_default().push(took[took.len() * 99 / 100]);
    }
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort();
    all[all.len() / 2]
}

/// People who ask for what needs the slow service.
struct SlowServiceClients {
    stop: Arc<AtomicBool>,
    most: Arc<AtomicU64>,
    asking: JoinSet<()>,
}

impl SlowServiceClients {
    fn start(service: &str, admin: &HttpClient, buyer: &HttpClient, product: &str) -> SlowServiceClients {
        let order =
            json!({"lines": [{"product_id": product, "quantity": 1}], "payment": {"method": "sim_ok"}});
        let (client, method, path, body) = match service {
            "auth" => (admin.apart(), Method::GET, "/v1/me", Value::Null),
            "notifications" => (admin.apart(), Method::GET, "/v1/mails?limit=1", Value::Null),
            _ => (buyer.apart(), Method::POST, "/v1/orders", order),
        };
        let (stop, now, most) =
            (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let mut asking = JoinSet::new();
        for who in 0..WAITING {
            let (client, method, body) = (client.apart(), method.clone(), body.clone());
            let (stop, now, most) = (stop.clone(), now.clone(), most.clone());
            #[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
            asking.spawn(async move {
                sleep(PACE * who / WAITING).await;
                loop {
                    if stop.load(SeqCst) {
                        return;
                    }
                    let next = Instant::now() + PACE;
                    most.fetch_max(now.fetch_add(1, SeqCst) + 1, SeqCst);
                    // a key of an earlier try would be answered by what is remembered, and nobody would wait
                    let key = real_env::env().random_u64().to_string();
                    // answered or not: it is for the others that all this is done
                    let _ = client.try_call(method.clone(), path, &key, &body).await;
                    now.fetch_sub(1, SeqCst);
                    sleep_until(next).await;
                }
            });
        }
        SlowServiceClients { stop, most, asking }
    }

    /// The most that waited at a time.
    async fn finish(self) -> u64 {
        self.stop.store(true, SeqCst);
        self.asking.join_all().await;
        self.most.load(SeqCst)
    }
}
