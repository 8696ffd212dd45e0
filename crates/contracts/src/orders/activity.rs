//! Recent activity, for the staff pages.

use crate::events::EventType;
use endpoint::*;
use kernel::{Money, Timestamp, id::OrderId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Returns the latest events of orders and their fulfilments, newest first.
///
/// Covers the newest events, except those whose order cannot be determined from them. Changes of order totals that accompany
/// another event are not listed separately.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/orders/lately", scope = Service(&["gateway"]), reply = Json<ActivityList>)]
pub struct ListActivity {}
/// Recent activity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActivityList {
    /// Activity items, newest first.
    pub items: Vec<ActivityItem>,
}
/// An event of an order or of one of its fulfilments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActivityItem {
    /// ID of the order.
    pub order_id: OrderId,
    /// Order number.
    pub number: i64,
    /// Event type, as in the table of events. A newer version can return further types.
    pub kind: String,
    /// Time of the event.
    pub at: Timestamp,
    /// Total of the order when it was placed.
    pub total: Money,
}

impl ActivityItem {
    /// The event type, if this version knows it.
    pub fn event(&self) -> Option<EventType> {
        self.kind.parse().ok()
    }
}
