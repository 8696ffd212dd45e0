//! What a bus brings, and how it is told that something has been done about it.

use crate::Message;
use std::{fmt, sync::Arc};

/// What a bus brings.
#[derive(Debug)]
pub enum Delivery {
    /// A message, and the receipt that it waits for.
    Message(Message, AckHandle),
    /// Something may have been lost, or nothing can be brought for a while: the feed has it.
    PossibleGap,
}

impl From<Message> for Delivery {
    /// From a bus that waits for no receipt.
    fn from(message: Message) -> Self {
        Delivery::Message(message, AckHandle::default())
    }
}

/// Takes in what is brought. It returns at once: what it costs to act on it is the consumer's own affair.
pub type MessageHandler = Arc<dyn Fn(Delivery) + Send + Sync>;

/// The bus waits for it: without one the message is brought again after a while. Dropped, it says nothing.
#[derive(Default)]
pub struct AckHandle(Option<Box<dyn FnOnce() + Send>>);

impl AckHandle {
    /// One that does this when the message has been acted on.
    pub fn new(acknowledge: impl FnOnce() + Send + 'static) -> Self {
        AckHandle(Some(Box::new(acknowledge)))
    }
    /// The message has been acted on, and what came of it is committed; or it was known already.
    pub fn acknowledge(self) {
        if let Some(acknowledge) = self.0 {
            acknowledge();
        }
    }
}
impl fmt::Debug for AckHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receipt")
    }
}

/// Messages are delivered for as long as it is kept.
#[must_use = "dropped, it ends"]
#[derive(Default)]
pub struct Subscription(Option<Box<dyn FnOnce() + Send + Sync>>);

impl Subscription {
    /// One that ends like this.
    pub fn new(end: impl FnOnce() + Send + Sync + 'static) -> Self {
        Subscription(Some(Box::new(end)))
    }
}
impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(end) = self.0.take() {
            end();
        }
    }
}
impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subscription")
    }
}
