//! Replicas take timers from one table: each due one is one replica's at a time, and another's when that one is gone.

use crate::{open, within};
use bus::{Bus, InMemoryBus};
use db::{Db, Sql, params};
use flow::{DueTimer, Journal, Service, Timer, Timers, handler::handler};
use std::{
    collections::BTreeMap,
    future::pending,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::runtime::Runtime;

/// Who has begun with each timer, in that order.
type StartedTimers = Arc<Mutex<BTreeMap<String, Vec<&'static str>>>>;
const KIND: &str = "work";
const LEFT: Sql = Sql::both("select count(*) as n from timer");

/// A replica that works on timers, or hangs in the middle of each.
struct Replica {
    runtime: Option<Runtime>,
    timers: Timers,
}

impl Replica {
    async fn start(name: &'static str, database: &str, begun: &StartedTimers, hangs: bool) -> Replica {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (database, begun) = (database.to_owned(), begun.clone());
        let starting = runtime.spawn(async move {
            let (env, db) = (testkit::real_env::env(), open(&database).await);
            let at_work = db.clone();
            let run = handler(move |due: DueTimer| {
                begun.lock().unwrap().entry(due.key.clone()).or_default().push(name);
                let db = at_work.clone();
                async move {
                    if hangs {
                        pending::<()>().await;
                    }
                    let mut tx = db.begin().await?;
                    flow::timer::clear(&mut tx, KIND, &due.key).await?;
                    tx.commit("test.work").await?;
                    Ok(())
                }
            });
            let bus: Arc<dyn Bus> = Arc::new(InMemoryBus::new());
            let timers = Timers::default();
            let service = Service {
                timers: timers.clone(),
                timer_kinds: vec![Timer { kind: KIND, run }],
                ..crate::service(Journal::new("flow", env, db), Vec::new())
            };
            drop(service.start(&bus));
            timers
        });
        let timers = starting.await.unwrap();
        Replica { runtime: Some(runtime), timers }
    }

    /// SIGKILL: nothing of it does anything any more.
    fn kill(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
impl Drop for Replica {
    fn drop(&mut self) {
        self.kill();
    }
}

async fn migrated() -> (String, Db) {
    let database = testkit::postgres::database().await;
    let db = open(&database).await;
    db::migrate(&db, "flow", &flow::MIGRATIONS).await.unwrap();
    (database, db)
}

/// Timers that are due.
async fn set(db: &Db, keys: std::ops::Range<u32>) {
    let mut tx = db.begin().await.unwrap();
    let now = tx.now().await.unwrap();
    for key in keys {
        flow::timer::set(&mut tx, KIND, key, now, &()).await.unwrap();
    }
    tx.commit("test.set").await.unwrap();
}

async fn left(db: &Db) -> i64 {
    db.query_one(&LEFT, params![]).await.unwrap().get("n").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_replicas_one_works_on_each_due_timer_and_once() {
    let (database, db) = migrated().await;
    let begun = StartedTimers::default();
    let one = Replica::start("one", &database, &begun, false).await;
    let other = Replica::start("other", &database, &begun, false).await;
    for round in 0..10 {
        set(&db, round * 50..(round + 1) * 50).await;
        one.timers.wake();
        other.timers.wake();
        within(20, "work", async || left(&db).await == 0).await;
    }
    let begun = begun.lock().unwrap();
    assert_eq!(begun.len(), 500);
    let twice: Vec<_> = begun.iter().filter(|(_, who)| who.len() != 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
    let of = |name| begun.values().filter(|who| who[0] == name).count();
    println!("one: {}, other: {}", of("one"), of("other"));
    assert!(of("one") > 0 && of("other") > 0, "one of them did nothing: this test cannot fail");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_replica_that_died_had_begun_is_anothers_when_its_lease_is_over() {
    let (database, db) = migrated().await;
    let begun = StartedTimers::default();
    set(&db, 0..8).await;
    let mut one = Replica::start("one", &database, &begun, true).await;
    within(10, "begin", async || begun.lock().unwrap().len() == 8).await;
    let _other = Replica::start("other", &database, &begun, false).await;
    one.kill();
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(left(&db).await, 8, "the dead one's lease is not over");
    within(40, "end of the lease", async || left(&db).await == 0).await;
    let begun = begun.lock().unwrap();
    assert!(begun.values().all(|who| who[..] == ["one", "other"]), "{begun:?}");
}
