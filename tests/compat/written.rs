//! Bodies as the originals' clients write them: numbers that arithmetic has been at, texts of several lines, and what is
//! no text at all.

use crate::world::{CompatTestBed, ListenerClient, assert_fails, assert_says};
use serde_json::{Value, json};

const PASSWORD: &str = "Teapots-4-all";

/// The clients of a new user of `ecommerce`, and those of the administrator.
async fn buyer(world: &CompatTestBed) -> (ListenerClient, ListenerClient, ListenerClient) {
    let ann = json!({"username": "ann", "password": PASSWORD});
    let auth = world.at("ecommerce.auth");
    auth.post("/register", &ann).await.expect(201);
    let ann = auth.post("/login", &ann).await.expect(200).text("access_token").to_owned();
    let admin = world.admin().await;
    let products = world.at("ecommerce.products").with_token(&admin);
    (products, world.at("ecommerce.orders").with_token(&ann), world.at("ecommerce.orders").with_token(&admin))
}

async fn product(products: &ListenerClient, body: &str) -> Value {
    products.raw("POST", "/products", body, &[]).await.expect(201).body["product"].clone()
}

/// What an error says.
#[track_caller]
fn assert_tells(said: &testkit::http_client::HttpResponse, status: u16, member: &str, text: &str) {
    assert_eq!((said.code(), said.text(member)), (status, text), "{}", said.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn totals_and_prices_are_what_was_meant_whatever_binary_arithmetic_left_in_them() {
    let world = CompatTestBed::with(&["ecommerce"]);
    let (products, orders, _) = buyer(&world).await;
    let cup = product(&products, r#"{"name": "Cup", "price": 1.10, "stock": 90}"#).await;
    for (quantity, total, shown) in [
        // 3 * 1.1, 6 * 1.1 and 7 * 1.1 in JavaScript and Python
        (3, "3.3000000000000003", 3.3),
        (6, "6.6000000000000005", 6.6),
        (7, "\"7.700000000000001\"", 7.7),
        (1, " 1.1 ", 1.1),
        (1, "\" 1.10 \"", 1.1),
    ] {
        let body =
            format!(r#"{{"product_id": {}, "quantity": {quantity}, "total_price": {total}}}"#, cup["_id"]);
        let said = orders.raw("POST", "/orders", &body, &[]).await.expect(201);
        assert_eq!(said.body["total_price"], json!(shown), "{body}");
    }
    for total in ["3.31", "3.3001", "3.304999999999999", "3.2999"] {
        let body = format!(r#"{{"product_id": {}, "quantity": 3, "total_price": {total}}}"#, cup["_id"]);
        assert_fails(&orders.raw("POST", "/orders", &body, &[]).await, 400, "message");
    }
    let pen = product(&products, r#"{"name": "Pen", "price": 0.30000000000000004, "stock": " 5 "}"#).await;
    assert_eq!((&pen["price"], &pen["stock"]), (&json!(0.3), &json!(5)));
    let path = format!("/products/{}", pen["_id"].as_str().unwrap());
    let changed = products.put(&path, &json!({"price": " 2.50 ", "stock": " 7 "})).await.expect(200).body;
    assert_eq!((&changed["product"]["price"], &changed["product"]["stock"]), (&json!(2.5), &json!(7)));
    world.assert_audit_is_clean();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_that_shows_no_counts_tells_none_where_stock_is_short() {
    let world = CompatTestBed::changed(&["ecommerce"], |launch| launch.with("ORDO_SHOW_STOCK", "level"));
    let (products, orders, _) = buyer(&world).await;
    let cup = product(&products, r#"{"name": "Cup", "price": 3, "stock": 23}"#).await;
    let asked = async |quantity: i64| {
        orders.post("/orders", &json!({"product_id": cup["_id"], "quantity": quantity})).await
    };
    for quantity in [24, 10_000_000] {
        let why = json!({"message": "Not enough stock: fewer than that are left"});
        assert_says(&asked(quantity).await, 409, why);
    }
    asked(23).await.expect(201);
    assert_says(&asked(1).await, 409, json!({"message": "Not enough stock: 0 left"}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_there_is_is_refused_for_its_stock_however_much_it_is() {
    let world = CompatTestBed::with(&["ecommerce"]);
    let (products, orders, _) = buyer(&world).await;
    let cup = product(&products, r#"{"name": "Cup", "price": 3, "stock": 9}"#).await;
    for quantity in ["10", "1000001", "10000000", "99999999999999999999"] {
        let body = format!(r#"{{"product_id": {}, "quantity": {quantity}}}"#, cup["_id"]);
        let said = orders.raw("POST", "/orders", &body, &[]).await;
        assert_says(&said, 409, json!({"message": "Not enough stock: 9 left"}));
    }
    let body = r#"{"product_id": "prd_01m7ww634dfdprdet2eefe5cm4", "quantity": 10000000}"#;
    assert_fails(&orders.raw("POST", "/orders", body, &[]).await, 404, "message");
    assert_fails(
        &orders.post("/orders", &json!({"product_id": "a\0b", "quantity": 1})).await,
        404,
        "message",
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_text_is_said_to_be_none() {
    let world = CompatTestBed::with(&["two-vm", "flask-pair", "auth-service", "ecommerce"]);
    let (products, orders, staff) = buyer(&world).await;
    let cup = product(&products, r#"{"name": "Cup", "description": "Blue", "price": 3, "stock": 9}"#).await;
    let path = format!("/products/{}", cup["_id"].as_str().unwrap());
    for description in [json!(5), json!(["Blue"]), json!({"en": "Blue"}), json!(true)] {
        let body = json!({"name": "Pot", "price": 1, "description": description});
        let text = "description: a text is expected";
        assert_tells(&products.post("/products", &body).await, 400, "message", text);
        assert_tells(&products.put(&path, &body).await, 400, "message", text);
    }
    assert_eq!(products.get(&path).await.expect(200).body, cup);
    let said = products.post("/products", &json!({"name": 5, "price": 1})).await;
    assert_tells(&said, 400, "message", "name: a text is expected");
    let said = products.post("/products", &json!({"price": 1})).await;
    assert_tells(&said, 400, "message", "name is required");
    let said = orders.post("/orders", &json!({"product_id": 5, "quantity": 1})).await;
    assert_tells(&said, 400, "message", "product_id: a text is expected");
    let said = staff.put("/orders/ord_01m7ww634dfdprdet2eefe5cm4", &json!({"status": 5})).await;
    assert_tells(&said, 400, "message", "status: a text is expected");
    let said = world.at("flask-pair.users").post("/users", &json!({"name": 5, "email": "e@x.org"})).await;
    assert_tells(&said, 400, "error", "name: a text is expected");
    let register = json!({"username": "johndoe", "email": "john@example.com", "password": 5});
    let said = world.at("auth-service.auth").post("/register", &register).await;
    assert_tells(&said, 400, "error", "password: a text is expected");
    let said = world.at("auth-service.auth").post("/validate", &json!({"token": 5})).await.expect(400);
    assert_eq!(said.body, json!({"valid": false, "error": "Token: a text is expected"}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_no_database_keeps_is_refused_before_anything_is_done() {
    let world = CompatTestBed::with(&["two-vm", "flask-pair", "auth-service"]);
    let users = world.at("two-vm.users");
    let ann = |address: &str| json!({"name": "Ann", "email": "ann@example.com", "password": "pw", "address": address});
    for address in ["1 High\0St", "\u{7}", &"x".repeat(2001)] {
        assert_fails(&users.post("/users", &ann(address)).await, 400, "error");
    }
    assert_fails(
        &users.post("/users", &json!({"name": "A\0n", "email": "a@b.cd", "password": "pw"})).await,
        400,
        "error",
    );
    // no account was made
    users.post("/users/login", &ann("")).await.expect(401);
    users.post("/users", &ann("1 High St\nLondon")).await.expect(201);
    let said = users.with_token(&world.admin().await).get("/users").await.expect(200).body;
    let listed = said["users"].as_array().unwrap().iter().find(|user| user["name"] == "Ann").unwrap();
    assert_eq!(listed["address"], "1 High St\nLondon");

    // such a token is nobody's
    assert_says(&users.get("/users/token/%00").await, 401, json!({"error": "Invalid token"}));
    let orders = world.at("two-vm.orders");
    assert_fails(&orders.get("/orders?token=%00").await, 401, "error");
    assert_fails(&orders.post("/orders", &json!({"item": "Tea", "token": "\0"})).await, 401, "error");
    let said =
        world.at("auth-service.auth").post("/validate", &json!({"token": "\0"})).await.expect(401).body;
    assert_eq!((&said["valid"], said["error"].is_string()), (&json!(false), true));

    let token = users.post("/users/login", &ann("")).await.expect(200).text("token").to_owned();
    for item in ["a\0b", &"x".repeat(2001)] {
        assert_fails(&orders.post("/orders", &json!({"item": item, "token": token})).await, 400, "error");
        let body = json!({"user_id": 1, "product": item});
        assert_fails(&world.at("flask-pair.orders").post("/orders", &body).await, 400, "error");
    }
    assert_eq!(orders.get(&format!("/orders?token={token}")).await.expect(200).body, json!({"orders": []}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_of_several_lines_or_many_words_comes_back_as_it_was_given() {
    let world = CompatTestBed::with(&["two-vm", "flask-pair"]);
    let users = world.at("two-vm.users");
    let ann = json!({"name": "Ann", "email": "ann@example.com", "password": "pw"});
    users.post("/users", &ann).await.expect(201);
    let token = users.post("/users/login", &ann).await.expect(200).text("token").to_owned();
    let (orders, flask) = (world.at("two-vm.orders"), world.at("flask-pair.orders"));
    let items = [
        "Two cups\nand a spoon".to_owned(),
        "Ein großer Topf ".repeat(40).trim().to_owned(),
        "x".repeat(2000),
    ];
    for (n, item) in (1..).zip(&items) {
        orders.post("/orders", &json!({"item": item, "token": token})).await.expect(201);
        let shown = orders.get(&format!("/orders/{n}?token={token}")).await.expect(200).body;
        assert_eq!(shown["item"], json!(item));
        let made = flask.post("/orders", &json!({"user_id": 1, "product": item})).await.expect(201).body;
        let shown = flask.get(&format!("/orders/{}", made["order_id"])).await.expect(200).body;
        assert_eq!(shown["product"], json!(item));
    }
    // staff see a line of it
    let admin = world.at("gateway").with_token(&world.admin().await);
    let all = admin.get("/v1/orders").await.expect(200).body;
    let titles: Vec<&str> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|order| order["lines"][0]["title"].as_str().unwrap())
        .collect();
    assert!(titles.contains(&"Two cups and a spoon"), "{titles:?}");
    assert!(titles.iter().all(|title| title.chars().count() <= 200), "{titles:?}");
    world.assert_audit_is_clean();
}
