//! Each token of the simulated provider, from the initial payment to the books at the end.

use crate::{
    who::customer,
    world::{PaymentsTestBed, euros},
};
use contracts::{payments::*, settlement::PayError};
use endpoint::{Json, OptionalIdempotencyKey, Path, client::CallError};

on_both!(
    a_good_card_is_charged,
    a_declined_card_says_why_and_leaves_the_payment_open,
    an_action_is_required_and_then_it_is_charged,
    an_action_at_which_the_customer_fails_charges_nothing,
    an_action_that_is_not_done_yet_is_waited_for,
    nothing_is_charged_when_the_request_did_not_arrive,
    a_charge_whose_answer_was_lost_is_found,
    a_slow_answer_is_waited_for,
    a_webhook_that_comes_late_settles_it,
    a_webhook_that_comes_twice_counts_once,
    an_unknown_token_is_refused_and_leaves_nothing_behind,
);

/// What the provider is to do later.
const JOBS: &str = "select count(*) as n from job";
const INBOX: &str = "select count(*) as n from provider_inbox";
const TO_LOOK_INTO: &str = "select count(*) as n from timer where kind = 'reconcile'";

async fn a_good_card_is_charged(world: PaymentsTestBed) {
    let order = world.order(4900);
    let answer = world.pay(order, "sim_ok", "k").await;
    assert_eq!((answer.declined, answer.payment.status), (None, PaymentStatus::Captured));
    assert_eq!(answer.figures.state, PaymentState::Secured);
    assert_eq!((answer.figures.captured, answer.figures.pending), (euros(4900), false));
    world.books_agree().await;
}

async fn a_declined_card_says_why_and_leaves_the_payment_open(world: PaymentsTestBed) {
    let order = world.order(4900);
    for (token, code) in [("sim_declined", "card_declined"), ("sim_insufficient_funds", "insufficient_funds")]
    {
        let answer = world.pay(order, token, token).await;
        assert_eq!(answer.declined.unwrap().code, code);
        assert_eq!(answer.payment.status, PaymentStatus::Open);
        assert_eq!(answer.payment.attempts.last().unwrap().status, AttemptStatus::Failed);
    }
    let answer = world.pay(order, "sim_ok", "third").await;
    assert_eq!((answer.payment.status, answer.payment.attempts.len()), (PaymentStatus::Captured, 3));
    world.books_agree().await;
}

async fn an_action_is_required_and_then_it_is_charged(world: PaymentsTestBed) {
    let order = world.order(4900);
    let answer = world.pay(order, "sim_requires_action", "k").await;
    assert_eq!(answer.payment.status, PaymentStatus::RequiresAction);
    assert!(answer.payment.next_action.is_some() && answer.figures.pending);
    let confirm = || ConfirmPayment { id: Path(answer.payment.id), key: OptionalIdempotencyKey(None) };
    let Json(payment) = world.ask(&customer(order.user), confirm()).await.unwrap();
    assert_eq!(payment.status, PaymentStatus::Captured);
    let Json(again) = world.ask(&customer(order.user), confirm()).await.unwrap();
    assert_eq!(again, payment);
    world.books_agree().await;
    assert_eq!(world.charges(order).await.len(), 1);
}

async fn an_action_at_which_the_customer_fails_charges_nothing(world: PaymentsTestBed) {
    let order = world.order(4900);
    let answer = world.pay(order, "sim_action_declined", "k").await;
    assert_eq!(answer.payment.status, PaymentStatus::RequiresAction);
    for _ in 0..2 {
        let confirm = ConfirmPayment { id: Path(answer.payment.id), key: OptionalIdempotencyKey(None) };
        let refused = world.ask(&customer(order.user), confirm).await.unwrap_err();
        let CallError::Refused(ChangePaymentError::PaymentDeclined { payment }) = refused else {
            panic!("{refused:?}");
        };
        let failure = payment.attempts[0].failure.as_ref().unwrap();
        assert_eq!((payment.status, failure.code.as_str()), (PaymentStatus::Open, "authentication_failed"));
    }
    let answer = world.pay(order, "sim_ok", "another").await;
    assert_eq!((answer.payment.status, answer.payment.captured), (PaymentStatus::Captured, euros(4900)));
    world.books_agree().await;
}

async fn an_action_that_is_not_done_yet_is_waited_for(world: PaymentsTestBed) {
    let order = world.order(4900);
    let answer = world.pay(order, "sim_action_unfinished", "k").await;
    let confirm = || ConfirmPayment { id: Path(answer.payment.id), key: OptionalIdempotencyKey(None) };
    let early = world.ask(&customer(order.user), confirm()).await.unwrap_err();
    let CallError::Refused(ChangePaymentError::IllegalPaymentTransition { status }) = early else {
        panic!("{early:?}");
    };
    assert_eq!(status, PaymentStatus::RequiresAction);
    let Json(payment) = world.ask(&customer(order.user), confirm()).await.unwrap();
    assert_eq!(payment.status, PaymentStatus::Captured);
    world.books_agree().await;
    assert_eq!(world.charges(order).await.len(), 1);
}

async fn nothing_is_charged_when_the_request_did_not_arrive(world: PaymentsTestBed) {
    let order = world.order(4900);
    let answer = world.pay(order, "sim_timeout_before_charge", "k").await;
    assert_eq!((answer.declined, answer.payment.status), (None, PaymentStatus::Processing));
    let is_over = async || world.payment(order, answer.payment.id).await.status == PaymentStatus::Open;
    world.until("it is abandoned", is_over).await;
    // the same key makes the next attempt, which is lost too
    let again = world.pay(order, "sim_timeout_before_charge", "k").await;
    assert_eq!((again.declined, again.payment.attempts.len()), (None, 2));
    world.until("it is abandoned", is_over).await;
    let attempts = world.payment(order, answer.payment.id).await.attempts;
    assert!(
        attempts.iter().all(Attempt::is_provider_unavailable),
        "nobody has declined a card: {attempts:?}"
    );
    // the request arrives after all, and finds the refusal
    tokio::time::sleep(crate::world::simulator_settings().late * 2).await;
    assert!(world.charges(order).await.is_empty());
    assert_eq!(world.payment(order, answer.payment.id).await.status, PaymentStatus::Open);
    world.books_agree().await;
}

async fn a_charge_whose_answer_was_lost_is_found(world: PaymentsTestBed) {
    let order = world.order(4900);
    let answer = world.pay(order, "sim_timeout_after_charge", "k").await;
    assert_eq!((answer.declined, answer.payment.status), (None, PaymentStatus::Processing));
    world
        .until("it is found", async || {
            world.payment(order, answer.payment.id).await.status == PaymentStatus::Captured
        })
        .await;
    world.books_agree().await;
    assert_eq!(world.charges(order).await.len(), 1);
}

async fn a_slow_answer_is_waited_for(world: PaymentsTestBed) {
    let answer = world.pay(world.order(4900), "sim_slow", "k").await;
    assert_eq!(answer.payment.status, PaymentStatus::Captured);
    world.books_agree().await;
}

async fn a_webhook_that_comes_late_settles_it(world: PaymentsTestBed) {
    let order = world.order(4900);
    let answer = world.pay(order, "sim_webhook_late", "k").await;
    assert_eq!(answer.payment.status, PaymentStatus::Processing);
    world
        .until("it is charged", async || {
            world.payment(order, answer.payment.id).await.status == PaymentStatus::Captured
        })
        .await;
    world.until("it is told of", async || !world.told().is_empty()).await;
    world.books_agree().await;
}

async fn a_webhook_that_comes_twice_counts_once(world: PaymentsTestBed) {
    let order = world.order(4900);
    let answer = world.pay(order, "sim_webhook_twice", "k").await;
    assert_eq!(answer.payment.status, PaymentStatus::Captured);
    world.until("it is told of twice", async || world.told().len() >= 2).await;
    let told = world.told();
    assert!(told.iter().all(|webhook| *webhook == told[0]), "one event: {told:?}");
    world.until("both are heard", async || PaymentsTestBed::count(&world.simulator, JOBS).await == 0).await;
    assert_eq!(PaymentsTestBed::count(&world.db, INBOX).await, 1);
    world
        .until("it is looked into", async || PaymentsTestBed::count(&world.db, TO_LOOK_INTO).await == 0)
        .await;
    let payment = world.payment(order, answer.payment.id).await;
    assert_eq!((payment.version, payment.captured), (answer.payment.version, euros(4900)));
    world.books_agree().await;
}

async fn an_unknown_token_is_refused_and_leaves_nothing_behind(world: PaymentsTestBed) {
    let order = world.order(4900);
    let refused = world.pay_as(world.wish(order, "card_4242", "k")).await;
    assert!(matches!(refused, Err(CallError::Refused(PayError::UnknownPaymentMethod))), "{refused:?}");
    assert!(world.audited().await.payments.is_empty());
}
