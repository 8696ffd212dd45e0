//! What every listener of a façade does with a request, whatever it asks: in the shape of its original.

use crate::world::{CompatTestBed, assert_fails};
use http::header;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// The listeners and the member by which each of their errors is known.
const SHAPES: [(&str, &str); 5] = [
    ("two-vm.users", "error"),
    ("express-pair.orders", "message"),
    ("flask-pair.users", "error"),
    ("auth-service.auth", "error"),
    ("ecommerce.products", "message"),
];

fn all() -> CompatTestBed {
    CompatTestBed::with(&["two-vm", "express-pair", "flask-pair", "auth-service", "ecommerce"])
}

/// What is answered to these bytes: the status, the headers and the body.
async fn speak(url: &str, request: &str) -> (String, String, Value) {
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().to_owned();
    (status, head.to_lowercase(), serde_json::from_str(body).unwrap_or(Value::Null))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_names_no_host_or_no_single_one_is_refused_in_its_originals_shape() {
    let world = all();
    for (part, member) in SHAPES {
        let long = format!("host: {}\r\n", "a.".repeat(1000));
        for hosts in ["", "host: a\r\nhost: b\r\n", "host: <a>\r\n", &long] {
            let request =
                format!("GET /openapi.json HTTP/1.1\r\n{hosts}origin: null\r\nconnection: close\r\n\r\n");
            let (status, head, body) = speak(&world.url(part), &request).await;
            assert_eq!(status, "400", "{part}");
            assert!(head.contains("content-type: application/json\r\n"), "{part}: {head}");
            assert!(head.contains("access-control-allow-origin: *"), "{part}: {head}");
            let members: Vec<&String> = body.as_object().unwrap().keys().collect();
            assert_eq!(members, [member], "{part}: {body}");
        }
        // as older clients ask
        let (status, ..) = speak(&world.url(part), "GET /openapi.json HTTP/1.0\r\n\r\n").await;
        assert_eq!(status, "200", "{part}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_by_another_method_is_told_all_that_there_are() {
    let world = all();
    for (part, method, path, allowed) in [
        ("two-vm.users", "PUT", "/users", "POST, GET, HEAD, OPTIONS"),
        ("two-vm.users", "GET", "/users/login", "POST, OPTIONS"),
        ("express-pair.orders", "POST", "/api/order", "GET, HEAD, OPTIONS"),
        ("ecommerce.products", "POST", "/products/x", "GET, PUT, DELETE, HEAD, OPTIONS"),
        ("auth-service.auth", "POST", "/openapi.json", "GET, HEAD, OPTIONS"),
    ] {
        let said = world.at(part).raw(method, path, "", &[]).await.expect(405);
        assert_eq!(said.headers[header::ALLOW], allowed, "{part} {method} {path}");
        let asked = world.at(part).raw("OPTIONS", path, "", &[]).await.expect(204);
        assert_eq!(asked.headers[header::ALLOW], allowed, "{part} OPTIONS {path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_that_nobody_can_have_is_a_wrong_one() {
    let world = all();
    let long = "x".repeat(1025);
    for (part, path, name, member) in [
        ("two-vm.users", "/users/login", "email", "error"),
        ("auth-service.auth", "/login", "email", "error"),
        ("ecommerce.auth", "/login", "username", "message"),
    ] {
        let (admin, right) = crate::world::ADMIN;
        for (who, password) in [(admin, "a\0b"), (admin, &long), ("a\0b", right), (&long, right)] {
            let body = serde_json::json!({name: who, "password": password});
            assert_fails(&world.at(part).post(path, &body).await, 401, member);
        }
        // wrong ones of others are not counted as theirs
        for letter in ["v", "w", "x", "y", "z"] {
            let body =
                serde_json::json!({name: format!("{part}{}@x.com", letter.repeat(300)), "password": right});
            assert_fails(&world.at(part).post(path, &body).await, 401, member);
        }
    }
}
