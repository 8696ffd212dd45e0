//! One replica at a time consumes and sends; another one takes over.

use crate::{ReplicaTestBed, service};
use bus::{Bus, InMemoryBus};
use contracts::feed::FeedParams;
use db::{Sql, params};
use flow::Journal;
use std::{sync::Arc, time::Duration};
use testkit::proxy::{LinkBehaviour, Proxy};
use tokio::time::{Instant, sleep};

/// A lease, the look of who stands by, and time to spare.
const SECONDS: u64 = 12;

#[tokio::test(flavor = "multi_thread")]
async fn what_two_replicas_write_is_acted_on_once_by_one_of_them_and_soon() {
    let world = ReplicaTestBed::new().await;
    let (one, other) = (world.replica("one").await, world.replica("other").await);
    world.ready(&[&one, &other]).await;
    world.write(&one, 1..2).await;
    world.acted_on(Duration::from_secs(10), 1..2).await;
    let mut took = Vec::new();
    for version in 2..60 {
        let replica = if version % 2 == 0 { &one } else { &other };
        world.write(replica, version..version + 1).await;
        let committed = Instant::now();
        world.acted_on(Duration::from_secs(10), version..version + 1).await;
        let acted = world.acts.lock().unwrap()[&version][0].1;
        took.push(acted.saturating_duration_since(committed));
    }
    took.sort();
    let (median, longest) = (took[took.len() / 2], took[took.len() - 1]);
    println!("from the commit to the act: median {median:?}, longest {longest:?}");
    // a write wakes the publisher of its own process, which does not wait for the next poll
    assert!(median < Duration::from_millis(500), "{median:?}");
    // both at once
    tokio::join!(world.write(&one, 60..160), world.write(&other, 160..260));
    world.acted_on(Duration::from_secs(20), 60..260).await;
    sleep(Duration::from_millis(500)).await;
    let hears = world.who(1);
    assert!((1..260).all(|version| world.who(version) == hears), "each once, by the same one");
    assert_eq!(world.heard().await, (259, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_that_was_given_by_a_clock_that_was_ahead_is_over() {
    const DAYS: Duration = Duration::from_secs(2 * 24 * 3600);
    let world = ReplicaTestBed::new().await;
    let mut one = world.replica("one").await;
    world.ready(&[&one]).await;
    let other = world.replica("other").await;
    world.ready(&[&one, &other]).await;
    world.write(&one, 1..6).await;
    world.acted_on(Duration::from_secs(10), 1..6).await;
    one.kill();
    let mut tx = world.db.begin().await.unwrap();
    let to_come = tx.now().await.unwrap().plus(DAYS);
    let stranger = testkit::real_env::env().uuid();
    for sql in
        ["update heard set holder = $2, held_until = $1", "update feed set holder = $2, held_until = $1"]
    {
        assert_eq!(tx.run(&Sql::both(sql), params![to_come, stranger]).await.unwrap(), 1);
    }
    tx.commit("test.ahead").await.unwrap();
    world.write(&other, 6..11).await;
    world.acted_on(Duration::from_secs(SECONDS), 6..11).await;
    assert!((6..11).all(|version| world.who(version) == ["other"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_replica_that_hears_is_killed_the_other_one_takes_over() {
    let world = ReplicaTestBed::new().await;
    let mut one = world.replica("one").await;
    world.ready(&[&one]).await;
    let other = world.replica("other").await;
    world.ready(&[&one, &other]).await;
    world.write(&one, 1..21).await;
    world.acted_on(Duration::from_secs(10), 1..21).await;
    world.within(5, "memory", async || world.heard().await == (20, 1)).await;
    one.kill();
    world.write(&other, 21..41).await;
    let took = world.acted_on(Duration::from_secs(SECONDS), 21..41).await;
    println!("taken over {took:?} after the kill");
    world.within(5, "memory", async || world.heard().await == (40, 2)).await;
    assert!((1..21).all(|version| world.who(version) == ["one"]), "what was remembered is not heard again");
    assert!((21..41).all(|version| world.who(version) == ["other"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_stood_still_for_longer_than_its_lease_does_not_move_the_position_back() {
    let world = ReplicaTestBed::new().await;
    let one = world.replica("one").await;
    world.ready(&[&one]).await;
    let other = world.replica("other").await;
    world.ready(&[&one, &other]).await;
    world.write(&one, 1..11).await;
    world.acted_on(Duration::from_secs(10), 1..11).await;
    // it has acted on them, and not yet remembered that
    one.stand_still(Duration::from_secs(8));
    world.write(&other, 11..31).await;
    let took = world.acted_on(Duration::from_secs(SECONDS), 11..31).await;
    println!("taken over {took:?} after the replica stood still");
    world.within(5, "memory", async || world.heard().await == (30, 2)).await;
    sleep(Duration::from_secs(4)).await; // it has woken up already
    world.write(&one, 31..51).await;
    world.acted_on(Duration::from_secs(10), 31..51).await;
    world.within(5, "memory", async || world.heard().await == (50, 2)).await;
    assert!((11..51).all(|version| world.who(version) == ["other"]), "the one that stood still acts no more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_stood_still_in_the_middle_acts_on_nothing_more_of_what_it_has_read() {
    // as many as a consumer acts on at once, and how long it stands still with them: longer than any lease
    const TOGETHER: i64 = 32;
    const STILL: Duration = Duration::from_secs(9);
    let world = ReplicaTestBed::new().await;
    // all of it has its place in the feed before anybody consumes: one answer brings it
    let journal = Journal::new("flow", testkit::real_env::env(), world.db.clone());
    let bus: Arc<dyn Bus> = Arc::new(InMemoryBus::new());
    drop(service(journal.clone(), Vec::new()).start(&bus));
    world.write_into(&journal, 1..101).await;
    let placed = async || {
        let all = FeedParams { after: 0, ..FeedParams::default() };
        flow::feed::read(&journal, &all).await.unwrap().events.len()
    };
    world.within(20, "feed", async || placed().await == 100).await;
    *world.stalls.lock().unwrap() = Some((3, STILL));
    let _one = world.replica("one").await;
    world.acted_on(Duration::from_secs(10), 3..4).await;
    let still = Instant::now();
    let _other = world.replica("other").await;
    world.acted_on(Duration::from_secs(SECONDS), 1..101).await;
    world.within(5, "memory", async || world.heard().await == (100, 2)).await;
    assert!(still.elapsed() < STILL, "the first one has woken up: this test cannot fail");
    sleep(STILL + Duration::from_secs(2) - still.elapsed()).await;
    assert!((1..=TOGETHER).all(|version| world.who(version).len() == 2), "both were in the middle of these");
    let later: Vec<i64> = (TOGETHER + 1..101).filter(|version| world.who(*version) != ["other"]).collect();
    assert_eq!(later, [0; 0], "the one that stood still acts on no more");
    assert_eq!(world.heard().await, (100, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_is_cut_off_from_the_database_leaves_its_turn_to_another() {
    let world = ReplicaTestBed::new().await;
    let port: u16 = world.database.rsplit_once(':').unwrap().1.split('/').next().unwrap().parse().unwrap();
    let proxy = Proxy::start(([127, 0, 0, 1], port).into()).await;
    let behind = world.database.replace(&format!(":{port}/"), &format!(":{}/", proxy.address().port()));
    let one = world.replica_at("one", &behind).await;
    world.ready(&[&one]).await;
    let other = world.replica("other").await;
    world.ready(&[&one, &other]).await;
    world.write(&other, 1..11).await;
    world.acted_on(Duration::from_secs(10), 1..11).await;
    assert_eq!(world.who(1), ["one"]);
    proxy.both(LinkBehaviour::lost());
    sleep(Duration::from_millis(100)).await;
    world.write(&other, 11..21).await;
    world.within(SECONDS, "turn of the other", async || world.heard().await.1 == 2).await;
    world.acted_on(Duration::from_secs(10), 11..21).await;
    proxy.both(LinkBehaviour::default());
    world.write(&other, 21..31).await;
    world.acted_on(Duration::from_secs(10), 21..31).await;
    world.within(5, "memory", async || world.heard().await == (30, 2)).await;
    assert!((21..31).all(|version| world.who(version) == ["other"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_replica_left_behind_in_the_middle_of_sending_is_sent_by_another() {
    const SENDS: Sql = Sql::both("update feed set holder = $1, held_until = $2 where single = 1");
    const UNSENT: Sql = Sql::both("select count(*) as n from event where not sent");
    let world = ReplicaTestBed::new().await;
    let other = world.replica("other").await;
    world.ready(&[&other]).await;
    // another one has just begun to send, and is gone
    let mut tx = world.db.begin().await.unwrap();
    let until = tx.now().await.unwrap().plus(Duration::from_secs(3));
    tx.run(&SENDS, params![testkit::real_env::env().uuid(), until]).await.unwrap();
    tx.commit("test.begin_to_send").await.unwrap();
    world.write(&other, 1..11).await;
    sleep(Duration::from_secs(1)).await;
    assert_eq!(world.who(1), [""; 0], "the other one may still be sending");
    let took = world.acted_on(Duration::from_secs(SECONDS), 1..11).await;
    println!("sent {took:?} after a second");
    let unsent = async || world.db.query_one(&UNSENT, &[]).await.unwrap().get::<i64>("n").unwrap();
    world.within(5, "mark", async || unsent().await == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_leaves_in_peace_gives_its_turn_back_and_takes_it_no_more() {
    let world = ReplicaTestBed::new().await;
    let mut one = world.replica("one").await;
    world.ready(&[&one]).await;
    one.turns.release().await;
    // one that it was just taking is given back a moment later; nobody is there to take it, and whoever leaves looks no
    // more: a look is due each second
    world.within(2, "turn given back", async || !world.is_held().await).await;
    sleep(Duration::from_millis(2500)).await;
    assert_eq!((world.is_held().await, world.heard().await.1), (false, 1), "it was taken again");
    one.leave().await;
    let other = world.replica("other").await;
    world.write(&other, 1..21).await;
    world.acted_on(Duration::from_secs(SECONDS), 1..21).await;
    world.within(5, "memory", async || world.heard().await == (20, 2)).await;
    // of two, the one who stands by goes on where the other one ended
    let mut third = world.replica("third").await;
    world.ready(&[&third]).await;
    third.leave().await;
    assert_eq!(world.heard().await.1, 2, "whoever has no turn gives none back");
    assert!(world.is_held().await);
    assert!((1..21).all(|version| world.who(version) == ["other"]));
}
