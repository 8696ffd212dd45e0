//! Charges that the provider has made and Ordo has forgotten: they are looked for after a new epoch has begun, and given back where
//! staff want it.

use super::{ALARM_AFTER, TRIES};
use crate::{
    Payments, operation::OperationKind, store::ReadSource, store::epoch, store::unknown_charges as store,
    timer_plan::FIND_CHARGES, timer_plan::GIVE_BACK, timer_plan::backoff, unknown_charge::ChargeState,
    unknown_charge::UnknownCharge,
};
use db::{Result, Tx};
use flow::{ConsumeError, idempotency::digest, position::REMEDY, timer};
use kernel::{Money, Timestamp, id::UnknownChargeId, time::AHEAD};
use payment_provider::{
    AbandonCharge, Charge, ListCharges, ListedCharge, ProviderError, ProviderRefund, ProviderRefundStatus,
    Void,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The timer of the search: there is one.
const SEARCH: &str = "all";
/// What is newest here may have its time from a clock that was ahead, and the provider has a clock of its own.
const MARGIN: Duration = Duration::from_secs(24 * 60 * 60);
/// The search is repeated once, after this: a request that was on its way when the database was lost is there by then.
const REPEAT_AFTER: Duration = Duration::from_secs(60 * 60);
/// Operations on one charge in a row: a charge that is ended may turn out to be taken, and is refunded then.
const STEPS: usize = 4;

/// How far the search is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Search {
    /// In microseconds: charges that were made since.
    since: i64,
    /// Where the last page ended.
    after: Option<String>,
    /// Whether it is the last time.
    pub(super) is_last: bool,
}

impl Search {
    /// The last time, from the beginning.
    fn repeated(&self) -> Search {
        Search { after: None, is_last: true, ..*self }
    }
}

/// Has the provider's charges looked through once the service runs: those since `newest`, when something was last known here. A
/// search that is not over yet begins again where it did.
pub(super) async fn begin(tx: &mut Tx, newest: Option<Timestamp>) -> Result<()> {
    let now = tx.now().await?;
    let since = begin_of(newest, now);
    let since = search(ReadSource::Tx(tx)).await?.map_or(since, |earlier| earlier.since.min(since));
    timer::set(tx, FIND_CHARGES, SEARCH, now, &Search { since, after: None, is_last: false }).await
}

/// The same without an epoch: once, and nothing waits for it. A search that is not over yet goes on.
pub(crate) async fn begin_without_epoch(tx: &mut Tx, newest: Option<Timestamp>) -> Result<()> {
    if search(ReadSource::Tx(tx)).await?.is_some() {
        return Ok(());
    }
    let now = tx.now().await?;
    let search = Search { since: begin_of(newest, now), after: None, is_last: true };
    timer::set(tx, FIND_CHARGES, SEARCH, now, &search).await
}

fn begin_of(newest: Option<Timestamp>, now: Timestamp) -> i64 {
    newest.map_or(0, |newest| newest.min(now).minus(MARGIN).as_micros())
}

/// The search that is not over.
pub(crate) async fn search(of: ReadSource<'_>) -> Result<Option<Search>> {
    let payload = store::search(of, FIND_CHARGES, SEARCH).await?;
    Ok(payload.and_then(|payload| serde_json::from_value(payload).ok()))
}

/// Whether the provider has not listed all of its charges yet since the epoch began.
pub(crate) async fn are_searched(tx: &mut Tx) -> Result<bool> {
    Ok(search(ReadSource::Tx(tx)).await?.is_some_and(|search| !search.is_last))
}

/// How one step of giving back ended.
enum RefundProgress {
    /// It holds no money any more.
    Settled(Charge),
    /// Nothing more can be done now.
    Open,
    /// It is finally refused under its key.
    Refused,
}

impl Payments {
    /// Looks through one page of the provider's charges.
    pub(crate) async fn find_charges(&self, search: Search) -> Result<(), ConsumeError> {
        let list = ListCharges { since: Timestamp::from_micros(search.since), after: search.after.clone() };
        let page = self
            .provider
            .list_charges(list)
            .await
            .map_err(|error| ConsumeError::Retryable(error.to_string()))?;
        let is_end = page.next.is_none();
        let next = match page.next {
            Some(next) => Some((Search { after: Some(next), ..search }, Duration::ZERO)),
            None if search.is_last => None,
            None => Some((search.repeated(), REPEAT_AFTER)),
        };
        self.db.with_retry(TRIES, || self.note_charges(&page.charges, &search, next.as_ref())).await?;
        self.timers.wake();
        if is_end {
            self.warn_of_unknown_charges().await?;
        }
        Ok(())
    }

    /// Writes down what of these is not known, and where the search goes on.
    async fn note_charges(
        &self,
        listed: &[ListedCharge],
        search: &Search,
        next: Option<&(Search, Duration)>,
    ) -> Result<()> {
        let keys: Vec<String> = listed.iter().map(|listed| listed.key.clone()).collect();
        let noted = store::noted(&self.db, &keys).await?;
        let mut tx = self.db.begin().await?;
        let now = tx.now().await?;
        let known = store::known(ReadSource::Tx(&mut tx), &keys).await?;
        let unknown: Vec<&ListedCharge> = listed.iter().filter(|one| !known.contains(&one.key)).collect();
        // without an epoch, or after it, nobody has told of the loss that this charge shows
        let is_new = |one: &&ListedCharge| !noted.contains(&one.key);
        let mut next = next.cloned();
        if let Some(newest) = unknown.iter().copied().filter(is_new).map(|one| one.created_at).max()
            && epoch::read(ReadSource::Tx(&mut tx)).await?.is_none_or(|begun| newest > begun.plus(AHEAD))
        {
            epoch::begin(&mut tx, now, false).await?;
            tracing::error!(newest_charge = %newest, remedy = REMEDY, "the database is older than the payment provider's charges; a new epoch of payments begins");
            // payments wait for the other pages, and a charge in transit is found
            next = Some(match next {
                Some((next, after)) => (Search { is_last: false, ..next }, after),
                None => (search.repeated(), REPEAT_AFTER),
            });
        }
        for listed in unknown {
            let id = UnknownChargeId::from_uuid(digest(&["unknown charge", &listed.key]));
            let charge = UnknownCharge::new(id, listed.clone(), now);
            store::note(&mut tx, &charge).await?;
            if charge.settled_at.is_some() {
                timer::clear(&mut tx, GIVE_BACK, id).await?;
            }
        }
        match next {
            Some((next, after)) => {
                timer::set(&mut tx, FIND_CHARGES, SEARCH, now.plus(after), &next).await?;
            }
            None => timer::clear(&mut tx, FIND_CHARGES, SEARCH).await?,
        }
        tx.commit("payments.note_charges").await?;
        self.forget_epoch();
        Ok(())
    }

    async fn warn_of_unknown_charges(&self) -> Result<()> {
        let charges = store::count(&self.db).await?;
        if charges > 0 {
            tracing::warn!(
                charges,
                "the provider has charges that this shop has forgotten; refund them or take them over: GET /v1/unknown-charges"
            );
        }
        Ok(())
    }

    /// Gives a charge back as far as that goes now. A process that ends in between leaves its timer.
    pub(crate) async fn give_back(&self, id: UnknownChargeId) -> Result<()> {
        for _ in 0..STEPS {
            let found = store::find(&self.db, id).await?.filter(|charge| charge.settled_at.is_none());
            let Some(charge) = found else { return self.end_give_back(id).await };
            let step = match self.step_back(&charge).await {
                Ok(None) => continue,
                Ok(Some(step)) => step,
                Err(error) => {
                    tracing::warn!(charge = %id, %error, "refund of an unknown charge: provider did not respond");
                    RefundProgress::Open
                }
            };
            return self.db.with_retry(TRIES, || self.apply_step(&charge, &step)).await;
        }
        Ok(())
    }

    /// Nothing is left to be given back.
    async fn end_give_back(&self, id: UnknownChargeId) -> Result<()> {
        let mut tx = self.db.begin().await?;
        timer::clear(&mut tx, GIVE_BACK, id).await?;
        tx.commit("payments.end_give_back").await
    }

    /// Asks how the charge stands, and does the one thing that gives it back; none: it must be asked again what came of that. The
    /// key of the operation is committed with who asked for it (R7). The provider gives back no more than it has taken.
    async fn step_back(&self, unknown: &UnknownCharge) -> Result<Option<RefundProgress>, ProviderError> {
        let provider = &self.provider;
        let found = provider.query(unknown.key.clone()).await?;
        let charge =
            found.ok_or_else(|| ProviderError::Unknown("it has never heard of this charge".to_owned()))?;
        if !charge.holds_money() {
            return Ok(Some(RefundProgress::Settled(charge)));
        }
        let mut now = unknown.clone();
        now.describe(&charge);
        let reference = unknown.reference.clone();
        let done = match now.state {
            ChargeState::Pending => {
                let abandon = AbandonCharge { key: unknown.key.clone(), charge: Some(reference) };
                provider.abandon(abandon).await.map(drop)
            }
            ChargeState::Authorized => {
                let key = unknown.key_to_give_back(OperationKind::Void);
                provider.void(Void { key, charge: reference }).await.map(drop)
            }
            ChargeState::Captured | ChargeState::Ended => {
                let amount = Money::new(charge.captured.saturating_sub(charge.refunded), unknown.currency);
                let key = unknown.key_to_give_back(OperationKind::Refund);
                match provider.refund(ProviderRefund { key, charge: reference, amount }).await {
                    Ok(ProviderRefundStatus::Succeeded { .. }) => Ok(()),
                    Ok(ProviderRefundStatus::Processing) => return Ok(Some(RefundProgress::Open)),
                    Ok(ProviderRefundStatus::Refused { why }) => {
                        tracing::warn!(charge = %unknown.id, why, "refund of an unknown charge rejected; will retry");
                        return Ok(Some(RefundProgress::Refused));
                    }
                    Err(error) => Err(error),
                }
            }
        };
        match done {
            Ok(()) => Ok(None),
            // what it did under this key is what counts, and shows in the charge: what is left goes back under the next one
            Err(ProviderError::Refused(_) | ProviderError::KeyUsed) => Ok(Some(RefundProgress::Refused)),
            Err(error) => Err(error),
        }
    }

    async fn apply_step(&self, charge: &UnknownCharge, step: &RefundProgress) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let now = tx.now().await?;
        let delays = self.settings.delays();
        match step {
            RefundProgress::Settled(said) => {
                let mut settled = charge.clone();
                settled.describe(said);
                store::end(&mut tx, &settled, now).await?;
                timer::clear(&mut tx, GIVE_BACK, charge.id).await?;
            }
            RefundProgress::Refused => {
                store::refuse(&mut tx, charge.id, charge.refusals).await?;
                let pause = backoff(delays.refund_again, charge.refusals, delays.between_refunds);
                timer::set(&mut tx, GIVE_BACK, charge.id, now.plus(pause), &()).await?;
            }
            RefundProgress::Open => {
                timer::set(&mut tx, GIVE_BACK, charge.id, now.plus(delays.between_looks), &()).await?;
            }
        }
        tx.commit("payments.apply_given_back").await?;
        self.timers.wake();
        match step {
            RefundProgress::Settled(said) => {
                let (order, refunded) = (charge.order_id, said.refunded);
                tracing::info!(charge = %charge.id, %order, refunded, "unknown charge refunded or voided");
            }
            RefundProgress::Refused if charge.refusals + 1 >= ALARM_AFTER => {
                let (order, refusals) = (charge.order_id, charge.refusals + 1);
                tracing::error!(charge = %charge.id, %order, refusals,
                    "the provider refuses to refund an unknown charge; refund it in the provider's dashboard");
            }
            _ => {}
        }
        Ok(())
    }
}
