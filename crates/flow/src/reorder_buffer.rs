//! What the bus has brought to a consumer, which takes it in the order of the feed.

use bus::{AckHandle, Delivery, Message};
use contracts::feed::FeedEntry;
use kernel::id::EventId;
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

/// Messages kept while earlier ones are missing, or while handlers are busy; beyond that the feed has them.
const KEPT: usize = 1000;
const KEPT_BYTES: usize = 16 * 1024 * 1024;

/// What the bus has delivered and no handler has handled yet.
#[derive(Default)]
pub(crate) struct ReorderBuffer {
    kept: Mutex<BufferedMessages>,
    pub(crate) woken: Notify,
}

#[derive(Default)]
struct BufferedMessages {
    messages: BTreeMap<i64, (Message, AckHandle)>,
    /// The length of their bodies.
    bytes: usize,
    /// The bus may have lost something.
    doubt: bool,
}

/// What follows on in a feed, and the receipts that the bus waits for.
#[derive(Default)]
pub(crate) struct ReadyBatch {
    pub(crate) events: Vec<FeedEntry>,
    pub(crate) receipts: Vec<AckHandle>,
    /// Something is missing: the feed has it.
    pub(crate) gap: bool,
    /// Something may be missing, or be of another history, which nothing that follows shows: the feed is read first.
    pub(crate) doubt: bool,
}

impl ReorderBuffer {
    fn kept(&self) -> MutexGuard<'_, BufferedMessages> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn push(&self, delivery: Delivery) {
        let mut kept = self.kept();
        match delivery {
            // beyond the bound the bus keeps it, and brings it again, and the feed has it too
            Delivery::Message(message, receipt) => kept.put(message, receipt),
            Delivery::PossibleGap => kept.doubt = true,
        }
        drop(kept);
        self.woken.notify_one();
    }

    /// Drops the buffer: the bus delivers the messages again to the next consumer.
    pub(crate) fn clear(&self) {
        *self.kept() = BufferedMessages::default();
    }

    /// What follows on after the last of these, without a gap. What is known already is acknowledged; what is said to be known,
    /// and is another event than the one there, leaves doubt.
    pub(crate) fn after(&self, consumed: &Recent, at_most: usize) -> ReadyBatch {
        let position = consumed.position;
        let mut kept = self.kept();
        while kept.messages.first_key_value().is_some_and(|(first, _)| *first <= position) {
            if let Some((message, receipt)) = kept.first() {
                kept.doubt |= !consumed.has(&message);
                receipt.acknowledge();
            }
        }
        let mut next = ReadyBatch::default();
        if kept.doubt {
            // nothing is acted on before the feed was read
            kept.doubt = false;
            return ReadyBatch { doubt: true, ..next };
        }
        let mut after = position + 1;
        while next.events.len() < at_most
            && kept.messages.first_key_value().is_some_and(|(first, _)| *first == after)
            && let Some((message, receipt)) = kept.first()
        {
            // one that cannot be read here is fetched from the feed, and put aside if need be
            let Ok(event) = serde_json::from_str(&message.body) else {
                kept.doubt = true;
                break;
            };
            next.events.push(FeedEntry { position: after, event });
            next.receipts.push(receipt);
            after += 1;
        }
        next.gap = !kept.messages.is_empty();
        next.doubt = std::mem::take(&mut kept.doubt);
        next
    }
}

/// The events that were consumed last, by their positions.
#[derive(Default)]
pub(crate) struct Recent {
    /// Everything up to here was consumed.
    pub(crate) position: i64,
    events: BTreeMap<i64, EventId>,
}

impl Recent {
    pub(crate) fn at(position: i64, event: Option<EventId>) -> Recent {
        Recent { position, events: event.map(|event| (position, event)).into_iter().collect() }
    }

    pub(crate) fn add(&mut self, position: i64, event: EventId) {
        self.position = position;
        self.events.insert(position, event);
        if self.events.len() > KEPT {
            self.events.pop_first();
        }
    }

    /// The event there, where it is known.
    pub(crate) fn event(&self, position: i64) -> Option<EventId> {
        self.events.get(&position).copied()
    }

    /// Whether it is known that this message is the event at its position.
    fn has(&self, message: &Message) -> bool {
        self.event(message.position).is_some_and(|event| event.to_string() == message.id)
    }
}

impl BufferedMessages {
    fn put(&mut self, message: Message, receipt: AckHandle) {
        let length = message.body.len();
        if self.messages.len() < KEPT && self.bytes + length <= KEPT_BYTES {
            self.bytes += length;
            if let Some((again, _)) = self.messages.insert(message.position, (message, receipt)) {
                self.bytes -= again.body.len();
            }
        }
    }

    fn first(&mut self) -> Option<(Message, AckHandle)> {
        let (_, first) = self.messages.pop_first()?;
        self.bytes -= first.0.body.len();
        Some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    };

    fn message(position: i64, body: &str) -> Message {
        Message { topic: "orders", position, id: format!("evt_{position}"), body: body.into() }
    }

    #[test]
    fn no_more_is_kept_than_fits_and_what_is_known_is_acknowledged() {
        let (brought, acknowledged) = (ReorderBuffer::default(), Arc::new(AtomicUsize::new(0)));
        let put = |position: i64, body: &str| {
            let acknowledged = acknowledged.clone();
            let receipt = AckHandle::new(move || {
                acknowledged.fetch_add(1, SeqCst);
            });
            brought.push(Delivery::Message(message(position, body), receipt));
        };
        (1..=2000).for_each(|position| put(position, "{}"));
        let kept = || {
            let kept = brought.kept();
            (kept.messages.len(), kept.bytes)
        };
        assert_eq!(kept(), (1000, 2000));
        // the same one again is the same one
        brought.clear();
        let long = "x".repeat(1024 * 1024);
        (0..3).for_each(|_| put(7, &long));
        assert_eq!(kept(), (1, 1024 * 1024));
        (8..40).for_each(|position| put(position, &long));
        assert_eq!(kept(), (16, KEPT_BYTES));
        assert_eq!(acknowledged.load(SeqCst), 0, "nobody has acted on any");
        let consumed = Recent::at(20, None);
        assert!(brought.after(&consumed, 32).doubt, "who knows which events those were");
        let next = brought.after(&consumed, 32);
        assert_eq!((acknowledged.load(SeqCst), next.events.len(), next.doubt), (14, 0, true));
        assert_eq!(kept(), (1, 1024 * 1024), "one that cannot be read is left to the feed");
    }

    #[test]
    fn another_event_at_a_known_position_leaves_doubt_and_the_same_one_does_not() {
        let (brought, env) = (ReorderBuffer::default(), testkit::real_env::env());
        let put = |position: i64, id: String| {
            let message = Message { id, ..message(position, "{}") };
            brought.push(Delivery::Message(message, AckHandle::new(|| {})));
        };
        let (mut consumed, event) = (Recent::default(), env.id());
        let event: EventId = event;
        consumed.add(7, event);
        put(7, event.to_string());
        assert!(!brought.after(&consumed, 32).doubt);
        put(7, "evt_other".to_owned());
        put(8, "evt_8".to_owned());
        let next = brought.after(&consumed, 32);
        assert!(next.doubt && next.events.is_empty() && next.receipts.is_empty());
        assert_eq!(brought.kept().messages.len(), 1, "what follows waits until the feed was read");
    }
}
