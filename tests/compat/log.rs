//! Tokens and passwords in bodies, queries, paths and headers do not reach the log.

use crate::world::CompatTestBed;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_token_and_no_password_reaches_the_log() {
    let facades = ["two-vm", "auth-service", "ecommerce"];
    // the order service asks its user service with the token in the path
    let port = testkit::port::free();
    let mut world = CompatTestBed::changed(&facades, |launch| {
        let mut launch = launch.with("ORDO_LOG", "trace");
        for argument in &mut launch.arguments {
            if argument == "two-vm.users=0" {
                *argument = format!("two-vm.users={port}");
            }
        }
        launch.with("ORDO_COMPAT_USER_URL", format!("http://127.0.0.1:{port}"))
    });
    let password = "Unheard-of-4711";
    let (users, orders) = (world.at("two-vm.users"), world.at("two-vm.orders"));
    let user = json!({"name": "Ann", "email": "ann@example.com", "password": password});
    users.post("/users", &user).await.expect(201);
    let ann = users.post("/users/login", &user).await.expect(200).text("token").to_owned();
    users.get(&format!("/users/token/{ann}")).await.expect(200);
    users.get(&format!("/users/tokens/{ann}")).await.expect(404);
    users.raw("DELETE", &format!("/users/token/{ann}"), "", &[]).await.expect(405);
    orders.post("/orders", &json!({"item": "Tea", "token": ann})).await.expect(201);
    orders.get(&format!("/orders?token={ann}")).await.expect(200);
    orders.get(&format!("/orders/1?token={ann}")).await.expect(200);
    orders.with_token(&ann).get("/orders/1").await.expect(200);
    let auth = world.at("auth-service.auth");
    let jane = json!({"username": "jane", "email": "jane@example.com", "password": password});
    auth.post("/register", &jane).await.expect(201);
    let jane = auth.post("/login", &jane).await.expect(200).text("token").to_owned();
    auth.post("/validate", &json!({"token": jane})).await.expect(200);
    auth.post("/validate", &json!({"token": format!("{jane}x")})).await.expect(401);
    let bob = json!({"username": "bob", "password": password});
    world.at("ecommerce.auth").post("/register", &bob).await.expect(201);
    let bob =
        world.at("ecommerce.auth").post("/login", &bob).await.expect(200).text("access_token").to_owned();
    world.at("ecommerce.orders").with_token(&bob).get("/orders/user/bob").await.expect(200);

    world.server().kill();
    let log = world.server().whole_log();
    assert!(log.contains("/users/token/{token}") && log.contains("two-vm.orders"), "{log}");
    for token in [&ann, &jane, &bob] {
        let signature = token.rsplit('.').next().unwrap();
        assert!(
            !log.contains(signature) && !log.contains(&token[..token.len() - 20]),
            "a token is in the log"
        );
    }
    assert!(!log.contains(password), "a password is in the log");
}
