//! `flask-pair`: the four requests of its document with their bodies, and each row of its table.

use crate::world::{CompatTestBed, assert_fails, assert_says};
use serde_json::json;
use testkit::server::Launch;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_requests_of_its_document_are_answered_as_it_shows() {
    let mut world = CompatTestBed::with(&["flask-pair"]);
    for round in 0..2 {
        let (users, orders) = (world.at("flask-pair.users"), world.at("flask-pair.orders"));
        let alice = json!({"name": "Alice", "email": "alice@example.com"});
        assert_says(&users.get("/users/1").await, 200, alice.clone());
        let laptop = json!({"user_id": 1, "product": "Laptop", "user": alice});
        assert_says(&orders.get("/orders/1").await, 200, laptop);
        let bob = json!({"name": "Bob", "email": "bob@example.com"});
        let smartphone = json!({"user_id": 2, "product": "Smartphone", "user": bob});
        assert_says(&orders.get("/orders/2").await, 200, smartphone);
        if round == 0 {
            let charlie = r#"{"name": "Charlie", "email": "charlie@example.com"}"#;
            assert_says(&users.raw("POST", "/users", charlie, &[]).await, 201, json!({"user_id": 3}));
            let tablet = r#"{"user_id": 2, "product": "Tablet"}"#;
            assert_says(&orders.raw("POST", "/orders", tablet, &[]).await, 201, json!({"order_id": 3}));
            world.kill_and_start();
        } else {
            let tablet = json!({"user_id": 2, "product": "Tablet", "user": bob});
            assert_says(&orders.get("/orders/3").await, 200, tablet);
            let next = json!({"user_id": "3", "product": "Pen", "colour": "red"});
            assert_says(&orders.post("/orders", &next).await, 201, json!({"order_id": 4}));
        }
    }
    world.assert_audit_is_clean();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_transcripts_are_answered_to_the_byte() {
    let world = CompatTestBed::with(&["flask-pair"]);
    let (users, orders) = (world.at("flask-pair.users"), world.at("flask-pair.orders"));
    let charlie = r#"{"name": "Charlie", "email": "charlie@example.com"}"#;
    let tablet = r#"{"user_id": 2, "product": "Tablet"}"#;
    let laptop = r#"{
  "user_id": 1,
  "product": "Laptop",
  "user": {
    "name": "Alice",
    "email": "alice@example.com"
  }
}
"#;
    let alice = "{\n  \"name\": \"Alice\",\n  \"email\": \"alice@example.com\"\n}\n";
    for (said, shown) in [
        (users.get("/users/1").await, alice),
        (users.raw("POST", "/users", charlie, &[]).await, "{\n  \"user_id\": 3\n}\n"),
        (orders.get("/orders/1").await, laptop),
        (orders.raw("POST", "/orders", tablet, &[]).await, "{\n  \"order_id\": 3\n}\n"),
        (users.get("/users/9").await, "{\n  \"error\": \"User not found\"\n}\n"),
    ] {
        assert_eq!(String::from_utf8_lossy(&said.bytes), shown);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_failure_has_its_status_and_an_error() {
    let world = CompatTestBed::with(&["flask-pair"]);
    let (users, orders) = (world.at("flask-pair.users"), world.at("flask-pair.orders"));
    for id in ["3", "0", "x", "+1", "99999999999999999999"] {
        assert_says(&users.get(&format!("/users/{id}")).await, 404, json!({"error": "User not found"}));
        assert_says(&orders.get(&format!("/orders/{id}")).await, 404, json!({"error": "Order not found"}));
    }
    for body in [
        json!({}),
        json!({"name": "Eve"}),
        json!({"email": "e@x.org"}),
        json!({"name": "", "email": "e@x.org"}),
    ] {
        assert_fails(&users.post("/users", &body).await, 400, "error");
    }
    for email in ["alice@example.com", "Alice@Example.com", "no address"] {
        assert_fails(&users.post("/users", &json!({"name": "Eve", "email": email})).await, 400, "error");
    }
    for body in [
        json!({}),
        json!({"user_id": 1}),
        json!({"product": "Pen"}),
        json!({"user_id": "x", "product": "Pen"}),
    ] {
        assert_fails(&orders.post("/orders", &body).await, 400, "error");
    }
    let said = orders.post("/orders", &json!({"user_id": 9, "product": "Pen"})).await;
    assert_says(&said, 404, json!({"error": "User not found"}));
    assert_fails(&users.get("/users").await, 405, "error");
    assert_fails(&users.get("/nowhere").await, 404, "error");
    // refusals take no numbers
    let next = users.post("/users", &json!({"name": "Eve", "email": "eve@example.com"})).await;
    assert_says(&next, 201, json!({"user_id": 3}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_its_user_service_an_order_comes_without_the_user() {
    let with_nobody = |launch: Launch| launch.with("ORDO_COMPAT_USER_URL", "http://127.0.0.1:9");
    let world = CompatTestBed::changed(&["flask-pair.orders"], with_nobody);
    let said = world.at("flask-pair.orders").get("/orders/1").await;
    assert_says(&said, 200, json!({"user_id": 1, "product": "Laptop"}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_signs_in_with_an_account_that_was_made_without_a_password() {
    let world = CompatTestBed::with(&["flask-pair"]);
    let body = json!({"name": "Eve", "email": "eve@example.com"});
    world.at("flask-pair.users").post("/users", &body).await.expect(201);
    for password in ["", "password", "eve"] {
        let body = json!({"email": "eve@example.com", "password": password});
        world.at("gateway").post("/v1/login", &body).await.expect(401);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whom_it_begins_with_takes_nobodys_account() {
    let mut world = CompatTestBed::with(&["auth-service"]);
    let alice = json!({"username": "alice", "email": "alice@example.com", "password": "SecurePass123"});
    world.at("auth-service.auth").post("/register", &alice).await.expect(201);
    world.launch.arguments.extend(
        [
            "--compat",
            "flask-pair",
            "--compat-port",
            "flask-pair.users=0",
            "--compat-port",
            "flask-pair.orders=0",
        ]
        .map(str::to_owned),
    );
    world.kill_and_start();
    let said = world.at("flask-pair.users").get("/users/1").await;
    assert_says(&said, 200, json!({"name": "Alice", "email": "alice@example.com"}));
    // her orders are not those of the one whose address it is
    world.at("flask-pair.orders").get("/orders/1").await.expect(200);
    let login = json!({"email": "alice@example.com", "password": "SecurePass123"});
    let token =
        world.at("auth-service.auth").post("/login", &login).await.expect(200).text("token").to_owned();
    let orders = world.at("gateway").with_token(&token).get("/v1/orders").await.expect(200);
    assert_eq!(orders.body["items"], json!([]));
}
