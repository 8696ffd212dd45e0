//! One key with several bodies at once, where payments decides which of them is done.

use crate::{
    payments::pay_with,
    refunds::refund,
    world::{OrdersTestBed, order_of, refused},
};

on_both!(
    a_key_is_not_called_used_while_a_refund_may_be_refused,
    a_key_is_not_called_used_while_a_payment_may_be_refused,
    what_payments_has_made_binds_a_key_before_its_outcome_is_known,
);

fn is_told_to_come_again(told: (u16, String)) {
    assert_eq!(told, (503, "unavailable".to_owned()));
}

async fn a_key_is_not_called_used_while_a_refund_may_be_refused(w: OrdersTestBed) {
    let (ada, staff, key) = (w.customer(), w.admin(), w.key());
    let order = w.paid(&ada, "automatic").await.id;
    let (other, by, same) = (w.clone(), staff.clone(), key.clone());
    w.to_payments.after("/payments/refund", async move {
        is_told_to_come_again(refused(refund(&other, &by, order, &same, 5).await));
    });
    let too_much = refund(&w, &staff, order, &key, 2001).await;
    assert_eq!(refused(too_much), (409, "refund_exceeds_captured".to_owned()));
    refund(&w, &staff, order, &key, 5).await.unwrap();
    assert_eq!(refused(refund(&w, &staff, order, &key, 6).await), (422, "key_reused".to_owned()));
    w.check().await;
}

async fn a_key_is_not_called_used_while_a_payment_may_be_refused(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    // a card, and money in hand, beside an attempt that is under way
    for (place, method) in [("/payments/pay", "sim_ok"), ("/payments/offline", "offline")] {
        let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await.id;
        w.pay(&ada, order, "sim_slow").await.unwrap();
        let key = w.key();
        let (other, by, same) = (w.clone(), staff.clone(), key.clone());
        w.to_payments.after(place, async move {
            is_told_to_come_again(refused(pay_with(&other, &by, order, &same, "sim_declined").await));
        });
        let early = pay_with(&w, &staff, order, &key, method).await;
        assert_eq!(refused(early), (409, "payment_in_progress".to_owned()));
        w.payments.finish(order, false);
        w.hear_payments().await;
        let declined = pay_with(&w, &staff, order, &key, "sim_declined").await;
        assert_eq!(refused(declined), (402, "payment_declined".to_owned()));
        let other = pay_with(&w, &staff, order, &key, "sim_ok").await;
        assert_eq!(refused(other), (422, "key_reused".to_owned()));
    }
    w.check().await;
}

async fn what_payments_has_made_binds_a_key_before_its_outcome_is_known(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let (order, key) = (w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await.id, w.key());
    pay_with(&w, &ada, order, &key, "sim_slow").await.unwrap();
    assert_eq!(refused(pay_with(&w, &ada, order, &key, "sim_ok").await), (422, "key_reused".to_owned()));
    w.payments.finish(order, true);
    w.hear_payments().await;
    let key = w.key();
    w.payments.refund_slowly();
    refund(&w, &staff, order, &key, 500).await.unwrap();
    assert_eq!(refused(refund(&w, &staff, order, &key, 501).await), (422, "key_reused".to_owned()));
    w.payments.settle_refunds(order);
    w.hear_payments().await;
    w.check().await;
}
