//! The secret belongs to the data: with another one the program does not start, and says so.

use crate::running::{nothing_yet, signed_in, started};
use serde_json::json;
use std::{fs, os::unix::fs::PermissionsExt};
use testkit::{
    http_client::HttpClient,
    server::{Launch, Server},
};

const WRONG_SECRET: i32 = 8;

async fn registered(server: &Server) -> HttpClient {
    let plain = HttpClient::new(server.url());
    let account = json!({"email": "ada@example.com", "password": "a customer's password"});
    let said = plain.post("/v1/register", "", &account).await.expect(201);
    plain.with_token(said.text("token"))
}

/// Started with the right secret again, the shop knows the token that it gave before, and gives new ones.
async fn goes_on(launch: &Launch, ada: &HttpClient) {
    let server = launch.start();
    let me = ada.get("/v1/me").await.expect(200);
    assert_eq!(me.text("email"), "ada@example.com");
    signed_in(server.url(), "ada@example.com", "a customer's password").await.get("/v1/me").await.expect(200);
    assert!(server.stop().success());
}

#[tokio::test]
async fn another_secret_in_the_settings_is_refused_and_the_right_one_goes_on() {
    let (_folder, launch) = nothing_yet();
    let with = |digit: &str| launch.clone().with("ORDO_SECRET", digit.repeat(64));
    let server = with("a").start();
    let ada = registered(&server).await;
    assert!(server.stop().success());
    let data = launch.data.to_str().unwrap();
    started(&with("b"))
        .await
        .refuses(WRONG_SECRET, &["`secret` (ORDO_SECRET)", data, "Use the one of its first"]);
    started(&launch).await.refuses(WRONG_SECRET, &[data, "is missing", "set ORDO_SECRET"]);
    assert!(!launch.data.join("secret").exists(), "a new secret opens nothing");
    goes_on(&with("a"), &ada).await;
}

#[tokio::test]
async fn another_file_is_refused_and_the_right_one_goes_on() {
    let (_folder, launch) = nothing_yet();
    let server = launch.start();
    let ada = registered(&server).await;
    assert!(server.stop().success());
    let file = launch.data.join("secret");
    let (right, name) = (fs::read_to_string(&file).unwrap(), file.to_str().unwrap());
    let set = launch.clone().with("ORDO_SECRET", "b".repeat(64));
    started(&set)
        .await
        .refuses(WRONG_SECRET, &["`secret` (ORDO_SECRET)", name, "start it without this setting"]);
    fs::write(&file, "b".repeat(64)).unwrap();
    started(&launch).await.refuses(WRONG_SECRET, &[name, "is not the secret", "Put its own file back"]);
    for damaged in ["", "b", &"x".repeat(64)] {
        fs::write(&file, damaged).unwrap();
        started(&launch).await.refuses(WRONG_SECRET, &[name, "64 hexadecimal digits", "Put the file back"]);
    }
    fs::remove_file(&file).unwrap();
    started(&launch).await.refuses(WRONG_SECRET, &[name, "is missing", "Put the file back"]);
    fs::write(&file, &right).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    goes_on(&launch, &ada).await;
}
