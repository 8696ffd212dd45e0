//! Larger bodies than any client of a façade sends.

use crate::world::{CompatTestBed, assert_fails};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_large_body_what_the_operation_takes_is_read_and_the_answer_is_short() {
    let world = CompatTestBed::with(&["flask-pair"]);
    let users = world.at("flask-pair.users");
    let unknown: String = (0..50_000).map(|n| format!(r#","x{n}":"\u0000""#)).collect();
    let body = format!(r#"{{"name": "Tea", "email": "tea@example.com"{unknown}}}"#);
    users.raw("POST", "/users", &body, &[]).await.expect(201);
    let long = "x, expected `".repeat(60_000);
    for body in [
        format!(r#"{{"name": "{long}", "email": "a@example.com"}}"#),
        format!(r#"{{"name": "Tea", "email": "{long}"}}"#),
        format!(r#"{{"name": [{}"a"], "email": 1}}"#, "[],".repeat(200_000)),
        "[".repeat(900_000),
        format!(r#"{{"name": "Tea"{unknown}}}"#),
    ] {
        let said = users.raw("POST", "/users", &body, &[]).await;
        assert_fails(&said, 400, "error");
        assert!(said.bytes.len() < 1_000, "{} bytes", said.bytes.len());
    }
    let path = format!("/users/{}", "9".repeat(20_000));
    assert_fails(&users.get(&path).await, 404, "error");
}
