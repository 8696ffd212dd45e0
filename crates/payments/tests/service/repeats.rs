//! A request that is sent again while the first one still waits: both get the same answer.

use crate::{
    scripted::{ProviderMethod, ScriptedProvider, charge, refusal},
    who::customer,
    world::{DatabaseLocation, PayableOrder, PaymentsTestBed, euros, settings},
};
use contracts::{payments::*, settlement::*};
use endpoint::{Body, Context, IdempotencyKey, Json, OptionalIdempotencyKey, Path, client::CallError};
use kernel::id::PaymentId;
use payment_provider::{ChargeStatus, ProviderError, ProviderRefundStatus};
use payments::PaymentsSettings;
use std::{sync::Arc, time::Duration};
use tokio::{
    join,
    time::{Instant, sleep},
};

const SLOW: Duration = Duration::from_millis(600);

/// The first request, and the same one again while the provider is still busy with the first.
async fn twice<T>(one: impl Future<Output = T>, again: impl Future<Output = T>) -> (T, T) {
    let later = async {
        sleep(SLOW / 3).await;
        again.await
    };
    join!(one, later)
}

async fn declined(world: PaymentsTestBed, provider: ScriptedProvider) {
    let order = world.order(4900);
    provider.answer(ProviderMethod::Submit, [Ok(charge("ch", failed(), 4900))]);
    provider.be_slow(SLOW);
    let (one, again) = twice(world.pay(order, "ok", "k"), world.pay(order, "ok", "k")).await;
    assert_eq!(one.declined.as_ref().unwrap().code, "card_declined");
    assert_eq!(one, again);
    assert_eq!(provider.keys(ProviderMethod::Submit).len(), 1);
}

async fn charged(world: PaymentsTestBed, provider: ScriptedProvider) {
    let order = world.order(4900);
    provider.be_slow(SLOW);
    let (one, again) = twice(world.pay(order, "ok", "k"), world.pay(order, "ok", "k")).await;
    assert_eq!((one.payment.status, &one), (PaymentStatus::Captured, &again));
    assert_eq!(provider.keys(ProviderMethod::Submit).len(), 1);
}

async fn refunded(world: PaymentsTestBed, provider: ScriptedProvider) {
    for (n, said) in [
        ProviderRefundStatus::Succeeded { amount: 4900 },
        ProviderRefundStatus::Refused { why: "not now".into() },
    ]
    .into_iter()
    .enumerate()
    {
        let order = world.order(4900);
        provider.be_slow(Duration::ZERO);
        let id = world.pay(order, "ok", "k").await.payment.id;
        provider.be_slow(SLOW);
        provider.answer_refunds([Ok(said)]);
        let (one, again) = twice(world.refund(id, None, "r"), world.refund(id, None, "r")).await;
        let one = one.unwrap();
        assert_eq!(one.status, [RefundStatus::Succeeded, RefundStatus::Failed][n]);
        assert_eq!(one, again.unwrap());
        assert_eq!(world.refunds(id).await.len(), 1);
    }
}

/// As orders asks for it.
async fn refunded_through_orders(world: PaymentsTestBed, provider: ScriptedProvider) {
    let order = world.order(4900);
    world.pay(order, "ok", "k").await;
    provider.be_slow(SLOW);
    let ask = || {
        let refund = RefundRequest {
            order_id: order.id,
            amount: Some(euros(400)),
            reason: None,
            key: "k".into(),
            actor: "usr_staff".into(),
        };
        world.ask("service", RequestRefund { refund: Body(refund) })
    };
    let (Ok(Json(one)), Ok(Json(again))) = twice(ask(), ask()).await else { panic!("both are answered") };
    assert_eq!((one.refund.status, &one), (RefundStatus::Succeeded, &again));
    assert_eq!(provider.keys(ProviderMethod::Refund).len(), 1);
}

async fn captured(world: PaymentsTestBed, provider: ScriptedProvider) {
    for refuses in [true, false] {
        let (_, id, name) = authorized(&world, &provider).await;
        let said = if refuses { Err(no()) } else { Ok(charge(&name, ChargeStatus::Captured, 4900)) };
        provider.answer(ProviderMethod::Capture, [said]);
        let ask =
            || world.ask("staff:payments", CapturePayment { id: Path(id), key: IdempotencyKey("k".into()) });
        let (one, again) = twice(ask(), ask()).await;
        assert_eq!(format!("{one:?}"), format!("{again:?}"));
        match one {
            Err(CallError::Refused(ChangePaymentError::PaymentDeclined { .. })) => assert!(refuses),
            Ok(Json(payment)) => assert_eq!((payment.status, refuses), (PaymentStatus::Captured, false)),
            other => panic!("{other:?}"),
        }
    }
}

async fn voided(world: PaymentsTestBed, provider: ScriptedProvider) {
    for refuses in [true, false] {
        let (_, id, name) = authorized(&world, &provider).await;
        let said = if refuses { Err(no()) } else { Ok(charge(&name, ChargeStatus::Voided, 4900)) };
        provider.answer(ProviderMethod::Void, [said]);
        let ask =
            || world.ask("staff:payments", VoidPayment { id: Path(id), key: IdempotencyKey("k".into()) });
        let (one, again) = twice(ask(), ask()).await;
        assert_eq!(format!("{one:?}"), format!("{again:?}"));
        match one {
            Err(CallError::Refused(ChangePaymentError::VoidRefused { .. })) => assert!(refuses),
            Ok(Json(payment)) => assert_eq!((payment.status, refuses), (PaymentStatus::Open, false)),
            other => panic!("{other:?}"),
        }
    }
}

async fn confirmed(world: PaymentsTestBed, provider: ScriptedProvider) {
    let order = world.order(4900);
    let action = ChargeStatus::RequiresAction { url: "https://bank.example".into() };
    provider
        .answer(ProviderMethod::Submit, [Ok(charge("ch", action, 4900)), Ok(charge("ch", failed(), 4900))]);
    let id = world.pay(order, "ok", "k").await.payment.id;
    provider.be_slow(SLOW);
    let who = customer(order.user);
    let ask = || world.ask(&who, ConfirmPayment { id: Path(id), key: OptionalIdempotencyKey(None) });
    let (one, again) = twice(ask(), ask()).await;
    assert_eq!(format!("{one:?}"), format!("{again:?}"));
    let declined = matches!(one, Err(CallError::Refused(ChangePaymentError::PaymentDeclined { .. })));
    assert!(declined, "{one:?}");
}

/// Nobody waits for longer than there is time.
async fn impatient(world: PaymentsTestBed, provider: ScriptedProvider) {
    let order = world.order(4900);
    provider.be_slow(Duration::from_secs(60));
    let ask = async || {
        let begun = Instant::now();
        let context = Context::background(&world.env, Duration::from_millis(900));
        let pay = Pay { pay: Body(world.wish(order, "ok", "k")) };
        let answer = world.client("service").call(&context, pay).await;
        (answer, begun.elapsed())
    };
    let ((one, _), (again, took)) = twice(ask(), ask()).await;
    for answer in [one, again] {
        let Json(answer) = answer.unwrap();
        assert_eq!((answer.declined, answer.payment.status), (None, PaymentStatus::Processing));
    }
    assert!(took > Duration::from_millis(500) && took < Duration::from_millis(900), "{took:?}");
}

async fn authorized(
    world: &PaymentsTestBed,
    provider: &ScriptedProvider,
) -> (PayableOrder, PaymentId, String) {
    provider.be_slow(Duration::ZERO);
    let order = world.order(4900);
    let id = world.authorize(order, "ok").await.payment.id;
    provider.be_slow(SLOW);
    (order, id, provider.keys(ProviderMethod::Submit).pop().unwrap())
}

fn failed() -> ChargeStatus {
    ChargeStatus::Failed(refusal("card_declined", "No."))
}

fn no() -> ProviderError {
    ProviderError::Refused(refusal("not_now", "Not now."))
}

/// With a provider that does as it is told, on both engines.
macro_rules! repeated {
    ($($test:ident = $story:path;)*) => {$(
        mod $test {
            use super::*;

            async fn tell(place: DatabaseLocation) {
                let (world, provider) = (PaymentsTestBed::asleep(&place).await, ScriptedProvider::new());
                // what failed is not tried again before it is checked
                let settings = PaymentsSettings { refund_after: Duration::from_secs(60), ..settings() };
                world.start_with(Arc::new(provider.clone()), settings);
                $story(world, provider).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                let folder = testkit::temp_dir::TempDir::new();
                tell(DatabaseLocation::sqlite(folder.path())).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                tell(DatabaseLocation::postgres().await).await;
            }
        }
    )*};
}

repeated!(
    a_repeated_payment_is_declined_as_the_first_is = declined;
    a_repeated_payment_is_charged_as_the_first_is = charged;
    a_repeated_refund_waits_for_the_first = refunded;
    a_repeated_refund_of_an_order_waits_for_the_first = refunded_through_orders;
    a_repeated_capture_waits_for_the_first = captured;
    a_repeated_void_waits_for_the_first = voided;
    a_repeated_confirmation_waits_for_the_first = confirmed;
    nobody_waits_for_longer_than_there_is_time = impatient;
);
