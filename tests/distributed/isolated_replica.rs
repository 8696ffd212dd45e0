//! A replica that has lost its database, and answers 503 at once: the others do its work until it has found it again.

use crate::{
    shop::{admin_at, customer_at, stock_up},
    world::{DistributedTestBed, counted, counted_by, until_counted},
};
use http::Method;
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use testkit::{
    http_client::HttpClient,
    proxy::{Cut, Proxy},
};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

const PARTS: [&[&str]; 8] = [
    &["auth"],
    &["payments"],
    &["products"],
    &["products"],
    &["orders"],
    &["orders"],
    &["notifications"],
    &["gateway"],
];
const CLIENTS: usize = 4;
/// The wire is cut for so long at least, and until so much was asked in the meantime.
const CUT_FOR: Duration = Duration::from_secs(4);
const ASKED_MIN: usize = 100;
/// Those who were at work on it when the wire was cut, and some more.
const FAILED_MAX: usize = CLIENTS;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_without_its_database_is_asked_by_nobody_until_it_has_it_again() {
    let mut world = DistributedTestBed::watched_and_not_started(&PARTS, &[]);
    let mut wires = Vec::new();
    for service in ["orders", "products"] {
        wires.push((service, wired(&mut world, service).await));
    }
    world.split.start();
    let url = world.split.url();
    let admin = admin_at(&url).await;
    let product = stock_up(&admin, &[(1000, 1_000_000)]).await.remove(0).id;
    let buyer = customer_at(&url, "steady").await;
    for (service, wire) in &wires {
        // the gateway asks both, and orders asks products
        let callers: &[&str] = if *service == "products" { &["gateway", "orders"] } else { &["gateway"] };
        let [cut_off, ejected] = ["ordo_replicas_cut_off", "ordo_replicas_ejected_total"]
            .map(|name| format!("{name}{{to=\"{service}\"}}"));
        let clients = Clients::start(&buyer, &product, service);
        sleep(Duration::from_millis(500)).await;
        wire.refuse(true);
        wire.cut(Cut::Reset);
        clients.ask_more(CUT_FOR, ASKED_MIN).await;
        let (asked, failed) = clients.finish().await;
        println!("{service}: {} of {asked} requests failed: {failed:?}", failed.len());
        assert!(failed.len() <= FAILED_MAX, "{} of {asked} requests failed: {failed:?}", failed.len());
        for caller in callers {
            assert_eq!(counted(&mut world, caller, &cut_off).await, 1, "{caller}");
            assert!(counted(&mut world, caller, &ejected).await >= 1, "{caller}");
        }
        wire.refuse(false);
        for caller in callers {
            until_counted(&mut world, caller, &cut_off, 0).await;
        }
    }
    // and it works again
    let placed = "ordo_requests_total{service=\"orders\",endpoint=\"place_order\",status=\"2xx\"}";
    let before = counted_by(world.split.replicas("orders")[1], placed).await;
    let begun = Instant::now();
    for n in 0.. {
        buyer.post("/v1/orders", &format!("again-{n}"), &order_of(&product)).await.expect(201);
        if counted_by(world.split.replicas("orders")[1], placed).await > before {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "nobody asks it again");
    }
    world.assert_audit_is_clean("when all is well again");
}

/// A wire of its own between the second replica of a service and PostgreSQL.
async fn wired(world: &mut DistributedTestBed, service: &str) -> Proxy {
    let database: SocketAddr = ([127, 0, 0, 1], world.split.postgres.port()).into();
    let proxy = Proxy::start(database).await;
    let url = world.split.database().replace(&database.to_string(), &proxy.address().to_string());
    world.split.replicas(service)[1].set("ORDO_DATABASE_URL", &url);
    proxy
}

fn order_of(product: &str) -> Value {
    json!({"lines": [{"product_id": product, "quantity": 1}]})
}

/// Buyers who look and place, and send nothing twice.
struct Clients {
    stop: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
    asking: JoinSet<Vec<String>>,
}

impl Clients {
    fn start(buyer: &HttpClient, product: &str, round: &str) -> Clients {
        let (stop, all_asked) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
        let mut asking = JoinSet::new();
        for who in 0..CLIENTS {
            let (stop, buyer, product) = (stop.clone(), buyer.apart(), product.to_owned());
            let all_asked = all_asked.clone();
            let key = format!("{round}-{who}");
            #[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
            asking.spawn(async move {
                let (mut placed_before, mut failed) = (0, Vec::new());
                while !stop.load(SeqCst) {
                    let order = order_of(&product);
                    let placed = buyer
                        .try_call(Method::POST, "/v1/orders", &format!("{key}-{placed_before}"), &order)
                        .await;
                    placed_before += 1;
                    let mut said = vec![("place", 201, placed)];
                    let product = format!("/v1/products/{product}");
                    for path in ["/v1/orders?limit=5", &product] {
                        let got = buyer.try_call(Method::GET, path, "", &Value::Null).await;
                        said.push(("get", 200, got));
                    }
                    all_asked.fetch_add(said.len(), SeqCst);
                    failed.extend(said.into_iter().filter_map(|(what, wanted, said)| match said {
                        Ok(said) if said.code() == wanted => None,
                        Ok(said) => Some(format!("{what}: {} {}", said.status, said.body)),
                        Err(broken) => Some(format!("{what}: {broken}")),
                    }));
                }
                failed
            });
        }
        Clients { stop, asked: all_asked, asking }
    }

    /// Lets them ask for so long, and on until they have asked so much more: a busy machine is slow.
    async fn ask_more(&self, at_least: Duration, more: usize) {
        let (begun, before) = (Instant::now(), self.asked.load(SeqCst));
        sleep(at_least).await;
        while self.asked.load(SeqCst) < before + more {
            assert!(begun.elapsed() < Duration::from_secs(60), "{more} requests take more than a minute");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// How many requests there were, and how those failed that did.
    async fn finish(self) -> (usize, Vec<String>) {
        self.stop.store(true, SeqCst);
        let failed = self.asking.join_all().await.concat();
        (self.asked.load(SeqCst), failed)
    }
}
