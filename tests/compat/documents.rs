//! Each service of a façade has an OpenAPI document of its own, on its own port.

use crate::world::{World, parts};

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
    let world = World::with(&["two-vm", "express-pair", "flask-pair", "auth-service", "ecommerce"]);
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
