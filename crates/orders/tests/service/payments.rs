//! Paying an order, and the time that is given for it.

use crate::{
    fakes::transport::NetworkFault,
    world::{Caller, OrdersCallResult, OrdersTestBed, eur, method, order_of, refused},
};
use contracts::{events::EventType, orders::*, payments::*};
use endpoint::{Body, CreatedWithoutEtag, IdempotencyKey, IfMatch, Path, Permission, client::CallError};
use kernel::id::OrderId;
use orders::OrdersSettings;
use std::time::Duration;
use tokio::{sync::oneshot, time::sleep};

on_both!(
    an_order_is_paid_once,
    the_same_key_is_the_same_attempt,
    a_provider_that_is_not_reached_declines_no_card,
    an_attempt_that_events_leave_out_has_not_failed_anew,
    a_refused_request_can_be_mended_under_its_key,
    a_key_that_payments_knows_with_another_body_comes_back_to_its_own,
    a_refusal_leaves_a_key_bound_that_a_neighbour_has_charged_under,
    a_repeat_tells_the_outcome_once_there_is_one,
    a_declined_card_is_told_with_the_payment,
    what_cannot_be_paid_says_why,
    an_attempt_under_way_stops_the_next_one,
    money_in_hand_is_recorded_by_staff_for_payments,
    what_a_card_has_paid_meanwhile_is_not_paid_offline,
    an_unpaid_order_expires,
    an_order_that_was_paid_in_the_last_moment_lives,
    what_is_due_goes_by_the_clock_of_the_database,
    an_order_is_answered_before_a_payment_that_takes_long,
    an_attempt_under_way_at_the_due_time_has_the_last_word,
    closing_is_asked_until_it_is_answered,
    a_lapsed_authorization_gives_new_time,
);

async fn an_order_is_paid_once(w: OrdersTestBed) {
    let ada = w.customer();
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    let CreatedWithoutEtag { location, body, .. } = w.pay(&ada, order.id, "sim_ok").await.unwrap();
    assert_eq!(location, format!("/v1/payments/{}", body.id));
    assert_eq!((body.order_id, body.captured), (order.id, eur(2000)));
    let paid = w.get(&ada, order.id).await;
    assert_eq!((paid.status, paid.payment.as_ref()), (OrderStatus::Confirmed, Some(&body)));
    assert_eq!(refused(w.pay(&ada, order.id, "sim_ok").await), (409, "already_paid".to_owned()));
    assert_eq!(w.payments.attempts(order.id), 1);
    w.check().await;
}

async fn the_same_key_is_the_same_attempt(w: OrdersTestBed) {
    let (ada, key) = (w.customer(), w.key());
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    let pay = async |token: &str| {
        let method = Body(method(token, "automatic"));
        w.call(&ada, PayOrder { id: Path(order.id), key: key.clone(), method }).await
    };
    w.to_payments.trouble("/payments/pay", NetworkFault::AnswerLost);
    assert_eq!(refused(pay("sim_ok").await), (503, "outcome_unknown".to_owned()));
    w.hear_payments().await;
    w.to_payments.mend();
    let first = pay("sim_ok").await.unwrap();
    assert_eq!(pay("sim_ok").await.unwrap(), first);
    assert_eq!(refused(pay("sim_slow").await), (422, "key_reused".to_owned()));
    assert_eq!(w.payments.attempts(order.id), 1);
    w.check().await;
}

pub(crate) async fn pay_with(
    w: &OrdersTestBed,
    by: &Caller,
    id: OrderId,
    key: &IdempotencyKey,
    token: &str,
) -> OrdersCallResult<PayOrder> {
    let method = Body(method(token, "automatic"));
    w.call(by, PayOrder { id: Path(id), key: key.clone(), method }).await
}

async fn a_refused_request_can_be_mended_under_its_key(w: OrdersTestBed) {
    let (ada, staff, key) = (w.customer(), w.staff(&[Permission::Payments]), w.key());
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    let gold = pay_with(&w, &ada, order.id, &key, "gold").await;
    assert_eq!(refused(gold), (422, "unknown_payment_method".to_owned()));
    // another attempt is under way; so is money in hand refused
    w.pay(&ada, order.id, "sim_slow").await.unwrap();
    let second = pay_with(&w, &ada, order.id, &key, "sim_ok").await;
    assert_eq!(refused(second), (409, "payment_in_progress".to_owned()));
    let in_hand = w.key();
    let early = pay_with(&w, &staff, order.id, &in_hand, "offline").await;
    assert_eq!(refused(early), (409, "payment_in_progress".to_owned()));
    w.payments.finish(order.id, false);
    w.hear_payments().await;
    // what was made under a key binds it, also when it was declined
    let declined = pay_with(&w, &ada, order.id, &key, "sim_declined").await;
    assert_eq!(refused(declined), (402, "payment_declined".to_owned()));
    let other = pay_with(&w, &ada, order.id, &key, "sim_ok").await;
    assert_eq!(refused(other), (422, "key_reused".to_owned()));
    pay_with(&w, &staff, order.id, &in_hand, "sim_ok").await.unwrap();
    assert_eq!(w.payments.attempts(order.id), 3);
    w.check().await;
}

async fn a_provider_that_is_not_reached_declines_no_card(w: OrdersTestBed) {
    let (ada, key) = (w.customer(), w.key());
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    for _ in 0..2 {
        let answer = pay_with(&w, &ada, order.id, &key, "sim_timeout_before_charge").await;
        let Err(CallError::Refused(PayOrderError::ProviderUnavailable { retry_after, .. })) = answer else {
            panic!("{answer:?}")
        };
        assert_eq!(retry_after, 30);
    }
    let contact = async || w.call_as("notifications", GetContact { id: Path(order.id) }).await.unwrap().0;
    assert!(contact().await.provider_unavailable, "the email about it says so");
    w.pay(&ada, order.id, "sim_declined").await.unwrap_err();
    assert!(!contact().await.provider_unavailable, "the last attempt that failed counts");
    // the key stays bound to its body, and the order can be paid
    let other = pay_with(&w, &ada, order.id, &key, "sim_ok").await;
    assert_eq!(refused(other), (422, "key_reused".to_owned()));
    w.pay(&ada, order.id, "sim_ok").await.unwrap();
    w.check().await;
}

async fn an_attempt_that_events_leave_out_has_not_failed_anew(w: OrdersTestBed) {
    let ada = w.customer();
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    for _ in 0..ATTEMPTS_MAX + 4 {
        w.pay(&ada, order.id, "sim_timeout_before_charge").await.unwrap_err();
    }
    // of this one only the event tells, which leaves out the first five
    w.to_payments.trouble("/payments/pay", NetworkFault::AnswerLost);
    w.pay(&ada, order.id, "sim_timeout_before_charge").await.unwrap_err();
    w.hear_payments().await;
    w.to_payments.mend();
    assert_eq!(w.get(&ada, order.id).await.payment.unwrap().attempts.len(), ATTEMPTS_MAX);
    let is_failure = |kind: &EventType| *kind == EventType::OrderPaymentFailed;
    let failures = async || w.story(order.id).await.iter().filter(|kind| is_failure(kind)).count();
    assert_eq!(failures().await, ATTEMPTS_MAX + 5);
    // the answer tells of all of them again, and of one that is under way
    w.pay(&ada, order.id, "sim_slow").await.unwrap();
    assert_eq!(w.get(&ada, order.id).await.payment.unwrap().attempts.len(), ATTEMPTS_MAX + 6);
    assert_eq!(failures().await, ATTEMPTS_MAX + 5);
    w.payments.finish(order.id, false);
    w.hear_payments().await;
    assert_eq!(failures().await, ATTEMPTS_MAX + 6);
    w.check().await;
}

async fn a_key_that_payments_knows_with_another_body_comes_back_to_its_own(w: OrdersTestBed) {
    let (ada, key) = (w.customer(), w.key());
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    // the same key twice: the first was refused, and lost its claim while the second one had its effect
    w.to_payments.trouble("/payments/pay", NetworkFault::AnswerLost);
    assert!(pay_with(&w, &ada, order.id, &key, "sim_ok").await.is_err());
    w.to_payments.mend();
    w.forget_keys().await;
    let other = pay_with(&w, &ada, order.id, &key, "sim_slow").await;
    assert_eq!(refused(other), (422, "key_reused".to_owned()));
    let same = pay_with(&w, &ada, order.id, &key, "sim_ok").await.unwrap();
    assert_eq!((same.body.captured, w.payments.attempts(order.id)), (eur(2000), 1));
    w.check().await;
}

async fn a_refusal_leaves_a_key_bound_that_a_neighbour_has_charged_under(w: OrdersTestBed) {
    let (ada, key) = (w.customer(), w.key());
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await.id;
    w.pay(&ada, order, "sim_slow").await.unwrap();
    let (charged, is_charged) = oneshot::channel();
    let (go_on, may_go_on) = oneshot::channel();
    let (tell, told) = oneshot::channel();
    // the first one is refused, as another attempt is under way; before it consumes of that, the attempt fails, and the
    // second one charges
    let (other, by, same) = (w.clone(), ada.clone(), key.clone());
    w.to_payments.after("/payments/pay", async move {
        other.payments.finish(order, false);
        let second = other.clone();
        other.env.spawn("request", async move {
            drop(tell.send(pay_with(&second, &by, order, &same, "sim_ok").await));
        });
        is_charged.await.unwrap();
    });
    w.to_payments.after("/payments/pay", async move {
        charged.send(()).unwrap();
        may_go_on.await.unwrap();
    });
    let first = pay_with(&w, &ada, order, &key, "sim_ok").await;
    assert_eq!(refused(first), (409, "payment_in_progress".to_owned()));
    w.hear_payments().await;
    go_on.send(()).unwrap();
    let second = told.await.unwrap().unwrap();
    assert_eq!(second.body.captured, eur(2000));
    assert_eq!(pay_with(&w, &ada, order, &key, "sim_ok").await.unwrap(), second);
    assert_eq!(refused(pay_with(&w, &ada, order, &key, "sim_slow").await), (422, "key_reused".to_owned()));
    assert_eq!(w.payments.attempts(order), 2);
    w.check().await;
}

async fn a_repeat_tells_the_outcome_once_there_is_one(w: OrdersTestBed) {
    for charged in [true, false] {
        let (ada, key) = (w.customer(), w.key());
        let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
        let pay = async || {
            let method = Body(method("sim_slow", "automatic"));
            w.call(&ada, PayOrder { id: Path(order.id), key: key.clone(), method }).await
        };
        assert_eq!(pay().await.unwrap().body.status, PaymentStatus::Processing);
        assert_eq!(pay().await.unwrap().body.status, PaymentStatus::Processing);
        w.payments.finish(order.id, charged);
        match charged {
            true => assert_eq!(pay().await.unwrap().body.status, PaymentStatus::Captured),
            false => assert_eq!(refused(pay().await), (402, "payment_declined".to_owned())),
        }
        assert_eq!(w.payments.attempts(order.id), 1);
    }
    w.hear_payments().await;
    w.check().await;
}

async fn a_declined_card_is_told_with_the_payment(w: OrdersTestBed) {
    let (ada, key) = (w.customer(), w.key());
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    for _ in 0..2 {
        let request = PayOrder {
            id: Path(order.id),
            key: key.clone(),
            method: Body(method("sim_declined", "automatic")),
        };
        let Err(CallError::Refused(PayOrderError::PaymentDeclined { payment })) = w.call(&ada, request).await
        else {
            panic!("it is declined")
        };
        assert_eq!((payment.attempts.len(), payment.attempts[0].status), (1, AttemptStatus::Failed));
    }
    assert_eq!(refused(w.pay(&ada, order.id, "gold").await), (422, "unknown_payment_method".to_owned()));
    w.pay(&ada, order.id, "sim_ok").await.unwrap();
    let story = w.story(order.id).await;
    assert_eq!(story, [EventType::OrderPlaced, EventType::OrderPaymentFailed, EventType::OrderConfirmed]);
    w.check().await;
}

async fn what_cannot_be_paid_says_why(w: OrdersTestBed) {
    let ada = w.customer();
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    w.cancel(&ada, order.id).await.unwrap();
    let Err(CallError::Refused(PayOrderError::IllegalTransition { status, allowed })) =
        w.pay(&ada, order.id, "sim_ok").await
    else {
        panic!("it is cancelled")
    };
    assert_eq!((status, allowed), (OrderStatus::Cancelled, vec![]));
    w.check().await;
}

async fn an_attempt_under_way_stops_the_next_one(w: OrdersTestBed) {
    let ada = w.customer();
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    let payment = w.pay(&ada, order.id, "sim_slow").await.unwrap().body;
    assert_eq!(payment.status, PaymentStatus::Processing);
    assert_eq!(w.get(&ada, order.id).await.payment_status, PaymentSummary::Pending);
    assert_eq!(refused(w.pay(&ada, order.id, "sim_ok").await), (409, "payment_in_progress".to_owned()));
    let staff = w.staff(&[Permission::Orders, Permission::Payments]);
    assert_eq!(refused(w.pay(&staff, order.id, "offline").await), (409, "payment_in_progress".to_owned()));
    w.payments.finish(order.id, true);
    w.hear_payments().await;
    assert_eq!(w.get(&ada, order.id).await.status, OrderStatus::Confirmed);
    w.check().await;
}

async fn money_in_hand_is_recorded_by_staff_for_payments(w: OrdersTestBed) {
    let (ada, eve) = (w.customer(), w.customer());
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    assert_eq!(refused(w.pay(&ada, order.id, "offline").await), (403, "forbidden".to_owned()));
    assert_eq!(refused(w.pay(&w.staff(&[Permission::Orders]), order.id, "offline").await).0, 403);
    // so does who takes over a charge that was deleted; payments knows of none
    assert_eq!(refused(w.pay(&ada, order.id, EXISTING_CHARGE).await), (403, "forbidden".to_owned()));
    let taken_over = w.pay(&w.staff(&[Permission::Payments]), order.id, EXISTING_CHARGE).await;
    assert_eq!(refused(taken_over), (422, "unknown_payment_method".to_owned()));
    assert_eq!(refused(w.pay(&eve, order.id, "sim_ok").await).0, 404);
    let payment = w.pay(&w.staff(&[Permission::Payments]), order.id, "offline").await.unwrap().body;
    assert_eq!(payment.captured, eur(2000));
    assert_eq!(w.payments.figures(order.id).unwrap().offline, eur(2000));
    assert_eq!(w.get(&ada, order.id).await.status, OrderStatus::Confirmed);
    w.check().await;
}

async fn what_a_card_has_paid_meanwhile_is_not_paid_offline(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.staff(&[Permission::Orders, Permission::Payments]));
    let paid_unheard = async || {
        let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
        w.to_payments.trouble("/payments/pay", NetworkFault::AnswerLost);
        assert_eq!(refused(w.pay(&ada, order.id, "sim_ok").await), (503, "outcome_unknown".to_owned()));
        assert_eq!(w.get(&ada, order.id).await.status, OrderStatus::Pending);
        order.id
    };
    let order = paid_unheard().await;
    assert_eq!(refused(w.pay(&staff, order, "offline").await), (409, "already_paid".to_owned()));
    assert_eq!(w.get(&ada, order).await.status, OrderStatus::Confirmed);
    // it is where it must be brought
    let order = paid_unheard().await;
    assert_eq!(w.brought(&staff, order, TargetStatus::Confirmed).await.status, OrderStatus::Confirmed);
    assert_eq!(w.payments.figures(order).unwrap().offline, eur(0));
    w.check().await;
}

async fn an_unpaid_order_expires(w: OrdersTestBed) {
    let (ada, tea) = (w.customer(), w.product(1000, 10));
    let order = w.place(&ada, &order_of(&[(tea, 2)])).await;
    assert_eq!(w.run_timers("due").await, [Ok(())]);
    assert_eq!(
        w.get(&ada, order.id).await.status,
        OrderStatus::Pending,
        "a timer that comes early does nothing"
    );
    w.payments_fall_due().await;
    assert_eq!(w.run_timers("due").await, [Ok(())]);
    let expired = w.get(&ada, order.id).await;
    assert_eq!((expired.status, expired.lines[0].open, expired.owed), (OrderStatus::Expired, 0, eur(0)));
    assert_eq!((expired.fulfilment_status, expired.allowed), (FulfilmentSummary::Cancelled, vec![]));
    assert_eq!(expired.cancel_code, Some(CancelCode::NotPaid));
    assert_eq!((w.timers("due").await, w.timers("close").await), (0, 0));
    let story = w.story(order.id).await;
    assert_eq!(story, [EventType::OrderPlaced, EventType::OrderCancelRequested, EventType::OrderExpired]);
    assert_eq!(refused(w.pay(&ada, order.id, "sim_ok").await), (409, "illegal_transition".to_owned()));
    w.hear_payments().await;
    w.check().await;
}

async fn an_order_that_was_paid_in_the_last_moment_lives(w: OrdersTestBed) {
    let ada = w.customer();
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    w.to_payments.trouble("/payments/pay", NetworkFault::AnswerLost);
    assert!(w.pay(&ada, order.id, "sim_ok").await.is_err());
    w.payments_fall_due().await;
    assert_eq!(w.run_timers("due").await, [Ok(())]);
    assert_eq!(w.get(&ada, order.id).await.status, OrderStatus::Confirmed);
    assert_eq!((w.timers("due").await, w.timers("close").await), (0, 0));
    w.check().await;
}

async fn what_is_due_goes_by_the_clock_of_the_database(w: OrdersTestBed) {
    let (ada, hour, second) = (w.customer(), Duration::from_secs(3600), Duration::from_secs(1));
    // an hour behind: on SQLite, whose clock is the process's, together with the database
    w.clock.set_back(hour);
    let mut new = order_of(&[(w.product(1000, 10), 2)]);
    new.payment = Some(method("sim_ok", "automatic"));
    w.to_payments.trouble("/payments/pay", NetworkFault::Down);
    let order = w.place(&ada, &new).await;
    w.to_auth.trouble("/internal/users", NetworkFault::Down);
    w.place(&ada, &new).await;
    let now = w.db.now().await.unwrap();
    let is_about = |at: kernel::Timestamp, after: Duration| {
        assert!(at >= now.plus(after).minus(30 * second) && at <= now.plus(after).plus(second), "{at:?}");
    };
    is_about(w.due_at("due").await, w.settings.payment_due);
    // those that were to pay at once could not
    while w.due_at("pay").await > now.plus(second) {
        sleep(Duration::from_millis(10)).await;
    }
    is_about(w.due_at("contact").await, Duration::ZERO);
    w.payments_fall_due().await;
    w.to_payments.trouble("/payments/close", NetworkFault::Down);
    assert_eq!(w.run_timers("due").await, [Ok(()), Ok(())]);
    assert_eq!((w.timers("due").await, w.get(&ada, order.id).await.status), (0, OrderStatus::Cancelling));
    let now = w.db.now().await.unwrap();
    let closing = w.due_at("close").await;
    assert!(closing > now.plus(10 * second) && closing <= now.plus(30 * second), "{closing:?}");
    w.check().await;
}

async fn an_order_is_answered_before_a_payment_that_takes_long(w: OrdersTestBed) {
    let w = w.with(OrdersSettings { pay_within: Duration::from_millis(50), ..OrdersSettings::default() });
    let ada = w.customer();
    let (answers, gate) = oneshot::channel::<()>();
    w.to_payments.after("/payments/pay", async move {
        let _ = gate.await;
    });
    let mut new = order_of(&[(w.product(1000, 10), 2)]);
    new.payment = Some(method("sim_ok", "automatic"));
    let order = w.place(&ada, &new).await;
    assert_eq!(order.status, OrderStatus::Pending);
    // on a busy machine the time may be over before payments is asked at all
    while w.to_payments.calls("/payments/pay") == 0 {
        sleep(Duration::from_millis(10)).await;
    }
    // the task that waits has its head start: no request lasts so long
    let (due_at, now) = (w.due_at("pay").await, w.db.now().await.unwrap());
    let longest = ordo_http::RequestLimits::default().longest;
    assert!(due_at > now.plus(longest / 2) && due_at <= now.plus(longest), "{due_at:?}");
    answers.send(()).unwrap();
    while w.get(&ada, order.id).await.status != OrderStatus::Confirmed {
        sleep(Duration::from_millis(10)).await;
    }
    assert_eq!((w.timers("pay").await, w.to_payments.calls("/payments/pay")), (0, 1));
    w.check().await;
}

async fn an_attempt_under_way_at_the_due_time_has_the_last_word(w: OrdersTestBed) {
    for succeeds in [true, false] {
        let ada = w.customer();
        let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
        w.pay(&ada, order.id, "sim_slow").await.unwrap();
        w.payments_fall_due().await;
        assert_eq!(w.run_timers("due").await, [Ok(())]);
        let waiting = w.get(&ada, order.id).await;
        assert_eq!((waiting.status, w.timers("close").await), (OrderStatus::Cancelling, 1));
        assert_eq!(waiting.allowed, [Action::Cancel]);
        assert!(w.run_timers("close").await[0].is_err(), "not yet");
        w.payments.finish(order.id, succeeds);
        assert_eq!(w.run_timers("close").await, [Ok(())]);
        let expected = if succeeds { OrderStatus::Confirmed } else { OrderStatus::Expired };
        assert_eq!(w.get(&ada, order.id).await.status, expected);
        assert_eq!(w.timers("close").await, 0);
    }
    w.check().await;
}

async fn closing_is_asked_until_it_is_answered(w: OrdersTestBed) {
    let ada = w.customer();
    let order = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    w.payments_fall_due().await;
    w.to_payments.trouble("/close", NetworkFault::Down);
    assert_eq!(w.run_timers("due").await, [Ok(())]);
    assert!(w.run_timers("close").await[0].is_err());
    w.to_payments.mend();
    w.to_payments.trouble("/close", NetworkFault::AnswerLost);
    assert!(w.run_timers("close").await[0].is_err());
    assert_eq!(w.get(&ada, order.id).await.status, OrderStatus::Cancelling);
    w.hear_payments().await;
    assert_eq!(w.get(&ada, order.id).await.status, OrderStatus::Expired, "the event tells it as well");
    assert_eq!(w.timers("close").await, 0);
    w.check().await;
}

async fn a_lapsed_authorization_gives_new_time(w: OrdersTestBed) {
    let (ada, staff) = (w.customer(), w.admin());
    let order = w.paid(&ada, "manual").await;
    assert_eq!((order.status, order.payment_status), (OrderStatus::Confirmed, PaymentSummary::Authorized));
    w.payments.lapse(order.id);
    w.hear_payments().await;
    let lapsed = w.get(&ada, order.id).await;
    assert_eq!((lapsed.status, lapsed.hold), (OrderStatus::Confirmed, Some(Hold::Payment)));
    assert!(lapsed.payment_due_at.is_some());
    assert_eq!(lapsed.allowed, [Action::Pay, Action::Cancel, Action::Edit]);
    let shipped = w.set_status(&staff, order.id, TargetStatus::Shipped).await;
    assert_eq!(refused(shipped), (409, "on_hold".to_owned()));
    w.pay(&ada, order.id, "sim_ok").await.unwrap();
    let paid = w.get(&ada, order.id).await;
    assert_eq!((paid.hold, paid.payment_due_at, w.timers("due").await), (None, None, 0));
    w.check().await;
    // and where nobody pays again
    let order = w.paid(&ada, "manual").await;
    w.payments.lapse(order.id);
    w.hear_payments().await;
    let hold = Body(NewHold { reason: "they are away".to_owned() });
    w.call(&staff, HoldOrder { id: Path(order.id), based_on: IfMatch(None), hold }).await.unwrap();
    assert_eq!(w.get(&ada, order.id).await.holds, [Hold::Payment, Hold::Manual]);
    w.payments_fall_due().await;
    assert_eq!(w.run_timers("due").await, [Ok(())]);
    let expired = w.get(&ada, order.id).await;
    assert_eq!((expired.status, expired.hold, expired.holds), (OrderStatus::Expired, None, vec![]));
    w.check().await;
}
