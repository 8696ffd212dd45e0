//! `GET /internal/orders/lately`: what happened last to orders and their parcels.

use crate::Orders;
use contracts::{
    events::{AnyEvent, EventType, FulfilmentEvent, OrderEvent, OrderFigures},
    orders::{Happened, Lately, ReadLately},
};
use endpoint::Json;
use kernel::id::OrderId;
use ordo_http::{Answered, Call};
use std::collections::BTreeMap;

/// So many events are read: a parcel's name no number, which stands in those of its order around them.
const READ: i64 = 40;

pub(super) async fn read_lately(s: Orders, _: Call, _: ReadLately) -> Answered<ReadLately> {
    let events = s.journal.newest(READ).await?;
    let told: Vec<(&AnyEvent, Option<OrderFigures>)> =
        events.iter().map(|event| (event, figures(event))).collect();
    // the newest first, and of each order the newest stays
    let mut known: BTreeMap<OrderId, &OrderFigures> = BTreeMap::new();
    for figures in told.iter().filter_map(|(_, figures)| figures.as_ref()) {
        known.entry(figures.order_id).or_insert(figures);
    }
    let happened = |(event, own): &(&AnyEvent, Option<OrderFigures>)| {
        let figures = match own {
            Some(figures) => figures,
            None => known.get(&order_of(event)?)?,
        };
        Some(Happened {
            order_id: figures.order_id,
            number: figures.number,
            kind: event.kind.clone(),
            at: event.time,
            total: figures.total,
        })
    };
    Ok(Json(Lately { items: told.iter().filter(|(event, _)| is_told(event)).filter_map(happened).collect() }))
}

fn figures(event: &AnyEvent) -> Option<OrderFigures> {
    serde_json::from_value::<OrderEvent>(event.data.clone()).ok().map(|data| data.figures)
}

/// Whose parcel it tells of.
fn order_of(event: &AnyEvent) -> Option<OrderId> {
    let parcel = serde_json::from_value::<FulfilmentEvent>(event.data.clone()).ok()?;
    Some(parcel.fulfilment.order_id)
}

/// Figures change with something else, which is told; and with what is still being written or undone.
fn is_told(event: &AnyEvent) -> bool {
    use EventType::*;
    let is_quiet =
        |kind| matches!(kind, OrderUpdated | OrderDraftUpdated | OrderCancelRequested | FulfilmentCreated);
    !event.kind.parse().is_ok_and(is_quiet)
}
