//! Indexes products again that an older program has saved last: after an upgrade all of them, and beside a replica of the old
//! version each one that it saves. Until then such a product is found as the old version has indexed it.

use crate::{Products, store::search_index, workflows::TRIES};
use std::time::Duration;

/// Products in one transaction.
const BATCH: i64 = 100;
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Runs until the process ends.
pub(crate) async fn refresh_search_index(s: Products) {
    let batch = async || s.db.with_retry(TRIES, async || refresh_some(&s).await).await;
    search::run_batches(crate::NAME, batch).await;
}

/// Indexes some products again; how long to pause then.
async fn refresh_some(s: &Products) -> db::Result<Duration> {
    let ids = search_index::to_index(&s.db, BATCH).await?;
    if ids.is_empty() {
        return Ok(LOOK_EVERY);
    }
    let mut tx = s.db.begin().await?;
    search_index::refresh(&mut tx, &ids).await?;
    tx.commit("products.refresh_search_index").await?;
    tracing::info!(products = ids.len(), "search index of products refreshed");
    Ok(Duration::ZERO)
}
