//! At a façade's door a client is the same one as at the gateway's: it may ask as often, and guessing is slowed down
//! for it and for nobody else.

use crate::world::{CompatTestBed, assert_fails, assert_says};
use http::{HeaderValue, header};
use serde_json::json;
use testkit::http_client::HttpClient;

const PASSWORD: &str = "Teapots-4-all";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_signs_in_too_often_is_told_to_come_back() {
    let world = CompatTestBed::changed(&["two-vm", "auth-service", "ecommerce"], |launch| {
        launch.with("ORDO_SIGN_INS_PER_MINUTE", 4).with("ORDO_TRUSTED_PROXIES", "127.0.0.1")
    });
    let (a, d, e) = (world.at("two-vm.users"), world.at("auth-service.auth"), world.at("ecommerce.auth"));
    let from = |client: &'static str| [("x-forwarded-for", client)];
    let body = json!({"email": "nobody@example.com", "username": "nobody", "password": "wrong"}).to_string();
    // the services of a façade count together, and so do all façades
    for (client, path) in [(&a, "/users/login"), (&d, "/login"), (&e, "/login"), (&d, "/login")] {
        client.raw("POST", path, &body, &from("192.0.2.7")).await.expect(401);
    }
    for (client, path, member) in
        [(&a, "/users/login", "error"), (&d, "/register", "error"), (&e, "/login", "message")]
    {
        let said = client.raw("POST", path, &body, &from("192.0.2.7")).await;
        assert_fails(&said, 429, member);
        let wait: u32 = said.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
    }
    // what costs no hash goes on, and so does everybody else
    d.raw("GET", "/health", "", &from("192.0.2.7")).await.expect(200);
    d.raw("POST", "/login", &body, &from("192.0.2.8")).await.expect(401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_knows_the_network_of_its_client_and_nobody_makes_up_another() {
    let world =
        CompatTestBed::changed(&["auth-service"], |launch| launch.with("ORDO_TRUSTED_PROXIES", "127.0.0.1"));
    let auth = world.at("auth-service.auth");
    let ann = json!({"username": "ann", "email": "ann@example.com", "password": PASSWORD});
    auth.post("/register", &ann).await.expect(201);
    let headers = [("x-forwarded-for", "192.0.2.7"), ("x-ordo-client", "203.0.113.9")];
    let said = auth.raw("POST", "/login", &ann.to_string(), &headers).await.expect(200);
    let sessions =
        world.at("gateway").with_token(said.text("token")).get("/v1/me/sessions").await.expect(200).body;
    let seen = sessions.to_string();
    assert!(seen.contains("192.0.2.0/24") && !seen.contains("203.0.113"), "{seen}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_guesses_is_slowed_down_and_not_whom_they_guess_at() {
    let world =
        CompatTestBed::changed(&["ecommerce"], |launch| launch.with("ORDO_TRUSTED_PROXIES", "127.0.0.1"));
    let auth = world.at("ecommerce.auth");
    let login = async |password: &str, client: &str| {
        let body = json!({"username": "ann", "password": password}).to_string();
        auth.raw("POST", "/login", &body, &[("x-forwarded-for", client)]).await
    };
    auth.post("/register", &json!({"username": "ann", "password": PASSWORD})).await.expect(201);
    assert_eq!(login(PASSWORD, "198.51.100.1").await.code(), 200, "she is known to sign in from there");
    let mut told = Vec::new();
    for _ in 0..30 {
        let said = login("guess", "192.0.2.7").await;
        told.push(said.code());
        if said.code() == 429 {
            let wait: u32 = said.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
            assert!(wait >= 1, "{wait}");
            break;
        }
    }
    assert_eq!(told.last(), Some(&429), "{told:?}");
    assert_eq!(login(PASSWORD, "198.51.100.1").await.code(), 200);
}

/// What each order service says whose user service is this, in a shop that limits nobody.
async fn asking(user_service: &str) -> [testkit::http_client::HttpResponse; 3] {
    let names = ["two-vm", "express-pair.orders", "flask-pair.orders"];
    let world = CompatTestBed::changed(&names, |launch| launch.with("ORDO_COMPAT_USER_URL", user_service));
    let users = world.at("two-vm.users");
    let ann = json!({"name": "Ann", "email": "ann@example.com", "password": "pw"});
    users.post("/users", &ann).await.expect(201);
    let token = users.post("/users/login", &ann).await.expect(200).text("token").to_owned();
    let said = [
        world.at("two-vm.orders").post("/orders", &json!({"item": "Tea", "token": token})).await,
        world.at("express-pair.orders").get("/api/order").await,
        world.at("flask-pair.orders").get("/orders/1").await,
    ];
    let admin = world.at("gateway").with_token(&world.admin().await);
    let placed = admin.get("/v1/orders").await.expect(200).body["items"].clone();
    // the two that flask-pair begins with
    assert_eq!(placed.as_array().unwrap().len(), 2, "no order was placed: {placed}");
    said
}

/// A user service that says nothing but this.
#[allow(clippy::disallowed_methods, reason = "a user service of others is no part of the program")]
async fn user_service(status: &'static str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{{}}");
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_service_elsewhere_that_is_busy_or_broken_has_not_said_that_somebody_is_nobody() {
    let [two_vm, express, flask] = asking(&user_service("429 Too Many Requests").await).await;
    assert_fails(&two_vm, 429, "error");
    assert_fails(&express, 429, "message");
    assert_fails(&flask, 429, "error");
    let [two_vm, express, _] = asking(&user_service("503 Service Unavailable").await).await;
    assert_fails(&two_vm, 503, "error");
    // it sends work away, and so does who needs it
    assert_fails(&express, 503, "message");
    let [two_vm, express, flask] = asking(&user_service("500 Internal Server Error").await).await;
    assert_fails(&two_vm, 503, "error");
    // what their originals say then
    assert_says(&express, 500, json!({"message": "Failed to create order"}));
    assert_says(&flask, 200, json!({"user_id": 1, "product": "Laptop"}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_service_asks_its_own_user_service_as_often_as_it_must() {
    let world = CompatTestBed::changed(&["express-pair", "flask-pair"], |launch| {
        launch.with("ORDO_REQUESTS_PER_MINUTE", 3).with("ORDO_TRUSTED_PROXIES", "127.0.0.1")
    });
    // each client asks once, and each time the order service asks its user service, which nobody counts
    for n in 1..=8 {
        let client = format!("192.0.2.{n}");
        let from = [("x-forwarded-for", client.as_str())];
        let said = world.at("express-pair.orders").raw("GET", "/api/order", "", &from).await.expect(200);
        assert_eq!(said.body["user"]["name"], "John Doe");
        let said = world.at("flask-pair.orders").raw("GET", "/orders/1", "", &from).await.expect(200);
        assert_eq!(said.body["user"]["name"], "Alice");
    }
    // a client that forges such a call is counted like all others
    let mut told = Vec::new();
    for _ in 0..5 {
        let headers = [("x-forwarded-for", "198.51.100.1"), ("x-ordo-own-call", "guessed")];
        told.push(world.at("express-pair.users").raw("GET", "/api/user", "", &headers).await.code());
    }
    assert_eq!(told, [200, 200, 200, 429, 429]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_without_number_keep_no_right_password_out() {
    let world = CompatTestBed::changed(&["auth-service"], |launch| {
        launch.with("ORDO_REQUESTS_PER_MINUTE", 3).with("ORDO_TRUSTED_PROXIES", "127.0.0.1")
    });
    let auth = world.at("auth-service.auth");
    let from = [("x-forwarded-for", "192.0.2.7")];
    let ann = json!({"username": "ann", "email": "ann@example.com", "password": PASSWORD}).to_string();
    auth.raw("POST", "/register", &ann, &from).await.expect(201);
    let mut told = Vec::new();
    for _ in 0..4 {
        told.push(auth.raw("GET", "/nowhere", "", &from).await.code());
        told.push(auth.raw("POST", "/register", &ann, &from).await.code());
    }
    assert_eq!(told.last(), Some(&429), "{told:?}");
    for _ in 0..5 {
        auth.raw("POST", "/login", &ann, &from).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_connection_is_told_so_in_the_words_of_the_facade() {
    let world = CompatTestBed::changed(&["two-vm", "express-pair", "auth-service"], |launch| {
        launch.with("ORDO_CONNECTIONS_PER_CLIENT", 1)
    });
    for (name, member) in
        [("two-vm.users", "error"), ("express-pair.orders", "message"), ("auth-service.auth", "error")]
    {
        let url = world.url(name);
        let address = url.trim_start_matches("http://");
        let _held = tokio::net::TcpStream::connect(address).await.unwrap();
        let said = HttpClient::new(&url).get("/").await;
        assert_fails(&said, 503, member);
        assert!(
            said.body[member].as_str().unwrap().starts_with("Too many connections"),
            "{name}: {}",
            said.body
        );
        assert_eq!(
            (&said.headers[header::RETRY_AFTER], &said.headers[header::CONTENT_TYPE]),
            (&HeaderValue::from_static("1"), &HeaderValue::from_static("application/json"))
        );
    }
}
