//! `ecommerce`: each row of its tables, eight editors of one version, a hundred buyers of the last piece.

use crate::world::{CompatTestBed, ListenerClient, assert_fails, assert_says};
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};
use tokio::{task::JoinSet, time::Instant};

const PASSWORD: &str = "Teapots-4-all";

/// Registers somebody by the façade, and signs them in.
async fn token(world: &CompatTestBed, username: &str) -> String {
    let auth = world.at("ecommerce.auth");
    let body = json!({"username": username, "password": PASSWORD});
    let done = json!({"message": "User registered successfully"});
    assert_says(&auth.post("/register", &body).await, 201, done);
    let said = auth.post("/login", &body).await.expect(200);
    assert_eq!(said.body.as_object().unwrap().len(), 1);
    said.text("access_token").to_owned()
}

struct EcommerceClients {
    admin: ListenerClient,
    orders: ListenerClient,
    products: ListenerClient,
}

/// A shop in which Ann has a token; the administrator's clients.
async fn people(world: &CompatTestBed) -> (EcommerceClients, ListenerClient, ListenerClient) {
    let (admin, ann) = (world.admin().await, token(world, "ann").await);
    let at = |name: &str, token: &str| world.at(name).with_token(token);
    let people = EcommerceClients {
        admin: at("gateway", &admin),
        orders: at("ecommerce.orders", &admin),
        products: at("ecommerce.products", &admin),
    };
    (people, at("ecommerce.products", &ann), at("ecommerce.orders", &ann))
}

async fn add(products: &ListenerClient, stock: i64) -> String {
    let body = json!({"name": "Teapot", "description": "Blue", "price": "24.50", "stock": stock.to_string()});
    let said = products.post("/products", &body).await.expect(201);
    said.body["product"]["_id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn users_register_and_sign_in_by_username() {
    let world = CompatTestBed::with(&["ecommerce"]);
    token(&world, "ann").await;
    let auth = world.at("ecommerce.auth");
    let register = async |username: &str, password: &str| {
        auth.post("/register/", &json!({"username": username, "password": password})).await
    };
    assert_says(&register("ann", PASSWORD).await, 409, json!({"message": "User already exists"}));
    for (username, password) in [
        ("bob", "short"),
        ("bob", "password"),
        ("b", PASSWORD),
        ("b ob", PASSWORD),
        ("", PASSWORD),
        ("bob", ""),
    ] {
        assert_fails(&register(username, password).await, 400, "message");
    }
    for (username, password) in [("ann", "Teapots-4-none"), ("nobody", PASSWORD)] {
        let said = auth.post("/login", &json!({"username": username, "password": password})).await;
        assert_says(&said, 401, json!({"message": "Invalid credentials"}));
    }
    for body in [json!({}), json!({"username": "ann"}), json!({"username": "ann", "password": ""})] {
        assert_says(&auth.post("/login", &body).await, 401, json!({"message": "Invalid credentials"}));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_write_products_and_everybody_reads_them() {
    let world = CompatTestBed::with(&["ecommerce"]);
    let (staff, by_ann, _) = people(&world).await;
    let open = world.at("ecommerce.products");
    assert_says(&open.get("/products").await, 200, json!([]));

    let body = json!({"name": "Teapot", "description": "Blue", "price": "24.50", "stock": "7"});
    let mut ids = Vec::new();
    for path in ["/products", "/products/", "/products/create_product"] {
        let said = staff.products.post(path, &body).await.expect(201);
        assert_eq!(said.text("message"), "Product added successfully");
        let product = &said.body["product"];
        let id = product["_id"].as_str().unwrap().to_owned();
        let shown = json!({"_id": id, "name": "Teapot", "description": "Blue", "price": 24.5, "stock": 7, "version": 0});
        assert_eq!(*product, shown);
        assert_says(&open.get(&format!("/products/{id}/")).await, 200, shown);
        ids.push(id);
    }
    for path in ["/products", "/products/"] {
        assert_eq!(open.get(path).await.expect(200).body.as_array().unwrap().len(), 3);
    }
    let path = format!("/products/{}", ids[0]);
    // numbers and texts of numbers, with the current version or without
    let changes = [
        json!({"price": 12, "version": 0}),
        json!({"stock": "9", "version": "1"}),
        json!({"name": "Pot", "description": ""}),
    ];
    for (version, change) in (1..).zip(changes) {
        let said = staff.products.put(&path, &change).await.expect(200);
        assert!(!said.text("message").is_empty());
        assert_eq!(said.body["product"]["version"], version);
    }
    let now = json!({"_id": ids[0], "name": "Pot", "description": "", "price": 12, "stock": 9, "version": 3});
    assert_says(&open.get(&path).await, 200, now);
    assert_fails(&staff.products.put(&path, &json!({"name": "Late", "version": 2})).await, 409, "message");
    for bad in
        [json!({}), json!({"price": "x"}), json!({"stock": -1}), json!({"version": "x"}), json!({"name": ""})]
    {
        assert_fails(&staff.products.put(&path, &bad).await, 400, "message");
    }
    for bad in
        [json!({}), json!({"name": "Cup"}), json!({"price": 1}), json!({"name": "Cup", "price": "PRICE"})]
    {
        assert_fails(&staff.products.post("/products", &bad).await, 400, "message");
    }

    let nobody = (open.post("/products", &body).await, open.put(&path, &json!({"stock": 1})).await);
    for said in [nobody.0, nobody.1, open.raw("DELETE", &path, "", &[]).await] {
        assert!(!said.expect(401).text("msg").is_empty());
    }
    let broken = open.with_token("a.b.c").post("/products", &body).await.expect(401);
    assert!(!broken.text("msg").is_empty());
    let customer = (by_ann.post("/products", &body).await, by_ann.put(&path, &json!({"stock": 1})).await);
    for said in [customer.0, customer.1, by_ann.raw("DELETE", &path, "", &[]).await] {
        assert_fails(&said, 403, "message");
    }
    let deleted = staff.products.raw("DELETE", &path, "", &[]).await.expect(200);
    assert!(!deleted.text("message").is_empty());
    for id in [&ids[0], "nothing", "prd_01m7ww634dfdprdet2eefe5cm4"] {
        let path = format!("/products/{id}");
        assert_fails(&open.get(&path).await, 404, "message");
        assert_fails(&staff.products.put(&path, &json!({"stock": 1})).await, 404, "message");
        assert_fails(&staff.products.raw("DELETE", &path, "", &[]).await, 404, "message");
    }
    assert_fails(&open.get("/nowhere").await, 404, "message");
    assert_fails(&open.raw("PATCH", "/products", "{}", &[]).await, 405, "message");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_came_by_another_way_is_named_by_the_address_and_an_order_of_theirs_by_all_its_pieces() {
    let world = CompatTestBed::with(&["ecommerce"]);
    let (staff, _, _) = people(&world).await;
    let id = add(&staff.products, 9).await;
    let register = json!({"email": "Mara@example.com", "password": PASSWORD});
    let mara = world.at("gateway").post("/v1/register", &register).await.expect(201);
    let mara = mara.text("access_token");
    let (mara_v1, mara) =
        (world.at("gateway").with_token(mara), world.at("ecommerce.orders").with_token(mara));
    let line = json!({"product_id": id, "quantity": 1});
    let body = json!({"lines": [line, line]});
    let key = [("idempotency-key", "two-lines")];
    mara_v1.raw("POST", "/v1/orders", &body.to_string(), &key).await.expect(201);
    for path in ["Mara@example.com", "mara%40EXAMPLE.com"] {
        for client in [&mara, &staff.orders] {
            let list = client.get(&format!("/orders/user/{path}")).await.expect(200).body;
            let order = &list[0];
            assert_eq!(list.as_array().unwrap().len(), 1, "{path}");
            assert_eq!((&order["user_id"], &order["product_id"]), (&json!("Mara@example.com"), &json!(id)));
            assert_eq!((&order["quantity"], &order["total_price"]), (&json!(2), &json!(49)));
        }
    }
    assert_says(&staff.orders.get("/orders/user/nobody@example.com").await, 200, json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_reserve_stock_and_staff_lead_them_to_their_end() {
    let world = CompatTestBed::with(&["ecommerce"]);
    let (staff, products, orders) = people(&world).await;
    let id = add(&staff.products, 5).await;
    let path = format!("/products/{id}");
    let stock = async || products.get(&path).await.expect(200).body["stock"].as_i64().unwrap();
    let order =
        |quantity: Value, total: Value| json!({"product_id": id, "quantity": quantity, "total_price": total});

    let said = orders.post("/orders", &order(json!("2"), json!("49"))).await.expect(201);
    let first = said.body["_id"].as_str().unwrap().to_owned();
    let shown = json!({
        "_id": first, "user_id": "ann", "product_id": id, "quantity": 2, "total_price": 49, "status": "pending",
    });
    assert_eq!(said.body, shown);
    assert_eq!(stock().await, 3);
    for total in [json!(48.99), json!("x")] {
        assert_fails(&orders.post("/orders/", &order(json!(2), total)).await, 400, "message");
    }
    for quantity in [json!(0), json!(-1), json!("x"), Value::Null, json!(1.5)] {
        assert_fails(&orders.post("/orders/", &order(quantity, Value::Null)).await, 400, "message");
    }
    assert_fails(&orders.post("/orders", &order(json!(4), json!(98))).await, 409, "message");
    for id in ["nothing", "prd_01m7ww634dfdprdet2eefe5cm4"] {
        let body = json!({"product_id": id, "quantity": 1});
        assert_fails(&orders.post("/orders", &body).await, 404, "message");
    }
    assert_fails(&orders.post("/orders", &json!({"quantity": 1})).await, 400, "message");
    // without a total none is compared
    let second = orders.post("/orders", &json!({"product_id": id, "quantity": 1})).await.expect(201);
    let second = second.body["_id"].as_str().unwrap().to_owned();

    let bob = world.at("ecommerce.orders").with_token(&token(&world, "bob").await);
    let one = format!("/orders/{first}/");
    assert_says(&orders.get(&one).await, 200, shown.clone());
    assert_says(&staff.orders.get(&one).await, 200, shown);
    assert_fails(&bob.get(&one).await, 404, "message");
    assert_fails(&orders.get("/orders/nothing").await, 404, "message");
    for client in [&orders, &staff.orders] {
        let list = client.get("/orders/user/ann").await.expect(200).body;
        assert_eq!(list.as_array().unwrap().len(), 2);
        assert_eq!(list[0]["_id"], json!(first), "the oldest first, as the original's database gave them");
    }
    assert_fails(&bob.get("/orders/user/ann").await, 403, "message");
    assert_says(&bob.get("/orders/user/bob/").await, 200, json!([]));
    for path in ["/orders/user/ann", one.as_str()] {
        assert!(!world.at("ecommerce.orders").get(path).await.expect(401).text("msg").is_empty());
    }

    // a PUT sets what is available, whatever is reserved
    let said = staff.products.put(&path, &json!({"stock": 10})).await.expect(200);
    assert_eq!((&said.body["product"]["stock"], &said.body["product"]["version"]), (&json!(10), &json!(1)));
    let real = staff.admin.get(&format!("/v1/products/{id}")).await.expect(200).body;
    assert_eq!((&real["stock"], &real["reserved"], &real["available"]), (&json!(13), &json!(3), &json!(10)));

    let to = async |client: &ListenerClient, id: &str, status: &str| {
        client.put(&format!("/orders/{id}"), &json!({"status": status})).await
    };
    assert_fails(&to(&orders, &first, "confirmed").await, 403, "message");
    assert_fails(&to(&staff.orders, &first, "lost").await, 400, "message");
    let told = to(&staff.orders, &first, "shipped").await;
    assert_fails(&told, 409, "message");
    for legal in ["confirmed", "cancelled"] {
        assert!(told.text("message").contains(legal), "{}", told.text("message"));
    }
    for (asked, shown) in [
        ("pending", "pending"),
        ("confirmed", "confirmed"),
        ("shipped", "shipped"),
        ("delivered", "completed"),
    ] {
        assert_eq!(to(&staff.orders, &first, asked).await.expect(200).text("status"), shown);
    }
    assert_fails(&to(&staff.orders, &first, "pending").await, 409, "message");
    assert_eq!(to(&staff.orders, &second, "cancelled").await.expect(200).text("status"), "cancelled");
    // products hears of it a moment later
    let until = Instant::now() + Duration::from_secs(20);
    while stock().await != 11 {
        assert!(Instant::now() < until, "what was cancelled is free again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    world.assert_audit_is_clean();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_open_writes_any_registered_user_writes() {
    let world = CompatTestBed::changed(&["ecommerce"], |mut launch| {
        launch.arguments.push("--compat-open-writes".to_owned());
        launch
    });
    let ann = token(&world, "ann").await;
    let (products, orders) = ("ecommerce.products", "ecommerce.orders");
    let id = add(&world.at(products).with_token(&ann), 3).await;
    let bob = token(&world, "bob").await;
    let path = format!("/products/{id}");
    world.at(products).with_token(&bob).put(&path, &json!({"stock": 2, "version": 0})).await.expect(200);
    let order = json!({"product_id": id, "quantity": 1});
    let order = world.at(orders).with_token(&ann).post("/orders", &order).await.expect(201);
    let order = format!("/orders/{}", order.text("_id"));
    for status in ["confirmed", "shipped", "delivered"] {
        world.at(orders).with_token(&bob).put(&order, &json!({"status": status})).await.expect(200);
    }
    world.at(products).put(&path, &json!({"stock": 2})).await.expect(401);
    world.at(products).with_token(&bob).raw("DELETE", &path, "", &[]).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
async fn of_eight_editors_of_one_version_one_wins() {
    let world = CompatTestBed::with(&["ecommerce"]);
    let (staff, ..) = people(&world).await;
    let path = format!("/products/{}", add(&staff.products, 5).await);
    for version in 0..5 {
        let mut editors = JoinSet::new();
        for editor in 0..8 {
            let (products, path) = (staff.products.apart(), path.clone());
            // some change the stock too, for which an order could get in the way
            let change =
                json!({"name": format!("Pot {editor}"), "stock": 5 + editor % 2, "version": version});
            editors.spawn(async move { (products.put(&path, &change).await.code(), editor) });
        }
        let mut won = BTreeMap::new();
        for (status, editor) in editors.join_all().await {
            won.entry(status).or_insert_with(Vec::new).push(editor);
        }
        assert_eq!((won[&200].len(), won[&409].len()), (1, 7), "{won:?}");
        let now = staff.products.get(&path).await.expect(200).body;
        assert_eq!(
            (&now["name"], &now["version"]),
            (&json!(format!("Pot {}", won[&200][0])), &json!(version + 1))
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
async fn of_a_hundred_buyers_of_the_last_piece_one_gets_it() {
    let world = CompatTestBed::with(&["ecommerce"]);
    let (staff, products, orders) = people(&world).await;
    let id = add(&staff.products, 1).await;
    let mut buyers = JoinSet::new();
    for _ in 0..100 {
        let (orders, body) = (orders.apart(), json!({"product_id": id, "quantity": 1, "total_price": 24.5}));
        buyers.spawn(async move {
            loop {
                match orders.post("/orders", &body).await.code() {
                    // nothing was done: too many came at once
                    503 => tokio::time::sleep(std::time::Duration::from_millis(300)).await,
                    code => return code,
                }
            }
        });
    }
    let mut ends = BTreeMap::new();
    for status in buyers.join_all().await {
        *ends.entry(status).or_insert(0) += 1;
    }
    assert_eq!(ends, BTreeMap::from([(201, 1), (409, 99)]));
    let product = products.get(&format!("/products/{id}")).await.expect(200).body;
    assert_eq!((&product["stock"], &product["version"]), (&json!(0), &json!(0)));
    assert_eq!(orders.get("/orders/user/ann").await.expect(200).body.as_array().unwrap().len(), 1);
    world.assert_audit_is_clean();
}
