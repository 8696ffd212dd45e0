//! The program as its operator meets it: what it prints where, how it ends, and what its exit code tells.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod shop;

use db::{Sql, params, sqlite};
use http::Method;
use serde_json::{Value, json};
use shop::{ADMIN_EMAIL, ADMIN_PASSWORD, Shop};
use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};
use testkit::{
    folder::TempFolder,
    plain::Plain,
    server::{Launch, Server},
    world::env,
};
use tokio::time::{sleep, timeout};

/// The longest that a command may take, on a loaded machine and without optimisation.
const ENDS_WITHIN: Duration = Duration::from_secs(60);
const SAMPLE_PRODUCTS: usize = 8;

/// How a command ended.
#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Ended {
    /// It failed with this code, said all of these, and printed no result.
    #[track_caller]
    fn refuses(&self, code: i32, says: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(says.iter().all(|part| self.err.contains(part)), "{says:?} is not said: {}", self.err);
        assert_eq!(self.out, "");
    }
    /// It is done; what it printed.
    #[track_caller]
    fn done(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
    }
}

/// Waits for a command that ends by itself.
async fn ended(command: &mut Command) -> Ended {
    end_of(piped(command)).await
}

fn piped(command: &mut Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

async fn end_of(child: Child) -> Ended {
    let pid = child.id();
    let Ok(output) = timeout(ENDS_WITHIN, env().blocking(move || child.wait_with_output().unwrap())).await
    else {
        send_signal(pid, "KILL");
        panic!("the command does not end")
    };
    let output = output.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ended { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn send_signal(pid: u32, name: &str) {
    let sent = Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).status();
    assert!(sent.unwrap().success());
}

/// Waits for a server that has been asked to stop.
async fn end_of_server(server: &mut Server) -> ExitStatus {
    let end = timeout(ENDS_WITHIN, async {
        loop {
            match server.has_ended() {
                Some(status) => return status,
                None => sleep(Duration::from_millis(20)).await,
            }
        }
    });
    end.await.expect("the program does not stop")
}

/// A folder to work in, and how to start a shop in `data` below it.
fn nothing_yet() -> (TempFolder, Launch) {
    let folder = TempFolder::new();
    let launch = Launch::new(env!("CARGO_BIN_EXE_ordo"), &folder.path().join("data"));
    (folder, launch)
}

/// `ordo serve` at a free port, which should refuse to start.
async fn started(launch: &Launch) -> Ended {
    ended(&mut launch.command(&["serve", "--listen", "127.0.0.1:0"])).await
}

async fn signed_in(url: &str, email: &str, password: &str) -> Plain {
    let plain = Plain::new(url);
    let said = plain.post("/v1/login", "", &json!({"email": email, "password": password})).await.expect(200);
    plain.with_token(said.text("token"))
}

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
async fn a_port_that_is_taken_is_named() {
    let (_folder, launch) = nothing_yet();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    ended(&mut launch.command(&["serve", "--listen", &address])).await.refuses(3, &[&address, "--listen"]);
}

#[tokio::test]
async fn a_data_folder_that_cannot_be_made_is_named() {
    let (folder, mut launch) = nothing_yet();
    let file = folder.path().join("file");
    fs::write(&file, "no folder").unwrap();
    launch.data = file.join("data");
    let mut serve = launch.command(&["serve", "--listen", "127.0.0.1:0"]);
    let data = launch.data.to_str().unwrap();
    ended(serve.current_dir(folder.path())).await.refuses(4, &[data, "--data"]);
}

#[tokio::test]
async fn a_second_process_on_the_same_data_names_the_first() {
    let (_folder, launch) = nothing_yet();
    let server = launch.start();
    let holder = format!("process {}.", server.pid());
    started(&launch).await.refuses(5, &[&holder, launch.data.to_str().unwrap()]);
    assert!(server.stop().success());
}

#[tokio::test]
async fn after_a_kill_the_data_is_free() {
    let (_folder, launch) = nothing_yet();
    launch.start().kill();
    assert!(launch.start().stop().success());
}

#[tokio::test]
async fn data_of_a_newer_version_is_left_alone() {
    const RAISE: Sql = Sql::both(
        "insert into schema_history(service, version, name, checksum, applied_at)
         select service, max(version) + 1, $1, 0, max(applied_at) from schema_history group by service",
    );
    let (_folder, launch) = nothing_yet();
    assert!(launch.start().stop().success());
    let db = sqlite::open(launch.data.join("payments.db"), env(), sqlite::Options::default()).unwrap();
    let mut tx = db.begin().await.unwrap();
    assert_eq!(tx.run(&RAISE, params!["of tomorrow"]).await.unwrap(), 1);
    tx.commit("test").await.unwrap();
    started(&launch).await.refuses(6, &["payments", "newer"]);
}

#[tokio::test]
async fn the_currency_is_fixed_by_the_first_product() {
    let (_folder, launch) = nothing_yet();
    assert!(launch.start().stop().success());
    let mut dollars = launch.clone().with("ORDO_CURRENCY", "USD");
    dollars.arguments.push("--demo".to_owned());
    assert!(dollars.start().stop().success(), "an empty shop has no currency yet");
    started(&launch).await.refuses(2, &["`currency`", "prices in USD, not in EUR", "ORDO_CURRENCY=USD"]);
    let server = dollars.start();
    let listed = Plain::new(server.url()).get("/v1/products").await.expect(200);
    assert_eq!(listed.body["items"][0]["price"]["currency"], "USD");
    assert!(server.stop().success());
}

/// A customer's request that takes as long as the simulator's slow card.
async fn slow_request(shop: &Shop) -> impl Future<Output = Option<u16>> + use<> {
    let admin = shop.admin().await;
    let goods = shop.stock_up(&admin, &[(1999, 10)]).await;
    let buyer = shop.customer("ada").await;
    let lines = json!([{"product_id": goods[0].id, "quantity": 1}]);
    async move {
        let order = json!({"lines": lines, "payment": {"method": "sim_slow"}});
        let said = buyer.try_call(Method::POST, "/v1/orders", "slow", &order).await;
        said.ok().map(|said| said.code())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_runs_when_the_end_is_asked_for_is_answered_and_the_files_are_complete() {
    let settings =
        [("ORDO_SIMULATOR_SLOW_MS", "3000"), ("ORDO_PROVIDER_TIMEOUT", "20"), ("ORDO_DRAIN", "20")];
    let mut shop = Shop::open(&settings);
    let mut server = shop.server.take().unwrap();
    let slow = slow_request(&shop).await;
    let stop = async {
        sleep(Duration::from_secs(1)).await;
        send_signal(server.pid(), "TERM");
        end_of_server(&mut server).await
    };
    let (answered, end) = tokio::join!(slow, stop);
    assert_eq!(answered, Some(201));
    assert_eq!(end.code(), Some(0), "{}", server.log());
    let copy = shop.folder.path().join("copy");
    fs::create_dir(&copy).unwrap();
    for file in files_in(&shop.launch.data) {
        let size = fs::metadata(&file).unwrap().len();
        match file.extension().and_then(|e| e.to_str()) {
            Some("db") | None => drop(fs::copy(&file, copy.join(file.file_name().unwrap())).unwrap()),
            Some("db-wal") => assert_eq!(size, 0, "{} is not empty", file.display()),
            _ => {}
        }
    }
    shop.launch.data = copy;
    shop.assert_audit_is_clean("in a copy of the files");
    shop.server = Some(shop.launch.start());
    let orders = shop.admin().await.get("/v1/orders").await.expect(200);
    assert_eq!(orders.body["items"][0]["payment_status"], "paid", "{}", orders.body);
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_runs_longer_than_it_may_is_cut_off_and_the_code_tells() {
    let settings =
        [("ORDO_SIMULATOR_SLOW_MS", "15000"), ("ORDO_PROVIDER_TIMEOUT", "20"), ("ORDO_DRAIN", "1")];
    let mut shop = Shop::open(&settings);
    let mut server = shop.server.take().unwrap();
    let slow = slow_request(&shop).await;
    let stop = async {
        sleep(Duration::from_secs(1)).await;
        send_signal(server.pid(), "TERM");
        end_of_server(&mut server).await
    };
    let (answered, end) = tokio::join!(slow, stop);
    assert_eq!(answered, None, "the connection ends without an answer");
    assert_eq!(end.code(), Some(7), "{}", server.log());
    shop.server = Some(shop.launch.start());
    shop.assert_audit_is_clean("after requests were cut off");
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
async fn an_administrator_can_be_made_while_the_shop_runs_and_while_it_does_not() {
    let (_folder, launch) = nothing_yet();
    let create = |email: &str| launch.command(&["admin", "create", "--email", email]);
    ended(&mut create("early@example.com")).await.refuses(4, &["there is no shop in"]);
    assert!(launch.start().stop().success());

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
    Plain::new(server.url()).post("/v1/register", "", &customer).await.expect(201);
    let promoted = ended(&mut create("ada@example.com")).await.done();
    assert!(promoted.contains("has an account already") && promoted.contains("now"), "{promoted}");
    is_admin("ada@example.com", "a customer's password").await;
    assert!(server.stop().success());
}

#[tokio::test]
async fn the_ready_line_names_the_port_and_results_and_logs_are_kept_apart() {
    let (_folder, launch) = nothing_yet();
    let launch = launch.with("ORDO_LOG", "info");
    let child = piped(&mut launch.command(&["serve", "--listen", &launch.listen]));
    let (pid, plain) = (child.id(), Plain::new(&format!("http://{}", launch.listen)));
    let answers = timeout(ENDS_WITHIN, async {
        while plain.try_call(Method::GET, "/v1/products", "", &Value::Null).await.is_err() {
            sleep(Duration::from_millis(20)).await;
        }
    });
    let answers = answers.await;
    send_signal(pid, "TERM");
    let end = end_of(child).await;
    answers.expect("it does not answer");
    assert_eq!(end.code, Some(0), "{end:?}");
    assert_eq!(end.out, format!("ready gateway=http://{}\n", launch.listen));
    let logged: Vec<Value> = end.err.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(logged.iter().all(|line| line["level"].is_string() && line["message"].is_string()), "{logged:?}");
    assert!(
        logged.iter().any(|line| line["message"].as_str().unwrap().contains("asked to stop")),
        "{logged:?}"
    );
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
    assert!(server.printed().is_empty(), "{:?}", server.printed());
    Plain::new(server.url()).get("/v1/products").await.expect(200);
    assert!(server.stop().success());
}

#[tokio::test]
async fn a_second_start_of_the_demo_adds_nothing() {
    let (_folder, mut launch) = nothing_yet();
    launch.arguments.push("--demo".to_owned());
    let mut seen = Vec::new();
    for _ in 0..2 {
        let server = launch.start();
        assert_eq!(
            server.printed(),
            ["demo: sign in as admin@example.com with the password demo-admin-password"]
        );
        let admin = signed_in(server.url(), "admin@example.com", "demo-admin-password").await;
        let products = admin.get("/v1/products?limit=100").await.expect(200).body;
        let users = admin.get("/v1/users?limit=100").await.expect(200).body;
        assert_eq!(products["items"].as_array().unwrap().len(), SAMPLE_PRODUCTS);
        assert_eq!(users["items"].as_array().unwrap().len(), 1);
        seen.push(products);
        assert!(server.stop().success());
    }
    assert_eq!(seen[0], seen[1]);
}
