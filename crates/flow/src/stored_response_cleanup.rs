//! Forgets the stored answers of idempotency keys once they are given again no more. The keys bind forever: their rows
//! stay, with what they made.
//!
//! A task of each node and no timer: what it does needs no memory, and two who do it at once take different ones.

use crate::{idempotency::ANSWER_KEPT, store::keys};
use db::{Db, Result};
use kernel::Timestamp;
use std::time::Duration;
use tokio::time::sleep;

/// Answers that one transaction forgets.
const PIECE: u16 = 500;
/// Until the next look when nothing is left over.
const HOURLY: Duration = Duration::from_secs(3600);
/// After a failure, doubled with each.
const AFTER_A_FAILURE: Duration = Duration::from_secs(5);
/// Between two pieces, so that others get their turn.
const PAUSE: Duration = Duration::from_millis(100);

/// Works for as long as the node lives.
pub(crate) async fn run(service: &'static str, db: Db) {
    let mut patience = AFTER_A_FAILURE;
    loop {
        let wait = match sweep(service, &db).await {
            Ok(forgotten) => {
                patience = AFTER_A_FAILURE;
                if forgotten >= u64::from(PIECE) { PAUSE } else { HOURLY }
            }
            Err(error) => {
                tracing::warn!(service, %error, "stored response cleanup failed; will retry");
                let wait = patience;
                patience = (patience * 2).min(HOURLY);
                wait
            }
        };
        sleep(wait).await;
    }
}

async fn sweep(service: &'static str, db: &Db) -> Result<u64> {
    forget_answers(service, db, db.now().await?).await
}

/// Forgets some of the answers that are given again no more; how many.
///
/// # Errors
/// What the database says.
pub async fn forget_answers(service: &'static str, db: &Db, now: Timestamp) -> Result<u64> {
    let mut tx = db.begin().await?;
    let forgotten = keys::forget_answers(&mut tx, now.minus(ANSWER_KEPT), PIECE.into()).await?;
    tx.commit_in(service, "flow.forget_answers").await?;
    Ok(forgotten)
}
