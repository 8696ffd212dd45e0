//! The keys that the provider was asked with, beside those that are written down.

use crate::{
    who::customer,
    world::{PayableOrder, PaymentsTestBed},
};
use contracts::{audit::Invariant, payments::*};
use db::{Sql, params};
use endpoint::{IdempotencyKey, OptionalIdempotencyKey, Path};
use kernel::id::PaymentId;

on_both!(the_newest_key_of_each_kind_is_missed);

async fn the_newest_key_of_each_kind_is_missed(world: PaymentsTestBed) {
    const NEWEST: Sql = Sql::both("select max(n) as n from operation where payment_id = $1 and kind = $2");
    const LOSE: Sql = Sql::both("delete from operation where payment_id = $1 and kind = $2 and n = $3");
    let kept = [
        (acted(&world).await, "submit", 2),
        (taken(&world).await, "capture", 1),
        (let_go(&world).await, "void", 2),
        (refunded(&world).await, "refund", 2),
        (abandoned(&world).await, "submit", 1),
    ];
    world.books_agree().await;
    let mut missed = Vec::new();
    for (payment, kind, n) in kept {
        let newest = world.db.query_one(&NEWEST, params![payment, kind]).await.unwrap();
        assert_eq!(newest.get::<i64>("n").unwrap(), n, "{kind}");
        let mut tx = world.db.begin().await.unwrap();
        assert_eq!(tx.run(&LOSE, params![payment, kind, n]).await.unwrap(), 1);
        tx.commit("payments.meddle").await.unwrap();
        missed.push((Invariant::I4, payment.to_string()));
        missed.sort();
        for at_a_time in [500, 1] {
            let found = world.unwritten(at_a_time).await;
            let mut named: Vec<_> = found.into_iter().map(|found| (found.invariant, found.subject)).collect();
            named.sort();
            assert_eq!(named, missed, "{kind}, {at_a_time} at a time");
        }
    }
}

/// Its customer had to do something first.
async fn acted(world: &PaymentsTestBed) -> PaymentId {
    let order = world.order(4900);
    let id = world.pay(order, "sim_requires_action", "k").await.payment.id;
    let confirm = ConfirmPayment { id: Path(id), key: OptionalIdempotencyKey(None) };
    world.ask(&customer(order.user), confirm).await.unwrap();
    id
}

async fn taken(world: &PaymentsTestBed) -> PaymentId {
    let order = world.order(4900);
    world.authorize(order, "sim_ok").await;
    world.settle(order, 4900).await.unwrap().payment.id
}

/// The authorization was voided at the second try.
async fn let_go(world: &PaymentsTestBed) -> PaymentId {
    let order = world.order(4900);
    let id = world.authorize(order, "sim_void_refused").await.payment.id;
    let void = |key: &str| VoidPayment { id: Path(id), key: IdempotencyKey(key.to_owned()) };
    assert!(world.ask("staff:payments", void("first")).await.is_err());
    world.ask("staff:payments", void("second")).await.unwrap();
    id
}

/// The money was given back at the second try.
async fn refunded(world: &PaymentsTestBed) -> PaymentId {
    let id = world.pay(world.order(4900), "sim_refund_refused", "k").await.payment.id;
    world.refund(id, None, "r").await.unwrap();
    let is_back = async || world.refunds(id).await[0].status == RefundStatus::Succeeded;
    world.until("it is given back", is_back).await;
    id
}

/// The provider did not know it, and was told never to charge it.
async fn abandoned(world: &PaymentsTestBed) -> PaymentId {
    let order: PayableOrder = world.order(4900);
    let id = world.pay(order, "sim_timeout_before_charge", "k").await.payment.id;
    let is_over = async || world.payment(order, id).await.attempts[0].status == AttemptStatus::Failed;
    world.until("it is abandoned", is_over).await;
    id
}
