//! What endpoints, events and timers do with orders: one file for each piece of work.
//!
//! A change is one transaction (R2): lock the order, let the machine move it, [`Orders::save`] it with its events
//! and timers, commit. Calls to other services stand before or after transactions, never inside one.

pub(crate) mod access;
pub(crate) mod amount_due;
pub(crate) mod base_version;
pub(crate) mod baskets;
pub(crate) mod cancellation;
pub(crate) mod capture;
pub(crate) mod contact;
pub(crate) mod drafts;
pub(crate) mod errors;
pub(crate) mod fulfilments;
pub(crate) mod guest_claims;
pub(crate) mod holds_and_edits;
pub(crate) mod idempotency;
pub(crate) mod initial_payment;
pub(crate) mod notes;
pub(crate) mod order_import;
pub(crate) mod order_list;
pub(crate) mod payment_closing;
pub(crate) mod payment_restore;
pub(crate) mod payment_updates;
pub(crate) mod payments;
pub(crate) mod placement;
pub(crate) mod placement_outcomes;
pub(crate) mod refresh_words;
pub(crate) mod refunds;
pub(crate) mod replay;
pub(crate) mod requested_lines;
pub(crate) mod sales_totals;
pub(crate) mod shipping_details;
pub(crate) mod target_status;

use crate::{
    Orders, fulfilment,
    order::{ChangeSet, Order},
    store,
    transition::{fulfilment::FulfilmentTrigger, order::Effect},
};
use contracts::{events::FulfilmentEvent, fulfilments::FulfilmentStatus};
use db::{Error, ErrorKind, Result, Tx};
use endpoint::HandlerError;
use flow::{Cause, timer};
use std::time::Duration;

/// Timers that are due this soon wake the timer loop.
const SOON: Duration = Duration::from_secs(10);

/// Maximum attempts of a transaction that follows a call of another service: only the transaction is retried, so that the
/// call is not repeated.
pub(crate) const TRIES: u32 = 8;

/// The kinds of timers.
pub(crate) mod kinds {
    /// The time to pay an order is over.
    pub(crate) const DUE: &str = "due";
    /// A payment must be closed.
    pub(crate) const CLOSE: &str = "close";
    /// An initial payment has no outcome yet.
    pub(crate) const PAY: &str = "pay";
    /// Payments does not know the amount due yet.
    pub(crate) const SETTLE_OWED: &str = "settle_owed";
    /// Payments has lost what was consumed of an order's payment.
    pub(crate) const RESTORE_PAYMENT: &str = "restore_payment";
    /// The contact is missing.
    pub(crate) const CONTACT: &str = "contact";
    /// An account may have verified the address of a guest's order.
    pub(crate) const CLAIM: &str = "claim";
    /// An account has verified its address, with which guests may have ordered.
    pub(crate) const CLAIM_ALL: &str = "claim_all";
    /// Payments does not know yet which account has a guest's order.
    pub(crate) const TELL_ACCOUNT: &str = "tell_account";
    /// A basket may be deleted.
    pub(crate) const FORGET_BASKET: &str = "forget_basket";
}

/// Returns the result within a transaction, which continues; or rolls back and returns the error, but only after what the
/// transaction has read is durable (R9). A `?` alone would return the error earlier.
///
/// # Errors
/// The error, or why what was read did not become durable.
pub(crate) async fn or_refuse<T, X>(
    done: std::result::Result<T, HandlerError<X>>,
    tx: Tx,
) -> std::result::Result<(T, Tx), HandlerError<X>> {
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
    pub(crate) async fn change(&self, tx: &mut Tx, order: &Order) -> Result<ChangeSet> {
        Ok(ChangeSet::of(order, tx.now().await?, self.settings.payment_due))
    }

    /// Writes what happened to an order: its row and lines, its events, its timers, and its fulfilments where
    /// they are cancelled with it.
    pub(crate) async fn save(
        &self,
        tx: &mut Tx,
        order: &Order,
        change: &ChangeSet,
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
            store::personal_data::remark(tx, order.id, &change.remarks).await?;
        }
        self.record(tx, order, change, cause).await
    }

    /// The events and effects of a change, and what it does to the sums.
    pub(crate) async fn record(
        &self,
        tx: &mut Tx,
        order: &Order,
        change: &ChangeSet,
        cause: &Cause,
    ) -> Result<()> {
        for event in &change.events {
            self.journal.record(tx, event.kind, order.id, event.version, cause, &event.data).await?;
        }
        for effect in &change.effects {
            self.effect(tx, order, *effect, change, cause).await?;
        }
        // the last thing: others of the same hour may wait for it
        store::sales_totals::follow(tx, order, change.counted).await
    }

    async fn effect(
        &self,
        tx: &mut Tx,
        order: &Order,
        effect: Effect,
        change: &ChangeSet,
        cause: &Cause,
    ) -> Result<()> {
        // a timer that backs up what a request does at once begins when no request lasts any more
        let backed_up = change.now().plus(self.longest_request);
        match effect {
            Effect::AwaitPayment => match order.payment_due_at {
                Some(due_at) => timer::set(tx, kinds::DUE, order.id, due_at, &()).await,
                None => Ok(()),
            },
            Effect::ClearDueDate => timer::clear(tx, kinds::DUE, order.id).await,
            Effect::ClosePayment => timer::set(tx, kinds::CLOSE, order.id, backed_up, &()).await,
            Effect::ClearClosing => timer::clear(tx, kinds::CLOSE, order.id).await,
            Effect::SyncAmountDue => timer::set(tx, kinds::SETTLE_OWED, order.id, backed_up, &()).await,
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
        change: &ChangeSet,
        cause: &Cause,
    ) -> Result<()> {
        for mut one in store::fulfilments::unshipped(tx, order.id).await? {
            let from_version = one.version;
            one.to_unpack = one.status == FulfilmentStatus::Packed;
            let step = fulfilment::step(&mut one, FulfilmentTrigger::Cancel, (change.now(), order.version));
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
        fulfilment::FulfilmentRecord { kind, fulfilment }: fulfilment::FulfilmentRecord,
        cause: &Cause,
    ) -> Result<()> {
        let (id, version) = (fulfilment.id, fulfilment.version);
        let data = FulfilmentEvent { user_id: order.user_id, fulfilment };
        self.journal.record(tx, kind, id, version, cause, &data).await.map(drop)
    }

    /// Wakes the publisher and the timers after a commit.
    pub(crate) fn wake(&self, change: &ChangeSet) {
        self.journal.wake();
        let due_soon = self.settings.payment_due < SOON && change.effects.contains(&Effect::AwaitPayment);
        if due_soon {
            self.timers.wake();
        }
    }
}
