//! Nothing acknowledged is lost, and nobody is charged twice, when the power is cut under load, at random moments: an embedded
//! shop goes on with what its disk held, and so does one on PostgreSQL and NATS. Without the syncs that they wait for, the same test fails.
//!
//! Where a machine gives a test no loop devices, it says so, and tries nothing.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod shop;

use shop::{
    SHORT, Shop, admin_at,
    client_ledger::ClientLedger,
    customer_at, launch,
    ledger::nobody_is_charged_twice,
    load::{Load, SplitMix},
    stock_up,
};
use std::{path::Path, time::Duration};
use testkit::{
    distributed::DistributedShop,
    http_client::HttpClient,
    nats::Nats,
    postgres::Postgres,
    power::{PowerDisk, is_inside},
    server::Server,
    signal,
    syncs::without_sync,
    temp_dir::TempDir,
};
use tokio::time::sleep;

/// One process, on PostgreSQL and NATS.
const WHOLE: [&[&str]; 1] = [&["auth", "payments", "products", "orders", "notifications", "gateway"]];
const BUYERS: usize = 24;
const CUTS: u64 = 20;
const CUTS_LONG: u64 = 1000;
const CUTS_OF_A_SHOP: u64 = 50;
/// Prices and stock.
const GOODS: [(i64, i64); 4] = [(1999, 1_000_000), (500, 1_000_000), (12_345, 300), (700, 60)];
/// What is said of a loss: by the program, which refuses older and damaged data; by PostgreSQL, which does as well; by the test,
/// which asks for an order; by the audit.
const LOSSES: [&str; 9] = [
    "missing here, the newest of",
    "missing: the database ends",
    "is damaged",
    "PostgreSQL does not start",
    "404 Not Found",
    "\\\"status\\\":404",
    "the audit is not clean",
    "was cancelled, and is",
    "has no definite answer",
];

/// An audit takes longer than a cut.
const AUDITED_EACH: u64 = 5;
/// What is on its way to a client arrives before the power is cut.
const ARRIVES_WITHIN: Duration = Duration::from_millis(50);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_power_cuts() {
    if !is_inside("what_was_acknowledged_survives_power_cuts") {
        return;
    }
    for cuts in shops() {
        let Some(disk) = disk() else { return };
        survives(disk, &[], cuts).await;
    }
}

/// The control: the same shop, buyers, cuts and comparisons, and a barrier that waits for nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_barrier_the_same_test_fails() {
    if !is_inside("without_the_barrier_the_same_test_fails") {
        return;
    }
    let Some(disk) = disk() else { return };
    let library = TempDir::new();
    let preload = without_sync(library.path()).display().to_string();
    fails_with_a_loss(async move { survives(disk, &[("LD_PRELOAD", &preload)], CUTS).await }).await;
}

/// The power of an embedded shop is cut under load, at random moments.
async fn survives(disk: PowerDisk, settings: &[(&str, &str)], cuts: u64) {
    let seed = testkit::seed();
    println!("TEST_SEED={seed}: {cuts} power cuts");
    let mut dice = SplitMix::new(seed);
    let mut shop = shop_on(&disk, &[settings, &[("ORDO_PAYMENT_DUE", "3")]].concat());
    let admin = shop.admin().await;
    let goods = shop.stock_up(&admin, &GOODS).await;
    let buyers = buyers(&shop.url()).await;
    let books = ClientLedger::default();
    // without a barrier the accounts would not be on the disk either
    sync(&disk);
    for cut in 0..cuts {
        let load = Load::new(goods.clone(), admin.clone(), books.clone(), cut);
        let tasks = load.start(&buyers, seed.wrapping_add(cut));
        sleep(Duration::from_millis(200 + dice.roll(800))).await;
        cut_power(&disk, &mut shop).await;
        let acknowledged = books.len();
        shop.server = Some(shop.launch.start());
        load.finish(tasks).await;
        println!("cut {cut}: {acknowledged} acknowledged");
        if cut % AUDITED_EACH == 0 {
            shop.assert_audit_is_clean(&format!("after cut {cut} of TEST_SEED={seed}"));
        }
        books.compare(&admin, &format!("r{cut}-")).await;
        nobody_is_charged_twice(&shop.launch).await;
    }
    books.compare(&admin, "").await;
    shop.assert_audit_is_clean(&format!("after the cuts of TEST_SEED={seed}"));
    println!("{} orders, none lost, none charged twice", books.len());
}

/// How often the power of each shop is cut: one shop would fill its disk in the long form.
fn shops() -> Vec<u64> {
    match testkit::is_long() {
        true => vec![CUTS_OF_A_SHOP; (CUTS_LONG / CUTS_OF_A_SHOP) as usize],
        false => vec![CUTS],
    }
}

async fn buyers(url: &str) -> Vec<HttpClient> {
    let mut buyers = Vec::new();
    for n in 0..BUYERS / 6 {
        let buyer = customer_at(url, &format!("buyer{n}")).await;
        buyers.extend((0..6).map(|_| buyer.apart()));
    }
    buyers
}

/// This test fails, since something that was acknowledged is not there.
async fn fails_with_a_loss(test: impl Future<Output = ()> + Send + 'static) {
    #[allow(clippy::disallowed_methods, reason = "its failure is awaited here")]
    let failed = tokio::spawn(test).await.expect_err("nothing is lost: these cuts are none");
    let said = failed.into_panic();
    let text = said.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let why = text.or_else(|| said.downcast_ref::<String>().cloned()).unwrap_or_default();
    println!("it fails: {why}");
    assert!(LOSSES.iter().any(|loss| why.contains(loss)), "it fails for another reason: {why}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_power_cuts_of_postgresql_and_nats() {
    if !is_inside("what_was_acknowledged_survives_power_cuts_of_postgresql_and_nats") {
        return;
    }
    for cuts in shops() {
        let Some(disk) = disk() else { return };
        survives_of_postgres(disk, Postgres::start_on, cuts).await;
    }
}

/// The control: the same processes, buyers, cuts and comparisons, and a PostgreSQL that syncs nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_syncs_of_postgresql_the_same_test_fails() {
    if !is_inside("without_syncs_of_postgresql_the_same_test_fails") {
        return;
    }
    let Some(disk) = disk() else { return };
    fails_with_a_loss(survives_of_postgres(disk, Postgres::start_without_syncs_on, CUTS)).await;
}

/// The processes of the shop go on, and the machine with PostgreSQL and NATS loses its power. NATS syncs nothing by itself, and is
/// only a courier.
async fn survives_of_postgres(disk: PowerDisk, start: fn(&Path) -> Postgres, cuts: u64) {
    let seed = testkit::seed();
    println!("TEST_SEED={seed}: {cuts} power cuts of PostgreSQL and NATS");
    let (postgres, mut nats) = (start(&disk.path()), Nats::start_on(&disk.path()));
    let bus = nats.url();
    let own = [("ORDO_BUS", bus.as_str()), ("ORDO_LEAVE", "1"), ("ORDO_PAYMENT_DUE", "3")];
    let mut split =
        DistributedShop::on(postgres, env!("CARGO_BIN_EXE_ordo"), &WHOLE, &[&SHORT[..], &own].concat());
    split.start();
    let (url, launch) = (split.url(), split.parts[0].launch.clone());
    let admin = admin_at(&url).await;
    let goods = stock_up(&admin, &GOODS).await;
    let buyers = buyers(&url).await;
    let (books, mut dice) = (ClientLedger::default(), SplitMix::new(seed));
    // what was copied to begin with, and no server syncs
    sync(&disk);
    for cut in 0..cuts {
        let load = Load::new(goods.clone(), admin.clone(), books.clone(), cut);
        let tasks = load.start(&buyers, seed.wrapping_add(cut));
        sleep(Duration::from_millis(200 + dice.roll(800))).await;
        split.postgres.freeze();
        nats.freeze(0);
        sleep(ARRIVES_WITHIN).await;
        let acknowledged = books.len();
        disk.cut(|| {
            split.postgres.kill_all();
            nats.kill(0);
        });
        split.postgres.restart();
        nats.restart(0);
        load.finish(tasks).await;
        println!("cut {cut}: {acknowledged} acknowledged");
        if cut % AUDITED_EACH == 0 {
            audit_is_clean(&split, &format!("after cut {cut} of TEST_SEED={seed}"));
        }
        books.compare(&admin, &format!("r{cut}-")).await;
        nobody_is_charged_twice(&launch).await;
    }
    books.compare(&admin, "").await;
    audit_is_clean(&split, &format!("after the cuts of TEST_SEED={seed}"));
    println!("{} orders, none lost, none charged twice", books.len());
}

#[track_caller]
fn audit_is_clean(split: &DistributedShop, when: &str) {
    let output = split.command(&["audit"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "the audit is not clean {when}:\n{said}");
}

fn disk() -> Option<PowerDisk> {
    match PowerDisk::new() {
        Ok(disk) => Some(disk),
        Err(why) => {
            println!("not tried: this machine gives a test no disk whose power can be cut: {why}");
            None
        }
    }
}

/// Everything that was written so far is on the disk.
fn sync(disk: &PowerDisk) {
    let synced = std::process::Command::new("sync").arg("-f").arg(disk.path()).status();
    assert!(synced.unwrap().success());
}

fn shop_on(disk: &PowerDisk, settings: &[(&str, &str)]) -> Shop {
    let mut launch = launch(&disk.path().join("data"));
    for (name, value) in settings {
        launch = launch.with(name, value);
    }
    Shop::of(TempDir::new(), launch)
}

/// Nothing moves any more, the disk keeps what it holds, and the process is gone.
async fn cut_power(disk: &PowerDisk, shop: &mut Shop) {
    let mut server: Server = shop.server.take().unwrap();
    signal::send(server.pid(), "STOP");
    sleep(ARRIVES_WITHIN).await;
    disk.cut(move || server.kill());
}
