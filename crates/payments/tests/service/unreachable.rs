//! A provider that cannot be reached declines nothing: what is told says so, and the same request can be sent again.

use crate::{
    scripted::{ProviderMethod, ScriptedProvider, charge},
    who::customer,
    world::{DatabaseLocation, PaymentsTestBed, euros, settings},
};
use contracts::{payments::*, settlement::*};
use db::{Row, Sql, params};
use endpoint::{ApiError, Body, IdempotencyKey, Json, OptionalIdempotencyKey, Path, client::CallError};
use payment_provider::{Charge, ChargeStatus, ProviderError};
use payments::PaymentsSettings;
use std::{sync::Arc, time::Duration};

const UNAVAILABLE: &str = Failure::PROVIDER_UNAVAILABLE;

/// With a provider that does as it is told, and that nothing reaches at first.
async fn world(place: DatabaseLocation) -> (PaymentsTestBed, ScriptedProvider) {
    let (world, provider) = (PaymentsTestBed::asleep(&place).await, ScriptedProvider::new());
    // what is not known is not asked about before the test has looked
    let settings = PaymentsSettings { reconcile_after: Duration::from_secs(60), ..settings() };
    world.start_with(Arc::new(provider.clone()), settings);
    (world, provider)
}

fn not_sent() -> ProviderError {
    ProviderError::NotSent("connection refused".into())
}

fn is_unavailable<T: std::fmt::Debug, X: ApiError + std::fmt::Debug>(answer: Result<T, CallError<X>>) {
    match answer {
        Err(CallError::Refused(refusal)) => {
            assert_eq!((refusal.row().status, refusal.row().code), (503, "provider_unavailable"));
        }
        Err(CallError::Problem(problem)) => {
            assert_eq!((problem.status, problem.retry_after()), (503, Some(30)));
        }
        other => panic!("{other:?}"),
    }
}

async fn a_payment((world, provider): (PaymentsTestBed, ScriptedProvider)) {
    let order = world.order(4900);
    provider.answer(ProviderMethod::Submit, [Err(not_sent()), Err(not_sent())]);
    for n in 1..=2 {
        let answer = world.pay(order, "ok", "k").await;
        assert_eq!(answer.declined.unwrap().code, "provider_unavailable");
        assert_eq!((answer.payment.status, answer.payment.attempts.len()), (PaymentStatus::Open, n));
    }
    // the same request once the provider is back; and again
    let paid = world.pay(order, "ok", "k").await;
    assert_eq!((&paid.declined, paid.payment.captured), (&None, euros(4900)));
    assert_eq!(world.pay(order, "ok", "k").await, paid);
    assert_eq!(provider.keys(ProviderMethod::Submit).len(), 3);
    // the key stays bound to its body
    let other = world.pay_as(world.wish(order, "another", "k")).await;
    assert!(matches!(&other, Err(CallError::Problem(p)) if p.code == "key_reused"), "{other:?}");
    assert_eq!(world.audited().await.findings, []);
}

async fn a_long_outage((world, provider): (PaymentsTestBed, ScriptedProvider)) {
    let order = world.order(4900);
    provider.answer(ProviderMethod::Submit, (0..25).map(|_| Err(not_sent())));
    for n in 1..=25 {
        let answer = world.pay(order, "ok", "k").await;
        assert_eq!((answer.declined.unwrap().code.as_str(), answer.payment.attempts.len()), (UNAVAILABLE, n));
    }
    // the cards that the provider declines are counted by themselves
    let declined = || Ok(charge("ch", ChargeStatus::Failed(Failure::of("card_declined")), 4900));
    provider.answer(ProviderMethod::Submit, (1..ATTEMPTS_MAX).map(|_| declined()));
    for n in 1..ATTEMPTS_MAX {
        assert_eq!(world.pay(order, "ok", &format!("{n}")).await.declined.unwrap().code, "card_declined");
    }
    let paid = world.pay(order, "ok", "k").await;
    assert_eq!((&paid.declined, paid.payment.captured), (&None, euros(4900)));
    assert_eq!(paid.payment.attempts.len(), 25 + ATTEMPTS_MAX);
    // events leave out the oldest of those that were not sent
    let events = world.db.query(&Sql::both("select data from event"), params![]).await.unwrap();
    let told = |row: &Row| row.get::<serde_json::Value>("data").unwrap().to_string();
    let told: Vec<String> = events.iter().map(told).collect();
    let longest = told.iter().map(String::len).max().unwrap();
    assert!(longest < 8192, "{longest} bytes");
    assert!(told.iter().any(|event| event.matches("card_declined").count() == ATTEMPTS_MAX - 1));
    assert_eq!(world.audited().await.findings, []);
}

async fn an_endless_outage((world, provider): (PaymentsTestBed, ScriptedProvider)) {
    let order = world.order(4900);
    provider.answer(ProviderMethod::Submit, (0..ATTEMPTS_TOTAL_MAX).map(|_| Err(not_sent())));
    for _ in 0..ATTEMPTS_TOTAL_MAX {
        assert_eq!(world.pay(order, "ok", "k").await.declined.unwrap().code, UNAVAILABLE);
    }
    let refused = world.pay_as(world.wish(order, "ok", "k")).await;
    assert!(matches!(refused, Err(CallError::Refused(PayError::TooManyAttempts))), "{refused:?}");
    assert_eq!(provider.keys(ProviderMethod::Submit).len(), ATTEMPTS_TOTAL_MAX);
    assert_eq!(world.audited().await.findings, []);
}

async fn an_abandoned_attempt((world, provider): (PaymentsTestBed, ScriptedProvider)) {
    let order = world.order(4900);
    provider.answer(ProviderMethod::Submit, [Err(lost())]);
    provider.answer(ProviderMethod::Abandon, [Err(lost()), Ok(dead())]);
    let first = world.pay(order, "ok", "k").await;
    assert_eq!((&first.declined, first.payment.status), (&None, PaymentStatus::Processing));
    assert_eq!(world.pay(order, "ok", "k").await.payment, first.payment);
    // that it was told to abandon it confirms nothing
    notify(&world, &provider, "one").await;
    world.until("it is told to", async || provider.keys(ProviderMethod::Abandon).len() == 1).await;
    let again = world.pay(order, "ok", "k").await;
    assert_eq!((again.declined, again.payment.status), (None, PaymentStatus::Processing));
    assert_eq!((again.payment.attempts.len(), provider.keys(ProviderMethod::Submit).len()), (1, 1));
    // now it has confirmed that it never charges it
    notify(&world, &provider, "two").await;
    let is_over = async || world.payment(order, first.payment.id).await.status == PaymentStatus::Open;
    world.until("it is abandoned", is_over).await;
    let pay = || world.pay(order, "ok", "k");
    let (paid, beside) = tokio::join!(pay(), pay());
    assert_eq!((&paid.declined, paid.payment.captured), (&None, euros(4900)));
    assert_eq!((&beside, &pay().await), (&paid, &paid));
    assert!(paid.payment.attempts[0].is_provider_unavailable(), "{:?}", paid.payment);
    assert_eq!((paid.payment.attempts.len(), provider.keys(ProviderMethod::Submit).len()), (2, 2));
    assert_eq!(world.audited().await.findings, []);
}

async fn a_decline_after_an_outage((world, provider): (PaymentsTestBed, ScriptedProvider)) {
    let order = world.order(4900);
    let action = ChargeStatus::RequiresAction { url: "https://bank.example".into() };
    provider.answer(ProviderMethod::Submit, [Ok(charge("ch", action, 4900)), Err(not_sent())]);
    let id = world.pay(order, "ok", "k").await.payment.id;
    let confirm = ConfirmPayment { id: Path(id), key: OptionalIdempotencyKey(None) };
    is_unavailable(world.ask(&customer(order.user), confirm).await);
    // the customer has told the bank that it was not them
    let declined = ChargeStatus::Failed(Failure::of("authentication_failed"));
    provider.answer(ProviderMethod::Query, [Ok(charge("ch", declined, 4900))]);
    notify(&world, &provider, "one").await;
    world
        .until("it is declined", async || world.payment(order, id).await.status == PaymentStatus::Open)
        .await;
    // that the newest request was not sent says nothing of the attempt: it stays what the key is bound to
    let answer = world.pay(order, "ok", "k").await;
    assert_eq!(answer.declined.unwrap().code, "authentication_failed");
    assert_eq!((answer.payment.attempts.len(), provider.keys(ProviderMethod::Submit).len()), (1, 2));
    assert_eq!(world.audited().await.findings, []);
}

/// The provider tells that there is something to know about its first charge.
async fn notify(world: &PaymentsTestBed, provider: &ScriptedProvider, id: &str) {
    let key = provider.keys(ProviderMethod::Submit).swap_remove(0);
    world.tell(id, &key).await;
}

fn lost() -> ProviderError {
    ProviderError::Unknown("502".into())
}

/// It is never charged.
fn dead() -> Charge {
    let standing = ChargeStatus::Failed(Failure::of(Failure::ABANDONED));
    Charge { reference: None, standing, authorized: 0, captured: 0, refunded: 0 }
}

async fn a_lost_answer((world, provider): (PaymentsTestBed, ScriptedProvider)) {
    let order = world.order(4900);
    provider.answer(ProviderMethod::Submit, [Err(lost())]);
    let answer = world.pay(order, "ok", "k").await;
    assert_eq!((answer.declined, answer.payment.status), (None, PaymentStatus::Processing));
    // the provider confirms that it never charges it
    provider.answer(ProviderMethod::Abandon, [Ok(dead())]);
    let closed = world.close(order, CloseMode::IfUnpaid).await;
    assert_eq!(closed.outcome, CloseOutcome::Closed);
    let failure = closed.payment.attempts[0].failure.clone().unwrap();
    assert!(failure.is_provider_unavailable(), "{failure:?}");
    assert_eq!(world.audited().await.findings, []);
}

async fn a_confirmation((world, provider): (PaymentsTestBed, ScriptedProvider)) {
    let order = world.order(4900);
    let action = ChargeStatus::RequiresAction { url: "https://bank.example".into() };
    provider.answer(ProviderMethod::Submit, [Ok(charge("ch", action, 4900)), Err(not_sent())]);
    let id = world.pay(order, "ok", "k").await.payment.id;
    let who = customer(order.user);
    let confirm = || world.ask(&who, ConfirmPayment { id: Path(id), key: OptionalIdempotencyKey(None) });
    is_unavailable(confirm().await);
    let Json(paid) = confirm().await.unwrap();
    assert_eq!((paid.status, paid.captured), (PaymentStatus::Captured, euros(4900)));
    assert_eq!(world.audited().await.findings, []);
}

async fn a_capture((world, provider): (PaymentsTestBed, ScriptedProvider)) {
    let order = world.order(4900);
    let id = world.authorize(order, "ok").await.payment.id;
    let name = provider.keys(ProviderMethod::Submit).pop().unwrap();
    provider.answer(ProviderMethod::Capture, [Err(not_sent()), Err(not_sent())]);
    let owed = || AmountDueRequest { order_id: order.id, owed: euros(4900) };
    is_unavailable(world.ask("service", CaptureAmountDue { capture: Body(owed()) }).await);
    let capture =
        || world.ask("staff:payments", CapturePayment { id: Path(id), key: IdempotencyKey("k".into()) });
    is_unavailable(capture().await);
    provider.answer(ProviderMethod::Capture, [Ok(charge(&name, ChargeStatus::Captured, 4900))]);
    for _ in 0..2 {
        let Json(paid) = capture().await.unwrap();
        assert_eq!((paid.status, paid.captured), (PaymentStatus::Captured, euros(4900)));
    }
    assert_eq!(provider.keys(ProviderMethod::Capture).len(), 3);
    assert_eq!(world.audited().await.findings, []);
}

async fn a_void((world, provider): (PaymentsTestBed, ScriptedProvider)) {
    let order = world.order(4900);
    let id = world.authorize(order, "ok").await.payment.id;
    let name = provider.keys(ProviderMethod::Submit).pop().unwrap();
    provider.answer(ProviderMethod::Void, [Err(not_sent())]);
    let void = || world.ask("staff:payments", VoidPayment { id: Path(id), key: IdempotencyKey("k".into()) });
    is_unavailable(void().await);
    provider.answer(ProviderMethod::Void, [Ok(charge(&name, ChargeStatus::Voided, 4900))]);
    for _ in 0..2 {
        let Json(voided) = void().await.unwrap();
        assert_eq!(voided.status, PaymentStatus::Open);
    }
    assert_eq!(provider.keys(ProviderMethod::Void).len(), 2);
    assert_eq!(world.audited().await.findings, []);
}

macro_rules! unreachable_at {
    ($($test:ident = $story:path;)*) => {$(
        mod $test {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                let folder = testkit::temp_dir::TempDir::new();
                $story(world(DatabaseLocation::sqlite(folder.path())).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                $story(world(DatabaseLocation::postgres().await).await).await;
            }
        }
    )*};
}

unreachable_at!(
    a_payment_that_was_not_sent_is_made_by_the_same_request = a_payment;
    attempts_that_do_not_reach_the_provider_do_not_count = a_long_outage;
    attempts_that_do_not_reach_the_provider_are_bounded = an_endless_outage;
    an_attempt_that_the_provider_has_abandoned_is_followed_by_one_that_pays = an_abandoned_attempt;
    a_decline_stays_one_whatever_was_not_sent_before = a_decline_after_an_outage;
    an_answer_that_was_lost_is_not_a_decline = a_lost_answer;
    a_confirmation_that_was_not_sent_is_made_by_the_same_request = a_confirmation;
    a_capture_that_was_not_sent_is_made_by_the_same_request = a_capture;
    a_void_that_was_not_sent_is_made_by_the_same_request = a_void;
);
