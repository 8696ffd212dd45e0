//! `GET /internal/orders/lately`: what happened last to orders and their parcels.

use crate::Orders;
use contracts::{
    events::{AnyEvent, EventType, FulfilmentEvent, OrderEvent, OrderSnapshot},
    orders::{ActivityItem, ActivityList, ListActivity},
};
use endpoint::Json;
use kernel::id::OrderId;
use ordo_http::{Call, HandlerResult};
use std::collections::BTreeMap;

/// So many events are read: a parcel's name no number, which stands in those of its order around them.
const READ: i64 = 40;

pub(super) async fn list_activity(s: Orders, _: Call, _: ListActivity) -> HandlerResult<ListActivity> {
    let events = s.journal.newest(READ).await?;
    let told: Vec<(&AnyEvent, Option<OrderSnapshot>)> =
        events.iter().map(|event| (event, figures(event))).collect();
    // the newest first, and of each order the newest stays
    let mut known: BTreeMap<OrderId, &OrderSnapshot> = BTreeMap::new();
    for figures in told.iter().filter_map(|(_, figures)| figures.as_ref()) {
        known.entry(figures.order_id).or_insert(figures);
    }
    let happened = |(event, own): &(&AnyEvent, Option<OrderSnapshot>)| {
        let figures = match own {
            Some(figures) => figures,
            None => known.get(&order_of(event)?)?,
        };
        Some(ActivityItem {
            order_id: figures.order_id,
            number: figures.number,
            kind: event.kind.clone(),
            at: event.time,
            total: figures.total,
        })
    };
    Ok(Json(ActivityList {
        items: told.iter().filter(|(event, _)| is_told(event)).filter_map(happened).collect(),
    }))
}

fn figures(event: &AnyEvent) -> Option<OrderSnapshot> {
    serde_json::from_value::<OrderEvent>(event.data.clone()).ok().map(|data| data.figures)
}

/// Whose parcel it tells of.
fn order_of(event: &AnyEvent) -> Option<OrderId> {
    let parcel = serde_json::from_value::<FulfilmentEvent>(event.data.clone()).ok()?;
    Some(parcel.fulfilment.order_id)
}

/// Totals change with something else, which is told; and with what is still being written or undone.
fn is_told(event: &AnyEvent) -> bool {
    use EventType::*;
    let is_quiet =
        |kind| matches!(kind, OrderUpdated | OrderDraftUpdated | OrderCancelRequested | FulfilmentCreated);
    !event.kind.parse().is_ok_and(is_quiet)
}
