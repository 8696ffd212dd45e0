//! What happened last, for the pages of staff.

use crate::events::EventType;
use endpoint::*;
use kernel::{Money, Timestamp, id::OrderId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Tells what happened last to orders and their parcels, the newest first: some of it, as far as the newest events tell of which
/// order it was. That figures of an order changed with it is not told besides.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/orders/lately", scope = Service(&["gateway"]), reply = Json<ActivityList>)]
pub struct ListActivity {}
/// What happened last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActivityList {
    /// The newest first.
    pub items: Vec<ActivityItem>,
}
/// Something that happened to an order or to one of its parcels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActivityItem {
    /// Which order.
    pub order_id: OrderId,
    /// Its number for people.
    pub number: i64,
    /// The name of what happened, as in the table of events; a newer version may have further ones.
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// What the order came to when it was placed.
    pub total: Money,
}

impl ActivityItem {
    /// What happened, where this version knows it.
    pub fn event(&self) -> Option<EventType> {
        self.kind.parse().ok()
    }
}
