//! How a service does, for people who look: what waits in its database at this moment, whether or not for too long.

use crate::{
    dead_letters,
    journal::Journal,
    store::service_status::{self, Backlog, DeadLetterJson, OverdueThresholds},
};
use contracts::system::{DeadLetter, DeadLetterAction, ServiceStatus};
use db::{Db, Result};
use kernel::{Timestamp, id::EventId, recent_stats::RequestStats};
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;
use uuid::Uuid;

/// What has been due for so long is overdue.
const OVERDUE: Duration = Duration::from_secs(60);
/// What is not written within this is not: the reader of the state must not wait for it.
const WRITTEN_WITHIN: Duration = Duration::from_secs(1);
/// The most dead letters that the status lists.
const TOLD: i64 = 20;

/// Since when it has been tried without success is stuck.
pub const STUCK_AFTER: Duration = Duration::from_secs(15 * 60);
/// The largest count that is reported.
pub const COUNTED: i64 = service_status::COUNTED;

/// What waits in the database of a service and whether it takes what is written, beside what it has answered; and the moment by
/// the clock of the database. Of the timers of the kind `stuck`, those that have been tried without success for [`STUCK_AFTER`]
/// are counted. It is one statement.
///
/// # Errors
/// What the database says.
pub async fn read(
    journal: &Journal,
    answered: RequestStats,
    stuck: Option<&'static str>,
) -> Result<(ServiceStatus, Timestamp)> {
    let late =
        OverdueThresholds { overdue: OVERDUE, stuck: (stuck.unwrap_or_default(), STUCK_AFTER), told: TOLD };
    let (waiting, read_only) = waiting(&journal.db, late).await?;
    let state = ServiceStatus {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        answered,
        read_only,
        unsent: waiting.unsent,
        unsent_since: waiting.unsent_since,
        head: waiting.head,
        heard: waiting.heard,
        placed: waiting.placed,
        due: waiting.due,
        overdue: waiting.overdue,
        next_due: waiting.next_due,
        put_aside: waiting.letters,
        stuck: waiting.stuck,
        unanswered: Vec::new(),
        unknown_charges: 0,
        letters: waiting.told.into_iter().filter_map(letter).collect(),
        audit: None,
    };
    Ok((state, waiting.now))
}

/// None where it has no id, which cannot be in its table.
fn letter(told: DeadLetterJson) -> Option<DeadLetter> {
    // what is no event is shown as the text that it is
    let body = serde_json::from_str(&told.body).unwrap_or(Value::String(told.body));
    let word = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    Some(DeadLetter {
        event: EventId::from_uuid(Uuid::parse_str(&told.event).ok()?),
        producer: told.producer,
        kind: word("type"),
        subject: word("subject"),
        body: shown(&body).chars().take(DeadLetter::BODY_MAX).collect(),
        error: told.error,
        at: Timestamp::from_micros(told.at),
        replay: told.replay != 0,
        replays: told.replays,
    })
}

fn shown(body: &Value) -> String {
    body.as_str().map_or_else(|| format!("{body:#}"), str::to_owned)
}

/// What waits, and whether it can only be read.
async fn waiting(db: &Db, late: OverdueThresholds) -> Result<(Backlog, bool)> {
    let why = match timeout(WRITTEN_WITHIN, service_status::waiting_and_writing(db, late)).await {
        Ok(Ok(waiting)) => return Ok((waiting, false)),
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("not within {WRITTEN_WITHIN:?}"),
    };
    tracing::warn!(why, "database is not writable");
    Ok((service_status::waiting(db, late).await?, true))
}

/// Does with an event that was dead-lettered what somebody wishes. False where there is none such.
///
/// # Errors
/// What the database says.
pub async fn treat(service: &'static str, db: &Db, wish: &DeadLetterAction) -> Result<bool> {
    match wish.drop {
        true => dead_letters::drop(service, db, wish.event).await,
        false => dead_letters::replay(service, db, wish.event).await,
    }
}
