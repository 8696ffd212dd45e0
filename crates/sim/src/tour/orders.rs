//! Orders: placing, reading, cancelling, correcting and setting their state.

use super::{
    accounts::TourClients,
    goods::{TourProducts, euros},
    tour_client::{TourClient, TourResult},
};
use contracts::{
    Address, Metadata,
    orders::*,
    payments::CaptureMode,
    stock::{AdjustStock, Adjustment as StockAdjustment, Reason},
};
use endpoint::{
    Body, Conditional, Created, IdempotencyKey, IfMatch, IfNoneMatch, OptionalIdempotencyKey, PageParams,
    Path, Query,
};
use kernel::{
    MoneyInput, Timestamp,
    id::{LineId, OrderId, ProductId},
};

/// What a token of the simulated provider pays with.
pub(super) fn method(token: &str, capture: CaptureMode) -> PaymentMethod {
    PaymentMethod { method: token.to_owned(), capture }
}

/// An order of so many pieces of one product.
pub(super) fn order_of(product: ProductId, quantity: i64, payment: Option<PaymentMethod>) -> NewOrder {
    NewOrder {
        lines: vec![NewLine { product_id: Some(product), title: None, unit_price: None, quantity }],
        expected_total: None,
        adjustments: Vec::new(),
        shipping_address: None,
        note: None,
        metadata: Metadata::new(),
        payment,
        language: None,
    }
}

pub(super) fn place(key: &str, order: &NewOrder) -> PlaceOrder {
    PlaceOrder { key: IdempotencyKey(key.to_owned()), order: Body(order.clone()) }
}

/// An order that needs no example.
pub(super) async fn placed(who: &TourClient, key: &str, order: &NewOrder) -> TourResult<Order> {
    let Created { body, .. } = who.does(place(key, order)).await?;
    who.pauses().await;
    Ok(body)
}

pub(super) fn get(id: OrderId) -> GetOrder {
    GetOrder { id: Path(id), known: IfNoneMatch(None) }
}

fn address() -> Address {
    Address {
        name: "Ada King".to_owned(),
        line1: "12 St James's Square".to_owned(),
        line2: None,
        city: "London".to_owned(),
        postal_code: "SW1Y 4JH".to_owned(),
        region: None,
        country: "GB".to_owned(),
    }
}

pub(super) async fn go(people: &TourClients, goods: &TourProducts) -> TourResult<()> {
    let paid = placing(people, goods).await?;
    refusals_of_placing(people, goods).await?;
    reading(people, paid).await?;
    cancelling(people, goods).await?;
    correcting(people, goods).await?;
    targets(people, goods).await?;
    short(people, goods).await
}

async fn placing(people: &TourClients, goods: &TourProducts) -> TourResult<OrderId> {
    let TourClients { admin, ada, .. } = people;
    let paid = NewOrder {
        expected_total: Some(euros(2 * 2_650 + 750)),
        shipping_address: Some(address()),
        note: Some("Please ring twice.".to_owned()),
        metadata: [("basket".to_owned(), "b-17".to_owned())].into(),
        lines: [(goods.teapot, 2), (goods.cup, 1)]
            .map(|(id, quantity)| NewLine { product_id: Some(id), title: None, unit_price: None, quantity })
            .into(),
        ..order_of(goods.teapot, 2, Some(method("sim_ok", CaptureMode::Automatic)))
    };
    let Created { body: order, .. } = ada.shows("A basket, paid at once", place("basket-17", &paid)).await?;
    ada.shows("A basket, to be paid later", place("basket-18", &order_of(goods.teapot, 1, None))).await?;
    let by_staff = NewOrder {
        lines: vec![NewLine {
            product_id: None,
            title: Some("Engraving".to_owned()),
            unit_price: Some(euros(1_500)),
            quantity: 1,
        }],
        adjustments: vec![
            NewAdjustment { kind: AdjustmentKind::Shipping, title: "Parcel".to_owned(), amount: euros(490) },
            NewAdjustment { kind: AdjustmentKind::Discount, title: "Voucher".to_owned(), amount: euros(200) },
        ],
        ..order_of(goods.teapot, 1, None)
    };
    admin.shows("By staff, with a line of their own", place("counter-1", &by_staff)).await?;
    ada.pauses().await;
    Ok(order.id)
}

async fn refusals_of_placing(people: &TourClients, goods: &TourProducts) -> TourResult<()> {
    let TourClients { nobody, ada, grace, .. } = people;
    ada.is_refused("insufficient_stock", place("basket-20", &order_of(goods.cup, 1_000, None))).await?;
    ada.is_refused("not_on_sale", place("basket-21", &order_of(goods.draft, 1, None))).await?;
    let expected =
        |total: MoneyInput| NewOrder { expected_total: Some(total), ..order_of(goods.cup, 1, None) };
    ada.is_refused("price_changed", place("basket-22", &expected(euros(690)))).await?;
    ada.is_refused("key_reused", place("basket-17", &order_of(goods.cup, 1, None))).await?;
    let in_hand = order_of(goods.cup, 1, Some(method("offline", CaptureMode::Automatic)));
    ada.is_refused("unknown_payment_method", place("basket-25", &in_hand)).await?;
    ada.is_refused("invalid_request", place("basket-23", &order_of(goods.cup, 0, None))).await?;
    nobody.is_refused("unauthenticated", place("basket-24", &order_of(goods.cup, 1, None))).await?;
    let limit = orders::OrdersSettings::default().unpaid_orders_max;
    for n in 0..limit {
        let placed = grace.at_once(place(&format!("many-{n}"), &order_of(goods.teapot, 1, None))).await;
        placed.map_err(|error| super::UnexpectedResponse(error.to_string()))?;
    }
    grace.is_refused("too_many_unpaid_orders", place("many", &order_of(goods.teapot, 1, None))).await
}

/// By all that staff can ask for at once.
async fn searching(people: &TourClients) -> TourResult<()> {
    let year = (Timestamp::from_seconds(1_798_761_600), Timestamp::from_seconds(1_830_297_600));
    let to_send = OrderFilter {
        attention: Some(AttentionKind::ToPack),
        payment_status: Some(PaymentSummary::Paid),
        fulfilment_status: Some(FulfilmentSummary::Unfulfilled),
        created_from: Some(year.0),
        created_before: Some(year.1),
        updated_from: Some(year.0),
        updated_before: Some(year.1),
        total_min: Some("10.00".to_owned()),
        total_max: Some("500.00".to_owned()),
        ..OrderFilter::default()
    };
    let list = ListOrders {
        filter: Query(to_send),
        selection: Query(OrderSelection::default()),
        slice: PageParams { limit: Some(1), cursor: None },
    };
    people.admin.shows("What is paid and to be sent, of one year", list).await.map(drop)
}

async fn reading(people: &TourClients, order: OrderId) -> TourResult<()> {
    let TourClients { admin, ada, ada_id, grace, .. } = people;
    let seen = ada.shows("An order that is paid", get(order)).await?;
    if let Conditional::New { etag, .. } = seen {
        let known = IfNoneMatch(Some(etag));
        ada.shows("It is known already", GetOrder { id: Path(order), known }).await?;
    }
    grace.is_refused("not_found", get(order)).await?;
    let with_number =
        |number| GetOrderByNumber { number: Path(OrderNumber(number)), known: IfNoneMatch(None) };
    if let Conditional::New { body, .. } = ada.does(get(order)).await? {
        ada.shows("An order by its number", with_number(body.number)).await?;
    }
    grace.is_refused("not_found", with_number(1)).await?;
    let list = |filter, user_id, limit| ListOrders {
        filter: Query(filter),
        selection: Query(OrderSelection { user_id, ..OrderSelection::default() }),
        slice: PageParams { limit, cursor: None },
    };
    ada.shows("The newest of one's own", list(OrderFilter::default(), None, Some(1))).await?;
    let confirmed = OrderFilter { status: Some(OrderStatus::Confirmed), ..OrderFilter::default() };
    admin.shows("Those of a customer in a state, for staff", list(confirmed, Some(*ada_id), Some(1))).await?;
    let searched = OrderFilter {
        q: Some("teapot".to_owned()),
        sort: Some(OrderSort::TotalDown),
        ..OrderFilter::default()
    };
    admin.shows("Those with a teapot, the largest first", list(searched, None, Some(1))).await?;
    let of_user = |limit| ListOrdersOfUser {
        user_id: Path(*ada_id),
        filter: Query(OrderFilter::default()),
        slice: PageParams { limit, cursor: None },
    };
    ada.shows("One's own", of_user(Some(1))).await?;
    grace.is_refused("not_found", of_user(None)).await?;
    grace.is_refused("not_found", list(OrderFilter::default(), Some(*ada_id), None)).await?;
    let changed = OrderFilter { sort: Some(OrderSort::UpdatedAtDown), ..OrderFilter::default() };
    admin.shows("What has changed last", list(changed, None, Some(1))).await?;
    searching(people).await?;
    let by_day = OverviewParams { by: Some(SalesInterval::Day), ..OverviewParams::default() };
    admin.shows("By the day, for staff", GetOverview { span: Query(by_day) }).await?;
    ada.is_refused("forbidden", GetOverview { span: Query(OverviewParams::default()) }).await?;
    let payments_of = |id| ListPaymentsOfOrder { id: Path(id), slice: PageParams::default() };
    ada.shows("The payment of an order", payments_of(order)).await?;
    grace.is_refused("not_found", payments_of(order)).await?;
    noting(people, order).await?;
    let history = ListHistory { id: Path(order), slice: PageParams { limit: Some(2), cursor: None } };
    ada.shows("The beginning of its history", history).await?;
    ada.shows(
        "The order with all that belongs to it",
        GetOrderDetails { id: Path(order), further: Query(OrderDetailsParams::default()) },
    )
    .await?;
    grace
        .is_refused(
            "not_found",
            GetOrderDetails { id: Path(order), further: Query(OrderDetailsParams::default()) },
        )
        .await?;
    Ok(())
}

async fn noting(people: &TourClients, order: OrderId) -> TourResult<()> {
    let TourClients { admin, ada, .. } = people;
    let note = |key: &str, text: &str| AddNote {
        id: Path(order),
        key: OptionalIdempotencyKey(Some(key.to_owned())),
        note: Body(NewNote { text: text.to_owned() }),
    };
    admin.shows("What a colleague should know", note("note-17", "Called, and wants it on Friday.")).await?;
    admin.is_refused("key_reused", note("note-17", "Called, and wants it on Monday.")).await?;
    admin.is_refused("invalid_request", note("note-17-b", "")).await?;
    ada.is_refused("forbidden", note("note-17-c", "Mine")).await?;
    admin
        .shows("The notes about an order", ListNotes { id: Path(order), slice: PageParams::default() })
        .await?;
    ada.is_refused("forbidden", ListNotes { id: Path(order), slice: PageParams::default() }).await
}

async fn cancelling(people: &TourClients, goods: &TourProducts) -> TourResult<()> {
    let TourClients { admin, ada, .. } = people;
    let cancel = |id, key: &str, lines| CancelOrder {
        id: Path(id),
        key: IdempotencyKey(key.to_owned()),
        based_on: IfMatch(None),
        cancellation: Body(Cancellation { reason: Some("Ordered twice".to_owned()), lines }),
    };
    let paid = order_of(goods.teapot, 3, Some(method("sim_ok", CaptureMode::Automatic)));
    let order = placed(ada, "basket-30", &paid).await?;
    let some = |quantity| Some(vec![LineQuantity { line_id: order.lines[0].id, quantity }]);
    let stale =
        CancelOrder { based_on: IfMatch(Some("\"0\"".to_owned())), ..cancel(order.id, "cancel-30-0", None) };
    ada.is_refused("precondition_failed", stale).await?;
    admin.shows("One piece, by staff", cancel(order.id, "cancel-30-1", some(1))).await?;
    admin.is_refused("not_open", cancel(order.id, "cancel-30-2", some(9))).await?;
    let unknown = LineQuantity { line_id: LineId::from_uuid(Default::default()), quantity: 1 };
    admin.is_refused("unprocessable", cancel(order.id, "cancel-30-3", Some(vec![unknown]))).await?;
    ada.pauses().await;
    ada.shows("All of it", cancel(order.id, "cancel-30", None)).await?;
    ada.pauses().await;
    admin.is_refused("illegal_transition", cancel(order.id, "cancel-30-again", some(1))).await?;
    ada.is_refused("key_reused", cancel(order.id, "cancel-30", some(1))).await?;
    let pay = PayOrder {
        id: Path(order.id),
        key: IdempotencyKey("pay-30".to_owned()),
        method: Body(method("sim_ok", CaptureMode::Automatic)),
    };
    ada.is_refused("illegal_transition", pay).await?;
    let note = OrderChange { note: Some("Leave it at the gate.".to_owned()), ..OrderChange::default() };
    let update = UpdateOrder { id: Path(order.id), based_on: IfMatch(None), change: Body(note) };
    ada.is_refused("illegal_transition", update).await?;
    let hold = NewHold { reason: "Too late".to_owned() };
    let hold = HoldOrder { id: Path(order.id), based_on: IfMatch(None), hold: Body(hold) };
    admin.is_refused("illegal_transition", hold).await?;
    let fulfil = contracts::fulfilments::CreateFulfilment {
        id: Path(order.id),
        key: IdempotencyKey("parcel-30".to_owned()),
        fulfilment: Body(contracts::fulfilments::NewFulfilment::default()),
    };
    admin.is_refused("illegal_transition", fulfil).await
}

async fn correcting(people: &TourClients, goods: &TourProducts) -> TourResult<()> {
    let TourClients { admin, ada, .. } = people;
    let paid = order_of(goods.teapot, 1, Some(method("sim_ok", CaptureMode::Automatic)));
    let order = placed(ada, "basket-40", &paid).await?;
    let update = |etag: Option<String>, change: &OrderChange| UpdateOrder {
        id: Path(order.id),
        based_on: IfMatch(etag),
        change: Body(change.clone()),
    };
    let moved = OrderChange { shipping_address: Some(Some(address())), ..OrderChange::default() };
    ada.shows("Another address", update(None, &moved)).await?;
    let note = OrderChange { note: Some("Leave it at the gate.".to_owned()), ..OrderChange::default() };
    ada.is_refused("precondition_failed", update(Some("\"0\"".to_owned()), &note)).await?;
    ada.is_refused("version_conflict", update(None, &OrderChange { version: Some(1), ..note })).await?;
    let hold = |reason: &str| HoldOrder {
        id: Path(order.id),
        based_on: IfMatch(None),
        hold: Body(NewHold { reason: reason.to_owned() }),
    };
    admin.shows("The address is doubtful", hold("The address is doubtful")).await?;
    admin.is_refused("invalid_request", hold("")).await?;
    ada.is_refused("forbidden", hold("Mine")).await?;
    let release = || ReleaseOrder { id: Path(order.id), based_on: IfMatch(None) };
    admin.shows("It can be shipped again", release()).await?;
    ada.is_refused("forbidden", release()).await
}

async fn targets(people: &TourClients, goods: &TourProducts) -> TourResult<()> {
    let TourClients { admin, ada, .. } = people;
    let order = placed(ada, "basket-50", &order_of(goods.teapot, 2, None)).await?;
    let one = LineQuantity { line_id: order.lines[0].id, quantity: 1 };
    let in_part = CancelOrder {
        id: Path(order.id),
        key: IdempotencyKey("cancel-50".to_owned()),
        based_on: IfMatch(None),
        cancellation: Body(Cancellation { reason: None, lines: Some(vec![one]) }),
    };
    admin.is_refused("whole_only", in_part).await?;
    let set = |status, etag: Option<&str>, version| SetOrderStatus {
        id: Path(order.id),
        based_on: IfMatch(etag.map(ToOwned::to_owned)),
        target: Body(OrderTarget { status, version }),
    };
    admin.is_refused("illegal_transition", set(TargetStatus::Delivered, None, None)).await?;
    admin.is_refused("precondition_failed", set(TargetStatus::Confirmed, Some("\"0\""), None)).await?;
    admin.is_refused("version_conflict", set(TargetStatus::Confirmed, None, Some(99))).await?;
    ada.is_refused("forbidden", set(TargetStatus::Confirmed, None, None)).await?;
    admin.shows("Paid in the shop", set(TargetStatus::Confirmed, None, None)).await?;
    admin.pauses().await;
    admin.shows("All is shipped", set(TargetStatus::Shipped, None, None)).await?;
    admin.pauses().await;
    admin.does(set(TargetStatus::Delivered, None, None)).await?;
    Ok(())
}

/// Less is on the shelf than orders have reserved.
async fn short(people: &TourClients, goods: &TourProducts) -> TourResult<()> {
    let TourClients { admin, ada, .. } = people;
    let paid = order_of(goods.cup, 5, Some(method("sim_ok", CaptureMode::Automatic)));
    let order = placed(ada, "basket-60", &paid).await?;
    let count = |key: &str, accept_shortfall| AdjustStock {
        id: Path(goods.cup),
        key: OptionalIdempotencyKey(Some(key.to_owned())),
        adjustment: Body(StockAdjustment {
            delta: -16,
            reason: Reason::Count,
            note: None,
            reference: None,
            on_hand: None,
            accept_shortfall,
        }),
    };
    admin.is_refused("stock_reserved", count("count-60", false)).await?;
    admin
        .shows("More broke than was free: the newest orders have to wait", count("count-60-1", true))
        .await?;
    admin.pauses().await;
    ada.shows("An order on hold: its goods are missing", get(order.id)).await?;
    let fulfil = contracts::fulfilments::CreateFulfilment {
        id: Path(order.id),
        key: IdempotencyKey("parcel-60".to_owned()),
        fulfilment: Body(contracts::fulfilments::NewFulfilment::default()),
    };
    admin.is_refused("on_hold", fulfil).await?;
    let target = OrderTarget { status: TargetStatus::Shipped, version: None };
    let ship = SetOrderStatus { id: Path(order.id), based_on: IfMatch(None), target: Body(target) };
    admin.is_refused("on_hold", ship).await?;
    let found = StockAdjustment {
        delta: 40,
        reason: Reason::Receipt,
        note: None,
        reference: None,
        on_hand: None,
        accept_shortfall: false,
    };
    let adjust =
        AdjustStock { id: Path(goods.cup), key: OptionalIdempotencyKey(None), adjustment: Body(found) };
    admin.does(adjust).await?;
    Ok(())
}
