//! Calls about attempts.

use super::{ALARM_AFTER, TRIES};
use crate::{
    Payments, aggregate::AttemptRevision, aggregate::ChangeContext, aggregate::PaymentAggregate,
    aggregate::ProviderCall, aggregate::ProviderCommand, attempt::Attempt, attempt::AttemptState,
    operation::OperationKind, store::payments, timer_plan::QueriedSubject,
};
use db::{Result, Tx};
use endpoint::Context;
use flow::Cause;
use kernel::id::AttemptId;
use payment_provider::{Charge, ProviderError, ProviderResult};

impl Payments {
    /// Asks the provider everything there is to ask, and what follows from its answers.
    pub(crate) async fn ask_all(&self, mut asks: Vec<ProviderCall>, cause: &Cause) {
        while let Some(question) = asks.pop() {
            let id = question.id;
            match self.ask(question, cause).await {
                Ok(more) => asks.extend(more),
                // the timer that was committed with the question finds it out
                Err(error) => {
                    tracing::warn!(attempt = %id, %error, "provider response could not be stored")
                }
            }
        }
    }

    /// Asks one thing, and applies the answer.
    async fn ask(&self, question: ProviderCall, cause: &Cause) -> Result<Vec<ProviderCall>> {
        let ProviderCall { id, ask, asked } = question;
        let provider = &self.provider;
        let key = ask.operation().map(str::to_owned);
        let said = match ask {
            ProviderCommand::Submit(submit) => self.submit(submit).await,
            ProviderCommand::Capture(capture) => provider.capture(capture).await,
            ProviderCommand::Void(void) => provider.void(void).await,
            ProviderCommand::Abandon(abandon) => self.abandon(abandon).await,
            ProviderCommand::Query { key, abandon } => match (provider.query(key).await, abandon) {
                (Ok(Some(charge)), _) => Ok(charge),
                // unknown to the provider, which is no proof before the refusal is planted
                (Ok(None), Some(abandon)) => provider.abandon(abandon).await,
                (Ok(None), None) => Err(ProviderError::Unknown("it has never heard of this".to_owned())),
                (Err(error), _) => Err(error),
            },
        };
        if let Err(error) = &said {
            tracing::warn!(attempt = %id, provider = provider.name(), %error, "charge status query inconclusive");
        }
        self.db.with_retry(TRIES, || self.apply(id, (key.as_deref(), asked), &said, cause)).await
    }

    /// One transaction that applies what the provider said; what must be asked next.
    pub(super) async fn apply(
        &self,
        id: AttemptId,
        (key, asked): (Option<&str>, AttemptRevision),
        said: &ProviderResult<Charge>,
        cause: &Cause,
    ) -> Result<Vec<ProviderCall>> {
        let mut tx = self.db.begin().await?;
        let Some(mut book) = payments::lock_by_attempt(&mut tx, id).await? else {
            return tx.rollback().await.map(|()| Vec::new());
        };
        let heard = QueriedSubject::Attempt(id);
        self.change(&mut tx, &mut book, cause, heard, |book, stamp| match (said, key) {
            (Ok(charge), _) => book.apply_response(id, asked, charge, stamp),
            (Err(error), Some(key)) => book.apply_error(id, key, error, stamp),
            // a question without an answer changes nothing: it is asked again
            (Err(_), None) => {}
        })
        .await?;
        tx.commit("payments.apply_answer").await?;
        self.committed();
        self.warn_of_late_money(id, &book);
        Ok(book.to_ask())
    }

    fn warn_of_late_money(&self, id: AttemptId, book: &PaymentAggregate) {
        if book.attempt(id).is_some_and(|attempt| attempt.surplus) {
            tracing::error!(attempt = %id, payment = %book.payment.id, "late payment received; automatic refund created");
        }
    }

    /// Ends the attempt that waits for the customer, where it is paid in another way: until the provider has said that it
    /// never charges it, it stays the one that is live. `None`: that is committed, and the provider was asked; where none
    /// waits, the transaction as it was.
    pub(crate) async fn give_up(
        &self,
        (mut tx, mut book): (Tx, PaymentAggregate),
        cause: &Cause,
        context: &Context,
    ) -> Result<Option<(Tx, PaymentAggregate)>> {
        let rule = |book: &mut PaymentAggregate, stamp: &mut ChangeContext<'_>| book.give_up(stamp);
        if !self.change(&mut tx, &mut book, cause, QueriedSubject::Nobody, rule).await? {
            return Ok(Some((tx, book)));
        }
        tx.commit("payments.give_up").await?;
        self.committed();
        self.ask_and_wait(book.to_ask(), cause, context).await;
        Ok(None)
    }

    /// Asks about an attempt of which nobody has heard for a while, or of which a webhook told.
    pub(crate) async fn look(&self, id: AttemptId) -> Result<()> {
        let cause = Cause::system();
        let asks = self.db.with_retry(TRIES, || self.begin_look(id, &cause)).await?;
        self.ask_all(asks, &cause).await;
        Ok(())
    }

    async fn begin_look(&self, id: AttemptId, cause: &Cause) -> Result<Vec<ProviderCall>> {
        let mut tx = self.db.begin().await?;
        let Some(mut book) = payments::lock_by_attempt(&mut tx, id).await? else {
            tx.rollback().await?;
            return Ok(Vec::new());
        };
        self.change(&mut tx, &mut book, cause, QueriedSubject::Nobody, |book, stamp| book.look(id, stamp))
            .await?;
        tx.commit("payments.begin_look").await?;
        self.committed();
        alarm(id, &book);
        Ok(book.to_ask())
    }
}

fn alarm(id: AttemptId, book: &PaymentAggregate) {
    let is_open =
        |attempt: &&Attempt| attempt.state != AttemptState::Captured && attempt.looks >= ALARM_AFTER;
    if let Some(attempt) = book.attempt(id).filter(is_open) {
        let (payment, looks, state) = (book.payment.id, attempt.looks, attempt.state.name());
        tracing::error!(%payment, attempt = %id, state, looks, "charge status still unknown");
    }
    let void = book.operation(id.uuid(), OperationKind::Void).filter(|void| void.n >= ALARM_AFTER);
    if let Some(void) = void {
        let (payment, tries) = (book.payment.id, void.n);
        tracing::error!(%payment, attempt = %id, tries, "authorization could not be voided");
    }
}
