//! How processes begin and end: with the secret of the shop or not at all, once they can verify callers, many at once,
//! and with their leases released.
#![allow(
    clippy::disallowed_methods,
    reason = "who starts processes and waits for them is no part of the program"
)]

use crate::{
    shop::{ADMIN_EMAIL, ADMIN_PASSWORD, admin_at, customer_at, definite, stock_up},
    world::{DistributedTestBed, EACH_ALONE, ONCE_EACH, audit_is_clean},
};
use db::{Db, Sql, postgres};
use http::Method;
use serde_json::{Value, json};
use std::{
    process::{Child, Output, Stdio},
    time::Duration,
};
use testkit::{
    http_client::{HttpClient, HttpResponse},
    server::Launch,
};
use tokio::{
    task::spawn_blocking,
    time::{Instant, sleep},
};

/// Of somebody else's shop.
const ANOTHER: &str = "0ddba110ddba110ddba110ddba110ddba110ddba110ddba110ddba110ddba110";
/// For what must come, however slow the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

/// The first part that runs this service.
fn launch_of(world: &DistributedTestBed, service: &str) -> Launch {
    world.split.parts.iter().find(|part| part.runs(service)).unwrap().launch.clone()
}

/// What becomes of a start with another secret, at another address.
fn start_with_another(world: &DistributedTestBed, service: &str, settings: &[(&str, &str)]) -> Output {
    let mut command = launch_of(world, service).command(&["serve", service, "--listen", "127.0.0.1:0"]);
    command.env("ORDO_SECRET", ANOTHER).envs(settings.iter().copied());
    command.output().unwrap()
}

#[track_caller]
fn is_refused(output: &Output, word: &str) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(8), "{told}");
    assert!(told.contains(word) && told.contains("ORDO_SECRET"), "not {word}: {told}");
    assert!(output.stdout.is_empty(), "it says that it is ready");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_another_secret_nothing_starts_and_nobody_outside_is_told_500() {
    let mut world = DistributedTestBed::of(&ONCE_EACH, &[]);
    let url = world.split.url();
    let goods = stock_up(&admin_at(&url).await, &[(1000, 10)]).await;
    let buyer = customer_at(&url, "mara").await;
    is_refused(&start_with_another(&world, "auth", &[]), "was not written with this one");
    is_refused(&start_with_another(&world, "products", &[]), "the database of products");
    is_refused(&start_with_another(&world, "gateway", &[]), "auth does not let this process in");
    let doctor = world.split.command(&["doctor"]).env("ORDO_SECRET", ANOTHER).output().unwrap();
    let said = String::from_utf8_lossy(&doctor.stdout);
    assert!(!doctor.status.success() && said.contains("wrong  secret"), "{said}");
    // a new database is nobody's, and does not become that of a secret which is not the shop's
    let new = world.split.postgres.new_database();
    let own = [("ORDO_NOTIFICATIONS_DATABASE_URL", new.as_str())];
    is_refused(&start_with_another(&world, "notifications", &own), "auth does not let this process in");
    let mut rightly = launch_of(&world, "notifications").with(own[0].0, own[0].1);
    rightly.listen = "127.0.0.1:0".to_owned();
    drop(spawn_blocking(move || rightly.start()).await.unwrap());
    is_refused(&start_with_another(&world, "notifications", &own), "the database of notifications");

    // without auth, callers cannot be verified yet
    world.split.replicas("auth").into_iter().for_each(|part| part.kill());
    let products = launch_of(&world, "products");
    world.split.replicas("products").into_iter().for_each(|part| part.kill());
    let mut stranger = begin(
        &products,
        &[("ORDO_SECRET", ANOTHER), ("ORDO_PRODUCTS_DATABASE_URL", &world.split.postgres.new_database())],
    );
    let there = HttpClient::new(&world.split.urls("products")[0]);
    answers(&there, "/health", 200).await;
    let order =
        json!({"lines": [{"product_id": goods[0].id, "quantity": 1}], "payment": {"method": "sim_ok"}});
    let refused = buyer.post("/v1/orders", "k", &order).await;
    assert_eq!((refused.code(), refused.text("code")), (503, "unavailable"), "{}", refused.body);
    assert!(refused.headers.contains_key("retry-after"));
    buyer.post("/v1/orders", "k", &order).await.expect(503);
    let orders = world.split.replicas("orders").remove(0);
    let log = orders.server.as_ref().unwrap().log();
    assert_eq!(log.matches("service rejected credential").count(), 1, "{log}");
    stranger.kill().unwrap();
    stranger.wait().unwrap();
    world.split.replicas("auth").into_iter().for_each(|part| part.start());
    world.split.replicas("products").into_iter().for_each(|part| part.start());
    definite(&buyer, Method::POST, "/v1/orders", "k", &order).await.expect(201);
}

/// Starts it, and does not wait until it is ready.
fn begin(launch: &Launch, settings: &[(&str, &str)]) -> Child {
    let arguments: Vec<&str> = launch.arguments.iter().map(String::as_str).collect();
    let mut command = launch.command(&arguments);
    command.args(["--listen", &launch.listen]).envs(settings.iter().copied());
    command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

/// Waits until somebody answers there, with this status.
async fn answers(there: &HttpClient, path: &str, status: u16) -> HttpResponse {
    let begun = Instant::now();
    loop {
        let tried = there.try_call(Method::GET, path, "", &Value::Null).await;
        match tried {
            Ok(said) if said.code() == status => return said,
            tried => assert!(begun.elapsed() < PATIENCE, "{path} does not answer {status}: {tried:?}"),
        }
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_starts_without_auth_waits_for_it_and_whoever_runs_goes_on() {
    let mut world = DistributedTestBed::of(&ONCE_EACH, &[]);
    let buyer = customer_at(&world.split.url(), "mara").await;
    world.split.replicas("auth").into_iter().for_each(|part| part.kill());
    let payments = launch_of(&world, "payments");
    world.split.replicas("payments").into_iter().for_each(|part| part.kill());
    let there = HttpClient::new(&world.split.urls("payments")[0]).with_token(buyer.token().unwrap());

    // asked to stop while it waits, it does
    let mut waiting = begin(&payments, &[]);
    answers(&there, "/health", 200).await;
    testkit::signal::send(waiting.id(), "TERM");
    let ended = spawn_blocking(move || {
        let status = waiting.wait().unwrap();
        (status.code(), std::io::read_to_string(waiting.stdout.take().unwrap()).unwrap())
    });
    assert_eq!(ended.await.unwrap(), (Some(0), String::new()), "it never was ready");

    let starting = spawn_blocking(move || payments.start());
    answers(&there, "/health", 200).await;
    for _ in 0..3 {
        let said = there.get("/ready").await.expect(503);
        assert_eq!(said.text("status"), "waiting for the signing keys of auth");
        let refused = there.get("/v1/payments/pay_01h455vb4pex5vsknk084sn02q").await.expect(503);
        assert!(refused.headers.contains_key("retry-after"));
        sleep(Duration::from_millis(100)).await;
    }
    assert!(!starting.is_finished(), "it says that it is ready");
    // who had them before goes on with them
    let orders = HttpClient::new(&world.split.urls("orders")[0]).with_token(buyer.token().unwrap());
    orders.get("/ready").await.expect(200);
    orders.get("/v1/orders").await.expect(200);

    world.split.replicas("auth").into_iter().for_each(|part| part.start());
    world.split.replicas("payments").remove(0).server = Some(starting.await.unwrap());
    there.get("/ready").await.expect(200);
    there.get("/v1/payments/pay_01h455vb4pex5vsknk084sn02q").await.expect(404);
}

/// Where a token is asked for, in each service: what is there needs no checking.
const ASKS_FOR_A_TOKEN: [(&str, &str); 5] = [
    ("auth", "/v1/me"),
    ("orders", "/v1/orders"),
    ("payments", "/v1/payments/pay_01h455vb4pex5vsknk084sn02q"),
    ("notifications", "/v1/events"),
    ("products", "/v1/products/prd_01h455vb4pex5vsknk084sn02q/stock"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_signs_out_is_out_everywhere_within_a_second_though_nats_is_down() {
    let mut world = DistributedTestBed::of(&EACH_ALONE, &[]);
    let url = world.split.url();
    world.nats.kill(0);
    let everywhere: Vec<(String, &str)> = ASKS_FOR_A_TOKEN
        .iter()
        .flat_map(|(service, path)| world.split.urls(service).into_iter().map(|url| (url, *path)))
        .collect();
    let mut took = Vec::new();
    for round in 0..3 {
        let buyer = customer_at(&url, &format!("buyer{round}")).await;
        let asked = |(there, path): &(String, &'static str)| {
            let there = HttpClient::new(there).with_token(buyer.token().unwrap());
            let path = *path;
            async move { there.get(path).await.code() }
        };
        for one in &everywhere {
            assert_ne!(asked(one).await, 401, "{one:?}");
        }
        buyer.try_call(Method::POST, "/v1/logout", "", &Value::Null).await.unwrap().expect(204);
        let out = Instant::now();
        for one in &everywhere {
            while asked(one).await != 401 {
                // once a machine may have other things to do for a second
                assert!(
                    out.elapsed() < Duration::from_secs(2),
                    "a token that has ended is still good: {one:?}"
                );
                sleep(Duration::from_millis(10)).await;
            }
        }
        took.push(out.elapsed());
    }
    took.sort();
    println!("out everywhere after {took:?}");
    assert!(took[took.len() / 2] < Duration::from_secs(1), "not within a second: {took:?}");
}

async fn schema(world: &DistributedTestBed, service: &str) -> Db {
    let config = postgres::Config {
        schema: Some(service.to_owned()),
        ..postgres::Config::new(world.split.database().to_owned())
    };
    postgres::open(config, testkit::real_env::env()).await.unwrap()
}

async fn number(db: &Db, sql: &'static str) -> i64 {
    db.query_one(&Sql::both(sql), &[]).await.unwrap().get("n").unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn six_replicas_that_start_at_once_on_nothing_are_one_service() {
    let mut world = DistributedTestBed::none_of(&[&["auth"][..]; 6], &[]);
    let starting: Vec<_> = world.split.parts.iter().map(|part| part.launch.clone()).collect();
    let starting: Vec<_> =
        starting.into_iter().map(|launch| spawn_blocking(move || launch.start())).collect();
    for (part, started) in world.split.parts.iter_mut().zip(starting) {
        part.server = Some(started.await.unwrap());
    }
    let credentials = json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD});
    let mut tokens = Vec::new();
    for url in world.split.urls("auth") {
        let said = HttpClient::new(&url).post("/v1/login", "", &credentials).await.expect(200);
        tokens.push(said.text("token").to_owned());
    }
    for (url, token) in world.split.urls("auth").iter().zip(tokens.iter().rev()) {
        HttpClient::new(url).with_token(token).get("/v1/me").await.expect(200);
    }
    let db = schema(&world, "auth").await;
    assert_eq!(number(&db, "select count(*) as n from account").await, 1, "administrators");
    assert_eq!(number(&db, "select count(*) as n from signing_key").await, 1, "keys");
    let migrations = i64::try_from(auth::migrations().len()).unwrap();
    assert_eq!(number(&db, "select count(*) as n from schema_history").await, migrations);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_ends_in_peace_gives_its_turn_back() {
    const HELD: &str = "select count(*) as n from heard where holder is not null";
    let mut world = DistributedTestBed::of(&ONCE_EACH, &[]);
    let db = schema(&world, "orders").await;
    let begun = Instant::now();
    while number(&db, HELD).await == 0 {
        assert!(begun.elapsed() < PATIENCE, "nobody hears anybody");
        sleep(Duration::from_millis(50)).await;
    }
    let orders = world.split.replicas("orders").remove(0);
    assert_eq!(orders.stop().unwrap().code(), Some(0));
    assert_eq!(number(&db, HELD).await, 0);
    // and a killed process does not
    orders.start();
    while number(&db, HELD).await == 0 {
        assert!(begun.elapsed() < PATIENCE * 2, "nobody hears anybody");
        sleep(Duration::from_millis(50)).await;
    }
    orders.kill();
    assert_ne!(number(&db, HELD).await, 0, "this test cannot fail");
}

/// What docs/operations.md says is forgotten, one statement each.
fn what_is_forgotten() -> Vec<String> {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operations.md");
    let page = std::fs::read_to_string(page).unwrap();
    let block = page.split("```sql\n").nth(1).unwrap().split("```").next().unwrap();
    block.lines().map(|line| line.trim_end_matches(';').to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_secret_is_changed_while_nothing_runs_and_no_order_is_lost() {
    let mut world = DistributedTestBed::of(&ONCE_EACH, &[]);
    let url = world.split.url();
    let goods = stock_up(&admin_at(&url).await, &[(1000, 10)]).await;
    let buyer = customer_at(&url, "mara").await;
    let order =
        json!({"lines": [{"product_id": goods[0].id, "quantity": 1}], "payment": {"method": "sim_ok"}});
    let placed = buyer.post("/v1/orders", "k", &order).await.expect(201);
    let statements = what_is_forgotten();
    assert!(statements.len() > 5, "{statements:?}");
    let db = schema(&world, "auth").await;
    for part in &mut world.split.parts {
        assert_eq!(part.stop().unwrap().code(), Some(0));
        part.launch.settings.push(("ORDO_SECRET".to_owned(), ANOTHER.to_owned()));
    }
    for statement in statements {
        let mut tx = db.begin().await.unwrap();
        tx.run(&Sql::both(statement.leak()), &[]).await.unwrap();
        tx.commit("test.forget").await.unwrap();
    }
    world.split.start();
    let path = format!("/v1/orders/{}", placed.text("id"));
    buyer.get(&path).await.expect(401);
    let credentials = json!({"email": "mara@example.com", "password": "a customer's password"});
    let said = HttpClient::new(&url).post("/v1/login", "", &credentials).await.expect(200);
    let again = HttpClient::new(&url).with_token(said.text("token"));
    again.get(&path).await.expect(200);
    assert_eq!(again.post("/v1/orders", "k", &order).await.expect(201).text("id"), placed.text("id"));
    again.post("/v1/orders", "k2", &order).await.expect(201);
    let mut audit = world.split.command(&["audit"]);
    audit.env("ORDO_SECRET", ANOTHER);
    audit_is_clean(audit, "with another secret");
}
