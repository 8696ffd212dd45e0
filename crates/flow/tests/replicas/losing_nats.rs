//! NATS away, or without its memory: the feed has everything.

use crate::ReplicaTestBed;
use db::{Sql, params};
use std::time::Duration;
use tokio::time::sleep;

#[tokio::test(flavor = "multi_thread")]
async fn without_nats_events_are_heard_by_the_feed_and_when_it_comes_back_by_nats() {
    let mut world = ReplicaTestBed::new().await;
    let (one, other) = (world.replica("one").await, world.replica("other").await);
    world.ready(&[&one, &other]).await;
    world.write(&one, 1..11).await;
    world.acted_on(Duration::from_secs(10), 1..11).await;
    world.nats.kill(0);
    world.write(&one, 11..21).await;
    world.write(&other, 21..31).await;
    let took = world.acted_on(Duration::from_secs(10), 11..31).await;
    println!("heard by the feed after {took:?}");
    // and the longer it takes, the same
    sleep(Duration::from_secs(2)).await;
    world.write(&other, 31..41).await;
    world.acted_on(Duration::from_secs(10), 31..41).await;
    world.nats.restart(0);
    world.ready(&[&one, &other]).await;
    world.write(&one, 41..51).await;
    world.acted_on(Duration::from_secs(10), 41..51).await;
    sleep(Duration::from_secs(1)).await;
    assert!((1..51).all(|version| world.who(version).len() == 1), "each has been acted on once");
    assert_eq!(world.heard().await.1, 1, "nobody lost a turn");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nats_that_has_lost_everything_loses_no_event_and_what_is_sent_again_has_no_second_effect() {
    const UNSEND: Sql = Sql::both("update event set sent = false");
    const UNSENT: Sql = Sql::both("select count(*) as n from event where not sent");
    let mut world = ReplicaTestBed::new().await;
    let one = world.replica("one").await;
    world.ready(&[&one]).await;
    world.write(&one, 1..51).await;
    world.acted_on(Duration::from_secs(10), 1..51).await;
    for round in 0..3 {
        let first = 51 + round * 50;
        // some are acknowledged by NATS, and gone before anybody has heard them
        world.write(&one, first..first + 25).await;
        world.nats.wipe(0);
        world.write(&one, first + 25..first + 50).await;
        world.nats.restart(0);
        let took = world.acted_on(Duration::from_secs(15), first..first + 50).await;
        println!("all heard {took:?} after NATS came back without anything");
    }
    // everything is sent again, which NATS does not know any more
    world.within(10, "connection", async || one.bus.is_connected()).await;
    world.nats.wipe(0);
    world.nats.restart(0);
    let mut tx = world.db.begin().await.unwrap();
    tx.run(&UNSEND, params![]).await.unwrap();
    tx.commit("test.unsend").await.unwrap();
    one.journal.wake();
    let unsent = async || world.db.query_one(&UNSENT, &[]).await.unwrap().get::<i64>("n").unwrap();
    world.within(15, "mark", async || unsent().await == 0).await;
    world.write(&one, 201..211).await;
    world.acted_on(Duration::from_secs(10), 201..211).await;
    assert!((1..211).all(|version| world.who(version).len() == 1), "each has been acted on once");
}
