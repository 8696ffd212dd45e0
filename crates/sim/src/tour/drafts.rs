//! Drafts: orders that staff prepare for a customer.

use super::{
    accounts::TourClients,
    goods::{TourProducts, euros},
    orders::{method, order_of, placed},
    tour_client::TourResult,
};
use contracts::{Metadata, orders::*, payments::CaptureMode};
use endpoint::{
    Body, Conditional, Created, IfMatch, IfNoneMatch, OptionalIdempotencyKey, PageParams, Path, Query,
};
use kernel::{
    Language,
    id::{OrderId, ProductId, UserId},
};

fn draft(key: &str, user_id: UserId, product: ProductId, quantity: i64) -> DraftOrder {
    let NewOrder { lines, .. } = order_of(product, quantity, None);
    let new = NewDraft {
        user_id,
        lines,
        adjustments: Vec::new(),
        shipping_address: None,
        note: Some("As discussed on the telephone.".to_owned()),
        metadata: Metadata::new(),
    };
    DraftOrder { key: OptionalIdempotencyKey(Some(key.to_owned())), draft: Body(new) }
}

fn update(id: OrderId, etag: Option<&str>, change: &DraftChange) -> UpdateDraft {
    UpdateDraft { id: Path(id), based_on: IfMatch(etag.map(ToOwned::to_owned)), change: Body(change.clone()) }
}

fn place(id: OrderId, placing: PlaceDraftRequest) -> PlaceDraft {
    PlaceDraft { id: Path(id), based_on: IfMatch(None), placing: Body(placing) }
}

fn delete(id: OrderId, etag: Option<&str>) -> DeleteDraft {
    DeleteDraft { id: Path(id), based_on: IfMatch(etag.map(ToOwned::to_owned)) }
}

pub(super) async fn go(people: &TourClients, goods: &TourProducts) -> TourResult<()> {
    let TourClients { admin, ada, ada_id, .. } = people;
    let new = draft("telephone-1", *ada_id, goods.teapot, 2);
    let Created { body: order, .. } = admin.shows("For a customer on the telephone", new).await?;
    admin.is_refused("not_on_sale", draft("telephone-2", *ada_id, goods.gone, 1)).await?;
    admin.is_refused("key_reused", draft("telephone-1", *ada_id, goods.teapot, 3)).await?;
    ada.is_refused("forbidden", draft("telephone-3", *ada_id, goods.teapot, 1)).await?;

    let list = |q: &str| ListDrafts {
        filter: Query(DraftFilter { q: Some(q.to_owned()), user_id: None }),
        slice: PageParams { limit: Some(1), cursor: None },
    };
    admin.shows("Those with a teapot", list("teapot")).await?;
    ada.is_refused("forbidden", list("teapot")).await?;
    let get = |etag| GetDraft { id: Path(order.id), known: IfNoneMatch(etag) };
    if let Conditional::New { etag, .. } = admin.shows("One draft", get(None)).await? {
        admin.shows("It is known already", get(Some(etag))).await?;
    }
    let gone = order_of(goods.gone, 1, None).lines.into_iter().map(DraftLine::from).collect();
    let gone = DraftChange { lines: Some(gone), ..DraftChange::default() };
    admin.is_refused("not_on_sale", update(order.id, None, &gone)).await?;
    let parcel =
        NewAdjustment { kind: AdjustmentKind::Shipping, title: "Parcel".to_owned(), amount: euros(490) };
    let dearer = DraftChange { adjustments: Some(vec![parcel]), ..DraftChange::default() };
    admin.shows("With what sending it costs", update(order.id, None, &dearer)).await?;
    let noted = DraftChange { note: Some("For a birthday.".to_owned()), ..DraftChange::default() };
    admin.is_refused("precondition_failed", update(order.id, Some("\"0\""), &noted)).await?;
    let stale = DraftChange { version: Some(1), ..noted };
    admin.is_refused("version_conflict", update(order.id, None, &stale)).await?;

    let stale = PlaceDraftRequest { version: Some(1), ..PlaceDraftRequest::default() };
    admin.is_refused("version_conflict", place(order.id, stale)).await?;
    let other = PlaceDraftRequest { expected_total: Some(euros(1)), ..PlaceDraftRequest::default() };
    admin.is_refused("price_changed", place(order.id, other)).await?;
    let in_hand = PlaceDraftRequest {
        payment: Some(method("offline", CaptureMode::Automatic)),
        ..PlaceDraftRequest::default()
    };
    admin.is_refused("unknown_payment_method", place(order.id, in_hand)).await?;
    let paid = PlaceDraftRequest {
        expected_total: Some(euros(2 * 2_650 + 490)),
        payment: Some(method("sim_ok", CaptureMode::Automatic)),
        language: Some(Language::English),
        version: None,
    };
    admin.shows("It is the customer's order now, and paid at once", place(order.id, paid)).await?;
    admin.is_refused("illegal_transition", update(order.id, None, &dearer)).await?;
    admin.is_refused("illegal_transition", delete(order.id, None)).await?;
    admin.is_refused("not_found", get(None)).await?;
    let usual = placed(ada, "basket-55", &order_of(goods.teapot, 1, None)).await?;
    admin.is_refused("illegal_transition", place(usual.id, PlaceDraftRequest::default())).await?;

    let many = draft("telephone-4", *ada_id, goods.cup, 10_000);
    let Created { body: many, .. } = admin.does(many).await?;
    admin.is_refused("insufficient_stock", place(many.id, PlaceDraftRequest::default())).await?;
    admin.is_refused("precondition_failed", delete(many.id, Some("\"0\""))).await?;
    admin.shows("The customer has changed their mind", delete(many.id, None)).await?;
    admin.is_refused("not_found", delete(many.id, None)).await
}
