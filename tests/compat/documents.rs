//! Each service of a façade has an OpenAPI document of its own, on its own port.

use crate::world::{CompatTestBed, ListenerClient, parts};
use serde_json::{Value, json};
use testkit::http_client::HttpResponse;

/// The operations of each, as the tables have them.
const OPERATIONS: [(&str, &[&str]); 10] = [
    ("two-vm.users", &["GET /users", "POST /users", "POST /users/login", "GET /users/token/{token}"]),
    ("two-vm.orders", &["GET /orders", "POST /orders", "GET /orders/{id}"]),
    ("express-pair.users", &["GET /api/user"]),
    ("express-pair.orders", &["GET /api/order"]),
    ("flask-pair.users", &["POST /users", "GET /users/{id}"]),
    ("flask-pair.orders", &["POST /orders", "GET /orders/{id}"]),
    ("auth-service.auth", &["GET /health", "POST /login", "GET /me", "POST /register", "POST /validate"]),
    ("ecommerce.auth", &["POST /login", "POST /register"]),
    (
        "ecommerce.products",
        &[
            "GET /products",
            "POST /products",
            "POST /products/create_product",
            "DELETE /products/{id}",
            "GET /products/{id}",
            "PUT /products/{id}",
        ],
    ),
    (
        "ecommerce.orders",
        &["POST /orders", "GET /orders/user/{user_id}", "GET /orders/{id}", "PUT /orders/{id}"],
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_service_describes_its_operations() {
    let world = CompatTestBed::with(&["two-vm", "express-pair", "flask-pair", "auth-service", "ecommerce"]);
    assert!(parts().eq(OPERATIONS.map(|(part, _)| part.to_owned())), "each service of each façade");
    for (part, operations) in OPERATIONS {
        let document = world.at(part).get("/openapi.json").await.expect(200).body;
        assert_eq!((&document["openapi"], &document["info"]["title"]), (&"3.1.0".into(), &part.into()));
        let mut described = Vec::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                described.push(format!("{} {path}", method.to_uppercase()));
                let answers = operation["responses"].as_object().unwrap();
                assert!(answers.keys().any(|status| status.starts_with('2')), "{part} {path}");
                for answer in answers.values() {
                    assert!(answer["content"]["application/json"]["schema"].is_object(), "{part} {path}");
                }
            }
        }
        assert_eq!(described, operations, "{part}");
        world.at(part).raw("POST", "/openapi.json", "{}", &[]).await.expect(405);
    }
}

const PASSWORD: &str = "Teapots-4-all";
const NO_PRODUCT: &str = "/products/prd_01m7ww634dfdprdet2eefe5cm4";
const NO_ORDER: &str = "/orders/ord_01m7ww634dfdprdet2eefe5cm4";

/// How a document describes answers with this status to this request; none where it does not know the path.
fn described<'a>(document: &'a Value, method: &str, path: &str, status: u16) -> Vec<&'a Value> {
    let path = path.split('?').next().unwrap();
    let fits = |pattern: &str| {
        let (wanted, given): (Vec<&str>, Vec<&str>) =
            (pattern.split('/').collect(), path.split('/').collect());
        let is_one = |(wanted, given): (&&str, &&str)| wanted == given || wanted.starts_with('{');
        wanted.len() == given.len() && wanted.iter().zip(&given).all(is_one)
    };
    let paths = document["paths"].as_object().unwrap();
    // what stands there word for word goes before what fits
    let found =
        paths.get(path).or_else(|| paths.iter().find(|(known, _)| fits(known)).map(|(_, found)| found));
    let operations = found.and_then(Value::as_object).into_iter().flatten();
    // another method is refused by those that there are
    let of_method = operations.filter(|(known, _)| status == 405 || known.eq_ignore_ascii_case(method));
    of_method.map(|(_, operation)| &operation["responses"][status.to_string()]).collect()
}

/// The answer is one of those that the document describes, with all its members and no other ones.
#[track_caller]
fn assert_described(document: &Value, method: &str, path: &str, said: &HttpResponse) {
    let what = format!("{} {method} {path}: {} {}", document["info"]["title"], said.code(), said.body);
    let answers = described(document, method, path, said.code());
    assert!(!answers.is_empty(), "no such path: {what}");
    for answer in answers {
        let schema = &answer["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "no such answer: {what}");
        assert!(jsonschema::draft202012::is_valid(schema, &said.body), "{what}\n{schema}");
        assert_known(schema, &said.body, &what);
    }
}

/// Each member of the body is in the schema.
#[track_caller]
fn assert_known(schema: &Value, body: &Value, what: &str) {
    match body {
        Value::Object(members) => {
            for (name, value) in members {
                let known = &schema["properties"][name];
                assert!(known.is_object() || known == true, "{name} is not described: {what}\n{schema}");
                assert_known(known, value, what);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| assert_known(&schema["items"], item, what)),
        _ => {}
    }
}

/// A service of a façade, and its document.
struct FacadeDocument {
    client: ListenerClient,
    document: Value,
}

impl FacadeDocument {
    async fn of(world: &CompatTestBed, name: &str) -> FacadeDocument {
        let client = world.at(name);
        let document = client.get("/openapi.json").await.expect(200).body;
        FacadeDocument { client, document }
    }

    /// Asks as whoever has this token; the answer has this status, and is described.
    async fn ask(&self, token: &str, request: &str, body: Value, status: u16) -> Value {
        let (method, path) = request.split_once(' ').unwrap();
        let client = if token.is_empty() { self.client.clone() } else { self.client.with_token(token) };
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let said = client.raw(method, path, &body, &[]).await;
        assert_eq!(said.code(), status, "{request} {body}: {}", said.body);
        assert_described(&self.document, method, path, &said);
        said.body
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_two_vm_answers_is_described() {
    let world = CompatTestBed::with(&["two-vm"]);
    let admin = world.admin().await;
    let (users, orders) =
        (FacadeDocument::of(&world, "two-vm.users").await, FacadeDocument::of(&world, "two-vm.orders").await);
    let ann = json!({"name": "Ann", "email": "ann@example.com", "password": "pw", "address": "1 High St"});
    users.ask("", "POST /users", ann.clone(), 201).await;
    users.ask("", "POST /users", ann.clone(), 400).await;
    users.ask("", "POST /users", json!({"name": "x".repeat(1 << 20)}), 413).await;
    users.ask("", "POST /users/login", json!({"email": "ann@example.com"}), 401).await;
    let token = users.ask("", "POST /users/login", ann, 200).await["token"].as_str().unwrap().to_owned();
    users.ask("", &format!("GET /users/token/{token}"), Value::Null, 200).await;
    users.ask("", "GET /users/token/x", Value::Null, 401).await;
    users.ask(&token, "GET /users", Value::Null, 403).await;
    users.ask(&admin, "GET /users", Value::Null, 200).await;
    users.ask("", "DELETE /users", Value::Null, 405).await;
    let cup = json!({"name": "Cup", "price": 3});
    world.at("gateway").with_token(&admin).post("/v1/products", &cup).await.expect(201);
    orders.ask("", "POST /orders", json!({"item": "Tea", "token": token}), 201).await;
    orders.ask(&token, "POST /orders", json!({}), 400).await;
    orders.ask(&token, "POST /orders", json!({"item": "Cup"}), 409).await;
    orders.ask("", "POST /orders", json!({"item": "Tea"}), 401).await;
    for (path, missing) in [("/orders", 200), ("/orders/1", 200), ("/orders/2", 404)] {
        orders.ask("", &format!("GET {path}"), Value::Null, 401).await;
        orders.ask("", &format!("GET {path}?token={token}"), Value::Null, missing).await;
    }
    // a token may come in a query or in a body: a document that wants it in a header would keep clients from that
    for (part, method, path) in
        [(&users, "get", "/users"), (&orders, "post", "/orders"), (&orders, "get", "/orders/{id}")]
    {
        assert_eq!(part.document["paths"][path][method]["security"], json!([{"token": []}, {}]), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_pairs_answer_is_described() {
    let world = CompatTestBed::with(&["express-pair", "flask-pair"]);
    FacadeDocument::of(&world, "express-pair.users").await.ask("", "GET /api/user", Value::Null, 200).await;
    let orders = FacadeDocument::of(&world, "express-pair.orders").await;
    orders.ask("", "GET /api/order", Value::Null, 200).await;
    orders.ask("", "POST /api/order", json!({}), 405).await;
    let users = FacadeDocument::of(&world, "flask-pair.users").await;
    users.ask("", "GET /users/1", Value::Null, 200).await;
    users.ask("", "GET /users/9", Value::Null, 404).await;
    users.ask("", "POST /users", json!({"name": "Cyd", "email": "cyd@example.com"}), 201).await;
    users.ask("", "POST /users", json!({"name": "Cyd"}), 400).await;
    let orders = FacadeDocument::of(&world, "flask-pair.orders").await;
    orders.ask("", "GET /orders/1", Value::Null, 200).await;
    orders.ask("", "GET /orders/9", Value::Null, 404).await;
    orders.ask("", "POST /orders", json!({"user_id": 1, "product": "Pen"}), 201).await;
    orders.ask("", "POST /orders", json!({"user_id": 1}), 400).await;
    orders.ask("", "POST /orders", json!({"user_id": 9, "product": "Pen"}), 404).await;

    // without their user services, and to who asks too often
    let world = CompatTestBed::changed(&["two-vm", "express-pair.orders", "flask-pair.orders"], |launch| {
        launch.with("ORDO_COMPAT_USER_URL", "http://127.0.0.1:1").with("ORDO_REQUESTS_PER_MINUTE", 4)
    });
    let orders = FacadeDocument::of(&world, "two-vm.orders").await;
    orders.ask("a.b.c", "GET /orders", Value::Null, 503).await;
    FacadeDocument::of(&world, "flask-pair.orders").await.ask("", "GET /orders/1", Value::Null, 200).await;
    let express = FacadeDocument::of(&world, "express-pair.orders").await;
    express.ask("", "GET /api/order", Value::Null, 500).await;
    for _ in 0..4 {
        express.client.get("/api/order").await;
    }
    express.ask("", "GET /api/order", Value::Null, 429).await;
    orders.ask("a.b.c", "GET /orders", Value::Null, 429).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_auth_service_answers_is_described() {
    let world = CompatTestBed::with(&["auth-service"]);
    let auth = FacadeDocument::of(&world, "auth-service.auth").await;
    let john = json!({"username": "johndoe", "email": "john@example.com", "password": PASSWORD});
    auth.ask("", "GET /health", Value::Null, 200).await;
    auth.ask("", "POST /register", john.clone(), 201).await;
    auth.ask("", "POST /register", john.clone(), 400).await;
    auth.ask("", "POST /login", json!({}), 400).await;
    auth.ask("", "POST /login", json!({"email": "john@example.com", "password": "wrong"}), 401).await;
    let token = auth.ask("", "POST /login", john, 200).await["token"].as_str().unwrap().to_owned();
    auth.ask("", "POST /validate", json!({"token": token}), 200).await;
    auth.ask("", "POST /validate", json!({}), 400).await;
    auth.ask("", "POST /validate", json!({"token": "a.b.c"}), 401).await;
    auth.ask(&token, "GET /me", Value::Null, 200).await;
    auth.ask("", "GET /me", Value::Null, 401).await;
    auth.ask("", "GET /login", Value::Null, 405).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_ecommerce_answers_is_described() {
    let world = CompatTestBed::with(&["ecommerce"]);
    let admin = world.admin().await;
    let auth = FacadeDocument::of(&world, "ecommerce.auth").await;
    let ann = json!({"username": "ann", "password": PASSWORD});
    auth.ask("", "POST /register", ann.clone(), 201).await;
    auth.ask("", "POST /register", ann.clone(), 409).await;
    auth.ask("", "POST /register", json!({"username": "ann"}), 400).await;
    auth.ask("", "POST /login", json!([]), 400).await;
    auth.ask("", "POST /login", json!({}), 401).await;
    auth.ask("", "POST /login", json!({"username": "ann", "password": "wrong"}), 401).await;
    let ann = auth.ask("", "POST /login", ann, 200).await["access_token"].as_str().unwrap().to_owned();
    let cup = products(&FacadeDocument::of(&world, "ecommerce.products").await, &ann, &admin).await;

    let orders = FacadeDocument::of(&world, "ecommerce.orders").await;
    let order = |product: &str, quantity: i64| json!({"product_id": product, "quantity": quantity});
    let id = orders.ask(&ann, "POST /orders", order(&cup, 1), 201).await["_id"].as_str().unwrap().to_owned();
    orders.ask(&ann, "POST /orders", json!({"product_id": cup}), 400).await;
    orders.ask("", "POST /orders", order(&cup, 1), 401).await;
    orders.ask(&ann, "POST /orders", order("x", 1), 404).await;
    orders.ask(&ann, "POST /orders", order(&cup, 99), 409).await;
    orders.ask(&ann, &format!("GET /orders/{id}"), Value::Null, 200).await;
    orders.ask("", &format!("GET /orders/{id}"), Value::Null, 401).await;
    orders.ask(&ann, &format!("GET {NO_ORDER}"), Value::Null, 404).await;
    orders.ask(&ann, "GET /orders/user/ann", Value::Null, 200).await;
    orders.ask(&ann, "GET /orders/user/bob", Value::Null, 403).await;
    orders.ask("", "GET /orders/user/ann", Value::Null, 401).await;
    let (change, shipped) = (format!("PUT /orders/{id}"), json!({"status": "shipped"}));
    orders.ask(&admin, &change, json!({"status": "lost"}), 400).await;
    orders.ask("", &change, shipped.clone(), 401).await;
    orders.ask(&ann, &change, shipped.clone(), 403).await;
    orders.ask(&admin, &format!("PUT {NO_ORDER}"), shipped, 404).await;
    orders.ask(&admin, &change, json!({"status": "confirmed"}), 200).await;
    orders.ask(&admin, &change, json!({"status": "pending"}), 409).await;
    orders.ask(&admin, "DELETE /orders", Value::Null, 405).await;
}

/// The id of a product that there is, once all was asked that there is to ask.
async fn products(products: &FacadeDocument, ann: &str, admin: &str) -> String {
    let cup = json!({"name": "Cup", "price": 3, "stock": 9});
    let added = products.ask(admin, "POST /products", cup.clone(), 201).await;
    let id = added["product"]["_id"].as_str().unwrap().to_owned();
    products.ask(admin, "POST /products/create_product", json!({}), 400).await;
    products.ask("a.b.c", "POST /products", cup.clone(), 401).await;
    products.ask(ann, "POST /products", cup.clone(), 403).await;
    products.ask("", "GET /products", Value::Null, 200).await;
    products.ask("", &format!("GET /products/{id}"), Value::Null, 200).await;
    products.ask("", &format!("GET {NO_PRODUCT}"), Value::Null, 404).await;
    let change = format!("PUT /products/{id}");
    products.ask(admin, &change, json!({"price": 4, "version": 0}), 200).await;
    products.ask(admin, &change, json!({"price": 4, "version": 0}), 409).await;
    products.ask(admin, &change, json!({}), 400).await;
    products.ask("", &change, cup.clone(), 401).await;
    products.ask(ann, &change, cup.clone(), 403).await;
    products.ask(admin, &format!("PUT {NO_PRODUCT}"), cup.clone(), 404).await;
    products.ask("", "DELETE /products", Value::Null, 405).await;
    for (token, status) in [("", 401), (ann, 403)] {
        products.ask(token, &format!("DELETE /products/{id}"), Value::Null, status).await;
    }
    products.ask(admin, &format!("DELETE {NO_PRODUCT}"), Value::Null, 404).await;
    let other = products.ask(admin, "POST /products", cup, 201).await;
    let other = other["product"]["_id"].as_str().unwrap();
    products.ask(admin, &format!("DELETE /products/{other}"), Value::Null, 200).await;
    id
}
