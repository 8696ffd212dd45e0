//! How a service does, for people who look: what waits in its database at this moment, whether or not for too long.

use crate::{
    journal::Journal,
    letters,
    store::state::{self, Waiting},
};
use contracts::system::{DeadLetter, LetterWish, ServiceState};
use db::{Db, Result};
use kernel::{Timestamp, lately::Answered};
use std::time::Duration;
use tokio::time::timeout;

/// What has been due for so long is overdue.
const OVERDUE: Duration = Duration::from_secs(60);
/// What is not written within this is not: who asks is still to hear what waits.
const WRITTEN_WITHIN: Duration = Duration::from_secs(1);
/// So many of the events that were put aside are told.
const TOLD: usize = 20;

/// Since when it has been tried in vain is stuck.
pub const STUCK_AFTER: Duration = Duration::from_secs(15 * 60);
/// Nobody counts further.
pub const COUNTED: i64 = state::COUNTED;

/// What waits in the database of a service and whether it takes what is written, beside what it has answered.
///
/// # Errors
/// What the database says.
pub async fn read(journal: &Journal, answered: Answered) -> Result<ServiceState> {
    let db = &journal.db;
    let now = db.now().await?;
    let (waiting, read_only) = waiting(db, now, now.minus(OVERDUE)).await?;
    let told = if waiting.letters > 0 { letters::list(db).await? } else { Vec::new() };
    let letter = |letter: letters::Letter| DeadLetter {
        event: letter.event,
        producer: letter.producer,
        kind: letter.kind,
        subject: letter.subject,
        body: format!("{:#}", letter.body).chars().take(DeadLetter::BODY_MAX).collect(),
        error: letter.error,
        at: letter.at,
        replay: letter.replay,
    };
    Ok(ServiceState {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        answered,
        read_only,
        unsent: waiting.unsent,
        unsent_since: waiting.unsent_since,
        head: waiting.head,
        heard: waiting.heard,
        due: waiting.due,
        overdue: waiting.overdue,
        next_due: waiting.next_due,
        put_aside: waiting.letters,
        stuck: 0,
        unanswered: Vec::new(),
        letters: told.into_iter().take(TOLD).map(letter).collect(),
    })
}

/// What waits, and whether it can only be read.
async fn waiting(db: &Db, now: Timestamp, since: Timestamp) -> Result<(Waiting, bool)> {
    let why = match timeout(WRITTEN_WITHIN, state::waiting_and_writing(db, now, since)).await {
        Ok(Ok(waiting)) => return Ok((waiting, false)),
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("not within {WRITTEN_WITHIN:?}"),
    };
    tracing::warn!(why, "the database takes nothing that is written");
    Ok((state::waiting(db, now, since).await?, true))
}

/// Does with an event that was put aside what somebody wishes. False where there is none such.
///
/// # Errors
/// What the database says.
pub async fn treat(service: &'static str, db: &Db, wish: &LetterWish) -> Result<bool> {
    match wish.drop {
        true => letters::drop(service, db, wish.event).await,
        false => letters::replay(service, db, wish.event).await,
    }
}
