//! A shop whose lists are read on a standby of its database, while that is well, lags, is down, and becomes a primary.

use crate::{
    shop::{admin_at, customer_at, stock_up},
    tour::until,
    world::{DistributedTestBed, counted},
};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{distributed::DistributedShop, http_client::HttpClient};
use tokio::time::{Instant, sleep};

const PARTS: [&[&str]; 3] = [&["auth", "payments", "notifications"], &["products", "orders"], &["gateway"]];
/// Whose lists may be a moment old.
const SERVICES: [&str; 4] = ["orders", "products", "auth", "notifications"];
const LAG_MAX: Duration = Duration::from_millis(1000);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_are_read_on_a_standby_and_go_on_without_it() {
    let mut world = DistributedTestBed::watched_and_not_started(&PARTS, &[]);
    let mut standby = world.split.postgres.standby();
    let (own, other) = (world.split.postgres.port().to_string(), standby.port().to_string());
    let there = world.split.database().replace(&own, &other);
    world.split.set("ORDO_DATABASE_READ_URL", &there);
    world.split.replicas("auth")[0].launch.listen.push_str(",metrics=127.0.0.1:0");
    world.split.start();
    let url = world.split.url();
    let (admin, buyer) = (admin_at(&url).await, customer_at(&url, "reader").await);
    let goods = stock_up(&admin, &[(1000, 100)]).await;
    let mut known = 0;

    known = order_and_see_it(&admin, &buyer, &goods[0].id, known).await;
    read_by(&mut world, &admin, "replica").await;
    assert_eq!(doctor(&world.split, &there), (Some(0), "ok".to_owned()));

    standby.hold_back(true);
    known = order_and_see_it(&admin, &buyer, &goods[0].id, known).await;
    read_by(&mut world, &admin, "primary").await;
    assert_eq!(doctor(&world.split, &there), (Some(1), "wrong".to_owned()));
    standby.hold_back(false);
    read_by(&mut world, &admin, "replica").await;

    standby.kill();
    known = order_and_see_it(&admin, &buyer, &goods[0].id, known).await;
    read_by(&mut world, &admin, "primary").await;
    standby.restart();
    read_by(&mut world, &admin, "replica").await;

    standby.promote();
    known = order_and_see_it(&admin, &buyer, &goods[0].id, known).await;
    read_by(&mut world, &admin, "primary").await;
    assert_eq!(known, 4);
    world.assert_audit_is_clean("after all that became of the standby");
}

/// What a customer has done shows to the customer at once, and on everybody's lists a moment later at most.
async fn order_and_see_it(admin: &HttpClient, buyer: &HttpClient, product: &str, known: usize) -> usize {
    let order = json!({"lines": [{"product_id": product, "quantity": 1}], "payment": {"method": "sim_ok"}});
    let placed = buyer.post("/v1/orders", &format!("order-{known}"), &order).await.expect(201);
    let at = Instant::now();
    let id = placed.text("id");
    let own = buyer.get("/v1/orders").await.expect(200);
    assert_eq!(ids(&own.body).len(), known + 1, "{}", own.body);
    admin.get(&format!("/v1/orders/{id}")).await.expect(200);
    loop {
        // whatever it is when it is asked for
        let age = at.elapsed();
        let all = admin.get("/v1/orders").await.expect(200);
        if ids(&all.body).contains(&id) {
            break;
        }
        assert!(age < LAG_MAX, "a list is older than {LAG_MAX:?}: {}", all.body);
        sleep(Duration::from_millis(10)).await;
    }
    until(buyer, &format!("/v1/orders/{id}"), |order| order["status"] == "confirmed").await;
    known + 1
}

fn ids(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().filter_map(|order| order["id"].as_str()).collect()
}

/// From some moment on, which comes soon, all lists that are not somebody's own are read there.
async fn read_by(world: &mut DistributedTestBed, admin: &HttpClient, from: &str) {
    let begun = Instant::now();
    loop {
        let before = reads(world).await;
        for path in ["/v1/orders", "/v1/products", "/v1/orders?status=confirmed", "/v1/users", "/v1/mails"] {
            admin.get(path).await.expect(200);
        }
        let after = reads(world).await;
        let more: Vec<i64> = before.iter().zip(&after).map(|(before, after)| after - before).collect();
        let (replica, primary) = more.split_at(SERVICES.len());
        let (all, none) =
            (|reads: &[i64]| reads.iter().all(|n| *n > 0), |reads: &[i64]| reads.iter().all(|n| *n == 0));
        match from {
            "replica" if all(replica) && none(primary) => return,
            "primary" if all(primary) && none(replica) => return,
            _ => {}
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "lists are not read by the {from}: {more:?}");
        sleep(Duration::from_millis(100)).await;
    }
}

/// What each of them reads on the replica, and on the primary.
async fn reads(world: &mut DistributedTestBed) -> Vec<i64> {
    let mut all = Vec::new();
    for from in ["replica", "primary"] {
        for service in SERVICES {
            let series = format!("ordo_list_reads_total{{service=\"{service}\",from=\"{from}\"}}");
            all.push(counted(world, service, &series).await);
        }
    }
    all
}

/// What `ordo doctor` says of the replica.
fn doctor(split: &DistributedShop, there: &str) -> (Option<i32>, String) {
    let output = split.command(&["doctor"]).env("ORDO_DATABASE_READ_URL", there).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = said.lines().find(|line| line.contains("  read replica: "));
    let word = line.unwrap_or_else(|| panic!("nothing of the replica: {said}")).split(' ').next();
    (output.status.code(), word.unwrap().to_owned())
}
