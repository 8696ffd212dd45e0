//! What waits for too long in the tables of the event flow (I8, see `docs/lifecycle.md`); a part of each service's
//! audit.

use crate::store::audit as store;
use contracts::audit::{Finding, Invariant};
use db::{Db, Result};
use kernel::{Timestamp, id::EventId};
use std::time::Duration;

/// An event is published within this.
const PUBLISHED_WITHIN: Duration = Duration::from_secs(60);
/// A timer is taken within this.
const TAKEN_WITHIN: Duration = Duration::from_secs(60);

/// An event that has not been published for a minute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpublished {
    /// Its id.
    pub event: EventId,
    /// When it was written.
    pub since: Timestamp,
}

/// An event that could not be acted on, and that nobody has looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its id.
    pub event: EventId,
    /// Whose it is.
    pub producer: String,
    /// Why it could not be acted on.
    pub error: String,
    /// When it was put aside.
    pub at: Timestamp,
}

/// The first hundred events of this service that have not been published for a minute.
///
/// # Errors
/// What the database says.
pub async fn unpublished(db: &Db, now: Timestamp) -> Result<Vec<Unpublished>> {
    store::unpublished(db, now.minus(PUBLISHED_WITHIN)).await
}

/// The first hundred events that this service put aside, and that nobody has looked at.
///
/// # Errors
/// What the database says.
pub async fn unseen_letters(db: &Db) -> Result<Vec<Letter>> {
    store::unseen_letters(db).await
}

/// Timers of `service` that should have been taken a minute ago: a finding for each kind.
///
/// # Errors
/// What the database says.
pub async fn overdue_timers(service: &str, db: &Db, now: Timestamp) -> Result<Vec<Finding>> {
    let overdue = store::overdue_timers(db, now.minus(TAKEN_WITHIN)).await?;
    let finding = |(kind, count): (String, i64)| Finding {
        invariant: Invariant::I8,
        subject: format!("{service}: timer {kind}"),
        detail: format!("{count} are overdue by a minute"),
    };
    Ok(overdue.into_iter().map(finding).collect())
}

/// What waits in `service`, in numbers: at most one finding about its events, and one about its dead letters.
///
/// # Errors
/// What the database says.
pub async fn waiting(service: &str, db: &Db, now: Timestamp) -> Result<Vec<Finding>> {
    let (unpublished, unseen) = store::waiting(db, now.minus(PUBLISHED_WITHIN)).await?;
    let rows = [
        (unpublished, "events", "have not been sent for a minute"),
        (unseen, "dead letters", "have not been looked at"),
    ];
    let waits = rows.into_iter().filter(|(count, ..)| *count > 0);
    let finding = |(count, of, what): (i64, &str, &str)| Finding {
        invariant: Invariant::I8,
        subject: format!("{service}: {of}"),
        detail: format!("{count} {what}"),
    };
    Ok(waits.map(finding).collect())
}
