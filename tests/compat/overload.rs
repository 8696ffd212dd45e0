//! More requests at once than a façade can answer in time.

use crate::world::{CompatTestBed, assert_fails};
use http::header;
use serde_json::json;
use tokio::{io::AsyncWriteExt, net::TcpStream, task::JoinSet};

/// So many at once.
const AT_ONCE: usize = 300;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
async fn who_cannot_be_answered_in_time_is_told_to_come_back_and_never_500() {
    let world = CompatTestBed::with(&["two-vm", "express-pair", "flask-pair", "auth-service", "ecommerce"]);
    let ann =
        json!({"name": "Ann", "username": "ann", "email": "ann@example.com", "password": "Teapots-4-all"});
    let users = world.at("two-vm.users");
    users.post("/users", &ann).await.expect(201);
    let token = users.post("/users/login", &ann).await.expect(200).text("token").to_owned();
    let tea = json!({"item": "Tea", "token": token, "user_id": 1, "product": "Tea"}).to_string();
    for (part, method, path, body, member, done) in [
        ("express-pair.orders", "GET", "/api/order", "", "message", 200),
        ("flask-pair.orders", "POST", "/orders", tea.as_str(), "error", 201),
        ("two-vm.orders", "POST", "/orders", tea.as_str(), "error", 201),
        ("auth-service.auth", "GET", "/me", "", "error", 200),
        ("ecommerce.products", "GET", "/products", "", "message", 200),
    ] {
        let mut asking = JoinSet::new();
        for _ in 0..AT_ONCE {
            let (client, body) = (world.at(part), body.to_owned());
            let bearer = format!("Bearer {token}");
            asking.spawn(async move {
                // so many connections at once the system lets in one after the other
                loop {
                    let headers = [("authorization", bearer.as_str())];
                    if let Ok(said) = client.try_raw(method, path, &body, &headers).await {
                        return said;
                    }
                }
            });
        }
        let told = asking.join_all().await;
        let (well, shed): (Vec<_>, Vec<_>) = told.into_iter().partition(|said| said.code() == done);
        for said in &shed {
            // a connection beyond those of one client is refused before the façade sees its request
            match said.body["code"] == "unavailable" {
                true => assert_eq!(said.code(), 503, "{part}: {}", said.body),
                false => assert_fails(said, 503, member),
            }
            let wait: u32 = said.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
            assert!(wait >= 1, "{part}");
        }
        assert!(!well.is_empty(), "{part}: {} were shed", shed.len());
        // it goes on as before
        let bearer = format!("Bearer {token}");
        let one = world.at(part).raw(method, path, body, &[("authorization", bearer.as_str())]).await;
        assert_eq!(one.code(), done, "{part}: {}", one.body);
    }
    world.assert_audit_is_clean();
}

/// More than a façade works on at once.
const SLOW: usize = 80;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_arrive_slowly_keep_no_others_waiting() {
    let world = CompatTestBed::changed(&["two-vm"], |launch| {
        launch.with("ORDO_SLOW_REQUESTS_PER_CLIENT", SLOW.to_string())
    });
    let host = world.url("two-vm.users").trim_start_matches("http://").to_owned();
    let head = format!(
        "POST /users/login HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{{"
    );
    let mut slow = Vec::new();
    for _ in 0..SLOW {
        let mut stream = TcpStream::connect(&host).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    for _ in 0..20 {
        let ann = json!({"username": "nobody", "email": "nobody@example.com", "password": "Teapots-4-all"});
        let said = world.at("two-vm.users").post("/users/login", &ann).await;
        assert!(said.code() != 503, "{}", said.body);
    }
    drop(slow);
}
