//! The database is put back to an older copy beside a provider that has kept its own: what was done in the lost time is done
//! again under the keys that it had then, so that nobody is charged twice, and no money goes back twice (R7).

use crate::{
    who::customer,
    world::{PayableOrder, PaymentsTestBed, compare, euros},
};
use contracts::{payments::*, settlement::*};
use db::Sql;
use endpoint::{Body, IdempotencyKey, Json, OptionalIdempotencyKey, Path};
use flow::idempotency::digest;
use kernel::id::{AttemptId, OrderId, PaymentId};
use std::time::Duration;

on_both!(
    an_order_that_was_paid_is_not_charged_again,
    a_provider_that_has_forgotten_the_key_is_asked_for_the_charge,
    a_provider_is_asked_for_the_charge_of_an_order_that_is_older_than_keys_are_known,
    another_method_takes_over_the_charge,
    another_way_of_capturing_takes_over_the_charge,
    what_was_charged_beyond_what_is_owed_goes_back,
    a_charge_of_less_than_is_owed_goes_back,
    a_charge_that_has_gone_back_pays_for_nothing,
    a_charge_that_waited_for_the_customer_goes_on_once,
    a_key_of_the_lost_time_is_named_until_the_loss_is_accepted,
    a_refund_goes_out_once,
    a_refund_is_of_what_the_provider_gave_back,
    what_was_captured_is_not_captured_again,
    a_capture_of_more_than_is_owed_is_refunded,
    a_capture_of_less_than_is_owed_goes_back,
    the_attempts_of_an_order_come_in_the_same_order,
    what_was_charged_in_the_lost_time_goes_back_when_the_order_is_cancelled,
    who_has_paid_in_the_lost_time_does_not_lose_the_order,
    a_payment_is_restored_from_what_the_provider_knows,
    a_payment_that_the_provider_does_not_know_is_restored_as_unpaid,
    a_charge_that_was_taken_over_is_found_after_another_loss,
    an_order_closes_whatever_number_of_attempts_an_outage_has_used_up,
    an_authorization_that_was_voided_does_not_hide_the_next_charge,
);

/// What belongs to payments, parents first.
macro_rules! tables {
    ($($table:literal),*) => {
        const KEEP: &[Sql] = &[$(Sql::both(concat!("create table kept_", $table, " as select * from ", $table))),*];
        const FORGET: &[Sql] = &[$(Sql::both(concat!("drop table if exists kept_", $table))),*];
        const EMPTY: &[Sql] = &[$(Sql::both(concat!("delete from ", $table))),*];
        const FILL: &[Sql] = &[$(Sql::both(concat!("insert into ", $table, " select * from kept_", $table))),*];
    };
}
tables!("payment", "attempt", "refund", "note", "operation", "posting", "provider_inbox", "event", "timer");

impl PaymentsTestBed {
    /// Copies what stands in the database now; once for each world.
    pub(crate) async fn keep(&self) {
        self.run_all(KEEP.iter()).await;
    }

    /// The same again.
    async fn keep_again(&self) {
        self.run_all(FORGET.iter().chain(KEEP)).await;
    }

    /// Puts the database back to the copy. The provider keeps what it has.
    pub(crate) async fn put_back(&self) {
        self.until("nothing is under way", async || self.is_quiet().await).await;
        self.put_back_at_once().await;
    }

    pub(crate) async fn put_back_at_once(&self) {
        self.run_all(EMPTY.iter().rev().chain(FILL)).await;
    }

    /// In one transaction; again where it met one of the service that runs.
    async fn run_all(&self, statements: impl Iterator<Item = &'static Sql> + Clone) {
        let once = async || {
            let mut tx = self.db.begin().await?;
            for statement in statements.clone() {
                tx.run(statement, db::params![]).await?;
            }
            tx.commit("payments.put_back").await
        };
        self.db.with_retry(10, once).await.unwrap();
    }

    pub(crate) async fn is_quiet(&self) -> bool {
        let payments = self.audited().await.payments;
        payments.iter().all(|payment| !payment.unsettled || payment.authorized > 0)
    }

    /// The provider's books are ours; it may have been asked with keys that are lost.
    pub(crate) async fn agrees(&self) {
        self.until("everything is settled", async || self.is_quiet().await).await;
        compare(&self.audited().await, &simulator::audit(&self.simulator).await.unwrap());
    }

    /// Pays, and waits for the outcome.
    pub(crate) async fn pay_again(&self, wish: PayRequest) -> Payment {
        let order = PayableOrder { id: wish.order_id, user: wish.user_id, total: wish.amount };
        let id = self.pay_as(wish).await.unwrap().payment.id;
        let is_known = async || !matches!(self.payment(order, id).await.status, PaymentStatus::Processing);
        self.until("its outcome is known", is_known).await;
        self.payment(order, id).await
    }

    /// Pays again as the owner of the order: an attempt that waits for the customer ends.
    async fn pay_own(&self, wish: PayRequest) {
        let own = format!("service for:{}", wish.user_id);
        let paid = self.ask(&own, Pay { pay: Body(wish) }).await.unwrap();
        assert_eq!(paid.0.payment.status, PaymentStatus::Captured);
    }

    pub(crate) async fn restore(
        &self,
        order: PayableOrder,
        known: &Payment,
        owed: i64,
    ) -> SettlementResponse {
        let restore = RestoreRequest {
            order_id: order.id,
            user_id: order.user,
            payment_id: known.id,
            amount: order.total,
            owed: euros(owed),
            attempts: known.attempts.clone(),
        };
        let Json(answer) = self.ask("service", RestorePayment { restore: Body(restore) }).await.unwrap();
        answer
    }

    /// Pays an order in the time that is lost.
    async fn paid_and_lost(&self, wish: PayRequest) -> PaymentStatus {
        self.keep().await;
        let status = self.pay_again(wish).await.status;
        self.put_back().await;
        status
    }

    /// What the provider has taken for an order, and what of that has gone back, charge by charge.
    pub(crate) async fn taken(&self, order: PayableOrder) -> Vec<(i64, i64)> {
        self.charges(order).await.iter().map(|charge| (charge.captured, charge.refunded)).collect()
    }

    async fn all_is_refunded(&self, order: PayableOrder, id: PaymentId, minor: i64) {
        let gone_back = async || self.payment(order, id).await.refunded == euros(minor);
        self.until("it has gone back", gone_back).await;
    }
}

pub(crate) fn manual(wish: PayRequest) -> PayRequest {
    PayRequest { capture: CaptureMode::Manual, ..wish }
}

fn owing(wish: PayRequest, minor: i64) -> PayRequest {
    PayRequest { owed: euros(minor), ..wish }
}

async fn an_order_that_was_paid_is_not_charged_again(world: PaymentsTestBed) {
    let order = world.order(4900);
    world.paid_and_lost(world.wish(order, "sim_ok", "k")).await;
    // the client has kept its key, or comes with a new one
    let paid = world.pay_again(world.wish(order, "sim_ok", "k2")).await;
    assert_eq!((paid.status, paid.captured), (PaymentStatus::Captured, euros(4900)));
    assert_eq!(world.taken(order).await, [(4900, 0)]);
    world.books_agree().await;
}

async fn a_provider_that_has_forgotten_the_key_is_asked_for_the_charge(world: PaymentsTestBed) {
    world.begin_epoch().await;
    let order = world.order(4900);
    is_asked_for_the_charge(&world, order).await;
}

/// As after a snapshot of the whole machine was put back: nobody has begun an epoch.
async fn a_provider_is_asked_for_the_charge_of_an_order_that_is_older_than_keys_are_known(
    world: PaymentsTestBed,
) {
    let two_days_ago = world.env.now().minus(Duration::from_secs(2 * 24 * 60 * 60));
    let millis = u64::try_from(two_days_ago.as_micros() / 1_000).unwrap();
    let placed = uuid::Builder::from_unix_timestamp_millis(millis, &[7; 10]).into_uuid();
    let order = PayableOrder { id: OrderId::from_uuid(placed), ..world.order(4900) };
    is_asked_for_the_charge(&world, order).await;
}

/// The order is paid, that is lost, the provider forgets its keys, and the order is paid again.
async fn is_asked_for_the_charge(world: &PaymentsTestBed, order: PayableOrder) {
    const FORGET: Sql = Sql::both("delete from known_key");
    world.paid_and_lost(world.wish(order, "sim_ok", "k")).await;
    let mut tx = world.simulator.begin().await.unwrap();
    tx.run(&FORGET, db::params![]).await.unwrap();
    tx.commit("simulator.forget").await.unwrap();
    let paid = world.pay_again(world.wish(order, "sim_ok", "k2")).await;
    assert_eq!((paid.status, paid.captured), (PaymentStatus::Captured, euros(4900)));
    assert_eq!(world.taken(order).await, [(4900, 0)]);
}

async fn another_method_takes_over_the_charge(world: PaymentsTestBed) {
    let orders = ["sim_slow", "sim_timeout_before_charge", "sim_declined"].map(|m| (m, world.order(4900)));
    world.keep().await;
    for (_, order) in orders {
        world.pay(order, "sim_ok", "k").await;
    }
    world.put_back().await;
    for (method, order) in orders {
        let paid = world.pay_again(world.wish(order, method, "k2")).await;
        assert_eq!((paid.status, paid.captured), (PaymentStatus::Captured, euros(4900)), "{method}");
        assert_eq!(world.taken(order).await, [(4900, 0)], "{method}");
    }
    world.books_agree().await;
}

async fn another_way_of_capturing_takes_over_the_charge(world: PaymentsTestBed) {
    let (at_once, later) = (world.order(4900), world.order(4900));
    world.keep().await;
    world.pay(at_once, "sim_ok", "k").await;
    world.authorize(later, "sim_ok").await;
    world.put_back().await;
    assert_eq!(world.authorize(at_once, "sim_ok").await.payment.status, PaymentStatus::Captured);
    assert_eq!(world.pay(later, "sim_ok", "k2").await.payment.status, PaymentStatus::Authorized);
    assert_eq!((world.taken(at_once).await, world.taken(later).await), (vec![(4900, 0)], vec![(0, 0)]));
    world.settle(later, 4900).await.unwrap();
    assert_eq!(world.taken(later).await, [(4900, 0)]);
    world.books_agree().await;
}

async fn what_was_charged_beyond_what_is_owed_goes_back(world: PaymentsTestBed) {
    let (at_once, later) = (world.order(4900), world.order(4900));
    world.keep().await;
    world.pay(at_once, "sim_ok", "k").await;
    world.authorize(later, "sim_ok").await;
    world.put_back().await;
    let paid = world.pay_again(owing(world.wish(at_once, "sim_ok", "k2"), 4000)).await;
    assert_eq!((paid.status, paid.captured), (PaymentStatus::Captured, euros(4900)));
    world.all_is_refunded(at_once, paid.id, 900).await;
    let authorized = world.pay_again(owing(manual(world.wish(later, "sim_ok", "k2")), 4000)).await;
    assert_eq!(authorized.status, PaymentStatus::Authorized);
    world.agrees().await;
    world.settle(later, 4000).await.unwrap();
    assert_eq!((world.taken(at_once).await, world.taken(later).await), (vec![(4900, 900)], vec![(4000, 0)]));
    world.books_agree().await;
}

async fn a_charge_of_less_than_is_owed_goes_back(world: PaymentsTestBed) {
    let order = world.order(4900);
    world.paid_and_lost(owing(world.wish(order, "sim_ok", "k"), 4000)).await;
    let paid = world.pay_again(world.wish(order, "sim_ok", "k2")).await;
    assert_eq!((paid.status, paid.captured), (PaymentStatus::Open, euros(4000)));
    world.all_is_refunded(order, paid.id, 4000).await;
    let paid = world.pay_again(world.wish(order, "sim_ok", "k3")).await;
    assert_eq!(paid.status, PaymentStatus::Captured);
    let mut taken = world.taken(order).await;
    taken.sort_unstable();
    assert_eq!(taken, [(4000, 4000), (4900, 0)]);
    world.books_agree().await;
}

/// Lost with the payment were two refunds, one of a part.
async fn a_charge_that_has_gone_back_pays_for_nothing(world: PaymentsTestBed) {
    let order = world.order(4900);
    world.keep().await;
    let id = world.pay(order, "sim_ok", "k").await.payment.id;
    world.refund(id, Some(900), "r").await.unwrap();
    world.refund(id, Some(1000), "r2").await.unwrap();
    world.put_back().await;
    let paid = world.pay_again(world.wish(order, "sim_ok", "k2")).await;
    assert_eq!(paid.status, PaymentStatus::Open);
    world.all_is_refunded(order, paid.id, 4900).await;
    let amounts = world.refunds(paid.id).await.into_iter().map(|refund| refund.amount.minor);
    assert_eq!(amounts.collect::<Vec<_>>(), [900, 1000, 3000]);
    let paid = world.pay_again(world.wish(order, "sim_ok", "k3")).await;
    assert_eq!(paid.status, PaymentStatus::Captured);
    let mut taken = world.taken(order).await;
    taken.sort_unstable();
    assert_eq!(taken, [(4900, 0), (4900, 4900)]);
    world.books_agree().await;
}

async fn a_charge_that_waited_for_the_customer_goes_on_once(world: PaymentsTestBed) {
    let (order, other) = (world.order(4900), world.order(4900));
    let waits = world.pay(order, "sim_requires_action", "k").await.payment;
    assert_eq!(waits.status, PaymentStatus::RequiresAction);
    let confirm = async |order: PayableOrder, id: PaymentId| {
        let confirm = ConfirmPayment { id: Path(id), key: OptionalIdempotencyKey(None) };
        let Json(payment) = world.ask(&customer(order.user), confirm).await.unwrap();
        payment.status
    };
    world.keep().await;
    assert_eq!(confirm(order, waits.id).await, PaymentStatus::Captured);
    let lost = world.pay(other, "sim_requires_action", "k").await.payment.id;
    assert_eq!(confirm(other, lost).await, PaymentStatus::Captured);
    world.put_back().await;
    assert_eq!(confirm(order, waits.id).await, PaymentStatus::Captured);
    let paid = world.pay_again(world.wish(other, "sim_requires_action", "k2")).await;
    assert_eq!(paid.status, PaymentStatus::Captured);
    assert_eq!((world.taken(order).await, world.taken(other).await), (vec![(4900, 0)], vec![(4900, 0)]));
    world.agrees().await;
}

async fn a_key_of_the_lost_time_is_named_until_the_loss_is_accepted(world: PaymentsTestBed) {
    let confirmed = async |order: PayableOrder| {
        let id = world.pay(order, "sim_requires_action", "k").await.payment.id;
        world.keep_again().await;
        let confirm = ConfirmPayment { id: Path(id), key: OptionalIdempotencyKey(None) };
        world.ask(&customer(order.user), confirm).await.unwrap();
        let is_captured = async || world.payment(order, id).await.status == PaymentStatus::Captured;
        world.until("it is captured", is_captured).await;
    };
    let order = world.order(4900);
    confirmed(order).await;
    world.put_back_at_once().await;
    world.look_at_timers();
    let named = async || -> Vec<String> {
        let unwritten = world.unwritten(500).await.into_iter().map(|found| found.detail);
        unwritten.filter(|detail| detail.contains("-submit-")).collect()
    };
    assert_eq!(named().await.len(), 1);
    world.begin_epoch().await;
    assert_eq!(named().await, Vec::<String>::new());
    // what is lost without a word after it is named
    let later = world.order(4900);
    confirmed(later).await;
    world.put_back_at_once().await;
    assert_eq!(named().await.len(), 1);
}

async fn a_refund_goes_out_once(world: PaymentsTestBed) {
    let order = world.order(4900);
    let id = world.pay(order, "sim_ok", "k").await.payment.id;
    world.keep().await;
    world.refund(id, Some(900), "r").await.unwrap();
    world.put_back().await;
    let refund = world.refund(id, Some(900), "r2").await.unwrap();
    assert_eq!((refund.status, refund.amount), (RefundStatus::Succeeded, euros(900)));
    assert_eq!(world.taken(order).await, [(4900, 900)]);
    // and the next one goes out
    world.refund(id, Some(900), "r3").await.unwrap();
    assert_eq!(world.taken(order).await, [(4900, 1800)]);
    world.books_agree().await;
}

async fn a_refund_is_of_what_the_provider_gave_back(world: PaymentsTestBed) {
    let orders = [(900, 500), (900, 4900), (4900, 500)].map(|amounts| (amounts, world.order(4900)));
    let mut ids = Vec::new();
    for (_, order) in orders {
        ids.push(world.pay(order, "sim_ok", "k").await.payment.id);
    }
    world.keep().await;
    for (((lost, _), _), id) in orders.iter().zip(&ids) {
        world.refund(*id, Some(*lost), "r").await.unwrap();
    }
    world.put_back().await;
    for (((lost, again), order), id) in orders.into_iter().zip(ids) {
        let refund = world.refund(id, Some(again), "r2").await.unwrap();
        assert_eq!((refund.status, refund.amount), (RefundStatus::Succeeded, euros(lost)));
        assert_eq!(world.payment(order, id).await.refunded, euros(lost));
        assert_eq!(world.taken(order).await, [(4900, lost)]);
    }
    world.books_agree().await;
}

/// Lost with the capture was the authorization, or not.
async fn what_was_captured_is_not_captured_again(world: PaymentsTestBed) {
    let (order, other) = (world.order(4900), world.order(4900));
    world.authorize(order, "sim_ok").await;
    world.keep().await;
    world.settle(order, 4900).await.unwrap();
    world.authorize(other, "sim_ok").await;
    world.settle(other, 4900).await.unwrap();
    world.put_back().await;
    let captured = world.settle(order, 4900).await.unwrap();
    assert_eq!(captured.figures.captured, euros(4900));
    assert_eq!(world.authorize(other, "sim_ok").await.payment.status, PaymentStatus::Captured);
    assert_eq!((world.taken(order).await, world.taken(other).await), (vec![(4900, 0)], vec![(4900, 0)]));
    world.agrees().await;
}

async fn a_capture_of_more_than_is_owed_is_refunded(world: PaymentsTestBed) {
    let order = world.order(4900);
    let id = world.authorize(order, "sim_ok").await.payment.id;
    world.keep().await;
    world.settle(order, 4900).await.unwrap();
    world.put_back().await;
    let captured = world.settle(order, 3000).await.unwrap();
    assert_eq!((captured.figures.captured, captured.figures.owed), (euros(4900), euros(3000)));
    world.all_is_refunded(order, id, 1900).await;
    assert_eq!(world.taken(order).await, [(4900, 1900)]);
    world.books_agree().await;
}

async fn a_capture_of_less_than_is_owed_goes_back(world: PaymentsTestBed) {
    let (order, other) = (world.order(4900), world.order(4900));
    let id = world.authorize(order, "sim_ok").await.payment.id;
    world.keep().await;
    world.settle(order, 3000).await.unwrap();
    world.authorize(other, "sim_ok").await;
    world.settle(other, 3000).await.unwrap();
    world.put_back().await;
    world.settle(order, 4900).await.unwrap();
    world.all_is_refunded(order, id, 3000).await;
    assert_eq!(world.payment(order, id).await.status, PaymentStatus::Open);
    let id = world.authorize(other, "sim_ok").await.payment.id;
    world.all_is_refunded(other, id, 3000).await;
    assert_eq!(world.payment(other, id).await.status, PaymentStatus::Open);
    for order in [order, other] {
        assert_eq!(world.taken(order).await, [(3000, 3000)]);
        let paid = world.pay_again(world.wish(order, "sim_ok", "k2")).await;
        assert_eq!(paid.status, PaymentStatus::Captured);
    }
    world.agrees().await;
}

/// The first card was declined, and the second one charged.
async fn the_attempts_of_an_order_come_in_the_same_order(world: PaymentsTestBed) {
    let order = world.order(4900);
    world.keep().await;
    assert!(world.pay(order, "sim_declined", "k").await.declined.is_some());
    world.pay(order, "sim_ok", "k2").await;
    world.put_back().await;
    let declined = world.pay(order, "sim_ok", "k3").await.declined.unwrap();
    assert_eq!(declined.code, "card_declined");
    assert_eq!(world.taken(order).await, [(4900, 0)]);
    let paid = world.pay_again(world.wish(order, "sim_ok", "k4")).await;
    assert_eq!((paid.status, paid.attempts.len()), (PaymentStatus::Captured, 2));
    assert_eq!(world.taken(order).await, [(4900, 0)]);
    world.books_agree().await;
}

async fn what_was_charged_in_the_lost_time_goes_back_when_the_order_is_cancelled(world: PaymentsTestBed) {
    world.begin_epoch().await;
    let (unknown, given_up) = (world.order(4900), world.order(4900));
    world.pay(given_up, "sim_requires_action", "k").await;
    world.keep().await;
    world.pay(unknown, "sim_ok", "k").await;
    // the first attempt ends with it
    world.pay_own(world.wish(given_up, "sim_ok", "k2")).await;
    world.put_back().await;
    for order in [unknown, given_up] {
        let closed = world.close(order, CloseMode::Always).await;
        assert_eq!(closed.outcome, CloseOutcome::Closed);
        world.all_is_refunded(order, closed.payment.id, 4900).await;
    }
    assert_eq!(world.taken(unknown).await, [(4900, 4900)]);
    world.books_agree().await;
}

async fn who_has_paid_in_the_lost_time_does_not_lose_the_order(world: PaymentsTestBed) {
    world.begin_epoch().await;
    let (captured, authorized, declined) = (world.order(4900), world.order(4900), world.order(4900));
    world.keep().await;
    world.pay(captured, "sim_ok", "k").await;
    world.authorize(authorized, "sim_ok").await;
    world.pay(declined, "sim_declined", "k").await;
    world.put_back().await;
    for order in [captured, authorized] {
        assert_eq!(world.close(order, CloseMode::IfUnpaid).await.outcome, CloseOutcome::Secured);
    }
    assert_eq!(world.close(declined, CloseMode::IfUnpaid).await.outcome, CloseOutcome::Closed);
    // nor is money in hand recorded beside it
    assert!(world.offline(captured).await.is_err());
    assert_eq!(world.taken(captured).await, [(4900, 0)]);
    world.books_agree().await;
}

async fn a_payment_is_restored_from_what_the_provider_knows(world: PaymentsTestBed) {
    world.begin_epoch().await;
    let (paid, shipped, less) = (world.order(4900), world.order(4900), world.order(4900));
    let authorized = world.authorize(shipped, "sim_ok").await.payment;
    world.keep().await;
    world.pay(paid, "sim_declined", "k").await;
    let lost = world.pay(paid, "sim_ok", "k2").await.payment;
    world.settle(shipped, 4900).await.unwrap();
    let refunded = world.pay(less, "sim_ok", "k").await.payment;
    world.owe(less, 4000).await;
    world.all_is_refunded(less, refunded.id, 900).await;
    world.put_back().await;
    let restored = world.restore(paid, &lost, 4900).await;
    assert_eq!((restored.payment.id, restored.payment.status), (lost.id, PaymentStatus::Captured));
    let attempts =
        restored.payment.attempts.iter().map(|attempt| (attempt.id, attempt.status, &*attempt.method));
    let known = lost.attempts.iter().map(|attempt| (attempt.id, attempt.status, &*attempt.method));
    assert_eq!(attempts.collect::<Vec<_>>(), known.collect::<Vec<_>>());
    let restored = world.restore(shipped, &authorized, 4900).await;
    assert_eq!(restored.payment.status, PaymentStatus::Captured);
    let restored = world.restore(less, &refunded, 4000).await;
    assert_eq!((restored.payment.status, restored.figures.owed), (PaymentStatus::Captured, euros(4000)));
    world.all_is_refunded(less, refunded.id, 900).await;
    assert_eq!(world.restore(paid, &lost, 4900).await.payment.id, lost.id);
    assert_eq!((world.taken(paid).await, world.taken(less).await), (vec![(4900, 0)], vec![(4900, 900)]));
    // the provider has heard of a capture that is not done again
    world.agrees().await;
}

/// A lost order was placed again, and its charge paid for the repeat; that is lost as well, and orders or staff know of it.
async fn a_charge_that_was_taken_over_is_found_after_another_loss(world: PaymentsTestBed) {
    let lost = [4900, 5000, 5100].map(|minor| world.order(minor));
    world.begin_epoch().await;
    world.keep().await;
    for order in lost {
        world.pay(order, "sim_ok", "k").await;
    }
    world.put_back_at_once().await;
    world.begin_epoch().await;
    let again = lost.map(|order| world.placed_again(order));
    let mut known = Vec::new();
    for order in again {
        known.push(world.pay(order, "sim_ok", "k").await.payment);
    }
    world.put_back_at_once().await;
    world.meddle("delete from unknown_charge").await;
    let restored = world.restore(again[0], &known[0], 4900).await;
    assert_eq!((restored.payment.id, restored.payment.status), (known[0].id, PaymentStatus::Captured));
    assert_eq!(restored.payment.attempts[0].id, known[0].attempts[0].id);
    // of the others, nobody has told but the provider
    world.begin_epoch().await;
    assert_eq!(world.close(again[1], CloseMode::IfUnpaid).await.outcome, CloseOutcome::Secured);
    assert!(world.offline(again[2]).await.is_err());
    for (lost, again) in lost.into_iter().zip(again) {
        assert_eq!(world.taken(lost).await, [(lost.total.minor, 0)]);
        assert_eq!(world.taken(again).await, []);
    }
    world.charges_are_explained().await;
}

/// The first attempt never came to the provider, and the second one did; or none.
async fn a_payment_that_the_provider_does_not_know_is_restored_as_unpaid(world: PaymentsTestBed) {
    const FORGET: Sql = Sql::both("delete from charge where state = 'failed'");
    world.begin_epoch().await;
    let (unsent, never) = (world.order(4900), world.order(4900));
    world.keep().await;
    world.pay(unsent, "sim_declined", "k").await;
    let lost = world.pay(unsent, "sim_ok", "k2").await.payment;
    let unknown = world.pay(never, "sim_declined", "k").await.payment;
    world.put_back().await;
    let mut tx = world.simulator.begin().await.unwrap();
    tx.run(&FORGET, db::params![]).await.unwrap();
    tx.run(&Sql::both("delete from known_key"), db::params![]).await.unwrap();
    tx.commit("simulator.forget").await.unwrap();
    let restored = world.restore(unsent, &lost, 4900).await;
    assert_eq!((restored.payment.status, restored.payment.attempts.len()), (PaymentStatus::Captured, 2));
    let restored = world.restore(never, &unknown, 4900).await;
    assert_eq!((restored.payment.status, restored.figures.pending), (PaymentStatus::Open, false));
    let paid = world.pay_again(world.wish(never, "sim_ok", "k2")).await;
    assert_eq!(paid.status, PaymentStatus::Captured);
}

/// The provider was away for a while: each attempt of that time was abandoned. One order was charged at last.
async fn an_order_closes_whatever_number_of_attempts_an_outage_has_used_up(world: PaymentsTestBed) {
    const PLANTED: Sql =
        Sql::both("insert into known_key (key, operation, refused) values ($1, 'submit', true)");
    const CHARGED: Sql = Sql::both(
        "insert into known_key (key, operation, charge_id, refused) values ($1, 'submit', $2, false)",
    );
    const CHARGE: Sql = Sql::both(
        "insert into charge (id, key, order_id, currency, capture, amount, captured, state, created_at)
         values ($1, $2, $3, 'EUR', 'automatic', 4900, 4900, 'captured', $4)",
    );
    world.begin_epoch().await;
    let (paid, unpaid) = (world.order(4900), world.order(4900));
    let mut tx = world.simulator.begin().await.unwrap();
    for order in [paid, unpaid] {
        for n in 1..=ATTEMPTS_MAX + 2 {
            assert_eq!(tx.run(&PLANTED, db::params![key_of(order, n)]).await.unwrap(), 1);
        }
    }
    let (id, key, now) = (world.env.uuid(), key_of(paid, ATTEMPTS_MAX + 3), world.env.now());
    tx.run(&CHARGE, db::params![id, &key, paid.id, now]).await.unwrap();
    tx.run(&CHARGED, db::params![&key, id]).await.unwrap();
    tx.commit("simulator.charge").await.unwrap();
    let closed = world.close(unpaid, CloseMode::IfUnpaid).await;
    assert_eq!(closed.outcome, CloseOutcome::Closed);
    let failures = closed.payment.attempts.iter().map(|attempt| attempt.is_provider_unavailable());
    assert_eq!(failures.collect::<Vec<_>>(), [true; ATTEMPTS_MAX + 2]);
    assert_eq!(world.close(paid, CloseMode::IfUnpaid).await.outcome, CloseOutcome::Secured);
    assert_eq!(world.taken(paid).await, [(4900, 0)]);
    world.books_agree().await;
}

/// The key of the first submission of an order's nth attempt.
fn key_of(order: PayableOrder, n: usize) -> String {
    let id = digest(&["attempt", &order.id.to_string(), &n.to_string()]);
    format!("{}-submit-1", AttemptId::from_uuid(id))
}

/// In the time that is lost the authorization ended, and the order was paid by another attempt.
async fn an_authorization_that_was_voided_does_not_hide_the_next_charge(world: PaymentsTestBed) {
    world.begin_epoch().await;
    let order = world.order(4900);
    let id = world.authorize(order, "sim_ok").await.payment.id;
    world.keep().await;
    let void = VoidPayment { id: Path(id), key: IdempotencyKey("void".to_owned()) };
    world.ask("staff:payments", void).await.unwrap();
    world.pay(order, "sim_ok", "k2").await;
    world.put_back().await;
    assert_eq!(world.close(order, CloseMode::Always).await.outcome, CloseOutcome::Closed);
    world.all_is_refunded(order, id, 4900).await;
    assert_eq!(world.taken(order).await, [(4900, 4900)]);
}
