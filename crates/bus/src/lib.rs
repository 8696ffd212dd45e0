//! Topics and messages: the transport of events from one service to the others.
//!
//! A bus is not a store. It can lose, repeat and reorder messages: a consumer that misses a message reads the
//! producer's feed. So the interface promises little, and every bus can keep it: [`InMemoryBus`] inside one
//! process, [`nats::Nats`] between processes.

pub mod delivery;
pub mod memory;
pub mod nats;

pub use delivery::{AckHandle, Delivery, MessageHandler, Subscription};
pub use memory::InMemoryBus;

use kernel::BoxFuture;
use std::{fmt, sync::Arc};

/// What travels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The service that it comes from.
    pub topic: &'static str,
    /// Its place in that service's feed: from 1, rising.
    pub position: i64,
    /// The id of the event: the same one twice is the same message.
    pub id: String,
    /// The event, as JSON; empty where it is too long for the bus, and only the feed has it.
    pub body: Arc<str>,
}

/// A courier.
pub trait Bus: Send + Sync + 'static {
    /// Sends a message to all who have subscribed to its topic. It has taken the message when this says so.
    fn publish(&self, message: Message) -> BoxFuture<Result<(), PublishError>>;
    /// Delivers the messages of a topic to `inbox` until the subscription is dropped. Replicas of one `group` share
    /// them.
    fn subscribe(&self, topic: &'static str, group: &'static str, inbox: MessageHandler) -> Subscription;
    /// Whether it can be reached at this moment. While it cannot, the feeds have everything.
    fn is_connected(&self) -> bool {
        true
    }
    /// How many messages may be on their way at once, of one publisher.
    fn in_flight(&self) -> usize {
        1
    }
}

/// The bus did not take the message, or did not say that it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishError(
    /// What it said.
    pub String,
);
impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the bus did not take the message: {}", self.0)
    }
}
impl std::error::Error for PublishError {}
