//! A clock that was ahead, and is set back: what was written by it lies in times to come.
//!
//! What is unsafe must not rest on a clock (R6); this is about what would stand still until the times that are written
//! come a second time. Timers move back with the clock: each has as much time left as when it was set. Leases that last
//! longer than any are over ([`crate::turn`], [`crate::publisher`]).
//!
//! Decision 32 says why.
//!
//! A task of each node and no timer: a timer would stand still, too.

use crate::{store::timers, timer::Timers};
use db::{Db, Result};
use kernel::time::AHEAD;
use std::time::Duration;
use tokio::time::sleep;

/// Timers that one transaction moves.
const PIECE: i64 = 200;
/// Between two looks; after a failure, too.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Works for as long as the node lives.
pub(crate) async fn run(service: &'static str, db: Db, timers: Timers) {
    loop {
        match set_back(service, &db).await {
            Ok(0) => sleep(LOOK_EVERY).await,
            Ok(moved) => {
                tracing::warn!(service, moved, "future timers rescheduled after clock correction");
                timers.wake();
            }
            Err(error) => {
                tracing::warn!(service, %error, "timers could not be read; will retry");
                sleep(LOOK_EVERY).await;
            }
        }
    }
}

async fn set_back(service: &'static str, db: &Db) -> Result<usize> {
    // as a rule there are none, and a look costs no commit
    if !timers::any_set_after(db, db.now().await?.plus(AHEAD)).await? {
        return Ok(0);
    }
    let mut tx = db.begin().await?;
    let now = tx.now().await?;
    let moved = timers::set_back(&mut tx, (now, now.plus(AHEAD)), PIECE).await?;
    tx.commit_in(service, "flow.set_back_timers").await?;
    Ok(moved)
}
