//! Parts of the shop are killed under load, and restarted one after the other while nobody notices.

use crate::{
    shop::{
        admin_at,
        books::Books,
        customer_at,
        load::{Dice, Load},
        stock_up,
    },
    world::{EACH_ALONE, World},
};
use serde_json::json;
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};
use testkit::plain::Plain;
use tokio::{task::JoinSet, time::sleep};

const BUYERS: usize = 8;
/// Of each service and of the gateway one process.
const VICTIMS: [usize; 6] = [0, 1, 2, 4, 6, 7];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_the_death_of_each_process() {
    let mut world = World::of(&EACH_ALONE, &[("ORDO_PAYMENT_DUE", "3")]);
    let seed = testkit::world::env().random_u64() % 1_000_000;
    println!("seed {seed}");
    let (mut dice, books) = (Dice::new(seed), Books::default());
    let url = world.split.url();
    let admin = admin_at(&url).await;
    let goods = stock_up(&admin, &[(1999, 100_000), (500, 100_000), (700, 60)]).await;
    let mut buyers = Vec::new();
    for n in 0..BUYERS / 4 {
        let buyer = customer_at(&url, &format!("buyer{n}")).await;
        buyers.extend((0..4).map(|_| buyer.apart()));
    }
    for victim in VICTIMS {
        let load = Load::new(goods.clone(), admin.clone(), books.clone(), victim as u64);
        let tasks = load.start(&buyers, seed.wrapping_add(victim as u64));
        sleep(Duration::from_millis(200 + dice.roll(400))).await;
        world.split.parts[victim].kill();
        sleep(Duration::from_millis(300)).await;
        world.split.parts[victim].start();
        sleep(Duration::from_millis(200)).await;
        load.finish(tasks).await;
        let who = world.split.parts[victim].services.join(" ");
        println!("{who} killed: {} orders, failures {:?}", books.len(), load.failures());
        books.compare(&admin, &format!("r{victim}-")).await;
    }
    assert!(books.len() > 50, "{} orders: the test is too gentle", books.len());
    // unpaid orders have expired, and holds of placings that never became orders were asked about
    sleep(Duration::from_secs(8)).await;
    world.assert_audit_is_clean("when all is quiet");
    books.refunds_arrive(&admin).await;
    // an order whose payment was not known may have ended only now
    for _ in 0..50 {
        if books.imbalance(&admin, &goods).await.is_none() {
            break;
        }
        sleep(Duration::from_millis(200)).await;
    }
    books.balance(&admin, &goods).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_fails_no_request() {
    const TWICE: [&[&str]; 11] = [
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
    ];
    let mut world = World::of(&TWICE, &[]);
    let url = world.split.url();
    let admin = admin_at(&url).await;
    let goods = stock_up(&admin, &[(1000, 1_000_000)]).await;
    let customer = customer_at(&url, "steady").await;
    let clients = Arc::new(Clients { product: goods[0].id.clone(), ..Clients::default() });
    let mut tasks = JoinSet::new();
    for n in 0..6 {
        let (clients, plain) = (clients.clone(), customer.apart());
        #[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
        tasks.spawn(async move { clients.go_on(n, plain).await });
    }
    for part in 0..TWICE.len() - 1 {
        let part = &mut world.split.parts[part];
        // asked to stop, it goes on for a second, and whoever asks is told to go elsewhere
        assert_eq!(part.stop().unwrap().code(), Some(0), "{:?}", part.services);
        part.start();
    }
    clients.stop.store(true, SeqCst);
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let failed = clients.failed.lock().unwrap().clone();
    let asked = clients.asked.load(SeqCst);
    println!("{asked} requests");
    assert!(failed.is_empty(), "{} of {asked} requests failed: {failed:?}", failed.len());
    assert!(asked > 200, "{asked} requests: the test is too gentle");
    world.assert_audit_is_clean("after the restarts");
}

/// Clients that ask once, and note what fails.
#[derive(Default)]
struct Clients {
    product: String,
    stop: AtomicBool,
    asked: AtomicU64,
    failed: Mutex<Vec<String>>,
}

impl Clients {
    async fn go_on(&self, n: usize, plain: Plain) {
        for turn in 0.. {
            if self.stop.load(SeqCst) {
                return;
            }
            let order = json!({"lines": [{"product_id": self.product, "quantity": 1}], "payment": {"method": "sim_ok"}});
            self.note(
                "place",
                201,
                plain.try_call(http::Method::POST, "/v1/orders", &format!("s{n}-{turn}"), &order).await,
            );
            for path in ["/v1/me", "/v1/orders?limit=5", &format!("/v1/products/{}", self.product)] {
                let said = plain.try_call(http::Method::GET, path, "", &serde_json::Value::Null).await;
                self.note(path, 200, said);
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    fn note(
        &self,
        what: &str,
        expected: u16,
        said: Result<testkit::plain::Said, endpoint::transport::Broken>,
    ) {
        self.asked.fetch_add(1, SeqCst);
        let failure = match said {
            Ok(said) if said.code() == expected => return,
            Ok(said) => format!("{what}: {} {}", said.status, said.body),
            Err(broken) => format!("{what}: {broken}"),
        };
        self.failed.lock().unwrap().push(failure);
    }
}
