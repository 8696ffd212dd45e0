//! Packing an order from the list: what is left of it goes into one parcel.

use super::ship::{PACK, step};
use crate::{
    console::components::ActionError,
    session::{order_details, page_error::PageError, request::RequestContext},
    texts::console as c,
};
use contracts::{
    fulfilments::{CreateFulfilment, FulfilmentStatus, NewFulfilment, Shipment},
    orders::CreateFulfilmentError,
};
use endpoint::{Body, IdempotencyKey, Path, client::CallError, http::StatusCode};
use kernel::id::{FulfilmentId, OrderId};

/// Packs all that is left of an order into one parcel, with keys made of this one, as the order's page does. A parcel that was created
/// and not packed, because of a failure or by an API client, is packed, too.
pub(in crate::console) async fn pack_all(
    visit: &RequestContext,
    order: OrderId,
    key: &str,
) -> Result<Result<(), ActionError>, PageError> {
    let orders = &visit.web.needs.orders;
    let mut is_packed = false;
    for one in order_details::parcels(orders, &visit.cx, order).await? {
        if one.status == FulfilmentStatus::Pending {
            match pack(visit, order, one.id, key).await? {
                Ok(()) => is_packed = true,
                Err(trouble) => return Ok(Err(trouble)),
            }
        }
    }
    let (making, fulfilment) = (IdempotencyKey(format!("{key}-make")), Body(NewFulfilment::default()));
    let request = CreateFulfilment { id: Path(order), key: making, fulfilment };
    match orders.call(&visit.cx, request).await {
        // with the same key as above: the same form, sent at the same moment, may have created it already
        Ok(made) => pack(visit, order, made.body.id, key).await,
        Err(CallError::Refused(CreateFulfilmentError::NotOpen { .. })) if is_packed => Ok(Ok(())),
        Err(CallError::Refused(CreateFulfilmentError::NotOpen { .. })) => {
            let said = c::NOTHING_LEFT_TO_PACK.text();
            Ok(Err(ActionError::said(StatusCode::CONFLICT, said, c::NOT_DONE.text())))
        }
        Err(error) => ActionError::of(error).map(Err),
    }
}

async fn pack(
    visit: &RequestContext,
    order: OrderId,
    parcel: FulfilmentId,
    key: &str,
) -> Result<Result<(), ActionError>, PageError> {
    let key = format!("{key}-{parcel}");
    Ok(step(visit, (&order.to_string(), parcel), PACK, &key, Shipment::default()).await?.map(drop))
}
