//! A service that is slow, or stands still, takes none of the others down: what they answer is measured side by side, with
//! it so and with it quick, in turns.

use crate::{
    shop::{admin_at, customer_at, stock_up},
    wires::{TWICE, Wired},
};
use http::Method;
use serde_json::{Value, json};
use std::{
    fmt,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};
use testkit::{plain::Plain, proxy::Way};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

const SLOWER_BY: Duration = Duration::from_secs(1);
/// Of each a median is taken, so that one bad second of the machine is none of ours.
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(1);
/// Those who ask for what needs the slow service, and how long each waits before the next time.
const WAITING: usize = 8;
const PAUSE: Duration = Duration::from_millis(500);
/// Those who ask the others.
const CLIENTS: usize = 3;
/// Below this it is not the shop that is measured, but how the machine shares its processors.
const NOTHING: Duration = Duration::from_millis(20);

/// What is asked of each service, that no other service has to answer.
const ALONE: [(&str, &str); 4] = [
    ("auth", "/v1/me"),
    ("products", "/v1/products?limit=5"),
    ("orders", "/v1/orders?limit=5"),
    ("notifications", "/v1/mails?limit=5"),
];

/// What is wrong with a service.
#[derive(Debug, Clone, Copy)]
enum How {
    Slower,
    /// All of its processes stand still.
    Frozen,
}

/// The first two in every run.
const LONG: [(&str, How); 6] = [
    ("payments", How::Slower),
    ("payments", How::Frozen),
    ("products", How::Slower),
    ("auth", How::Slower),
    ("notifications", How::Slower),
    ("notifications", How::Frozen),
];

impl How {
    fn begins(self, shop: &Wired, service: &str) {
        match self {
            How::Slower => shop.to(service).for_each(|wire| wire.to_client(Way::delayed(SLOWER_BY))),
            How::Frozen => signal(shop, service, "-STOP"),
        }
    }
    fn ends(self, shop: &Wired, service: &str) {
        match self {
            How::Slower => shop.to(service).for_each(|wire| wire.to_client(Way::default())),
            How::Frozen => signal(shop, service, "-CONT"),
        }
    }
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            How::Slower => "a second slower",
            How::Frozen => "frozen",
        })
    }
}

fn signal(shop: &Wired, service: &str, signal: &str) {
    for part in (0..TWICE.len()).filter(|part| TWICE[*part][0] == service) {
        let sent = Command::new("kill").args([signal, &shop.pid(part).to_string()]).status();
        assert!(sent.unwrap().success());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_service_slows_no_other_down() {
    let is_long = std::env::var_os("ORDO_LONG").is_some();
    let shop = Wired::start().await;
    let url = shop.split.url();
    let admin = admin_at(&url).await;
    let product = stock_up(&admin, &[(1000, 1_000_000)]).await.remove(0).id;
    let buyer = customer_at(&url, "steady").await;
    let slow: &[(&str, How)] = match is_long {
        true => &LONG,
        false => &LONG[..2],
    };
    for (service, how) in slow {
        let asking = Asking::start(service, &admin, &buyer, &product);
        let (mut quick, mut slow) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            sleep(SLOWER_BY).await; // whoever was still waiting has an answer
            quick.push(others(service, &admin).await);
            how.begins(&shop, service);
            sleep(SLOWER_BY).await;
            slow.push(others(service, &admin).await);
            how.ends(&shop, service);
        }
        let waiting = asking.finish().await;
        let (quick, slow) = (median(quick), median(slow));
        println!(
            "{service} {how}, {waiting} waited for it at once: p99 of the others {slow:?}, {quick:?} before: {:.2} times",
            slow.as_secs_f64() / quick.as_secs_f64()
        );
        assert!(
            waiting as usize > WAITING / 2,
            "hardly anybody waited for {service}: the test is too gentle"
        );
        assert!(
            slow <= 2 * quick.max(NOTHING),
            "{service} is {how}, and the others are slow: {slow:?}, before {quick:?}"
        );
    }
}

/// The time within which 99 of 100 requests to the other services are answered.
async fn others(slow: &str, client: &Plain) -> Duration {
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (client, slow) = (client.apart(), slow.to_owned());
        #[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
        clients.spawn(async move {
            let (begun, mut took) = (Instant::now(), Vec::new());
            while begun.elapsed() < ROUND {
                for (_, path) in ALONE.iter().filter(|(service, _)| *service != slow) {
                    let asked = Instant::now();
                    client.get(path).await.expect(200);
                    took.push(asked.elapsed());
                }
            }
            took
        });
    }
    let mut took: Vec<Duration> = clients.join_all().await.into_iter().flatten().collect();
    took.sort();
    took[took.len() * 99 / 100]
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort();
    all[all.len() / 2]
}

/// People who ask for what needs the slow service.
struct Asking {
    stop: Arc<AtomicBool>,
    most: Arc<AtomicU64>,
    asking: JoinSet<()>,
}

impl Asking {
    fn start(service: &str, admin: &Plain, buyer: &Plain, product: &str) -> Asking {
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
            let service = service.to_owned();
            #[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
            asking.spawn(async move {
                for n in 0.. {
                    if stop.load(SeqCst) {
                        return;
                    }
                    most.fetch_max(now.fetch_add(1, SeqCst) + 1, SeqCst);
                    // answered or not: it is for the others that all this is done
                    let _ =
                        client.try_call(method.clone(), path, &format!("{service}-{who}-{n}"), &body).await;
                    now.fetch_sub(1, SeqCst);
                    sleep(PAUSE).await;
                }
            });
        }
        Asking { stop, most, asking }
    }

    /// The most that waited at a time.
    async fn finish(self) -> u64 {
        self.stop.store(true, SeqCst);
        self.asking.join_all().await;
        self.most.load(SeqCst)
    }
}
