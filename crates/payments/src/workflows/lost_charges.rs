//! Charges of which only the provider knows: attempts that were lost when the database was put back to an older copy. The provider is
//! asked for them by their keys, which follow from the order and the number of the attempt; or from a lost order that this one repeats.

use super::{TRIES, new_epoch::is_from_before, nth_id, unknown_charges::are_searched};
use crate::{
    Payments, aggregate::AttemptRevision, aggregate::ChangeContext, aggregate::PaymentAggregate,
    attempt::Attempt, attempt::AttemptState, commands::NewAttempt, operation::Operation,
    operation::OperationKind, payment::Payment, store::payments, store::unknown_charges,
    timer_plan::QueriedSubject, unknown_charge::UnknownCharge,
};
use contracts::payments::{
    ATTEMPTS_TOTAL_MAX, Attempt as KnownAttempt, CaptureMode, Failure, PROVIDER_RETRY_AFTER_S, PaymentState,
};
use db::{Result, Tx};
use endpoint::{CommonError, HandlerError};
use flow::{
    Cause,
    idempotency::{body_hash, digest},
};
use kernel::{
    Timestamp,
    id::{AttemptId, OrderId},
    time::AHEAD,
};
use payment_provider::{AbandonCharge, Charge, ChargeStatus, ProviderError, ProviderResult};

/// A payment of which something may be lost.
#[derive(Clone, Copy)]
pub(crate) struct LostPayment<'a> {
    /// The payment, should it be lost as a whole.
    pub new: &'a Payment,
    /// The attempts that orders has heard of, where the payment is restored to how it was when orders did.
    pub known: Option<&'a [KnownAttempt]>,
}

/// The method of an attempt of which nobody but the provider knows.
const UNKNOWN_METHOD: &str = "unknown";

impl Payments {
    /// Takes over the attempts of an order that the provider knows and this database has lost: the next numbers up to the first
    /// one that the provider does not know; and all up to the newest one that orders or staff know of.
    ///
    /// # Errors
    /// While the provider does not say what it has charged, nobody may decide about the payment.
    pub(crate) async fn find_lost_charges<X>(
        &self,
        lost: LostPayment<'_>,
        cause: &Cause,
    ) -> std::result::Result<(), HandlerError<X>> {
        self.take_over_all(lost, cause).await?.map_err(|error| {
            tracing::warn!(order = %lost.new.order_id, %error, "provider did not list its charges of the lost period");
            CommonError::Unavailable { retry_after: PROVIDER_RETRY_AFTER_S }.into()
        })
    }

    async fn take_over_all(&self, lost: LostPayment<'_>, cause: &Cause) -> Result<ProviderResult<()>> {
        let new = lost.new;
        let begun = match self.epoch_begun().await {
            Ok(Some(begun)) if is_from_before(new.order_id, begun) => begun,
            Ok(_) => return Ok(Ok(())),
            Err(error) => return Ok(Err(error)),
        };
        let mut looked = None;
        loop {
            let (book, forgotten) = self.read_of_order(new).await?;
            if book.payment.needs_no_attempt() {
                return Ok(Ok(()));
            }
            match book.live() {
                // it may have expired or been voided in the time that is lost, and another attempt made
                Some(live) if live.state == AttemptState::Authorized && is_older(live, begun) => {
                    // where the provider gave no answer, the attempt is as it was, and nobody knows
                    if looked == Some(live.id) {
                        return Ok(self.is_still_authorized(live.id).await);
                    }
                    looked = Some(live.id);
                    self.look(live.id).await?;
                }
                _ if book.payment.state != PaymentState::Open => return Ok(Ok(())),
                // the next one begins only when this one has ended
                Some(live) if may_have_ended(live, begun) => match self.is_open(live.id).await {
                    Ok(true) => return Ok(Ok(())),
                    Ok(false) if looked != Some(live.id) => {
                        looked = Some(live.id);
                        self.look(live.id).await?;
                    }
                    Ok(false) => {
                        let unknown = format!("it does not say what became of {}", live.id);
                        return Ok(Err(ProviderError::Unknown(unknown)));
                    }
                    Err(error) => return Ok(Err(error)),
                },
                Some(_) => return Ok(Ok(())),
                None => {
                    let next = next_attempt(&book, lost, &forgotten);
                    match self.take_over_next(lost, next, &forgotten, cause).await? {
                        Ok(true) => {}
                        // a later attempt may have been charged where this one was never sent
                        Ok(false) if forgotten.are_searched => {
                            let unknown = "it has not listed all of its charges yet".to_owned();
                            return Ok(Err(ProviderError::Unknown(unknown)));
                        }
                        Ok(false) => return Ok(Ok(())),
                        Err(error) => return Ok(Err(error)),
                    }
                }
            }
        }
    }

    /// What the provider says at another time is noted then: until it has said so, nobody may decide about the payment.
    async fn is_still_authorized(&self, id: AttemptId) -> ProviderResult<()> {
        let charge = self.provider.query(Operation::key(id, OperationKind::Submit, 1)).await?;
        match charge.map(|charge| charge.standing) {
            Some(ChargeStatus::Authorized) => Ok(()),
            _ => Err(ProviderError::Unknown(format!("it does not say what became of {id}"))),
        }
    }

    /// Whether an attempt waits for the customer, or for the provider, as it did before.
    async fn is_open(&self, id: AttemptId) -> ProviderResult<bool> {
        let charge = self.provider.query(Operation::key(id, OperationKind::Submit, 1)).await?;
        let standing = charge.map(|charge| charge.standing);
        Ok(matches!(standing, Some(ChargeStatus::RequiresAction { .. } | ChargeStatus::Processing)))
    }

    /// The payment of the order as it is committed, or as it would be opened; and the charges that are known to be lost.
    async fn read_of_order(&self, new: &Payment) -> Result<(PaymentAggregate, RecoveredCharges)> {
        let mut tx = self.db.begin().await?;
        let book = payments::lock_by_order(&mut tx, new.order_id).await?;
        let forgotten = forgotten(&mut tx, new.order_id).await?;
        tx.rollback().await?;
        Ok((book.unwrap_or_else(|| PaymentAggregate::new(new.clone())), forgotten))
    }

    /// Takes over an attempt of the order; false where there was none.
    async fn take_over_next(
        &self,
        lost: LostPayment<'_>,
        next: NextAttempt,
        forgotten: &RecoveredCharges,
        cause: &Cause,
    ) -> Result<ProviderResult<bool>> {
        let (new, known) = (lost.new, lost.known.unwrap_or_default());
        let id = next.id(new.order_id);
        let key = Operation::key(id, OperationKind::Submit, 1);
        let is_known = match next {
            NextAttempt::OfLostOrder(_) => true,
            NextAttempt::Numbered(n) => (n..=ATTEMPTS_TOTAL_MAX)
                .map(|n| id_of(new.order_id, n))
                .any(|id| forgotten.open.contains(&id) || known.iter().any(|one| one.id == id)),
        };
        let said = match self.provider.query(key.clone()).await {
            // it was never sent, and never will be: later ones may have been
            Ok(None) if is_known => {
                self.provider.abandon(AbandonCharge { key: key.clone(), charge: None }).await
            }
            Ok(None) => return Ok(Ok(false)),
            Ok(Some(charge)) => Ok(charge),
            Err(error) => Err(error),
        };
        let charge = match said {
            Ok(charge) => with_reason(charge),
            Err(error) => return Ok(Err(error)),
        };
        let method = known.iter().find(|one| one.id == id).map_or(UNKNOWN_METHOD, |one| &one.method);
        let begin = || self.begin_take_over(lost, next, (&charge, method), cause);
        if let Some(asked) = self.db.with_retry(TRIES, begin).await? {
            let (order, standing) = (new.order_id, &charge.standing);
            tracing::warn!(%order, attempt = %id, ?standing, "lost payment attempt restored from the provider");
            let said = Ok(charge);
            let apply = || self.apply(id, (Some(&key), asked), &said, cause);
            let asks = self.db.with_retry(TRIES, apply).await?;
            self.ask_all(asks, cause).await;
        }
        Ok(Ok(true))
    }

    /// Writes the attempt down as one that is being submitted; none where somebody else changed the payment in the
    /// meantime.
    async fn begin_take_over(
        &self,
        lost: LostPayment<'_>,
        next: NextAttempt,
        (charge, method): (&Charge, &str),
        cause: &Cause,
    ) -> Result<Option<AttemptRevision>> {
        let new = lost.new;
        let mut tx = self.db.begin().await?;
        let mut book = payments::open(&mut tx, new.clone()).await?;
        let forgotten = forgotten(&mut tx, new.order_id).await?;
        if next_attempt(&book, lost, &forgotten) != next || book.payment.needs_no_attempt() {
            return tx.rollback().await.map(|()| None);
        }
        let id = next.id(new.order_id);
        let mut attempt = lost_attempt(id, charge, (self.provider.name(), method), lost.known.is_some());
        attempt.given_back = forgotten.given_back;
        let pay = |book: &mut PaymentAggregate, stamp: &mut ChangeContext<'_>| book.pay(attempt, stamp);
        let made = self.change(&mut tx, &mut book, cause, QueriedSubject::Nobody, pay).await?;
        match (made, book.to_ask().pop()) {
            (Ok(()), Some(question)) => {
                tx.commit("payments.take_over_attempt").await?;
                self.committed();
                Ok(Some(question.asked))
            }
            _ => tx.rollback().await.map(|()| None),
        }
    }
}

/// The charge, where it was abandoned without ever having been one as an attempt of which the provider gave no word: such an
/// attempt uses up none of those that an order can have.
fn with_reason(charge: Charge) -> Charge {
    match &charge.standing {
        ChargeStatus::Failed(failure) if charge.reference.is_none() && failure.code == Failure::ABANDONED => {
            let failure = Failure::of(Failure::PROVIDER_UNAVAILABLE);
            Charge { standing: ChargeStatus::Failed(failure), ..charge }
        }
        _ => charge,
    }
}

/// The attempt that comes next where a payment is restored.
#[derive(Clone, Copy, PartialEq, Eq)]
enum NextAttempt {
    /// The one of this number among those of the order.
    Numbered(usize),
    /// One that has taken over the charge of a lost order, or can: its ID follows from that order, which this one repeats.
    OfLostOrder(AttemptId),
}

impl NextAttempt {
    fn id(self, order: OrderId) -> AttemptId {
        match self {
            NextAttempt::Numbered(n) => id_of(order, n),
            NextAttempt::OfLostOrder(id) => id,
        }
    }
}

/// In the order in which they were made, which the numbers of later ones depend on.
fn next_attempt(book: &PaymentAggregate, lost: LostPayment<'_>, forgotten: &RecoveredCharges) -> NextAttempt {
    let of = |n| id_of(lost.new.order_id, n);
    let known = lost.known.unwrap_or_default().iter().map(|attempt| attempt.id);
    let missing = known.chain(forgotten.open.iter().copied()).find(|id| {
        // money in hand is shown as an attempt
        let is_offline = id.uuid() == lost.new.id.uuid();
        !is_offline && book.attempt(*id).is_none() && !forgotten.given_back.contains(id)
    });
    match missing.filter(|id| (1..=ATTEMPTS_TOTAL_MAX).all(|n| of(n) != *id)) {
        Some(id) => NextAttempt::OfLostOrder(id),
        None => NextAttempt::Numbered(book.next_number(&forgotten.given_back, of)),
    }
}

fn id_of(order: OrderId, n: usize) -> AttemptId {
    AttemptId::from_uuid(nth_id("attempt", order, n))
}

/// Attempts whose charges were found at the provider.
struct RecoveredCharges {
    /// Staff have had these refunded: no payment takes them over.
    given_back: Vec<AttemptId>,
    /// These hold money, the oldest first.
    open: Vec<AttemptId>,
    /// There may be more, which the provider has not listed yet.
    are_searched: bool,
}

async fn forgotten(tx: &mut Tx, order: OrderId) -> Result<RecoveredCharges> {
    let mut charges = unknown_charges::lock_of_order(tx, order).await?;
    charges.sort_by_key(|charge| (charge.created_at, charge.id));
    let those = |is_wanted: fn(&UnknownCharge) -> bool| {
        charges.iter().filter(|charge| is_wanted(charge)).filter_map(UnknownCharge::attempt).collect()
    };
    Ok(RecoveredCharges {
        given_back: those(|charge| charge.refund_by.is_some()),
        open: those(|charge| !charge.is_given_back()),
        are_searched: are_searched(tx).await?,
    })
}

/// Whether what is known of an attempt is older than the epoch: it may have ended in the time that is lost.
fn may_have_ended(attempt: &Attempt, begun: Timestamp) -> bool {
    match attempt.state {
        AttemptState::RequiresAction | AttemptState::UnknownSubmitting => true,
        // a call that was begun in this epoch is under way
        AttemptState::Created | AttemptState::Submitting => is_older(attempt, begun),
        _ => false,
    }
}

/// Whether nothing is known of an attempt but what is older than the epoch.
fn is_older(attempt: &Attempt, begun: Timestamp) -> bool {
    attempt.updated_at <= begun.plus(AHEAD)
}

/// The attempt to which a charge belongs. Where the payment is restored, it was asked for as much as it has brought: what the order
/// owed then is not known. Elsewhere what it owes is, and a charge of less pays for nothing and is refunded.
fn lost_attempt(
    id: AttemptId,
    charge: &Charge,
    (provider, method): (&'static str, &str),
    is_restored: bool,
) -> NewAttempt {
    let (capture, brought) = match charge.standing {
        ChargeStatus::Authorized => (CaptureMode::Manual, charge.authorized),
        ChargeStatus::Captured => (CaptureMode::Automatic, charge.captured.saturating_sub(charge.refunded)),
        _ => (CaptureMode::Automatic, 0),
    };
    NewAttempt {
        client_key: digest(&["taken over", &id.to_string()]),
        body_hash: body_hash(&(method, capture)),
        provider,
        method: method.to_owned(),
        capture,
        owed: if is_restored && brought > 0 { brought } else { i64::MAX },
        takes_over: Some(id),
        given_back: Vec::new(),
    }
}
