//! Nothing lost, nothing charged twice: the program is killed under load, at random moments.
//!
//! After each kill the clients repeat what they have no answer to, with their keys; then I1 to I10 of
//! `docs/lifecycle.md` hold, what the clients were told is so, and the provider's own ledger agrees.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod shop;

use db::Sql;
use kernel::id::OrderId;
use shop::{
    Shop,
    books::Books,
    load::{Dice, Load},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::atomic::Ordering::SeqCst,
    time::Duration,
};
use testkit::plain::Plain;
use tokio::time::sleep;

const BUYERS: usize = 72;
const IN_FLIGHT_MIN: i64 = 50;
/// In every run; and in the long form.
const KILLS: u64 = 25;
const KILLS_LONG: u64 = 500;

/// A shop is killed so often; then another one is opened, or the later kills would wait for audits of what the earlier
/// ones have left.
const KILLS_OF_A_SHOP: u64 = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_kills_at_random_moments() {
    let kills = if std::env::var_os("ORDO_LONG").is_some() { KILLS_LONG } else { KILLS };
    let seed = match std::env::var("ORDO_SEED") {
        Ok(seed) => seed.parse().expect("ORDO_SEED is a number"),
        Err(_) => testkit::world::env().random_u64() % 1_000_000,
    };
    println!("ORDO_SEED={seed}: {kills} kills");
    let mut dice = Dice::new(seed);
    let (mut done, mut unacknowledged) = (0, 0);
    while done < kills {
        let rounds = done..kills.min(done + KILLS_OF_A_SHOP);
        done = rounds.end;
        unacknowledged += kill_a_shop(seed, rounds, &mut dice).await;
    }
    assert!(unacknowledged > 0, "no kill fell between a commit and its answer: the test is too gentle");
}

/// How many orders were committed and not acknowledged at a kill.
async fn kill_a_shop(seed: u64, rounds: Range<u64>, dice: &mut Dice) -> usize {
    let mut shop = Shop::embedded(&[("ORDO_PAYMENT_DUE", "3")]);
    let admin = shop.admin().await;
    let goods = shop.stock_up(&admin, &[(1999, 100_000), (500, 100_000), (12_345, 300), (700, 60)]).await;
    let mut buyers = Vec::new();
    for n in 0..BUYERS / 6 {
        let buyer = shop.customer(&format!("buyer{n}")).await;
        buyers.extend((0..6).map(|_| buyer.apart()));
    }
    let books = Books::default();
    let mut unacknowledged = 0;
    for round in rounds {
        let load = Load::new(goods.clone(), admin.clone(), books.clone(), round);
        let tasks = load.start(&buyers, seed.wrapping_add(round));
        sleep(Duration::from_millis(50 + dice.roll(600))).await;
        let in_flight = until_busy(&load).await;
        let acknowledged = books.len();
        if let Some(mut server) = shop.server.take() {
            server.kill();
        }
        let killed_at = testkit::world::env().now().to_string();
        shop.server = Some(shop.launch.start());
        load.finish(tasks).await;
        let found = books.unacknowledged_at(&killed_at, &format!("r{round}-"));
        unacknowledged += found;
        println!(
            "kill {round}: {in_flight} in flight, {acknowledged} acknowledged, {found} committed without an answer"
        );
        shop.assert_audit_is_clean(&format!("after kill {round} of ORDO_SEED={seed}"));
        books.compare(&admin, &format!("r{round}-")).await;
    }
    books.compare(&admin, "").await;
    settle(&shop).await;
    books.refunds_arrive(&admin).await;
    books.balance(&admin, &goods).await;
    nobody_has_an_order_too_many(&shop, &admin, &books).await;
    println!("{} orders, {unacknowledged} of them committed and not acknowledged at a kill", books.len());
    unacknowledged
}

/// The orders that there are, are those that were acknowledged; and the provider keeps money for these alone, and for each no
/// more than it comes to, by its own ledger.
async fn nobody_has_an_order_too_many(shop: &Shop, admin: &Plain, books: &Books) {
    const TAKEN: Sql =
        Sql::both("select order_id, captured - refunded as taken from charge where captured > refunded");
    let (mut there, mut next) = (BTreeSet::new(), "/v1/orders?limit=100".to_owned());
    loop {
        let page = admin.get(&next).await.expect(200).body;
        let ids =
            page["items"].as_array().unwrap().iter().map(|order| order["id"].as_str().unwrap().to_owned());
        there.extend(ids);
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        next = format!("/v1/orders?limit=100&cursor={cursor}");
    }
    assert_eq!(there, books.orders(), "the orders that there are, and those that were acknowledged");
    let (totals, mut taken) = (books.totals(), BTreeMap::<String, i64>::new());
    for charge in shop.database("simulator").await.query(&TAKEN, &[]).await.unwrap() {
        *taken.entry(charge.get::<OrderId>("order_id").unwrap().to_string()).or_default() +=
            charge.get::<i64>("taken").unwrap();
    }
    assert!(!taken.is_empty(), "nobody has paid");
    for (order, taken) in taken {
        let total = totals.get(&order);
        assert!(
            total.is_some_and(|total| taken <= *total),
            "{order}: {taken} was taken, and it comes to {total:?}"
        );
    }
}

async fn until_busy(load: &Load) -> i64 {
    for _ in 0..2000 {
        let in_flight = load.in_flight.load(SeqCst);
        if in_flight >= IN_FLIGHT_MIN {
            return in_flight;
        }
        sleep(Duration::from_millis(5)).await;
    }
    panic!("there were never {IN_FLIGHT_MIN} requests in flight")
}

/// Waits until unpaid orders have expired, and holds of placings that never became orders were asked about.
async fn settle(shop: &Shop) {
    sleep(Duration::from_secs(12)).await;
    shop.assert_audit_is_clean("when all is quiet");
}
