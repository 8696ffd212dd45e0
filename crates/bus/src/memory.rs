//! The bus inside one process: a list of inboxes by topic.
//!
//! It keeps nothing. What a crash loses, the consumers fetch from the producers' feeds when they start.

use crate::{Bus, Message, MessageHandler, PublishError, Subscription};
use kernel::BoxFuture;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

#[derive(Default)]
struct Subscribers {
    topics: BTreeMap<&'static str, Vec<(u64, MessageHandler)>>,
    subscribed: u64,
}

/// A bus inside one process; cheap to clone.
#[derive(Clone, Default)]
pub struct InMemoryBus(Arc<Mutex<Subscribers>>);

impl InMemoryBus {
    /// A bus without subscribers.
    pub fn new() -> Self {
        Self::default()
    }
    fn subscribers(&self) -> MutexGuard<'_, Subscribers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bus for InMemoryBus {
    fn publish(&self, message: Message) -> BoxFuture<Result<(), PublishError>> {
        let inboxes = self.subscribers().topics.get(message.topic).cloned().unwrap_or_default();
        for (_, inbox) in inboxes {
            inbox(message.clone().into());
        }
        Box::pin(std::future::ready(Ok(())))
    }

    fn subscribe(&self, topic: &'static str, _group: &'static str, inbox: MessageHandler) -> Subscription {
        let mut subscribers = self.subscribers();
        subscribers.subscribed += 1;
        let number = subscribers.subscribed;
        subscribers.topics.entry(topic).or_default().push((number, inbox));
        drop(subscribers);
        let bus = self.clone();
        Subscription::new(move || {
            if let Some(inboxes) = bus.subscribers().topics.get_mut(topic) {
                inboxes.retain(|(other, _)| *other != number);
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn message() -> Message {
        Message { topic: "orders", position: 1, id: "evt_1".into(), body: "{}".into() }
    }
    fn counting(count: &Arc<AtomicUsize>) -> MessageHandler {
        let count = count.clone();
        Arc::new(move |_| {
            count.fetch_add(1, Ordering::SeqCst);
        })
    }

    #[tokio::test]
    async fn a_message_reaches_every_subscriber_of_its_topic_as_long_as_it_is_one() {
        let bus = InMemoryBus::new();
        let (orders, others) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let first = bus.subscribe("orders", "test", counting(&orders));
        let second = bus.subscribe("orders", "test", counting(&orders));
        let _other = bus.subscribe("payments", "test", counting(&others));
        bus.publish(message()).await.unwrap();
        assert_eq!((orders.load(Ordering::SeqCst), others.load(Ordering::SeqCst)), (2, 0));
        drop(first);
        bus.publish(message()).await.unwrap();
        assert_eq!(orders.load(Ordering::SeqCst), 3);
        drop(second);
        bus.publish(message()).await.unwrap();
        assert_eq!(orders.load(Ordering::SeqCst), 3);
    }
}
