//! Calls about refunds.

use super::{TRIES, new_epoch::KnownRefunds};
use crate::{
    Payments, aggregate::ChangeContext, aggregate::PaymentAggregate, aggregate::RefundRevision,
    operation::Operation, operation::OperationKind, reducer::RefundCommand, store::payments, timer_plan,
    timer_plan::QueriedSubject, timer_plan::QueryOutcome,
};
use db::Result;
use flow::{Cause, timer};
use kernel::id::RefundId;
use payment_provider::{ProviderError, ProviderRefundStatus, ProviderResult};

/// Refusals after which a refund is a matter for people: the pauses double from a minute to a day.
const ALARM_AFTER: i64 = 12;

impl Payments {
    /// Sends a refund, or finds out what became of it; one try.
    pub(crate) async fn send_refund(&self, id: RefundId, cause: &Cause) -> Result<()> {
        let Some((ask, asked, known)) = self.db.with_retry(TRIES, || self.begin_refund(id, cause)).await?
        else {
            return Ok(());
        };
        let (key, said) = match ask {
            RefundCommand::Send(send) => {
                let (key, charge) = (send.key.clone(), send.charge.clone());
                let said = match self.refund(send, &known).await {
                    // what it did under this key is what counts
                    Err(ProviderError::KeyUsed) => self.query_refund(&key, charge).await,
                    said => said,
                };
                (key, said)
            }
            RefundCommand::Query { key, charge } => {
                let said = self.query_refund(&key, charge).await;
                (key, said)
            }
        };
        match &said {
            Ok(ProviderRefundStatus::Refused { why }) => {
                tracing::warn!(refund = %id, why, "refund rejected; will retry")
            }
            Err(error) => tracing::warn!(refund = %id, %error, "refund status query inconclusive"),
            Ok(ProviderRefundStatus::Succeeded { .. } | ProviderRefundStatus::Processing) => {}
        }
        self.db.with_retry(TRIES, || self.apply_refund(id, (&key, asked), &said, cause)).await
    }

    async fn query_refund(&self, key: &str, charge: String) -> ProviderResult<ProviderRefundStatus> {
        let found = self.provider.query_refund(key.to_owned(), charge).await?;
        // absence is no proof: it stays unknown
        found.ok_or_else(|| ProviderError::Unknown("the provider has never heard of this refund".to_owned()))
    }

    async fn begin_refund(
        &self,
        id: RefundId,
        cause: &Cause,
    ) -> Result<Option<(RefundCommand, RefundRevision, KnownRefunds)>> {
        let mut tx = self.db.begin().await?;
        let Some(mut book) = payments::lock_by_refund(&mut tx, id).await? else {
            return tx.rollback().await.map(|()| None);
        };
        let delays = self.settings.delays();
        let rule = |book: &mut PaymentAggregate, stamp: &mut ChangeContext<'_>| {
            // whoever comes before its pause is over, as a webhook does, sends nothing
            let refund = book.refund(id);
            let is_paused = refund.is_some_and(|refund| timer_plan::is_paused(refund, &delays, stamp.now));
            if is_paused { book.ask_about_refund(id, stamp) } else { book.send_refund(id, stamp) }
        };
        let ask = self.change(&mut tx, &mut book, cause, QueriedSubject::Nobody, rule).await?;
        if book.refund(id).is_some_and(|refund| !refund.claims()) {
            timer::clear(&mut tx, timer_plan::REFUND, id).await?;
        }
        tx.commit("payments.begin_refund").await?;
        self.committed();
        Ok(ask.map(|ask| (ask, book.refund_asked(id), known_back(&book, id))))
    }

    async fn apply_refund(
        &self,
        id: RefundId,
        (key, asked): (&str, RefundRevision),
        said: &ProviderResult<ProviderRefundStatus>,
        cause: &Cause,
    ) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let Some(mut book) = payments::lock_by_refund(&mut tx, id).await? else { return tx.rollback().await };
        let rule = |book: &mut PaymentAggregate, stamp: &mut ChangeContext<'_>| {
            book.apply_refund(id, key, said, stamp)
        };
        let word = QueryOutcome::of(said, book.refund_asked(id) == asked);
        self.change(&mut tx, &mut book, cause, QueriedSubject::Refund(id, word), rule).await?;
        tx.commit("payments.apply_refund").await?;
        self.committed();
        if let Some(refund) = book.refund(id).filter(|r| r.claims() && r.failures >= ALARM_AFTER) {
            let (payment, failures) = (book.payment.id, refund.failures);
            tracing::error!(%payment, refund = %id, failures, "refund rejected repeatedly; manual refund required");
        }
        if let (Ok(ProviderRefundStatus::Succeeded { amount }), Some(refund)) =
            (said, book.refund(id).filter(|r| r.claims()))
        {
            let (payment, asked) = (book.payment.id, refund.amount);
            tracing::error!(%payment, refund = %id, asked, amount, "provider refunded more than the refundable balance");
        }
        Ok(())
    }
}

fn known_back(book: &PaymentAggregate, id: RefundId) -> KnownRefunds {
    let attempt = book.refund(id).and_then(|refund| refund.attempt_id);
    let others = book.refunds.iter().filter(|other| {
        other.id != id && other.attempt_id == attempt && other.counts() && !other.is_by_people()
    });
    KnownRefunds {
        charge_key: attempt.map(|id| Operation::key(id, OperationKind::Submit, 1)).unwrap_or_default(),
        minor: others.map(|other| other.amount).fold(0, i64::saturating_add),
    }
}
