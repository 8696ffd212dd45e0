//! Databases that were put back to an older state, with a NATS that was not, or was wiped: a service that has consumed events
//! which another one lacks reports it, and consumes nothing of it until the loss is accepted. Then nothing new is passed over.

mod alone;
mod published;
mod repeated;

use crate::{
    browser::Browser,
    shop::{ADMIN_EMAIL, ADMIN_PASSWORD, CUSTOMER_PASSWORD, admin_at, customer_at, signed_in, stock_up},
    world::{DistributedTestBed, ONCE_EACH},
};
use db::{
    Db, Sql,
    postgres::{Config, connect},
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};
use testkit::{
    http_client::{HttpClient, HttpResponse},
    real_env::env,
};
use tokio::time::{Instant, sleep};

const SERVICES: [&str; 5] = ["auth", "payments", "products", "orders", "notifications"];
/// Who consumes whom.
const PAIRS: [(&str, &str); 8] = [
    ("orders", "auth"),
    ("orders", "payments"),
    ("orders", "products"),
    ("products", "orders"),
    ("notifications", "auth"),
    ("notifications", "payments"),
    ("notifications", "products"),
    ("notifications", "orders"),
];
const HEAD: Sql =
    Sql::both("select head + (select count(*) from event where position is null) as n from feed");
const CONSUMED: Sql = Sql::both("select coalesce(max(position), 0) as n from heard where producer = $1");
const CHARGES: Sql = Sql::both(
    "select coalesce(max(n), 0) as n from (select count(*) as n from charge where captured > 0 group by order_id) as each",
);

const AVAILABLE: Sql = Sql::both("select on_hand - reserved as n from product");
/// The tables of the simulated provider as JSON, and how they are written from it.
const PROVIDER: [(Sql, Sql); 3] = [
    (
        Sql::both("select coalesce(jsonb_agg(charge), '[]') as rows from charge"),
        Sql::both(
            "insert into charge select * from jsonb_populate_recordset(null::charge, $1)
             on conflict (id) do update set captured = excluded.captured, refunded = excluded.refunded,
                 state = excluded.state, failure = excluded.failure",
        ),
    ),
    (
        Sql::both("select coalesce(jsonb_agg(known_key), '[]') as rows from known_key"),
        Sql::both(
            "insert into known_key select * from jsonb_populate_recordset(null::known_key, $1) on conflict (key) do nothing",
        ),
    ),
    (
        Sql::both("select coalesce(jsonb_agg(job), '[]') as rows from job"),
        Sql::both(
            "insert into job select * from jsonb_populate_recordset(null::job, $1) on conflict (id) do nothing",
        ),
    ),
];

/// A shop some of whose databases are put back.
struct RestoredShop {
    world: DistributedTestBed,
    /// As it was: the database, and its copy.
    new: String,
    old: String,
    product: String,
    buyer: HttpClient,
}

impl RestoredShop {
    /// With so many pieces of a product, of which one is sold.
    async fn open(stock: i64) -> RestoredShop {
        let world = DistributedTestBed::of(&ONCE_EACH, &[]);
        let url = world.split.url();
        let product = stock_up(&world.admin().await, &[(1000, stock)]).await.remove(0).id;
        let buyer = customer_at(&url, "mara").await;
        let new = world.split.database().to_owned();
        let shop = RestoredShop { old: String::new(), new, world, product, buyer };
        shop.orders("first", "sim_ok").await;
        shop
    }

    /// Makes the copy that services are put back to; the shop goes on.
    async fn copy(&mut self) {
        self.everything_is_consumed(&[]).await;
        self.stop();
        self.old = self.world.split.postgres.copy_of(&self.new);
        self.world.split.start();
    }

    /// Two orders are placed after the copy was made, and the shop is stopped; their ids.
    async fn new() -> (RestoredShop, BTreeSet<String>) {
        let mut shop = RestoredShop::open(50).await;
        shop.copy().await;
        let lost = [shop.orders("second", "sim_ok").await, shop.orders("third", "sim_ok").await];
        shop.everything_is_consumed(&[]).await;
        shop.stop();
        (shop, lost.into())
    }

    /// Places and pays an order; its id.
    async fn orders(&self, key: &str, method: &str) -> String {
        let order = json!({
            "lines": [{"product_id": self.product, "quantity": 1}], "payment": {"method": method},
        });
        self.buyer.post("/v1/orders", key, &order).await.expect(201).text("id").to_owned()
    }

    async fn pay(&self, order: &str, method: &str) {
        self.tries_to_pay(order, method).await.expect(201);
    }

    async fn tries_to_pay(&self, order: &str, method: &str) -> HttpResponse {
        let way = format!("/v1/orders/{order}/payments");
        self.buyer.post(&way, &format!("{order}-{method}"), &json!({"method": method})).await
    }

    /// Nothing but the provider's charges shows that all databases were put back: payments reports them, and lists them for staff.
    async fn is_told_by_the_provider(&mut self, charges: usize) {
        self.world.split.start();
        let log = self.world.split.replicas("payments")[0].server.as_ref().unwrap().log();
        let why = format!("the payment provider has {charges} charges that are missing here");
        let told = log.lines().find(|line| line.contains(&why)).unwrap_or_default();
        assert!(told.contains("ERROR") && told.contains("ordo accept-loss"), "{log}");
        self.lists_unknown_charges(charges).await;
        let doctor = self.world.split.command(&["doctor"]).output().unwrap();
        let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
        let wrong = said.lines().find(|line| line.starts_with("wrong  charges: ")).unwrap_or_default();
        let listed = format!("{charges} charges of the payment provider are unknown here");
        assert!(wrong.contains("ordo accept-loss") && wrong.contains(&listed), "{said}");
        // that is reported until the loss is accepted
        self.stop();
        self.world.split.start();
        let payments = self.world.split.replicas("payments");
        let server = payments[0].server.as_ref().unwrap();
        let ready = HttpClient::new(server.listener("payments")).get("/ready").await.expect(200).body;
        assert_eq!(ready["status"], "degraded", "{ready}");
        let log = server.log();
        assert!(log.contains("that were missing here: the databases are an older copy"), "{log}");
        self.stop();
    }

    /// Staff see so many charges that were made in the time that is lost, and that nobody has taken over.
    async fn lists_unknown_charges(&self, count: usize) {
        let admin = admin_at(&self.world.split.url()).await;
        let begun = Instant::now();
        loop {
            let said = admin.get("/v1/unknown-charges").await.expect(200).body;
            if said["items"].as_array().is_some_and(|items| items.len() == count) {
                return;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "{said}");
            sleep(Duration::from_millis(200)).await;
        }
    }

    fn stop(&mut self) {
        for part in &mut self.world.split.parts {
            assert!(part.stop().is_none_or(|status| status.success()), "{:?} ends badly", part.services);
        }
    }

    /// From the next start on these services have the older database.
    fn put_back(&mut self, services: &[&str], is_nats_wiped: bool) {
        for service in services {
            let setting = format!("ORDO_{}_DATABASE_URL", service.to_uppercase());
            self.world.split.set_for_all(&setting, &self.old);
        }
        if is_nats_wiped {
            self.world.nats.wipe(0);
            self.world.nats.restart(0);
        }
    }

    /// The provider is nobody's to put back: what it keeps beside the older database of payments is what it has.
    async fn keep_provider(&self) {
        let [new, old] = [&self.new, &self.old].map(|url| {
            let config = Config { schema: Some("simulator".to_owned()), ..Config::new(url) };
            connect(&config, env()).unwrap()
        });
        for (read, write) in PROVIDER {
            let rows: Value = new.query_one(&read, &[]).await.unwrap().get("rows").unwrap();
            let mut tx = old.begin().await.unwrap();
            tx.run(&write, db::params![rows]).await.unwrap();
            tx.commit("test.keep_provider").await.unwrap();
        }
    }

    /// The loss is accepted, the shop starts, and the customer signs in again; what accepting it said.
    async fn goes_on(&mut self) -> String {
        let said = self.accept_loss();
        self.world.split.start();
        let url = self.world.split.url();
        self.buyer = signed_in(&url, ("mara@example.com", CUSTOMER_PASSWORD)).await;
        said
    }

    async fn order(&self, id: &str) -> Value {
        self.buyer.get(&format!("/v1/orders/{id}")).await.expect(200).body
    }

    async fn database(&self, service: &str, put_back: &[&str]) -> Db {
        let url = if put_back.contains(&service) { &self.old } else { &self.new };
        connect(&Config { schema: Some(service.to_owned()), ..Config::new(url) }, env()).unwrap()
    }

    /// Waits until all services have consumed all published events.
    async fn everything_is_consumed(&self, put_back: &[&str]) {
        let begun = Instant::now();
        'again: loop {
            for (consumer, producer) in PAIRS {
                let (of, by) =
                    (self.database(producer, put_back).await, self.database(consumer, put_back).await);
                let head: i64 = of.query_one(&HEAD, &[]).await.unwrap().get("n").unwrap();
                let consumed = by.query_one(&CONSUMED, db::params![producer]).await.unwrap();
                let consumed: i64 = consumed.get("n").unwrap();
                if consumed != head {
                    assert!(
                        begun.elapsed() < Duration::from_secs(60),
                        "{consumer} has consumed {consumed} of {head} events of {producer}: {}",
                        self.logs()
                    );
                    sleep(Duration::from_millis(200)).await;
                    continue 'again;
                }
            }
            return;
        }
    }

    fn logs(&self) -> String {
        let parts = self.world.split.parts.iter();
        parts
            .filter_map(|part| Some(format!("{:?}\n{}", part.services, part.server.as_ref()?.log())))
            .collect()
    }

    async fn ready(&self, service: &str) -> (u16, Value) {
        let said = HttpClient::new(&self.world.split.urls(service)[0]).get("/ready").await;
        (said.status.as_u16(), said.body)
    }

    async fn all_are_ready(&self) {
        let begun = Instant::now();
        for service in SERVICES {
            while self.ready(service).await.0 != 200 {
                assert!(begun.elapsed() < Duration::from_secs(30), "{service}: {}", self.logs());
                sleep(Duration::from_millis(100)).await;
            }
        }
    }

    /// All places report that this service has consumed events which that one lacks; the log does so once.
    async fn is_noticed(&self, consumer: &str, producer: &str) {
        let begun = Instant::now();
        let feed = format!("feed of {producer}");
        loop {
            let (status, said) = self.ready(consumer).await;
            if status == 503 && said["checks"][&feed] == "failed" {
                break;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(20),
                "{consumer} of {producer}: {said} {}",
                self.logs()
            );
            sleep(Duration::from_millis(100)).await;
        }
        let part = self.world.split.parts.iter().find(|part| part.runs(consumer)).unwrap();
        let log = part.server.as_ref().unwrap().log();
        let told =
            log.lines().filter(|line| line.contains("ahead of its producer") && line.contains(producer));
        assert_eq!(told.clone().count(), 1, "{log}");
        assert!(
            told.clone().all(|line| line.contains("ERROR") && line.contains("ordo accept-loss")),
            "{log}"
        );
        let doctor = self.world.split.command(&["doctor"]).output().unwrap();
        let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
        let wrong = said.lines().find(|line| line.starts_with("wrong  feeds: ")).unwrap_or_default();
        assert!(
            wrong.contains(&format!("{consumer} has consumed")) && wrong.contains("ordo accept-loss"),
            "{said}"
        );
        assert_eq!(doctor.status.code(), Some(1));
    }

    /// What the page of the system says.
    async fn system_page(&self) -> String {
        let mut browser = Browser::new(&self.world.split.url());
        let form = browser.open("/console").await.expect(200);
        let fields = [("who", ADMIN_EMAIL), ("password", ADMIN_PASSWORD)];
        browser.submit_and_follow(&form, "/sign-in", &fields).await.expect(200);
        browser.get("/console/system").await.expect(200).text
    }

    /// Accepts the loss; what that says.
    fn accept_loss(&self) -> String {
        let output = self.world.split.command(&["accept-loss"]).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{told}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The public log has events of this order.
    async fn is_logged(&self, order: &str) -> bool {
        let admin = admin_at(&self.world.split.url()).await;
        let said = admin.get(&format!("/v1/events?subject={order}")).await.expect(200).body;
        said["items"].as_array().is_some_and(|items| !items.is_empty())
    }

    /// Nothing is wrong but with what is lost.
    fn audit_names_only(&self, lost: &BTreeSet<String>, allowed: &[&str]) {
        let output = self.world.split.command(&["audit", "--patience", "30"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let is_known = |line: &&str| {
            lost.iter().any(|id| line.contains(id.as_str()))
                || allowed.iter().any(|words| line.contains(words))
        };
        let other: Vec<&str> = said.lines().filter(|line| line.starts_with('I') && !is_known(line)).collect();
        assert_eq!(other, [""; 0], "{said}{}", String::from_utf8_lossy(&output.stderr));
    }

    async fn nobody_is_charged_twice(&self, put_back: &[&str]) {
        let of = if put_back.contains(&"payments") { &self.old } else { &self.new };
        let db = connect(&Config { schema: Some("simulator".to_owned()), ..Config::new(of) }, env()).unwrap();
        let most: i64 = db.query_one(&CHARGES, &[]).await.unwrap().get("n").unwrap();
        assert_eq!(most, 1);
    }
}
