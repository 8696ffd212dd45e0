//! Timers.

use crate::{service, until};
use bus::{Bus, Memory};
use db::{Db, params};
use flow::{Due, Hear, HearError, Journal, Timer, Timers, hear::hear};
use kernel::BoxFuture;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::time::{sleep, timeout};

on_both_engines!(
    a_timer_fires_until_its_work_clears_it,
    a_kind_whose_work_hangs_keeps_no_other_waiting,
    what_cannot_be_done_is_marked_and_found,
    what_is_tried_in_vain_is_found,
    what_nobody_told_of_is_seen_in_time,
);

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

/// Timers that are due.
async fn set(db: &Db, kind: &str, keys: std::ops::Range<u32>) {
    let mut tx = db.begin().await.unwrap();
    for key in keys {
        flow::timer::set(&mut tx, kind, key, testkit::world::env().now(), &()).await.unwrap();
    }
    tx.commit("test.set_all").await.unwrap();
}

fn start(db: &Db, kinds: Vec<Timer>) -> Timers {
    let timers = Timers::default();
    let bus: Arc<dyn Bus> = Arc::new(Memory::new());
    let journal = Journal::new("flow", testkit::world::env(), db.clone());
    drop(service(journal, Vec::new(), timers.clone(), kinds).start(&bus));
    timers
}

/// Counts how often it is begun, and clears nothing.
fn counting(then: impl Fn() -> Outcome + Send + Sync + 'static) -> (Arc<AtomicU64>, Hear<Due>) {
    let begun = Arc::new(AtomicU64::new(0));
    let count = begun.clone();
    let run = hear(move |_: Due| {
        count.fetch_add(1, SeqCst);
        then()
    });
    (begun, run)
}
type Outcome = BoxFuture<Result<(), HearError>>;

async fn a_kind_whose_work_hangs_keeps_no_other_waiting(db: Db) {
    // those that hang are due first, and are more than are worked on at a time
    set(&db, "hangs", 0..100).await;
    let (hanging, hangs) = counting(|| Box::pin(std::future::pending()));
    let (done, work) = counting(|| Box::pin(std::future::ready(Ok(()))));
    let kinds = vec![Timer { kind: "hangs", run: hangs }, Timer { kind: "works", run: work }];
    let timers = start(&db, kinds);
    until("some hang", || hanging.load(SeqCst) > 0).await;
    for round in 1..=3 {
        set(&db, "works", round..round + 1).await;
        timers.wake();
        until("the others are worked on", || done.load(SeqCst) == u64::from(round)).await;
    }
    let of_a_kind = hanging.load(SeqCst);
    assert!((2..100).contains(&of_a_kind), "{of_a_kind} are worked on at a time");
}

async fn what_cannot_be_done_is_marked_and_found(db: Db) {
    set(&db, "strange", 0..2).await;
    let poison = || HearError::Poison("no such order".to_owned());
    let (_, run) = counting(move || Box::pin(std::future::ready(Err(poison()))));
    start(&db, vec![Timer { kind: "strange", run }]);
    let found = async || flow::audit::waiting("flow", &db, testkit::world::env().now()).await.unwrap();
    for _ in 0..500 {
        sleep(Duration::from_millis(20)).await;
        if found().await.iter().any(|finding| finding.detail.starts_with("2 ")) {
            break;
        }
    }
    let found = found().await;
    let said: Vec<_> = found.iter().map(|f| (f.subject.as_str(), f.detail.as_str())).collect();
    assert_eq!(said, [("flow: timer strange", "2 cannot be done (no such order)")]);
    // set anew, it is as good as any other
    let mut tx = db.begin().await.unwrap();
    let later = testkit::world::env().now().plus(Duration::from_secs(3600));
    for key in 0..2 {
        flow::timer::set(&mut tx, "strange", key, later, &()).await.unwrap();
    }
    tx.commit("test.set_anew").await.unwrap();
    assert_eq!(flow::audit::timers("flow", &db, testkit::world::env().now()).await.unwrap(), []);
}

async fn what_is_tried_in_vain_is_found(db: Db) {
    set(&db, "vain", 0..1).await;
    let later = testkit::world::env().now().plus(Duration::from_secs(300));
    let mut tx = db.begin().await.unwrap();
    // leased again and again, it is never overdue
    let tried = db::Sql::both("update timer set tries = 8, due_at = $1");
    tx.run(&tried, params![later]).await.unwrap();
    tx.commit("test.try").await.unwrap();
    let found = flow::audit::timers("flow", &db, testkit::world::env().now()).await.unwrap();
    assert_eq!(found[0].detail, "1 were tried 8 times in vain");
    let hour_later = testkit::world::env().now().plus(Duration::from_secs(3600));
    let found = flow::audit::timers("flow", &db, hour_later).await.unwrap();
    assert_eq!(found[0].detail, "1 are overdue by a minute, 1 were tried 8 times in vain");
}

/// Until something is seen that nobody told of: what was written beside a request that was cut off, or by a replica.
const SEEN_WITHIN: Duration = Duration::from_secs(8);

async fn what_nobody_told_of_is_seen_in_time(db: Db) {
    let (done, work) = counting(|| Box::pin(std::future::ready(Ok(()))));
    start(&db, vec![Timer { kind: "works", run: work }]);
    // by now it rests
    sleep(Duration::from_secs(1)).await;
    set(&db, "works", 0..1).await;
    let seen = timeout(SEEN_WITHIN, async {
        while done.load(SeqCst) == 0 {
            sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(seen.await.is_ok(), "not seen within {SEEN_WITHIN:?}");
}
