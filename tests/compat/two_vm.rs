//! `two-vm`: what its document asks, and each row of its table.

use crate::world::{CompatTestBed, ListenerClient, assert_fails, assert_says};
use serde_json::{Value, json};

async fn register(users: &ListenerClient, name: &str, password: &str) -> testkit::http_client::HttpResponse {
    let email = format!("{}@example.com", name.to_lowercase());
    users
        .post("/users", &json!({"name": name, "email": email, "password": password, "address": "1 High St"}))
        .await
}

/// Registers somebody, and signs them in.
async fn token(users: &ListenerClient, name: &str) -> String {
    register(users, name, "pw").await.expect(201);
    let email = format!("{}@example.com", name.to_lowercase());
    let said = users.post("/users/login", &json!({"email": email, "password": "pw"})).await.expect(200);
    assert_eq!(said.body.as_object().unwrap().len(), 1);
    said.text("token").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_registers_signs_in_and_orders_as_its_document_says() {
    let world = CompatTestBed::with(&["two-vm"]);
    let (users, orders) = (world.at("two-vm.users"), world.at("two-vm.orders"));
    assert_says(
        &register(&users, "Ann", "pw").await,
        201,
        json!({"message": "User Ann added successfully!"}),
    );
    let body = json!({"email": "ann@example.com", "password": "pw"});
    let ann = users.post("/users/login", &body).await.expect(200).text("token").to_owned();
    assert_says(&users.get(&format!("/users/token/{ann}")).await, 200, json!({"valid": true}));
    let placed = json!({"message": "Order placed successfully!"});
    assert_says(
        &orders.post("/orders", &json!({"item": "A teapot", "token": ann})).await,
        201,
        placed.clone(),
    );
    let in_header = orders.with_token(&ann);
    assert_says(&in_header.post("/orders", &json!({"item": "Ten cups"})).await, 201, placed);

    let list = orders.get(&format!("/orders?token={ann}")).await.expect(200).body;
    let shown: Vec<Value> = list["orders"].as_array().unwrap().iter().map(shown).collect();
    assert_eq!(shown, [json!([1, "A teapot", "Pending"]), json!([2, "Ten cups", "Pending"])]);
    let one = orders.get(&format!("/orders/2?token={ann}")).await.expect(200).body;
    assert_eq!(one, list["orders"][1]);

    // the orders belong to the user: a new token shows them too
    let again = users.post("/users/login", &body).await.expect(200).text("token").to_owned();
    assert_eq!(orders.get(&format!("/orders?token={again}")).await.expect(200).body, list);
    // each user's count by themselves, and nobody sees another's
    let bob = token(&users, "Bob").await;
    orders.post("/orders", &json!({"item": "Sugar", "token": bob})).await.expect(201);
    let bobs = orders.get(&format!("/orders?token={bob}")).await.expect(200).body;
    assert_eq!(bobs["orders"].as_array().unwrap().iter().map(shown_id).collect::<Vec<_>>(), [1]);
    let other = orders.get(&format!("/orders/2?token={bob}")).await;
    assert_says(&other, 404, json!({"error": "Order not found"}));
}

fn shown(order: &Value) -> Value {
    json!([order["order_id"], order["item"], order["status"]])
}
fn shown_id(order: &Value) -> i64 {
    order["order_id"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_failure_has_an_error_and_never_a_message() {
    let world = CompatTestBed::with(&["two-vm"]);
    let (users, orders) = (world.at("two-vm.users"), world.at("two-vm.orders"));
    let ann = token(&users, "Ann").await;
    let good = json!({"name": "Eve", "email": "eve@example.com", "password": "pw"});
    for member in ["name", "email", "password"] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(member);
        assert_fails(&users.post("/users", &body).await, 400, "error");
    }
    assert_fails(&register(&users, "Ann", "other").await, 400, "error");
    let wrong = json!({"error": "Invalid email or password"});
    for body in [
        json!({"email": "ann@example.com", "password": "PW"}),
        json!({"email": "x@y.z", "password": "pw"}),
        json!({}),
    ] {
        assert_says(&users.post("/users/login", &body).await, 401, wrong.clone());
    }
    for token in ["a.b.c", "%ff", "%00"] {
        let said = users.get(&format!("/users/token/{token}")).await;
        assert_says(&said, 401, json!({"error": "Invalid token"}));
    }
    assert_fails(&orders.get("/orders/%ff?token=a.b.c").await, 401, "error");

    // the token is checked before the rest
    for body in
        ["{}", "no json", r#"{"token": "a.b.c"}"#, r#"{"item": "Tea"}"#, r#"{"item": "Tea", "token": 7}"#]
    {
        assert_fails(&orders.raw("POST", "/orders", body, &[]).await, 401, "error");
    }
    for body in [json!({"token": ann}), json!({"token": ann, "item": " "}), json!({"token": ann, "item": 7})]
    {
        assert_fails(&orders.post("/orders", &body).await, 400, "error");
    }
    for path in ["/orders", "/orders?token=x", "/orders/1", "/orders/1?token=x"] {
        assert_fails(&orders.get(path).await, 401, "error");
    }
    for id in ["1", "0", "-1", "+1", "x", "99999999999999999999"] {
        let said = orders.get(&format!("/orders/{id}?token={ann}")).await;
        assert_says(&said, 404, json!({"error": "Order not found"}));
    }
    assert_fails(&users.get("/").await, 404, "error");
    assert_fails(&orders.raw("DELETE", "/orders", "", &[]).await, 405, "error");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_staff_see_the_list_of_users_and_no_hashes_are_in_it() {
    let world = CompatTestBed::with(&["two-vm"]);
    let users = world.at("two-vm.users");
    let ann = token(&users, "Ann").await;
    for said in [
        users.get("/users").await,
        users.with_token(&ann).get("/users").await,
        users.get("/users?token=x").await,
    ] {
        assert_fails(&said, 403, "error");
    }
    let said = users.with_token(&world.admin().await).get("/users").await.expect(200);
    let list = said.body["users"].as_array().unwrap();
    let found = list.iter().find(|user| user["email"] == "ann@example.com").unwrap();
    assert_eq!(*found, json!({"id": 1, "name": "Ann", "email": "ann@example.com", "address": "1 High St"}));
    assert!(!String::from_utf8_lossy(&said.bytes).contains("argon2"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_that_is_a_products_name_is_an_order_for_one_piece_of_it() {
    let world = CompatTestBed::with(&["two-vm"]);
    let (users, orders) = (world.at("two-vm.users"), world.at("two-vm.orders"));
    let admin = world.at("gateway").with_token(&world.admin().await);
    for (name, price, stock) in [("Blue teapot", "24.50", 1), ("Cup", "3", 5), ("Cup", "4", 5)] {
        let product = json!({"name": name, "price": price, "stock": stock});
        admin.post("/v1/products", &product).await.expect(201);
    }
    let ann = token(&users, "Ann").await;
    let order = async |item: &str| orders.post("/orders", &json!({"item": item, "token": ann})).await;
    order("Blue teapot").await.expect(201);
    assert_fails(&order("Blue teapot").await, 409, "error");
    // two products are called so: it is a text
    order("Cup").await.expect(201);
    order("blue").await.expect(201);
    let list = orders.get(&format!("/orders?token={ann}")).await.expect(200).body;
    let totals: Vec<&Value> =
        list["orders"].as_array().unwrap().iter().map(|order| &order["total"]).collect();
    assert_eq!(totals, [&json!(24.5), &json!(0), &json!(0)]);
    let products = admin.get("/v1/products?q=blue").await.expect(200).body;
    assert_eq!(products["items"][0]["available"], 0);
    // it waits for its payment forever, and staff see it as any other order
    let real = admin.get("/v1/orders").await.expect(200).body;
    let teapot = real["items"].as_array().unwrap().iter().find(|o| o["total"]["amount"] == "24.50").unwrap();
    assert_eq!((&teapot["status"], &teapot["payment_due_at"]), (&json!("pending"), &Value::Null));
    let path = format!("/v1/orders/{}", teapot["id"].as_str().unwrap());
    for (status, shown) in [("confirmed", "Pending"), ("shipped", "Shipped"), ("delivered", "Completed")] {
        admin.put(&path, &json!({"status": status})).await.expect(200);
        let one = orders.get(&format!("/orders/1?token={ann}")).await.expect(200);
        assert_eq!(one.text("status"), shown);
    }
    world.assert_audit_is_clean();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_orders_than_an_account_may_leave_unpaid_elsewhere_are_placed() {
    let world = CompatTestBed::changed(&["two-vm"], |launch| launch.with("ORDO_UNPAID_ORDERS_MAX", 1));
    let admin = world.at("gateway").with_token(&world.admin().await);
    admin.post("/v1/products", &json!({"name": "Cup", "price": 3, "stock": 9})).await.expect(201);
    let ann = token(&world.at("two-vm.users"), "Ann").await;
    let orders = world.at("two-vm.orders");
    for _ in 0..3 {
        orders.post("/orders", &json!({"item": "Cup", "token": ann})).await.expect(201);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_order_service_asks_a_user_service_elsewhere() {
    let elsewhere = CompatTestBed::with(&["two-vm"]);
    let url = elsewhere.url("two-vm.users");
    let world = CompatTestBed::changed(&["two-vm"], |launch| launch.with("ORDO_COMPAT_USER_URL", &url));
    // a token of this shop that the other does not know is none
    let ann = token(&world.at("two-vm.users"), "Ann").await;
    let orders = world.at("two-vm.orders");
    assert_fails(&orders.post("/orders", &json!({"item": "Tea", "token": ann})).await, 401, "error");
    drop(elsewhere);
    assert_fails(&orders.post("/orders", &json!({"item": "Tea", "token": ann})).await, 503, "error");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_product_without_a_word_in_its_name_is_found_by_it() {
    let world = CompatTestBed::with(&["two-vm"]);
    let orders = world.at("two-vm.orders");
    let admin = world.at("gateway").with_token(&world.admin().await);
    let names = ["☕", "!!!", "%", "Tea & cup", "_"];
    for name in names {
        let product = json!({"name": name, "price": "3.50", "stock": 1});
        admin.post("/v1/products", &product).await.expect(201);
    }
    let ann = token(&world.at("two-vm.users"), "Ann").await;
    for name in names {
        let order = json!({"item": name, "token": ann});
        orders.post("/orders", &order).await.expect(201);
        assert_fails(&orders.post("/orders", &order).await, 409, "error");
    }
    // another name is another thing
    for item in ["!!", "!!!!", "tea & cup", "Tea cup"] {
        orders.post("/orders", &json!({"item": item, "token": ann})).await.expect(201);
    }
    let list = orders.get(&format!("/orders?token={ann}")).await.expect(200).body;
    let list = list["orders"].as_array().unwrap();
    let totals: Vec<String> = list.iter().map(|order| order["total"].to_string()).collect();
    assert_eq!(totals, [["3.5"; 5].as_slice(), &["0"; 4]].concat());
    // each names its place at /v1
    let v1 = world.at("gateway").with_token(&ann);
    for order in list {
        let same = v1.get(&format!("/v1/orders/{}", order["v1_id"].as_str().unwrap())).await.expect(200).body;
        assert_eq!(same["lines"][0]["title"], order["item"]);
    }
}
