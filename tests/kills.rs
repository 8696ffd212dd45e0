//! Nothing lost, nothing charged twice: the program is killed under load, at random moments.
//!
//! After each kill the clients repeat what they have no answer to, with their keys; then I1 to I10 of
//! `docs/lifecycle.md` hold, and the responses that the clients received and the provider's own ledger agree.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod shop;

use serde_json::Value;
use shop::{
    Shop, all_items,
    client_ledger::{ClientLedger, minor},
    ledger::{ledger, nobody_is_charged_twice},
    load::{Load, SplitMix},
};
use std::{collections::BTreeMap, ops::Range, sync::atomic::Ordering::SeqCst, time::Duration};
use testkit::http_client::HttpClient;
use tokio::time::sleep;

const BUYERS: usize = 72;
const IN_FLIGHT_MIN: i64 = 50;
/// In every run; and in the long form.
const KILLS: u64 = 12;
const KILLS_LONG: u64 = 500;

/// A shop is killed so often; then another one is opened, or the later kills would wait for audits of what the earlier
/// ones have left.
const KILLS_OF_A_SHOP: u64 = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_kills_at_random_moments() {
    let kills = if testkit::is_long() { KILLS_LONG } else { KILLS };
    let seed = testkit::seed();
    println!("TEST_SEED={seed}: {kills} kills");
    let mut dice = SplitMix::new(seed);
    let (mut done, mut unacknowledged) = (0, 0);
    while done < kills {
        let rounds = done..kills.min(done + KILLS_OF_A_SHOP);
        done = rounds.end;
        unacknowledged += kill_a_shop(seed, rounds, &mut dice).await;
    }
    assert!(unacknowledged > 0, "no kill fell between a commit and its answer: the test is too gentle");
}

/// How many orders were committed and not acknowledged at a kill.
async fn kill_a_shop(seed: u64, rounds: Range<u64>, dice: &mut SplitMix) -> usize {
    let mut shop = Shop::embedded(&[("ORDO_PAYMENT_DUE", "3")]);
    let admin = shop.admin().await;
    let goods = shop.stock_up(&admin, &[(1999, 100_000), (500, 100_000), (12_345, 300), (700, 60)]).await;
    let mut buyers = Vec::new();
    for n in 0..BUYERS / 6 {
        let buyer = shop.customer(&format!("buyer{n}")).await;
        buyers.extend((0..6).map(|_| buyer.apart()));
    }
    let books = ClientLedger::default();
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
        let killed_at = testkit::real_env::env().now().to_string();
        shop.server = Some(shop.launch.start());
        load.finish(tasks).await;
        let found = books.unacknowledged_at(&killed_at, &format!("r{round}-"));
        unacknowledged += found;
        println!(
            "kill {round}: {in_flight} in flight, {acknowledged} acknowledged, {found} committed without an answer"
        );
        shop.assert_audit_is_clean(&format!("after kill {round} of TEST_SEED={seed}"));
        books.compare(&admin, &format!("r{round}-")).await;
        nobody_is_charged_twice(&shop.launch).await;
    }
    books.compare(&admin, "").await;
    settle(&shop).await;
    books.refunds_arrive(&admin).await;
    books.balance(&admin, &goods).await;
    all_is_as_it_was_told(&shop, &admin, &books).await;
    println!("{} orders, {unacknowledged} of them committed and not acknowledged at a kill", books.len());
    unacknowledged
}

/// The orders that there are, are those that were acknowledged; and what the provider has taken and given back, by its own
/// ledger, is what each of them says, and nothing else. There are some of each kind.
async fn all_is_as_it_was_told(shop: &Shop, admin: &HttpClient, books: &ClientLedger) {
    let orders = all_items(admin, "/v1/orders").await;
    let text = |order: &Value, name: &str| order[name].as_str().unwrap_or_default().to_owned();
    books.are_all_of(&orders);
    let (mut ledger, totals) = (ledger(&shop.launch).await, books.totals());
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    for order in orders {
        let id = text(&order, "id");
        let taken = ledger.remove(&id).unwrap_or_default();
        let figure = |name: &str| minor(&order["payment"][name]["amount"]);
        let (captured, refunded) = (figure("captured"), figure("refunded"));
        assert_eq!((taken.captured, taken.refunded), (captured, refunded), "{id}: {order}");
        assert!(taken.captured <= totals[&id], "{id}: {taken:?}, and it comes to {}", totals[&id]);
        let refunds = if taken.refunded > 0 { "refunded" } else { "not refunded" };
        for kind in [text(&order, "status"), text(&order, "fulfilment_status"), refunds.to_owned()] {
            *kinds.entry(kind).or_default() += 1;
        }
    }
    ledger.retain(|_, taken| taken.captured > 0);
    assert!(ledger.is_empty(), "charged, and nobody was told of an order: {ledger:?}");
    println!("{kinds:?}");
    for kind in ["confirmed", "cancelled", "expired", "shipped", "refunded"] {
        assert!(kinds.contains_key(kind), "no order is {kind}: the test is too gentle: {kinds:?}");
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

/// Waits until unpaid orders have expired, and holds of placements that never became orders were asked about.
async fn settle(shop: &Shop) {
    sleep(Duration::from_secs(12)).await;
    shop.assert_audit_is_clean("when all is quiet");
}
