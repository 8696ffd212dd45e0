//! Storms of cancellation: tasks are dropped at any await, and nothing is lost, doubled or stuck.

use db::{Db, Result, Sql, params};
use kernel::Env;
use std::{collections::BTreeSet, time::Duration};
use testkit::real_env::env;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

const WORKERS: usize = 40;
const TRANSFERS_EACH: usize = 500;
const ACCOUNTS: i64 = 8;

const MAKE_ACCOUNT: Sql = Sql::both("insert into accounts(id, balance) values ($1, 0)");
const MOVE: Sql = Sql::both("update accounts set balance = balance + $2 where id = $1");
const INSERT_TRANSFER: Sql =
    Sql::both("insert into transfers(id, source, target, amount) values ($1, $2, $3, $4)");
const LIST_TRANSFERS: Sql = Sql::both("select id from transfers");
const FIND_WRONG_ACCOUNTS: Sql = Sql::both(
    "select id from accounts where balance <> \
     (select coalesce(cast(sum(amount) as bigint), 0) from transfers where target = accounts.id) - \
     (select coalesce(cast(sum(amount) as bigint), 0) from transfers where source = accounts.id)",
);

/// Moves money, as a transaction of three statements; every seventh is taken back.
async fn transfer(db: Db, id: Uuid, luck: u64) -> Result<bool> {
    // in the order of their ids, so that no two wait for each other
    let source = (luck % (ACCOUNTS as u64 - 1)) as i64;
    let target = source + 1 + ((luck >> 8) % (ACCOUNTS - source - 1) as u64) as i64;
    let amount = ((luck >> 16) % 100) as i64;
    let mut tx = db.begin().await?;
    tx.run(&MOVE, params![source, -amount]).await?;
    if luck & (1 << 40) != 0 {
        tokio::task::yield_now().await;
    }
    tx.run(&MOVE, params![target, amount]).await?;
    tx.run(&INSERT_TRANSFER, params![id, source, target, amount]).await?;
    if luck.is_multiple_of(7) {
        tx.rollback().await?;
        return Ok(false);
    }
    tx.commit("test").await?;
    Ok(true)
}

#[derive(Default)]
struct ObservedWrites {
    acknowledged: Vec<Uuid>,
    taken_back: Vec<Uuid>,
    cut: usize,
}

async fn worker(db: Db, env: Env) -> ObservedWrites {
    let mut seen = ObservedWrites::default();
    for _ in 0..TRANSFERS_EACH {
        let (id, luck) = (env.uuid(), env.random_u64());
        let work = tokio::spawn(transfer(db.clone(), id, luck));
        if luck & (1 << 41) != 0 {
            let end = work.abort_handle();
            tokio::spawn(async move {
                match (luck >> 42) % 4 {
                    0 => {}
                    1 => tokio::task::yield_now().await,
                    _ => sleep(Duration::from_micros((luck >> 44) % 5_000)).await,
                }
                end.abort();
            });
        }
        match timeout(Duration::from_secs(60), work).await.expect("nothing is stuck") {
            Ok(Ok(true)) => seen.acknowledged.push(id),
            Ok(Ok(false)) => seen.taken_back.push(id),
            Ok(Err(error)) => panic!("{error:?}"),
            Err(_) => seen.cut += 1,
        }
    }
    seen
}

async fn storm(db: &Db) {
    let mut tx = db.begin().await.unwrap();
    for id in 0..ACCOUNTS {
        tx.run(&MAKE_ACCOUNT, params![id]).await.unwrap();
    }
    tx.commit("test").await.unwrap();
    let workers: Vec<_> = (0..WORKERS).map(|_| tokio::spawn(worker(db.clone(), env()))).collect();
    let mut all = ObservedWrites::default();
    for worker in workers {
        let seen = worker.await.unwrap();
        all.acknowledged.extend(seen.acknowledged);
        all.taken_back.extend(seen.taken_back);
        all.cut += seen.cut;
    }
    // one more after the storm: whatever was left open is ended already
    assert!(transfer(db.clone(), env().uuid(), 1).await.unwrap());
    let wrong = db.query(&FIND_WRONG_ACCOUNTS, &[]).await.unwrap();
    assert!(wrong.is_empty(), "a transaction was torn: {} accounts", wrong.len());
    let rows = db.query(&LIST_TRANSFERS, &[]).await.unwrap();
    let stored: BTreeSet<Uuid> = rows.iter().map(|row| row.get("id").unwrap()).collect();
    assert!(all.acknowledged.iter().all(|id| stored.contains(id)), "an acknowledged transaction is lost");
    assert!(
        all.taken_back.iter().all(|id| !stored.contains(id)),
        "a transaction that was taken back is there"
    );
    assert_eq!(all.acknowledged.len() + all.taken_back.len() + all.cut, WORKERS * TRANSFERS_EACH);
    assert!(all.cut > 1_000 && all.acknowledged.len() > 1_000, "a storm: {} cut", all.cut);
}

on_both! {
    async fn a_storm_leaves_every_sum_right(db) {
        storm(&db).await;
        assert!(db.begin().await.unwrap().rollback().await.is_ok());
    }
}

/// The heirs of an open group go away at every moment around the one at which they would inherit.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_whose_heirs_are_cancelled_is_committed() {
    let db = crate::on_both::sqlite().await;
    for round in 0..3_000i64 {
        let mut tx = db.begin().await.unwrap();
        let sql = Sql::both("insert into parts(id, whole) values ($1, 0)");
        tx.run(&sql, params![round]).await.unwrap();
        let heir = |_| {
            let db = db.clone();
            tokio::spawn(async move {
                let tx = db.begin().await;
                sleep(Duration::from_millis(1)).await;
                drop(tx);
            })
        };
        let heirs: Vec<_> = (0..2).map(heir).collect();
        for _ in 0..round % 4 {
            tokio::task::yield_now().await;
        }
        let end = tokio::spawn(async move {
            for _ in 0..round % 5 {
                tokio::task::yield_now().await;
            }
            heirs.iter().for_each(|heir| heir.abort());
        });
        timeout(Duration::from_secs(10), tx.commit("test")).await.expect("nothing is stuck").unwrap();
        end.await.unwrap();
    }
}
