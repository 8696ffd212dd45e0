//! Work whose transaction loses against another one begins again by itself.

use crate::{consumer, noting, publish, service, until};
use bus::{Bus, InMemoryBus};
use db::{Db, Sql, params, postgres};
use flow::{DueTimer, Journal, Timer, Timers, handler::handler, timer};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::{sync::Barrier, time::timeout};

async fn on_postgres() -> Db {
    let config = postgres::Config::new(testkit::postgres::database().await);
    let db = crate::migrated(postgres::open(config, testkit::real_env::env()).await.unwrap()).await;
    let mut tx = db.begin().await.unwrap();
    tx.run(&Sql::both("create table parts (id bigint primary key, whole bigint not null)"), &[])
        .await
        .unwrap();
    tx.run(&Sql::both("insert into parts values (1, 0), (2, 0)"), &[]).await.unwrap();
    tx.commit("test.begin").await.unwrap();
    db
}

const ADD: Sql = Sql::both("update parts set whole = whole + 1 where id = $1");
const WHOLE: Sql = Sql::both("select cast(sum(whole) as bigint) as n from parts");

/// Adds to both parts; the first time when the other one has its first as well.
async fn add(db: &Db, both: &Barrier, tries: &AtomicU32, [first, second]: [i64; 2]) -> db::Result<db::Tx> {
    let mut tx = db.begin().await?;
    tx.run(&ADD, params![first]).await?;
    if tries.fetch_add(1, SeqCst) < 2 {
        both.wait().await;
    }
    tx.run(&ADD, params![second]).await?;
    Ok(tx)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_timers_that_lock_one_another_out_are_both_done_at_once() {
    let db = on_postgres().await;
    let (tries, both) = (Arc::new(AtomicU32::new(0)), Arc::new(Barrier::new(2)));
    let work = {
        let (db, tries) = (db.clone(), tries.clone());
        handler(move |due: DueTimer| {
            let (db, both, tries) = (db.clone(), both.clone(), tries.clone());
            async move {
                let order = if due.key == "there" { [1, 2] } else { [2, 1] };
                let mut tx = add(&db, &both, &tries, order).await?;
                timer::clear(&mut tx, "work", &due.key).await?;
                Ok(tx.commit("test.work").await?)
            }
        })
    };
    let journal = Journal::new("flow", testkit::real_env::env(), db.clone());
    let bus: Arc<dyn Bus> = Arc::new(InMemoryBus::new());
    let timers = Timers::default();
    let mut tx = db.begin().await.unwrap();
    for key in ["there", "back"] {
        timer::set(&mut tx, "work", key, testkit::real_env::env().now(), &()).await.unwrap();
    }
    tx.commit("test.set").await.unwrap();
    drop(service(journal, Vec::new(), timers, vec![Timer { kind: "work", run: work }]).start(&bus));
    // well before their lease is over, after which they would be tried again anyhow
    let done = async {
        while db.query_one(&WHOLE, &[]).await.unwrap().get::<i64>("n").unwrap() < 4 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(12), done).await.expect("both are done");
    assert!(tries.load(SeqCst) > 2, "the test means to provoke a deadlock");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_whose_transaction_is_refused_at_first_is_heard_at_once() {
    let db = on_postgres().await;
    let mut tx = db.begin().await.unwrap();
    for text in testkit::postgres::LOSES_TWICE {
        tx.run(&Sql::both(text), &[]).await.unwrap();
    }
    tx.run(
        &Sql::both("create trigger loses before update on parts for each row execute function lose()"),
        &[],
    )
    .await
    .unwrap();
    tx.commit("test.prepare").await.unwrap();
    let env = testkit::real_env::env();
    let journal = Journal::new("flow", env.clone(), db.clone());
    let (heard, note) = noting();
    let tries = Arc::new(AtomicU32::new(0));
    let act = {
        let (db, tries) = (db.clone(), tries.clone());
        handler(move |event: contracts::events::Event| {
            let (db, tries, note) = (db.clone(), tries.clone(), note.clone());
            async move {
                tries.fetch_add(1, SeqCst);
                let mut tx = db.begin().await?;
                tx.run(&ADD, params![1]).await?;
                tx.commit("test.hear").await?;
                note(event).await
            }
        })
    };
    let bus: Arc<dyn Bus> = Arc::new(InMemoryBus::new());
    let consumers = vec![consumer(&journal, &env, act)];
    drop(service(journal.clone(), consumers, Timers::default(), Vec::new()).start(&bus));
    publish(&journal, &db, env.id(), 1..2).await;
    until("it is heard", || heard.lock().unwrap().as_slice() == [1]).await;
    assert_eq!(tries.load(SeqCst), 3, "refused twice, and done the third time, by one consumer");
}
