//! Gives a charge back that Ordo has forgotten.

use super::{actor, refuse};
use crate::{
    Payments,
    store::{ReadSource, unknown_charges},
    timer_plan::GIVE_BACK,
};
use contracts::payments::{RefundUnknownCharge, RefundUnknownChargeError};
use endpoint::{CommonError, Json, Path};
use flow::timer;
use ordo_http::{Call, HandlerResult};

/// Whoever pays the order contends for the charge's row: its payment takes the charge over, or it goes back.
pub(crate) async fn refund_unknown_charge(
    s: Payments,
    call: Call,
    RefundUnknownCharge { id: Path(id) }: RefundUnknownCharge,
) -> HandlerResult<RefundUnknownCharge> {
    let mut tx = s.db.begin().await?;
    let Some(charge) = unknown_charges::lock(&mut tx, id).await? else {
        return refuse(tx, CommonError::NotFound).await;
    };
    if charge.settled_at.is_some() {
        tx.rollback().await?;
        return Ok(Json(charge.view()));
    }
    if !unknown_charges::known(ReadSource::Tx(&mut tx), std::slice::from_ref(&charge.key)).await?.is_empty() {
        return refuse(tx, RefundUnknownChargeError::ChargeTakenOver).await;
    }
    match charge.refund_by {
        Some(_) => tx.rollback().await?,
        None => {
            let actor = actor(&call);
            unknown_charges::refund(&mut tx, id, &actor).await?;
            let due_at = tx.now().await?.plus(s.settings.delays().call);
            timer::set(&mut tx, GIVE_BACK, id, due_at, &()).await?;
            tx.commit("payments.refund_unknown_charge").await?;
            s.timers.wake();
            tracing::info!(charge = %id, order = %charge.order_id, actor, "refund of an unknown charge requested");
        }
    }
    let sender = s.clone();
    let work = async move {
        if let Err(error) = sender.give_back(id).await {
            // the timer that was committed with it does it
            tracing::warn!(charge = %id, %error, "refund of an unknown charge postponed");
        }
    };
    s.run_and_wait(&call.context, work).await;
    let charge = unknown_charges::find(&s.db, id).await?.ok_or(CommonError::NotFound)?;
    Ok(Json(charge.view()))
}
