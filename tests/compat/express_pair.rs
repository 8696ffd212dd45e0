//! `express-pair`: what its document shows, byte for byte but for how it is laid out, and what it does without its user service.

use crate::world::{CompatTestBed, ListenerClient, assert_fails, assert_says};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::{io::AsyncReadExt, net::TcpListener, task::JoinSet, time::Instant};

/// What the document shows, in one line.
const USER: &str = r#"{"id":1,"name":"John Doe","email":"john@example.com"}"#;

fn order(id: i64) -> String {
    format!(
        r#"{{"orderId":{id},"user":{USER},"product":{{"name":"Sample Product","price":100}},"status":"created"}}"#
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_requests_of_its_document_are_answered_as_it_shows() {
    let mut world = CompatTestBed::with(&["express-pair"]);
    let user = world.at("express-pair.users").get("/api/user").await.expect(200);
    assert_eq!(String::from_utf8_lossy(&user.bytes), USER);
    for id in [101, 102, 103] {
        let said = world.at("express-pair.orders").get("/api/order").await.expect(200);
        assert_eq!(String::from_utf8_lossy(&said.bytes), order(id));
    }
    // they are real: durable, of one product that is never out of stock, for one user
    world.kill_and_start();
    let said = world.at("express-pair.orders").get("/api/order").await.expect(200);
    assert_eq!(said.body["orderId"], 104);
    let admin = world.at("gateway").with_token(&world.admin().await);
    let orders = admin.get("/v1/orders").await.expect(200).body["items"].clone();
    assert_eq!(orders.as_array().unwrap().len(), 4);
    for order in orders.as_array().unwrap() {
        assert_eq!((&order["user_id"], &order["total"]["amount"]), (&orders[0]["user_id"], &json!("100.00")));
        assert_eq!(
            (&order["lines"][0]["title"], &order["payment_due_at"]),
            (&json!("Sample Product"), &Value::Null)
        );
    }
    let products = admin.get("/v1/products").await.expect(200).body;
    assert_eq!(products["items"].as_array().unwrap().len(), 1);
    for (part, path) in [("users", "/api/order"), ("orders", "/api/user"), ("orders", "/")] {
        assert_fails(&world.at(&format!("express-pair.{part}")).get(path).await, 404, "message");
    }
    // Express tells paths apart neither by case nor by a slash at the end
    for path in ["/api/user/", "/API/User", "/Api/USER/"] {
        let user = world.at("express-pair.users").get(path).await.expect(200);
        assert_eq!(String::from_utf8_lossy(&user.bytes), USER, "{path}");
    }
    assert_eq!(world.at("express-pair.orders").get("/API/order/").await.expect(200).body["orderId"], 105);
    let said = world.at("express-pair.orders").raw("POST", "/api/order", "{}", &[]).await;
    assert_fails(&said, 405, "message");
    world.assert_audit_is_clean();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
async fn many_at_once_get_each_their_own_number() {
    let world = CompatTestBed::with(&["express-pair"]);
    let mut buyers = JoinSet::new();
    for _ in 0..40 {
        let orders = world.at("express-pair.orders");
        buyers.spawn(async move { orders.get("/api/order").await });
    }
    // a request that it cannot answer within 2 s is refused with a time to retry, and a number may be used up unseen
    let (told, late): (Vec<_>, Vec<_>) =
        buyers.join_all().await.into_iter().partition(|said| said.code() == 200);
    late.iter().for_each(|said| assert_fails(said, 503, "message"));
    let mut ids: Vec<_> = told.iter().map(|said| said.body["orderId"].as_i64().unwrap()).collect();
    ids.sort_unstable();
    assert!(ids.len() >= 20, "{} of 40 were not answered in time", late.len());
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:?}");
    assert!(ids.iter().all(|id| (101..141).contains(id)), "{ids:?}");
}

/// What an order service says whose user service is this, and how long that takes; no order is placed.
async fn fails_with(user_service: &str) {
    let world = CompatTestBed::changed(&["express-pair.orders"], |launch| {
        launch.with("ORDO_COMPAT_USER_URL", user_service)
    });
    let orders = world.at("express-pair.orders");
    for _ in 0..2 {
        let begun = Instant::now();
        assert_says(&orders.get("/api/order").await, 500, json!({"message": "Failed to create order"}));
        assert!(begun.elapsed() < Duration::from_secs(2), "{user_service}: {:?}", begun.elapsed());
    }
    let admin = world.at("gateway").with_token(&world.admin().await);
    assert_eq!(admin.get("/v1/orders").await.expect(200).body["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_its_user_service_it_fails_at_once_and_places_no_order() {
    let unused = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}", unused.local_addr().unwrap());
    drop(unused);
    fails_with(&nobody).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[allow(clippy::disallowed_methods, reason = "a user service that says nothing is no part of the program")]
async fn with_a_slow_user_service_it_fails_in_time_and_places_no_order() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let listening = tokio::spawn(async move {
        let mut open = JoinSet::new();
        while let Ok((mut stream, _)) = silent.accept().await {
            open.spawn(async move { while stream.read(&mut [0; 1024]).await.is_ok_and(|n| n > 0) {} });
        }
    });
    fails_with(&url).await;
    listening.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_user_is_what_a_user_service_elsewhere_answers_member_for_member() {
    let elsewhere = CompatTestBed::with(&["flask-pair.users"]);
    // what follows the question mark means nothing there: it answers with its own user 2
    let url = format!("{}/users/2?", elsewhere.url("flask-pair.users"));
    let world =
        CompatTestBed::changed(&["express-pair.orders"], |launch| launch.with("ORDO_COMPAT_USER_URL", &url));
    let said = world.at("express-pair.orders").get("/api/order").await.expect(200);
    // as it is laid out there, too
    let bob = "{\n  \"name\": \"Bob\",\n  \"email\": \"bob@example.com\"\n}";
    assert_eq!(String::from_utf8_lossy(&said.bytes), order(101).replace(USER, bob));
}

/// The products that there are, newest first, and the orders.
async fn kept(admin: &ListenerClient) -> (Vec<Value>, Vec<Value>) {
    let mut lists = Vec::new();
    for path in ["/v1/products", "/v1/orders"] {
        let list = admin.get(path).await.expect(200).body;
        lists.push(list["items"].as_array().unwrap().clone());
    }
    let orders = lists.pop().unwrap();
    (lists.pop().unwrap(), orders)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sample_product_that_staff_have_changed_or_deleted_is_left_to_them_and_another_one_is_made() {
    let mut world = CompatTestBed::with(&["express-pair"]);
    let admin = world.admin().await;
    let next = async |world: &CompatTestBed, id: i64| {
        let said = world.at("express-pair.orders").get("/api/order").await.expect(200);
        assert_eq!(String::from_utf8_lossy(&said.bytes), order(id));
    };
    next(&world, 101).await;
    let changes = [
        json!({"price": "250.00"}),
        json!({"name": "Teapot"}),
        json!({"status": "draft"}),
        json!({"backorder": false, "accept_shortfall": true}),
        Value::Null,
    ];
    for (id, change) in (102..).step_by(2).zip(&changes) {
        let staff = world.at("gateway").with_token(&admin);
        let (products, _) = kept(&staff).await;
        let path = format!("/v1/products/{}", products[0]["id"].as_str().unwrap());
        match change {
            Value::Null => staff.raw("DELETE", &path, "", &[]).await.expect(204),
            change => staff.raw("PATCH", &path, &change.to_string(), &[]).await.expect(200),
        };
        next(&world, id).await;
        next(&world, id + 1).await;
        let (after, orders) = kept(&staff).await;
        let made = after.iter().filter(|one| !products.iter().any(|known| known["id"] == one["id"])).count();
        assert_eq!(made, 1, "{change}: {after:?}");
        // what was answered is what was booked
        for order in &orders {
            let line = &order["lines"][0];
            assert_eq!(
                (&order["total"]["amount"], &line["title"]),
                (&json!("100.00"), &json!("Sample Product"))
            );
        }
    }
    // the same one is found by a process that has not seen any of that
    let before = kept(&world.at("gateway").with_token(&admin)).await.0.len();
    world.kill_and_start();
    next(&world, 112).await;
    assert_eq!(kept(&world.at("gateway").with_token(&admin)).await.0.len(), before);
    world.assert_audit_is_clean();
}
