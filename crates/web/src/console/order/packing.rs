//! An order is packed from its list: what is left of it goes into one parcel.

use super::ship::{PACK, step};
use crate::{
    console::parts::Trouble,
    session::{order_details, page_error::Stop, request::Visit},
    texts::console as c,
};
use contracts::{
    fulfilments::{CreateFulfilment, FulfilmentStatus, NewFulfilment, Shipment},
    orders::CreateFulfilmentError,
};
use endpoint::{Body, IdempotencyKey, Path, client::CallError, http::StatusCode};
use kernel::id::{FulfilmentId, OrderId};

/// All that is left to pack of an order, in one parcel: made and packed under keys of this one, as its page does it. What was made and
/// not packed, by a program or by whom a failure came between, is packed, too.
pub(in crate::console) async fn pack_all(
    visit: &Visit,
    order: OrderId,
    key: &str,
) -> Result<Result<(), Trouble>, Stop> {
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
        // by the same key as above: the same form, sent at the same moment, may have found it already
        Ok(made) => pack(visit, order, made.body.id, key).await,
        Err(CallError::Refused(CreateFulfilmentError::NotOpen { .. })) if is_packed => Ok(Ok(())),
        Err(CallError::Refused(CreateFulfilmentError::NotOpen { .. })) => {
            let said = c::NOTHING_LEFT_TO_PACK.say();
            Ok(Err(Trouble::said(StatusCode::CONFLICT, said, c::NOT_DONE.say())))
        }
        Err(error) => Trouble::of(error).map(Err),
    }
}

async fn pack(
    visit: &Visit,
    order: OrderId,
    parcel: FulfilmentId,
    key: &str,
) -> Result<Result<(), Trouble>, Stop> {
    let key = format!("{key}-{parcel}");
    Ok(step(visit, (&order.to_string(), parcel), PACK, &key, Shipment::default()).await?.map(drop))
}
