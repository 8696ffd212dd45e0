//! Where nothing happens, nothing is done, so that an idle shop takes no processor time.

use crate::{consumer, noting, publish, service};
use bus::{Bus, InMemoryBus};
use db::{Db, sqlite};
use flow::{Journal, Timer, Timers, handler::handler, timer};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::time::{sleep, timeout};

/// Commits at once, and counts the statements.
#[derive(Clone, Default)]
struct CountingExecutor(Arc<AtomicU32>);

impl sqlite::CommitExecutor for CountingExecutor {
    fn commit(&self, group: sqlite::Group) {
        group.commit().answer();
    }
    fn statement(&self) -> Option<db::Error> {
        self.0.fetch_add(1, SeqCst);
        None
    }
}

/// The time of tokio only passes where everybody waits.
#[tokio::test(start_paused = true)]
async fn an_idle_service_asks_its_database_seldom_and_a_commit_soon_wakes_it() {
    let (env, count) = (testkit::real_env::env(), CountingExecutor::default());
    let lite = sqlite::in_memory(None, env.clone(), Box::new(count.clone())).unwrap();
    let db = crate::migrated(Db::from(lite)).await;
    let mut tx = db.begin().await.unwrap();
    let tomorrow = env.now().plus(Duration::from_secs(86_400));
    timer::set(&mut tx, "work", "later", tomorrow, &()).await.unwrap();
    tx.commit("test.set").await.unwrap();
    let journal = Journal::new("flow", env.clone(), db.clone());
    let (heard, note) = noting();
    let kinds = vec![Timer { kind: "work", run: handler(|_| async { Ok(()) }) }];
    let bus: Arc<dyn Bus> = Arc::new(InMemoryBus::new());
    let consumers = vec![consumer(&journal, &env, note)];
    drop(service(journal.clone(), consumers, Timers::default(), kinds).start(&bus));
    sleep(Duration::from_secs(60)).await;

    let before = count.0.load(SeqCst);
    sleep(Duration::from_secs(600)).await;
    let asked = count.0.load(SeqCst) - before;
    // each of publisher, timers and letters every twenty seconds, the feed once a minute
    assert!(asked <= 120, "{asked} statements in ten idle minutes");

    // an event without a wake-up of the publisher: its request was cut off after the commit
    let untold = Journal::new("flow", env.clone(), db.clone());
    publish(&untold, &db, env.id(), 1..2).await;
    let is_heard = async {
        while heard.lock().unwrap().is_empty() {
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(Duration::from_secs(3), is_heard).await.expect("it is heard soon");
}
