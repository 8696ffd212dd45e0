//! Refunding what was paid for an order.

use crate::{
    fakes::transport::NetworkFault,
    world::{Caller, OrdersCallResult, OrdersTestBed, eur, order_of, refused},
};
use contracts::{events::EventType, orders::*, payments::*};
use endpoint::{Body, IdempotencyKey, Path, Permission};
use kernel::id::OrderId;
use std::time::Duration;

on_both!(
    a_refund_is_made_once,
    a_refund_of_too_much_is_refused,
    a_refused_refund_can_be_mended_under_its_key,
    a_repeat_tells_how_a_refund_stands,
);

pub(crate) async fn refund(
    w: &OrdersTestBed,
    by: &Caller,
    id: OrderId,
    key: &IdempotencyKey,
    minor: i64,
) -> OrdersCallResult<RefundOrder> {
    let new = NewRefund { amount: Some(eur(minor).into()), reason: Some("scratched".to_owned()) };
    w.call(by, RefundOrder { id: Path(id), key: key.clone(), refund: Body(new) }).await
}

async fn a_refund_is_made_once(w: OrdersTestBed) {
    let (ada, staff, key) = (w.customer(), w.staff(&[Permission::Payments]), w.key());
    let order = w.paid(&ada, "automatic").await;
    w.to_payments.trouble("/refund", NetworkFault::AnswerLost);
    assert_eq!(refused(refund(&w, &staff, order.id, &key, 500).await), (503, "outcome_unknown".to_owned()));
    w.to_payments.mend();
    let first = refund(&w, &staff, order.id, &key, 500).await.unwrap();
    assert_eq!(first.location, format!("/v1/refunds/{}", first.body.id));
    assert_eq!(refund(&w, &staff, order.id, &key, 500).await.unwrap(), first);
    assert_eq!(refused(refund(&w, &staff, order.id, &key, 501).await), (422, "key_reused".to_owned()));
    let order = w.get(&ada, order.id).await;
    assert_eq!(
        (order.payment_status, order.status),
        (PaymentSummary::PartiallyRefunded, OrderStatus::Confirmed)
    );
    assert_eq!(order.payment.unwrap().refunded, eur(500));
    assert_eq!(w.story(order.id).await.last(), Some(&EventType::OrderRefunded));
    assert_eq!(refused(refund(&w, &ada, order.id, &w.key(), 1).await).0, 403);
    w.check().await;
}

async fn a_refund_of_too_much_is_refused(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let unpaid = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    let nothing = refund(&w, &staff, unpaid.id, &w.key(), 1).await;
    assert_eq!(refused(nothing), (409, "refund_exceeds_captured".to_owned()));
    let order = w.paid(&ada, "automatic").await;
    let too_much = refund(&w, &staff, order.id, &w.key(), 2001).await;
    assert_eq!(refused(too_much), (409, "refund_exceeds_captured".to_owned()));
    let nothing = refund(&w, &staff, order.id, &w.key(), 0).await;
    assert_eq!(refused(nothing), (400, "invalid_request".to_owned()));
    refund(&w, &staff, order.id, &w.key(), 2000).await.unwrap();
    assert_eq!(w.get(&ada, order.id).await.payment_status, PaymentSummary::Refunded);
    w.check().await;
}

async fn a_refused_refund_can_be_mended_under_its_key(w: OrdersTestBed) {
    let (ada, staff, key) = (w.customer(), w.admin(), w.key());
    let order = w.paid(&ada, "automatic").await;
    let too_much = refund(&w, &staff, order.id, &key, 2001).await;
    assert_eq!(refused(too_much), (409, "refund_exceeds_captured".to_owned()));
    let mended = refund(&w, &staff, order.id, &key, 2000).await.unwrap();
    assert_eq!(mended.body.amount, eur(2000));
    assert_eq!(refused(refund(&w, &staff, order.id, &key, 2001).await), (422, "key_reused".to_owned()));
    // an outcome that is not known is no refusal: the key stays bound
    let (order, key) = (w.paid(&ada, "automatic").await, w.key());
    w.to_payments.trouble("/refund", NetworkFault::AnswerLost);
    assert_eq!(refused(refund(&w, &staff, order.id, &key, 5).await), (503, "outcome_unknown".to_owned()));
    w.to_payments.mend();
    assert_eq!(refused(refund(&w, &staff, order.id, &key, 6).await), (503, "unavailable".to_owned()));
    // nobody has come back to ask
    w.clock.advance(Duration::from_secs(11 * 60));
    assert_eq!(refused(refund(&w, &staff, order.id, &key, 6).await), (422, "key_reused".to_owned()));
    w.hear_payments().await;
    w.check().await;
}

async fn a_repeat_tells_how_a_refund_stands(w: OrdersTestBed) {
    let (ada, staff, key) = (w.customer(), w.admin(), w.key());
    let order = w.paid(&ada, "automatic").await;
    w.payments.refund_slowly();
    for _ in 0..2 {
        let under_way = refund(&w, &staff, order.id, &key, 500).await.unwrap();
        assert_eq!(under_way.body.status, RefundStatus::Submitting);
    }
    w.payments.settle_refunds(order.id);
    let done = refund(&w, &staff, order.id, &key, 500).await.unwrap();
    assert_eq!(done.body.status, RefundStatus::Succeeded);
    let calls = w.to_payments.calls("/refund");
    assert_eq!(refund(&w, &staff, order.id, &key, 500).await.unwrap(), done);
    assert_eq!(w.to_payments.calls("/refund"), calls, "it is final, and kept");
    w.hear_payments().await;
    assert_eq!(w.get(&ada, order.id).await.payment.unwrap().refunded, eur(500));
    w.check().await;
}
