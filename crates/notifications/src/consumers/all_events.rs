//! Any event: it goes into the public log once, and the mail that it calls for is noted as a timer, in one transaction.
//! Nobody is asked anything here: who must be written to is found out later, so that a service that is away holds up no
//! events.
//!
//! The log is keyed by the event's id, a mail by aggregate, kind and version (R3): a repeat has no effect, and neither
//! has another event that tells the same again.

use crate::{
    Notifications, email_triggers,
    pending_email::PendingEmail,
    store::{log, queue},
    timers::WRITE_EMAILS,
};
use contracts::events::{AnyEvent, Event};
use db::Tx;
use flow::{ConsumeError, IMPORT, timer};
use kernel::id::UserId;
use serde::Serialize;
use std::fmt::Display;

/// Acts on an event.
pub(crate) async fn any_event(s: Notifications, event: Event) -> Result<(), ConsumeError> {
    let reading = email_triggers::read(&event)?;
    // what was imported is the past, and news to nobody
    let notice = reading.notice.filter(|_| event.actor != IMPORT);
    let wanted = notice.map(|notice| PendingEmail::new(&event, notice));
    keep(&s, &event, reading.user_id, wanted).await
}

/// Keeps an event that this version cannot name: the log holds it as it is, and nobody is written to.
pub(crate) async fn strange_event(s: Notifications, event: AnyEvent) -> Result<(), ConsumeError> {
    keep(&s, &event, None, None).await
}

async fn keep<Kind: Display + Serialize>(
    s: &Notifications,
    event: &Event<Kind>,
    user_id: Option<UserId>,
    wanted: Option<PendingEmail>,
) -> Result<(), ConsumeError> {
    // repeats are common and cost no transaction; what slips through is caught by the insert
    if log::knows(&s.db, event.id).await? {
        return Ok(());
    }
    let mut tx = s.db.begin().await?;
    if event.time < tx.now().await?.minus(s.settings.events_kept) {
        // the log may have had it and forgotten it, and a mail about it would be no news
        log::forget(&mut tx, &event.subject, event.version()).await?;
    } else if log::append(&mut tx, event, user_id).await? {
        want(&mut tx, event, wanted.as_ref()).await?;
    } else {
        return Ok(tx.rollback().await?);
    }
    tx.commit("notifications.hear_event").await?;
    s.placing.notify_one();
    if wanted.is_some() {
        s.timers.wake();
    }
    Ok(())
}

/// Queues an email behind those about the same order or account, and has the queue written at once.
async fn want<Kind>(tx: &mut Tx, event: &Event<Kind>, wanted: Option<&PendingEmail>) -> db::Result<()> {
    let Some(wanted) = wanted else { return Ok(()) };
    queue::add(tx, event.source.trim_start_matches('/'), event.time, wanted).await?;
    let now = tx.now().await?;
    timer::set(tx, WRITE_EMAILS, wanted.notice.addressee, now, &()).await
}
