//! Only the database of orders was put back to an older copy: a lost order is placed again, and its payment is still here.

use crate::{
    restored::manual,
    who::customer,
    world::{PayableOrder, PaymentsTestBed, euros},
};
use contracts::{payments::*, settlement::*};
use db::{Sql, params};
use endpoint::{OptionalIdempotencyKey, Path, client::CallError};
use serde_json::json;

on_both!(
    what_a_lost_order_was_paid_with_pays_for_its_repeat,
    an_attempt_that_was_under_way_is_that_of_the_repeat,
    what_cannot_pay_for_the_repeat_goes_back,
    what_was_paid_for_a_lost_order_goes_back_when_its_repeat_is_cancelled,
    an_order_whose_attempts_failed_is_charged_once,
    repeats_at_the_same_moment_are_charged_once,
    an_order_that_is_placed_a_third_time_is_not_charged_again,
);

impl PaymentsTestBed {
    /// The order placed again, and paid under the key that its placement has.
    async fn repeats(&self, lost: PayableOrder, method: &str) -> (PayableOrder, Payment) {
        let again = self.placed_again(lost);
        assert_ne!(again.id, lost.id);
        let answer = self.pay(again, method, "again").await;
        assert_eq!((answer.figures.order_id, answer.payment.order_id), (again.id, again.id));
        (again, answer.payment)
    }

    /// Once nothing is under way, each charge is one of these payments.
    async fn ends_explained(&self) {
        self.until("nothing is under way", async || self.is_quiet().await).await;
        self.charges_are_explained().await;
    }
}

async fn what_a_lost_order_was_paid_with_pays_for_its_repeat(world: PaymentsTestBed) {
    let [captured, authorized, in_hand] = [4900, 5000, 5100].map(|minor| world.order(minor));
    let paid = world.pay(captured, "sim_ok", "k").await.payment;
    world.authorize(authorized, "sim_ok").await;
    world.offline(in_hand).await.unwrap();
    let (again, payment) = world.repeats(captured, "sim_ok").await;
    assert_eq!((payment.id, payment.status), (paid.id, PaymentStatus::Captured));
    assert_eq!(payment.version, paid.version + 1);
    const NEWEST: Sql = Sql::both("select type, data from event order by seq desc limit 1");
    let told = world.db.query_one(&NEWEST, params![]).await.unwrap();
    let (kind, data): (String, serde_json::Value) = (told.get("type").unwrap(), told.get("data").unwrap());
    assert_eq!((kind.as_str(), &data["figures"]["order_id"]), ("payment.updated", &json!(again.id)));
    let (later, held) = world.repeats(authorized, "sim_slow").await;
    assert_eq!(held.status, PaymentStatus::Authorized);
    assert_eq!(world.settle(later, 5000).await.unwrap().figures.captured, euros(5000));
    let (_, offline) = world.repeats(in_hand, "sim_ok").await;
    assert_eq!((offline.status, offline.captured), (PaymentStatus::Captured, euros(5100)));
    assert_eq!(world.taken(captured).await, [(4900, 0)]);
    assert_eq!(world.taken(authorized).await, [(5000, 0)]);
    assert_eq!([world.taken(again).await, world.taken(later).await], [[], []]);
    // it is a payment as any other
    let already = world.pay_as(world.wish(again, "sim_ok", "another")).await;
    assert!(matches!(already, Err(CallError::Refused(PayError::AlreadyPaid { .. }))), "{already:?}");
    world.refund(payment.id, Some(900), "r").await.unwrap();
    assert_eq!(world.taken(captured).await, [(4900, 900)]);
    world.ends_explained().await;
}

async fn an_attempt_that_was_under_way_is_that_of_the_repeat(world: PaymentsTestBed) {
    let [waiting, slow] = [4900, 5000].map(|minor| world.order(minor));
    world.pay(waiting, "sim_requires_action", "k").await;
    let submitting = world.pay(slow, "sim_webhook_late", "k").await.payment;
    assert_eq!(submitting.status, PaymentStatus::Processing);
    let (again, payment) = world.repeats(waiting, "sim_requires_action").await;
    assert_eq!(payment.status, PaymentStatus::RequiresAction);
    let confirm = ConfirmPayment { id: Path(payment.id), key: OptionalIdempotencyKey(None) };
    world.ask(&customer(again.user), confirm).await.unwrap();
    let (later, _) = world.repeats(slow, "sim_webhook_late").await;
    let is_captured = async || world.payment(later, submitting.id).await.status == PaymentStatus::Captured;
    world.until("it is captured", is_captured).await;
    assert_eq!((world.taken(waiting).await, world.taken(slow).await), (vec![(4900, 0)], vec![(5000, 0)]));
    assert_eq!([world.taken(again).await, world.taken(later).await], [[], []]);
    world.ends_explained().await;
}

/// The price has risen in the meantime; or staff have refunded a part, or all, of what nobody had an order for.
async fn what_cannot_pay_for_the_repeat_goes_back(world: PaymentsTestBed) {
    let [dearer, partly, gone] = [4900, 5000, 5100].map(|minor| world.order(minor));
    for order in [dearer, partly, gone] {
        let paid = world.pay(order, "sim_ok", "k").await.payment.id;
        let refunded = [None, Some(900), Some(5100)][(order.total.minor as usize - 4900) / 100];
        if let Some(minor) = refunded {
            world.refund(paid, Some(minor), "r").await.unwrap();
        }
    }
    world.until("nothing is under way", async || world.is_quiet().await).await;
    for order in [PayableOrder { total: euros(5900), ..dearer }, partly, gone] {
        let (again, payment) = world.repeats(order, "sim_ok").await;
        assert_eq!((payment.status, payment.captured), (PaymentStatus::Captured, order.total));
        assert_eq!(world.taken(again).await, [(order.total.minor, 0)]);
    }
    for (order, minor) in [(dearer, 4900), (partly, 5000), (gone, 5100)] {
        let gone_back = async || world.taken(order).await == [(minor, minor)];
        world.until("it has gone back", gone_back).await;
    }
    // one that is cheaper keeps what it owes
    let cheaper = world.order(4900);
    world.pay(cheaper, "sim_ok", "k").await;
    let (_, payment) = world.repeats(PayableOrder { total: euros(4000), ..cheaper }, "sim_ok").await;
    assert_eq!((payment.amount, payment.captured), (euros(4000), euros(4900)));
    world.until("the rest has gone back", async || world.taken(cheaper).await == [(4900, 900)]).await;
    world.ends_explained().await;
}

async fn what_was_paid_for_a_lost_order_goes_back_when_its_repeat_is_cancelled(world: PaymentsTestBed) {
    let [captured, authorized, kept] = [4900, 5000, 5100].map(|minor| world.order(minor));
    world.pay(captured, "sim_ok", "k").await;
    world.authorize(authorized, "sim_ok").await;
    world.pay(kept, "sim_ok", "k").await;
    for order in [captured, authorized] {
        let closed = world.close(world.placed_again(order), CloseMode::Always).await;
        assert_eq!(closed.outcome, CloseOutcome::Closed);
    }
    world.until("it has gone back", async || world.taken(captured).await == [(4900, 4900)]).await;
    assert_eq!(world.taken(authorized).await, []);
    assert_eq!(
        world.close(world.placed_again(kept), CloseMode::IfUnpaid).await.outcome,
        CloseOutcome::Secured
    );
    assert!(world.offline(world.placed_again(kept)).await.is_err());
    assert_eq!(world.taken(kept).await, [(5100, 0)]);
    // what is closed has given all back, and the next repeat is charged
    let (again, _) = world.repeats(captured, "sim_ok").await;
    assert_eq!(world.taken(again).await, [(4900, 0)]);
    world.ends_explained().await;
}

async fn an_order_whose_attempts_failed_is_charged_once(world: PaymentsTestBed) {
    let lost = world.order(4900);
    assert!(world.pay(lost, "sim_declined", "k").await.declined.is_some());
    let (again, payment) = world.repeats(lost, "sim_ok").await;
    assert_eq!((payment.status, payment.attempts.len()), (PaymentStatus::Captured, 2));
    assert_eq!((world.taken(lost).await, world.taken(again).await), (vec![], vec![(4900, 0)]));
    // one with other words is another order
    let other = PayableOrder { id: world.env.id(), ..lost };
    world.pay(other, "sim_ok", "k").await;
    assert_eq!(world.taken(other).await, [(4900, 0)]);
    world.ends_explained().await;
}

async fn repeats_at_the_same_moment_are_charged_once(world: PaymentsTestBed) {
    let [lost, manually] = [4900, 5000].map(|minor| world.order(minor));
    world.pay(lost, "sim_ok", "k").await;
    world.authorize(manually, "sim_ok").await;
    let again = [lost, manually].map(|order| world.placed_again(order));
    let requests = (0..8).map(|n| {
        let (world, order) = (&world, again[n % 2]);
        let key = format!("key {}", n / 4);
        async move { world.pay_as(manual(world.wish(order, "sim_ok", &key))).await }
    });
    for answer in futures_util::future::join_all(requests).await {
        let is_refused = |error: &CallError<PayError>| {
            matches!(error, CallError::Refused(PayError::AlreadyPaid { .. } | PayError::PaymentInProgress))
        };
        assert!(answer.as_ref().map_or_else(is_refused, |_| true), "{answer:?}");
    }
    assert_eq!([world.charges(again[0]).await, world.charges(again[1]).await], [[], []]);
    assert_eq!(world.taken(lost).await, [(4900, 0)]);
    world.ends_explained().await;
}

/// And the loss of payments comes later: orders knows the attempts, which keep the IDs of the first order.
async fn an_order_that_is_placed_a_third_time_is_not_charged_again(world: PaymentsTestBed) {
    let lost = world.order(4900);
    world.keep().await;
    world.pay(lost, "sim_declined", "k").await;
    let paid = world.pay(lost, "sim_ok", "k2").await.payment;
    let (again, _) = world.repeats(lost, "sim_ok").await;
    let (third, known) = world.repeats(again, "sim_ok").await;
    assert_eq!((known.id, known.attempts.len()), (paid.id, 2));
    world.put_back().await;
    world.begin_epoch().await;
    let restored = world.restore(third, &known, 4900).await;
    assert_eq!((restored.payment.id, restored.payment.status), (paid.id, PaymentStatus::Captured));
    let ids = |payment: &Payment| payment.attempts.iter().map(|attempt| attempt.id).collect::<Vec<_>>();
    assert_eq!(ids(&restored.payment), ids(&paid));
    assert_eq!(world.taken(lost).await, [(4900, 0)]);
    assert_eq!([world.taken(again).await, world.taken(third).await], [[], []]);
    world.ends_explained().await;
}
