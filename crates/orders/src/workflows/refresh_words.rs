//! Writes the search words of all orders again after an upgrade, in two passes: the second one takes what a replica of the older
//! version has written in the meantime.

use super::sales_totals::correct_sums;
use crate::{Orders, store::word_refresh};
use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::Duration,
};

/// Between two passes: until then no replica of the older version is left that writes its own words.
const BETWEEN_PASSES: Duration = Duration::from_secs(3600);
const BETWEEN_BATCHES: Duration = Duration::from_millis(20);

/// Runs until the process ends.
pub(crate) async fn refresh_words(s: Orders) {
    let (db, has_waited) = (&s.db, &AtomicBool::new(false));
    let batch = || async move {
        let Some((pass, after)) = word_refresh::pass(db).await? else { return Ok(BETWEEN_PASSES) };
        if pass > 1 && !has_waited.swap(true, Relaxed) {
            return Ok(BETWEEN_PASSES);
        }
        if after.is_none() {
            correct_sums(db).await?;
        }
        let mut tx = db.begin().await?;
        word_refresh::refresh_some(&mut tx).await?;
        tx.commit("orders.refresh_words").await?;
        Ok(BETWEEN_BATCHES)
    };
    search::run_batches(crate::NAME, batch).await;
}
