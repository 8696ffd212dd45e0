//! A provider that cannot be reached declines nothing: what is told says so, and the same request can be sent again.

use crate::{
    scripted::{Call, Scripted, charge},
    who::customer,
    world::{Place, World, euros, settings},
};
use contracts::{payments::*, settlement::*};
use endpoint::{ApiError, Body, Json, Key, MaybeKey, Path, client::CallError};
use payments::{
    Settings,
    word::{ProviderError, Standing},
};
use std::{sync::Arc, time::Duration};

/// With a provider that does as it is told, and that nothing reaches at first.
async fn world(place: Place) -> (World, Scripted) {
    let (world, provider) = (World::asleep(&place).await, Scripted::new());
    // what is not known is not asked about before the test has looked
    let settings = Settings { reconcile_after: Duration::from_secs(60), ..settings() };
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

async fn a_payment((world, provider): (World, Scripted)) {
    let order = world.order(4900);
    provider.answer(Call::Submit, [Err(not_sent()), Err(not_sent())]);
    for n in 1..=2 {
        let answer = world.pay(order, "ok", "k").await;
        assert_eq!(answer.declined.unwrap().code, "provider_unavailable");
        assert_eq!((answer.payment.status, answer.payment.attempts.len()), (PaymentStatus::Open, n));
    }
    // the same request once the provider is back; and again
    let paid = world.pay(order, "ok", "k").await;
    assert_eq!((&paid.declined, paid.payment.captured), (&None, euros(4900)));
    assert_eq!(world.pay(order, "ok", "k").await, paid);
    assert_eq!(provider.keys(Call::Submit).len(), 3);
    // the key stays bound to its body
    let other = world.pay_as(world.wish(order, "another", "k")).await;
    assert!(matches!(&other, Err(CallError::Problem(p)) if p.code == "key_reused"), "{other:?}");
    assert_eq!(world.audited().await.findings, []);
}

async fn a_lost_answer((world, provider): (World, Scripted)) {
    let order = world.order(4900);
    let lost = ProviderError::Unknown("502".into());
    provider.answer(Call::Submit, [Err(lost)]);
    let answer = world.pay(order, "ok", "k").await;
    assert_eq!((answer.declined, answer.payment.status), (None, PaymentStatus::Processing));
    // the provider confirms that it never charges it
    let ended = Standing::Failed(Failure::of(Failure::ABANDONED));
    let dead = payments::word::Charge { reference: None, standing: ended, authorized: 0, captured: 0 };
    provider.answer(Call::Abandon, [Ok(dead)]);
    let close = CloseRequest {
        order_id: order.id,
        user_id: order.user,
        amount: euros(4900),
        mode: CloseMode::IfUnpaid,
    };
    let Json(closed) = world.ask("service", ClosePayment { close: Body(close) }).await.unwrap();
    assert_eq!(closed.outcome, CloseOutcome::Closed);
    let failure = closed.payment.attempts[0].failure.clone().unwrap();
    assert!(failure.is_provider_unavailable(), "{failure:?}");
    assert_eq!(world.audited().await.findings, []);
}

async fn a_confirmation((world, provider): (World, Scripted)) {
    let order = world.order(4900);
    let action = Standing::RequiresAction { url: "https://bank.example".into() };
    provider.answer(Call::Submit, [Ok(charge("ch", action, 4900)), Err(not_sent())]);
    let id = world.pay(order, "ok", "k").await.payment.id;
    let who = customer(order.user);
    let confirm = || world.ask(&who, ConfirmPayment { id: Path(id), key: MaybeKey(None) });
    is_unavailable(confirm().await);
    let Json(paid) = confirm().await.unwrap();
    assert_eq!((paid.status, paid.captured), (PaymentStatus::Captured, euros(4900)));
    assert_eq!(world.audited().await.findings, []);
}

async fn a_capture((world, provider): (World, Scripted)) {
    let order = world.order(4900);
    let id = world.authorize(order, "ok").await.payment.id;
    let name = provider.keys(Call::Submit).pop().unwrap();
    provider.answer(Call::Capture, [Err(not_sent()), Err(not_sent())]);
    let owed = || OwedRequest { order_id: order.id, owed: euros(4900) };
    is_unavailable(world.ask("service", CaptureOwed { capture: Body(owed()) }).await);
    let capture = || world.ask("staff:payments", CapturePayment { id: Path(id), key: Key("k".into()) });
    is_unavailable(capture().await);
    provider.answer(Call::Capture, [Ok(charge(&name, Standing::Captured, 4900))]);
    for _ in 0..2 {
        let Json(paid) = capture().await.unwrap();
        assert_eq!((paid.status, paid.captured), (PaymentStatus::Captured, euros(4900)));
    }
    assert_eq!(provider.keys(Call::Capture).len(), 3);
    assert_eq!(world.audited().await.findings, []);
}

async fn a_void((world, provider): (World, Scripted)) {
    let order = world.order(4900);
    let id = world.authorize(order, "ok").await.payment.id;
    let name = provider.keys(Call::Submit).pop().unwrap();
    provider.answer(Call::Void, [Err(not_sent())]);
    let void = || world.ask("staff:payments", VoidPayment { id: Path(id), key: Key("k".into()) });
    is_unavailable(void().await);
    provider.answer(Call::Void, [Ok(charge(&name, Standing::Voided, 4900))]);
    for _ in 0..2 {
        let Json(voided) = void().await.unwrap();
        assert_eq!(voided.status, PaymentStatus::Open);
    }
    assert_eq!(provider.keys(Call::Void).len(), 2);
    assert_eq!(world.audited().await.findings, []);
}

macro_rules! unreachable_at {
    ($($test:ident = $story:path;)*) => {$(
        mod $test {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                let folder = testkit::folder::TempFolder::new();
                $story(world(Place::sqlite(folder.path())).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                $story(world(Place::postgres().await).await).await;
            }
        }
    )*};
}

unreachable_at!(
    a_payment_that_was_not_sent_is_made_by_the_same_request = a_payment;
    an_answer_that_was_lost_is_not_a_decline = a_lost_answer;
    a_confirmation_that_was_not_sent_is_made_by_the_same_request = a_confirmation;
    a_capture_that_was_not_sent_is_made_by_the_same_request = a_capture;
    a_void_that_was_not_sent_is_made_by_the_same_request = a_void;
);
