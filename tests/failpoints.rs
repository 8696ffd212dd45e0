//! The program is ended at every fail point of placing, paying, cancelling, shipping and refunding: before and
//! after each commit, before and after each call to the outside.
//!
//! A script of requests goes through all of it. For each point the script runs against a program that ends
//! there, is started again without the point, and repeats what it has no answer to, with its keys. In the end
//! everything is as if nothing had happened: one order for each key, one charge for each order, a clean audit.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod shop;

use http::Method;
use serde_json::{Value, json};
use shop::{Goods, Shop};
use std::{fs, os::unix::process::ExitStatusExt, path::Path, process::Command, sync::Arc, time::Duration};
use testkit::{
    folder::TempFolder,
    plain::{Plain, Said},
    server::{Launch, Server},
};
use tokio::{sync::Semaphore, task::JoinSet, time::sleep};

/// Points that the script does not pass, and why; it must pass all others.
const NOT_IN_THE_SCRIPT: &[(&str, &str)] = &[
    ("auth.", "accounts hold neither orders nor money"),
    ("read_revocations", "accounts hold neither orders nor money"),
    ("products.create_product", "the catalogue"),
    ("products.change_product", "the catalogue"),
    ("products.delete_product", "the catalogue"),
    ("products.adjust_stock", "the catalogue"),
    ("flow.put_aside", "nothing is put aside when all goes well"),
    ("orders.hear_reservation", "a reservation that is lost: after a restore only"),
    ("orders.fill_contact", "the name for a mail, where auth was away"),
    (
        "payments.simulator_submit_again",
        "a provider that gets a key twice: payments asks before it sends again",
    ),
    (
        "provider.query_refund",
        "a refund whose key is older than 23 hours: until then the same key is sent again",
    ),
    ("orders.put_off_due", "an order that was given more time while its timer was being taken: a race"),
    ("orders.stop_closing", "a timer that is taken while its order stops being cancelled: a race"),
    ("orders.complete_order", "an order whose last step did not complete it by itself: there is none"),
];

/// Programs at a time: most of the time each waits for its disk or its timers.
const AT_ONCE: usize = 4;

/// A shop after its first start, kept as a folder that each point begins from.
struct Template {
    folder: TempFolder,
    goods: Vec<Goods>,
    admin: String,
    customer: String,
}

async fn template() -> Template {
    let mut shop = Shop::open(&[]);
    let admin = shop.admin().await;
    let goods = shop.stock_up(&admin, &[(1999, 1000), (500, 1000)]).await;
    let login = |email: &str, password: &str| json!({"email": email, "password": password});
    shop.customer("customer").await;
    let plain = Plain::new(&shop.url());
    let token = |said: Said| said.expect(200).text("token").to_owned();
    let admin = token(plain.post("/v1/login", "", &login(shop::ADMIN_EMAIL, shop::ADMIN_PASSWORD)).await);
    let customer =
        token(plain.post("/v1/login", "", &login("customer@example.com", "a customer's password")).await);
    sleep(Duration::from_secs(1)).await; // the events of the catalogue are heard
    let status = shop.server.take().unwrap().stop();
    assert!(status.success(), "{status}");
    Template { folder: shop.folder, goods, admin, customer }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[allow(clippy::disallowed_methods, reason = "tests are no part of the program")]
async fn the_program_can_end_at_every_fail_point() {
    let template = Arc::new(template().await);
    let points = xtask::failpoints::of_repository().unwrap();
    let skipped = |name: &str| NOT_IN_THE_SCRIPT.iter().any(|(prefix, _)| name.starts_with(prefix));
    for (prefix, _) in NOT_IN_THE_SCRIPT {
        assert!(points.iter().any(|point| point.name.starts_with(prefix)), "no point is named {prefix}");
    }
    let only = std::env::var("ORDO_ONLY_POINT").unwrap_or_default();
    let names = points.iter().filter(|point| !skipped(&point.name)).map(ToString::to_string);
    let slots = Arc::new(Semaphore::new(AT_ONCE));
    let mut runs = JoinSet::new();
    for name in names.filter(|name| name.contains(&only)) {
        let (slots, template) = (slots.clone(), template.clone());
        runs.spawn(async move {
            let _slot = slots.acquire().await.unwrap();
            let ended = try_point(&template, &name).await;
            println!("{name}: {}", if ended { "ended there" } else { "NEVER PASSED" });
            (name, ended)
        });
    }
    let all: Vec<(String, bool)> = runs.join_all().await;
    let never_passed: Vec<&String> = all.iter().filter(|(_, ended)| !ended).map(|(name, _)| name).collect();
    println!("ended at {} points", all.len() - never_passed.len());
    assert!(never_passed.is_empty(), "the script does not pass these points: {never_passed:#?}");
}

/// Whether the program ended at the point.
async fn try_point(template: &Template, point: &str) -> bool {
    let folder = TempFolder::new();
    copy(&template.folder.path().join("data"), &folder.path().join("data"));
    // falling due is a script of its own: in the others nothing may
    let falls_due = FALLING_DUE.iter().any(|name| point.starts_with(name));
    let lapses = point.starts_with("payments.lapse");
    let launch = shop::launch(&folder.path().join("data"))
        .with("ORDO_PAYMENT_DUE", if falls_due { 1 } else { 3600 })
        .with("ORDO_SIMULATOR_WEBHOOK_DELAY_MS", if falls_due { 2500 } else { 300 })
        .with("ORDO_SIMULATOR_LATE_MS", 1500)
        .with("ORDO_AUTHORIZATION_LIFE", if lapses { 2 } else { 604_800 })
        .with("ORDO_HOLD", 1);
    if point.starts_with("orders.bury_placings") {
        leave_a_hold_without_an_order(&launch, template).await;
    }
    let armed = launch.clone().with("ORDO_FAILPOINT", point);
    // a point can lie on the way to being ready
    let (server, has_ended) = match armed.try_start() {
        Ok(server) => (server, false),
        Err(log) => {
            assert!(
                log.contains(&last_words(point)),
                "the program does not start, but not because of {point}:\n{log}"
            );
            (launch.start(), true)
        }
    };
    let plain = Plain::new(&format!("http://{}", launch.listen));
    let (customer, admin) = (plain.with_token(&template.customer), plain.with_token(&template.admin));
    let (goods, point) = (template.goods.clone(), point.to_owned());
    let mut script = Script { launch, server, has_ended, customer, admin, goods, point: point.clone() };
    let point = point.as_str();
    if falls_due {
        script.falls_due().await;
    } else if lapses {
        script.lapses().await;
    } else {
        script.paid_and_shipped().await;
        script.promised_and_shipped().await;
        script.cancelled().await;
        script.lost_answer().await;
        script.once_for_each_key(point).await;
        script.rarer(point).await;
    }
    script.settle(point).await;
    script.has_ended
}

/// The program ends between the reservation and the order: products will ask what became of the placing.
async fn leave_a_hold_without_an_order(launch: &Launch, template: &Template) {
    let mut server = launch.clone().with("ORDO_FAILPOINT", "orders.place_order/committing").start();
    let customer = Plain::new(server.url()).with_token(&template.customer);
    let order = json!({"lines": [{"product_id": template.goods[0].id, "quantity": 1}]});
    let said = customer.try_call(POST, "/v1/orders", "never", &order).await;
    assert!(said.is_err(), "the program did not end: {said:?}");
    while server.has_ended().is_none() {
        sleep(Duration::from_millis(20)).await;
    }
}

/// A program that is started again, without its fail point, when it has ended there; and who asks it.
struct Script {
    launch: Launch,
    server: Server,
    has_ended: bool,
    customer: Plain,
    admin: Plain,
    goods: Vec<Goods>,
    point: String,
}

/// Points on the way of an order that is not paid in time.
const FALLING_DUE: &[&str] = &["orders.fall_due"];

/// What the program says when it ends at a fail point, and never otherwise.
fn last_words(point: &str) -> String {
    format!("failpoint {point}: ending the process")
}

const SIGABRT: i32 = 6;
const NONE: Value = Value::Null;
const POST: Method = Method::POST;

impl Script {
    fn revive(&mut self) {
        if let Some(status) = self.server.has_ended() {
            let log = self.server.whole_log();
            let ended_there = status.signal() == Some(SIGABRT) && log.contains(&last_words(&self.point));
            assert!(ended_there && !self.has_ended, "it ended ({status}), but not at {}:\n{log}", self.point);
            self.has_ended = true;
            self.server = self.launch.start();
        }
    }

    /// Asks until there is a definite answer, starting the program again when it has ended.
    async fn ask(&mut self, who: &Plain, method: Method, path: &str, key: &str, body: &Value) -> Said {
        const TRIES: u32 = 400;
        let mut last = String::new();
        for _ in 0..TRIES {
            match who.try_call(method.clone(), path, key, body).await {
                Ok(said) if said.code() < 500 => return said,
                Ok(said) => last = said.body.to_string(),
                Err(broken) => last = broken.to_string(),
            }
            self.revive();
            sleep(Duration::from_millis(50)).await;
        }
        panic!("{path} has no definite answer: {last}\n{}", self.server.log())
    }
    async fn staff(&mut self, method: Method, path: &str, key: &str, body: &Value) -> Value {
        let said = self.ask(&self.admin.clone(), method, path, key, body).await;
        assert!(said.code() < 300, "{path}: {} {}", said.status, said.body);
        said.body
    }
    async fn shopper(&mut self, method: Method, path: &str, key: &str, body: &Value) -> Value {
        let said = self.ask(&self.customer.clone(), method, path, key, body).await;
        assert!(said.code() < 300, "{path}: {} {}", said.status, said.body);
        said.body
    }

    /// An order of both goods; its id.
    async fn order(&mut self, key: &str, payment: Value) -> String {
        let lines: Vec<Value> =
            self.goods.iter().map(|g| json!({"product_id": g.id, "quantity": 2})).collect();
        let mut order = json!({ "lines": lines });
        if payment != NONE {
            order["payment"] = payment;
        }
        let made = self.shopper(POST, "/v1/orders", key, &order).await;
        made["id"].as_str().unwrap().to_owned()
    }
    async fn read(&mut self, id: &str) -> Value {
        self.shopper(Method::GET, &format!("/v1/orders/{id}"), "", &NONE).await
    }
    /// Waits until an order is in this state.
    async fn until(&mut self, id: &str, status: &str) -> Value {
        let mut order = NONE;
        for _ in 0..600 {
            order = self.read(id).await;
            if order["status"] == status {
                return order;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("{id} is not {status}: {order}")
    }
    /// Waits until an order is paid. An attempt that the provider had not heard of when the program ended has
    /// failed: then the customer pays again, as the order asks.
    async fn until_confirmed(&mut self, id: &str) {
        for again in 0..600 {
            let order = self.read(id).await;
            if order["status"] == "confirmed" {
                return;
            }
            let attempts = order["payment"]["attempts"].as_array().cloned().unwrap_or_default();
            let failed = attempts.last().is_some_and(|last| last["status"] == "failed");
            if order["status"] == "pending" && failed {
                let path = format!("/v1/orders/{id}/payments");
                let key = format!("again-{}", attempts.len());
                let said =
                    self.ask(&self.customer.clone(), POST, &path, &key, &json!({"method": "sim_ok"})).await;
                assert!(matches!(said.code(), 201 | 402 | 409), "{}", said.body);
            }
            sleep(Duration::from_millis(50)).await;
            assert!(again < 599, "{id} is not paid: {order}");
        }
    }

    /// Paid at once, shipped in two parts, delivered, refunded in part.
    async fn paid_and_shipped(&mut self) {
        let id = self.order("paid", json!({"method": "sim_ok"})).await;
        self.until_confirmed(&id).await;
        let line = self.read(&id).await["lines"][0]["id"].clone();
        let path = format!("/v1/orders/{id}/fulfilments");
        let part = json!({"lines": [{"line_id": line, "quantity": 1}]});
        for (n, body) in [part, json!({})].iter().enumerate() {
            let made = self.staff(POST, &path, &format!("fulfil-{n}"), body).await;
            let fulfilment = format!("/v1/fulfilments/{}", made["id"].as_str().unwrap());
            for (step, body) in [("pack", NONE), ("ship", json!({})), ("deliver", NONE)] {
                self.staff(POST, &format!("{fulfilment}/{step}"), &format!("{step}-{n}"), &body).await;
            }
        }
        let path = format!("/v1/orders/{id}/refunds");
        self.staff(POST, &path, "refund", &json!({"amount": "1.00"})).await;
        self.until(&id, "completed").await;
    }

    /// Paid later, by a promise that is taken when it ships.
    async fn promised_and_shipped(&mut self) {
        let id = self.order("promised", NONE).await;
        let path = format!("/v1/orders/{id}/payments");
        let method = json!({"method": "sim_ok", "capture": "manual"});
        let said = self.ask(&self.customer.clone(), POST, &path, "pay", &method).await;
        assert!(matches!(said.code(), 201 | 402 | 409), "{}", said.body);
        self.until_confirmed(&id).await;
        self.staff(Method::PUT, &format!("/v1/orders/{id}"), "", &json!({"status": "shipped"})).await;
        self.staff(Method::PUT, &format!("/v1/orders/{id}"), "", &json!({"status": "delivered"})).await;
    }

    /// Cancelled: unpaid, paid, and promised.
    async fn cancelled(&mut self) {
        let promised = json!({"method": "sim_ok", "capture": "manual"});
        for (n, payment) in [NONE, json!({"method": "sim_ok"}), promised].into_iter().enumerate() {
            let id = self.order(&format!("cancel-{n}"), payment).await;
            let path = format!("/v1/orders/{id}/cancel");
            self.shopper(POST, &path, &format!("cancel-{n}-c"), &json!({})).await;
            self.until(&id, "cancelled").await;
        }
    }

    /// The provider charged, and its answer was lost: found out.
    async fn lost_answer(&mut self) {
        let id = self.order("lost", json!({"method": "sim_timeout_after_charge"})).await;
        self.until_confirmed(&id).await;
    }

    async fn once_for_each_key(&mut self, point: &str) {
        let orders = self.shopper(Method::GET, "/v1/orders", "", &NONE).await;
        let count = orders["items"].as_array().unwrap().len();
        assert_eq!(count, 6, "at {point}: {count} orders for 6 keys");
    }

    /// What is rarer, as long as the point has not been passed.
    async fn rarer(&mut self, point: &str) {
        let steps: [(&str, AsyncStep); 10] = [
            ("a price that has changed", |s| Box::pin(s.price_changed())),
            ("some units cancelled", |s| Box::pin(s.some_cancelled())),
            ("paid offline", |s| Box::pin(s.paid_offline())),
            ("an action of the customer", |s| Box::pin(s.customer_acts())),
            ("taken and given back by hand", |s| Box::pin(s.by_hand())),
            ("a late webhook", |s| Box::pin(s.late_webhook())),
            ("a silent provider", |s| Box::pin(s.silent_provider())),
            ("a request that comes late", |s| Box::pin(s.late_request())),
            ("a shortfall", |s| Box::pin(s.shortfall())),
            ("a hold that is asked about", |s| Box::pin(s.asked_about())),
        ];
        for (what, step) in steps {
            self.revive();
            if self.has_ended {
                return;
            }
            step(self).await;
            println!("{point}: not passed before “{what}” was over");
        }
    }

    async fn price_changed(&mut self) {
        let lines = json!([{"product_id": self.goods[0].id, "quantity": 1}]);
        let order = json!({"lines": lines, "expected_total": "0.01"});
        let said = self.ask(&self.customer.clone(), POST, "/v1/orders", "changed", &order).await;
        assert_eq!((said.code(), said.text("code")), (409, "price_changed"), "{}", said.body);
    }

    async fn some_cancelled(&mut self) {
        let id = self.order("some", json!({"method": "sim_ok"})).await;
        self.until_confirmed(&id).await;
        let line = self.read(&id).await["lines"][0]["id"].clone();
        let some = json!({"lines": [{"line_id": line, "quantity": 1}]});
        self.staff(POST, &format!("/v1/orders/{id}/cancel"), "some-c", &some).await;
        for _ in 0..600 {
            if self.read(&id).await["payment"]["refunded"]["amount"] == "19.99" {
                return;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("the cancelled unit of {id} is not refunded: {}", self.read(&id).await)
    }

    async fn paid_offline(&mut self) {
        let id = self.order("offline", NONE).await;
        self.staff(Method::PUT, &format!("/v1/orders/{id}"), "", &json!({"status": "confirmed"})).await;
        self.until(&id, "confirmed").await;
        let path = format!("/v1/orders/{id}/fulfilments");
        let made = self.staff(POST, &path, "offline-f", &json!({})).await;
        let path = format!("/v1/fulfilments/{}/cancel", made["id"].as_str().unwrap());
        self.staff(POST, &path, "offline-fc", &NONE).await;
    }

    async fn customer_acts(&mut self) {
        let id = self.order("acts", json!({"method": "sim_requires_action"})).await;
        let payment = self.read(&id).await["payment"]["id"].as_str().unwrap().to_owned();
        let said = self
            .ask(&self.customer.clone(), POST, &format!("/v1/payments/{payment}/confirm"), "", &NONE)
            .await;
        assert!(matches!(said.code(), 200 | 402 | 409), "{}", said.body);
        self.until_confirmed(&id).await;
    }

    async fn by_hand(&mut self) {
        for (n, step) in ["capture", "void", "refunds"].iter().enumerate() {
            let capture = if *step == "refunds" { "automatic" } else { "manual" };
            let id = self.order(&format!("hand-{n}"), json!({"method": "sim_ok", "capture": capture})).await;
            self.until_confirmed(&id).await;
            let payment = self.read(&id).await["payment"]["id"].as_str().unwrap().to_owned();
            let body = if *step == "refunds" { json!({"amount": "1.00"}) } else { NONE };
            let path = format!("/v1/payments/{payment}/{step}");
            let said = self.ask(&self.admin.clone(), POST, &path, &format!("hand-{n}-s"), &body).await;
            assert!(matches!(said.code(), 200 | 201 | 409), "{step}: {}", said.body);
        }
    }

    async fn late_webhook(&mut self) {
        for (n, method) in ["sim_webhook_late", "sim_webhook_twice", "sim_slow"].iter().enumerate() {
            let id = self.order(&format!("late-{n}"), json!({ "method": method })).await;
            self.until_confirmed(&id).await;
        }
    }

    async fn silent_provider(&mut self) {
        let id = self.order("silent", json!({"method": "sim_timeout_before_charge"})).await;
        self.until_confirmed(&id).await;
    }

    /// An unpaid order's reservation is asked about when it is older than the hold.
    async fn asked_about(&mut self) {
        let id = self.order("held", NONE).await;
        sleep(Duration::from_secs(4)).await;
        self.revive();
        assert_eq!(self.read(&id).await["status"], "pending");
    }

    /// The provider was silent, was told to forget it, and gets the request after that.
    async fn late_request(&mut self) {
        self.order("late-request", json!({"method": "sim_timeout_before_charge"})).await;
        sleep(Duration::from_secs(3)).await;
    }

    /// Staff count less than is reserved, and then find it again.
    async fn shortfall(&mut self) {
        let id = self.order("short", json!({"method": "sim_ok"})).await;
        self.until_confirmed(&id).await;
        let product = format!("/v1/products/{}", self.goods[0].id);
        let before = self.staff(Method::GET, &product, "", &NONE).await;
        for (n, stock) in [(0, json!(1)), (1, before["stock"].clone())] {
            let now = self.staff(Method::GET, &product, "", &NONE).await;
            let change =
                json!({"stock": stock, "stock_version": now["stock_version"], "accept_shortfall": true});
            let said = self.ask(&self.admin.clone(), Method::PATCH, &product, "", &change).await;
            // a repeat after an answer that was lost finds a newer version: it has happened
            assert!(matches!(said.code(), 200 | 409), "{n}: {}", said.body);
            sleep(Duration::from_millis(500)).await;
        }
    }

    /// A promise that ends before it is taken: the order waits for another payment.
    async fn lapses(&mut self) {
        let id = self.order("lapses", json!({"method": "sim_ok", "capture": "manual"})).await;
        for _ in 0..600 {
            let order = self.read(&id).await;
            if order["hold"] == "payment" {
                return;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("the promise of {id} did not lapse: {}", self.read(&id).await)
    }

    /// Not paid in time; and paid in the last moment, while the order falls due.
    async fn falls_due(&mut self) {
        let unpaid = self.order("due", NONE).await;
        let late = self.order("due-late", json!({"method": "sim_webhook_late"})).await;
        self.until(&unpaid, "expired").await;
        for _ in 0..600 {
            let order = self.read(&late).await;
            if matches!(order["status"].as_str().unwrap(), "confirmed" | "expired") {
                return;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("{late} is neither paid nor expired: {}", self.read(&late).await)
    }

    /// Everything that was begun comes to its end, and the audit is clean.
    async fn settle(&mut self, point: &str) {
        sleep(Duration::from_millis(300)).await;
        self.revive();
        let mut command = self.launch.command(&["audit"]);
        #[allow(clippy::disallowed_methods, reason = "a test waits for a program")]
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        assert!(output.status.success(), "at {point}:\n{}", String::from_utf8_lossy(&output.stdout));
    }
}

type AsyncStep = for<'a> fn(&'a mut Script) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap().success());
    let _ = fs::remove_file(to.join("lock"));
}
