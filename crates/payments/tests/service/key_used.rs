//! The simulated provider refuses a request under the key of another one, which then has no effect.

use crate::world::{World, euros, simulator_settings};
use contracts::payments::CaptureMode;
use db::Sql;
use kernel::Money;
use payment_provider::{
    Capture, ChargeStatus, GuardedProvider, ProviderError, ProviderRefund, ProviderRefundStatus,
    ProviderResult, SubmitCharge, Void,
};
use simulator::Simulator;
use std::{fmt::Debug, sync::Arc, time::Duration};

on_both!(
    a_charge_is_made_by_one_request,
    a_charge_goes_on_by_one_request,
    what_is_done_with_a_charge_is_done_by_one_request,
);

fn provider(world: &World) -> GuardedProvider {
    let webhooks = world.client("simulator");
    let simulator =
        Simulator::new(world.env.clone(), world.simulator.clone(), webhooks, simulator_settings());
    GuardedProvider::new(Arc::new(simulator), Duration::from_secs(20), world.db.clone())
}

fn refused<T: Debug + PartialEq>(said: ProviderResult<T>) {
    assert_eq!(said, Err(ProviderError::KeyUsed));
}

fn request(world: &World, key: &str, method: &str, capture: CaptureMode) -> SubmitCharge {
    let (key, method) = (key.to_owned(), method.to_owned());
    SubmitCharge { key, order_id: world.env.id(), amount: euros(4900), method, capture, goes_on: None }
}

/// How many charges there are, and what they come to.
async fn charged(world: &World) -> (i64, i64) {
    let sum = |column| async move { World::count(&world.simulator, column).await };
    let count = sum("select count(*) as n from charge").await;
    (count, sum("select cast(coalesce(sum(captured - refunded), 0) as bigint) as n from charge").await)
}

async fn a_charge_is_made_by_one_request(world: World) {
    let provider = provider(&world);
    for method in ["sim_ok", "sim_declined"] {
        let before = charged(&world).await;
        let made = request(&world, method, method, CaptureMode::Automatic);
        let charge = provider.submit(made.clone()).await.unwrap();
        assert_eq!(provider.submit(made.clone()).await, Ok(charge.clone()));
        let taken = if charge.standing == ChargeStatus::Captured { 4900 } else { 0 };
        assert_eq!(charged(&world).await, (before.0 + 1, before.1 + taken));
        let dollars = Money::new(4900, "USD".parse().unwrap());
        let others = [
            SubmitCharge { method: "sim_slow".into(), ..made.clone() },
            SubmitCharge { amount: euros(4901), ..made.clone() },
            SubmitCharge { amount: euros(4899), ..made.clone() },
            SubmitCharge { amount: dollars, ..made.clone() },
            SubmitCharge { capture: CaptureMode::Manual, ..made.clone() },
            SubmitCharge { order_id: world.env.id(), ..made.clone() },
            SubmitCharge { goes_on: charge.reference.clone(), ..made.clone() },
        ];
        for other in others {
            refused(provider.submit(other).await);
        }
        assert_eq!(charged(&world).await, (before.0 + 1, before.1 + taken));
        assert_eq!(provider.query(made.key.clone()).await, Ok(Some(charge)));
    }
    // of what was charged before methods were noted, nobody knows the method
    let mut tx = world.simulator.begin().await.unwrap();
    tx.run(&Sql::both("update charge set method = null"), db::params![]).await.unwrap();
    tx.commit("payments.meddle").await.unwrap();
    let before = charged(&world).await;
    let other = request(&world, "sim_ok", "sim_slow", CaptureMode::Automatic);
    refused(provider.submit(other).await);
    assert_eq!(charged(&world).await, before);
}

async fn a_charge_goes_on_by_one_request(world: World) {
    let provider = provider(&world);
    let first = request(&world, "k-1", "sim_requires_action", CaptureMode::Automatic);
    let another = request(&world, "l-1", "sim_requires_action", CaptureMode::Automatic);
    let waits = provider.submit(first.clone()).await.unwrap();
    let waits_too = provider.submit(another.clone()).await.unwrap();
    let goes_on = SubmitCharge { key: "k-2".into(), goes_on: waits.reference.clone(), ..first.clone() };
    let charge = provider.submit(goes_on.clone()).await.unwrap();
    assert_eq!((&charge.reference, &charge.standing), (&waits.reference, &ChargeStatus::Captured));
    assert_eq!(provider.submit(goes_on.clone()).await, Ok(charge.clone()));
    // the first request is told how its charge stands
    assert_eq!(provider.submit(first).await, Ok(charge));
    refused(provider.submit(SubmitCharge { goes_on: waits_too.reference, ..goes_on.clone() }).await);
    refused(provider.submit(SubmitCharge { goes_on: None, ..goes_on }).await);
    assert_eq!(charged(&world).await, (2, 4900));
}

async fn what_is_done_with_a_charge_is_done_by_one_request(world: World) {
    let provider = provider(&world);
    let mut charges = Vec::new();
    for key in ["k", "l", "m"] {
        let made = provider.submit(request(&world, key, "sim_ok", CaptureMode::Manual)).await.unwrap();
        charges.push(made.reference.unwrap());
    }
    let [charge, other, third] = charges.try_into().unwrap();
    let capture = Capture { key: "capture".into(), charge: charge.clone(), amount: euros(4000) };
    let captured = provider.capture(capture.clone()).await.unwrap();
    assert_eq!((captured.captured, provider.capture(capture.clone()).await), (4000, Ok(captured)));
    refused(provider.capture(Capture { amount: euros(4900), ..capture.clone() }).await);
    refused(provider.capture(Capture { charge: other.clone(), ..capture }).await);
    let void = Void { key: "void".into(), charge: third };
    let voided = provider.void(void.clone()).await.unwrap();
    assert_eq!(
        (&voided.standing, provider.void(void.clone()).await),
        (&ChargeStatus::Voided, Ok(voided.clone()))
    );
    refused(provider.void(Void { charge: other.clone(), ..void }).await);
    let refund = ProviderRefund { key: "refund".into(), charge, amount: euros(1000) };
    let returned = Ok(ProviderRefundStatus::Succeeded { amount: 1000 });
    assert_eq!(provider.refund(refund.clone()).await, returned);
    assert_eq!(provider.refund(refund.clone()).await, returned);
    refused(provider.refund(ProviderRefund { amount: euros(1001), ..refund.clone() }).await);
    refused(provider.refund(ProviderRefund { charge: other.clone(), ..refund.clone() }).await);
    assert_eq!(provider.query_refund(refund.key.clone(), refund.charge.clone()).await, returned.map(Some));
    // it gives back nothing of another charge
    let of_other = provider.query_refund(refund.key.clone(), other).await;
    assert!(matches!(of_other, Ok(Some(ProviderRefundStatus::Refused { .. }))), "{of_other:?}");
    // one that was refused is refused for what was asked for, and for nothing else
    let too_much = ProviderRefund { key: "too-much".into(), amount: euros(9000), ..refund };
    assert!(matches!(provider.refund(too_much.clone()).await, Ok(ProviderRefundStatus::Refused { .. })));
    refused(provider.refund(ProviderRefund { amount: euros(1), ..too_much }).await);
    assert_eq!(charged(&world).await, (3, 3000));
}
