//! The only way to call a provider: once all that was written is durable (R9), with a time-out, and with a fail point before and
//! after each call.

use super::{
    AbandonCharge, Capture, Charge, ChargePage, ListCharges, Provider, ProviderError, ProviderEvent,
    ProviderRefund, ProviderRefundStatus, ProviderResult, SubmitCharge, UnverifiedWebhook, Void,
};
use db::Db;
use endpoint::Raw;
use kernel::{Timestamp, failpoint};
use ordo_http::step_aside;
use std::{future::Future, sync::Arc, time::Duration};
use tokio::time::timeout;

/// What a provider demands of its caller. Only [`GuardedProvider`] can make one.
#[derive(Debug)]
pub struct CallPermit(());

/// A provider behind a time-out and fail points; cheap to clone.
#[derive(Clone)]
pub struct GuardedProvider {
    provider: Arc<dyn Provider>,
    within: Duration,
    db: Db,
}

impl GuardedProvider {
    /// Answers of `provider` that take longer than `within` are lost. What is asked was written down in `db` before (R7).
    pub fn new(provider: Arc<dyn Provider>, within: Duration, db: Db) -> GuardedProvider {
        GuardedProvider { provider, within, db }
    }
    /// Its name.
    pub fn name(&self) -> &'static str {
        self.provider.name()
    }
    /// Whether it knows this method of payment.
    pub fn knows(&self, method: &str) -> bool {
        (self.provider.methods().knows)(method)
    }
    /// For how long it remembers a key.
    pub fn key_life(&self) -> Duration {
        self.provider.key_life()
    }
    /// See [`Provider::verify`].
    ///
    /// # Errors
    /// Where it is not believed.
    pub fn verify(&self, webhook: &Raw, now: Timestamp) -> Result<Option<ProviderEvent>, UnverifiedWebhook> {
        self.provider.verify(webhook, now)
    }
    /// See [`Provider::submit`].
    ///
    /// # Errors
    /// When it brings no word of the charge.
    pub async fn submit(&self, submit: SubmitCharge) -> ProviderResult<Charge> {
        failpoint::pass("provider.submit", "calling");
        let said = self.in_time(self.provider.submit(CallPermit(()), submit)).await;
        failpoint::pass("provider.submit", "called");
        said
    }
    /// See [`Provider::query`].
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn query(&self, key: String) -> ProviderResult<Option<Charge>> {
        failpoint::pass("provider.query", "calling");
        let said = self.in_time(self.provider.query(CallPermit(()), key)).await;
        failpoint::pass("provider.query", "called");
        said
    }
    /// See [`Provider::query_refund`].
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn query_refund(
        &self,
        key: String,
        charge: String,
    ) -> ProviderResult<Option<ProviderRefundStatus>> {
        failpoint::pass("provider.query_refund", "calling");
        let said = self.in_time(self.provider.query_refund(CallPermit(()), key, charge)).await;
        failpoint::pass("provider.query_refund", "called");
        said
    }
    /// See [`Provider::list_charges`].
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn list_charges(&self, list: ListCharges) -> ProviderResult<ChargePage> {
        failpoint::pass("provider.list_charges", "calling");
        let said = self.in_time(self.provider.list_charges(CallPermit(()), list)).await;
        failpoint::pass("provider.list_charges", "called");
        said
    }
    /// See [`Provider::abandon`].
    ///
    /// # Errors
    /// When it brings no word of the charge.
    pub async fn abandon(&self, abandon: AbandonCharge) -> ProviderResult<Charge> {
        failpoint::pass("provider.abandon", "calling");
        let said = self.in_time(self.provider.abandon(CallPermit(()), abandon)).await;
        failpoint::pass("provider.abandon", "called");
        said
    }
    /// See [`Provider::capture`].
    ///
    /// # Errors
    /// When it brings no word of the charge.
    pub async fn capture(&self, capture: Capture) -> ProviderResult<Charge> {
        failpoint::pass("provider.capture", "calling");
        let said = self.in_time(self.provider.capture(CallPermit(()), capture)).await;
        failpoint::pass("provider.capture", "called");
        said
    }
    /// See [`Provider::void`].
    ///
    /// # Errors
    /// When it brings no word of the charge.
    pub async fn void(&self, void: Void) -> ProviderResult<Charge> {
        failpoint::pass("provider.void", "calling");
        let said = self.in_time(self.provider.void(CallPermit(()), void)).await;
        failpoint::pass("provider.void", "called");
        said
    }
    /// See [`Provider::refund`].
    ///
    /// # Errors
    /// When it brings no word of the refund.
    pub async fn refund(&self, refund: ProviderRefund) -> ProviderResult<ProviderRefundStatus> {
        failpoint::pass("provider.refund", "calling");
        let said = self.in_time(self.provider.refund(CallPermit(()), refund)).await;
        failpoint::pass("provider.refund", "called");
        said
    }

    /// No answer in time means that nobody knows. However long it takes, it takes no place of other requests.
    async fn in_time<T>(&self, call: impl Future<Output = ProviderResult<T>>) -> ProviderResult<T> {
        // what the provider does cannot be taken back by a power cut: nor can what it was asked for, nor whom for
        if let Err(error) = self.db.durable().await {
            return Err(ProviderError::Unknown(format!("{} is not asked: {error}", self.name())));
        }
        let lost = |_| Err(ProviderError::Unknown(format!("{} gave no answer in time", self.name())));
        step_aside(timeout(self.within, call)).await.unwrap_or_else(lost)
    }
}
