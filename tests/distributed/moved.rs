//! An embedded shop is moved to PostgreSQL, however often the move is interrupted, and goes on there.

use crate::{
    shop::{ADMIN_EMAIL, Shop, embedded_database, launch, signed_in},
    world::{DistributedTestBed, ONCE_EACH},
};
use db::{
    Db, Sql,
    postgres::{Config, connect},
};
use serde_json::json;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, SystemTime},
};
use testkit::{distributed::SECRET, real_env::env, server::Launch, temp_dir::TempDir};
use tokio::time::sleep;

/// A customer of the demo.
const MARA: (&str, &str) = ("mara@example.com", "demo-customer-password");

/// Every file of a folder and of those in it: what is in it, and when that was last written.
fn contents(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
    let mut all = BTreeMap::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            all.extend(contents(&path));
        } else {
            let written = path.metadata().unwrap().modified().unwrap();
            all.insert(path.clone(), (fs::read(&path).unwrap(), written));
        }
    }
    all
}

/// How a command ended, and all that it said.
#[track_caller]
fn expect(mut command: Command, code: Option<i32>) -> String {
    let output = command.output().unwrap();
    let said =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert_eq!(output.status.code(), code, "{said}");
    said
}

fn moving(world: &DistributedTestBed, data: &Path, more: &[&str]) -> Command {
    world.split.command(&[&["migrate-data", "--from", data.to_str().unwrap()], more].concat())
}

/// The move is ended at this point of it.
#[track_caller]
fn ended_at(world: &DistributedTestBed, data: &Path, point: &str, more: &[&str]) {
    let mut command = moving(world, data, more);
    command.env("ORDO_FAILPOINT", point);
    let said = expect(command, None);
    assert!(said.contains(&format!("failpoint {}: ending", point.split('@').next().unwrap())), "{said}");
}

fn target(world: &DistributedTestBed) -> Db {
    connect(&Config::new(world.split.database()), env()).unwrap()
}

async fn number(db: &Db, statement: &'static str) -> i64 {
    db.query_one(&Sql::both(statement), &[]).await.unwrap().get("n").unwrap()
}

async fn change(db: &Db, statement: &'static str) -> u64 {
    let mut tx = db.begin().await.unwrap();
    let changed = tx.run(&Sql::both(statement), &[]).await.unwrap();
    tx.commit("test").await.unwrap();
    changed
}

/// An embedded shop with a month behind it that was killed while an event of orders waited to be published, and what is in its log
/// is nowhere else.
async fn killed_demo(folder: &TempDir) -> Launch {
    let mut launch = launch(&folder.path().join("data")).with("ORDO_SECRET", SECRET);
    let facade = ["--demo", "--compat", "two-vm.users", "--compat-port", "two-vm.users=0"];
    launch.arguments.extend(facade.map(str::to_owned));
    launch.start().stop();
    let compat = embedded_database(&launch.data, "compat");
    change(&compat, "insert into address (user_id, address) values (randomblob(16), 'Here 1')").await;
    compat.close().await.unwrap();
    drop(compat);
    let server = launch.clone().with("ORDO_FAILPOINT", "flow.place_events/committing:orders").start();
    let mara = signed_in(server.url(), MARA).await;
    let products = mara.get("/v1/products?in_stock=true").await.expect(200).body;
    let lines = json!({"lines": [{"product_id": products["items"][0]["id"], "quantity": 1}]});
    // the process ends before or after its response
    let _ = mara.try_call(http::Method::POST, "/v1/orders", "last", &lines).await;
    for _ in 0..100 {
        if fs::metadata(launch.data.join("ordo.db-wal")).is_ok_and(|log| log.len() > 0) {
            break;
        }
        sleep(Duration::from_millis(50)).await;
    }
    drop(server);
    launch
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_is_moved_however_often_that_is_interrupted_and_goes_on() {
    let folder = TempDir::new();
    let launch = killed_demo(&folder).await;
    let data = launch.data.clone();
    fs::create_dir(data.join("pictures")).unwrap();
    let before = contents(&data);
    assert!(before.keys().any(|path| path.ends_with("ordo.db-wal")), "{:?}", before.keys());
    let mut world = DistributedTestBed::none_of(&ONCE_EACH, &[]);
    let few = ["--batch", "25"];
    for (point, side) in [
        ("db.begin_move", "committed:orders"),
        ("db.move_rows", "committed:orders@9"),
        ("db.move_rows", "committing:payments@5"),
        ("db.settle_move", "committed:payments"),
        ("db.keep_compared", "committing:auth"),
    ] {
        ended_at(&world, &data, &format!("{point}/{side}"), &few);
    }
    // and at any moment
    let mut killed = moving(&world, &data, &["--batch", "1", "--restart"]);
    let mut killed = killed.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let db = target(&world);
    let events = "select count(*) as n from orders.event";
    // it deletes what was moved before
    while number(&db, events).await > 20 {}
    while number(&db, events).await < 20 {}
    killed.kill().unwrap();
    assert!(!killed.wait().unwrap().success(), "it came to its end before");
    let refused = world.split.parts[0].launch.try_start().map(drop).expect_err("it serves a part of a shop");
    assert!(refused.contains("has not come to its end: run `ordo migrate-data` again"), "{refused}");
    let said = expect(moving(&world, &data, &few), Some(0));
    assert!(said.contains("the same on both sides") && said.contains("the audit is clean"), "{said}");
    assert!(said.contains(&format!("a copy of {}", data.join("pictures").display())), "{said}");
    assert_eq!(contents(&data), before, "the folder has changed");
    assert!(!folder.path().join("data.moving").exists(), "the copy is left");
    let again = expect(moving(&world, &data, &[]), Some(4));
    assert!(again.contains("the database of auth has data already"), "{again}");

    let waiting = "select count(*) as n from orders.event where position is null or not sent";
    assert!(number(&db, waiting).await > 0, "no event waits to be published");
    assert_eq!(number(&db, "select count(*) as n from compat.address").await, 1);
    let newest = number(&db, "select max(number) as n from orders.orders").await;
    world.split.start();
    let mara = signed_in(&world.split.url(), MARA).await;
    let orders = mara.get("/v1/orders?limit=100").await.expect(200).body;
    let last = &orders["items"][0];
    assert_eq!((last["number"].as_i64(), last["status"].as_str()), (Some(newest), Some("pending")), "{last}");
    assert!(orders["items"].as_array().unwrap().len() > 5);
    let order = json!({"lines": [{"product_id": last["lines"][0]["product_id"], "quantity": 1}], "payment": {"method": "sim_ok"}});
    let order = mara.post("/v1/orders", "after", &order).await.expect(201).body;
    assert_eq!(
        (order["number"].as_i64(), &order["payment_status"]),
        (Some(newest + 1), &json!("paid")),
        "{order}"
    );
    let unheard = "select (select head from orders.feed) - (select min(position) from \
                   (select position from products.heard where producer = 'orders' \
                    union all select position from notifications.heard where producer = 'orders') as heard) as n";
    for _ in 0..200 {
        if number(&db, waiting).await + number(&db, unheard).await == 0 {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(
        (number(&db, waiting).await, number(&db, unheard).await),
        (0, 0),
        "an event was not delivered"
    );
    world.assert_audit_is_clean("after the move");
}

/// A small shop that was stopped.
async fn small(folder: &TempDir) -> (Launch, Shop) {
    let launch = launch(&folder.path().join("data")).with("ORDO_SECRET", SECRET);
    let mut shop = Shop::of(TempDir::new(), launch.clone());
    let admin = shop.admin().await;
    let goods = shop.stock_up(&admin, &[(1999, 100)]).await;
    let buyer = shop.customer("buyer").await;
    for n in 0..10 {
        let order =
            json!({"lines": [{"product_id": goods[0].id, "quantity": 1}], "payment": {"method": "sim_ok"}});
        buyer.post("/v1/orders", &format!("order-{n}"), &order).await.expect(201);
    }
    shop.stop();
    (launch, shop)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_has_changed_meanwhile_is_found() {
    let folder = TempDir::new();
    let (launch, _shop) = small(&folder).await;
    let (world, data, few) =
        (DistributedTestBed::none_of(&ONCE_EACH, &[]), launch.data.clone(), ["--batch", "4"]);
    ended_at(&world, &data, "db.settle_move/committed:orders", &few);
    let db = target(&world);
    assert_eq!(change(&db, "update orders.person set name = 'Another' where order_id = (select min(order_id::text)::uuid from orders.person)").await, 1);
    assert_eq!(
        change(&db, "delete from orders.order_word where word = (select max(word) from orders.order_word)")
            .await
            .min(1),
        1
    );
    for _ in 0..2 {
        let said = expect(moving(&world, &data, &few), Some(4));
        assert!(
            said.contains("orders, table person: 10 rows") && said.contains("orders, table order_word"),
            "{said}"
        );
        assert!(!said.contains("table event") && said.contains("--restart"), "{said}");
    }
    ended_at(&world, &data, "db.move_rows/committed:orders@3", &[&few[..], &["--restart"]].concat());
    // the shop is started again: what was moved is of another time
    launch.start().stop();
    let said = expect(moving(&world, &data, &few), Some(0));
    assert!(said.contains("it begins anew") && said.contains("the audit is clean"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_must_not_be_moved_is_refused() {
    let folder = TempDir::new();
    let (launch, _shop) = small(&folder).await;
    let (world, data) = (DistributedTestBed::none_of(&ONCE_EACH, &[]), launch.data.clone());
    let server = launch.start();
    let pid = format!("in use by process {}", server.pid());
    assert!(expect(moving(&world, &data, &[]), Some(5)).contains(&pid));
    server.stop();
    let embedded = |more: &[&str]| launch.command(&[&["migrate-data"], more].concat());
    assert!(expect(embedded(&[]), Some(2)).contains("--to or ORDO_DATABASE_URL"));
    let away = ["--to", "postgres://ordo:hunter2@127.0.0.1:1/ordo"];
    let said = expect(embedded(&away), Some(4));
    assert!(said.contains("the database of auth") && !said.contains("hunter2"), "{said}");
    let nowhere = folder.path().join("nowhere");
    assert!(expect(moving(&world, &nowhere, &[]), Some(4)).contains("there is no shop in"));
    let mut other_secret = moving(&world, &data, &[]);
    other_secret.env("ORDO_SECRET", "ab".repeat(32));
    expect(other_secret, Some(8));

    // databases that are older than their anchor
    let anchor = data.join("anchor.json");
    let known = fs::read_to_string(&anchor).unwrap();
    let mut later: serde_json::Value = serde_json::from_str(&known).unwrap();
    later["services"]["orders"]["seq"] = json!(later["services"]["orders"]["seq"].as_i64().unwrap() + 5);
    fs::write(&anchor, later.to_string()).unwrap();
    assert!(expect(moving(&world, &data, &[]), Some(4)).contains("5 events are missing"));
    fs::write(&anchor, known).unwrap();
    let database = data.join("ordo.db");
    let sound = fs::read(&database).unwrap();
    let mut damaged = sound.clone();
    let middle = damaged.len() / 2 / 4096 * 4096;
    damaged[middle..middle + 4096].fill(0xa5);
    fs::write(&database, damaged).unwrap();
    assert!(expect(moving(&world, &data, &[]), Some(4)).contains("damaged"));
    fs::write(&database, sound).unwrap();
    fs::create_dir(folder.path().join("data.moving")).unwrap();
    fs::write(folder.path().join("data.moving/mine"), "of somebody else").unwrap();
    assert!(expect(moving(&world, &data, &[]), Some(4)).contains("--scratch"));
    fs::remove_dir_all(folder.path().join("data.moving")).unwrap();

    // a part of another shop, and then all of it
    let another = TempDir::new();
    let other_shop = crate::shop::launch(&another.path().join("data")).with("ORDO_SECRET", "cd".repeat(32));
    other_shop.start().stop();
    let mut other = moving(&world, &other_shop.data, &["--batch", "4"]);
    other.env("ORDO_SECRET", "cd".repeat(32)).env("ORDO_FAILPOINT", "db.move_rows/committed:auth@2");
    expect(other, None);
    assert!(expect(moving(&world, &data, &[]), Some(4)).contains("a part of another shop"));
    let mut other = moving(&world, &other_shop.data, &[]);
    other.env("ORDO_SECRET", "cd".repeat(32));
    expect(other, Some(0));
    let said = expect(moving(&world, &data, &[]), Some(4));
    assert!(
        said.contains("the database of auth has data already") && said.contains("account (1 rows)"),
        "{said}"
    );
    let admins = format!("select count(*) as n from auth.account where email = '{ADMIN_EMAIL}'");
    assert_eq!(number(&target(&world), Box::leak(admins.into_boxed_str())).await, 1, "it is as it was");
}
