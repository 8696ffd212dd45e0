//! The event feed of a service: consumers read from it the events that the bus did not deliver.

use crate::{events::AnyEvent, unchecked};
use endpoint::*;
use kernel::id::EventId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Returns the events of a service in the order of their positions.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/events", scope = Service(&["notifications", "orders", "products"]), reply = Json<FeedPage>)]
pub struct ReadFeed {
    /// The range to read.
    pub query: Query<FeedParams>,
}
/// The start and the size of a page of the feed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct FeedParams {
    /// The position of the last event that the consumer knows; 0 to start at the beginning.
    pub after: i64,
    /// The maximum number of events to return, up to 500.
    pub limit: u16,
}
impl Default for FeedParams {
    fn default() -> Self {
        FeedParams { after: 0, limit: 200 }
    }
}
/// A page of the event feed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FeedPage {
    /// The events after the given position, oldest first.
    pub events: Vec<FeedEntry>,
    /// The newest position that has been assigned.
    pub head: i64,
    /// The ID of the event at the given position. A consumer that has processed a different event at this position has
    /// processed a different history. Absent if there is no such event, or if the producer runs version 0.1.0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<EventId>,
}
/// An event and its position in the feed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FeedEntry {
    /// The position, starting at 1 and increasing; gaps are possible.
    pub position: i64,
    /// The event. An event of a type that the consumer does not know must not prevent it from reading the others.
    pub event: AnyEvent,
}

unchecked!(FeedParams);
