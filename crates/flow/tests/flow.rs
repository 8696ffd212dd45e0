//! The event flow on both engines: nothing is lost, nothing has two effects.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, reason = "tests fail by panicking")]

use bus::{Bus, Inbox, Memory, Message, NotSent};
use contracts::{
    auth::Role,
    events::{AnyEvent, Event, EventType, UserEvent},
    feed::FeedAfter,
};
use db::{Db, params};
use endpoint::{
    Json,
    client::Client,
    transport::{Broken, Sent, Transport},
};
use flow::{
    Cause, Claim, Consumer, Due, Hear, HearError, Journal, KeyId, Service, Timer, Timers, hear::hear,
};
use kernel::{BoxFuture, Env, id::UserId};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::time::sleep;

macro_rules! on_both_engines {
    ($($name:ident),* $(,)?) => {
        mod sqlite { $(#[tokio::test(flavor = "multi_thread")] async fn $name() {
            let folder = testkit::folder::TempFolder::new();
            let db = db::sqlite::open(folder.path().join("flow.db"), testkit::world::env(), Default::default()).unwrap();
            super::$name(super::migrated(db).await).await;
        })* }
        mod postgres { $(#[tokio::test(flavor = "multi_thread")] async fn $name() {
            let url = testkit::postgres::database().await;
            let config = db::postgres::Config::new(url);
            let db = db::postgres::open(config, testkit::world::env()).await.unwrap();
            super::$name(super::migrated(db).await).await;
        })* }
    };
}
on_both_engines!(
    every_statement_is_understood,
    a_consumer_hears_every_event_though_the_bus_loses_and_repeats,
    what_cannot_be_acted_on_is_put_aside_and_the_rest_goes_on,
    an_event_that_was_rolled_back_is_never_heard,
    an_event_of_a_newer_version_holds_nothing_up,
    what_a_consumer_does_not_act_on_is_passed_over,
    a_timer_fires_until_its_work_clears_it,
    a_key_has_one_effect,
    an_answer_is_forgotten_after_a_day_and_its_key_never,
);

async fn migrated(db: Db) -> Db {
    db::migrate(&db, "flow", &[flow::MIGRATION]).await.unwrap();
    db
}

fn event() -> UserEvent {
    let env = testkit::world::env();
    UserEvent { user_id: env.id(), role: Role::Customer, permissions: Vec::new(), active: true }
}

/// Writes an event about each of these versions, each in a transaction of its own.
async fn publish(journal: &Journal, db: &Db, subject: UserId, versions: std::ops::Range<i64>) {
    for version in versions {
        let mut tx = db.begin().await.unwrap();
        let cause = Cause::system();
        journal.record(&mut tx, EventType::UserUpdated, subject, version, &cause, &event()).await.unwrap();
        tx.commit("test.publish").await.unwrap();
        journal.wake();
    }
}

/// The producer's feed, in process.
struct FeedOnly(Journal);
impl Transport for FeedOnly {
    fn send<'a>(&'a self, _: &'a str, request: http::Request<bytes::Bytes>) -> Sent<'a> {
        Box::pin(async move {
            let query = request.uri().query().unwrap_or_default().to_owned();
            let number = |name: &str| {
                let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
                value.and_then(|v| v.parse().ok())
            };
            let after =
                FeedAfter { after: number("after").unwrap_or(0), limit: number("limit").unwrap_or(7) as u16 };
            let feed = flow::feed::read(&self.0, &after).await;
            let feed = feed.map_err(|e| Broken { arrived: true, why: e.to_string() })?;
            let answer = endpoint::Reply::write(Json(feed));
            let mut response = http::Response::new(answer.body);
            *response.headers_mut() = answer.headers;
            Ok(response)
        })
    }
}
fn feed_of(journal: &Journal, env: &Env) -> Client {
    Client::new(Arc::new(FeedOnly(journal.clone())), &["local:flow"], env.clone())
}

fn consumer(journal: &Journal, env: &Env, hear: Hear<Event>) -> Consumer {
    let (feed, acts_on) = (feed_of(journal, env), &[EventType::UserUpdated][..]);
    Consumer { producer: "flow", feed, acts_on, hear, keep: None }
}

fn service(journal: Journal, consumers: Vec<Consumer>, timers: Timers, timer_kinds: Vec<Timer>) -> Service {
    Service {
        name: "flow",
        router: axum::Router::new(),
        routes: Vec::new(),
        journal,
        consumers,
        timers,
        timer_kinds,
        tasks: Vec::new(),
    }
}

/// A bus that loses every third message and brings every second one twice, late.
struct Bad(Memory, AtomicU64);
impl Bus for Bad {
    fn publish(&self, message: Message) -> BoxFuture<Result<(), NotSent>> {
        let n = self.1.fetch_add(1, SeqCst);
        if n % 7 == 6 {
            return Box::pin(std::future::ready(Err(NotSent("not now".to_owned()))));
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
    fn subscribe(&self, topic: &'static str, group: &'static str, inbox: Inbox) {
        self.0.subscribe(topic, group, inbox);
    }
}

async fn until(what: &str, mut done: impl FnMut() -> bool) {
    for _ in 0..4500 {
        if done() {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("waited in vain: {what}");
}

async fn every_statement_is_understood(db: Db) {
    for (name, sql) in flow::store::statements() {
        db.prepare(&sql).await.unwrap_or_else(|e| panic!("{name}: {e}"));
    }
}

async fn a_consumer_hears_every_event_though_the_bus_loses_and_repeats(db: Db) {
    let env = testkit::world::env();
    let journal = Journal::new("flow", env.clone(), db.clone());
    let subject: UserId = env.id();
    publish(&journal, &db, subject, 1..4).await; // before anybody listens
    let heard: Arc<Mutex<BTreeMap<i64, u32>>> = Arc::default();
    let notes = heard.clone();
    let hear = hear(move |event: Event| {
        *notes.lock().unwrap().entry(event.version()).or_default() += 1;
        std::future::ready(Ok(()))
    });
    let consumer = consumer(&journal, &env, hear);
    let bus: Arc<dyn Bus> = Arc::new(Bad(Memory::new(), AtomicU64::new(0)));
    drop(service(journal.clone(), vec![consumer], Timers::default(), Vec::new()).start(&bus));
    publish(&journal, &db, subject, 4..41).await;
    until("40 events", || heard.lock().unwrap().len() == 40).await;
    // positions are in the order of the commits, without a gap
    let feed = flow::feed::read(&journal, &FeedAfter { after: 0, limit: 500 }).await.unwrap();
    let positions: Vec<i64> = feed.events.iter().map(|e| e.position).collect();
    assert_eq!(positions, (1..=40).collect::<Vec<_>>());
    assert_eq!(feed.head, 40);
    let schema = |e: &contracts::feed::Positioned| e.event.dataschema.clone();
    let user_event = "/openapi.json#/components/schemas/UserEvent";
    assert!(feed.events.iter().all(|e| schema(e).as_deref() == Some(user_event)));
    let history = journal.history(subject, 38, 10).await.unwrap();
    assert_eq!(history.iter().map(|e| e.version()).collect::<Vec<_>>(), [39, 40]);
}

async fn what_cannot_be_acted_on_is_put_aside_and_the_rest_goes_on(db: Db) {
    let env = testkit::world::env();
    let journal = Journal::new("flow", env.clone(), db.clone());
    let (heard, away) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(true)));
    let (notes, is_away) = (heard.clone(), away.clone());
    let act = hear(move |event: Event| {
        std::future::ready(match event.version() {
            2 => Err(HearError::Poison("no such thing".to_owned())),
            3 if is_away.load(SeqCst) => Err(HearError::Later("away".to_owned())),
            n => {
                notes.lock().unwrap().push(n);
                Ok(())
            }
        })
    });
    let consumer = consumer(&journal, &env, act);
    let bus: Arc<dyn Bus> = Arc::new(Memory::new());
    drop(service(journal.clone(), vec![consumer], Timers::default(), Vec::new()).start(&bus));
    publish(&journal, &db, env.id(), 1..6).await;
    until("what can be heard", || heard.lock().unwrap().contains(&1)).await;
    away.store(false, SeqCst);
    until("the rest", || [1, 3, 4, 5].iter().all(|n| heard.lock().unwrap().contains(n))).await;
    let count = db::Sql::both(
        "select count(*) as n, max(position) as position from dead_letter where error = 'no such thing'",
    );
    let row = db.query_one(&count, params![]).await.unwrap();
    assert_eq!((row.get::<i64>("n").unwrap(), row.get::<i64>("position").unwrap()), (1, 2));
}

async fn an_event_that_was_rolled_back_is_never_heard(db: Db) {
    let env = testkit::world::env();
    let journal = Journal::new("flow", env.clone(), db.clone());
    let mut tx = db.begin().await.unwrap();
    let subject: UserId = env.id();
    journal.record(&mut tx, EventType::UserUpdated, subject, 1, &Cause::system(), &event()).await.unwrap();
    drop(tx);
    publish(&journal, &db, subject, 2..3).await;
    let history = journal.history(subject, 0, 10).await.unwrap();
    assert_eq!(history.iter().map(|e| e.version()).collect::<Vec<_>>(), [2]);
}

/// Notes the versions that it hears of.
fn noting() -> (Arc<Mutex<Vec<i64>>>, Hear<Event>) {
    let heard: Arc<Mutex<Vec<i64>>> = Arc::default();
    let notes = heard.clone();
    let hear = hear(move |event: Event| {
        notes.lock().unwrap().push(event.version());
        std::future::ready(Ok(()))
    });
    (heard, hear)
}
/// How far the feed has been heard, and how many events were put aside.
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
    let env = testkit::world::env();
    let journal = Journal::new("flow", env.clone(), db.clone());
    publish(&journal, &db, env.id(), 1..4).await;
    let rename = db::Sql::both("update event set type = 'user.teleported' where sequence = $1");
    let mut tx = db.begin().await.unwrap();
    tx.run(&rename, params![2]).await.unwrap();
    tx.commit("test.newer").await.unwrap();
    let (heard, hear) = noting();
    let bus: Arc<dyn Bus> = Arc::new(Memory::new());
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
    let keep: Hear<AnyEvent> = flow::hear::hear(move |event: AnyEvent| {
        keeps.lock().unwrap().push(event);
        std::future::ready(Ok(()))
    });
    let keeping = Consumer { keep: Some(keep), ..consumer(&journal, &env, noting().1) };
    let feed = flow::feed::read(&journal, &FeedAfter::default()).await.unwrap();
    for positioned in &feed.events {
        keeping.take_in(positioned.event.clone()).await.unwrap();
    }
    let strange = [&feed.events[1].event, &feed.events[3].event];
    assert!(strange.iter().all(|event| event.kind == "user.teleported"));
    assert_eq!(kept.lock().unwrap().iter().collect::<Vec<_>>(), strange);
}

async fn what_a_consumer_does_not_act_on_is_passed_over(db: Db) {
    let env = testkit::world::env();
    let journal = Journal::new("flow", env.clone(), db.clone());
    let (heard, hear) = noting();
    let bus: Arc<dyn Bus> = Arc::new(Memory::new());
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

async fn a_timer_fires_until_its_work_clears_it(db: Db) {
    let env = testkit::world::env();
    let journal = Journal::new("flow", env.clone(), db.clone());
    let fired = Arc::new(AtomicU64::new(0));
    let (count, work_db, work_env) = (fired.clone(), db.clone(), env.clone());
    let run = hear(move |due: Due| {
        let (count, db, env) = (count.clone(), work_db.clone(), work_env.clone());
        async move {
            assert_eq!((due.key.as_str(), due.payload["n"].as_i64()), ("one", Some(7)));
            // the first time it moves itself, the second time it is done
            let mut tx = db.begin().await?;
            match count.fetch_add(1, SeqCst) {
                0 => flow::timer::set(&mut tx, "work", &due.key, env.now(), &due.payload).await?,
                _ => flow::timer::clear(&mut tx, "work", &due.key).await?,
            }
            tx.commit("test.work").await?;
            Ok(())
        }
    });
    let timers = Timers::default();
    let bus: Arc<dyn Bus> = Arc::new(Memory::new());
    let kinds = vec![Timer { kind: "work", run }];
    drop(service(journal, Vec::new(), timers.clone(), kinds).start(&bus));
    let mut tx = db.begin().await.unwrap();
    let payload = serde_json::json!({"n": 7});
    flow::timer::set(&mut tx, "work", "one", env.now(), &payload).await.unwrap();
    flow::timer::set(&mut tx, "work", "later", env.now().plus(Duration::from_secs(3600)), &payload)
        .await
        .unwrap();
    tx.commit("test.set").await.unwrap();
    timers.wake();
    until("two turns", || fired.load(SeqCst) == 2).await;
    sleep(Duration::from_millis(200)).await;
    assert_eq!(fired.load(SeqCst), 2);
    let left = db.query(&db::Sql::both("select key from timer"), params![]).await.unwrap();
    let left: Vec<String> = left.iter().map(|row| row.get("key").unwrap()).collect();
    assert_eq!(left, ["later"]);
}

async fn a_key_has_one_effect(db: Db) {
    let env = testkit::world::env();
    let key = KeyId::of("usr_1", "POST /v1/things", "k");
    let claim = async |body: &str, settle: bool| {
        let mut tx = db.begin().await.unwrap();
        let claim = flow::idempotency::claim(&mut tx, key, flow::idempotency::body_hash(&body), env.now())
            .await
            .unwrap();
        match (&claim, settle) {
            (Claim::Fresh, true) => {
                flow::idempotency::settle(&mut tx, key, "thing_1", Some(Json("made".to_owned())))
                    .await
                    .unwrap();
                tx.commit("test.key").await.unwrap();
            }
            _ => tx.rollback().await.unwrap(),
        }
        claim
    };
    assert!(matches!(claim("a", false).await, Claim::Fresh), "a refusal leaves nothing behind");
    assert!(matches!(claim("a", true).await, Claim::Fresh));
    assert!(matches!(claim("b", true).await, Claim::OtherBody));
    let Claim::Replay { resource, answer: Some(answer) } = claim("a", true).await else {
        panic!("no replay")
    };
    assert_eq!((resource.as_str(), &answer.body[..]), ("thing_1", &b"\"made\""[..]));
    // twenty at once: one effect
    let key = KeyId::of("usr_2", "POST /v1/things", "k");
    let fresh = Arc::new(AtomicU64::new(0));
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (db, env, fresh) = (db.clone(), env.clone(), fresh.clone());
            tokio::spawn(async move {
                let mut tx = db.begin().await.unwrap();
                if let Claim::Fresh =
                    flow::idempotency::claim(&mut tx, key, [1; 32], env.now()).await.unwrap()
                {
                    fresh.fetch_add(1, SeqCst);
                }
                tx.commit("test.race").await.unwrap();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(fresh.load(SeqCst), 1);
}

async fn an_answer_is_forgotten_after_a_day_and_its_key_never(db: Db) {
    const STORED: db::Sql = db::Sql::both("select count(*) as n from idempotency where answer is not null");
    const KEYS: i64 = 600;
    const HOUR: Duration = Duration::from_secs(3600);
    let (begun, key) =
        (testkit::world::env().now(), |n: i64| KeyId::of("usr_1", "POST /v1/things", &n.to_string()));
    let mut tx = db.begin().await.unwrap();
    for n in 0..KEYS {
        flow::idempotency::claim(&mut tx, key(n), [1; 32], begun).await.unwrap();
        let thing = format!("thing_{n}");
        flow::idempotency::settle(&mut tx, key(n), &thing, Some(Json("made".to_owned()))).await.unwrap();
    }
    tx.commit("test.keys").await.unwrap();
    let forget = async |now| flow::sweep::forget_answers("flow", &db, now).await.unwrap();
    assert_eq!(forget(begun.plus(23 * HOUR)).await, 0);
    // in pieces
    let later = begun.plus(25 * HOUR);
    assert_eq!((forget(later).await, forget(later).await, forget(later).await), (500, 100, 0));
    assert_eq!(db.query_one(&STORED, params![]).await.unwrap().get::<i64>("n").unwrap(), 0);
    let mut tx = db.begin().await.unwrap();
    for n in 0..KEYS {
        let again = flow::idempotency::claim(&mut tx, key(n), [1; 32], later).await.unwrap();
        let Claim::Replay { resource, answer: None } = again else { panic!("{again:?}") };
        assert_eq!(resource, format!("thing_{n}"));
        let other = flow::idempotency::claim(&mut tx, key(n), [2; 32], later).await.unwrap();
        assert!(matches!(other, Claim::OtherBody), "{other:?}");
    }
    tx.rollback().await.unwrap();
}
