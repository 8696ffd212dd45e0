//! A small shop with orders in many states, stopped and kept as a folder; and ways to break a copy of it.
#![allow(unreachable_pub, reason = "a module of one test")]

mod again;
pub mod busy;
pub mod corruptions;

use crate::shop::{Shop, ShopProduct, definite, file::ServiceFile};
use contracts::audit::Finding;
use http::Method;
use kernel::id::*;
use ordo::{data_dir::DataDir, databases::Databases};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::Duration,
};
use testkit::{http_client::HttpClient, temp_dir::TempDir};
use tokio::time::sleep;
use uuid::Uuid;

/// Long enough for nothing to fall due while the copies are checked.
const LATER: &[(&str, &str)] =
    &[("ORDO_PAYMENT_DUE", "3600"), ("ORDO_HOLD", "3600"), ("ORDO_RECONCILE_AFTER_MS", "3600000")];
const TRIES: u32 = 300;

/// An order of the shop, by the ids that the databases know it by.
#[derive(Debug, Clone, Copy)]
pub struct SampleOrder {
    pub order: OrderId,
    pub placement: PlacementId,
    /// Nil, where there is none.
    pub payment: PaymentId,
}

/// The stopped shop.
pub struct Sample {
    pub folder: TempDir,
    /// Products, of which the last one is short.
    pub goods: Vec<ProductId>,
    /// Not paid: two of the first product, one of the second, and a gift wrapping, which is free.
    pub pending: SampleOrder,
    /// Its payment's outcome is not known.
    pub unknown: SampleOrder,
    /// Paid at once.
    pub paid: SampleOrder,
    /// Its money is authorized, and not captured.
    pub authorized: SampleOrder,
    /// Paid offline.
    pub offline: SampleOrder,
    /// Its money was authorized, and captured as it was shipped.
    pub shipped: SampleOrder,
    /// Delivered, and refunded in part.
    pub delivered: SampleOrder,
    /// Paid after its customer had to do something, so that the provider was asked twice.
    pub acted: SampleOrder,
    /// Its money was authorized, and voided at the second try.
    pub voided: SampleOrder,
    /// Cancelled after it was paid, so that all was refunded.
    pub cancelled: SampleOrder,
    /// Never paid.
    pub expired: SampleOrder,
    /// Paid, and its product is short.
    pub short: SampleOrder,
    /// Held for a placement whose request ended with the process.
    pub held: PlacementId,
}

/// A service, and what happens to its database.
type ServiceTampering<'a> = Option<(&'a str, &'a [String])>;

impl Sample {
    /// Opens a shop, fills it, and stops it.
    pub async fn make() -> Sample {
        Sample::make_with(&[]).await
    }

    /// The same with some settings of its own.
    pub async fn make_with(settings: &[(&str, &str)]) -> Sample {
        let mut shop = Shop::embedded(&[&[("ORDO_PAYMENT_DUE", "1")], settings].concat());
        let expired = FixtureActors::at(&shop, "early").await.places("expired", &[(0, 1)], None).await;
        shop.server.take().unwrap().stop();
        shop.launch.settings.extend(LATER.iter().map(|(name, value)| ((*name).into(), (*value).into())));
        shop.server = Some(shop.launch.start());
        let clerk = FixtureActors::at(&shop, "late").await;
        clerk.until(&expired, "expired").await;

        let pending = clerk.places("pending", &[(0, 2), (1, 1)], None).await;
        let unknown = clerk.places("unknown", &[(1, 2)], Some("sim_timeout_before_charge")).await;
        let paid = clerk.places("paid", &[(0, 1), (1, 3)], Some("sim_ok")).await;
        let authorized = clerk.places_authorized("authorized", &[(0, 1)]).await;
        let offline = clerk.places("offline", &[(1, 1)], None).await;
        clerk.asks(&format!("/v1/orders/{offline}/payments"), json!({"method": "offline"}), 201).await;
        let short = clerk.places("short", &[(2, 10)], Some("sim_ok")).await;
        let shipped = clerk.places_authorized("shipped", &[(0, 2), (1, 1)]).await;
        clerk.ships(&shipped).await;
        let delivered = clerk.places("delivered", &[(0, 1)], Some("sim_ok")).await;
        let fulfilment = clerk.ships(&delivered).await;
        clerk.asks(&format!("/v1/fulfilments/{fulfilment}/deliver"), Value::Null, 200).await;
        clerk.asks(&format!("/v1/orders/{delivered}/refunds"), json!({"amount": "0.50"}), 201).await;
        let cancelled = clerk.places("cancelled", &[(0, 1), (1, 1)], Some("sim_ok")).await;
        clerk.asks(&format!("/v1/orders/{cancelled}/cancel"), json!({}), 200).await;
        let acted = clerk.places_and_acts("acted").await;
        let voided = clerk.places_and_is_let_go("voided").await;
        let adjustment = json!({"delta": -4, "reason": "count", "accept_shortfall": true});
        let goods = clerk.goods.clone();
        clerk.asks(&format!("/v1/products/{}/stock/adjustments", goods[2].id), adjustment, 201).await;

        clerk.until(&cancelled, "cancelled").await;
        clerk.until(&delivered, "completed").await;
        is_quiet(&shop).await;
        shop.server.take().unwrap().stop();
        hold_for_nobody(&mut shop, &clerk).await;

        let data = shop.launch.data.clone();
        let known = |order: &String| known(&data, order);
        Sample {
            goods: goods.iter().map(|goods| goods.id.parse().unwrap()).collect(),
            pending: known(&pending),
            unknown: known(&unknown),
            paid: known(&paid),
            authorized: known(&authorized),
            offline: known(&offline),
            shipped: known(&shipped),
            delivered: known(&delivered),
            acted: known(&acted),
            voided: known(&voided),
            cancelled: known(&cancelled),
            expired: known(&expired),
            short: known(&short),
            held: held(&data),
            folder: shop.folder,
        }
    }

    /// Where it is kept.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// What the audit says of a copy of the shop.
    pub fn audited(&self) -> Output {
        let folder = TempDir::new();
        audit(&self.copy(&folder, None), &["--patience", "0"])
    }

    /// What it says of such a copy that has not been at work for so long. Its files are as new as the copy is.
    pub fn audited_after(&self, accident: (&str, &[String]), stood: Duration) -> Output {
        let folder = TempDir::new();
        let copy = self.copy(&folder, Some(accident));
        let ago = stood.as_micros();
        for service in ["auth", "products", "orders", "payments", "notifications"] {
            let earlier =
                format!("update event set time = time - {ago}; update timer set set_at = set_at - {ago};");
            ServiceFile::open(&copy, service).execute_batch(&earlier).unwrap();
        }
        let first = audit(&copy, &[]);
        let second = audit(&copy, &[]);
        assert_eq!(findings(&first), findings(&second), "looking changes nothing");
        second
    }

    /// A copy of it, after an accident to one of its databases.
    pub fn copy(&self, folder: &TempDir, accident: ServiceTampering<'_>) -> PathBuf {
        let copy = folder.path().join("data");
        assert!(Command::new("cp").arg("-a").arg(self.data()).arg(&copy).status().unwrap().success());
        // a start would check a copy of a folder in use, and refuse what is broken here on purpose
        let anchor = copy.join("anchor.json");
        let mut known: Value = serde_json::from_str(&std::fs::read_to_string(&anchor).unwrap()).unwrap();
        known.as_object_mut().unwrap().remove("in_use");
        std::fs::write(anchor, known.to_string()).unwrap();
        if let Some((service, statements)) = accident {
            let database = ServiceFile::open(&copy, service);
            // an accident asks neither the checks nor the references
            database
                .execute_batch("pragma ignore_check_constraints = on; pragma foreign_keys = off")
                .unwrap();
            for statement in statements {
                let changed = database.execute(statement, []).unwrap_or_else(|e| panic!("{statement}: {e}"));
                assert!(changed > 0, "it changes nothing: {statement}");
            }
        }
        copy
    }

    /// One value of one of the shop's databases.
    pub fn id_of(&self, service: &str, query: &str) -> Uuid {
        one_uuid(&self.data(), service, query)
    }
}

/// What the audit finds in a folder when it holds the facts of one order at a time.
pub async fn found_one_by_one(data: &Path) -> Vec<String> {
    let data = DataDir::look_at(data).unwrap();
    let databases = Databases::open_existing(&data, &host::env()).await.unwrap();
    // as it stands, like the audit of a shop that nobody runs
    let stands = databases.last_at_work().await.unwrap().unwrap();
    let looked = ordo::audit::look(&databases, stands, 1).await.unwrap();
    let line = |found: Finding| format!("{:?} {}: {}", found.invariant, found.subject, found.detail);
    looked.findings.into_iter().map(line).collect()
}

/// Runs `ordo audit` on a folder.
pub fn audit(data: &Path, arguments: &[&str]) -> Output {
    let launch = crate::shop::launch(data);
    launch.command(&[&["audit"], arguments].concat()).output().unwrap()
}

/// The lines of an audit's answer that name something.
pub fn findings(output: &Output) -> Vec<String> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().filter(|line| line.starts_with('I')).map(str::to_owned).collect()
}

/// Waits until the shop is at rest: what was begun has come to its end, and everybody has heard of it.
pub async fn is_quiet(shop: &Shop) {
    for _ in 0..TRIES {
        let output = audit(&shop.launch.data, &["--patience", "0"]);
        let unsent: i64 = ["auth", "products", "orders", "payments"]
            .iter()
            .map(|service| -> i64 {
                let database = look_into(&shop.launch.data, service);
                let unsent = "select count(*) from event where position is null or not sent";
                database.query_row(unsent, [], |row| row.get(0)).unwrap()
            })
            .sum();
        // what was heard is written down a moment later, where nothing follows
        let head = number(&shop.launch.data, "orders", "select head from feed");
        let heard = "select coalesce(max(position), 0) from heard where producer = 'orders'";
        let is_heard = number(&shop.launch.data, "products", heard) == head;
        let told = number(&shop.launch.data, "products", "select head from feed");
        let heard = "select coalesce(max(position), 0) from heard where producer = 'products'";
        let is_heard = is_heard && number(&shop.launch.data, "orders", heard) == told;
        if output.status.success() && unsent == 0 && is_heard {
            return;
        }
        sleep(Duration::from_millis(50)).await;
    }
    let output = shop.audit();
    panic!("the shop does not come to rest: {}", String::from_utf8_lossy(&output.stdout));
}

/// The process ends after it has reserved and before it has placed.
async fn hold_for_nobody(shop: &mut Shop, clerk: &FixtureActors) {
    let armed = shop.launch.clone().with("ORDO_FAILPOINT", "orders.place_order/committing@1");
    let mut server = armed.start();
    let line = json!({"product_id": clerk.goods[0].id, "quantity": 3});
    let place =
        clerk.customer.try_call(Method::POST, "/v1/orders", "held", &json!({ "lines": [line] })).await;
    assert!(place.is_err(), "the process did not end: {place:?}");
    for _ in 0..TRIES {
        if server.has_ended().is_some() {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("the process does not end");
}

/// Cancels an order so that the process ends when it is cancelled, and products has not heard of it yet.
pub async fn killed_when_cancelled(shop: &mut Shop) -> SampleOrder {
    let clerk = FixtureActors::at(shop, "hasty").await;
    for n in 0..8 {
        let placed = clerk.places(&format!("placed{n}"), &[(0, 2)], None).await;
        is_quiet(shop).await;
        shop.server.take().unwrap().stop();
        // products hears that it must be cancelled and that it is: apart, or both at once
        let point = format!("products.apply_fate/committing@{}", 2 - n % 2);
        let mut armed = shop.launch.clone().with("ORDO_FAILPOINT", point).start();
        let cancel = format!("/v1/orders/{placed}/cancel");
        let _ = clerk.admin.try_call(Method::POST, &cancel, &format!("cancel{n}"), &json!({})).await;
        for _ in 0..100 {
            if armed.has_ended().is_some() {
                break;
            }
            sleep(Duration::from_millis(20)).await;
        }
        armed.kill();
        let order = known(&shop.launch.data, &placed);
        let count = |service: &str, query: String| -> i64 {
            look_into(&shop.launch.data, service).query_row(&query, [], |row| row.get(0)).unwrap()
        };
        let has_ended =
            format!("select count(*) from event where subject = '{placed}' and type = 'order.cancelled'");
        let open = format!(
            "select sum(open) from reservation where placement_id = {}",
            corruptions::blob(order.placement.uuid())
        );
        if count("orders", has_ended) == 1 && count("products", open) == 2 {
            return order;
        }
        shop.server = Some(shop.launch.start());
    }
    panic!("the process never ends between the two")
}

/// One number of one of the databases of a shop that stands.
pub fn number(data: &Path, service: &str, query: &str) -> i64 {
    look_into(data, service).query_row(query, [], |row| row.get(0)).unwrap()
}

/// Changes a shop that stands.
pub fn meddle(data: &Path, service: &str, statement: &str) {
    let changed = look_into(data, service).execute(statement, []).unwrap();
    assert!(changed > 0, "it changes nothing: {statement}");
}

fn look_into(data: &Path, service: &str) -> ServiceFile {
    ServiceFile::open(data, service)
}

fn one_uuid(data: &Path, service: &str, query: &str) -> Uuid {
    let found: Vec<u8> = look_into(data, service)
        .query_row(query, [], |row| row.get(0))
        .unwrap_or_else(|e| panic!("{query}: {e}"));
    Uuid::from_slice(&found).unwrap()
}

/// The ids of an order.
pub fn known(data: &Path, order: &str) -> SampleOrder {
    let order: OrderId = order.parse().unwrap();
    let blob = corruptions::blob(order.uuid());
    let placement = one_uuid(data, "orders", &format!("select placement_id from orders where id = {blob}"));
    // an order that nobody began to pay has no payment
    let payment = format!(
        "select coalesce((select id from payment where order_id = {blob}), {})",
        corruptions::blob(Uuid::nil())
    );
    let payment = one_uuid(data, "payments", &payment);
    SampleOrder { order, placement: Id::from_uuid(placement), payment: Id::from_uuid(payment) }
}

/// The one placement that holds stock and never became an order.
fn held(data: &Path) -> PlacementId {
    let orders = look_into(data, "orders");
    let mut orders = orders.prepare("select id from placement").unwrap();
    let placed: BTreeSet<Vec<u8>> =
        orders.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let products = look_into(data, "products");
    let mut products = products.prepare("select placement_id from reservation where open > 0").unwrap();
    let holding = products.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap().map(Result::unwrap);
    let held: Vec<Vec<u8>> = holding.filter(|id| !placed.contains(id)).collect();
    assert_eq!(held.len(), 1, "one placing is held for nobody");
    Id::from_uuid(Uuid::from_slice(&held[0]).unwrap())
}

/// A customer and a member of staff, who fill the shop.
struct FixtureActors {
    admin: HttpClient,
    customer: HttpClient,
    goods: Vec<ShopProduct>,
}

impl FixtureActors {
    async fn at(shop: &Shop, name: &str) -> FixtureActors {
        let admin = shop.admin().await;
        let listed = admin.get("/v1/products").await.expect(200);
        let goods = if listed.body["items"].as_array().unwrap().is_empty() {
            shop.stock_up(&admin, &[(1999, 1000), (500, 1000), (700, 10)]).await
        } else {
            let of_sku = |n: usize| {
                let mut items = listed.body["items"].as_array().unwrap().iter();
                let item = items.find(|item| item["sku"] == format!("T-{n}")).unwrap();
                ShopProduct { id: item["id"].as_str().unwrap().to_owned(), price: 0, stock: 0 }
            };
            (0..3).map(of_sku).collect()
        };
        FixtureActors { admin, customer: shop.customer(name).await, goods }
    }

    async fn places(&self, key: &str, lines: &[(usize, i64)], method: Option<&str>) -> String {
        let payment = method.map(|method| json!({ "method": method }));
        self.places_paid(key, lines, payment).await
    }
    async fn places_authorized(&self, key: &str, lines: &[(usize, i64)]) -> String {
        self.places_paid(key, lines, Some(json!({"method": "sim_ok", "capture": "manual"}))).await
    }
    async fn places_paid(&self, key: &str, lines: &[(usize, i64)], payment: Option<Value>) -> String {
        let line =
            |(n, quantity): &(usize, i64)| json!({"product_id": self.goods[*n].id, "quantity": quantity});
        let mut lines: Vec<Value> = lines.iter().map(line).collect();
        lines.push(json!({"title": "Gift wrapping", "quantity": 1}));
        let mut order = json!({ "lines": lines });
        if let Some(payment) = payment {
            order["payment"] = payment;
        }
        let said = definite(&self.customer, Method::POST, "/v1/orders", key, &order).await.expect(201);
        said.text("id").to_owned()
    }

    async fn asks(&self, path: &str, body: Value, status: u16) -> String {
        let said = definite(&self.admin, Method::POST, path, path, &body).await.expect(status);
        said.text("id").to_owned()
    }
    async fn ships(&self, order: &str) -> String {
        let fulfilment = self.asks(&format!("/v1/orders/{order}/fulfilments"), json!({}), 201).await;
        self.asks(&format!("/v1/fulfilments/{fulfilment}/ship"), json!({}), 200).await
    }

    async fn until(&self, order: &str, status: &str) {
        let mut last = String::new();
        for _ in 0..TRIES {
            let said = self.admin.get(&format!("/v1/orders/{order}")).await.expect(200);
            if said.text("status") == status {
                return;
            }
            last = said.text("status").to_owned();
            sleep(Duration::from_millis(50)).await;
        }
        panic!("{order} is {last}, not {status}");
    }
}
