//! Paying: two at once, twice with one key, what is paid already, and what needs no attempt.

use crate::{
    who::customer,
    world::{PaymentsTestBed, euros},
};
use contracts::{
    payments::*,
    settlement::{CloseMode, CloseOutcome, OfflineError, PayError, PayRequest},
};
use db::{Row, Sql, params};
use endpoint::{Json, OptionalIdempotencyKey, Path, client::CallError};
use futures_util::future::join_all;
use kernel::Money;
use std::time::Duration;

on_both!(
    two_tabs_cannot_pay_twice,
    many_at_once_make_one_charge,
    one_key_is_one_attempt_however_often_it_is_sent,
    a_key_with_another_wish_is_refused,
    one_key_for_two_orders_is_two_attempts,
    what_is_paid_cannot_be_paid_again,
    nothing_to_pay_needs_no_attempt,
    the_smallest_that_was_owed_is_charged,
    amounts_that_make_no_sense_are_refused,
    an_answer_names_the_event_that_told_it,
    offline_money_secures_the_payment_once,
    offline_money_ends_an_attempt_that_waits_for_the_customer,
    what_a_card_has_paid_is_not_paid_offline,
    only_what_was_paid_offline_is_handed_over,
    cards_can_be_tried_twenty_times_and_every_event_stays_short,
);

async fn an_answer_names_the_event_that_told_it(world: PaymentsTestBed) {
    const NEWEST: Sql = Sql::both("select id, type from event where subject = $1 and sequence = $2");
    let order = world.order(4900);
    let paid = world.pay(order, "sim_ok", "k").await;
    let values = params![paid.payment.id.to_string(), paid.figures.version];
    let newest = world.db.query_one(&NEWEST, values).await.unwrap();
    assert_eq!(newest.get::<String>("type").unwrap(), "payment.captured");
    assert_eq!(paid.event_id, Some(newest.get("id").unwrap()));
    assert_eq!(world.pay(order, "sim_ok", "k").await.event_id, paid.event_id);
}

async fn two_tabs_cannot_pay_twice(world: PaymentsTestBed) {
    let order = world.order(4900);
    let first = {
        let world = world.clone();
        let wish = world.wish(order, "sim_slow", "first");
        async move { world.pay_as(wish).await }
    };
    let second = async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        world.pay_as(world.wish(order, "sim_ok", "second")).await
    };
    let (first, second) = tokio::join!(first, second);
    assert_eq!(first.unwrap().payment.status, PaymentStatus::Captured);
    assert!(matches!(second, Err(CallError::Refused(PayError::PaymentInProgress))), "{second:?}");
    assert_eq!(world.charges(order).await.len(), 1);
    world.books_agree().await;
}

async fn many_at_once_make_one_charge(world: PaymentsTestBed) {
    let order = world.order(4900);
    let pay = |n: usize| {
        let wish = world.wish(order, "sim_ok", &format!("key {n}"));
        world.pay_as(wish)
    };
    let answers = join_all((0..12).map(pay)).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    for refused in answers.into_iter().filter_map(Result::err) {
        assert!(
            matches!(refused, CallError::Refused(PayError::PaymentInProgress | PayError::AlreadyPaid { .. })),
            "{refused:?}"
        );
    }
    assert_eq!(world.charges(order).await.len(), 1);
    world.books_agree().await;
}

async fn one_key_is_one_attempt_however_often_it_is_sent(world: PaymentsTestBed) {
    let order = world.order(4900);
    let answers = join_all((0..8).map(|_| world.pay(order, "sim_slow", "k"))).await;
    assert!(answers.iter().all(|answer| answer.payment.attempts.len() == 1));
    let again = world.pay(order, "sim_slow", "k").await;
    assert_eq!((again.payment.status, again.payment.attempts.len()), (PaymentStatus::Captured, 1));
    // a failure is bound to its key too
    let order = world.order(4900);
    for _ in 0..2 {
        let answer = world.pay(order, "sim_declined", "k").await;
        assert_eq!((answer.declined.is_some(), answer.payment.attempts.len()), (true, 1));
    }
    world.books_agree().await;
}

async fn a_key_with_another_wish_is_refused(world: PaymentsTestBed) {
    let order = world.order(4900);
    world.pay(order, "sim_declined", "k").await;
    let manual = PayRequest { capture: CaptureMode::Manual, ..world.wish(order, "sim_declined", "k") };
    for other in [world.wish(order, "sim_ok", "k"), manual] {
        match world.pay_as(other).await {
            Err(CallError::Problem(problem)) => {
                assert_eq!((problem.status, &*problem.code), (422, "key_reused"))
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(world.charges(order).await.is_empty());
}

async fn one_key_for_two_orders_is_two_attempts(world: PaymentsTestBed) {
    let (one, two) = (world.order(100), world.order(200));
    assert_eq!(world.pay(one, "sim_ok", "k").await.figures.captured, euros(100));
    assert_eq!(world.pay(two, "sim_ok", "k").await.figures.captured, euros(200));
}

async fn what_is_paid_cannot_be_paid_again(world: PaymentsTestBed) {
    let order = world.order(4900);
    world.pay(order, "sim_ok", "k").await;
    match world.pay_as(world.wish(order, "sim_ok", "another")).await {
        Err(CallError::Refused(PayError::AlreadyPaid { figures })) => {
            assert_eq!(figures.captured, euros(4900))
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(world.charges(order).await.len(), 1);
}

async fn nothing_to_pay_needs_no_attempt(world: PaymentsTestBed) {
    let order = world.order(0);
    for key in ["k", "k", "another"] {
        let answer = world.pay(order, "sim_ok", key).await;
        assert_eq!((answer.figures.state, answer.payment.attempts.len()), (PaymentState::Secured, 0));
        assert_eq!(answer.payment.status, PaymentStatus::Captured);
    }
    assert!(world.settle(order, 0).await.is_ok());
    assert_eq!(world.close(order, CloseMode::Always).await.outcome, CloseOutcome::Closed);
    world.books_agree().await;
}

async fn the_smallest_that_was_owed_is_charged(world: PaymentsTestBed) {
    let order = world.order(4900);
    let declined = PayRequest { owed: euros(3000), ..world.wish(order, "sim_declined", "first") };
    world.pay_as(declined).await.unwrap();
    let answer = world.pay(order, "sim_ok", "second").await;
    assert_eq!((answer.figures.owed, answer.figures.captured), (euros(3000), euros(3000)));
    world.books_agree().await;
}

async fn amounts_that_make_no_sense_are_refused(world: PaymentsTestBed) {
    let order = world.order(4900);
    let yen = Money::new(4900, "JPY".parse().unwrap());
    world.pay(order, "sim_declined", "k").await;
    let wish = || world.wish(order, "sim_ok", "wrong");
    for wrong in [
        PayRequest { amount: euros(-1), ..wish() },
        PayRequest { owed: euros(-1), ..wish() },
        PayRequest { owed: yen, ..wish() },
        PayRequest { amount: yen, owed: yen, ..wish() },
    ] {
        match world.pay_as(wrong).await {
            Err(CallError::Problem(problem)) => assert_eq!(problem.status, 400),
            other => panic!("{other:?}"),
        }
    }
    assert!(world.charges(order).await.is_empty());
}

async fn offline_money_secures_the_payment_once(world: PaymentsTestBed) {
    let order = world.order(4900);
    for _ in 0..2 {
        let answer = world.offline(order).await.unwrap();
        assert_eq!((answer.figures.captured, answer.figures.offline), (euros(4900), euros(4900)));
        assert_eq!(answer.figures.state, PaymentState::Secured);
        assert_eq!((answer.figures.version, &*answer.payment.attempts[0].method), (1, "offline"));
    }
    let paid = world.pay_as(world.wish(order, "sim_ok", "k")).await;
    assert!(matches!(paid, Err(CallError::Refused(PayError::AlreadyPaid { .. }))), "{paid:?}");
    assert!(world.settle(order, 4900).await.is_ok());
    // who cancels hands it back
    let closed = world.close(order, CloseMode::Always).await;
    assert_eq!((closed.outcome, closed.figures.claimed), (CloseOutcome::Closed, euros(4900)));
    let refused = world.offline(order).await;
    assert!(matches!(refused, Err(CallError::Refused(OfflineError::PaymentClosed))), "{refused:?}");
    world.books_agree().await;
    let refund = world.refunds(closed.payment.id).await.remove(0);
    assert_eq!((refund.status, refund.offline), (RefundStatus::Requested, true));
    assert!(world.audited().await.payments[0].refunded_offline == 0, "nobody has handed it back yet");
    for _ in 0..2 {
        let settled = world.hand_over(refund.id).await.unwrap();
        assert_eq!((settled.status, settled.version), (RefundStatus::Succeeded, 2));
    }
    assert_eq!(world.audited().await.payments[0].refunded_offline, 4900);
    world.books_agree().await;
}

async fn only_what_was_paid_offline_is_handed_over(world: PaymentsTestBed) {
    let order = world.order(4900);
    let payment = world.pay(order, "sim_ok", "k").await.payment.id;
    let refund = world.refund(payment, Some(900), "r").await.unwrap();
    let refused = world.hand_over(refund.id).await;
    let through_provider = SettleRefundError::NotHandedOver { status: RefundStatus::Succeeded };
    assert!(matches!(&refused, Err(CallError::Refused(why)) if *why == through_provider), "{refused:?}");
    // abandoned, it is not handed over
    let order = world.order(4900);
    let payment = world.offline(order).await.unwrap().payment.id;
    let refund = world.refund(payment, Some(900), "r").await.unwrap();
    assert_eq!(refund.status, RefundStatus::Requested);
    assert_eq!(world.refund(payment, Some(900), "r").await.unwrap(), refund);
    world.withdraw(refund.id).await.unwrap();
    assert!(world.hand_over(refund.id).await.is_err());
    world.books_agree().await;
}

async fn offline_money_ends_an_attempt_that_waits_for_the_customer(world: PaymentsTestBed) {
    let order = world.order(4900);
    let id = world.pay(order, "sim_requires_action", "k").await.payment.id;
    let paid = world.offline(order).await.unwrap();
    assert_eq!((paid.figures.state, paid.figures.offline), (PaymentState::Secured, euros(4900)));
    let given_up = paid.payment.attempts[0].failure.as_ref().unwrap();
    assert_eq!(given_up.code, "abandoned");
    // what is done at the bank comes to nothing
    let confirm = ConfirmPayment { id: Path(id), key: OptionalIdempotencyKey(None) };
    let Json(confirmed) = world.ask(&customer(order.user), confirm).await.unwrap();
    assert_eq!(confirmed.captured, euros(4900));
    assert!(world.charges(order).await.is_empty());
    world.books_agree().await;
}

async fn what_a_card_has_paid_is_not_paid_offline(world: PaymentsTestBed) {
    let (taken, authorized) = (world.order(4900), world.order(4900));
    world.pay(taken, "sim_ok", "k").await;
    world.authorize(authorized, "sim_ok").await;
    for order in [taken, authorized] {
        match world.offline(order).await {
            Err(CallError::Refused(OfflineError::AlreadyPaid { figures })) => {
                assert_eq!(figures.state, PaymentState::Secured);
                assert_eq!(
                    (figures.captured.minor + figures.authorized.minor, figures.offline),
                    (4900, euros(0))
                );
            }
            other => panic!("{other:?}"),
        }
    }
    // a repeat of what was recorded is the same
    let cash = world.order(4900);
    let recorded = world.offline(cash).await.unwrap();
    assert_eq!(world.offline(cash).await.unwrap().figures, recorded.figures);
    world.books_agree().await;
}

async fn cards_can_be_tried_twenty_times_and_every_event_stays_short(world: PaymentsTestBed) {
    let order = world.order(4900);
    for n in 0..ATTEMPTS_MAX {
        let answer = world.pay(order, "sim_declined", &format!("card {n}")).await;
        assert_eq!(answer.payment.attempts.len(), n + 1);
    }
    let refused = world.pay_as(world.wish(order, "sim_ok", "one more")).await;
    assert!(matches!(refused, Err(CallError::Refused(PayError::TooManyAttempts))), "{refused:?}");
    // what was answered is answered again
    assert!(world.pay(order, "sim_declined", "card 0").await.declined.is_some());
    let events = world.db.query(&Sql::both("select data from event"), params![]).await.unwrap();
    let length = |row: &Row| row.get::<serde_json::Value>("data").unwrap().to_string().len();
    let longest = events.iter().map(length).max().unwrap();
    assert!(longest < 8192, "{longest} bytes");
    // the shop can still take the money by other means
    assert_eq!(world.offline(order).await.unwrap().figures.state, PaymentState::Secured);
    assert!(world.charges(order).await.is_empty());
    world.books_agree().await;
}
