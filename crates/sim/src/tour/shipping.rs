//! Fulfilments: packing, shipping, delivering, coming back; and what the shop told about it.

use super::{
    accounts::TourClients,
    goods::TourProducts,
    orders::{get, method, order_of, placed},
    payments::{payment_of, void},
    tour_client::TourResult,
};
use contracts::{
    events::EventType,
    fulfilments::*,
    notifications::*,
    orders::{HoldOrder, LineQuantity, NewHold, Order, OrderTarget, SetOrderStatus, TargetStatus},
    payments::CaptureMode,
};
use endpoint::{
    Body, CreatedWithoutEtag, IdempotencyKey, IfMatch, LastEventId, OptionalIdempotencyKey, PageParams, Path,
    Query,
};
use kernel::id::{FulfilmentId, OrderId};

fn create(id: OrderId, key: &str, lines: Option<Vec<LineQuantity>>) -> CreateFulfilment {
    let new = NewFulfilment { lines, ..NewFulfilment::default() };
    CreateFulfilment { id: Path(id), key: IdempotencyKey(key.to_owned()), fulfilment: Body(new) }
}
fn key(name: &str) -> OptionalIdempotencyKey {
    OptionalIdempotencyKey(Some(name.to_owned()))
}
fn ship(id: FulfilmentId, name: &str) -> ShipFulfilment {
    let (carrier, number) = ("Royal Mail".to_owned(), "RM-2027-0001".to_owned());
    let shipment = Shipment { carrier: Some(carrier), tracking_number: Some(number), order_version: None };
    ShipFulfilment { id: Path(id), key: key(name), shipment: Body(shipment) }
}
fn deliver(id: FulfilmentId, name: &str) -> DeliverFulfilment {
    DeliverFulfilment { id: Path(id), key: key(name) }
}

pub(super) async fn go(people: &TourClients, goods: &TourProducts) -> TourResult<()> {
    let paid = Some(method("sim_ok", CaptureMode::Automatic));
    let order = placed(&people.ada, "basket-90", &order_of(goods.teapot, 4, paid)).await?;
    parcels(people, &order).await?;
    comes_back(people, &order).await?;
    held_back(people, goods).await?;
    without_money(people, goods).await?;
    what_was_told(people, &order).await
}

async fn parcels(people: &TourClients, order: &Order) -> TourResult<()> {
    let TourClients { admin, ada, grace, .. } = people;
    let pieces = |quantity| Some(vec![LineQuantity { line_id: order.lines[0].id, quantity }]);
    let some = create(order.id, "parcel-90-1", pieces(2));
    let CreatedWithoutEtag { body: first, .. } = admin.shows("Some of the pieces", some).await?;
    admin.is_refused("not_open", create(order.id, "parcel-90-2", pieces(9))).await?;
    ada.is_refused("forbidden", create(order.id, "parcel-90-3", None)).await?;
    admin.shows("It is packed", PackFulfilment { id: Path(first.id), key: key("pack-90-1") }).await?;
    let packed_twice = PackFulfilment { id: Path(first.id), key: key("pack-90-2") };
    admin.is_refused("illegal_fulfilment_transition", packed_twice).await?;
    admin.is_refused("illegal_fulfilment_transition", deliver(first.id, "deliver-90-1")).await?;
    admin.shows("It is on its way", ship(first.id, "ship-90-1")).await?;
    admin.is_refused("illegal_fulfilment_transition", ship(first.id, "ship-90-2")).await?;
    let correct = |id, number: &str| {
        let change =
            FulfilmentChange { tracking_number: Some(number.to_owned()), ..FulfilmentChange::default() };
        UpdateFulfilment { id: Path(id), change: Body(change) }
    };
    admin.shows("Its number was mistyped", correct(first.id, "RM-2027-0010")).await?;
    let mut stale = correct(first.id, "RM-2027-0001");
    stale.change.0.version = Some(first.version);
    admin.is_refused("version_conflict", stale).await?;
    admin.shows("It has arrived", deliver(first.id, "deliver-90-2")).await?;
    let CreatedWithoutEtag { body: second, .. } =
        admin.does(create(order.id, "parcel-90-4", pieces(1))).await?;
    let cancel = |name: &str| CancelFulfilment { id: Path(second.id), key: key(name) };
    admin.is_refused("illegal_fulfilment_transition", correct(second.id, "RM-2027-0011")).await?;
    admin.shows("It will not be sent", cancel("cancel-90-1")).await?;
    admin.is_refused("illegal_fulfilment_transition", cancel("cancel-90-2")).await?;
    ada.shows(
        "The parcels of an order",
        ListFulfilments { id: Path(order.id), slice: PageParams::default() },
    )
    .await?;
    grace
        .is_refused("not_found", ListFulfilments { id: Path(order.id), slice: PageParams::default() })
        .await?;
    ada.shows("A parcel that has arrived", GetFulfilment { id: Path(first.id) }).await?;
    grace.is_refused("not_found", GetFulfilment { id: Path(first.id) }).await?;
    Ok(())
}

async fn comes_back(people: &TourClients, order: &Order) -> TourResult<()> {
    let TourClients { admin, ada, .. } = people;
    let all = create(order.id, "parcel-90-5", None);
    let CreatedWithoutEtag { body: last, .. } = admin.shows("All that is open", all).await?;
    admin.does(ship(last.id, "ship-90-3")).await?;
    let fail = |name: &str| FailFulfilment { id: Path(last.id), key: key(name) };
    admin.shows("Nobody opened the door", fail("fail-90-1")).await?;
    admin.is_refused("illegal_fulfilment_transition", fail("fail-90-2")).await?;
    let comes_back = |name: &str| ReturnFulfilment { id: Path(last.id), key: key(name) };
    admin.shows("It came back", comes_back("return-90-1")).await?;
    admin.is_refused("illegal_fulfilment_transition", comes_back("return-90-2")).await?;
    admin.pauses().await;
    ada.shows("An order that was shipped", get(order.id)).await?;
    Ok(())
}

/// A parcel is packed, and then the order is held.
async fn held_back(people: &TourClients, goods: &TourProducts) -> TourResult<()> {
    let TourClients { admin, ada, .. } = people;
    let paid = Some(method("sim_ok", CaptureMode::Automatic));
    let order = placed(ada, "basket-92", &order_of(goods.teapot, 1, paid)).await?;
    let CreatedWithoutEtag { body: parcel, .. } = admin.does(create(order.id, "parcel-92", None)).await?;
    let hold = NewHold { reason: "The address is doubtful".to_owned() };
    admin.does(HoldOrder { id: Path(order.id), based_on: IfMatch(None), hold: Body(hold) }).await?;
    admin.is_refused("on_hold", PackFulfilment { id: Path(parcel.id), key: key("pack-92") }).await?;
    admin.is_refused("on_hold", ship(parcel.id, "ship-92")).await
}

/// The authorization is voided in the very moment before the parcel leaves.
async fn without_money(people: &TourClients, goods: &TourProducts) -> TourResult<()> {
    let TourClients { admin, ada, .. } = people;
    let authorized = Some(method("sim_ok", CaptureMode::Manual));
    let order = placed(ada, "basket-91", &order_of(goods.teapot, 1, authorized)).await?;
    let CreatedWithoutEtag { body: parcel, .. } = admin.does(create(order.id, "parcel-91", None)).await?;
    let payment = payment_of(ada, &order).await?;
    admin.does(void(payment, "void-91")).await?;
    admin.at_once_is_refused("capture_failed", ship(parcel.id, "ship-91")).await?;
    let authorized = Some(method("sim_ok", CaptureMode::Manual));
    let order = placed(ada, "basket-93", &order_of(goods.teapot, 1, authorized)).await?;
    let payment = payment_of(ada, &order).await?;
    admin.does(void(payment, "void-93")).await?;
    let target = OrderTarget { status: TargetStatus::Shipped, version: None };
    let shipped = SetOrderStatus { id: Path(order.id), based_on: IfMatch(None), target: Body(target) };
    admin.at_once_is_refused("capture_failed", shipped).await
}

async fn what_was_told(people: &TourClients, order: &Order) -> TourResult<()> {
    let TourClients { admin, ada, .. } = people;
    let events = |kind| ListEvents {
        filter: Query(EventFilter { kind, subject: Some(order.id.to_string()) }),
        slice: PageParams { limit: Some(2), cursor: None },
    };
    admin.shows("The first of an order", events(None)).await?;
    admin.shows("Those of one type", events(Some(EventType::OrderConfirmed))).await?;
    ada.is_refused("forbidden", events(None)).await?;
    let listens = |from, last: Option<&str>| StreamEvents {
        filter: Query(StreamFilter { kind: None, subject: Some(order.id.to_string()), from }),
        last: LastEventId(last.map(str::to_owned)),
    };
    ada.shows("All of an order, and what will happen", listens(Some(StreamFrom::Oldest), None)).await?;
    ada.is_refused("invalid_request", listens(None, Some("7"))).await?;
    let mails = ListMails {
        filter: Query(MailFilter { about: Some(order.id.to_string()), ..MailFilter::default() }),
        slice: PageParams { limit: Some(2), cursor: None },
    };
    admin.shows("The newest about an order", mails).await?;
    Ok(())
}
