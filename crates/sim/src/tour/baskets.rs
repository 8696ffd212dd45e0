//! Baskets: a guest's, a user's, and how one becomes an order.

use super::{
    accounts::TourClients,
    goods::{TourProducts, euros},
    orders::method,
    tour_client::TourResult,
};
use contracts::{orders::*, payments::CaptureMode};
use endpoint::{Body, IfMatch, Json, OptionalIdempotencyKey, Path, WithEtag};
use kernel::id::{BasketId, ProductId};

pub(super) fn add(id: BasketId, key: &str, product_id: ProductId, quantity: i64) -> AddToBasket {
    let item = Body(NewBasketItem { product_id, quantity });
    AddToBasket { id: Path(id), key: OptionalIdempotencyKey(Some(key.to_owned())), item }
}

fn update(id: BasketId, etag: Option<&str>, product_id: ProductId, quantity: i64) -> UpdateBasket {
    let change = Body(BasketChange { lines: vec![BasketItem { product_id, quantity }] });
    UpdateBasket { id: Path(id), based_on: IfMatch(etag.map(ToOwned::to_owned)), change }
}

pub(super) fn place(id: BasketId, etag: Option<&str>, placing: PlaceBasketRequest) -> PlaceBasket {
    PlaceBasket { id: Path(id), based_on: IfMatch(etag.map(ToOwned::to_owned)), placing: Body(placing) }
}

fn costs(minor: i64) -> PlaceBasketRequest {
    PlaceBasketRequest { expected_total: Some(euros(minor)), ..PlaceBasketRequest::default() }
}

pub(super) async fn go(people: &TourClients, goods: &TourProducts) -> TourResult<()> {
    let TourClients { nobody: guide, ada, .. } = people;
    let guests =
        guide.shows("A guest begins", CreateBasket { basket: Body(NewBasket::default()) }).await?.body.id;
    guide.shows("Two teapots", add(guests, "form-1", goods.teapot, 2)).await?;
    guide.is_refused("key_reused", add(guests, "form-1", goods.teapot, 3)).await?;
    guide.is_refused("not_on_sale", add(guests, "form-2", goods.gone, 1)).await?;
    guide.is_refused("basket_full", add(guests, "form-3", goods.teapot, 1_000_000)).await?;
    guide.shows("What is in it", GetBasket { id: Path(guests) }).await?;

    ada.is_refused("not_found", GetMyBasket {}).await?;
    let merge = |id| MergeBasket { id: Path(id) };
    let Json(merged) = ada.shows("The guest has signed in", merge(guests)).await?;
    guide.is_refused("basket_closed", add(guests, "form-4", goods.teapot, 1)).await?;
    guide.is_refused("basket_closed", update(guests, None, goods.teapot, 1)).await?;
    ada.is_refused("basket_closed", place(guests, None, PlaceBasketRequest::default())).await?;
    let mine = merged.basket.id;
    guide.is_refused("not_found", GetBasket { id: Path(mine) }).await?;
    ada.shows("Another device of hers", GetMyBasket {}).await?;
    ada.shows("Only one of them", update(mine, None, goods.teapot, 1)).await?;
    ada.is_refused("not_on_sale", update(mine, None, goods.gone, 1)).await?;
    ada.is_refused("precondition_failed", update(mine, Some("\"0\""), goods.teapot, 3)).await?;

    let WithEtag { etag, body } = ada.does(add(mine, "form-5", goods.cup, 1_000)).await?;
    ada.is_refused("insufficient_stock", place(mine, Some(&etag), PlaceBasketRequest::default())).await?;
    ada.does(update(mine, None, goods.cup, 0)).await?;
    ada.is_refused("precondition_failed", place(mine, Some(&etag), PlaceBasketRequest::default())).await?;
    ada.is_refused("price_changed", place(mine, None, costs(1))).await?;
    let in_hand = PlaceBasketRequest {
        payment: Some(method("offline", CaptureMode::Automatic)),
        ..PlaceBasketRequest::default()
    };
    ada.is_refused("unknown_payment_method", place(mine, None, in_hand)).await?;
    let total = body.lines[0].total.map_or(0, |money| money.minor);
    let placing =
        PlaceBasketRequest { payment: Some(method("sim_ok", CaptureMode::Automatic)), ..costs(total) };
    ada.shows("It is an order now, and paid at once", place(mine, None, placing)).await?;

    let empty = ada.does(CreateBasket { basket: Body(NewBasket::default()) }).await?.body.id;
    ada.is_refused("basket_empty", place(empty, None, PlaceBasketRequest::default())).await
}
