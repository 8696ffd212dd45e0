//! A message is acknowledged to the bus once its effects are committed, and not before: a message whose handling a crash
//! interrupts is delivered again.

use crate::{consumer, publish, service, until};
use bus::{AckHandle, Bus, Delivery, InMemoryBus, Message, MessageHandler, PublishError, Subscription};
use contracts::events::Event;
use db::Db;
use flow::{ConsumeError, Journal, Timers, handler::handler};
use kernel::BoxFuture;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{sync::Semaphore, time::sleep};

on_both_engines!(a_message_is_acknowledged_once_it_is_acted_on_and_not_before);

/// Notes whose receipts were given.
#[derive(Clone, Default)]
struct RecordingBus {
    inner: InMemoryBus,
    acknowledged: Arc<Mutex<Vec<i64>>>,
}

impl Bus for RecordingBus {
    fn publish(&self, message: Message) -> BoxFuture<Result<(), PublishError>> {
        self.inner.publish(message)
    }
    fn subscribe(&self, topic: &'static str, group: &'static str, inbox: MessageHandler) -> Subscription {
        let acknowledged = self.acknowledged.clone();
        let noted: MessageHandler = Arc::new(move |delivery| {
            let Delivery::Message(message, _) = delivery else { return inbox(delivery) };
            let (acknowledged, position) = (acknowledged.clone(), message.position);
            let receipt = AckHandle::new(move || acknowledged.lock().unwrap().push(position));
            inbox(Delivery::Message(message, receipt));
        });
        self.inner.subscribe(topic, group, noted)
    }
}

async fn a_message_is_acknowledged_once_it_is_acted_on_and_not_before(db: Db) {
    let env = testkit::real_env::env();
    let journal = Journal::new("flow", env.clone(), db.clone());
    let (begun, gate): (Arc<Mutex<Vec<i64>>>, _) = (Arc::default(), Arc::new(Semaphore::new(0)));
    let act = {
        let (begun, gate) = (begun.clone(), gate.clone());
        handler(move |event: Event| {
            let (begun, gate) = (begun.clone(), gate.clone());
            async move {
                begun.lock().unwrap().push(event.version());
                gate.acquire().await.unwrap().forget();
                // what is later has not been done: the feed is asked, and so it is done again
                let is_first =
                    begun.lock().unwrap().iter().filter(|one| **one == event.version()).count() < 2;
                match event.version() {
                    2 if is_first => Err(ConsumeError::Retryable("not now".to_owned())),
                    _ => Ok(()),
                }
            }
        })
    };
    let bus = RecordingBus::default();
    let acknowledged = bus.acknowledged.clone();
    let given = || acknowledged.lock().unwrap().clone();
    let bus: Arc<dyn Bus> = Arc::new(bus);
    let consumer = consumer(&journal, &env, act);
    drop(service(journal.clone(), vec![consumer], Timers::default(), Vec::new()).start(&bus));
    publish(&journal, &db, env.id(), 1..2).await;
    until("the first has begun", || begun.lock().unwrap().contains(&1)).await;
    sleep(Duration::from_millis(300)).await;
    assert_eq!(given(), [0; 0], "nothing came of it yet");
    gate.add_permits(1);
    // it may have come by the feed at first: then the bus brings nothing that waits for a receipt
    publish(&journal, &db, env.id(), 2..3).await;
    until("the second has begun", || begun.lock().unwrap().contains(&2)).await;
    assert!(!given().contains(&2), "nothing came of it yet");
    gate.add_permits(1);
    until("the second is tried again", || begun.lock().unwrap().iter().filter(|one| **one == 2).count() > 1)
        .await;
    assert!(!given().contains(&2), "it failed");
    gate.add_permits(1);
    publish(&journal, &db, env.id(), 3..4).await;
    until("the third has begun", || begun.lock().unwrap().contains(&3)).await;
    sleep(Duration::from_millis(300)).await;
    assert!(!given().contains(&3), "nothing came of it yet");
    gate.add_permits(1);
    until("the third is acknowledged", || given().contains(&3)).await;
}
