//! What a payment provider tells by itself.

use crate::unchecked;
use endpoint::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Takes in what a provider tells by itself; answered once it is written down.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/providers/simulator/events", scope = Service(&["simulator"]), repeatable, reply = Done)]
pub struct ReceiveProviderEvent {
    /// What it tells.
    pub event: Body<ProviderEvent>,
}
/// What a provider tells by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProviderEvent {
    /// The provider's id for it: the same one twice is the same event.
    pub id: String,
    /// The key of the operation that it is about.
    pub key: String,
    /// What became of it: `authorized`, `captured`, `failed`, `refunded`, …
    pub outcome: String,
}
unchecked!(ProviderEvent);
