//! After the database was put back to an older copy: the provider may have charged for orders in the time that is lost.

use super::unknown_charges;
use crate::{EpochRead, Payments, store::ReadSource, store::epoch};
use db::{Db, Result};
use kernel::{Env, Timestamp, id::OrderId, time::AHEAD};
use payment_provider::{
    AbandonCharge, Charge, ProviderError, ProviderRefund, ProviderRefundStatus, ProviderResult, SubmitCharge,
};
use std::{
    sync::{MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// From now on the provider is asked what it has done for orders from before, before it is asked to charge; and once the service
/// runs, it is asked for the charges of which nothing is known here. The process must not serve yet.
///
/// # Errors
/// What the database says; nothing has changed then.
pub async fn begin_epoch(db: &Db, env: &Env) -> Result<()> {
    begin(db, env, true).await
}

/// The same where the operator has not accepted the loss yet, which is reported until then.
///
/// # Errors
/// What the database says; nothing has changed then.
pub async fn report_loss(db: &Db, env: &Env) -> Result<()> {
    begin(db, env, false).await
}

async fn begin(db: &Db, env: &Env, is_accepted: bool) -> Result<()> {
    let newest = flow::feed::last(db).await?.map(|newest| newest.time);
    let mut tx = db.begin().await?;
    epoch::begin(&mut tx, env.now(), is_accepted).await?;
    unknown_charges::begin(&mut tx, newest).await?;
    tx.commit("payments.begin_epoch").await
}

/// How long new orders wait for the provider to list its charges.
const NEW_ORDERS_WAIT: Duration = Duration::from_secs(10 * 60);
/// Another replica may have begun an epoch.
const READ_AGAIN: Duration = Duration::from_secs(1);

/// What is known here to go back, or to have gone back, of a charge beside one refund.
pub(super) struct KnownRefunds {
    /// The key by which the provider knows the charge.
    pub charge_key: String,
    /// In minor units.
    pub minor: i64,
}

impl Payments {
    /// Has an order charged. The key alone, which follows from the order, would do: but a provider remembers keys for a day or
    /// so, and its charges forever.
    pub(super) async fn submit(&self, submit: SubmitCharge) -> ProviderResult<Charge> {
        if self.may_be_charged(submit.order_id).await?
            && let Some(charge) = self.ask_before(submit.key.clone()).await?
        {
            tracing::warn!(order = %submit.order_id, "the provider had already charged this order in the lost period; its charge is used");
            return Ok(charge);
        }
        self.provider.submit(submit).await
    }

    /// Whether an order may have been charged in a time that is lost, under a key that the provider has forgotten. Without an epoch
    /// nobody has told of such a time: a machine that was put back to a snapshot does not know.
    async fn may_be_charged(&self, order: OrderId) -> ProviderResult<bool> {
        let keys_are_known_since = self.env.now().minus(self.provider.key_life());
        let begun = self.epoch_begun().await?;
        Ok(is_from_before(order, begun.map_or(keys_are_known_since, |begun| begun.max(keys_are_known_since))))
    }

    /// Ends an attempt. One that has no charge may have had one in the time that is lost.
    pub(super) async fn abandon(&self, abandon: AbandonCharge) -> ProviderResult<Charge> {
        if abandon.charge.is_none()
            && self.epoch_begun().await?.is_some()
            && let Some(charge) = self.ask_before(abandon.key.clone()).await?
        {
            return Ok(charge);
        }
        self.provider.abandon(abandon).await
    }

    /// Gives money back. What was given back in the time that is lost has the same key, which a provider may have forgotten, or another
    /// one: then the charge shows that more went back than is known here.
    pub(super) async fn refund(
        &self,
        refund: ProviderRefund,
        known: &KnownRefunds,
    ) -> ProviderResult<ProviderRefundStatus> {
        if self.epoch_begun().await?.is_some() {
            let unknown = |error| ProviderError::Unknown(format!("it did not say what it has done: {error}"));
            let by_key = self.provider.query_refund(refund.key.clone(), refund.charge.clone()).await;
            match by_key.map_err(unknown)? {
                Some(ProviderRefundStatus::Refused { .. }) | None => {}
                Some(returned) => return Ok(returned),
            }
            let charge = self.ask_before(known.charge_key.clone()).await?;
            let beyond = charge.map_or(0, |charge| charge.refunded).saturating_sub(known.minor);
            if beyond > 0 {
                return Ok(ProviderRefundStatus::Succeeded { amount: beyond.min(refund.amount.minor) });
            }
        }
        self.provider.refund(refund).await
    }

    /// Since when the database goes on from an older copy, as of a second ago at most; not within a transaction.
    pub(crate) async fn read_epoch(&self) -> Result<Option<Timestamp>> {
        self.read_epoch_of(READ_AGAIN).await
    }

    /// The same, as of so long ago at most.
    pub(crate) async fn read_epoch_of(&self, age: Duration) -> Result<Option<Timestamp>> {
        let last = *self.epoch();
        if let Some((read, begun)) = last
            && read.elapsed() < age
        {
            return Ok(begun);
        }
        let begun = epoch::read(ReadSource::Db(&self.db)).await?;
        *self.epoch() = Some((Instant::now(), begun));
        Ok(begun)
    }

    /// After this process has begun one.
    pub(super) fn forget_epoch(&self) {
        *self.epoch() = None;
    }

    fn epoch(&self) -> MutexGuard<'_, EpochRead> {
        self.epoch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the provider may have an unlisted charge of an order: it was charged in a time that is lost, or is the repeat of one that
    /// was. A provider that lists nothing for long does not stop new orders for longer than [`NEW_ORDERS_WAIT`].
    pub(crate) fn may_be_lost(&self, order: OrderId, begun: Timestamp) -> bool {
        is_from_before(order, begun) || self.env.now() < begun.plus(NEW_ORDERS_WAIT)
    }

    pub(super) async fn epoch_begun(&self) -> ProviderResult<Option<Timestamp>> {
        let begun = self.read_epoch().await;
        begun.map_err(|error| ProviderError::Unknown(format!("it is not asked: {error}")))
    }

    /// The charge that a provider knows by this key. Where it does not say, nobody knows what was done under the key.
    async fn ask_before(&self, key: String) -> ProviderResult<Option<Charge>> {
        self.provider
            .query(key)
            .await
            .map_err(|error| ProviderError::Unknown(format!("it did not say what it has done: {error}")))
    }
}

/// By the time in its ID, which a clock that was ahead may have given it.
pub(super) fn is_from_before(order: OrderId, begun: Timestamp) -> bool {
    let placed = order.uuid().get_timestamp().map(|placed| placed.to_unix().0);
    placed.is_none_or(|placed| {
        i64::try_from(placed).is_ok_and(|placed| placed <= begun.plus(AHEAD).as_seconds())
    })
}
