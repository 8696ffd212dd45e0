//! The bus inside one process: a list of inboxes by topic.
//!
//! It keeps nothing. What a crash loses, the consumers fetch from the producers' feeds when they start.

use crate::{Bus, Inbox, Message, NotSent};
use kernel::BoxFuture;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

type Subscribers = BTreeMap<&'static str, Vec<Inbox>>;

/// A bus inside one process; cheap to clone.
#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<Subscribers>>);

impl Memory {
    /// A bus without subscribers.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Bus for Memory {
    fn publish(&self, message: Message) -> BoxFuture<Result<(), NotSent>> {
        let subscribers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let inboxes = subscribers.get(message.topic).cloned().unwrap_or_default();
        drop(subscribers);
        for inbox in inboxes {
            inbox(message.clone());
        }
        Box::pin(std::future::ready(Ok(())))
    }

    fn subscribe(&self, topic: &'static str, _group: &'static str, inbox: Inbox) {
        let mut subscribers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        subscribers.entry(topic).or_default().push(inbox);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn a_message_reaches_every_subscriber_of_its_topic() {
        let bus = Memory::new();
        let (orders, others) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        for (topic, count) in [("orders", &orders), ("orders", &orders), ("payments", &others)] {
            let count = count.clone();
            let inbox: Inbox = Arc::new(move |_| {
                count.fetch_add(1, Ordering::SeqCst);
            });
            bus.subscribe(topic, "test", inbox);
        }
        let message = Message { topic: "orders", position: 1, id: "evt_1".into(), body: "{}".into() };
        bus.publish(message).await.unwrap();
        assert_eq!((orders.load(Ordering::SeqCst), others.load(Ordering::SeqCst)), (2, 0));
    }
}
