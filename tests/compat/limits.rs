//! At a façade's door a client is the same one as at the gateway's: it may ask as often, and guessing is slowed down
//! for it and for nobody else.

use crate::world::{World, assert_fails};
use http::header;
use serde_json::json;

const PASSWORD: &str = "Teapots-4-all";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_signs_in_too_often_is_told_to_come_back() {
    let world = World::changed(&["two-vm", "auth-service", "ecommerce"], |launch| {
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
    let world = World::changed(&["auth-service"], |launch| launch.with("ORDO_TRUSTED_PROXIES", "127.0.0.1"));
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
    let world = World::changed(&["ecommerce"], |launch| launch.with("ORDO_TRUSTED_PROXIES", "127.0.0.1"));
    let auth = world.at("ecommerce.auth");
    let login = async |password: &str, client: &str| {
        let body = json!({"username": "ann", "password": password}).to_string();
        auth.raw("POST", "/login", &body, &[("x-forwarded-for", client)]).await.code()
    };
    auth.post("/register", &json!({"username": "ann", "password": PASSWORD})).await.expect(201);
    assert_eq!(login(PASSWORD, "198.51.100.1").await, 200, "she is known to sign in from there");
    let mut told = Vec::new();
    for _ in 0..30 {
        told.push(login("guess", "192.0.2.7").await);
        if told.last() == Some(&429) {
            break;
        }
    }
    assert_eq!(told.last(), Some(&429), "{told:?}");
    assert_eq!(login(PASSWORD, "198.51.100.1").await, 200);
}
