//! What can be set: what is wrong is named with its source, and what is right is shown with it.

use crate::{
    running::{ended, nothing_yet, started},
    shop::ADMIN_EMAIL,
};
use serde_json::{Value, json};
use std::fs;
use testkit::plain::Plain;

#[tokio::test]
async fn an_unknown_setting_is_named_with_its_source() {
    let (folder, launch) = nothing_yet();
    started(&launch.clone().with("ORDO_BOGUS", "1")).await.refuses(2, &["environment", "`bogus`"]);
    ended(&mut launch.command(&["serve", "--bogus"])).await.refuses(2, &["'--bogus'"]);
    let other = folder.path().join("other.toml");
    fs::write(&other, "bogus = 1\n").unwrap();
    let named = ["serve", "--config", other.to_str().unwrap()];
    ended(&mut launch.command(&named)).await.refuses(2, &["other.toml", "`bogus`"]);
    fs::write(folder.path().join("ordo.toml"), "bogus = 1\n").unwrap();
    started(&launch).await.refuses(2, &["ordo.toml", "`bogus`"]);
    fs::remove_file(folder.path().join("ordo.toml")).unwrap();
    fs::write(folder.path().join(".env"), "ORDO_BOGUS=1\n").unwrap();
    started(&launch).await.refuses(2, &[".env", "`bogus`"]);
    assert!(!launch.data.exists(), "a wrong setting makes no shop");
}

#[tokio::test]
async fn a_wrong_value_is_named() {
    let (_folder, launch) = nothing_yet();
    for (name, value) in [
        ("ORDO_DRAIN", "soon"),
        ("ORDO_CURRENCY", "EURO"),
        ("ORDO_RATE_LIMIT", "maybe"),
        ("ORDO_SECRET", "short"),
        ("ORDO_LOG", "=["),
        ("ORDO_UNPAID_ORDERS_MAX", "-1"),
        ("ORDO_PAYMENT_DUE", "0"),
        ("ORDO_HOLD", "9223372036854775807"),
        ("ORDO_MAILS_KEPT_DAYS", "0"),
        ("ORDO_EVENTS_KEPT_DAYS", "100000"),
        ("ORDO_SIGN_INS_PER_MINUTE", "0"),
        ("ORDO_FAILPOINT", "here@never"),
        ("ORDO_ADMIN_EMAIL", "admin@example.com"),
    ] {
        let setting = format!("`{}`", name.trim_start_matches("ORDO_").to_lowercase());
        started(&launch.clone().with(name, value)).await.refuses(2, &[&setting]);
    }
    for address in ["nowhere", "127.0.0.1", "127.0.0.1:70000"] {
        ended(&mut launch.command(&["serve", "--listen", address])).await.refuses(2, &["`listen`"]);
    }
    let no_file = launch.command(&["config", "--config", "missing.toml"]).output().unwrap();
    assert_eq!(no_file.status.code(), Some(2));
    ended(&mut launch.command(&["sing"])).await.refuses(2, &["'sing'"]);
    assert!(!launch.data.exists(), "a wrong value makes no shop");
}

#[tokio::test]
async fn the_effective_settings_are_shown_with_their_sources_and_without_secrets() {
    let (folder, launch) = nothing_yet();
    fs::write(folder.path().join("ordo.toml"), "hold = 7\nlow_stock = 3\ndrain = 2\n").unwrap();
    fs::write(folder.path().join(".env"), "ORDO_LOW_STOCK=4\nORDO_DRAIN=3\n").unwrap();
    let secret = "cafe".repeat(16);
    let launch = launch
        .with("ORDO_DRAIN", 9)
        .with("ORDO_SECRET", &secret)
        .with("ORDO_ADMIN_EMAIL", ADMIN_EMAIL)
        .with("ORDO_ADMIN_PASSWORD", "12345678901");
    let shown = ended(&mut launch.command(&["config"])).await.done();
    let of = |name: &str| shown.lines().find(|line| line.starts_with(&format!("{name} = "))).unwrap();
    let toml = folder.path().join("ordo.toml");
    assert_eq!(of("hold"), format!("hold = 7  # {}", toml.display()));
    assert_eq!(of("low_stock"), "low_stock = 4  # .env");
    assert_eq!(of("drain"), "drain = 9  # environment");
    assert_eq!(of("data"), format!("data = \"{}\"  # command line", launch.data.display()));
    assert_eq!(of("currency"), "currency = \"EUR\"  # default");
    assert_eq!(of("failpoint"), "failpoint = (not set)  # not set");
    assert_eq!(of("secret"), "secret = (hidden)  # environment");
    assert_eq!(of("admin_password"), "admin_password = (hidden)  # environment");
    assert!(!shown.contains(&secret) && !shown.contains("12345678901"), "{shown}");
    assert!(!launch.data.exists(), "looking at settings makes no shop");
}

#[tokio::test]
async fn how_often_an_address_signs_in_is_set_and_can_be_left_open() {
    let (_folder, launch) = nothing_yet();
    let login = json!({"email": "nobody@example.com", "password": "a customer's password"});
    let limited = launch.clone().with("ORDO_SIGN_INS_PER_MINUTE", 3);
    let open = limited.clone().with("ORDO_RATE_LIMIT", "off");
    for (launch, expected) in [(limited, [401, 401, 401, 429, 429]), (open, [401; 5])] {
        let server = launch.start();
        let plain = Plain::new(server.url());
        let mut codes = Vec::new();
        for _ in 0..5 {
            codes.push(plain.post("/v1/login", "", &login).await.code());
        }
        assert_eq!(codes, expected);
        plain.get("/v1/products").await.expect(200);
        assert!(server.stop().success());
    }
}

#[tokio::test]
async fn every_operation_of_the_printed_document_has_a_summary() {
    let (_folder, launch) = nothing_yet();
    let document: Value =
        serde_json::from_str(&ended(&mut launch.command(&["openapi"])).await.done()).unwrap();
    let mut operations = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["get", "put", "post", "patch", "delete"] {
            if let Some(operation) = item.get(method) {
                assert!(operation["summary"].as_str().is_some_and(|s| !s.is_empty()), "{method} {path}");
                operations += 1;
            }
        }
    }
    let public = contracts::catalogue::endpoints().into_iter().filter(|(_, l)| !l.route.is_internal());
    assert_eq!(operations, public.count());
}
