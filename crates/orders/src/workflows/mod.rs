//! What endpoints, events and timers do with orders: one file for each piece of work.
//!
//! A change is one transaction (R2): lock the order, let the machine move it, [`Orders::save`] it with its events
//! and timers, commit. Calls to other services stand before or after transactions, never inside one.

pub(crate) mod access;
pub(crate) mod cancelling;
pub(crate) mod capturing;
pub(crate) mod claiming;
pub(crate) mod closing;
pub(crate) mod consuming_again;
pub(crate) mod contacting;
pub(crate) mod correcting;
pub(crate) mod drafting;
pub(crate) mod fate;
pub(crate) mod filling;
pub(crate) mod fulfilling;
pub(crate) mod hearing;
pub(crate) mod importing;
pub(crate) mod keys;
pub(crate) mod listing;
pub(crate) mod noting;
pub(crate) mod owing;
pub(crate) mod paying;
pub(crate) mod placing;
pub(crate) mod refunding;
pub(crate) mod refusal;
pub(crate) mod restoring;
pub(crate) mod summing;
pub(crate) mod targeting;
pub(crate) mod wanted;
pub(crate) mod wishing;

use crate::{
    Orders, fulfilment,
    order::{Change, Order},
    store,
    transition::{fulfilment::Trigger, order::Effect},
};
use contracts::{events::FulfilmentEvent, fulfilments::FulfilmentStatus};
use db::{Error, ErrorKind, Result, Tx};
use endpoint::Fail;
use flow::{Cause, timer};
use std::time::Duration;

/// What is due so soon does not wait until the timers look by themselves.
const SOON: Duration = Duration::from_secs(10);

/// How often a transaction that follows on a call of another service is tried: what was done there is not done again,
/// as it would be if the whole request began anew.
pub(crate) const TRIES: u32 = 8;

/// The kinds of timers.
pub(crate) mod kinds {
    /// An order's time to be paid is over.
    pub(crate) const DUE: &str = "due";
    /// A payment is to be closed.
    pub(crate) const CLOSE: &str = "close";
    /// A wish to pay has no outcome yet.
    pub(crate) const PAY: &str = "pay";
    /// Payments does not know yet what is owed.
    pub(crate) const SETTLE_OWED: &str = "settle_owed";
    /// Payments has lost what was heard of an order's payment.
    pub(crate) const RESTORE_PAYMENT: &str = "restore_payment";
    /// Nobody has named the person yet.
    pub(crate) const CONTACT: &str = "contact";
    /// An account may have verified the address of a guest's order.
    pub(crate) const CLAIM: &str = "claim";
    /// An account has verified its address, with which guests may have ordered.
    pub(crate) const CLAIM_ALL: &str = "claim_all";
    /// Payments does not know yet which account has a guest's order.
    pub(crate) const TELL_ACCOUNT: &str = "tell_account";
    /// A basket may be forgotten.
    pub(crate) const FORGET_BASKET: &str = "forget_basket";
}

/// What was done in a transaction, which goes on; or its refusal, for which everything is taken back, and which is
/// answered only once what it rests on is durable (R9). A `?` alone would answer it before.
///
/// # Errors
/// The refusal, or why what it rests on did not become durable.
pub(crate) async fn or_refuse<T, X>(
    done: std::result::Result<T, Fail<X>>,
    tx: Tx,
) -> std::result::Result<(T, Tx), Fail<X>> {
    match done {
        Ok(done) => Ok((done, tx)),
        Err(refused) => {
            tx.rollback().await?;
            Err(refused)
        }
    }
}

impl Orders {
    /// A change of `order` that begins now, by the clock of the database: what is due follows from it (R6).
    pub(crate) async fn change(&self, tx: &mut Tx, order: &Order) -> Result<Change> {
        Ok(Change::of(order, tx.now().await?, self.settings.payment_due))
    }

    /// Writes what happened to an order: its row and lines, its events, its timers, and its fulfilments where
    /// they are cancelled with it.
    pub(crate) async fn save(
        &self,
        tx: &mut Tx,
        order: &Order,
        change: &Change,
        cause: &Cause,
    ) -> Result<()> {
        if change.is_empty() {
            return Ok(());
        }
        store::orders::update(tx, order, change.from_version).await?;
        for line in change.changed_lines(order) {
            store::orders::update_line(tx, line).await?;
        }
        if !change.remarks.is_empty() {
            store::persons::remark(tx, order.id, &change.remarks).await?;
        }
        self.record(tx, order, change, cause).await
    }

    /// The events and effects of a change, and what it does to the sums.
    pub(crate) async fn record(
        &self,
        tx: &mut Tx,
        order: &Order,
        change: &Change,
        cause: &Cause,
    ) -> Result<()> {
        for event in &change.events {
            self.journal.record(tx, event.kind, order.id, event.version, cause, &event.data).await?;
        }
        for effect in &change.effects {
            self.effect(tx, order, *effect, change, cause).await?;
        }
        // the last thing: others of the same hour may wait for it
        store::sums::follow(tx, order, change.counted).await
    }

    async fn effect(
        &self,
        tx: &mut Tx,
        order: &Order,
        effect: Effect,
        change: &Change,
        cause: &Cause,
    ) -> Result<()> {
        // a timer that backs up what a request does at once begins when no request lasts any more
        let backed_up = change.now().plus(self.longest_request);
        match effect {
            Effect::AwaitPayment => match order.payment_due_at {
                Some(due_at) => timer::set(tx, kinds::DUE, order.id, due_at, &()).await,
                None => Ok(()),
            },
            Effect::StopWaiting => timer::clear(tx, kinds::DUE, order.id).await,
            Effect::ClosePayment => timer::set(tx, kinds::CLOSE, order.id, backed_up, &()).await,
            Effect::StopClosing => timer::clear(tx, kinds::CLOSE, order.id).await,
            Effect::SettleOwed => timer::set(tx, kinds::SETTLE_OWED, order.id, backed_up, &()).await,
            Effect::CancelFulfilments => self.cancel_fulfilments(tx, order, change, cause).await,
            Effect::ReleaseOpen
            | Effect::HoldForPayment
            | Effect::HoldShort
            | Effect::HoldMissing
            | Effect::EndPaymentHold
            | Effect::EndShortHold
            | Effect::EndMissingHold
            | Effect::HoldByStaff
            | Effect::EndStaffHold
            | Effect::EndAllHolds => Ok(()),
        }
    }

    async fn cancel_fulfilments(
        &self,
        tx: &mut Tx,
        order: &Order,
        change: &Change,
        cause: &Cause,
    ) -> Result<()> {
        for mut one in store::fulfilments::unshipped(tx, order.id).await? {
            let from_version = one.version;
            one.to_unpack = one.status == FulfilmentStatus::Packed;
            let step = fulfilment::step(&mut one, Trigger::Cancel, (change.now(), order.version));
            let step =
                step.map_err(|not| Error::new(ErrorKind::Other, format!("{} is {:?}", one.id, not.status)))?;
            store::fulfilments::update(tx, &one, from_version).await?;
            self.record_fulfilment(tx, order, step, cause).await?;
        }
        store::orders::count_to_unpack(tx, order.id).await
    }

    /// The event of a fulfilment's step.
    pub(crate) async fn record_fulfilment(
        &self,
        tx: &mut Tx,
        order: &Order,
        fulfilment::Step { kind, fulfilment }: fulfilment::Step,
        cause: &Cause,
    ) -> Result<()> {
        let (id, version) = (fulfilment.id, fulfilment.version);
        let data = FulfilmentEvent { user_id: order.user_id, fulfilment };
        self.journal.record(tx, kind, id, version, cause, &data).await.map(drop)
    }

    /// Tells publisher and timers of a committed change.
    pub(crate) fn wake(&self, change: &Change) {
        self.journal.wake();
        let due_soon = self.settings.payment_due < SOON && change.effects.contains(&Effect::AwaitPayment);
        if due_soon {
            self.timers.wake();
        }
    }
}
