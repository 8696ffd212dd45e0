//! The first administrator, by the link that a start prints.

use crate::{
    running::{ended, nothing_yet, signed_in},
    shop::{ADMIN_EMAIL, ADMIN_PASSWORD},
};
use serde_json::{Value, json};
use testkit::{http_client::HttpClient, server::Server};

/// The token of the link that a start has printed, if it has.
fn token(server: &Server) -> Option<String> {
    let link = server.printed().iter().find_map(|line| line.strip_prefix("setup "))?;
    Some(link.strip_prefix(&format!("{}/setup#", server.url())).unwrap().to_owned())
}

fn asked(token: &str) -> Value {
    json!({"setup_token": token, "email": ADMIN_EMAIL, "password": ADMIN_PASSWORD})
}

#[tokio::test]
async fn a_start_without_an_administrator_prints_a_link_that_makes_one() {
    let (_folder, launch) = nothing_yet();
    let server = launch.start();
    let first = token(&server).unwrap();
    assert!(first.len() >= 32);
    assert!(server.stop().success());

    let server = launch.start();
    let plain = HttpClient::new(server.url());
    let page = plain.get("/setup").await.expect(200);
    assert!(String::from_utf8_lossy(&page.bytes).contains("first administrator"));
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    // the link of an earlier start is good no more
    plain.post("/v1/setup", "", &asked(&first)).await.expect(403);
    let second = token(&server).unwrap();
    let said = plain.post("/v1/setup", "", &asked(&second)).await.expect(201);
    let me = plain.with_token(said.text("token")).get("/v1/me").await.expect(200);
    assert_eq!((me.text("role"), me.text("email")), ("admin", ADMIN_EMAIL));
    for token in [&second, &first] {
        let again = json!({"setup_token": token, "email": "eve@example.com", "password": ADMIN_PASSWORD});
        assert_eq!(plain.post("/v1/setup", "", &again).await.expect(410).text("code"), "set_up_already");
    }
    assert!(server.stop().success());
    let server = launch.start();
    assert_eq!(token(&server), None);
    signed_in(server.url(), ADMIN_EMAIL, ADMIN_PASSWORD).await;
    assert!(server.stop().success());
}

#[tokio::test]
async fn an_administrator_of_another_way_needs_no_link() {
    let (_folder, launch) = nothing_yet();
    let server = launch.start();
    let link = token(&server).unwrap();
    ended(&mut launch.command(&["admin", "create", "--email", ADMIN_EMAIL])).await.done();
    let plain = HttpClient::new(server.url());
    plain.post("/v1/setup", "", &asked(&link)).await.expect(410);
    assert!(server.stop().success());
    let (_folder, launch) = nothing_yet();
    let launch = launch.with("ORDO_ADMIN_EMAIL", ADMIN_EMAIL).with("ORDO_ADMIN_PASSWORD", ADMIN_PASSWORD);
    let server = launch.start();
    assert_eq!(token(&server), None);
    assert!(server.stop().success());
}

#[tokio::test]
async fn a_crash_leaves_either_the_administrator_or_the_next_link() {
    for (point, is_made) in [("auth.set_up/committing@1", false), ("auth.set_up/committed@1", true)] {
        let (_folder, launch) = nothing_yet();
        let mut server = launch.clone().with("ORDO_FAILPOINT", point).start();
        let link = token(&server).unwrap();
        let lost =
            HttpClient::new(server.url()).try_call(http::Method::POST, "/v1/setup", "", &asked(&link)).await;
        assert!(lost.is_err(), "it does not end at {point}");
        server.kill();
        let server = launch.start();
        assert_eq!(token(&server).is_none(), is_made, "{point}");
        if is_made {
            signed_in(server.url(), ADMIN_EMAIL, ADMIN_PASSWORD).await;
        }
        assert!(server.stop().success());
    }
    let (_folder, launch) = nothing_yet();
    for side in ["committing", "committed"] {
        let ends = launch.clone().with("ORDO_FAILPOINT", format!("auth.make_setup_token/{side}@1"));
        assert!(ends.try_start().is_err(), "{side}");
    }
    assert!(token(&launch.start()).is_some());
}
