//! Hearing events: what the bus loses comes from the feed, and what cannot be acted on is dead-lettered.

use crate::{consumer, noting, publish, service, until};
use bus::{Bus, InMemoryBus, Message, MessageHandler, PublishError, Subscription};
use contracts::{
    events::{Event, EventType, UserEvent},
    feed::FeedParams,
};
use db::{Db, params};
use endpoint::Permission;
use flow::{
    Cause, ConsumeError, Journal, Timers,
    dead_letters::{self, DeadLetter},
    handler::handler,
};
use kernel::{BoxFuture, id::UserId};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::time::{Instant, sleep};

on_both_engines!(
    a_consumer_hears_every_event_though_the_bus_loses_and_repeats,
    what_the_bus_has_lost_is_fetched_as_soon_as_the_next_one_comes,
    what_cannot_be_acted_on_is_put_aside_and_the_rest_goes_on,
    who_cannot_hear_now_tries_again_after_pauses_that_double,
    what_was_put_aside_is_acted_on_once_more_or_dropped,
    a_page_of_the_feed_ends_before_it_is_too_long_to_be_answered,
);

/// A bus that loses every third message and brings every second one twice, late.
struct UnreliableBus(InMemoryBus, AtomicU64);
impl Bus for UnreliableBus {
    fn publish(&self, message: Message) -> BoxFuture<Result<(), PublishError>> {
        let n = self.1.fetch_add(1, SeqCst);
        if n % 7 == 6 {
            return Box::pin(std::future::ready(Err(PublishError("not now".to_owned()))));
        }
        let inner = self.0.clone();
        Box::pin(async move {
            if !n.is_multiple_of(3) {
                inner.publish(message.clone()).await?;
            }
            if n.is_multiple_of(2) {
                tokio::spawn(async move {
                    sleep(Duration::from_millis(n * 5)).await;
                    let _ = inner.publish(message).await;
                });
            }
            Ok(())
        })
    }
    fn subscribe(&self, topic: &'static str, group: &'static str, inbox: MessageHandler) -> Subscription {
        self.0.subscribe(topic, group, inbox)
    }
}

async fn a_consumer_hears_every_event_though_the_bus_loses_and_repeats(db: Db) {
    let env = testkit::real_env::env();
    let journal = Journal::new("flow", env.clone(), db.clone());
    let subject: UserId = env.id();
    publish(&journal, &db, subject, 1..4).await; // before anybody listens
    let heard: Arc<Mutex<BTreeMap<i64, u32>>> = Arc::default();
    let notes = heard.clone();
    let hear = handler(move |event: Event| {
        *notes.lock().unwrap().entry(event.version()).or_default() += 1;
        std::future::ready(Ok(()))
    });
    let consumer = consumer(&journal, &env, hear);
    let bus: Arc<dyn Bus> = Arc::new(UnreliableBus(InMemoryBus::new(), AtomicU64::new(0)));
    // the bus may lose the last one: it is missed when the feed is read again
    let service = service(journal.clone(), vec![consumer], Timers::default(), Vec::new());
    drop(service.start_catching_up_every(Duration::from_secs(1), &bus));
    publish(&journal, &db, subject, 4..41).await;
    until("40 events", || heard.lock().unwrap().len() == 40).await;
    // positions are in the order of the commits, without a gap
    let feed = flow::feed::read(&journal, &FeedParams { after: 0, limit: 500 }).await.unwrap();
    let positions: Vec<i64> = feed.events.iter().map(|e| e.position).collect();
    assert_eq!(positions, (1..=40).collect::<Vec<_>>());
    assert_eq!(feed.head, 40);
    let schema = |e: &contracts::feed::FeedEntry| e.event.dataschema.clone();
    let user_event = "urn:ordo:schema:UserEvent";
    assert!(feed.events.iter().all(|e| schema(e).as_deref() == Some(user_event)));
    let history = journal.history(subject, 38, 10).await.unwrap();
    assert_eq!(history.iter().map(|e| e.version()).collect::<Vec<_>>(), [39, 40]);
}

/// A bus that loses the second message.
struct LossyBus(InMemoryBus);
impl Bus for LossyBus {
    fn publish(&self, message: Message) -> BoxFuture<Result<(), PublishError>> {
        match message.position {
            2 => Box::pin(std::future::ready(Ok(()))),
            _ => self.0.publish(message),
        }
    }
    fn subscribe(&self, topic: &'static str, group: &'static str, inbox: MessageHandler) -> Subscription {
        self.0.subscribe(topic, group, inbox)
    }
}

async fn what_the_bus_has_lost_is_fetched_as_soon_as_the_next_one_comes(db: Db) {
    let env = testkit::real_env::env();
    let journal = Journal::new("flow", env.clone(), db.clone());
    let subject: UserId = env.id();
    let (heard, note) = noting();
    let bus: Arc<dyn Bus> = Arc::new(LossyBus(InMemoryBus::new()));
    let service =
        service(journal.clone(), vec![consumer(&journal, &env, note)], Timers::default(), Vec::new());
    // far longer than this test: only the gap shows that a message was lost
    drop(service.start_catching_up_every(Duration::from_secs(3600), &bus));
    publish(&journal, &db, subject, 1..2).await;
    until("the first", || heard.lock().unwrap().as_slice() == [1]).await;
    // the feed was read to its end, before the second is there
    sleep(Duration::from_millis(500)).await;
    publish(&journal, &db, subject, 2..3).await;
    sleep(Duration::from_millis(500)).await;
    assert_eq!(heard.lock().unwrap().as_slice(), [1], "the bus has lost it");
    publish(&journal, &db, subject, 3..4).await;
    until("all three", || heard.lock().unwrap().as_slice() == [1, 2, 3]).await;
}

async fn what_cannot_be_acted_on_is_put_aside_and_the_rest_goes_on(db: Db) {
    let env = testkit::real_env::env();
    let journal = Journal::new("flow", env.clone(), db.clone());
    let (heard, away) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(true)));
    let (notes, is_away) = (heard.clone(), away.clone());
    let tries: Arc<Mutex<Vec<Instant>>> = Arc::default();
    let tried = tries.clone();
    let act = handler(move |event: Event| {
        std::future::ready(match event.version() {
            2 => {
                tried.lock().unwrap().push(Instant::now());
                Err(ConsumeError::Permanent("no such thing".to_owned()))
            }
            3 if is_away.load(SeqCst) => Err(ConsumeError::Retryable("away".to_owned())),
            n => {
                notes.lock().unwrap().push(n);
                Ok(())
            }
        })
    });
    let consumer = consumer(&journal, &env, act);
    let bus: Arc<dyn Bus> = Arc::new(InMemoryBus::new());
    drop(service(journal.clone(), vec![consumer], Timers::default(), Vec::new()).start(&bus));
    publish(&journal, &db, env.id(), 1..6).await;
    until("what can be heard", || heard.lock().unwrap().contains(&1)).await;
    away.store(false, SeqCst);
    until("the rest", || [1, 3, 4, 5].iter().all(|n| heard.lock().unwrap().contains(n))).await;
    // it is tried several times before it is dead-lettered, and what follows does not wait for that
    publish(&journal, &db, env.id(), 6..80).await;
    until("what follows", || (6..80).all(|n| heard.lock().unwrap().contains(&n))).await;
    assert!(dead_letters::list(&db).await.unwrap().is_empty(), "what follows had to wait");
    while dead_letters::list(&db).await.unwrap().is_empty() {
        sleep(Duration::from_millis(20)).await;
    }
    // the last tries: the first ones may be of a batch that was consumed again
    let tries = tries.lock().unwrap().clone();
    assert_pauses_double(&tries[tries.len() - 8..]);
    let kept = db::Sql::both("select position, error from dead_letter");
    let rows = db.query(&kept, params![]).await.unwrap();
    let kept =
        rows.iter().map(|row| (row.get::<i64>("position").unwrap(), row.get::<String>("error").unwrap()));
    assert_eq!(kept.collect::<Vec<_>>(), [(2, "no such thing".to_owned())]);
    let counted = "ordo_put_aside_total{service=\"flow\",producer=\"flow\"} 1";
    let shown = || kernel::metrics::text(flow::metrics::ALL);
    until("it is counted", || shown().lines().any(|line| line == counted)).await;
}

/// The first pause is a tenth of a second at least, and each one after it twice as long as the one before.
fn assert_pauses_double(tries: &[Instant]) {
    let pauses: Vec<Duration> = tries.windows(2).map(|two| two[1] - two[0]).collect();
    let least = (0..pauses.len()).map(|n| Duration::from_millis(100 << n));
    assert!(pauses.iter().zip(least).all(|(pause, least)| *pause >= least), "{pauses:?}");
}

async fn who_cannot_hear_now_tries_again_after_pauses_that_double(db: Db) {
    let env = testkit::real_env::env();
    let journal = Journal::new("flow", env.clone(), db.clone());
    let (tries, fails): (Arc<Mutex<Vec<Instant>>>, _) = (Arc::default(), Arc::new(AtomicBool::new(true)));
    let (tried, is_away) = (tries.clone(), fails.clone());
    let act = handler(move |_: Event| {
        tried.lock().unwrap().push(Instant::now());
        let away = || Err(ConsumeError::Retryable("away".to_owned()));
        std::future::ready(if is_away.load(SeqCst) { away() } else { Ok(()) })
    });
    let consumer = consumer(&journal, &env, act);
    let bus: Arc<dyn Bus> = Arc::new(InMemoryBus::new());
    drop(service(journal.clone(), vec![consumer], Timers::default(), Vec::new()).start(&bus));
    publish(&journal, &db, env.id(), 1..2).await;
    let count = || tries.lock().unwrap().len();
    until("six tries", || count() >= 6).await;
    fails.store(false, SeqCst);
    let begun = tries.lock().unwrap()[..6].to_vec();
    assert_pauses_double(&begun);
    until("it is heard", || count() >= 7).await;
    // what comes later is tried again as soon as the first one was
    sleep(Duration::from_millis(500)).await;
    fails.store(true, SeqCst);
    let before = count();
    publish(&journal, &db, env.id(), 2..3).await;
    until("two tries of the next", || count() >= before + 2).await;
    let tries = tries.lock().unwrap();
    let pause = tries[before + 1] - tries[before];
    assert!(pause < Duration::from_millis(100 << 6), "{pause:?}");
}

async fn a_page_of_the_feed_ends_before_it_is_too_long_to_be_answered(db: Db) {
    let env = testkit::real_env::env();
    let journal = Journal::new("flow", env.clone(), db.clone());
    let long = |words| UserEvent { permissions: vec![Permission::Payments; words], ..crate::event() };
    // the third is longer than a page by itself
    for (version, words) in [(1, 40_000), (2, 40_000), (3, 120_000), (4, 40_000), (5, 1)] {
        let mut tx = db.begin().await.unwrap();
        let (subject, cause): (UserId, _) = (env.id(), Cause::system());
        journal
            .record(&mut tx, EventType::UserUpdated, subject, version, &cause, &long(words))
            .await
            .unwrap();
        tx.commit("test.publish_long").await.unwrap();
    }
    let bus: Arc<dyn Bus> = Arc::new(InMemoryBus::new());
    let (heard, hear) = noting();
    let consumer = consumer(&journal, &env, hear);
    drop(service(journal.clone(), vec![consumer], Timers::default(), Vec::new()).start(&bus));
    until("all of them", || heard.lock().unwrap().len() >= 5).await;
    let (mut after, mut pages) = (0, Vec::new());
    loop {
        let page = flow::feed::read(&journal, &FeedParams { after, limit: 500 }).await.unwrap();
        let Some(last) = page.events.last() else { break };
        assert_eq!(page.head, 5);
        after = last.position;
        pages.push(page.events.iter().map(|event| event.position).collect::<Vec<_>>());
    }
    assert_eq!(pages, [vec![1, 2], vec![3], vec![4, 5]]);
    let few = flow::feed::read(&journal, &FeedParams { after: 3, limit: 1 }).await.unwrap();
    assert_eq!(few.events.len(), 1);
}

async fn what_was_put_aside_is_acted_on_once_more_or_dropped(db: Db) {
    let env = testkit::real_env::env();
    let journal = Journal::new("flow", env.clone(), db.clone());
    let (heard, mended) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
    let (notes, is_mended) = (heard.clone(), mended.clone());
    let act = handler(move |event: Event| {
        std::future::ready(match event.version() {
            1 if !is_mended.load(SeqCst) => Err(ConsumeError::Permanent("cannot be read yet".to_owned())),
            2 => Err(ConsumeError::Permanent("can never be read".to_owned())),
            n => {
                notes.lock().unwrap().push(n);
                Ok(())
            }
        })
    });
    let bus: Arc<dyn Bus> = Arc::new(InMemoryBus::new());
    let consumer = consumer(&journal, &env, act);
    drop(service(journal.clone(), vec![consumer], Timers::default(), Vec::new()).start(&bus));
    publish(&journal, &db, env.id(), 1..4).await;
    let listed = async || dead_letters::list(&db).await.unwrap();
    while listed().await.len() < 2 {
        sleep(Duration::from_millis(100)).await;
    }
    let found =
        |all: &[DeadLetter], why: &str| all.iter().find(|letter| letter.error == why).unwrap().clone();
    let all = listed().await;
    let (yet, never) = (found(&all, "cannot be read yet"), found(&all, "can never be read"));
    assert_eq!((&*yet.producer, &*yet.kind, yet.replay), ("flow", "user.updated", false));
    mended.store(true, SeqCst);
    for letter in [&yet, &never] {
        assert!(dead_letters::replay("flow", &db, letter.event).await.unwrap());
    }
    assert!(listed().await.iter().all(|letter| letter.replay));
    while listed().await.iter().any(|letter| letter.replay) {
        sleep(Duration::from_millis(100)).await;
    }
    assert!(heard.lock().unwrap().contains(&1));
    // what still cannot be acted on lies there again
    let left = listed().await;
    assert_eq!((left.len(), left[0].event), (1, never.event));
    assert_eq!(flow::audit::waiting("flow", &db, env.now()).await.unwrap().len(), 1);
    assert!(dead_letters::drop("flow", &db, never.event).await.unwrap());
    assert_eq!(flow::audit::waiting("flow", &db, env.now()).await.unwrap(), []);
    assert!(!dead_letters::drop("flow", &db, yet.event).await.unwrap(), "it is gone");
}
