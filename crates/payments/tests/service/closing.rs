//! Closing: what never was, what races with paying, what turns out charged, and money that comes too late.

use crate::{
    who::customer,
    world::{PayableOrder, PaymentsTestBed, euros, settings, simulator_settings},
};
use contracts::{
    payments::*,
    settlement::{CloseMode, CloseOutcome, PayError},
};
use db::{Sql, params};
use endpoint::{Json, OptionalIdempotencyKey, Path, client::CallError};
use std::time::Duration;
use tokio::join;

on_both!(
    a_late_pay_finds_closed_what_never_was,
    closing_is_final_and_can_be_asked_again,
    what_is_paid_is_not_closed_unless_always,
    closing_races_with_paying_and_the_books_agree,
    an_unknown_charge_secures_what_was_to_be_closed_if_unpaid,
    an_unknown_charge_is_refunded_when_closed_always,
    a_request_that_never_arrived_is_closed_at_once_and_refused_when_it_comes,
    a_charge_in_process_is_abandoned_and_its_late_webhook_changes_nothing,
    money_that_comes_after_closing_goes_back,
    an_authorization_is_voided_when_closed_always,
    what_waits_for_the_customer_is_abandoned,
    closing_if_unpaid_becomes_always_when_somebody_cancels,
);

async fn a_late_pay_finds_closed_what_never_was(world: PaymentsTestBed) {
    let order = world.order(4900);
    let answer = world.close(order, CloseMode::IfUnpaid).await;
    assert_eq!((answer.outcome, answer.figures.version), (CloseOutcome::Closed, 1));
    let late = world.pay_as(world.wish(order, "sim_ok", "k")).await;
    match late {
        Err(CallError::Refused(PayError::PaymentClosed { figures })) => {
            assert_eq!(figures.state, PaymentState::Closed)
        }
        other => panic!("{other:?}"),
    }
    assert!(world.charges(order).await.is_empty());
    world.books_agree().await;
}

async fn closing_is_final_and_can_be_asked_again(world: PaymentsTestBed) {
    let order = world.order(4900);
    world.pay(order, "sim_declined", "k").await;
    let first = world.close(order, CloseMode::IfUnpaid).await;
    for mode in [CloseMode::IfUnpaid, CloseMode::Always] {
        assert_eq!(world.close(order, mode).await, first);
    }
    world.books_agree().await;
}

async fn what_is_paid_is_not_closed_unless_always(world: PaymentsTestBed) {
    let order = world.order(4900);
    world.pay(order, "sim_ok", "k").await;
    assert_eq!(world.close(order, CloseMode::IfUnpaid).await.outcome, CloseOutcome::Secured);
    let closed = world.close(order, CloseMode::Always).await;
    assert_eq!((closed.outcome, closed.figures.owed), (CloseOutcome::Closed, euros(0)));
    assert_eq!(closed.figures.claimed.minor + closed.figures.refunded.minor, 4900);
    world.books_agree().await;
    assert_eq!(world.audited().await.payments[0].refunded, 4900);
}

async fn closing_races_with_paying_and_the_books_agree(world: PaymentsTestBed) {
    for n in 0..12 {
        let order = world.order(4900);
        let token = ["sim_ok", "sim_slow", "sim_declined", "sim_webhook_late"][n % 4];
        let mode = if n % 3 == 0 { CloseMode::Always } else { CloseMode::IfUnpaid };
        let wish = world.wish(order, token, "k");
        let closing = async {
            tokio::time::sleep(Duration::from_millis(3 * n as u64)).await;
            world.close(order, mode).await
        };
        let (_, _) = join!(world.pay_as(wish), closing);
        world
            .until("it is decided", async || world.close(order, mode).await.outcome != CloseOutcome::Closing)
            .await;
        let closed = world.close(order, mode).await;
        if mode == CloseMode::Always {
            assert_eq!(closed.outcome, CloseOutcome::Closed);
        }
        assert_eq!(
            closed.outcome == CloseOutcome::Secured,
            closed.figures.captured == euros(4900) && mode == CloseMode::IfUnpaid
        );
    }
    world.books_agree().await;
}

/// The provider charges and keeps silent; somebody closes in the meantime.
async fn close_while_unknown(
    world: &PaymentsTestBed,
    order: PayableOrder,
    token: &str,
    mode: CloseMode,
) -> CloseOutcome {
    let wish = world.wish(order, token, "k");
    let closing = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        world.close(order, mode).await
    };
    let (paid, closed) = join!(world.pay_as(wish), closing);
    paid.unwrap();
    closed.outcome
}

async fn an_unknown_charge_secures_what_was_to_be_closed_if_unpaid(world: PaymentsTestBed) {
    let order = world.order(4900);
    let outcome = close_while_unknown(&world, order, "sim_timeout_after_charge", CloseMode::IfUnpaid).await;
    assert_eq!(outcome, CloseOutcome::Secured);
    let again = world.close(order, CloseMode::IfUnpaid).await;
    assert_eq!((again.outcome, again.figures.captured), (CloseOutcome::Secured, euros(4900)));
    world.books_agree().await;
}

async fn an_unknown_charge_is_refunded_when_closed_always(world: PaymentsTestBed) {
    let order = world.order(4900);
    let outcome = close_while_unknown(&world, order, "sim_timeout_after_charge", CloseMode::Always).await;
    assert_eq!(outcome, CloseOutcome::Closed);
    world.books_agree().await;
    let charges = world.charges(order).await;
    assert_eq!((charges.len(), charges[0].captured, charges[0].refunded), (1, 4900, 4900));
}

async fn a_request_that_never_arrived_is_closed_at_once_and_refused_when_it_comes(world: PaymentsTestBed) {
    let order = world.order(4900);
    let outcome = close_while_unknown(&world, order, "sim_timeout_before_charge", CloseMode::IfUnpaid).await;
    assert_eq!(outcome, CloseOutcome::Closed);
    tokio::time::sleep(crate::world::simulator_settings().late * 2).await;
    assert!(world.charges(order).await.is_empty());
    world.books_agree().await;
}

async fn a_charge_in_process_is_abandoned_and_its_late_webhook_changes_nothing(world: PaymentsTestBed) {
    // the machine may be busy between the two
    let simulator =
        simulator::SimulatorSettings { webhook_delay: Duration::from_secs(3), ..simulator_settings() };
    world.start_with(world.provider(simulator), settings());
    let order = world.order(4900);
    world.pay(order, "sim_webhook_late", "k").await;
    let closed = world.close(order, CloseMode::IfUnpaid).await;
    assert_eq!(closed.outcome, CloseOutcome::Closed);
    const NOTED: Sql = Sql::both("select count(*) as n from provider_inbox");
    world
        .until("the webhook has come", async || {
            world.db.query_one(&NOTED, params![]).await.unwrap().get::<i64>("n").unwrap() == 1
        })
        .await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(world.charges(order).await.is_empty());
    assert_eq!(world.close(order, CloseMode::IfUnpaid).await.figures, closed.figures);
    world.books_agree().await;
}

/// A provider that breaks its word: what it declined is charged later, and a webhook tells of it.
async fn money_that_comes_after_closing_goes_back(world: PaymentsTestBed) {
    let order = world.order(4900);
    world.pay(order, "sim_declined", "k").await;
    world.close(order, CloseMode::IfUnpaid).await;
    const CHARGE: Sql = Sql::both("update charge set state = 'captured', captured = amount returning key");
    let mut tx = world.simulator.begin().await.unwrap();
    let key: String = tx.query_one(&CHARGE, params![]).await.unwrap().get("key").unwrap();
    tx.commit("payments.meddle_with_provider").await.unwrap();
    for _ in 0..2 {
        world.tell("evt_late", &key).await;
    }
    world.until("it has gone back", async || world.charges(order).await[0].refunded == 4900).await;
    world.books_agree().await;
    assert_eq!(world.close(order, CloseMode::IfUnpaid).await.outcome, CloseOutcome::Closed);
    assert_eq!(world.audited().await.payments[0].refunded, 4900);
}

async fn an_authorization_is_voided_when_closed_always(world: PaymentsTestBed) {
    let order = world.order(4900);
    let authorized = world.authorize(order, "sim_ok").await;
    assert_eq!(
        (authorized.payment.status, authorized.figures.authorized),
        (PaymentStatus::Authorized, euros(4900))
    );
    assert_eq!(world.close(order, CloseMode::IfUnpaid).await.outcome, CloseOutcome::Secured);
    let closed = world.close(order, CloseMode::Always).await;
    assert_eq!((closed.outcome, closed.figures.authorized), (CloseOutcome::Closed, euros(0)));
    assert!(world.charges(order).await.is_empty());
    world.books_agree().await;
}

async fn what_waits_for_the_customer_is_abandoned(world: PaymentsTestBed) {
    let order = world.order(4900);
    let payment = world.pay(order, "sim_requires_action", "k").await.payment;
    assert_eq!(world.close(order, CloseMode::IfUnpaid).await.outcome, CloseOutcome::Closed);
    let confirm = ConfirmPayment { id: Path(payment.id), key: OptionalIdempotencyKey(None) };
    let refused = world.ask(&customer(order.user), confirm).await;
    let status = PaymentStatus::Closed;
    match refused {
        Err(CallError::Refused(refused)) => {
            assert_eq!(refused, ChangePaymentError::IllegalPaymentTransition { status })
        }
        other => panic!("{other:?}"),
    }
    let Json(payment) = world.ask(&customer(order.user), GetPayment { id: Path(payment.id) }).await.unwrap();
    assert_eq!(payment.attempts[0].failure.as_ref().unwrap().code, "abandoned");
    world.books_agree().await;
}

async fn closing_if_unpaid_becomes_always_when_somebody_cancels(world: PaymentsTestBed) {
    let order = world.order(4900);
    let wish = world.wish(order, "sim_timeout_after_charge", "k");
    let both = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        join!(world.close(order, CloseMode::IfUnpaid), world.close(order, CloseMode::Always))
    };
    let (_, _) = join!(world.pay_as(wish), both);
    assert_eq!(world.close(order, CloseMode::Always).await.outcome, CloseOutcome::Closed);
    world.books_agree().await;
    assert_eq!(world.charges(order).await[0].refunded, 4900);
}
