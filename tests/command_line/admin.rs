//! The administrators that a command makes.

use crate::{
    running::{ended, nothing_yet, signed_in, started},
    shop::ADMIN_PASSWORD,
};
use serde_json::json;
use testkit::http_client::HttpClient;

#[tokio::test]
async fn an_administrator_can_be_made_while_the_shop_runs_and_while_it_does_not() {
    let (folder, launch) = nothing_yet();
    let create = |email: &str| launch.command(&["admin", "create", "--email", email]);
    let refused = ended(&mut create("nope")).await;
    refused.refuses(2, &["the administrator cannot be made: email: an e-mail address"]);
    // a mistyped folder is no new shop
    let rows = folder.path().join("customers.csv");
    std::fs::write(&rows, "email\nada@example.com\n").unwrap();
    for command in [
        &["admin", "create", "--email", "early@example.com"][..],
        &["audit"],
        &["replay"],
        &["import", "customers", rows.to_str().unwrap()],
    ] {
        let refused = ended(&mut launch.command(command)).await;
        refused.refuses(4, &["there is no shop in", launch.data.to_str().unwrap(), "--data", "`ordo serve`"]);
        assert!(!launch.data.exists(), "{command:?}");
    }
    assert!(launch.start().stop().success());
    let early = ended(create("early@example.com").args(["--password", ADMIN_PASSWORD])).await.done();
    assert_eq!(early, "administrator early@example.com\n");
    let server = launch.start();
    signed_in(server.url(), "early@example.com", ADMIN_PASSWORD).await;
    assert!(server.stop().success());

    let made = ended(&mut create("stopped@example.com")).await.done();
    let made_up = made.trim().strip_prefix("administrator stopped@example.com, password ").unwrap();
    ended(&mut create("no address")).await.refuses(2, &["administrator", "e-mail address"]);
    let server = launch.start();
    let is_admin = async |email: &str, password: &str| {
        let me = signed_in(server.url(), email, password).await.get("/v1/me").await.expect(200);
        assert_eq!(me.text("role"), "admin", "{}", me.body);
    };
    is_admin("stopped@example.com", made_up).await;

    let given = ended(create("running@example.com").args(["--password", ADMIN_PASSWORD])).await.done();
    assert_eq!(given, "administrator running@example.com\n");
    is_admin("running@example.com", ADMIN_PASSWORD).await;
    let from_environment = ended(create("env@example.com").env("ORDO_ADMIN_PASSWORD", "31415926535")).await;
    assert_eq!(from_environment.done(), "administrator env@example.com\n");
    is_admin("env@example.com", "31415926535").await;

    let again = ended(create("running@example.com").args(["--password", "another password"])).await.done();
    assert!(again.contains("has an account already") && again.contains("stays"), "{again}");
    is_admin("running@example.com", ADMIN_PASSWORD).await;

    let customer = json!({"email": "ada@example.com", "password": "a customer's password"});
    HttpClient::new(server.url()).post("/v1/register", "", &customer).await.expect(201);
    // a person who registers an address first must not become the administrator that somebody else creates
    ended(&mut create("ada@example.com"))
        .await
        .refuses(2, &["ada@example.com", "--promote", "knows its password"]);
    let me = signed_in(server.url(), "ada@example.com", "a customer's password").await.get("/v1/me").await;
    assert_eq!(me.expect(200).text("role"), "customer");
    let promoted = ended(create("ada@example.com").arg("--promote")).await.done();
    assert!(promoted.contains("has an account already") && promoted.contains("now"), "{promoted}");
    is_admin("ada@example.com", "a customer's password").await;
    assert!(server.stop().success());
}

#[tokio::test]
async fn a_start_makes_no_administrator_of_an_account_that_somebody_registered() {
    let (_folder, launch) = nothing_yet();
    let server = launch.start();
    let stranger = json!({"email": "owner@example.com", "password": "a stranger's password"});
    HttpClient::new(server.url()).post("/v1/register", "", &stranger).await.expect(201);
    assert!(server.stop().success());
    let launch = launch
        .with("ORDO_ADMIN_EMAIL", "owner@example.com")
        .with("ORDO_ADMIN_PASSWORD", "the owner's own password");
    started(&launch).await.refuses(2, &["`admin_email`", "owner@example.com", "--promote"]);
}
