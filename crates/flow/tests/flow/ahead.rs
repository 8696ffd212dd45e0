//! A producer whose database was put back to an older state gives its next events positions that its consumers know. Those stop, and
//! say so.

use crate::{consumer, noting, publish, service, until};
use bus::{Bus, InMemoryBus};
use db::{Db, Sql};
use flow::{
    Journal, Timers,
    position::{self, Ahead, FeedProgressOf},
};
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

on_both_engines!(
    who_has_consumed_events_that_are_lost_stops_at_the_next_event,
    who_has_consumed_events_that_are_lost_stops_at_the_next_look_at_the_feed,
    events_that_took_the_places_of_lost_ones_are_noticed_after_a_restart,
);

/// The database is as it was before its fourth event.
const LOST: [Sql; 2] = [
    Sql::both("delete from event where position > 3"),
    Sql::both("update feed set head = 3 where single = 1"),
];

async fn put_back(db: &Db) {
    let mut tx = db.begin().await.unwrap();
    for statement in &LOST {
        tx.run(statement, &[]).await.unwrap();
    }
    tx.commit("test.put_back").await.unwrap();
}

async fn consumed(db: &Db) -> Option<FeedProgressOf> {
    position::all(db).await.unwrap().pop()
}

/// Waits until the position is there; what is known of it.
async fn comes_to(db: &Db, wanted: i64) {
    for _ in 0..500 {
        if consumed(db).await.is_some_and(|one| one.position == wanted) {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("{:?} is not at {wanted}", consumed(db).await);
}

async fn is_noticed(db: &Db, head: i64) {
    for _ in 0..500 {
        if let Some(one) = consumed(db).await
            && one.producer_head.is_some_and(|noticed| noticed <= head)
        {
            assert_eq!(one.position, 5);
            let ahead = Ahead::found("flow", &one, db).await.unwrap();
            assert!(ahead.is_some_and(|ahead| ahead.to_string().starts_with("flow has consumed ")));
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("it is not noticed: {:?}", consumed(db).await);
}

/// Consumes five events, of which two are lost then; what it consumes.
async fn begun(db: &Db, look_every: Duration) -> (Journal, Arc<std::sync::Mutex<Vec<i64>>>) {
    let env = testkit::real_env::env();
    let journal = Journal::new("flow", env.clone(), db.clone());
    let (heard, hear) = noting();
    let bus: Arc<dyn Bus> = Arc::new(InMemoryBus::new());
    let one = consumer(&journal, &env, hear);
    drop(
        service(journal.clone(), vec![one], Timers::default(), Vec::new())
            .start_catching_up_every(look_every, &bus),
    );
    publish(&journal, db, env.id(), 1..6).await;
    let all = heard.clone();
    until("five events", || all.lock().unwrap().len() == 5).await;
    comes_to(db, 5).await;
    let event = consumed(db).await.unwrap().event;
    assert!(event.is_some(), "it is not known which event that was");
    put_back(db).await;
    (journal, heard)
}

async fn who_has_consumed_events_that_are_lost_stops_at_the_next_event(db: Db) {
    // it does not check the feed by itself
    let (journal, heard) = begun(&db, Duration::from_secs(3600)).await;
    let env = testkit::real_env::env();
    publish(&journal, &db, env.id(), 11..12).await;
    is_noticed(&db, 4).await;
    // as many as are lost, and more: they are not consumed after a gap
    publish(&journal, &db, env.id(), 12..15).await;
    sleep(Duration::from_secs(3)).await;
    assert_eq!(heard.lock().unwrap().len(), 5);
    position::rewind("flow", &db, "flow").await.unwrap();
    until("what was lost is made up for", || (11..15).all(|n| heard.lock().unwrap().contains(&n))).await;
    comes_to(&db, 7).await;
    for _ in 0..500 {
        if consumed(&db).await.unwrap().producer_head.is_none() {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("it is still said to be ahead");
}

async fn who_has_consumed_events_that_are_lost_stops_at_the_next_look_at_the_feed(db: Db) {
    let (_, heard) = begun(&db, Duration::from_millis(500)).await;
    is_noticed(&db, 3).await;
    assert_eq!(heard.lock().unwrap().len(), 5);
}

async fn events_that_took_the_places_of_lost_ones_are_noticed_after_a_restart(db: Db) {
    let env = testkit::real_env::env();
    let journal = Journal::new("flow", env.clone(), db.clone());
    publish(&journal, &db, env.id(), 1..6).await;
    let bus: Arc<dyn Bus> = Arc::new(InMemoryBus::new());
    // positions are assigned, and no consumer runs
    drop(service(journal.clone(), Vec::new(), Timers::default(), Vec::new()).start(&bus));
    let head = async |wanted: i64| {
        for _ in 0..500 {
            if flow::feed::head(&db).await.unwrap() == wanted {
                return;
            }
            sleep(Duration::from_millis(20)).await;
        }
        panic!("not all events have a position");
    };
    head(5).await;
    // what a consumer has noted before it ended
    let note = Sql::both(
        "insert into heard (producer, position, event, event_position) select 'flow', 5, id, 5 from event where position = 5",
    );
    let mut tx = db.begin().await.unwrap();
    tx.run(&note, &[]).await.unwrap();
    tx.commit("test.note").await.unwrap();
    put_back(&db).await;
    publish(&journal, &db, env.id(), 11..17).await;
    head(9).await;
    let (heard, hear) = noting();
    let one = consumer(&journal, &env, hear);
    drop(service(journal.clone(), vec![one], Timers::default(), Vec::new()).start(&bus));
    publish(&journal, &db, env.id(), 17..18).await;
    is_noticed(&db, 10).await;
    assert_eq!(*heard.lock().unwrap(), [0; 0], "events after a gap are consumed");
}
