//! Events that a consumer does not act on, among them those of newer versions.

use crate::{consumer, event, noting, publish, service, until};
use bus::{Bus, InMemoryBus};
use contracts::{
    events::{AnyEvent, EventType},
    feed::FeedParams,
};
use db::{Db, params};
use flow::{Cause, Consumer, Handler, Journal, Timers};
use kernel::id::UserId;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::sleep;

on_both_engines!(
    an_event_of_a_newer_version_holds_nothing_up,
    what_a_consumer_does_not_act_on_is_passed_over,
);

/// How far the feed has been consumed, and how many events were dead-lettered.
async fn remembered(db: &Db) -> (i64, i64) {
    let sql = db::Sql::both(
        "select coalesce((select position from heard where producer = 'flow'), 0) as position,
         (select count(*) from dead_letter) as aside",
    );
    let row = db.query_one(&sql, params![]).await.unwrap();
    (row.get("position").unwrap(), row.get("aside").unwrap())
}
async fn until_remembered(db: &Db, position: i64) {
    for _ in 0..4500 {
        if remembered(db).await.0 == position {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("waited in vain: {position} is not remembered, but {:?}", remembered(db).await);
}

async fn an_event_of_a_newer_version_holds_nothing_up(db: Db) {
    let env = testkit::real_env::env();
    let journal = Journal::new("flow", env.clone(), db.clone());
    publish(&journal, &db, env.id(), 1..4).await;
    let rename = db::Sql::both("update event set type = 'user.teleported' where sequence = $1");
    let mut tx = db.begin().await.unwrap();
    tx.run(&rename, params![2]).await.unwrap();
    tx.commit("test.newer").await.unwrap();
    let (heard, hear) = noting();
    let bus: Arc<dyn Bus> = Arc::new(InMemoryBus::new());
    let passing_over = consumer(&journal, &env, hear);
    drop(service(journal.clone(), vec![passing_over], Timers::default(), Vec::new()).start(&bus));
    until("its neighbours on the page of the feed", || heard.lock().unwrap().len() == 2).await;
    // by the bus, too
    let mut tx = db.begin().await.unwrap();
    journal.record(&mut tx, EventType::UserUpdated, "usr_1", 4, &Cause::system(), &event()).await.unwrap();
    tx.run(&rename, params![4]).await.unwrap();
    tx.commit("test.newer").await.unwrap();
    publish(&journal, &db, env.id(), 5..6).await;
    until_remembered(&db, 5).await;
    assert_eq!(*heard.lock().unwrap(), [1, 3, 5]);
    assert_eq!(remembered(&db).await, (5, 0));

    // who keeps what cannot be named gets it as it is
    let kept: Arc<Mutex<Vec<AnyEvent>>> = Arc::default();
    let keeps = kept.clone();
    let keep: Handler<AnyEvent> = flow::handler::handler(move |event: AnyEvent| {
        keeps.lock().unwrap().push(event);
        std::future::ready(Ok(()))
    });
    let keeping = Consumer { on_unknown_event: Some(keep), ..consumer(&journal, &env, noting().1) };
    let feed = flow::feed::read(&journal, &FeedParams::default()).await.unwrap();
    for positioned in &feed.events {
        keeping.handle(positioned.event.clone()).await.unwrap();
    }
    let strange = [&feed.events[1].event, &feed.events[3].event];
    assert!(strange.iter().all(|event| event.kind == "user.teleported"));
    assert_eq!(kept.lock().unwrap().iter().collect::<Vec<_>>(), strange);
}

async fn what_a_consumer_does_not_act_on_is_passed_over(db: Db) {
    let env = testkit::real_env::env();
    let journal = Journal::new("flow", env.clone(), db.clone());
    let (heard, hear) = noting();
    let bus: Arc<dyn Bus> = Arc::new(InMemoryBus::new());
    let consumer = consumer(&journal, &env, hear);
    drop(service(journal.clone(), vec![consumer], Timers::default(), Vec::new()).start(&bus));
    let subject: UserId = env.id();
    let mut tx = db.begin().await.unwrap();
    let cause = Cause::system();
    journal.record(&mut tx, EventType::UserRegistered, subject, 1, &cause, &event()).await.unwrap();
    tx.commit("test.publish").await.unwrap();
    publish(&journal, &db, subject, 2..3).await;
    until_remembered(&db, 2).await;
    assert_eq!(*heard.lock().unwrap(), [2]);
}
