//! `auth-service`: what its document asks, and each row of its table.

use crate::world::{CompatTestBed, ListenerClient, assert_fails, assert_says};
use serde_json::{Value, json};

async fn login(auth: &ListenerClient, password: &str) -> testkit::http_client::HttpResponse {
    auth.post("/login", &json!({"email": "john@example.com", "password": password})).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_requests_of_its_document_are_answered_as_it_says() {
    let world = CompatTestBed::with(&["auth-service"]);
    let auth = world.at("auth-service.auth");

    let health = auth.get("/health").await.expect(200);
    assert_eq!((health.text("status"), health.text("service")), ("healthy", "auth-service"));
    // as Python's `isoformat` writes it, and older ones read it: without a zone
    assert_eq!(health.text("timestamp").len(), "2025-12-18T12:00:00.000000".len());
    assert_eq!(&health.text("timestamp")[10..11], "T");

    let body = "{\n  \"username\": \"johndoe\",\n  \"email\": \"john@example.com\",\n  \"password\": \"SecurePass123\"\n}";
    let registered = auth.raw("POST", "/register", body, &[]).await.expect(201);
    assert_eq!(registered.text("message"), "User registered successfully");
    let user = &registered.body["user"];
    assert_eq!((&user["id"], &user["username"]), (&json!(1), &json!("johndoe")));
    assert_eq!((&user["email"], &user["is_active"]), (&json!("john@example.com"), &json!(true)));

    let body = "{\n  \"email\": \"john@example.com\",\n  \"password\": \"SecurePass123\"\n}";
    let signed_in = auth.raw("POST", "/login", body, &[]).await.expect(200);
    assert_eq!(signed_in.text("message"), "Login successful");
    assert_eq!(signed_in.body["user"], *user);
    let token = signed_in.text("token");
    assert_eq!(lives_for(token), 24 * 60 * 60);

    let me = auth.with_token(token).get("/me").await.expect(200).body;
    let created_at = &user["created_at"];
    assert_eq!(created_at.as_str().unwrap().len(), "2025-12-18T12:00:00.000000".len());
    let known =
        json!({"user_id": 1, "username": "johndoe", "email": "john@example.com", "created_at": created_at});
    assert_eq!(me, json!({"user": known}));
    let valid = auth.post("/validate", &json!({"token": token})).await;
    let known = json!({"user_id": 1, "username": "johndoe", "email": "john@example.com"});
    assert_says(&valid, 200, json!({"valid": true, "user": known}));
}

/// Seconds between the two times that a token says.
fn lives_for(token: &str) -> i64 {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_failure_has_its_status_and_an_error() {
    let world = CompatTestBed::with(&["auth-service"]);
    let auth = world.at("auth-service.auth");
    let good = json!({"username": "johndoe", "email": "john@example.com", "password": "SecurePass123"});
    auth.post("/register", &good).await.expect(201);
    let with = |member: &str, value: Value| {
        let mut other = json!({"username": "jane", "email": "jane@example.com", "password": "SecurePass123"});
        other[member] = value;
        other
    };
    for body in [
        with("username", Value::Null),
        with("email", json!("")),
        with("password", json!(7)),
        with("username", json!("ja")),
        with("password", json!("short")),
        with("username", json!("johndoe")),
        with("username", json!("JohnDoe")),
        with("email", json!("john@example.com")),
        with("email", json!("no address")),
        json!([]),
    ] {
        assert_fails(&auth.post("/register", &body).await, 400, "error");
    }
    assert_fails(&auth.raw("POST", "/register", "no json", &[]).await, 400, "error");
    // a refusal takes no number
    let next = auth.post("/register", &with("username", json!("jane"))).await.expect(201);
    assert_eq!(next.body["user"]["id"], 2);

    assert_fails(&auth.post("/login", &json!({"email": "john@example.com"})).await, 400, "error");
    assert_says(&login(&auth, "SecurePass124").await, 401, json!({"error": "Invalid credentials"}));
    let nobody = json!({"email": "nobody@example.com", "password": "SecurePass123"});
    assert_says(&auth.post("/login", &nobody).await, 401, json!({"error": "Invalid credentials"}));
    for (body, status) in [(json!({}), 400), (json!({"token": ""}), 400), (json!({"token": "a.b.c"}), 401)] {
        let said = auth.post("/validate", &body).await.expect(status);
        assert_eq!(said.body["valid"], false);
        assert!(!said.text("error").is_empty());
    }
    assert_fails(&auth.get("/me").await, 401, "error");
    assert_fails(&auth.with_token("x").get("/me").await, 401, "error");
    assert_fails(&auth.get("/nowhere").await, 404, "error");
    assert_fails(&auth.get("/register").await, 405, "error");
    assert_fails(&auth.get("/health/").await, 404, "error");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_right_password_tells_that_an_account_is_deactivated() {
    let world = CompatTestBed::with(&["auth-service"]);
    let auth = world.at("auth-service.auth");
    let good = json!({"username": "johndoe", "email": "john@example.com", "password": "SecurePass123"});
    auth.post("/register", &good).await.expect(201);
    let token = login(&auth, "SecurePass123").await.expect(200).text("token").to_owned();
    let admin = world.at("gateway").with_token(&world.admin().await);
    let users = admin.get("/v1/users").await.expect(200).body;
    let john = users["items"].as_array().unwrap().iter().find(|user| user["username"] == "johndoe").unwrap();
    let path = format!("/v1/users/{}", john["id"].as_str().unwrap());
    admin.raw("PATCH", &path, r#"{"active": false}"#, &[]).await.expect(200);
    assert_says(&login(&auth, "SecurePass123").await, 401, json!({"error": "Account is deactivated"}));
    assert_says(&login(&auth, "SecurePass124").await, 401, json!({"error": "Invalid credentials"}));
    assert_fails(&auth.with_token(&token).get("/me").await, 401, "error");
}
