//! I9: every acknowledged order is there, once for its key, as it was sent; and what was told of it is so.

use crate::{
    load::{ClientLedger, client_ledger::AcknowledgedOrder, setup::Start},
    world::Simulation,
};
use contracts::orders::{
    FulfilmentSummary, GetOrder, Line, ListOrders, NewLine, Order, OrderFilter, OrderSelection, OrderStatus,
    PlaceOrder,
};
use endpoint::{Body, Conditional, Created, IdempotencyKey, IfNoneMatch, Json, PageParams, Path, Query};
use std::{collections::BTreeMap, sync::Arc};

/// How many orders came how far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OrderCounts {
    /// Money was taken for them.
    pub paid: usize,
    /// Some of their units were shipped.
    pub shipped: usize,
    /// Money of them went back.
    pub refunded: usize,
    /// They were cancelled, or expired.
    pub ended: usize,
}

impl OrderCounts {
    fn count<'a>(orders: impl Iterator<Item = &'a Order>) -> OrderCounts {
        let mut ends = OrderCounts::default();
        for order in orders {
            let payment = order.payment.as_ref();
            ends.paid += usize::from(payment.is_some_and(|payment| payment.captured.minor > 0));
            ends.refunded += usize::from(payment.is_some_and(|payment| payment.refunded.minor > 0));
            ends.shipped += usize::from(order.lines.iter().any(|line| line.shipped > 0));
            ends.ended += usize::from(matches!(order.status, OrderStatus::Cancelled | OrderStatus::Expired));
        }
        ends
    }
}

/// Compares what the shop says with what clients were told.
pub(crate) async fn compare(world: &Arc<Simulation>, start: &Start, books: &ClientLedger) -> OrderCounts {
    let by_key = all_orders(start).await;
    for (key, orders) in &by_key {
        if orders.len() > 1 {
            let ids: Vec<String> = orders.iter().map(|order| order.id.to_string()).collect();
            world.found(format!("I9 {key}: {} orders: {}", ids.len(), ids.join(", ")));
        }
    }
    for (key, told) in books.all() {
        let known = by_key.get(&key).is_some_and(|orders| orders.iter().any(|order| order.id == told.order));
        if !known {
            world.found(format!("I9 {}: acknowledged for {key}, and not in the list", told.order));
            continue;
        }
        one(start, &key, &told).await.into_iter().for_each(|finding| {
            world.found(format!("I9 {} of {key}: {finding}", told.order));
        });
        repeated(world, start, &key, &told).await;
    }
    OrderCounts::count(by_key.values().flatten())
}

async fn all_orders(start: &Start) -> BTreeMap<String, Vec<Order>> {
    let mut by_key: BTreeMap<String, Vec<Order>> = BTreeMap::new();
    let mut cursor = None;
    loop {
        let list = || ListOrders {
            filter: Query(OrderFilter::default()),
            selection: Query(OrderSelection::default()),
            slice: PageParams { limit: Some(100), cursor: cursor.clone() },
        };
        let Some(Json(page)) = start.admin.get(orders::NAME, list).await else { return by_key };
        for order in page.items {
            by_key.entry(order.metadata.get("key").cloned().unwrap_or_default()).or_default().push(order);
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            return by_key;
        }
    }
}

/// What of one order is not as it was sent or told.
async fn one(start: &Start, key: &str, told: &AcknowledgedOrder) -> Vec<String> {
    let read = || GetOrder { id: Path(told.order), known: IfNoneMatch(None) };
    let Some(Conditional::New { body: order, .. }) = start.admin.get(orders::NAME, read).await else {
        return vec!["it cannot be read".to_owned()];
    };
    let mut broken = Vec::new();
    let sent: Vec<_> = told.sent.lines.iter().map(sent_line).collect();
    let kept: Vec<_> = order.lines.iter().map(kept_line).collect();
    if sent != kept {
        broken.push(format!("its lines are {kept:?}, and {sent:?} were sent"));
    }
    if order.total != told.total || order.metadata.get("key").map(String::as_str) != Some(key) {
        broken.push(format!("its total is {}, and {} was told", order.total, told.total));
    }
    let open: i64 = order.lines.iter().map(|line| line.open).sum();
    if told.cancelled && open > 0 && !matches!(order.status, OrderStatus::Cancelled | OrderStatus::Expired) {
        broken.push(format!(
            "its cancellation was acknowledged, and it is {:?} with {open} open",
            order.status
        ));
    }
    let fulfilment = order.fulfilment_status;
    if told.shipped && matches!(fulfilment, FulfilmentSummary::Unfulfilled | FulfilmentSummary::Cancelled) {
        broken.push(format!("its shipment was acknowledged, and it is {fulfilment:?}"));
    }
    let refunded = order.payment.map_or(0, |payment| payment.refunded.minor);
    if refunded < told.refunded {
        broken.push(format!("{} was refunded, and {refunded} is told", told.refunded));
    }
    broken
}

/// The product or the title, and the quantity.
type OrderedLine = (Option<String>, i64);

fn sent_line(line: &NewLine) -> OrderedLine {
    (line.product_id.map(|id| id.to_string()).or(line.title.clone()), line.quantity)
}
fn kept_line(line: &Line) -> OrderedLine {
    (Some(line.product_id.map_or(line.title.clone(), |id| id.to_string())), line.quantity)
}

/// The same key again gives the same order.
async fn repeated(world: &Simulation, start: &Start, key: &str, told: &AcknowledgedOrder) {
    let place = || PlaceOrder { key: IdempotencyKey(key.to_owned()), order: Body(told.sent.clone()) };
    match start.buyers[told.buyer].ask(orders::NAME, place).await {
        Ok(Created { body, .. }) if body.id == told.order => {}
        Ok(Created { body, .. }) => {
            world.found(format!("I9 {key}: repeated, it is {}, and was {}", body.id, told.order));
        }
        Err(no) => world.found(format!("I9 {key}: repeated, it is refused: {no:?}")),
    }
}
