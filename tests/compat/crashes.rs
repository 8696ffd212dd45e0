//! The process is killed after answers, and between the steps of a request: nothing that was answered is lost, and no
//! number is given twice.

use crate::world::{CompatTestBed, ListenerClient};
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::Arc};
use tokio::{sync::Semaphore, task::JoinSet};

const FACADES: [&str; 5] = ["two-vm", "express-pair", "flask-pair", "auth-service", "ecommerce"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_is_there_after_a_kill() {
    let mut world = CompatTestBed::with(&FACADES);
    let admin = world.admin().await;
    let ann = json!({"name": "Ann", "email": "ann@example.com", "password": "pw"});
    world.at("two-vm.users").post("/users", &ann).await.expect(201);
    world.kill_and_start();
    let token =
        world.at("two-vm.users").post("/users/login", &ann).await.expect(200).text("token").to_owned();
    let product = json!({"name": "Cup", "price": 3, "stock": 9});
    let at_products = |world: &CompatTestBed| world.at("ecommerce.products").with_token(&admin);
    let product = at_products(&world).post("/products", &product).await.expect(201).body["product"].clone();
    let product = format!("/products/{}", product["_id"].as_str().unwrap());
    for round in 1..=3 {
        let order = json!({"item": "Tea", "token": token});
        world.at("two-vm.orders").post("/orders", &order).await.expect(201);
        world.kill_and_start();
        let list = world.at("two-vm.orders").get(&format!("/orders?token={token}")).await.expect(200).body;
        let ids: Vec<i64> = list["orders"]
            .as_array()
            .unwrap()
            .iter()
            .map(|order| order["order_id"].as_i64().unwrap())
            .collect();
        assert_eq!(ids, (1..=round).collect::<Vec<_>>());

        let said = world.at("express-pair.orders").get("/api/order").await.expect(200);
        world.kill_and_start();
        assert_eq!(said.body["orderId"], 100 + round);

        let user = json!({"name": "Eve", "email": format!("eve{round}@example.com")});
        let said = world.at("flask-pair.users").post("/users", &user).await.expect(201);
        world.kill_and_start();
        let id = said.body["user_id"].as_i64().unwrap();
        assert_eq!(id, 2 + round);
        assert_eq!(world.at("flask-pair.users").get(&format!("/users/{id}")).await.expect(200).body, user);

        let said = at_products(&world)
            .put(&product, &json!({"price": round, "version": round - 1}))
            .await
            .expect(200);
        world.kill_and_start();
        assert_eq!(world.at("ecommerce.products").get(&product).await.expect(200).body, said.body["product"]);

        let body = json!({"username": format!("joe{round}"), "email": format!("joe{round}@example.com"), "password": "SecurePass123"});
        let said = world.at("auth-service.auth").post("/register", &body).await.expect(201);
        world.kill_and_start();
        let again = world.at("auth-service.auth").post("/login", &body).await.expect(200);
        assert_eq!(again.body["user"], said.body["user"]);
        assert_eq!(again.body["user"]["id"], round);
    }
    world.assert_audit_is_clean();
}

/// The steps of the façades' requests between which the process may end.
const STEPS: [(&str, &[&str]); 22] = [
    ("compat.number", &["committing", "committed"]),
    ("compat.first_numbers", &["committing", "committed"]),
    ("compat.put_address", &["committing", "committed"]),
    ("compat.ask_user_service", &["calling", "called"]),
    ("auth.keep_account", &["committing", "committed"]),
    ("ensure_account", &["calling", "called"]),
    ("place_order_on_behalf", &["calling", "called"]),
    ("create_product_on_behalf", &["calling", "called"]),
    ("look_up_order", &["calling", "called"]),
    ("find_products", &["calling", "called"]),
    ("update_product_on_behalf", &["calling", "called"]),
    ("set_order_status_on_behalf", &["calling", "called"]),
    ("find_user", &["calling", "called"]),
    ("delete_product_on_behalf", &["calling", "called"]),
    ("login", &["calling", "called"]),
    ("register", &["calling", "called"]),
    ("validate_token", &["calling", "called"]),
    ("list_users", &["calling", "called"]),
    ("list_products", &["calling", "called"]),
    ("list_orders", &["calling", "called"]),
    ("get_order", &["calling", "called"]),
    ("get_product", &["calling", "called"]),
];

/// Repeats the requests of clients until each has a response; returns the responses.
async fn act(world: &CompatTestBed, round: usize) -> Result<Vec<(&'static str, i64)>, String> {
    let mut told = Vec::new();
    let post = async |client: ListenerClient, path: &str, body: Value| {
        client.try_raw("POST", path, &body.to_string(), &[]).await
    };
    let ordered = world.at("express-pair.orders").try_raw("GET", "/api/order", "", &[]).await?;
    told.extend(ordered.body["orderId"].as_i64().map(|id| ("express-pair", id)));
    let body = json!({"user_id": 1, "product": "Pen"});
    let ordered = post(world.at("flask-pair.orders"), "/orders", body).await?;
    told.extend(ordered.body["order_id"].as_i64().map(|id| ("flask-pair", id)));
    world.at("flask-pair.orders").try_raw("GET", "/orders/1", "", &[]).await?;
    let email = format!("ann{round}@example.com");
    let ann = json!({"name": "Ann", "email": email, "password": "pw", "address": "Here"});
    post(world.at("two-vm.users"), "/users", ann.clone()).await?;
    let signed_in = post(world.at("two-vm.users"), "/users/login", ann).await?;
    let token = signed_in.text("token").to_owned();
    post(world.at("two-vm.orders"), "/orders", json!({"item": "Tea", "token": token})).await?;
    let list = format!("/orders?token={token}");
    world.at("two-vm.orders").try_raw("GET", &list, "", &[]).await?;
    let bob = json!({"username": "bob", "password": "Teapots-4-all"});
    post(world.at("ecommerce.auth"), "/register", bob).await?;
    trade(world).await?;
    Ok(told)
}

/// What staff do in `ecommerce`, from a new product to its end.
async fn trade(world: &CompatTestBed) -> Result<(), String> {
    let admin = world.admin().await;
    world.at("two-vm.users").with_token(&admin).try_raw("GET", "/users", "", &[]).await?.expect(200);
    let (products, orders) = (world.at("ecommerce.products"), world.at("ecommerce.orders"));
    let (products, orders) = (products.with_token(&admin), orders.with_token(&admin));
    let added = json!({"name": "Cup", "price": 3, "stock": 3}).to_string();
    let added = products.try_raw("POST", "/products", &added, &[]).await?.expect(201);
    let id = added.body["product"]["_id"].as_str().unwrap().to_owned();
    products.try_raw("GET", "/products", "", &[]).await?.expect(200);
    let path = format!("/products/{id}");
    let change = json!({"stock": 5, "version": 0}).to_string();
    let changed = products.try_raw("PUT", &path, &change, &[]).await?.expect(200);
    assert_eq!(changed.body["product"]["version"], 1);
    let order = json!({"product_id": id, "quantity": 2, "total_price": 6}).to_string();
    let order = orders.try_raw("POST", "/orders", &order, &[]).await?.expect(201);
    let order = format!("/orders/{}", order.text("_id"));
    orders.try_raw("PUT", &order, r#"{"status": "cancelled"}"#, &[]).await?.expect(200);
    orders.try_raw("GET", &order, "", &[]).await?.expect(200);
    orders.try_raw("GET", "/orders/user/somebody", "", &[]).await?.expect(200);
    products.try_raw("DELETE", &path, "", &[]).await?.expect(200);
    Ok(())
}

/// Programs at a time: most of the time each waits for its disk.
const AT_ONCE: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
async fn wherever_the_process_ends_no_number_is_given_twice_and_the_next_try_succeeds() {
    let free = Arc::new(Semaphore::new(AT_ONCE));
    let mut ends = JoinSet::new();
    for (step, sides) in STEPS {
        for side in sides {
            let (point, free) = (format!("{step}/{side}@1"), free.clone());
            ends.spawn(async move {
                let _place = free.acquire().await.unwrap();
                ends_at(&point).await;
            });
        }
    }
    while let Some(ended) = ends.join_next().await {
        ended.unwrap();
    }
}

/// The program ends at this point, and is started again without it.
async fn ends_at(point: &str) {
    let facades = ["express-pair", "flask-pair", "two-vm", "ecommerce"];
    let mut world = CompatTestBed::changed(&facades, |launch| launch.with("ORDO_FAILPOINT", point));
    act(&world, 0).await.expect_err(point);
    world.server().kill();
    world.launch.settings.retain(|(name, _)| name != "ORDO_FAILPOINT");
    world.start_again();
    let mut told = BTreeSet::new();
    for round in 0..3 {
        for number in act(&world, round).await.unwrap() {
            assert!(told.insert(number), "{point}: {number:?} is given twice");
        }
    }
    assert_eq!(told.len(), 6, "{point}: {told:?}");
    for (id, product) in [(1, "Laptop"), (2, "Smartphone")] {
        let said = world.at("flask-pair.orders").get(&format!("/orders/{id}")).await.expect(200);
        assert_eq!((said.text("product"), &said.body["user_id"]), (product, &json!(id)), "{point}");
    }
    world.assert_audit_is_clean();
}
