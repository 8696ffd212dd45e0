//! A shop that an older version has left goes on with this one.
//!
//! `tests/fixtures/v…/shop` keeps a small shop as that version left it: its databases, and its responses about its orders.
//! `KEEP_SHOP=v0.2.0 cargo nextest run -p ordo --test upgrade` writes that of a version which is about to be released;
//! one that is kept is never written again.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]
#![allow(dead_code, reason = "the shop and its dumps are shared with other tests")]

mod audit_fixture;
mod dumps;
mod shop;

use audit_fixture::Sample;
use db::{Db, sqlite};
use http::Method;
use ordo::data_dir::NAMESPACES;
use serde_json::{Value, json};
use shop::{Shop, admin_at, definite, embedded_database};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};
use testkit::{http_client::HttpClient, real_env::env, temp_dir::TempDir};

/// What the kept shops are sealed with.
const SECRET: (&str, &str) =
    ("ORDO_SECRET", "5ea1ed5ea1ed5ea1ed5ea1ed5ea1ed5ea1ed5ea1ed5ea1ed5ea1ed5ea1ed5ea1");
/// The data of an acknowledged order that can never change.
const LASTING: [&str; 7] = ["id", "number", "user_id", "email", "total", "adjustments", "created_at"];
/// An order that has come here stays.
const ENDS: [&str; 3] = ["completed", "cancelled", "expired"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_that_an_older_version_left_goes_on() {
    if let Some(version) = std::env::var_os("KEEP_SHOP") {
        keep(&fixtures().join(version).join("shop")).await;
    }
    let mut shops = 0;
    for version in fs::read_dir(fixtures()).unwrap() {
        let kept = version.unwrap().path().join("shop");
        if kept.is_dir() {
            goes_on(&kept).await;
            shops += 1;
        }
    }
    assert!(shops > 0, "no shop is kept");
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures")
}

fn database(path: PathBuf) -> Db {
    sqlite::open(path, env(), sqlite::Options::default()).unwrap()
}

/// Those that every shop has, and the simulator.
fn services() -> impl Iterator<Item = &'static str> {
    NAMESPACES.into_iter().filter(|name| *name != compat::NAME).chain([simulator::NAME])
}

/// Writes a shop of the version at work.
async fn keep(folder: &Path) {
    assert!(!folder.exists(), "{} is kept already", folder.display());
    let sample = Sample::make_with(&[SECRET]).await;
    let copy = sample.folder.path().join("told");
    assert!(
        std::process::Command::new("cp").arg("-a").arg(sample.data()).arg(&copy).status().unwrap().success()
    );
    let server = launch(&copy).start();
    let told = json!({ "orders": orders(&admin_at(server.url()).await).await });
    server.stop();
    fs::create_dir_all(folder).unwrap();
    for service in services() {
        let dump = dumps::schema(&embedded_database(&sample.data(), service)).await;
        fs::write(folder.join(format!("{service}.sqlite.sql")), dump).unwrap();
    }
    fs::write(folder.join("told.json"), format!("{told:#}\n")).unwrap();
}

/// Nothing falls due while it is checked that was not due when it was kept.
fn launch(data: &Path) -> testkit::server::Launch {
    let later = [SECRET, ("ORDO_PAYMENT_DUE", "3600"), ("ORDO_HOLD", "3600")];
    later.iter().fold(shop::launch(data), |launch, (name, value)| launch.with(name, value))
}

/// All orders, by their ids.
async fn orders(admin: &HttpClient) -> BTreeMap<String, Value> {
    let listed = admin.get("/v1/orders?limit=100").await.expect(200);
    assert_eq!(listed.body["next_cursor"], Value::Null, "a page holds them all");
    let ids =
        listed.body["items"].as_array().unwrap().iter().map(|order| order["id"].as_str().unwrap().to_owned());
    let mut orders = BTreeMap::new();
    for id in ids {
        let order = admin.get(&format!("/v1/orders/{id}")).await.expect(200).body;
        orders.insert(id, order);
    }
    orders
}

async fn goes_on(kept: &Path) {
    let folder = TempDir::new();
    let data = folder.path().join("data");
    fs::create_dir_all(&data).unwrap();
    for service in services() {
        let dump = fs::read_to_string(kept.join(format!("{service}.sqlite.sql"))).unwrap();
        dumps::load(&database(data.join(format!("{service}.db"))), &dump).await;
    }
    let launch = launch(&data);
    let audit = launch.command(&["audit"]).output().unwrap();
    let refused = String::from_utf8_lossy(&audit.stderr).into_owned();
    assert!(audit.status.code() == Some(4) && refused.contains("of an older version"), "{refused}");
    // a start that was interrupted while it made one file of them
    fs::create_dir(data.join("prepared")).unwrap();
    fs::write(data.join("prepared/ordo.db"), "a part").unwrap();
    let shop = Shop::of(folder, launch);
    assert!(data.join("before-one-file/orders.db").exists() && !data.join("orders.db").exists());
    shop.assert_audit_is_clean("as the older version left it");

    let admin = shop.admin().await;
    let told: Value = serde_json::from_str(&fs::read_to_string(kept.join("told.json")).unwrap()).unwrap();
    let now = orders(&admin).await;
    let told = told["orders"].as_object().unwrap();
    assert!(told.len() >= 8, "the kept shop has {} orders", told.len());
    for (id, told) in told {
        let now = now.get(id).unwrap_or_else(|| panic!("{id} is lost"));
        for member in LASTING {
            assert!(told.get(member).is_some(), "{member} was told of {id}");
            assert_eq!(now[member], told[member], "{member} of {id}");
        }
        assert_eq!(lines(now), lines(told), "the lines of {id}");
        if ENDS.contains(&told["status"].as_str().unwrap()) {
            assert_eq!(now["status"], told["status"], "the status of {id}");
        }
    }
    can_be_traded_with(&shop, &admin, told).await;
    shop.assert_audit_is_clean("after some trade");
}

/// What was sold: title, price and quantity of each line.
fn lines(order: &Value) -> Vec<[&Value; 3]> {
    let lines = order["lines"].as_array().unwrap().iter();
    let lines: Vec<_> =
        lines.map(|line| ["title", "unit_price", "quantity"].map(|member| &line[member])).collect();
    assert!(lines.iter().flatten().all(|member| !member.is_null()), "{order}");
    lines
}

/// An order of old is sent out, its customer signs in with the old password and buys again.
async fn can_be_traded_with(shop: &Shop, admin: &HttpClient, told: &serde_json::Map<String, Value>) {
    let paid = told
        .values()
        .find(|order| order["payment_status"] == "paid" && order["fulfilment_status"] == "unfulfilled");
    let paid = paid.expect("a paid order that is not sent out")["id"].as_str().unwrap();
    let post = |path: String| async move { definite(admin, Method::POST, &path, &path, &json!({})).await };
    let fulfilment = post(format!("/v1/orders/{paid}/fulfilments")).await.expect(201);
    post(format!("/v1/fulfilments/{}/ship", fulfilment.text("id"))).await.expect(200);

    let buyer = HttpClient::new(&shop.url());
    let credentials = json!({"email": "late@example.com", "password": "a customer's password"});
    let signed_in = buyer.post("/v1/login", "", &credentials).await.expect(200);
    let buyer = buyer.with_token(signed_in.text("token"));
    let products = admin.get("/v1/products").await.expect(200);
    let product = products.body["items"].as_array().unwrap().iter().find(|product| product["sku"] == "T-0");
    let line = json!({"product_id": product.unwrap()["id"], "quantity": 1});
    let order = json!({"lines": [line], "payment": {"method": "sim_ok"}});
    let placed = definite(&buyer, Method::POST, "/v1/orders", "after-the-upgrade", &order).await.expect(201);
    assert_eq!(placed.body["payment_status"], "paid", "{}", placed.body);
}
