//! The steps of a parcel; no parcel is shipped to an address that the order no longer has.

use super::find;
use crate::{
    console::components::ActionError,
    session::{page_error::PageError, request::RequestContext},
    texts::console as c,
    ui::format,
};
use contracts::{
    fulfilments::{
        CancelFulfilment, CreateFulfilment, DeliverFulfilment, FailFulfilment, Fulfilment, NewFulfilment,
        PackFulfilment, ReturnFulfilment, ShipFulfilment, Shipment,
    },
    orders::{LineQuantity, Order, ShipFulfilmentError},
};
use endpoint::{
    ApiError, Body, IdempotencyKey, Json, OptionalIdempotencyKey, Path, client::CallError, http::StatusCode,
};
use kernel::id::{FulfilmentId, OrderId};
use maud::{Markup, html};

/// The value of the button that packs.
pub(super) const PACK: &str = "pack";
/// The value of the button that ships.
pub(super) const SHIP: &str = "ship";
/// The field with the address that the page showed.
const TO: &str = "to";
/// How often an order that keeps changing is read again, while its address stays.
const LOOKS: usize = 4;
/// A version that no order has: a request with it succeeds only as the replay of an earlier one with the same key.
const NEVER: i64 = 0;

/// The address on the page, from which it is written on the parcel.
pub(super) fn goes_to(order: &Order) -> Markup {
    html! { input type="hidden" name=(TO) value=(written_on(order)); }
}
fn written_on(order: &Order) -> String {
    order.shipping_address.as_ref().map_or_else(String::new, format::whole_address)
}

/// The version of the order at which it has the address that the page showed; none where the form does not contain it. A conflict
/// where the address was changed since.
pub(super) async fn still_there(
    visit: &RequestContext,
    id: &str,
) -> Result<Result<Option<i64>, ActionError>, PageError> {
    let Some((_, shown)) = visit.form.pairs().find(|(name, _)| *name == TO) else { return Ok(Ok(None)) };
    let order = find(visit, id).await?.1;
    let now = written_on(&order);
    if shown == now {
        return Ok(Ok(Some(order.version)));
    }
    Ok(Err(ActionError::said(StatusCode::CONFLICT, c::READDRESSED.text(), &c::readdressed_to(&now))))
}

/// Whether this key has created a parcel before. A line that no order has creates none in any case, and a used key is reported first.
/// An error where that is unknown.
pub(super) async fn is_made(
    visit: &RequestContext,
    order: OrderId,
    key: &IdempotencyKey,
) -> Result<Result<bool, ActionError>, PageError> {
    let nothing = LineQuantity { line_id: visit.web.needs.env.id(), quantity: 1 };
    let fulfilment = Body(NewFulfilment { lines: Some(vec![nothing]), ..NewFulfilment::default() });
    let request = CreateFulfilment { id: Path(order), key: key.clone(), fulfilment };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => Ok(Ok(true)),
        Err(CallError::Problem(problem)) if problem.code == "key_reused" => Ok(Ok(true)),
        Err(CallError::Problem(problem)) if problem.status == 422 => Ok(Ok(false)),
        Err(CallError::Refused(_)) => Ok(Ok(false)),
        Err(error) => ActionError::of(error).map(Err),
    }
}

/// One step of a parcel; the outcome for the page that shows it.
pub(super) async fn step(
    visit: &RequestContext,
    (order, id): (&str, FulfilmentId),
    deed: &str,
    key: &str,
    shipment: Shipment,
) -> Result<Result<&'static str, ActionError>, PageError> {
    let (orders, cx, of) = (&visit.web.needs.orders, &visit.cx, Path(id));
    let key = OptionalIdempotencyKey(Some(format!("{key}-{deed}")));
    let (done, moved) = match deed {
        PACK => ("packed", told(orders.call(cx, PackFulfilment { id: of, key }).await)),
        SHIP => ("shipped", ship(visit, (order, id), &key, shipment).await?),
        "deliver" => ("delivered", told(orders.call(cx, DeliverFulfilment { id: of, key }).await)),
        "fail" => ("failed", told(orders.call(cx, FailFulfilment { id: of, key }).await)),
        "return" => ("returned", told(orders.call(cx, ReturnFulfilment { id: of, key }).await)),
        "cancel" => ("unpacked", told(orders.call(cx, CancelFulfilment { id: of, key }).await)),
        _ => return Err(PageError::NotFound),
    };
    match moved {
        Ok(()) => Ok(Ok(done)),
        Err(trouble) => Ok(Err(trouble?)),
    }
}

/// Done, or an error for this page or for another one.
type ShipResult = Result<(), Result<ActionError, PageError>>;

fn told<X: ApiError>(moved: Result<Json<Fulfilment>, CallError<X>>) -> ShipResult {
    moved.map(drop).map_err(ActionError::of)
}

/// Ships a parcel of the version of the order that was read. If the order has changed, it is read again: most changes do not affect
/// the address.
async fn ship(
    visit: &RequestContext,
    (order, id): (&str, FulfilmentId),
    key: &OptionalIdempotencyKey,
    shipment: Shipment,
) -> Result<ShipResult, PageError> {
    let mut looks = 1;
    loop {
        // a form that is sent again was for the address at that time
        let (order_version, elsewhere) = match still_there(visit, order).await? {
            Ok(version) => (version, None),
            Err(trouble) => (Some(NEVER), Some(trouble)),
        };
        let shipment = Body(Shipment { order_version, ..shipment.clone() });
        let request = ShipFulfilment { id: Path(id), key: key.clone(), shipment };
        match (visit.web.needs.orders.call(&visit.cx, request).await, elsewhere) {
            (Err(CallError::Refused(ShipFulfilmentError::VersionConflict { .. })), Some(trouble)) => {
                return Ok(Err(Ok(trouble)));
            }
            (Err(CallError::Refused(ShipFulfilmentError::VersionConflict { .. })), None) if looks < LOOKS => {
                looks += 1
            }
            (moved, _) => return Ok(told(moved)),
        }
    }
}
