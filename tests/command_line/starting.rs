//! What a start prints, and where it listens.

use crate::running::{ENDS_WITHIN, end_of, ended, nothing_yet, piped, started};
use http::Method;
use serde_json::{Value, json};
use std::{net::TcpListener, time::Duration};
use testkit::{http_client::HttpClient, signal};
use tokio::time::{sleep, timeout};

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let (_folder, launch) = nothing_yet();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    ended(&mut launch.command(&["serve", "--listen", &address])).await.refuses(3, &[&address, "--listen"]);
}

#[tokio::test]
async fn the_ready_line_names_the_port_and_results_and_logs_are_kept_apart() {
    let (_folder, launch) = nothing_yet();
    let launch = launch.with("ORDO_LOG", "info");
    let child = piped(&mut launch.command(&["serve", "--listen", &launch.listen]));
    let (pid, plain) = (child.id(), HttpClient::new(&format!("http://{}", launch.listen)));
    let answers = timeout(ENDS_WITHIN, async {
        while plain.try_call(Method::GET, "/v1/products", "", &Value::Null).await.is_err() {
            sleep(Duration::from_millis(20)).await;
        }
    });
    let answers = answers.await;
    signal::send(pid, "TERM");
    let end = end_of(child).await;
    answers.expect("it does not answer");
    assert_eq!(end.code, Some(0), "{end:?}");
    let printed: Vec<&str> = end.out.lines().collect();
    let created = format!("created a new shop in {}", launch.data.display());
    assert_eq!((printed[0], printed.len()), (&*created, 3));
    assert!(printed[1].starts_with(&format!("setup http://{}/setup#", launch.listen)), "{printed:?}");
    assert_eq!(printed[2], format!("ready gateway=http://{}", launch.listen));
    let logged: Vec<Value> = end.err.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(logged.iter().all(|line| line["level"].is_string() && line["message"].is_string()), "{logged:?}");
    let line = |message: &str| logged.iter().find(|line| line["message"] == message).unwrap();
    let start = line("ordo has started");
    assert_eq!((&start["topology"], &start["is_new_shop"]), (&json!("embedded"), &json!(true)), "{start}");
    assert_eq!(start["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(start["addresses"], format!("gateway=http://{}", launch.listen));
    assert_eq!(start["data"], launch.data.display().to_string());
    assert_eq!(line("shutdown requested; draining")["signal"], "SIGTERM");
    let stop = line("ordo has stopped");
    assert_eq!((&stop["reason"], &stop["connections_cut_off"]), (&json!("SIGTERM"), &json!(0)), "{stop}");
    assert!(stop["uptime_s"].is_u64() && stop["drain_ms"].is_u64(), "{stop}");
}

#[tokio::test]
async fn the_log_is_text_where_that_is_set() {
    let (_folder, launch) = nothing_yet();
    let mut server = launch.with("ORDO_LOG", "info").with("ORDO_LOG_FORMAT", "text").start();
    signal::send(server.pid(), "INT");
    let log = server.whole_log();
    assert!(log.lines().any(|line| line.contains(" INFO ordo::serve: ordo has started version=")), "{log}");
    assert!(log.contains("ordo has stopped reason=\"SIGINT\"") && !log.contains('\u{1b}'), "{log}");
}

#[tokio::test]
async fn a_port_alone_moves_the_gateway() {
    let (_folder, launch) = nothing_yet();
    let port = testkit::port::free().to_string();
    let url = |port: &str| format!("gateway=http://127.0.0.1:{port}");
    let shows = async |command: &mut std::process::Command, listen: &str| {
        let shown = ended(command).await.done();
        assert!(shown.lines().any(|line| line.starts_with(listen)), "{listen}: {shown}");
    };
    let mut serve = piped(&mut launch.command(&["serve", "--port", &port]));
    let mut line = String::new();
    let out = std::io::BufReader::new(serve.stdout.take().unwrap());
    for read in std::io::BufRead::lines(out).map_while(Result::ok) {
        line = read;
        if line.starts_with("ready ") {
            break;
        }
    }
    signal::send(serve.id(), "TERM");
    assert!(line.ends_with(&url(&port)), "{line}");
    assert_eq!(end_of(serve).await.code, Some(0));
    // the environment does the same, and what takes precedence counts
    shows(
        launch.clone().with("ORDO_PORT", 9090).command(&["config", "--port", "9091"]).env("X", ""),
        "port = 9091",
    )
    .await;
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap();
    let refused = |launch: &testkit::server::Launch, arguments: &[&str]| launch.command(arguments);
    let in_use = taken.to_string();
    let by_port = launch.clone().with("ORDO_PORT", taken.port());
    ended(&mut refused(&by_port, &["serve"])).await.refuses(3, &[&in_use]);
    let both = launch.clone().with("ORDO_LISTEN", "127.0.0.1:1").with("ORDO_PORT", taken.port());
    ended(&mut refused(&both, &["serve"]))
        .await
        .refuses(2, &["`port` (ORDO_PORT)", "`listen` (ORDO_LISTEN)"]);
    let stronger = launch.clone().with("ORDO_LISTEN", "127.0.0.1:1");
    ended(&mut refused(&stronger, &["serve", "--port", &taken.port().to_string()]))
        .await
        .refuses(3, &[&in_use]);
    ended(&mut refused(&by_port, &["serve", "--listen", "[::1"]))
        .await
        .refuses(2, &["`listen` (--listen)", "[::1]:8080"]);
    ended(&mut refused(&launch, &["serve", "--listen", "9090"])).await.refuses(2, &["--port 9090"]);
    for wrong in ["65536", "3x"] {
        let expected = ["--port", wrong, "a whole number from 0 to 65535 is expected, such as 8080"];
        ended(&mut refused(&launch, &["serve", "--port", wrong])).await.refuses(2, &expected);
    }
    ended(&mut refused(&launch, &["serve", "auth", "orders", "--port", "9090"]))
        .await
        .refuses(2, &["`port`", "auth, orders"]);
}

#[tokio::test]
async fn the_link_of_a_shop_that_listens_on_all_addresses_leads_to_this_machine() {
    let (_folder, mut launch) = nothing_yet();
    launch.listen = "0.0.0.0:0".to_owned();
    let server = launch.start();
    let link = server.printed()[1].strip_prefix("setup http://127.0.0.1:").unwrap().to_owned();
    assert!(link.contains("/setup#") && server.url().starts_with("http://0.0.0.0:"), "{link}");
    assert!(server.stop().success());
}

#[tokio::test]
async fn port_0_takes_a_free_one_and_the_ready_line_tells_which() {
    let (_folder, mut launch) = nothing_yet();
    launch.listen = "gateway=127.0.0.1:0".to_owned();
    let server = launch.start();
    assert!(
        server.url().starts_with("http://127.0.0.1:") && !server.url().ends_with(":0"),
        "{}",
        server.url()
    );
    assert!(
        server.printed()[1].starts_with(&format!("setup {}/setup#", server.url())),
        "{:?}",
        server.printed()
    );
    HttpClient::new(server.url()).get("/v1/products").await.expect(200);
    assert!(server.stop().success());
}

#[tokio::test]
async fn what_one_process_on_sqlite_does_not_use_is_checked_and_named_once() {
    let (folder, launch) = nothing_yet();
    let of_many = launch
        .clone()
        .with("ORDO_LOG", "info")
        .with("ORDO_BUS", "nats://127.0.0.1:1")
        .with("ORDO_DATABASE_READ_URL", "postgres://ordo@127.0.0.1:1/ordo")
        .with("ORDO_ORDERS_URL", "http://127.0.0.1:1");
    let mut server = of_many.start();
    let ready = HttpClient::new(server.url()).get("/ready").await.expect(200);
    assert_eq!(
        (ready.text("status"), &ready.body["checks"]["nats"]),
        ("ready", &Value::Null),
        "{}",
        ready.body
    );
    assert_eq!(ready.text("service"), "gateway");
    signal::send(server.pid(), "TERM");
    let log = server.whole_log();
    let unused: Vec<&str> = log.lines().filter(|line| line.contains("not used by one process")).collect();
    assert_eq!(unused.len(), 1, "{log}");
    assert!(unused[0].contains("ORDO_BUS ORDO_DATABASE_READ_URL ORDO_ORDERS_URL"), "{unused:?}");
    assert!(unused[0].contains("set ORDO_DATABASE_URL"), "{unused:?}");
    let start = log.lines().find(|line| line.contains("ordo has started")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(start).unwrap()["bus"], "memory");
    // a mistake in one of them is a mistake all the same
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "\n").unwrap();
    let empty = empty.display().to_string();
    for (name, value, why) in [
        ("ORDO_ORDERS_URL", "ftp://x", "`ftp://x`"),
        ("ORDO_BUS_CA", "/nowhere/ca.pem", "/nowhere/ca.pem cannot be read"),
        ("ORDO_BUS_CA", &empty, "is empty. Name the file of the certificate"),
        ("ORDO_BUS_CREDENTIALS", "/nowhere/ordo.creds", "/nowhere/ordo.creds cannot be read"),
        ("ORDO_DATABASE_READ_URL", "mysql://x", "the address of a PostgreSQL database"),
    ] {
        let setting = format!("environment: `{}` ({name})", name.trim_start_matches("ORDO_").to_lowercase());
        started(&launch.clone().with(name, value)).await.refuses(2, &[&setting, why]);
    }
}

#[tokio::test]
async fn a_first_administrator_who_cannot_be_made_leaves_no_shop_behind() {
    let (folder, launch) = nothing_yet();
    for (email, password, places) in [
        ("admin@example.com", "short", &[".env:2: `admin_password` (ORDO_ADMIN_PASSWORD)"][..]),
        (
            "admin@example.com",
            "password1234",
            &[".env:2: `admin_password` (ORDO_ADMIN_PASSWORD)", "attackers"],
        ),
        ("xx", "a long password", &[".env:1: `admin_email` (ORDO_ADMIN_EMAIL): `xx`"]),
        (
            "",
            "a long password",
            &[".env:2: `admin_password` (ORDO_ADMIN_PASSWORD) and `admin_email` go together, and \
                 `admin_email` (ORDO_ADMIN_EMAIL) is not set. Set both, or neither"],
        ),
    ] {
        let text = format!("ORDO_ADMIN_EMAIL={email}\nORDO_ADMIN_PASSWORD={password}\n");
        std::fs::write(folder.path().join(".env"), text).unwrap();
        let refused = started(&launch).await;
        refused.refuses(2, places);
        assert!(!refused.err.contains("a long password") && !launch.data.exists(), "{refused:?}");
    }
    std::fs::write(folder.path().join(".env"), "").unwrap();
    let server =
        launch.with("ORDO_ADMIN_EMAIL", "admin@example.com").with("ORDO_ADMIN_PASSWORD", "a long password");
    let server = server.start();
    assert!(server.printed()[0].starts_with("created a new shop in "), "{:?}", server.printed());
    assert!(server.stop().success());
}
