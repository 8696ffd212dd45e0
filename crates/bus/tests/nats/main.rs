//! The bus over NATS, against real servers: what it promises, and what becomes of it when they fail.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod access;
mod cluster;
mod narrow;
mod outages;
mod plain;
mod wires;

use bus::{
    AckHandle, Bus, Delivery, Message, MessageHandler, Subscription,
    nats::{Nats, NatsSettings},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::{Instant, sleep, timeout};

const TOPIC: &str = "orders";

fn connect(settings: &NatsSettings) -> Arc<dyn Bus> {
    Nats::connect(settings, &testkit::real_env::env()).unwrap()
}

async fn connected(settings: &NatsSettings) -> Arc<dyn Bus> {
    let bus = connect(settings);
    within(10, "a connection", || bus.is_connected()).await;
    bus
}

fn message(position: i64) -> Message {
    Message {
        topic: TOPIC,
        position,
        id: format!("evt_{position}"),
        body: format!("{{\"n\":{position}}}").into(),
    }
}

/// Sends these, each as often as it takes, as a publisher does.
async fn publish(bus: &Arc<dyn Bus>, positions: std::ops::Range<i64>) {
    for position in positions {
        let sent = async {
            while bus.publish(message(position)).await.is_err() {
                sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(Duration::from_secs(30), sent).await.unwrap_or_else(|_| panic!("{position} cannot be sent"));
    }
}

/// What a service has heard.
#[derive(Clone, Default)]
struct ConsumedNotes(Arc<Mutex<Notes>>);

#[derive(Default)]
struct Notes {
    /// How often each position was brought.
    brought: BTreeMap<i64, u32>,
    bodies: BTreeMap<i64, String>,
    doubts: u32,
    /// The receipts that were not given.
    kept: Vec<AckHandle>,
}

impl ConsumedNotes {
    /// Hears a topic, and acknowledges what it consumes, or not.
    fn listen(bus: &Arc<dyn Bus>, group: &'static str, acknowledges: bool) -> (ConsumedNotes, Subscription) {
        let heard = ConsumedNotes::default();
        let subscription = bus.subscribe(TOPIC, group, heard.inbox(acknowledges));
        (heard, subscription)
    }

    fn inbox(&self, acknowledges: bool) -> MessageHandler {
        let notes = self.0.clone();
        Arc::new(move |delivery| {
            let mut notes = notes.lock().unwrap();
            match delivery {
                Delivery::PossibleGap => notes.doubts += 1,
                Delivery::Message(message, receipt) => {
                    *notes.brought.entry(message.position).or_default() += 1;
                    notes.bodies.insert(message.position, message.body.to_string());
                    if acknowledges {
                        receipt.acknowledge();
                    } else {
                        notes.kept.push(receipt);
                    }
                }
            }
        })
    }

    /// Waits until the subscription stands: what is sent before that only the feed has.
    async fn ready(&self) {
        within(10, "a subscription", || self.doubts() > 0).await;
    }
    fn doubts(&self) -> u32 {
        self.0.lock().unwrap().doubts
    }
    fn positions(&self) -> Vec<i64> {
        self.0.lock().unwrap().brought.keys().copied().collect()
    }
    fn times(&self, position: i64) -> u32 {
        self.0.lock().unwrap().brought.get(&position).copied().unwrap_or_default()
    }
    async fn hears(&self, positions: std::ops::Range<i64>) {
        within(30, &format!("{positions:?}"), || positions.clone().all(|n| self.times(n) > 0)).await;
    }
}

/// Waits for something that must come within so many seconds; how long it took.
async fn within(seconds: u64, what: &str, mut done: impl FnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < Duration::from_secs(seconds), "in {seconds} s there was no {what}");
        sleep(Duration::from_millis(10)).await;
    }
    began.elapsed()
}
