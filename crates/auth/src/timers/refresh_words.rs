//! Writes the search words of all accounts again after an upgrade: this version folds letters more completely than 0.1.0 did. A
//! second pass an hour later takes what a replica of the older version has written beside it.

use crate::{state::Auth, store::word_refresh};
use std::{future::pending, time::Duration};
use tokio::time::sleep;

const BETWEEN_PASSES: Duration = Duration::from_secs(3600);
const BETWEEN_BATCHES: Duration = Duration::from_millis(20);
const AFTER_A_FAILURE: Duration = Duration::from_secs(10);

/// Works until both passes are done, and rests for as long as the node lives.
pub(crate) async fn refresh_words(s: Auth) {
    let mut is_second = false;
    loop {
        let pass = match word_refresh::pass(&s.db).await {
            Ok(None) => break,
            Ok(Some(pass)) => pass,
            Err(error) => {
                tracing::warn!(%error, "search words cannot be refreshed; it will be tried again");
                sleep(AFTER_A_FAILURE).await;
                continue;
            }
        };
        if pass > 1 && !is_second {
            sleep(BETWEEN_PASSES).await;
            is_second = true;
        }
        match refresh_some(&s).await {
            Ok(()) => sleep(BETWEEN_BATCHES).await,
            Err(error) => {
                tracing::warn!(%error, "search words cannot be refreshed; it will be tried again");
                sleep(AFTER_A_FAILURE).await;
            }
        }
    }
    pending().await
}

async fn refresh_some(s: &Auth) -> db::Result<()> {
    let mut tx = s.db.begin().await?;
    word_refresh::refresh_some(&mut tx).await?;
    tx.commit("auth.refresh_words").await
}
