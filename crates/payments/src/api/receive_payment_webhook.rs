//! Takes in what a provider tells by itself: written down once, answered, and then looked into.
//!
//! The event only says that there is something to know. What that is, the provider is asked: so webhooks may
//! come late, twice or out of order, and go through the same rules as every answer.

use crate::{
    Payments,
    aggregate::{ChangeContext, PaymentAggregate},
    operation::OperationKind,
    store::{inbox, payments},
    timer_plan::{self, QueriedSubject},
};
use contracts::payments::{PaymentWebhookError, ReceivePaymentWebhook};
use endpoint::{CommonError, HandlerError, NoContent, Path};
use flow::{Cause, timer};
use kernel::id::{AttemptId, RefundId};
use ordo_http::{Call, HandlerResult};

pub(crate) async fn receive_payment_webhook(
    s: Payments,
    call: Call,
    ReceivePaymentWebhook { provider: Path(provider), webhook }: ReceivePaymentWebhook,
) -> HandlerResult<ReceivePaymentWebhook> {
    if provider != s.provider.name() {
        return Err(CommonError::NotFound.into());
    }
    let event = s.provider.verify(&webhook, s.env.now()).map_err(|why| {
        let client = call.client.map(|client| client.to_string());
        tracing::warn!(provider, client, why = why.0, "webhook rejected: invalid signature");
        HandlerError::Declared(PaymentWebhookError::WebhookNotVerified)
    })?;
    let Some(event) = event else { return Ok(NoContent) };
    let mut tx = s.db.begin().await?;
    let now = tx.now().await?;
    if !inbox::insert(&mut tx, s.provider.name(), &event, now).await? {
        tx.rollback().await?;
        s.db.durable().await?;
        return Ok(NoContent);
    }
    // noted beside what it is about: the answer to an earlier question does not answer this one
    match payments::find_subject(&mut tx, &event.key).await? {
        Some((id, OperationKind::Refund)) => {
            let id = RefundId::from_uuid(id);
            if let Some(mut book) = payments::lock_by_refund(&mut tx, id).await? {
                let rule =
                    |book: &mut PaymentAggregate, _: &mut ChangeContext<'_>| book.start_refund_query(id);
                s.change(&mut tx, &mut book, &Cause::system(), QueriedSubject::Nobody, rule).await?;
            }
            timer::set(&mut tx, timer_plan::REFUND, id, now, &()).await?;
        }
        Some((id, _)) => {
            let id = AttemptId::from_uuid(id);
            if let Some(mut book) = payments::lock_by_attempt(&mut tx, id).await? {
                let rule = |book: &mut PaymentAggregate, _: &mut ChangeContext<'_>| book.start_query(id);
                s.change(&mut tx, &mut book, &Cause::system(), QueriedSubject::Nobody, rule).await?;
                // a call that is on its way is not to be taken for lost: its answer, or the end of its time, comes first
                if book.attempt(id).is_some_and(|attempt| !attempt.state.is_called()) {
                    timer::set(&mut tx, timer_plan::RECONCILE, id, now, &()).await?;
                }
            }
        }
        None => {
            tracing::warn!(event = event.id, "provider event for unknown charge ignored")
        }
    }
    tx.commit("payments.receive_event").await?;
    s.committed();
    // the provider does not tell it again
    s.db.durable().await?;
    Ok(NoContent)
}
