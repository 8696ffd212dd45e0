//! What can be set: what is wrong is named with its source, and what is right is shown with it.

use crate::{
    running::{end_of, ended, nothing_yet, piped, started},
    shop::ADMIN_EMAIL,
};
use bytes::Bytes;
use futures_util::future::join_all;
use http::{Method, Request};
use serde_json::{Value, json};
use std::fs;
use testkit::http_client::HttpClient;

#[tokio::test]
async fn who_stops_reading_breaks_nothing() {
    let (_folder, launch) = nothing_yet();
    for command in ["openapi", "config", "doctor"] {
        let read = ended(&mut launch.command(&[command])).await;
        let mut child = piped(&mut launch.command(&[command]));
        drop(child.stdout.take());
        let unread = end_of(child).await;
        assert_eq!((unread.code, unread.err), (read.code, read.err), "{command}");
    }
}

#[tokio::test]
async fn an_unknown_setting_is_named_with_its_source() {
    let (folder, launch) = nothing_yet();
    started(&launch.clone().with("ORDO_BOGUS", "1"))
        .await
        .refuses(2, &["environment", "`bogus`", "ORDO_BOGUS"]);
    let slip = launch.clone().with("ORDO_DATABSE_URL", "postgres://127.0.0.1/ordo");
    started(&slip).await.refuses(2, &["ORDO_DATABSE_URL", "is `database_url` (ORDO_DATABASE_URL) meant?"]);
    ended(&mut launch.command(&["serve", "--bogus"])).await.refuses(2, &["'--bogus'"]);
    let other = folder.path().join("other.toml");
    fs::write(&other, "bogus = 1\n").unwrap();
    let named = ["serve", "--config", other.to_str().unwrap()];
    ended(&mut launch.command(&named)).await.refuses(2, &["other.toml:1: ", "`bogus`"]);
    fs::write(folder.path().join("ordo.toml"), "# a comment\nbogus = 1\n").unwrap();
    started(&launch).await.refuses(2, &["ordo.toml:2: ", "`bogus`"]);
    fs::remove_file(folder.path().join("ordo.toml")).unwrap();
    fs::write(folder.path().join(".env"), "\nORDO_BOGUS=1\n").unwrap();
    started(&launch).await.refuses(2, &[".env:2: ", "`bogus`"]);
    assert!(!launch.data.exists(), "a wrong setting makes no shop");
}

#[tokio::test]
async fn a_wrong_value_is_named() {
    let (_folder, launch) = nothing_yet();
    for (value, why) in [
        ("30m", "ORDO_PAYMENT_DUE): from 1 to 316224000 seconds are expected, such as 1800, and not `30m`."),
        ("-5", "seconds are expected, such as 1800, and not -5."),
    ] {
        started(&launch.clone().with("ORDO_PAYMENT_DUE", value)).await.refuses(2, &[why]);
    }
    let pool = "from 1 to 1000 connections are expected, such as 8, and not `eight`";
    started(&launch.clone().with("ORDO_DATABASE_POOL", "eight")).await.refuses(2, &[pool]);
    let every = "(ORDO_BACKUP_EVERY): from 60 to 316224000 seconds are expected, not 5.";
    started(&launch.clone().with("ORDO_BACKUP_EVERY", 5)).await.refuses(2, &[every]);
    for (name, value) in [
        ("ORDO_DRAIN", "soon"),
        ("ORDO_CURRENCY", "EURO"),
        ("ORDO_RATE_LIMIT", "maybe"),
        ("ORDO_SECRET", "short"),
        ("ORDO_LOG", "=["),
        ("ORDO_LOG", "verbose"),
        ("ORDO_LOG_FORMAT", "xml"),
        ("ORDO_PORT", "70000"),
        ("ORDO_PORT", "http"),
        ("ORDO_UNPAID_ORDERS_MAX", "-1"),
        ("ORDO_PAYMENT_DUE", "0"),
        ("ORDO_HOLD", "9223372036854775807"),
        ("ORDO_MAILS_KEPT_DAYS", "0"),
        ("ORDO_EMAILS_PER_ADDRESS_PER_HOUR", "3"),
        ("ORDO_EVENTS_KEPT_DAYS", "100000"),
        ("ORDO_SIGN_INS_PER_MINUTE", "0"),
        ("ORDO_REQUESTS_PER_MINUTE", "0"),
        ("ORDO_IN_FLIGHT_MAX", "0"),
        ("ORDO_BODY_BYTES_MAX", "100"),
        ("ORDO_CORS_ORIGINS", "https://shop.example, shop.example"),
        ("ORDO_TRUSTED_PROXIES", "10.0.0.0/8,my-proxy"),
        ("ORDO_FAILPOINT", "here@never"),
        ("ORDO_ADMIN_EMAIL", "admin@example.com"),
        ("ORDO_SHOP_NAME", " "),
        ("ORDO_SHOP_NAME", "two\nlines"),
        ("ORDO_TIME_ZONE", "Europe/Nowhere"),
        ("ORDO_TIME_ZONE", "+02:00"),
        ("ORDO_SHOW_STOCK", "some"),
        ("ORDO_SHOP_IMPRINT", " "),
        ("ORDO_SHOP_IMPRINT", "two\nlines"),
        ("ORDO_SHOP_CONTACT", "javascript:alert(1)"),
        ("ORDO_SHOP_CONTACT", "https://"),
    ] {
        let setting = format!("`{}`", name.trim_start_matches("ORDO_").to_lowercase());
        started(&launch.clone().with(name, value)).await.refuses(2, &["environment: ", &setting, name]);
    }
    for address in ["nowhere", "127.0.0.1", "127.0.0.1:70000"] {
        ended(&mut launch.command(&["serve", "--listen", address]))
            .await
            .refuses(2, &["`listen`", &format!("not `{address}`")]);
    }
    // who looks for the name of a setting finds it, though one is wrong
    let listed = ended(&mut launch.clone().with("ORDO_LOOKS", 1).command(&["config"])).await;
    assert!(listed.out.contains("low_stock = ") && listed.code == Some(2), "{listed:?}");
    assert!(listed.err.contains("there is no setting `looks` (ORDO_LOOKS)"), "{}", listed.err);
    let no_file = ended(&mut launch.command(&["config", "--config", "missing.toml"])).await;
    assert!(no_file.code == Some(2) && no_file.err.contains("missing.toml: there is no such"), "{no_file:?}");
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
        .with("ORDO_ADMIN_PASSWORD", "48151623427108");
    let shown = ended(&mut launch.command(&["config"])).await.done();
    let of = |name: &str| shown.lines().find(|line| line.starts_with(&format!("{name} = "))).unwrap();
    let toml = folder.path().join("ordo.toml");
    assert_eq!(of("hold"), format!("hold = 7  # {}", toml.display()));
    assert_eq!(of("low_stock"), "low_stock = 4  # .env");
    assert_eq!(of("drain"), "drain = 9  # environment");
    assert_eq!(of("data"), format!("data = \"{}\"  # command line", launch.data.display()));
    assert_eq!(of("currency"), "currency = \"EUR\"  # default");
    assert_eq!(of("failpoint"), "failpoint = (not set)  # not set; for tests only");
    assert_eq!(of("secret"), "secret = (hidden)  # environment");
    assert_eq!(of("admin_password"), "admin_password = (hidden)  # environment");
    assert!(!shown.contains(&secret) && !shown.contains("48151623427108"), "{shown}");
    assert!(!launch.data.exists(), "looking at settings makes no shop");
}

#[tokio::test]
async fn how_often_an_address_signs_in_is_set_and_can_be_left_open() {
    let (_folder, launch) = nothing_yet();
    let limited = launch.clone().with("ORDO_SIGN_INS_PER_MINUTE", 3);
    let open = limited.clone().with("ORDO_RATE_LIMIT", "off");
    // two names: wrong passwords of one slow down all the same
    for (launch, name, expected) in
        [(limited, "nobody", [401, 401, 401, 429, 429]), (open, "no-one", [401; 5])]
    {
        let login = json!({"email": format!("{name}@example.com"), "password": "a customer's password"});
        let server = launch.start();
        let plain = HttpClient::new(server.url());
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
async fn pages_of_a_site_that_is_set_may_call() {
    let (_folder, launch) = nothing_yet();
    let server = launch.with("ORDO_CORS_ORIGINS", "https://shop.example, http://127.0.0.1:3000").start();
    let plain = HttpClient::new(server.url());
    for (origin, allowed) in
        [("https://shop.example", true), ("http://127.0.0.1:3000", true), ("https://evil.example", false)]
    {
        let preflight = Request::builder()
            .method(Method::OPTIONS)
            .uri("/v1/orders")
            .header("origin", origin)
            .header("access-control-request-method", "POST");
        let said = plain.send(preflight.body(Bytes::new()).unwrap()).await.unwrap();
        let told = said.headers.get("access-control-allow-origin").map(|told| told.to_str().unwrap());
        assert_eq!(told, allowed.then_some(origin));
        assert_eq!(said.code() == 204, allowed);
    }
    assert!(server.stop().success());
}

#[tokio::test]
async fn how_large_a_body_may_be_and_how_often_somebody_asks_are_set() {
    let (_folder, launch) = nothing_yet();
    let launch = launch.with("ORDO_BODY_BYTES_MAX", 2048).with("ORDO_REQUESTS_PER_MINUTE", 4);
    let server = launch.start();
    let plain = HttpClient::new(server.url());
    let account = |name: usize| json!({"email": "ada@example.com", "password": "x".repeat(name)});
    plain.post("/v1/login", "", &account(5000)).await.expect(413);
    let said = plain.post("/v1/login", "", &account(1000)).await.expect(401);
    assert!(said.headers["ratelimit-policy"].to_str().unwrap().starts_with("\"requests\";q=4;w=60, "));
    assert!(
        said.headers["ratelimit"].to_str().unwrap().starts_with("\"requests\";r=2;t="),
        "{:?}",
        said.headers
    );
    // what signs in is counted apart from what shows nothing
    for _ in 0..4 {
        plain.get("/v1/products").await.expect(200);
    }
    let refused = plain.get("/v1/products").await.expect(429);
    assert!(refused.headers.contains_key("retry-after"));
    assert!(server.stop().success());
    let server = launch.with("ORDO_RATE_LIMIT", "off").start();
    for _ in 0..10 {
        assert!(
            !HttpClient::new(server.url())
                .get("/v1/products")
                .await
                .expect(200)
                .headers
                .contains_key("ratelimit")
        );
    }
    assert!(server.stop().success());
}

#[tokio::test]
async fn wrong_passwords_slow_down_also_where_no_limit_is() {
    let (_folder, launch) = nothing_yet();
    let server = launch.with("ORDO_RATE_LIMIT", "off").start();
    let plain = HttpClient::new(server.url());
    let login = json!({"email": "nobody@example.com", "password": "a customer's password"});
    for _ in 0..6 {
        plain.post("/v1/login", "", &login).await.expect(401);
    }
    assert_eq!(plain.post("/v1/login", "", &login).await.expect(429).text("code"), "too_many_failures");
    assert!(server.stop().success());
}

/// Also where they take turns, and are told to wait.
#[tokio::test]
async fn each_failed_sign_in_is_logged_with_the_account() {
    const TRIES: usize = 38;
    let (_folder, launch) = nothing_yet();
    let launch = launch.with("ORDO_ADMIN_EMAIL", "ada@example.com").with("ORDO_RATE_LIMIT", "off");
    let mut server = launch.with("ORDO_ADMIN_PASSWORD", "an administrator's password").start();
    let plain = HttpClient::new(server.url());
    let login = json!({"email": "ada@example.com", "password": "a wrong password"});
    for _ in 0..26 {
        assert!(matches!(plain.post("/v1/login", "", &login).await.code(), 401 | 429));
    }
    let at_once = (26..TRIES).map(|_| plain.post("/v1/login", "", &login));
    assert!(join_all(at_once).await.iter().all(|refused| matches!(refused.code(), 401 | 429)));
    server.kill();
    let log = server.whole_log();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("sign-in failed")).collect();
    assert_eq!(lines.len(), TRIES, "{log}");
    for line in lines {
        let parts = ["\"reason\":\"wrong_password\"", "\"account_id\":\"usr_", "\"client\":\"127.0.0.1\""];
        assert!(parts.iter().all(|part| line.contains(part)), "{line}");
    }
}

#[tokio::test]
async fn clients_behind_a_proxy_that_is_set_are_counted_apart() {
    let (_folder, launch) = nothing_yet();
    let server =
        launch.with("ORDO_TRUSTED_PROXIES", "127.0.0.0/8").with("ORDO_SIGN_INS_PER_MINUTE", 1).start();
    let plain = HttpClient::new(server.url());
    for (client, status) in [("192.0.2.1", 401), ("192.0.2.1", 429), ("192.0.2.2", 401)] {
        let login = json!({"email": "nobody@example.com", "password": "a customer's password"});
        let request = Request::post("/v1/login")
            .header("content-type", "application/json")
            .header("x-forwarded-for", client)
            .body(login.to_string().into());
        assert_eq!(plain.send(request.unwrap()).await.unwrap().code(), status, "{client}");
    }
    assert!(server.stop().success());
}

#[tokio::test]
async fn a_hold_that_is_shorter_than_a_request_is_warned_of() {
    for (hold, is_warned_of) in [(29, true), (30, false)] {
        let (_folder, launch) = nothing_yet();
        let mut server = launch.with("ORDO_HOLD", hold).start();
        server.kill();
        assert_eq!(server.whole_log().contains("slow request"), is_warned_of, "{}", server.whole_log());
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

#[tokio::test]
async fn a_part_of_a_shop_is_told_what_it_lacks() {
    let (_folder, launch) = nothing_yet();
    ended(&mut launch.command(&["serve", "shop"])).await.refuses(2, &["`shop`", "orders"]);
    ended(&mut launch.command(&["serve", "orders"])).await.refuses(2, &["ORDO_DATABASE_URL"]);
    let launch = launch.with("ORDO_DATABASE_URL", "postgres://ordo@127.0.0.1:1/ordo");
    ended(&mut launch.command(&["serve"])).await.refuses(2, &["`secret`", "openssl rand -hex 32"]);
    let launch = launch.with("ORDO_SECRET", "ab".repeat(32));
    ended(&mut launch.command(&["serve", "orders"])).await.refuses(2, &["`bus`", "nats://"]);
    ended(&mut launch.command(&["serve", "gateway"])).await.refuses(2, &["ORDO_AUTH_URL"]);
    ended(&mut launch.command(&["serve", "--demo"])).await.refuses(2, &["--demo"]);
    assert!(!launch.data.exists(), "a part of a shop keeps nothing in a folder");
}

/// A check of the settings reports what `ordo serve` would reject.
#[tokio::test]
async fn what_a_process_would_not_accept_is_told_by_config_and_doctor_too() {
    let (folder, launch) = nothing_yet();
    let nowhere = folder.path().join("nowhere").display().to_string();
    let url = "postgres://ordo@127.0.0.1:1/ordo";
    let refused = [
        (vec![("ORDO_LISTEN", "8080")], "`listen` (ORDO_LISTEN): an address in numbers"),
        (vec![("ORDO_PICTURES", &nowhere)], "`pictures` (ORDO_PICTURES)"),
        (vec![("ORDO_BUS", "localhost:4222")], "`bus` (ORDO_BUS): `memory` or the address of a NATS server"),
        (vec![("ORDO_BUS", "localhost:4222"), ("ORDO_DATABASE_URL", url)], "`bus` (ORDO_BUS): `memory` or"),
        (vec![("ORDO_LISTEN", "8080"), ("ORDO_DATABASE_URL", url)], "`listen` (ORDO_LISTEN): an address"),
        (vec![("ORDO_BACKUP_TO", "/b"), ("ORDO_DATABASE_URL", url)], "`backup_to` (ORDO_BACKUP_TO): only an"),
        (vec![("ORDO_ADMIN_EMAIL", ADMIN_EMAIL)], "`admin_email` (ORDO_ADMIN_EMAIL) and `admin_password`"),
        (vec![("ORDO_DATABASE_URL", "localhost")], "is expected. It begins with postgres://"),
        (vec![("ORDO_DATABASE_URL", "postgres://ordo:p@ss@db/ordo")], "write `@` in them as %40"),
        (
            vec![("ORDO_PORT", "abc")],
            "`port` (ORDO_PORT): a whole number from 0 to 65535 is expected, and not `abc`",
        ),
        (vec![("ORDO_LOG", "verbose")], "`log` (ORDO_LOG): `verbose` is no level"),
        (
            vec![("ORDO_CURRENCY", "EURO")],
            "`currency` (ORDO_CURRENCY): a currency code of ISO 4217 such as EUR is expected, and not `EURO`",
        ),
    ];
    for (settings, expected) in refused {
        let launch = settings.iter().fold(launch.clone(), |launch, (name, value)| launch.with(name, value));
        let listed = ended(&mut launch.command(&["config"])).await;
        assert!(listed.code == Some(2) && listed.err.contains(expected), "{settings:?}: {}", listed.err);
        // the list shows it as it was set
        let (variable, value) = settings[0];
        let name = variable.trim_start_matches("ORDO_").to_lowercase();
        let value = if name.ends_with("url") { "(hidden)" } else { &format!("{value:?}") };
        let line = format!("{name} = {value}  # environment; refused, see below\n");
        assert!(listed.out.contains(&line), "{line}: {}", listed.out);
        let looked = ended(&mut launch.command(&["doctor"])).await;
        assert!(looked.code == Some(1) && looked.out.contains(expected), "{settings:?}: {}", looked.out);
        ended(&mut launch.command(&["serve"])).await.refuses(2, &[expected]);
    }
}
