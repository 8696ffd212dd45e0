//! The response to a repeated key: the stored one for a day, then the current order.

use super::{PlaceError, PlacementReply, request::Request};
use crate::{
    Orders,
    order::{Order, PersonalData},
    store::{self, placements::StoredPlacement},
    workflows::{
        access,
        initial_payment::{InitialPayment, created},
    },
};
use contracts::orders as wire;
use endpoint::{CommonError, Created, HandlerError, Reply};
use flow::{Cause, idempotency::ANSWER_KEPT};
use kernel::id::OrderId;
use ordo_http::on_its_behalf;
use tokio::{sync::oneshot, time::timeout};
use tracing::Instrument;

pub(super) async fn replay(
    s: &Orders,
    request: &Request<'_>,
    placed: StoredPlacement,
) -> Result<PlacementReply, PlaceError> {
    let is_same = placed.body_hash == request.body_hash;
    if !is_same && !request.origin.is_stored {
        return Err(CommonError::KeyReused.into());
    }
    let is_fresh = s.env.now().since(placed.created_at) < ANSWER_KEPT;
    let (order, person) = current(s, placed.order_id).await?;
    match &placed.answer {
        Some(kept) if is_fresh => stored(kept, &person, request),
        Some(_) => Ok(created(request.shown(&order, &person))),
        // the initial payment has no outcome yet: this request executes it as well, under the same key
        None => {
            let answer = created(request.shown(&order, &person));
            let wish = request.wish(placed.placement_id, order.total).filter(|_| is_same);
            let Some(wish) = wish else { return Ok(answer) };
            Ok(answer_of_wish(s, request, placed.order_id, &wish).await?.unwrap_or(answer))
        }
    }
}

/// Executes the initial payment; returns the stored response, or the current order while there is none. It does not wait
/// for an outcome that takes long: the order is placed, and shows the payment later.
pub(super) async fn answer_of_wish(
    s: &Orders,
    request: &Request<'_>,
    id: OrderId,
    wish: &InitialPayment,
) -> Result<Option<PlacementReply>, PlaceError> {
    let tried = carry_out_apart(s, request, id, wish);
    if timeout(s.settings.pay_within, tried).await.is_err() {
        tracing::info!(order = %id, "initial payment takes long; responding without its outcome");
    }
    let (order, person) = current(s, id).await?;
    let placement = store::placements::find(&s.db, wish.placement_id).await?;
    match placement.and_then(|placement| placement.order).and_then(|placed| placed.answer) {
        Some(kept) => stored(&kept, &person, request).map(Some),
        None => Ok(Some(created(request.shown(&order, &person)))),
    }
}

/// Executes the initial payment in a task of its own, which continues if the request ends. Ready when the task has ended.
fn carry_out_apart(
    s: &Orders,
    request: &Request<'_>,
    id: OrderId,
    wish: &InitialPayment,
) -> impl Future<Output = ()> + use<> {
    let (ended, end) = oneshot::channel::<()>();
    let cause = Cause::request(request.caller, &request.call.context);
    let (s, cx, wish) = (s.clone(), request.call.context.clone(), wish.clone());
    let env = s.env.clone();
    let work = async move {
        if let Err(error) = s.execute_initial_payment(&cx, id, &wish, &cause).await {
            tracing::info!(order = %id, %error, "initial payment outcome unknown; timer will retry");
            if let Err(error) = s.leave_to_timer(id).await {
                tracing::info!(order = %id, %error, "initial payment timer could not be expedited");
            }
        }
        drop(ended);
    };
    env.spawn("wish", on_its_behalf(work.in_current_span()));
    async move {
        // the drop of the sender, an error to the receiver, signals the end
        let _ = end.await;
    }
}

async fn current(s: &Orders, id: OrderId) -> Result<(Order, PersonalData), PlaceError> {
    let found = store::orders::find(&s.db, id).await?;
    found.ok_or_else(|| HandlerError::internal(format!("{id} has a placing and is not there")))
}

fn stored(kept: &str, person: &PersonalData, request: &Request<'_>) -> Result<PlacementReply, PlaceError> {
    let mut answer = Created::<wire::Order>::replay(kept).map_err(HandlerError::internal)?;
    person.fill(&mut answer.body, request.viewer);
    access::limit(request.call, &mut answer.body);
    answer.etag = access::tag(&answer.body);
    Ok(answer)
}
