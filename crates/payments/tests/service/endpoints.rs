//! Who may do what, and what is not there.

use crate::{
    who::customer,
    world::{PaymentsTestBed, euros},
};
use contracts::{
    feed::{FeedParams, ReadFeed},
    payments::*,
    settlement::*,
};
use endpoint::{
    Body, IdempotencyKey, Json, OptionalIdempotencyKey, PageParams, Path, Query, client::CallError,
};

on_both!(
    a_payment_is_seen_by_its_owner_and_by_staff,
    only_staff_move_money_by_hand,
    what_is_not_there_is_not_found,
    only_the_owner_confirms,
    the_feed_tells_what_happened,
);

fn status<T: std::fmt::Debug, X: std::fmt::Debug>(answer: Result<T, CallError<X>>) -> u16 {
    match answer {
        Err(CallError::Problem(problem)) => problem.status,
        // a client takes it for its own credential, which the other side does not know
        Err(CallError::Broken(broken)) if broken.why.contains("credential") => 401,
        other => panic!("{other:?}"),
    }
}

async fn a_payment_is_seen_by_its_owner_and_by_staff(world: PaymentsTestBed) {
    let order = world.order(4900);
    let paid = world.pay(order, "sim_ok", "k").await.payment;
    for credential in [&*customer(order.user), "staff:payments", "staff:orders"] {
        let Json(payment) = world.ask(credential, GetPayment { id: Path(paid.id) }).await.unwrap();
        assert_eq!(payment, paid);
    }
    let somebody = customer(world.order(1).user);
    assert_eq!(status(world.ask(&somebody, GetPayment { id: Path(paid.id) }).await), 404);
    assert_eq!(status(world.ask("nobody", GetPayment { id: Path(paid.id) }).await), 401);
}

async fn only_staff_move_money_by_hand(world: PaymentsTestBed) {
    let order = world.order(4900);
    let id = world.authorize(order, "sim_ok").await.payment.id;
    let key = || IdempotencyKey("k".into());
    for credential in [&*customer(order.user), "staff:orders", "service"] {
        assert_eq!(status(world.ask(credential, CapturePayment { id: Path(id), key: key() }).await), 403);
        assert_eq!(status(world.ask(credential, VoidPayment { id: Path(id), key: key() }).await), 403);
        let refund = RefundPayment { id: Path(id), key: key(), refund: Body(NewRefund::default()) };
        assert_eq!(status(world.ask(credential, refund).await), 403);
    }
    let pay = Pay { pay: Body(world.wish(order, "sim_ok", "k")) };
    assert_eq!(status(world.ask("staff:payments", pay).await), 403);
}

async fn what_is_not_there_is_not_found(world: PaymentsTestBed) {
    let (nowhere, order) = (world.env.id(), world.order(1));
    let key = || IdempotencyKey("k".into());
    let staff = "staff:payments";
    assert_eq!(status(world.ask(staff, GetPayment { id: Path(nowhere) }).await), 404);
    assert_eq!(
        status(world.ask(staff, ListRefunds { id: Path(nowhere), slice: PageParams::default() }).await),
        404
    );
    assert_eq!(status(world.ask(staff, GetRefund { id: Path(world.env.id()) }).await), 404);
    assert_eq!(status(world.ask(staff, CapturePayment { id: Path(nowhere), key: key() }).await), 404);
    assert_eq!(status(world.ask(staff, VoidPayment { id: Path(nowhere), key: key() }).await), 404);
    let refund = RefundPayment { id: Path(nowhere), key: key(), refund: Body(NewRefund::default()) };
    assert_eq!(status(world.ask(staff, refund).await), 404);
    let confirm = ConfirmPayment { id: Path(nowhere), key: OptionalIdempotencyKey(None) };
    assert_eq!(status(world.ask(&customer(order.user), confirm).await), 404);
    let owed = SetAmountDue { owed: Body(AmountDueRequest { order_id: order.id, owed: euros(1) }) };
    assert_eq!(status(world.ask("service", owed).await), 404);
}

async fn only_the_owner_confirms(world: PaymentsTestBed) {
    let order = world.order(4900);
    let id = world.pay(order, "sim_requires_action", "k").await.payment.id;
    let confirm = || ConfirmPayment { id: Path(id), key: OptionalIdempotencyKey(None) };
    for credential in [&*customer(world.order(1).user), "staff:payments"] {
        assert_eq!(status(world.ask(credential, confirm()).await), 404);
    }
    let unpaid = world.order(100);
    let id = world.pay(unpaid, "sim_declined", "k").await.payment.id;
    let confirm = ConfirmPayment { id: Path(id), key: OptionalIdempotencyKey(None) };
    match world.ask(&customer(unpaid.user), confirm).await {
        Err(CallError::Refused(ChangePaymentError::PaymentDeclined { payment })) => {
            assert_eq!(payment.id, id)
        }
        other => panic!("{other:?}"),
    }
}

async fn the_feed_tells_what_happened(world: PaymentsTestBed) {
    let order = world.order(4900);
    let id = world.pay(order, "sim_ok", "k").await.payment.id;
    world.refund(id, Some(100), "r").await.unwrap();
    let read = async || {
        let asked = ReadFeed { query: Query(FeedParams::default()) };
        let Json(feed) = world.ask("service", asked).await.unwrap();
        feed.events
    };
    world.until("everything is published", async || read().await.len() == 7).await;
    let told: Vec<(String, String)> =
        read().await.into_iter().map(|p| (p.event.kind.to_string(), p.event.sequence)).collect();
    let payment: Vec<_> = told.iter().filter(|(kind, _)| kind.starts_with("payment.")).collect();
    let names: Vec<&str> = payment.iter().map(|(kind, _)| &**kind).collect();
    assert_eq!(names, ["payment.opened", "payment.captured", "payment.refunded", "payment.refunded"]);
    let versions: Vec<&str> = payment.iter().map(|(_, version)| &**version).collect();
    assert_eq!(versions, ["1", "2", "3", "4"]);
    let refund: Vec<_> =
        told.iter().filter(|(kind, _)| kind.starts_with("refund.")).map(|(k, _)| &**k).collect();
    assert_eq!(refund, ["refund.requested", "refund.pending", "refund.succeeded"]);
}
