//! What the log has of one request in all services, and of what is repeated.

use crate::shop::{Shop, file::ServiceFile};
use http::Request;
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};
use testkit::{http_client::HttpClient, signal};

/// The lines of a program that has ended.
fn lines(shop: &mut Shop) -> Vec<Value> {
    let mut server = shop.server.take().unwrap();
    signal::send(server.pid(), "TERM");
    let log = server.whole_log();
    log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"))).collect()
}

#[tokio::test]
async fn one_request_has_one_id_in_the_lines_of_every_service_and_of_its_events() {
    const ID: &str = "order-of-ada-0001";
    let mut shop = Shop::embedded(&[("ORDO_LOG", "info,ordo_http=debug")]);
    let admin = shop.admin().await;
    let goods = shop.stock_up(&admin, &[(1999, 10)]).await;
    let buyer = shop.customer("ada").await;
    let order =
        json!({"lines": [{"product_id": goods[0].id, "quantity": 1}], "payment": {"method": "sim_ok"}});
    let request = Request::post("/v1/orders")
        .header("content-type", "application/json")
        .header("idempotency-key", "one")
        .header("x-request-id", ID)
        .body(order.to_string().into());
    let placed = buyer.send(request.unwrap()).await.unwrap().expect(201);
    assert_eq!(placed.headers["x-request-id"], ID);
    // notifications looks up the customer of the event, once it has come
    let mails = format!("/v1/mails?about={}", placed.text("id"));
    for _ in 0..200 {
        if admin.get(&mails).await.expect(200).body["items"].as_array().is_some_and(|all| !all.is_empty()) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // a page, too
    let page = Request::get("/nowhere").header("x-request-id", "page-of-ada").header("accept", "text/html");
    buyer.signed_out().send(page.body(Default::default()).unwrap()).await.unwrap().expect(404);
    let lines = lines(&mut shop);
    let of_id = |line: &&Value| line["request_id"] == ID || line["span"]["request_id"] == ID;
    let mine: Vec<&Value> = lines.iter().filter(of_id).collect();
    let services: BTreeSet<&str> = mine.iter().filter_map(|line| line["span"]["service"].as_str()).collect();
    assert_eq!(services, ["auth", "orders", "payments", "products"].into(), "{mine:#?}");
    assert!(mine.iter().any(|line| line["message"] == "order placed"), "{mine:#?}");
}

#[tokio::test]
async fn a_line_that_is_repeated_is_logged_once() {
    let mut shop = Shop::embedded(&[("ORDO_LOG", "warn"), ("ORDO_LOG_FORMAT", "json")]);
    // the disk check cannot write
    std::fs::create_dir(shop.launch.data.join("room")).unwrap();
    let plain = HttpClient::new(shop.server.as_ref().unwrap().url());
    for _ in 0..20 {
        assert_eq!(plain.get("/ready").await.expect(200).text("status"), "degraded");
    }
    let lines = lines(&mut shop);
    let repeated: Vec<&Value> = lines.iter().filter(|line| line["check"] == "disk").collect();
    assert_eq!(repeated.len(), 1, "{repeated:#?}");
    assert_eq!(repeated[0]["message"], "readiness check failed");
}

#[tokio::test]
async fn each_request_that_fails_has_its_id_and_cause_in_the_log() {
    let mut shop = Shop::embedded(&[("ORDO_LOG", "error"), ("ORDO_LOG_FORMAT", "json")]);
    let url = shop.server.as_ref().unwrap().url().to_owned();
    // what every list of products reads is away
    let products = ServiceFile::open(&shop.launch.data, "products");
    products.execute_batch("alter table product rename to product_away").unwrap();
    let ids: Vec<String> = (0..4).map(|n| format!("broken-{n}")).collect();
    for id in &ids {
        let list = Request::get("/v1/products").header("x-request-id", id).body(Default::default());
        let said = HttpClient::new(&url).send(list.unwrap()).await.unwrap().expect(500);
        assert_eq!(said.text("request_id"), id);
    }
    let lines = lines(&mut shop);
    for id in &ids {
        let named = |line: &&Value| line["span"]["request_id"] == id.as_str();
        let mine: Vec<&Value> = lines.iter().filter(named).collect();
        assert!(mine.iter().any(|line| line["error"].to_string().contains("product")), "{id}: {lines:#?}");
    }
}
