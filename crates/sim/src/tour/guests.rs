//! Guests: an order with an address alone, and what its key opens.

use super::{
    accounts::TourClients,
    baskets::{add, place},
    goods::TourProducts,
    orders::method,
    tour_client::{TourResult, UnexpectedResponse},
};
use contracts::{orders::*, payments::CaptureMode};
use endpoint::{Body, IdempotencyKey, IfMatch, IfNoneMatch, PageParams, Path, Query};
use kernel::Language;

pub(super) async fn go(people: &TourClients, goods: &TourProducts) -> TourResult<()> {
    let nobody = &people.nobody;
    let basket = nobody.does(CreateBasket { basket: Body(NewBasket::default()) }).await?.body.id;
    nobody.does(add(basket, "guest-1", goods.teapot, 1)).await?;
    nobody.is_refused("unprocessable", place(basket, None, PlaceBasketRequest::default())).await?;
    let placing = PlaceBasketRequest {
        email: Some("bea@example.com".to_owned()),
        payment: Some(method("sim_declined", CaptureMode::Automatic)),
        language: Some(Language::German),
        ..PlaceBasketRequest::default()
    };
    let order =
        nobody.shows("A guest orders, with an address alone", place(basket, None, placing)).await?.body;
    let key = order.order_key.ok_or_else(|| UnexpectedResponse("a guest's order has no key".to_owned()))?;
    let bea = nobody.signed_in(key.expose());
    let get = || GetOrder { id: Path(order.id), known: IfNoneMatch(None) };
    bea.shows("A guest, with the key of the order", get()).await?;
    people.grace.is_refused("not_found", get()).await?;
    let all = ListOrders {
        filter: Query(OrderFilter::default()),
        selection: Query(OrderSelection::default()),
        slice: PageParams::default(),
    };
    bea.is_refused("forbidden", all).await?;
    let method = Body(method("sim_ok", CaptureMode::Automatic));
    let pay = PayOrder { id: Path(order.id), key: IdempotencyKey("guest-2".to_owned()), method };
    bea.shows("A guest pays, after a decline", pay).await?;
    let cancellation = Body(Cancellation::default());
    let cancel = CancelOrder {
        id: Path(order.id),
        key: IdempotencyKey("guest-3".to_owned()),
        based_on: IfMatch(None),
        cancellation,
    };
    bea.shows("A guest cancels", cancel).await.map(drop)
}
