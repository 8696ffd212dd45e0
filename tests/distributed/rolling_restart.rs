//! Every process is restarted, one after the other, while clients work at HAProxy; nobody notices.

use crate::{
    migrating::expand_all_tables,
    shop::{admin_at, all_items, customer_at, stock_up},
    world::DistributedTestBed,
};
use endpoint::transport::TransportError;
use http::Method;
use serde_json::{Value, json};
use std::{
    fs,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};
use testkit::{
    haproxy::HaProxy,
    http_client::{HttpClient, HttpResponse},
    stream::{Listener, SseBlock},
};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

const STREAM: &str = "/v1/events/stream";
const ALL: &str = "/v1/events/stream?from=oldest";
/// A block comes each 15 seconds, also where nothing happens.
const SILENCE: Duration = Duration::from_secs(30);
/// Without a new event for so long, all is at rest.
const AT_REST: Duration = Duration::from_secs(3);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_fails_no_request() {
    const TWICE: [&[&str]; 12] = [
        &["auth"],
        &["auth"],
        &["payments"],
        &["payments"],
        &["products"],
        &["products"],
        &["orders"],
        &["orders"],
        &["notifications"],
        &["notifications"],
        &["gateway"],
        &["gateway"],
    ];
    let mut world = DistributedTestBed::of(&TWICE, &[("ORDO_TRUSTED_PROXIES", "127.0.0.1")]);
    let front = HaProxyFront::of(&world.split.urls("gateway"));
    let url = front.url.clone();
    let admin = admin_at(&url).await;
    let goods = stock_up(&admin, &[(1000, 1_000_000)]).await;
    let customer = customer_at(&url, "steady").await;
    let (product, staff) = (goods[0].id.clone(), Some(admin.apart()));
    let clients = Arc::new(Clients { product, staff, ..Clients::default() });
    let token = admin.token().unwrap().to_owned();
    let following = StreamFollower { url: url.clone(), token, clients: clients.clone() };
    #[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
    let following = tokio::spawn(following.go_on());
    let mut tasks = JoinSet::new();
    for n in 0..6 {
        let (clients, plain) = (clients.clone(), customer.apart());
        #[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
        tasks.spawn(async move { clients.go_on(n, plain).await });
    }
    let parts = world.split.parts.len();
    let database = world.split.database().to_owned();
    for (n, part) in world.split.parts.iter_mut().enumerate() {
        if n == parts / 2 {
            // the next version was here, has added to all tables, and is rolled back
            expand_all_tables(&database, Duration::from_millis(100)).await;
        }
        // after the signal it continues for a second, and its responses say that it is about to end
        assert_eq!(part.stop().unwrap().code(), Some(0), "{:?}", part.services);
        part.start();
        front.all_are_up().await;
    }
    clients.stop.store(true, SeqCst);
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let StreamProgress { mut seen, last, streams } = following.await.unwrap();
    let told = log(&admin).await;
    let mut rest = Listener::open(&url, STREAM, admin.token().unwrap(), Some(&last)).await;
    seen.extend(rest.caught_up().await.iter().map(id_of));
    println!("{} events over {streams} streams", seen.len());
    // two gateways and two replicas that tell have ended: at least those that it listened to
    assert!(streams > 2, "{streams} streams: the test is too gentle");
    assert!(seen == told, "what the streams told is not what the log has: {} of {}", seen.len(), told.len());
    let failed = clients.failed.lock().unwrap().clone();
    let asked = clients.asked.load(SeqCst);
    println!("{asked} requests");
    assert!(failed.is_empty(), "{} of {asked} requests failed: {failed:?}", failed.len());
    assert!(asked > 200, "{asked} requests: the test is too gentle");
    world.assert_audit_is_clean("after the restarts");
}

/// HAProxy as `docs/operations.md` shows it.
struct HaProxyFront {
    url: String,
    states: HttpClient,
    _haproxy: HaProxy,
}

impl HaProxyFront {
    fn of(gateways: &[String]) -> HaProxyFront {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operations.md");
        let page = fs::read_to_string(page).unwrap();
        let text = page.split("```haproxy\n").nth(1).unwrap().split("```").next().unwrap();
        let free = testkit::port::several(2);
        let [public, states] = [free[0], free[1]].map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
        let text = text
            .replace("127.0.0.1:8000", &public.to_string())
            .replace("127.0.0.1:8404", &states.to_string())
            .replace("127.0.0.1:8080", gateways[0].trim_start_matches("http://"))
            .replace("127.0.0.1:8090", gateways[1].trim_start_matches("http://"));
        let states = HttpClient::new(&format!("http://{states}"));
        HaProxyFront { url: format!("http://{public}"), states, _haproxy: HaProxy::start(&text, public) }
    }

    /// Waits until it sends requests to both gateways, as the page says.
    async fn all_are_up(&self) {
        let begun = Instant::now();
        loop {
            let said = self.states.get("/;csv").await.expect(200);
            let table = String::from_utf8_lossy(&said.bytes).into_owned();
            let is_up = |name| {
                let line = table.lines().find(|line| line.starts_with(name));
                line.unwrap_or_else(|| panic!("{name}: {table}")).contains(",UP,")
            };
            if is_up("gateways,one,") && is_up("gateways,two,") {
                return;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "a gateway stays down: {table}");
            sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Clients that ask once, and note what fails.
#[derive(Default)]
struct Clients {
    product: String,
    staff: Option<HttpClient>,
    stop: AtomicBool,
    asked: AtomicU64,
    failed: Mutex<Vec<String>>,
}

impl Clients {
    async fn go_on(&self, n: usize, plain: HttpClient) {
        for turn in 0.. {
            if self.stop.load(SeqCst) {
                return;
            }
            let order = json!({"lines": [{"product_id": self.product, "quantity": 1}], "payment": {"method": "sim_ok"}});
            let said = plain.try_call(Method::POST, "/v1/orders", &format!("s{n}-{turn}"), &order).await;
            let order = said.as_ref().ok().and_then(|said| said.body["id"].as_str().map(str::to_owned));
            self.note("place", 201, said);
            if let Some(order) = order {
                let said = plain
                    .try_call(Method::GET, &format!("/v1/orders/{order}/payments"), "", &Value::Null)
                    .await;
                self.note("payments", 200, said);
            }
            let staff = self.staff.as_ref().unwrap();
            let said = staff.try_call(Method::GET, "/v1/mails?limit=5", "", &Value::Null).await;
            self.note("mails", 200, said);
            // without a key nobody may send it again
            let token = json!({"token": plain.token()});
            let said = plain.try_call(Method::POST, "/v1/token/validate", "", &token).await;
            self.note("validate", 200, said);
            let (product, page) =
                (format!("/v1/products/{}", self.product), format!("/products/{}", self.product));
            for path in ["/v1/me", "/v1/orders?limit=5", &product, "/", &page] {
                let said = plain.try_call(Method::GET, path, "", &Value::Null).await;
                self.note(path, 200, said);
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    fn note(&self, what: &str, expected: u16, said: Result<HttpResponse, TransportError>) {
        self.asked.fetch_add(1, SeqCst);
        let failure = match said {
            Ok(said) if said.code() == expected => return,
            Ok(said) => format!("{what}: {} {}", said.status, said.body),
            Err(broken) => format!("{what}: {broken}"),
        };
        self.failed.lock().unwrap().push(failure);
    }
}

/// Somebody who follows all events, and comes back where a stream ends.
struct StreamFollower {
    url: String,
    token: String,
    clients: Arc<Clients>,
}

/// The ids of the events that the streams sent, the position after them, and how many streams there were.
struct StreamProgress {
    seen: Vec<String>,
    last: String,
    streams: u32,
}

impl StreamFollower {
    /// Until all events have been published, once the others have stopped.
    async fn go_on(self) -> StreamProgress {
        let mut followed = StreamProgress { seen: Vec::new(), last: String::new(), streams: 0 };
        loop {
            let (path, last) = match followed.last.as_str() {
                "" => (ALL, None),
                last => (STREAM, Some(last)),
            };
            let mut listener = Listener::open(&self.url, path, &self.token, last).await;
            if listener.status() != 200 {
                self.clients.failed.lock().unwrap().push(format!("listen: {}", listener.head));
                sleep(Duration::from_millis(200)).await;
                continue;
            }
            followed.streams += 1;
            while let Some(block) = listener.block_within(SILENCE).await {
                followed.last.clone_from(&listener.last_id);
                if !block.event.is_empty() {
                    followed.seen.push(id_of(&block));
                } else if !block.id.is_empty() && self.clients.stop.load(SeqCst) {
                    return followed;
                }
            }
        }
    }
}

fn id_of(block: &SseBlock) -> String {
    block.data["id"].as_str().unwrap().to_owned()
}

/// The ids of the whole log, once it has come to rest.
async fn log(admin: &HttpClient) -> Vec<String> {
    let mut before = Vec::new();
    loop {
        let events = all_items(admin, "/v1/events").await;
        let ids: Vec<String> = events.iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect();
        if ids == before {
            return ids;
        }
        before = ids;
        sleep(AT_REST).await;
    }
}
