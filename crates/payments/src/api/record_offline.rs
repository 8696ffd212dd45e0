//! Records money that was paid offline, by a named member of staff.

use super::{plain_amounts, refuse};
use crate::{
    Payments,
    aggregate::{ChangeContext, PaymentAggregate},
    commands::AttemptRejected,
    payment::Payment,
    store::payments,
    timer_plan::QueriedSubject,
    view,
    workflows::LostPayment,
};
use contracts::settlement::{OfflineError, OfflineRequest, RecordOffline, SettlementResponse};
use db::Tx;
use endpoint::{Body, CommonError, FieldError, HandlerError, Json};
use flow::Cause;
use ordo_http::{Call, HandlerResult};

pub(crate) async fn record_offline(
    s: Payments,
    call: Call,
    RecordOffline { offline: Body(ask) }: RecordOffline,
) -> HandlerResult<RecordOffline> {
    plain_amounts(&[("/amount", ask.amount), ("/owed", ask.owed)], ask.amount.currency)?;
    if ask.actor.trim().is_empty() {
        let who = FieldError::required("/actor", "the member of staff who says so is expected");
        return Err(CommonError::InvalidRequest { errors: vec![who] }.into());
    }
    let cause = Cause::request(&ask.actor, &call.context);
    let new = opened(&s, &ask);
    s.take_over_payment(&new, ask.owed.minor, &cause, &call.context).await?;
    s.find_lost_charges(LostPayment { new: &new, known: None }, &cause).await?;
    let locked = lock(&s, &ask).await?;
    // who has paid in another way does not come back to an attempt that waits for them
    let (mut tx, mut book) = match s.give_up(locked, &cause, &call.context).await? {
        Some(unchanged) => unchanged,
        None => lock(&s, &ask).await?,
    };
    let rule = |book: &mut PaymentAggregate, stamp: &mut ChangeContext<'_>| {
        book.record_offline(ask.owed.minor, stamp)
    };
    let recorded = s.change(&mut tx, &mut book, &cause, QueriedSubject::Nobody, rule).await?;
    if let Err(refused) = recorded {
        let refusal = match refused {
            AttemptRejected::Closed => OfflineError::PaymentClosed,
            AttemptRejected::AlreadyPaid => {
                OfflineError::AlreadyPaid { figures: Box::new(view::figures(&book)) }
            }
            AttemptRejected::InProgress | AttemptRejected::TooMany => OfflineError::PaymentInProgress,
        };
        return refuse(tx, refusal).await;
    }
    tx.commit("payments.record_offline").await?;
    s.committed();
    let view::View { payment, figures } = view::view(&book);
    Ok(Json(SettlementResponse { payment, figures, event_id: s.told_by(&book).await }))
}

/// The order's payment, opened where there is none.
async fn lock(
    s: &Payments,
    ask: &OfflineRequest,
) -> Result<(Tx, PaymentAggregate), HandlerError<OfflineError>> {
    let mut tx = s.db.begin().await?;
    let book = payments::open(&mut tx, opened(s, ask)).await?;
    match plain_amounts(&[("/amount", ask.amount)], book.payment.currency) {
        Ok(()) => Ok((tx, book)),
        Err(wrong) => refuse(tx, wrong).await,
    }
}

fn opened(s: &Payments, ask: &OfflineRequest) -> Payment {
    Payment::new(s.env.id(), ask.order_id, ask.user_id, ask.amount, s.env.now())
}
