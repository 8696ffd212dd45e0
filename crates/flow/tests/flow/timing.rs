//! Timers.

use crate::{service, until};
use bus::{Bus, Memory};
use db::{Db, params};
use flow::{Due, Journal, Timer, Timers, hear::hear};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::time::sleep;

on_both_engines!(a_timer_fires_until_its_work_clears_it);

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
