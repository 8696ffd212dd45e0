//! Indexes all rows of a service again in the background: after an upgrade that changes the tokenizer, and after a move to
//! another database, which leaves out the index (`ordo migrate-data`). Searches use the old tokens in the meantime.

use crate::document::tokenizer;
use db::{Db, Result, Sql, Tx, params, statements};
use std::{
    future::Future,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::Duration,
};
use tokio::time::sleep;
use uuid::Uuid;

statements! {
    PROGRESS = "select tokenizer, pass, after from search_build";
    LOCK_PROGRESS = "select tokenizer, pass, after from search_build for update";
    BEGIN = "insert into search_build (single, tokenizer, pass, after) values (1, $1, 1, null)
             on conflict (single) do update set tokenizer = excluded.tokenizer, pass = 1, after = null";
    SET_PROGRESS = "update search_build set pass = $1, after = $2";
}

const BATCH: i64 = 50;
/// Number of passes. The second one indexes rows that a replica of an older version has written in the meantime.
const PASSES: i64 = 2;
/// Pause between two passes, after which no replica of the older version runs.
const PASS_INTERVAL: Duration = Duration::from_secs(3600);
const BATCH_INTERVAL: Duration = Duration::from_millis(20);
const RETRY_DELAY: Duration = Duration::from_secs(10);

/// Rows of a service that can be searched.
pub trait Searchable: 'static {
    /// Selects the first `$2` values of `id` greater than `$1`, in ascending order.
    const NEXT: Sql;
    /// Indexes a row if it still exists.
    fn index(tx: &mut Tx, id: Uuid) -> impl Future<Output = Result<()>> + Send;
}

/// Runs `batch` until the process ends; it returns the pause before the next run. A failure is logged, and the batch is retried.
pub async fn run_batches<F: Future<Output = Result<Duration>>>(service: &'static str, batch: impl Fn() -> F) {
    loop {
        let pause = batch().await.unwrap_or_else(|error| {
            tracing::warn!(service, %error, "search index refresh failed; will retry");
            RETRY_DELAY
        });
        sleep(pause).await;
    }
}

/// Indexes all rows again if they were indexed by another tokenizer. This is checked once, when the process starts.
pub async fn rebuild<S: Searchable>(service: &'static str, db: Db) {
    let (db, is_begun, has_waited) = (&db, &AtomicBool::new(false), &AtomicBool::new(false));
    let batch = || async move {
        if !is_begun.load(Relaxed) {
            begin(service, db).await?;
            is_begun.store(true, Relaxed);
        }
        let pass = db.query_opt(&PROGRESS, params![]).await?.map(|row| row.get::<i64>("pass")).transpose()?;
        match pass {
            Some(PASSES) if !has_waited.swap(true, Relaxed) => return Ok(PASS_INTERVAL),
            Some(1..=PASSES) => {}
            _ => return Ok(PASS_INTERVAL),
        }
        let mut tx = db.begin().await?;
        index_batch::<S>(&mut tx).await?;
        tx.commit_in(service, "search.rebuild").await?;
        Ok(BATCH_INTERVAL)
    };
    run_batches(service, batch).await;
}

/// Starts a rebuild if the rows were indexed by another tokenizer.
async fn begin(service: &'static str, db: &Db) -> Result<()> {
    if let Some(row) = db.query_opt(&PROGRESS, params![]).await? {
        let indexed_by: String = row.get("tokenizer")?;
        // the tokens of a newer version stay
        if indexed_by == tokenizer() || version(&indexed_by) > version(&tokenizer()) {
            return Ok(());
        }
    }
    let mut tx = db.begin().await?;
    tx.run(&BEGIN, params![tokenizer()]).await?;
    tx.commit_in(service, "search.begin_rebuild").await
}

fn version(tokenizer: &str) -> Option<u32> {
    tokenizer.split(' ').next()?.parse().ok()
}

async fn index_batch<S: Searchable>(tx: &mut Tx) -> Result<()> {
    let Some(row) = tx.query_opt(&LOCK_PROGRESS, params![]).await? else { return Ok(()) };
    let (pass, after) = (row.get::<i64>("pass")?, row.get::<Option<Uuid>>("after")?);
    if pass > PASSES {
        return Ok(());
    }
    let rows = tx.query(&S::NEXT, params![after.unwrap_or_default(), BATCH]).await?;
    let ids = rows.iter().map(|row| row.get("id")).collect::<Result<Vec<Uuid>>>()?;
    for id in &ids {
        S::index(tx, *id).await?;
    }
    match ids.last() {
        Some(last) => tx.run(&SET_PROGRESS, params![pass, *last]).await,
        None => tx.run(&SET_PROGRESS, params![pass + 1, None::<Uuid>]).await,
    }
    .map(drop)
}
