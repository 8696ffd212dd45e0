//! `sweep`: deletes what is kept no longer, mails and events of the public log, in small pieces.

use super::set_sweep_after;
use crate::{
    Notifications,
    store::{emails, log},
};
use flow::{ConsumeError, DueTimer};
use std::time::Duration;
use tokio::time::sleep;

/// Rows of a kind that one transaction deletes.
const PIECE: u16 = 500;
/// Until the next look when nothing is left over.
const HOURLY: Duration = Duration::from_secs(3600);
/// Between two pieces, so that others get their turn.
const PAUSE: Duration = Duration::from_millis(100);
/// Until the timer could be set.
const TRY_AGAIN: Duration = Duration::from_secs(1);

pub(super) async fn sweep(s: Notifications, _: DueTimer) -> Result<(), ConsumeError> {
    let mut tx = s.db.begin().await?;
    // the clock that timers go by: one process whose own is wrong deletes nothing (R6)
    let now = tx.now().await?;
    let mails = emails::delete_older(&mut tx, now.minus(s.settings.mails_kept), PIECE.into()).await?;
    let events = log::delete_older(&mut tx, now.minus(s.settings.events_kept), PIECE.into()).await?;
    let is_more = mails.max(events) >= u64::from(PIECE);
    set_sweep_after(&mut tx, if is_more { PAUSE } else { HOURLY }).await?;
    tx.commit("notifications.sweep").await?;
    if mails + events > 0 {
        tracing::info!(mails, events, "expired emails and events deleted");
    }
    Ok(())
}

/// At the start: the sweep is due at once, whatever the last process left.
pub(crate) async fn set_sweep(s: Notifications) {
    while let Err(error) = try_set(&s).await {
        tracing::warn!(%error, "sweep timer could not be set; will retry");
        sleep(TRY_AGAIN).await;
    }
    s.timers.wake();
}

async fn try_set(s: &Notifications) -> db::Result<()> {
    let mut tx = s.db.begin().await?;
    set_sweep_after(&mut tx, Duration::ZERO).await?;
    tx.commit("notifications.set_sweep").await
}
