//! The feed of a service's journal: how a consumer catches up on events that no bus has brought.

use crate::{events::AnyEvent, unchecked};
use endpoint::*;
use kernel::id::EventId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Reads a service's events in the order of their positions.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/events", scope = Service(&["notifications", "orders", "products"]), reply = Json<FeedPage>)]
pub struct ReadFeed {
    /// From where on.
    pub query: Query<FeedParams>,
}
/// From where on, and how many.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct FeedParams {
    /// The position of the last event that is known; 0 for the beginning.
    pub after: i64,
    /// At most so many, up to 500.
    pub limit: u16,
}
impl Default for FeedParams {
    fn default() -> Self {
        FeedParams { after: 0, limit: 200 }
    }
}
/// A part of the feed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FeedPage {
    /// Events after the given position, oldest first.
    pub events: Vec<FeedEntry>,
    /// The newest position that has been given out.
    pub head: i64,
    /// The event at the given position: a reader that has consumed another one there has consumed another history. None where
    /// there is none, and from a producer of version 0.1.0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<EventId>,
}
/// An event and its place in the feed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FeedEntry {
    /// From 1, rising; gaps are allowed.
    pub position: i64,
    /// The event. One that the reader cannot name must not keep it from the others.
    pub event: AnyEvent,
}

unchecked!(FeedParams);
