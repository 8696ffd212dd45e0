//! Parts of the shop are killed under load.

use crate::{
    shop::{
        admin_at,
        client_ledger::ClientLedger,
        customer_at,
        load::{Load, SplitMix},
        stock_up,
    },
    world::{DistributedTestBed, EACH_ALONE},
};
use std::time::Duration;
use tokio::time::sleep;

const BUYERS: usize = 8;
/// Of each service and of the gateway one process.
const VICTIMS: [usize; 6] = [0, 1, 2, 4, 6, 7];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_the_death_of_each_process() {
    let mut world = DistributedTestBed::of(&EACH_ALONE, &[("ORDO_PAYMENT_DUE", "3")]);
    let seed = testkit::real_env::env().random_u64() % 1_000_000;
    println!("seed {seed}");
    let (mut dice, books) = (SplitMix::new(seed), ClientLedger::default());
    let url = world.split.url();
    let admin = admin_at(&url).await;
    let goods = stock_up(&admin, &[(1999, 100_000), (500, 100_000), (700, 60)]).await;
    let mut buyers = Vec::new();
    for n in 0..BUYERS / 4 {
        let buyer = customer_at(&url, &format!("buyer{n}")).await;
        buyers.extend((0..4).map(|_| buyer.apart()));
    }
    for victim in VICTIMS {
        let load = Load::new(goods.clone(), admin.clone(), books.clone(), victim as u64);
        let tasks = load.start(&buyers, seed.wrapping_add(victim as u64));
        sleep(Duration::from_millis(200 + dice.roll(400))).await;
        world.split.parts[victim].kill();
        sleep(Duration::from_millis(300)).await;
        world.split.parts[victim].start();
        sleep(Duration::from_millis(200)).await;
        load.finish(tasks).await;
        let who = world.split.parts[victim].services.join(" ");
        println!("{who} killed: {} orders, failures {:?}", books.len(), load.failures());
        books.compare(&admin, &format!("r{victim}-")).await;
    }
    assert!(books.len() > 50, "{} orders: the test is too gentle", books.len());
    // unpaid orders have expired, and holds of placements that never became orders were asked about
    sleep(Duration::from_secs(8)).await;
    world.assert_audit_is_clean("when all is quiet");
    books.refunds_arrive(&admin).await;
    // an order whose payment was not known may have ended only now
    for _ in 0..50 {
        if books.imbalance(&admin, &goods).await.is_none() {
            break;
        }
        sleep(Duration::from_millis(200)).await;
    }
    books.balance(&admin, &goods).await;
}
