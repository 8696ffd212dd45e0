//! A full disk: what cannot be kept is refused with 507, reading goes on, and once there is room the program goes on by
//! itself. Nothing that was acknowledged is lost.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod shop;

use serde_json::json;
use shop::{Shop, client_ledger::ClientLedger, load::Load};
use std::{path::Path, time::Duration};
use testkit::{disk::SmallDisk, http_client::HttpClient, temp_dir::TempDir};
use tokio::time::sleep;

const DISK_MIB: u32 = 96;
const BUYERS: usize = 12;
/// In every run; and in the long form.
const CYCLES: u64 = 4;
const CYCLES_LONG: u64 = 50;
/// How long the disk is full, and how long the clients may take to notice that it is not any more.
const FULL: Duration = Duration::from_secs(3);
const RECOVERS_WITHIN: Duration = Duration::from_secs(15);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_stops_writing_and_nothing_else_and_loses_nothing() {
    let long = testkit::is_long();
    let disk = SmallDisk::new(DISK_MIB);
    let mut shop = shop_on(&disk);
    let admin = shop.admin().await;
    let goods = shop.stock_up(&admin, &[(1999, 100_000), (500, 100_000), (700, 60)]).await;
    let mut buyers = Vec::new();
    for n in 0..BUYERS / 3 {
        let buyer = shop.customer(&format!("buyer{n}")).await;
        buyers.extend((0..3).map(|_| buyer.apart()));
    }
    let books = ClientLedger::default();
    for cycle in 0..if long { CYCLES_LONG } else { CYCLES } {
        let load = Load::new(goods.clone(), admin.clone(), books.clone(), cycle);
        let tasks = load.start(&buyers, cycle);
        sleep(Duration::from_millis(500)).await;
        disk.fill();
        until_refused(&admin, cycle).await;
        sleep(FULL).await;
        everything_can_be_read(&admin, &buyers[0]).await;
        if cycle % 2 == 1 {
            starts_on_a_full_disk_or_says_why_not(&mut shop);
        }
        disk.empty();
        if shop.server.is_none() {
            shop.server = Some(shop.launch.start());
        }
        until_accepted(&admin, cycle).await;
        load.finish(tasks).await;
        let failures = load.failures();
        println!("cycle {cycle}: {} orders, failures: {failures:?}", books.len());
        // a service that waits for a writer which cannot write may be out of time first; the provider has the same disk
        let is_told = |failure: &String| {
            let told = ["507 insufficient_storage", "503 unavailable", "503 provider_unavailable"];
            told.contains(&failure.as_str())
        };
        let full = failures.get("507 insufficient_storage").copied().unwrap_or(0);
        assert!(failures.keys().all(is_told), "{failures:?}");
        assert!(full * 2 > failures.values().sum(), "it is hardly told that the disk is full: {failures:?}");
        shop.assert_audit_is_clean(&format!("after cycle {cycle}"));
        books.compare(&admin, &format!("r{cycle}-")).await;
    }
    books.compare(&admin, "").await;
    sleep(Duration::from_secs(12)).await;
    shop.assert_audit_is_clean("when all is quiet");
    books.refunds_arrive(&admin).await;
    books.balance(&admin, &goods).await;
    no_letter_is_dead(&mut shop);
}

fn shop_on(disk: &SmallDisk) -> Shop {
    let mut launch = shop::launch(&disk.path().join("data")).with("ORDO_PAYMENT_DUE", "3");
    launch.program = disk.program(Path::new(env!("CARGO_BIN_EXE_ordo")));
    Shop::of(TempDir::new(), launch)
}

/// Asks for new products until one is refused, which must say why and what to do.
async fn until_refused(admin: &HttpClient, cycle: u64) {
    for n in 0..5000 {
        let body = json!({"name": "A".repeat(150), "price": "1.00", "sku": format!("F-{cycle}-{n}")});
        let said = admin.post("/v1/products", "", &body).await;
        if said.code() == 201 {
            continue;
        }
        assert_eq!((said.code(), said.text("code")), (507, "insufficient_storage"), "{}", said.body);
        assert_eq!(said.headers["content-type"], "application/problem+json");
        assert!(said.text("detail").contains("make room"), "{}", said.body);
        return;
    }
    panic!("the disk was never full")
}

/// The same again, until it is kept.
async fn until_accepted(admin: &HttpClient, cycle: u64) {
    let since = tokio::time::Instant::now();
    loop {
        let body = json!({"name": "B", "price": "1.00", "sku": format!("E-{cycle}")});
        let said = admin.post("/v1/products", "", &body).await;
        if said.code() == 201 {
            return;
        }
        assert_eq!(said.code(), 507, "{}", said.body);
        assert!(since.elapsed() < RECOVERS_WITHIN, "there is room, and still: {}", said.body);
        sleep(Duration::from_millis(100)).await;
    }
}

async fn everything_can_be_read(admin: &HttpClient, buyer: &HttpClient) {
    let ready = buyer.get("/ready").await.expect(200).body;
    assert_eq!((&ready["status"], &ready["checks"]["disk"]), (&json!("degraded"), &json!("failed")));
    for path in ["/health", "/openapi.json", "/v1/products?q=thing", "/v1/me", "/v1/orders?limit=200"] {
        buyer.get(path).await.expect(200);
    }
    for path in ["/v1/orders?limit=200", "/v1/users", "/v1/mails", "/v1/events"] {
        admin.get(path).await.expect(200);
    }
    let orders = buyer.get("/v1/orders?limit=5").await.expect(200).body;
    for order in orders["items"].as_array().unwrap() {
        let path = format!("/v1/orders/{}", order["id"].as_str().unwrap());
        buyer.get(&path).await.expect(200);
        buyer.get(&format!("{path}/history")).await.expect(200);
    }
}

/// Killed while the disk is full: the next start succeeds, or ends with a sentence.
fn starts_on_a_full_disk_or_says_why_not(shop: &mut Shop) {
    let mut killed = shop.server.take().unwrap();
    killed.kill();
    match shop.launch.try_start() {
        Ok(server) => shop.server = Some(server),
        Err(log) => {
            assert!(log.contains("Make room on its disk"), "{log}");
        }
    }
}

/// What could not be written down was tried again, not abandoned.
fn no_letter_is_dead(shop: &mut Shop) {
    let listed = shop.launch.command(&["replay"]).output().unwrap();
    let text = String::from_utf8_lossy(&listed.stdout);
    assert!(listed.status.success() && text.trim() == "nothing was put aside", "{text}");
}
