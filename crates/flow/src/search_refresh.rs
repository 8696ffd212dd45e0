//! Writes search indexes again in the background after an upgrade. A failure is logged, and the batch is retried.

use crate::store::word_refresh::{self, SearchRows};
use db::{Db, Result, Sql};
use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::Duration,
};
use tokio::time::sleep;

/// Between two passes: until then no replica of the older version is left that writes its own words.
const BETWEEN_PASSES: Duration = Duration::from_secs(3600);
const BETWEEN_BATCHES: Duration = Duration::from_millis(20);
const AFTER_A_FAILURE: Duration = Duration::from_secs(10);

/// Runs `batch` for as long as the node lives; it returns how long to pause.
pub async fn run<F: Future<Output = Result<Duration>>>(service: &'static str, batch: impl Fn() -> F) {
    loop {
        let pause = batch().await.unwrap_or_else(|error| {
            tracing::warn!(service, %error, "search index refresh failed; will retry");
            AFTER_A_FAILURE
        });
        sleep(pause).await;
    }
}

/// Writes the search words of all of a service's rows in two passes: the second one takes what a replica of the older version
/// has written in the meantime.
pub async fn refresh_words<R: SearchRows>(service: &'static str, db: Db) {
    let (db, has_waited) = (&db, &AtomicBool::new(false));
    let batch = || async move {
        let Some(pass) = word_refresh::pass(db).await? else { return Ok(BETWEEN_PASSES) };
        if pass.number > 1 && !has_waited.swap(true, Relaxed) {
            return Ok(BETWEEN_PASSES);
        }
        if !pass.has_begun {
            R::before_pass(db).await?;
        }
        let mut tx = db.begin().await?;
        word_refresh::refresh_some::<R>(&mut tx).await?;
        tx.commit_in(service, "flow.refresh_words").await?;
        Ok(BETWEEN_BATCHES)
    };
    run(service, batch).await;
}

/// The statements of [`refresh_words`], for the services that have its table.
pub fn statements() -> Vec<(&'static str, Sql)> {
    word_refresh::ALL.to_vec()
}
