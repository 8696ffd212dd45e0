//! `write_mail`: queues an email that a process of version 0.1.0 has noted as a timer of its own.

use super::{WRITE_EMAILS, commit_step};
use crate::{Notifications, pending_email::PendingEmail, store::queue};
use flow::{ConsumeError, DueTimer, timer};

pub(super) async fn write_mail(s: Notifications, due: DueTimer) -> Result<(), ConsumeError> {
    let wanted: PendingEmail = serde_json::from_value(due.payload.clone())?;
    let mut tx = s.db.begin().await?;
    let now = tx.now().await?;
    // no service has this name: such emails are in the order in which their timers run
    queue::add(&mut tx, "", now, &wanted).await?;
    timer::set(&mut tx, WRITE_EMAILS, wanted.notice.addressee, now, &()).await?;
    timer::done(&mut tx, super::WRITE_MAIL, &due).await?;
    commit_step(tx).await?;
    s.timers.wake();
    Ok(())
}
