//! The simulated provider does what every provider must, and keeps its word about what it charged before it noted methods.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod world;

use contracts::payments::CaptureMode;
use db::{Sql, params};
use kernel::{Currency, Money};
use payment_provider::{GuardedProvider, ProviderError, SubmitCharge};
use std::time::Duration;
use testkit::{on_both, provider::conforms};
use world::ProviderTestBed;

on_both!(it_does_what_every_provider_must, a_charge_without_its_method_is_charged_once);

async fn it_does_what_every_provider_must(world: ProviderTestBed) {
    conforms(world.candidate()).await;
}

/// Of what was charged before methods were noted, nobody knows the method: any could have been it.
async fn a_charge_without_its_method_is_charged_once(world: ProviderTestBed) {
    let provider = GuardedProvider::new(world.provider.clone(), Duration::from_secs(20), world.db.clone());
    let made = SubmitCharge {
        key: "k".into(),
        order_id: world.env.id(),
        amount: Money::new(4900, Currency::EUR),
        method: "sim_ok".into(),
        capture: CaptureMode::Automatic,
        goes_on: None,
    };
    let charge = provider.submit(made.clone()).await;
    let mut tx = world.db.begin().await.unwrap();
    tx.run(&Sql::both("update charge set method = null"), params![]).await.unwrap();
    tx.commit("simulator.meddle").await.unwrap();
    assert_eq!(provider.submit(SubmitCharge { method: "sim_slow".into(), ..made.clone() }).await, charge);
    let other = SubmitCharge { order_id: world.env.id(), method: "sim_slow".into(), ..made };
    assert_eq!(provider.submit(other).await, Err(ProviderError::KeyUsed));
}
