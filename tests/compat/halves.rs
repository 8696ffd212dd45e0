//! Halves of a façade in processes of their own, as the originals ran on two machines, over one shop on PostgreSQL.

use crate::world::ListenerClient;
use serde_json::json;
use std::time::Duration;
use testkit::{distributed::DistributedShop, signal};
use tokio::time::Instant;

/// The address of a listener of one of the processes.
fn at(split: &DistributedShop, part: usize, name: &str) -> String {
    split.parts[part].server.as_ref().unwrap().listener(name).to_owned()
}

fn add(split: &mut DistributedShop, part: usize, arguments: &[&str]) {
    split.parts[part].launch.arguments.extend(arguments.iter().map(|argument| (*argument).to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_half_of_two_vm_runs_in_a_process_of_its_own() {
    let services: &[&'static str] = &["auth", "products", "orders", "payments", "notifications"];
    let mut split =
        DistributedShop::of(env!("CARGO_BIN_EXE_ordo"), &[services, &["gateway"], &["gateway"]], &[]);
    split.parts[0].start();
    add(&mut split, 1, &["--compat", "two-vm.users", "--compat-port", "two-vm.users=0"]);
    add(&mut split, 1, &["--compat", "auth-service", "--compat-port", "auth-service.auth=0"]);
    split.parts[1].start();
    let users_url = at(&split, 1, "two-vm.users");
    add(&mut split, 2, &["--compat", "two-vm.orders", "--compat-port", "two-vm.orders=0"]);
    add(&mut split, 2, &["--compat-user-url", &users_url]);
    split.parts[2].start();

    let (users, orders) =
        (ListenerClient::of(&users_url), ListenerClient::of(&at(&split, 2, "two-vm.orders")));
    let ann = json!({"name": "Ann", "email": "ann@example.com", "password": "pw"});
    users.post("/users", &ann).await.expect(201);
    let token = users.post("/users/login", &ann).await.expect(200).text("token").to_owned();
    orders.post("/orders", &json!({"item": "Tea", "token": token})).await.expect(201);
    orders.post("/orders", &json!({"item": "Tea", "token": "nonsense"})).await.expect(401);
    ListenerClient::of(&at(&split, 1, "auth-service.auth")).get("/health").await.expect(200);

    // the user service's machine goes away and comes back; nothing is lost
    split.parts[1].kill();
    orders.post("/orders", &json!({"item": "Cup", "token": token})).await.expect(503);
    let moved =
        split.parts[1].launch.arguments.iter_mut().find(|argument| *argument == "two-vm.users=0").unwrap();
    *moved = format!("two-vm.users={}", users_url.rsplit(':').next().unwrap());
    split.parts[1].start();
    orders.post("/orders", &json!({"item": "Cup", "token": token})).await.expect(201);
    let said = orders.get(&format!("/orders?token={token}")).await.expect(200);
    assert_eq!(
        (&said.body["orders"][0]["item"], &said.body["orders"][1]["item"]),
        (&json!("Tea"), &json!("Cup"))
    );

    // the services' machine goes away: the façade says that it is not well, and is again when they are back
    let health = ListenerClient::of(&at(&split, 1, "auth-service.auth"));
    split.parts[0].kill();
    health.get("/health").await.expect(503);
    split.parts[0].start();
    health.apart().get("/health").await.expect(200);
    orders.apart().get(&format!("/orders/2?token={token}")).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn express_pair_fails_within_two_seconds_while_the_shop_stands_still() {
    let services: &[&'static str] = &["auth", "products", "orders", "payments", "notifications"];
    let mut split = DistributedShop::of(env!("CARGO_BIN_EXE_ordo"), &[services, &["gateway"]], &[]);
    split.parts[0].start();
    for port in ["express-pair.users=0", "express-pair.orders=0"] {
        add(&mut split, 1, &["--compat-port", port]);
    }
    add(&mut split, 1, &["--compat", "express-pair"]);
    split.parts[1].start();
    let orders = ListenerClient::of(&at(&split, 1, "express-pair.orders"));
    orders.get("/api/order").await.expect(200);
    let shop = split.parts[0].server.as_ref().unwrap().pid();
    signal::send(shop, "STOP");
    for _ in 0..3 {
        let begun = Instant::now();
        let said = orders.get("/api/order").await.expect(503);
        let took = begun.elapsed();
        assert_eq!(said.body, json!({"message": "Failed to create order"}));
        assert!(took < Duration::from_secs(2), "{took:?}");
    }
    signal::send(shop, "CONT");
    let until = Instant::now() + Duration::from_secs(20);
    while orders.get("/api/order").await.code() != 200 {
        assert!(Instant::now() < until, "it goes on when the shop does");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
