//! Manual capture: authorizations that are captured, voided, and that lapse.

use crate::world::{DatabaseLocation, PaymentsTestBed, euros, settings};
use contracts::{payments::*, settlement::*};
use db::{Sql, params};
use endpoint::{IdempotencyKey, Json, Path, client::CallError};
use futures_util::future::join_all;
use kernel::id::PaymentId;
use payments::PaymentsSettings;
use std::time::Duration;

on_both!(
    capturing_takes_what_is_owed_once_and_the_rest_of_the_authorization_ends,
    many_shipments_at_once_capture_once,
    nothing_is_captured_of_what_was_never_authorized,
    staff_capture_and_a_repeat_is_the_same_capture,
    staff_void_and_the_order_can_be_paid_again,
    an_authorization_that_is_being_captured_is_not_voided,
    a_refused_void_leaves_the_authorization_and_the_next_key_voids_it,
    a_refused_void_finds_out_what_became_of_the_authorization,
    closing_voids_an_authorization_though_that_is_refused_at_first,
    an_authorization_that_came_too_late_is_voided_though_that_is_refused_at_first,
    an_authorization_for_which_nothing_is_owed_is_voided,
);

async fn capturing_takes_what_is_owed_once_and_the_rest_of_the_authorization_ends(world: PaymentsTestBed) {
    let order = world.order(4900);
    world.authorize(order, "sim_ok").await;
    world.owe(order, 4000).await;
    let settled = world.settle(order, 3500).await.unwrap();
    assert_eq!((settled.figures.captured, settled.figures.authorized), (euros(3500), euros(0)));
    assert_eq!(settled.payment.status, PaymentStatus::Captured);
    let again = world.settle(order, 3500).await.unwrap();
    assert_eq!(again.figures, settled.figures);
    // less is owed later: that goes back
    let less = world.owe(order, 3000).await;
    assert_eq!(less.figures.claimed.minor + less.figures.refunded.minor, 500);
    world.books_agree().await;
    let charges = world.charges(order).await;
    assert_eq!((charges.len(), charges[0].captured, charges[0].refunded), (1, 3500, 500));
}

async fn many_shipments_at_once_capture_once(world: PaymentsTestBed) {
    let order = world.order(4900);
    world.authorize(order, "sim_ok").await;
    let settled = join_all((0..8).map(|_| world.settle(order, 4900))).await;
    assert!(settled.iter().any(Result::is_ok));
    for refused in settled.into_iter().filter_map(Result::err) {
        assert!(matches!(refused, CallError::Refused(CaptureRejected::PaymentInProgress)), "{refused:?}");
    }
    assert_eq!(world.settle(order, 4900).await.unwrap().figures.captured, euros(4900));
    world.books_agree().await;
}

async fn nothing_is_captured_of_what_was_never_authorized(world: PaymentsTestBed) {
    let failed = |settled: Result<SettlementResponse, CallError<CaptureRejected>>| {
        assert!(matches!(settled, Err(CallError::Refused(CaptureRejected::CaptureFailed))), "{settled:?}");
    };
    let order = world.order(4900);
    failed(world.settle(order, 4900).await);
    world.pay(order, "sim_declined", "k").await;
    failed(world.settle(order, 4900).await);
    world.close(order, CloseMode::Always).await;
    failed(world.settle(order, 0).await);
}

async fn staff_capture_and_a_repeat_is_the_same_capture(world: PaymentsTestBed) {
    let order = world.order(4900);
    let id = world.authorize(order, "sim_ok").await.payment.id;
    let capture = |key: &str| CapturePayment { id: Path(id), key: IdempotencyKey(key.into()) };
    for _ in 0..2 {
        let Json(payment) = world.ask("staff:payments", capture("k")).await.unwrap();
        assert_eq!((payment.status, payment.captured), (PaymentStatus::Captured, euros(4900)));
    }
    match world.ask("staff:payments", capture("another")).await {
        Err(CallError::Refused(ChangePaymentError::IllegalPaymentTransition { status })) => {
            assert_eq!(status, PaymentStatus::Captured);
        }
        other => panic!("{other:?}"),
    }
    world.books_agree().await;
}

async fn staff_void_and_the_order_can_be_paid_again(world: PaymentsTestBed) {
    let order = world.order(4900);
    let id = world.authorize(order, "sim_ok").await.payment.id;
    let void = |key: &str| VoidPayment { id: Path(id), key: IdempotencyKey(key.into()) };
    for _ in 0..2 {
        let Json(payment) = world.ask("staff:payments", void("k")).await.unwrap();
        assert_eq!(payment.status, PaymentStatus::Open);
    }
    assert!(matches!(world.ask("staff:payments", void("another")).await, Err(CallError::Refused(_))));
    assert!(world.charges(order).await.is_empty());
    assert_eq!(world.pay(order, "sim_ok", "again").await.payment.status, PaymentStatus::Captured);
    world.books_agree().await;
}

async fn an_authorization_that_is_being_captured_is_not_voided(world: PaymentsTestBed) {
    let order = world.order(4900);
    let id = world.authorize(order, "sim_ok").await.payment.id;
    let void = VoidPayment { id: Path(id), key: IdempotencyKey("void".into()) };
    let capture = CapturePayment { id: Path(id), key: IdempotencyKey("capture".into()) };
    let (voided, captured) =
        tokio::join!(world.ask("staff:payments", void), world.ask("staff:payments", capture));
    assert!(voided.is_ok() != captured.is_ok(), "{voided:?} {captured:?}");
    world.books_agree().await;
}

async fn a_refused_void_leaves_the_authorization_and_the_next_key_voids_it(world: PaymentsTestBed) {
    let order = world.order(4900);
    let id = world.authorize(order, "sim_void_refused").await.payment.id;
    for _ in 0..2 {
        match void(&world, id, "k").await {
            Err(CallError::Refused(ChangePaymentError::VoidRefused { payment })) => {
                assert_eq!(payment.status, PaymentStatus::Authorized);
                assert_eq!(payment.attempts[0].status, AttemptStatus::Authorized);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(world.charges(order).await[0].authorized, 4900);
    assert_eq!(world.audited().await.findings, []);
    assert_eq!(void(&world, id, "next").await.unwrap().status, PaymentStatus::Open);
    // what the first key came to does not change any more, what became of the authorization does
    assert_eq!(void(&world, id, "k").await.unwrap().status, PaymentStatus::Open);
    assert!(world.charges(order).await.is_empty());
    assert_eq!(world.pay(order, "sim_ok", "again").await.payment.status, PaymentStatus::Captured);
    world.books_agree().await;
}

/// Somebody has captured the charge at the provider itself, or its time is over there.
async fn a_refused_void_finds_out_what_became_of_the_authorization(world: PaymentsTestBed) {
    const CAPTURE: Sql = Sql::both("update charge set state = 'captured', captured = amount");
    const EXPIRE: Sql = Sql::both("update charge set state = 'expired' where captured = 0");
    let meddle = async |sql: &Sql| {
        let mut tx = world.simulator.begin().await.unwrap();
        tx.run(sql, params![]).await.unwrap();
        tx.commit("payments.meddle_with_provider").await.unwrap();
    };
    let taken = world.order(4900);
    let id = world.authorize(taken, "sim_void_refused").await.payment.id;
    meddle(&CAPTURE).await;
    for _ in 0..2 {
        match void(&world, id, "k").await {
            Err(CallError::Refused(ChangePaymentError::IllegalPaymentTransition { status })) => {
                assert_eq!(status, PaymentStatus::Captured);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(world.payment(taken, id).await.captured, euros(4900));
    let over = world.order(4900);
    let id = world.authorize(over, "sim_void_refused").await.payment.id;
    meddle(&EXPIRE).await;
    let payment = void(&world, id, "k").await.unwrap();
    assert_eq!((payment.status, payment.attempts[0].status), (PaymentStatus::Open, AttemptStatus::Expired));
    world.books_agree().await;
}

async fn closing_voids_an_authorization_though_that_is_refused_at_first(world: PaymentsTestBed) {
    let order = world.order(4900);
    world.authorize(order, "sim_void_refused").await;
    assert_eq!(world.close(order, CloseMode::Always).await.outcome, CloseOutcome::Closing);
    // nobody asks again
    const CLOSED: Sql = Sql::both("select count(*) as n from payment where state = 'closed'");
    world
        .until("it is closed", async || {
            world.db.query_one(&CLOSED, params![]).await.unwrap().get::<i64>("n").unwrap() == 1
        })
        .await;
    assert_eq!(world.close(order, CloseMode::Always).await.figures.authorized, euros(0));
    assert!(world.charges(order).await.is_empty());
    world.books_agree().await;
}

async fn an_authorization_for_which_nothing_is_owed_is_voided(world: PaymentsTestBed) {
    for method in ["sim_ok", "sim_void_refused"] {
        let order = world.order(4900);
        let id = world.authorize(order, method).await.payment.id;
        let told = world.owe(order, 0).await;
        assert_eq!(told.figures.state, PaymentState::Secured);
        // taking nothing is no error, wherever the authorization is
        let settled = world.settle(order, 0).await.unwrap();
        assert_eq!((settled.figures.state, settled.figures.captured), (PaymentState::Secured, euros(0)));
        let voided = async || world.payment(order, id).await.attempts[0].status == AttemptStatus::Voided;
        world.until("the authorization is voided", voided).await;
        assert!(world.charges(order).await.is_empty());
        let closed = world.close(order, CloseMode::IfUnpaid).await;
        assert_eq!((closed.outcome, closed.figures.authorized), (CloseOutcome::Secured, euros(0)));
        let again = world.settle(order, 0).await.unwrap();
        assert_eq!((again.figures.state, again.figures.captured), (PaymentState::Secured, euros(0)));
    }
    world.books_agree().await;
    assert_eq!(world.audited().await.findings, []);
}

async fn void(
    world: &PaymentsTestBed,
    id: PaymentId,
    key: &str,
) -> Result<Payment, CallError<ChangePaymentError>> {
    let void = VoidPayment { id: Path(id), key: IdempotencyKey(key.into()) };
    world.ask("staff:payments", void).await.map(|Json(payment)| payment)
}

/// A provider that breaks its word, and refuses at first to take it back.
async fn an_authorization_that_came_too_late_is_voided_though_that_is_refused_at_first(
    world: PaymentsTestBed,
) {
    let order = world.order(4900);
    world.authorize(order, "sim_declined").await;
    world.close(order, CloseMode::IfUnpaid).await;
    const AUTHORIZE: Sql =
        Sql::both("update charge set state = 'authorized', refuses = 'void' returning key");
    let mut tx = world.simulator.begin().await.unwrap();
    let key: String = tx.query_one(&AUTHORIZE, params![]).await.unwrap().get("key").unwrap();
    tx.commit("payments.meddle_with_provider").await.unwrap();
    world.tell("evt_late", &key).await;
    const VOIDED: Sql = Sql::both(
        "select count(*) as n from operation as o join attempt as a on a.id = o.subject \
         where o.kind = 'void' and a.state = 'voided'",
    );
    world
        .until("it is given back at the second try", async || {
            world.db.query_one(&VOIDED, params![]).await.unwrap().get::<i64>("n").unwrap() == 2
        })
        .await;
    assert!(world.charges(order).await.is_empty());
    world.books_agree().await;
    assert_eq!(world.audited().await.payments[0].state, PaymentState::Closed);
}

async fn lapses(place: DatabaseLocation) {
    let world = PaymentsTestBed::asleep(&place).await;
    world.start(PaymentsSettings { authorization_life: Duration::from_secs(2), ..settings() });
    let order = world.order(4900);
    let payment = world.authorize(order, "sim_ok").await.payment;
    world
        .until("the authorization is over", async || {
            world.payment(order, payment.id).await.status == PaymentStatus::Open
        })
        .await;
    let shown = world.payment(order, payment.id).await;
    assert_eq!(shown.attempts[0].status, AttemptStatus::Expired);
    let failed = world.settle(order, 4900).await;
    assert!(matches!(failed, Err(CallError::Refused(CaptureRejected::CaptureFailed))), "{failed:?}");
    assert_eq!(world.pay(order, "sim_ok", "again").await.payment.status, PaymentStatus::Captured);
    world.books_agree().await;
}

#[tokio::test]
async fn an_authorization_that_lapses_leaves_the_payment_open_on_sqlite() {
    let folder = testkit::temp_dir::TempDir::new();
    lapses(DatabaseLocation::sqlite(folder.path())).await;
}

#[tokio::test]
async fn an_authorization_that_lapses_leaves_the_payment_open_on_postgres() {
    lapses(DatabaseLocation::postgres().await).await;
}

/// The provider keeps silent, and nobody asks it before the authorization has expired: the answer to closing says so.
async fn lapses_unknown(place: DatabaseLocation) {
    let world = PaymentsTestBed::asleep(&place).await;
    let seldom = Duration::from_secs(60);
    let patient = PaymentsSettings { reconcile_after: seldom, reconcile_every: seldom, ..settings() };
    world.start(PaymentsSettings { authorization_life: Duration::from_secs(2), ..patient });
    let order = world.order(4900);
    let paid = world.authorize(order, "sim_timeout_after_charge").await;
    assert_eq!(paid.payment.status, PaymentStatus::Processing);
    tokio::time::sleep(Duration::from_millis(2100)).await;
    let closed = async || world.close(order, CloseMode::Always).await.outcome == CloseOutcome::Closed;
    world.until("it is closed", closed).await;
    world.books_agree().await;
    assert!(world.charges(order).await.is_empty());
}

#[tokio::test]
async fn an_authorization_that_lapsed_unheard_of_is_none_in_the_providers_books_on_sqlite() {
    let folder = testkit::temp_dir::TempDir::new();
    lapses_unknown(DatabaseLocation::sqlite(folder.path())).await;
}

#[tokio::test]
async fn an_authorization_that_lapsed_unheard_of_is_none_in_the_providers_books_on_postgres() {
    lapses_unknown(DatabaseLocation::postgres().await).await;
}
