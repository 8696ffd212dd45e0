//! The process dies in the middle of things and starts again on the same databases: whatever was under way is
//! found out, and nobody is charged twice.

use crate::world::{DatabaseLocation, PayableOrder, PaymentsTestBed, settings};
use contracts::{
    payments::*,
    settlement::{CloseMode, PayRequest},
};
use db::{Sql, params};
use endpoint::{IdempotencyKey, Path, client::CallError};
use futures_util::future::join_all;
use std::time::Duration;
use testkit::temp_dir::TempDir;
use tokio::{runtime::Runtime, time::timeout};

const TOKENS: [&str; 10] = [
    "sim_ok",
    "sim_declined",
    "sim_timeout_before_charge",
    "sim_timeout_after_charge",
    "sim_slow",
    "sim_webhook_late",
    "sim_webhook_twice",
    "sim_requires_action",
    "sim_refund_refused",
    "sim_void_refused",
];

/// One life of the process, which ends where it stands.
fn live<T>(
    place: &DatabaseLocation,
    longest: Duration,
    story: impl AsyncFnOnce(PaymentsTestBed) -> T,
) -> Option<T> {
    let runtime = Runtime::new().unwrap();
    let told = runtime.block_on(async {
        let world = PaymentsTestBed::asleep(place).await;
        world.start(settings());
        timeout(longest, story(world)).await.ok()
    });
    // nothing is finished, and nothing is said good-bye to
    runtime.shutdown_timeout(Duration::from_millis(100));
    told
}

/// What a customer and the shop do with one order.
async fn story(world: &PaymentsTestBed, order: PayableOrder, n: usize) {
    let capture = if n.is_multiple_of(2) { CaptureMode::Automatic } else { CaptureMode::Manual };
    let wish = PayRequest { capture, ..world.wish(order, TOKENS[n % TOKENS.len()], "k") };
    let paid = world.pay_as(wish).await;
    let Ok(paid) = paid else { return };
    match n % 5 {
        0 => drop(world.close(order, CloseMode::IfUnpaid).await),
        1 => drop(world.close(order, CloseMode::Always).await),
        2 => drop(world.settle(order, order.total.minor - 100).await),
        3 => drop(world.refund(paid.payment.id, Some(100), "r").await),
        _ => {
            let void = VoidPayment { id: Path(paid.payment.id), key: IdempotencyKey("v".into()) };
            let _ = world.ask("staff:payments", void).await;
        }
    }
}

fn dies_and_recovers(place: &DatabaseLocation, lives: &[u64]) {
    let mut orders = Vec::new();
    for after in lives {
        let longest = Duration::from_millis(*after);
        let mine = live(place, Duration::from_secs(20), async |world: PaymentsTestBed| {
            let mine: Vec<PayableOrder> = (0..20).map(|_| world.order(4900)).collect();
            let _ =
                timeout(longest, join_all(mine.iter().enumerate().map(|(n, o)| story(&world, *o, n)))).await;
            mine
        });
        orders.extend(mine.unwrap());
    }
    live(place, Duration::from_secs(120), async |world: PaymentsTestBed| {
        // nobody asks: what was under way is found out all the same
        const UNDER_WAY: Sql = Sql::both(
            "select (select count(*) from attempt where state in ('created', 'submitting', 'unknown_submitting', \
             'capturing', 'unknown_capturing', 'voiding', 'unknown_voiding')) \
             + (select count(*) from refund where state not in ('succeeded', 'withdrawn')) as n",
        );
        world
            .until("nothing is under way", async || {
                world.db.query_one(&UNDER_WAY, params![]).await.unwrap().get::<i64>("n").unwrap() == 0
            })
            .await;
        // every customer asks again, with the same key
        for (n, order) in orders.iter().enumerate() {
            let n = n % 20;
            let capture = if n.is_multiple_of(2) { CaptureMode::Automatic } else { CaptureMode::Manual };
            let again = PayRequest { capture, ..world.wish(*order, TOKENS[n % TOKENS.len()], "k") };
            match world.pay_as(again).await {
                // what has surely not been charged was abandoned, and is tried again
                Ok(answer) => {
                    let [abandoned @ .., _] = &answer.payment.attempts[..] else { panic!("none: {answer:?}") };
                    assert!(abandoned.len() < 2 && abandoned.iter().all(Attempt::is_provider_unavailable));
                }
                Err(CallError::Refused(_)) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        let waits = |order: &PayableOrder| world.close(*order, CloseMode::IfUnpaid);
        world
            .until("every payment is decided", async || {
                let closed = join_all(orders.iter().map(waits)).await;
                closed.iter().all(|answer| answer.outcome != contracts::settlement::CloseOutcome::Closing)
            })
            .await;
        world.books_agree().await;
    })
    .expect("it recovers in time");
}

#[test]
fn a_process_that_dies_in_the_middle_recovers_on_sqlite() {
    let folder = TempDir::new();
    dies_and_recovers(&DatabaseLocation::sqlite(folder.path()), &[15, 40, 90, 180, 350, 700, 1700]);
}

#[test]
fn a_process_that_dies_in_the_middle_recovers_on_postgres() {
    let runtime = Runtime::new().unwrap();
    let place = runtime.block_on(DatabaseLocation::postgres());
    dies_and_recovers(&place, &[30, 120, 400, 1700]);
}
