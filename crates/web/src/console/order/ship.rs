//! The steps of a parcel; and that none is sent to where its order does not go any more.

use super::find;
use crate::{
    console::parts::Trouble,
    session::{page_error::Stop, request::Visit},
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

/// What the button says that packs one.
pub(super) const PACK: &str = "pack";
/// What the button says that sends a parcel.
pub(super) const SHIP: &str = "ship";
/// What the form says that whoever sends it has seen as its address.
const TO: &str = "to";
/// So often an order is looked at that goes on changing, and whose address stays.
const LOOKS: usize = 4;
/// No order is at this version: who names it is answered alone where that was done before, under the same key.
const NEVER: i64 = 0;

/// Where the order goes, as the page shows it to whoever writes it on the parcel.
pub(super) fn goes_to(order: &Order) -> Markup {
    html! { input type="hidden" name=(TO) value=(written_on(order)); }
}
fn written_on(order: &Order) -> String {
    order.shipping_address.as_ref().map_or_else(String::new, format::whole_address)
}

/// The version of the order at which it still goes to what the page showed, and to what is written on the parcel; none where
/// the form does not say what that is. Trouble where somebody has corrected it since.
pub(super) async fn still_there(visit: &Visit, id: &str) -> Result<Result<Option<i64>, Trouble>, Stop> {
    let Some((_, shown)) = visit.form.pairs().find(|(name, _)| *name == TO) else { return Ok(Ok(None)) };
    let order = find(visit, id).await?.1;
    let now = written_on(&order);
    if shown == now {
        return Ok(Ok(Some(order.version)));
    }
    Ok(Err(Trouble::said(StatusCode::CONFLICT, c::READDRESSED.say(), &c::readdressed_to(&now))))
}

/// Whether this key has made a parcel before. A line that no order has makes none, whatever comes of it; and where the key is
/// taken, that is said first. Trouble where nobody knows.
pub(super) async fn is_made(
    visit: &Visit,
    order: OrderId,
    key: &IdempotencyKey,
) -> Result<Result<bool, Trouble>, Stop> {
    let nothing = LineQuantity { line_id: visit.web.needs.env.id(), quantity: 1 };
    let fulfilment = Body(NewFulfilment { lines: Some(vec![nothing]), ..NewFulfilment::default() });
    let request = CreateFulfilment { id: Path(order), key: key.clone(), fulfilment };
    match visit.web.needs.orders.call(&visit.cx, request).await {
        Ok(_) => Ok(Ok(true)),
        Err(CallError::Problem(problem)) if problem.code == "key_reused" => Ok(Ok(true)),
        Err(CallError::Problem(problem)) if problem.status == 422 => Ok(Ok(false)),
        Err(CallError::Refused(_)) => Ok(Ok(false)),
        Err(error) => Trouble::of(error).map(Err),
    }
}

/// One step of a parcel of an order; the name of what was done, for the page that says so.
pub(super) async fn step(
    visit: &Visit,
    (order, id): (&str, FulfilmentId),
    deed: &str,
    key: &str,
    shipment: Shipment,
) -> Result<Result<&'static str, Trouble>, Stop> {
    let (orders, cx, of) = (&visit.web.needs.orders, &visit.cx, Path(id));
    let key = OptionalIdempotencyKey(Some(format!("{key}-{deed}")));
    let (done, moved) = match deed {
        PACK => ("packed", told(orders.call(cx, PackFulfilment { id: of, key }).await)),
        SHIP => ("shipped", ship(visit, (order, id), &key, shipment).await?),
        "deliver" => ("delivered", told(orders.call(cx, DeliverFulfilment { id: of, key }).await)),
        "fail" => ("failed", told(orders.call(cx, FailFulfilment { id: of, key }).await)),
        "return" => ("returned", told(orders.call(cx, ReturnFulfilment { id: of, key }).await)),
        "cancel" => ("unpacked", told(orders.call(cx, CancelFulfilment { id: of, key }).await)),
        _ => return Err(Stop::NotFound),
    };
    match moved {
        Ok(()) => Ok(Ok(done)),
        Err(trouble) => Ok(Err(trouble?)),
    }
}

/// Done; or why not, for this page or for another one.
type Done = Result<(), Result<Trouble, Stop>>;

fn told<X: ApiError>(moved: Result<Json<Fulfilment>, CallError<X>>) -> Done {
    moved.map(drop).map_err(Trouble::of)
}

/// Sends a parcel of the order as it was looked at. Where it has changed before that, it is looked at again: most changes are none
/// of its address.
async fn ship(
    visit: &Visit,
    (order, id): (&str, FulfilmentId),
    key: &OptionalIdempotencyKey,
    shipment: Shipment,
) -> Result<Done, Stop> {
    let mut looks = 1;
    loop {
        // a form that comes once more was sent to where the order went then
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
