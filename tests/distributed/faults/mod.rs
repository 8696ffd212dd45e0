//! Faults under load, one after the other. After each of them: all acknowledged orders are there as they were acknowledged,
//! nothing is oversold, nobody is charged twice (the provider's own ledger), and the audit is clean within half a
//! minute. What was measured is printed as a table.
//!
//! Every run lays one fault of each kind, drawn by a seed that is printed (`TEST_SEED` repeats it); with `TEST_LONG` each
//! process, wire and node has each of them. `ORDO_FAULT=clocks,taken` lays only those in whose name one of these is.

mod fault;
mod taken;

use crate::{
    network_proxies::{self, ProxiedShop, TWICE},
    shop::{
        ShopProduct, admin_at, all_items,
        client_ledger::ClientLedger,
        customer_at,
        load::{Load, NEVER, SplitMix},
        stock_up,
    },
};
use db::{
    Db, Sql,
    postgres::{Config, connect},
};
use fault::{Fault, FaultDuration, LinkTrouble, TROUBLES};
use kernel::id::OrderId;
use std::{collections::BTreeMap, fmt, time::Duration};
use testkit::{http_client::HttpClient, real_env};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

const BUYERS: usize = 8;
/// Connections of each process: together fewer than the server has, so that pools can be used up.
const POOL: usize = 4;
/// All is well again when so many requests in a row are answered.
const GOOD_IN_A_ROW: usize = 20;
const CLEAN_WITHIN: Duration = Duration::from_secs(30);
/// What nobody asked under was not tried.
const ASKED_AT_LEAST: usize = BUYERS / 2;
/// Where no request may fail, one of so many may, on a busy machine.
const FELT_BY_ONE_OF: usize = 20;
/// So long an audit waits for what is under way, and then says what it still finds.
const LOOK_FOR: Duration = Duration::from_secs(8);
/// Then another shop is opened, or the later faults would wait for audits of what the earlier ones have left.
const FAULTS_OF_A_SHOP: usize = 25;
const ORDERS_OF_A_SHOP: usize = 1500;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn faults_lose_nothing_sell_nothing_twice_and_charge_nobody_twice() {
    let is_long = testkit::is_long();
    let seed = testkit::seed();
    let mut dice = SplitMix::new(seed);
    let faults = if is_long { every_fault() } else { one_of_each_kind(&mut dice) };
    println!("TEST_SEED={seed}: {} faults\n{}", faults.len(), FaultMeasurement::HEAD);
    let (mut rows, only) = (Vec::new(), std::env::var("ORDO_FAULT").unwrap_or_default());
    let (mut faults, mut orders) = (faults.into_iter().peekable(), 0);
    while faults.peek().is_some() {
        let (mut round, first) = (Round::open(seed, is_long).await, rows.len());
        while rows.len() - first < FAULTS_OF_A_SHOP && round.books.len() < ORDERS_OF_A_SHOP {
            let Some(fault) = faults.next() else { break };
            let name = fault.name(&round.shop);
            if !only.split(',').any(|part| name.contains(part)) {
                continue;
            }
            let row = round.suffer(fault, &mut dice, rows.len()).await;
            println!("{row}");
            rows.push(row);
        }
        orders += round.books.len();
        round.close().await;
    }
    assert!(!only.is_empty() || orders > 50, "{orders} orders: the test is too gentle");
    let requests: usize = rows.iter().map(|row| row.requests).sum();
    assert!(!only.is_empty() || requests > 20 * rows.len(), "{requests} requests: the test is too gentle");
}

fn one_of_each_kind(dice: &mut SplitMix) -> Vec<Fault> {
    let mut any = |of: usize| dice.roll(of as u64) as usize;
    let one_way = [LinkTrouble::NoWayThere, LinkTrouble::NoWayBack][any(2)];
    vec![
        Fault::Killed(any(TWICE.len())),
        Fault::Wire(any(network_proxies::COUNT), LinkTrouble::Cut),
        Fault::Wire(any(network_proxies::COUNT), LinkTrouble::Slow),
        Fault::Wire(any(network_proxies::COUNT), LinkTrouble::Flapping),
        Fault::Wire(any(network_proxies::COUNT), one_way),
        Fault::NodeKilled(any(3)),
        Fault::NodesKilled,
        Fault::NodesWiped,
        Fault::PostgresKilled,
        Fault::ConnectionsTaken,
        Fault::TablesLocked,
        Fault::Stopped(any(TWICE.len())),
        Fault::ClocksApart,
        Fault::OneKilledEachSecond(3),
    ]
}

fn every_fault() -> Vec<Fault> {
    let parts = || 0..TWICE.len();
    let wires =
        (0..network_proxies::COUNT).flat_map(|wire| TROUBLES.map(|trouble| Fault::Wire(wire, trouble)));
    let few = [
        Fault::NodesKilled,
        Fault::NodesWiped,
        Fault::PostgresKilled,
        Fault::ConnectionsTaken,
        Fault::TablesLocked,
        Fault::ClocksApart,
        Fault::OneKilledEachSecond(60),
    ];
    let all = parts().map(Fault::Killed).chain(few).chain((0..3).map(Fault::NodeKilled));
    all.chain(parts().map(Fault::Stopped)).chain(wires).collect()
}

/// What was measured of a fault.
struct FaultMeasurement {
    fault: String,
    requests: usize,
    failed: usize,
    /// From its end, until twenty requests in a row were answered.
    recovery: Duration,
    /// From its end, until the audit was clean.
    clean: Duration,
    /// The responses that reported a failure, and how many there were of each.
    told: BTreeMap<String, u64>,
}

impl FaultMeasurement {
    const HEAD: &str = "| fault | requests during the fault | failed | recovery | audit clean after | error responses |\n|---|---|---|---|---|---|";
}

impl fmt::Display for FaultMeasurement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FaultMeasurement { fault, requests, failed, .. } = self;
        let percent = 100.0 * *failed as f64 / (*requests).max(1) as f64;
        let told: Vec<String> = self.told.iter().map(|(what, times)| format!("{times} × {what}")).collect();
        let (recovery, clean) = (self.recovery.as_secs_f64(), self.clean.as_secs_f64());
        write!(
            f,
            "| {fault} | {requests} | {percent:.1} % | {recovery:.2} s | {clean:.1} s | {} |",
            told.join(", ")
        )
    }
}

/// Each buyer has an account: those of one wait for one another where they place.
fn name_of_buyer(n: usize) -> String {
    format!("buyer{n}")
}

/// A shop with buyers, and the responses that they received.
struct Round {
    shop: ProxiedShop,
    seed: u64,
    is_long: bool,
    admin: HttpClient,
    goods: Vec<ShopProduct>,
    buyers: Vec<HttpClient>,
    books: ClientLedger,
    /// The provider's.
    ledger: Db,
}

impl Round {
    async fn open(seed: u64, is_long: bool) -> Round {
        let shop = ProxiedShop::with(&[("ORDO_DATABASE_POOL", &POOL.to_string())]).await;
        let doors = shop.doors.clone();
        let admin = admin_at(&doors[0]).await;
        let goods = stock_up(&admin, &[(1999, 100_000), (500, 100_000), (700, 60)]).await;
        let mut buyers = Vec::new();
        for n in 0..BUYERS {
            buyers.push(customer_at(&doors[n % doors.len()], &name_of_buyer(n)).await);
        }
        let url = shop.split.setting("ORDO_DATABASE_URL");
        let config = Config { schema: Some("simulator".to_owned()), ..Config::new(url) };
        let ledger = connect(&config, real_env::env()).unwrap();
        Round { shop, seed, is_long, admin, goods, buyers, books: ClientLedger::default(), ledger }
    }

    async fn suffer(&mut self, fault: Fault, dice: &mut SplitMix, n: usize) -> FaultMeasurement {
        let name = fault.name(&self.shop);
        let addresses = (0..BUYERS).map(|n| format!("{}@example.com", name_of_buyer(n))).collect();
        let load = Load::of_who_look_around(
            self.goods.clone(),
            self.admin.clone(),
            self.books.clone(),
            n as u64,
            addresses,
        );
        let tasks = load.start(&self.buyers, self.seed.wrapping_add(n as u64));
        sleep(Duration::from_millis(300)).await;
        let laid = Instant::now();
        let at_least = Duration::from_millis(if self.is_long { 4_000 } else { 1_500 });
        // without NATS nobody waits longer than for a slow provider
        let at_most = Duration::from_secs(if fault.is_of_nats(&self.shop) { 4 } else { 15 });
        let lasting = FaultDuration { load: &load, at_least, at_most, answers: ASKED_AT_LEAST };
        let lifted = fault.befall(&mut self.shop, dice, &lasting, self.is_long).await;
        let recovery = recovered(&load, lifted, &name).await;
        let meanwhile = load.outcomes_since(laid);
        let meanwhile: Vec<bool> =
            meanwhile.into_iter().filter(|(at, _)| *at <= lifted).map(|(_, is_good)| is_good).collect();
        // a busy shop is clean, too, and a buyer may wait for an answer until its time is up
        let last_answer = async {
            load.finish(tasks).await;
            Instant::now()
        };
        let (quiet_since, clean) = tokio::join!(last_answer, self.audited(lifted, &name));
        // what the last of them did as well
        self.audited(quiet_since, &name).await;
        self.books.compare(&self.admin, &format!("r{n}-")).await;
        self.nobody_is_charged_twice(&name).await;
        assert!(meanwhile.len() >= ASKED_AT_LEAST, "{name}: {} requests meanwhile", meanwhile.len());
        let failed = meanwhile.iter().filter(|is_good| !**is_good).count();
        let told = load.failures();
        let says_when =
            |what: &String| (what.starts_with("503 ") || what.starts_with("504 ")) && !what.ends_with(NEVER);
        assert!(told.keys().all(says_when), "{name}: {told:?}");
        // without NATS events come by the feeds, and nobody else is asked over it
        let is_felt = failed * FELT_BY_ONE_OF > meanwhile.len();
        assert!(!fault.is_of_nats(&self.shop) || !is_felt, "{name}: {failed} of {} failed", meanwhile.len());
        FaultMeasurement { fault: name, requests: meanwhile.len(), failed, recovery, clean, told }
    }

    /// How long it took until the audit was clean. What it names in the meantime is printed.
    async fn audited(&self, lifted: Instant, fault: &str) -> Duration {
        loop {
            let left = CLEAN_WITHIN.saturating_sub(lifted.elapsed());
            let mut audit =
                self.shop.split.command(&["audit", "--patience", &LOOK_FOR.min(left).as_secs().to_string()]);
            // the wires go on in the meantime
            let output = real_env::env().blocking(move || audit.output().unwrap()).await.unwrap();
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            let took = lifted.elapsed();
            if output.status.success() {
                assert!(took <= CLEAN_WITHIN, "the audit was clean {took:?} after: {fault}");
                return took;
            }
            println!("{took:?} after: {fault}\n{said}{told}");
            assert!(took < CLEAN_WITHIN, "the audit is not clean {took:?} after: {fault}\n{said}{told}");
        }
    }

    /// By the provider's own ledger: each order was charged once at most, and no more is kept than it comes to.
    async fn nobody_is_charged_twice(&self, fault: &str) {
        const CHARGED: Sql = Sql::both(
            "select order_id, count(*) filter (where captured > 0) as charges,
                    cast(sum(captured - refunded) as bigint) as taken
             from charge group by order_id",
        );
        let totals = self.books.totals().into_iter();
        let totals: BTreeMap<Uuid, i64> =
            totals.map(|(id, total)| (id.parse::<OrderId>().unwrap().uuid(), total)).collect();
        let begun = Instant::now();
        loop {
            let rows = self.ledger.query(&CHARGED, &[]).await.unwrap();
            let wrong = rows.iter().find_map(|row| {
                let order: Uuid = row.get("order_id").unwrap();
                let (charges, taken): (i64, i64) = (row.get("charges").unwrap(), row.get("taken").unwrap());
                let total = totals.get(&order).copied().unwrap_or(i64::MAX);
                (charges > 1 || taken > total)
                    .then(|| format!("{order}: {taken} of {total} by {charges} charges"))
            });
            // what came too late for an order is on its way back
            match wrong {
                None => return,
                Some(wrong) => {
                    assert!(begun.elapsed() < CLEAN_WITHIN, "charged twice after: {fault}: {wrong}")
                }
            }
            sleep(Duration::from_millis(200)).await;
        }
    }

    /// Whatever was on its way has arrived, and what orders have and what is left is what there was. The orders that there
    /// are, are those that were acknowledged.
    async fn close(self) {
        self.books.are_all_of(&all_items(&self.admin, "/v1/orders").await);
        self.books.refunds_arrive(&self.admin).await;
        let begun = Instant::now();
        // unpaid orders expire
        while self.books.imbalance(&self.admin, &self.goods).await.is_some() && begun.elapsed() < CLEAN_WITHIN
        {
            sleep(Duration::from_millis(500)).await;
        }
        self.books.balance(&self.admin, &self.goods).await;
        self.audited(Instant::now(), "all of them").await;
    }
}

/// Waits for twenty requests in a row that were answered after the fault; how long after it that was.
async fn recovered(load: &Load, lifted: Instant, fault: &str) -> Duration {
    loop {
        let mut in_a_row = 0;
        for (at, is_good) in load.outcomes_since(lifted) {
            in_a_row = if is_good { in_a_row + 1 } else { 0 };
            if in_a_row == GOOD_IN_A_ROW {
                return at - lifted;
            }
        }
        let failures = load.failures();
        assert!(lifted.elapsed() < CLEAN_WITHIN, "the shop has not recovered from: {fault}: {failures:?}");
        sleep(Duration::from_millis(20)).await;
    }
}
