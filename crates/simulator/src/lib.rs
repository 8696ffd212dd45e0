//! A payment provider for tests, demonstrations and the simulation: outside of payments, with its own database.
//!
//! It keeps what a real one keeps (charges, every key that it has heard of, refusals that were planted, webhooks
//! that wait), so that what it charged can be compared with what payments believes. Its tokens ([`TOKENS`]) make
//! it succeed, decline, ask for an action, keep silent before or after charging, answer slowly, send its webhooks
//! late or twice, and refuse to give back.

mod audit;
mod jobs;
mod listing;
mod operations;
mod store;
mod tokens;
mod webhook;

pub use audit::{audit, charges_after, charges_of, keys_after};
pub use tokens::{METHODS, SimToken, TOKENS};
pub use webhook::WebhookKey;

use contracts::payments::PaymentMethods;
use db::{Db, Migration, Sql};
use endpoint::{Raw, client::Client};
use kernel::{BoxFuture, Env, Timestamp};
use payment_provider::{
    AbandonCharge, CallPermit, Capture, Charge, ChargePage, ListCharges, Provider, ProviderError,
    ProviderEvent, ProviderRefund, ProviderRefundStatus, ProviderResult, SubmitCharge, UnverifiedWebhook,
    Void,
};
use std::{future::Future, sync::Arc, time::Duration};
use tokio::sync::Notify;

/// The name of its list of migrations.
pub const NAME: &str = "simulator";

/// What can be set.
#[derive(Debug, Clone)]
pub struct SimulatorSettings {
    /// How long it takes to answer `sim_slow`.
    pub slow: Duration,
    /// When it settles a charge that it is processing, and sends its webhook.
    pub webhook_delay: Duration,
    /// How late it gets a request that it did not answer (`sim_timeout_before_charge`).
    pub late: Duration,
    /// How long an authorization holds.
    pub authorization_life: Duration,
}

impl Default for SimulatorSettings {
    fn default() -> Self {
        SimulatorSettings {
            slow: Duration::from_secs(2),
            webhook_delay: Duration::from_secs(3),
            late: Duration::from_secs(120),
            authorization_life: Duration::from_secs(7 * 24 * 60 * 60),
        }
    }
}

/// The simulated provider; cheap to clone.
#[derive(Clone)]
pub struct Simulator(Arc<SimulatorInner>);

struct SimulatorInner {
    env: Env,
    db: Db,
    webhooks: (Client, WebhookKey),
    settings: SimulatorSettings,
    woken: Notify,
}

impl Simulator {
    /// On its own database, with a client of payments for its webhooks, and what they are signed with.
    pub fn new(env: Env, db: Db, webhooks: (Client, WebhookKey), settings: SimulatorSettings) -> Simulator {
        Simulator(Arc::new(SimulatorInner { env, db, webhooks, settings, woken: Notify::new() }))
    }

    /// Runs one of its operations; one that was rolled back is tried again.
    fn run<T, Fut>(
        &self,
        operation: impl Fn(Arc<SimulatorInner>) -> Fut + Send + Sync + 'static,
    ) -> BoxFuture<ProviderResult<T>>
    where
        T: Send + 'static,
        Fut: Future<Output = db::Result<T>> + Send + 'static,
    {
        let inner = self.0.clone();
        Box::pin(async move {
            let done = inner.db.with_retry(TRIES, || operation(inner.clone())).await;
            inner.woken.notify_one();
            done.map_err(|error| {
                if error.is_unknown_outcome() {
                    ProviderError::Unknown(error.to_string())
                } else {
                    ProviderError::NotSent(error.to_string())
                }
            })
        })
    }
}
const TRIES: u32 = 4;

impl Provider for Simulator {
    fn name(&self) -> &'static str {
        NAME
    }
    fn methods(&self) -> PaymentMethods {
        METHODS
    }
    fn verify(&self, webhook: &Raw, now: Timestamp) -> Result<Option<ProviderEvent>, UnverifiedWebhook> {
        self.0.webhooks.1.verify(webhook, now).map(Some)
    }
    fn submit(&self, _: CallPermit, submit: SubmitCharge) -> BoxFuture<ProviderResult<Charge>> {
        let simulator = self.clone();
        Box::pin(async move {
            let answered = simulator.run(move |inner| operations::submit(inner, submit.clone())).await??;
            answered.after_silence().await
        })
    }
    fn query(&self, _: CallPermit, key: String) -> BoxFuture<ProviderResult<Option<Charge>>> {
        self.run(move |inner| operations::query(inner, key.clone()))
    }
    fn query_refund(
        &self,
        _: CallPermit,
        key: String,
        charge: String,
    ) -> BoxFuture<ProviderResult<Option<ProviderRefundStatus>>> {
        self.run(move |inner| operations::query_refund(inner, key.clone(), charge.clone()))
    }
    fn list_charges(&self, _: CallPermit, list: ListCharges) -> BoxFuture<ProviderResult<ChargePage>> {
        self.run(move |inner| listing::list_charges(inner, list.clone()))
    }
    fn abandon(&self, _: CallPermit, abandon: AbandonCharge) -> BoxFuture<ProviderResult<Charge>> {
        self.run(move |inner| operations::abandon(inner, abandon.clone()))
    }
    fn capture(&self, _: CallPermit, capture: Capture) -> BoxFuture<ProviderResult<Charge>> {
        let simulator = self.clone();
        Box::pin(
            async move { simulator.run(move |inner| operations::capture(inner, capture.clone())).await? },
        )
    }
    fn void(&self, _: CallPermit, void: Void) -> BoxFuture<ProviderResult<Charge>> {
        let simulator = self.clone();
        Box::pin(async move { simulator.run(move |inner| operations::void(inner, void.clone())).await? })
    }
    fn refund(
        &self,
        _: CallPermit,
        refund: ProviderRefund,
    ) -> BoxFuture<ProviderResult<ProviderRefundStatus>> {
        let simulator = self.clone();
        Box::pin(async move { simulator.run(move |inner| operations::refund(inner, refund.clone())).await? })
    }
    fn work(&self) -> Option<BoxFuture<()>> {
        Some(Box::pin(jobs::work(self.0.clone())))
    }
}

/// Its schema, in the order of its history.
pub fn migrations() -> Vec<Migration> {
    let sql = include_str!("../migrations/0001_simulator.sql");
    let of_charge = include_str!("../migrations/0002_keys_of_charges.sql");
    let methods = include_str!("../migrations/0003_methods_of_charges.sql");
    let by_age = include_str!("../migrations/0004_charges_by_age.sql");
    vec![
        Migration { name: "0001_simulator", sql },
        Migration { name: "0002_keys_of_charges", sql: of_charge },
        Migration { name: "0003_methods_of_charges", sql: methods },
        Migration { name: "0004_charges_by_age", sql: by_age },
    ]
}

/// Every statement that it runs, for the test that prepares them on both engines.
pub fn statements() -> Vec<(&'static str, Sql)> {
    store::statements()
}
