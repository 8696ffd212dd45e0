//! The program is ended at every fail point of placing, paying, cancelling, shipping and refunding: before and
//! after each commit, before and after each call to the outside.
//!
//! One script of requests goes through all of it. For each point the script runs against a program that ends
//! there, is started again without the point, and repeats what it has no answer to, with its keys. In the end
//! everything is as if nothing had happened: one order for each key, one charge for each order, a clean audit.

mod shop;

use http::Method;
use serde_json::{Value, json};
use shop::{Goods, Shop};
use std::{fs, path::Path, process::Command, time::Duration};
use testkit::{
    folder::TempFolder,
    plain::Plain,
    server::{Launch, Server},
};
use tokio::time::sleep;

/// Points that the script does not pass, and why; the script must pass all others.
const NOT_IN_THE_SCRIPT: &[(&str, &str)] = &[
    ("auth.", "accounts hold neither orders nor money"),
    ("read_revocations", "accounts hold neither orders nor money"),
    ("look_up_user", "a name for a mail: the order is placed without it"),
    ("look_up_contact", "an address for a mail"),
    ("flow.put_aside", "nothing is put aside when all goes well"),
    ("notifications.", "mails and the log of events: repeated from the feed"),
    ("products.create_product", "done before the script begins"),
    ("products.replace_product", "the catalogue"),
    ("products.update_product", "the catalogue"),
    ("products.delete_product", "the catalogue"),
    ("products.adjust_stock", "the catalogue"),
];

/// A shop after its first start, kept as a folder that each point begins from.
struct Template {
    folder: TempFolder,
    goods: Vec<Goods>,
    admin: String,
    customer: String,
}

async fn template() -> Template {
    let mut shop = Shop::open(&[("ORDO_PAYMENT_DUE", "3600")]);
    let admin = shop.admin().await;
    let goods = shop.stock_up(&admin, &[(1999, 1000), (500, 1000)]).await;
    let login = |email: &str, password: &str| json!({"email": email, "password": password});
    shop.customer("customer").await;
    let plain = Plain::new(&shop.url());
    let token = |said: testkit::plain::Said| said.expect(200).text("token").to_owned();
    let admin = token(plain.post("/v1/login", "", &login(shop::ADMIN_EMAIL, shop::ADMIN_PASSWORD)).await);
    let customer =
        token(plain.post("/v1/login", "", &login("customer@example.com", "a customer's password")).await);
    sleep(Duration::from_secs(1)).await; // the events of the catalogue are heard
    let status = shop.server.take().unwrap().stop();
    assert!(status.success(), "{status}");
    Template { folder: shop.folder, goods, admin, customer }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_can_end_at_every_fail_point() {
    let template = template().await;
    let points = xtask::failpoints::of_repository().unwrap();
    let skipped = |name: &str| NOT_IN_THE_SCRIPT.iter().any(|(prefix, _)| name.starts_with(prefix));
    let only = std::env::var("ORDO_ONLY_POINT").ok();
    let mut never_passed = Vec::new();
    let mut ended_at = 0;
    for point in points.iter().filter(|point| !skipped(&point.name)) {
        let name = point.to_string();
        if only.as_ref().is_some_and(|only| !name.contains(only.as_str())) {
            continue;
        }
        match try_point(&template, &name).await {
            true => ended_at += 1,
            false => never_passed.push(name),
        }
    }
    println!("ended at {ended_at} points");
    assert!(never_passed.is_empty(), "the script does not pass these points: {never_passed:#?}");
}

/// A running program that is started again, without its fail point, when it has ended there.
struct Restarted {
    launch: Launch,
    server: Server,
    has_ended: bool,
}

impl Restarted {
    async fn revive(&mut self) {
        if self.server.has_ended().is_some() {
            self.has_ended = true;
            self.server = self.launch.start();
        }
    }
    /// Asks until there is a definite answer, starting the program again when it has ended.
    async fn ask(&mut self, client: &Plain, method: Method, path: &str, key: &str, body: &Value) -> Value {
        const TRIES: u32 = 400;
        let mut last = String::new();
        for _ in 0..TRIES {
            match client.try_call(method.clone(), path, key, body).await {
                Ok(said) if said.code() < 300 => return said.body,
                Ok(said) if said.code() < 500 => panic!("{path}: {} {}", said.status, said.body),
                Ok(said) => last = said.body.to_string(),
                Err(broken) => last = broken.to_string(),
            }
            self.revive().await;
            sleep(Duration::from_millis(50)).await;
        }
        panic!("{path} has no definite answer: {last}")
    }
}

/// Whether the program ended at the point.
async fn try_point(template: &Template, point: &str) -> bool {
    let folder = TempFolder::new();
    copy(&template.folder.path().join("data"), &folder.path().join("data"));
    let launch = shop::launch(&folder.path().join("data")).with("ORDO_PAYMENT_DUE", 3600);
    let armed = launch.clone().with("ORDO_FAILPOINT", point);
    // a point can lie on the way to being ready
    let (server, has_ended) = match armed.try_start() {
        Ok(server) => (server, false),
        Err(_) => (launch.start(), true),
    };
    let mut program = Restarted { launch: launch.clone(), server, has_ended };
    script(&mut program, template, point).await;
    sleep(Duration::from_millis(300)).await;
    program.revive().await;
    let output = launch.command(&["audit"]).output().unwrap();
    assert!(output.status.success(), "at {point}:\n{}", String::from_utf8_lossy(&output.stdout));
    println!("{point}: {}", if program.has_ended { "ended there" } else { "never passed" });
    program.has_ended
}

/// Places, pays, cancels, ships, delivers and refunds; every answer must be a success, and every end the right one.
async fn script(program: &mut Restarted, template: &Template, point: &str) {
    let plain = Plain::new(&format!("http://{}", program.launch.listen));
    let (customer, admin) = (plain.with_token(&template.customer), plain.with_token(&template.admin));
    let lines = json!([{"product_id": template.goods[0].id, "quantity": 2}, {"product_id": template.goods[1].id, "quantity": 1}]);
    let order = |payment: Value| match payment {
        Value::Null => json!({ "lines": lines }),
        payment => json!({ "lines": lines, "payment": payment }),
    };
    let post = Method::POST;
    let none = Value::Null;

    // paid at once, shipped in two parts, delivered, refunded
    let paid = program
        .ask(&customer, post.clone(), "/v1/orders", "k-paid", &order(json!({"method": "sim_ok"})))
        .await;
    let id = paid["id"].as_str().unwrap().to_owned();
    let line = paid["lines"][0]["id"].clone();
    settled(program, &customer, &id, "confirmed").await;
    let path = format!("/v1/orders/{id}/fulfilments");
    let part = json!({"lines": [{"line_id": line, "quantity": 1}]});
    for (n, body) in [part, json!({})].iter().enumerate() {
        let made = program.ask(&admin, post.clone(), &path, &format!("k-ful-{n}"), body).await;
        let fulfilment = format!("/v1/fulfilments/{}", made["id"].as_str().unwrap());
        for (step, body) in [("pack", &none), ("ship", &json!({})), ("deliver", &none)] {
            let path = format!("{fulfilment}/{step}");
            program.ask(&admin, post.clone(), &path, &format!("k-{step}-{n}"), body).await;
        }
    }
    let path = format!("/v1/orders/{id}/refunds");
    program.ask(&admin, post.clone(), &path, "k-refund", &json!({"amount": "1.00"})).await;

    // paid later, by a promise that is taken when it ships
    let manual = program.ask(&customer, post.clone(), "/v1/orders", "k-manual", &order(none.clone())).await;
    let manual = manual["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/orders/{manual}/payments");
    program
        .ask(&customer, post.clone(), &path, "k-pay", &json!({"method": "sim_ok", "capture": "manual"}))
        .await;
    settled(program, &customer, &manual, "confirmed").await;
    let target = json!({"status": "shipped"});
    program.ask(&admin, Method::PUT, &format!("/v1/orders/{manual}"), "", &target).await;

    // cancelled: unpaid, paid, and promised
    for (n, payment) in
        [none.clone(), json!({"method": "sim_ok"}), json!({"method": "sim_ok", "capture": "manual"})]
            .into_iter()
            .enumerate()
    {
        let key = format!("k-cancel-{n}");
        let made = program.ask(&customer, post.clone(), "/v1/orders", &key, &order(payment)).await;
        let id = made["id"].as_str().unwrap().to_owned();
        let path = format!("/v1/orders/{id}/cancel");
        program.ask(&customer, post.clone(), &path, &format!("{key}-c"), &json!({})).await;
        settled(program, &customer, &id, "cancelled").await;
    }

    // a lost answer of the provider is found out
    let lost = json!({"method": "sim_timeout_after_charge"});
    let lost = program.ask(&customer, post.clone(), "/v1/orders", "k-lost", &order(lost)).await;
    settled(program, &customer, lost["id"].as_str().unwrap(), "confirmed").await;

    // once for each key
    let orders = program.ask(&customer, Method::GET, "/v1/orders", "", &none).await;
    let count = orders["items"].as_array().unwrap().len();
    assert_eq!(count, 6, "at {point}: {count} orders for 6 keys");
}

/// Waits until an order is in this state.
async fn settled(program: &mut Restarted, client: &Plain, id: &str, status: &str) {
    let mut order = Value::Null;
    for _ in 0..300 {
        order = program.ask(client, Method::GET, &format!("/v1/orders/{id}"), "", &Value::Null).await;
        if order["status"] == status {
            return;
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("{id} is not {status}: {order}")
}

fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap().success());
    let _ = fs::remove_file(to.join("lock"));
}
