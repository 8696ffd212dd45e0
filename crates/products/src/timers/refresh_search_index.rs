//! Indexes products again that an older program has saved last: after an upgrade all of them, and beside a replica of the old
//! version each one that it saves. Until then such a product is found as the old version has indexed it.

use crate::{Products, store::search_index, work::TRIES};
use std::time::Duration;
use tokio::time::sleep;

/// Products in one transaction.
const BATCH: i64 = 100;
const LOOK_EVERY: Duration = Duration::from_secs(60);
const AFTER_A_FAILURE: Duration = Duration::from_secs(10);

/// Goes on for as long as the node lives.
pub(crate) async fn refresh_search_index(s: Products) {
    loop {
        match s.db.with_retry(TRIES, async || refresh_some(&s).await).await {
            Ok(0) => sleep(LOOK_EVERY).await,
            Ok(products) => tracing::info!(products, "search index of products refreshed"),
            Err(error) => {
                tracing::warn!(%error, "search index of products cannot be refreshed; it will be tried again");
                sleep(AFTER_A_FAILURE).await;
            }
        }
    }
}

/// Some of what is to be indexed; how many products that were.
async fn refresh_some(s: &Products) -> db::Result<usize> {
    let ids = search_index::to_index(&s.db, BATCH).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let mut tx = s.db.begin().await?;
    search_index::refresh(&mut tx, &ids).await?;
    tx.commit("products.refresh_search_index").await?;
    Ok(ids.len())
}
