//! How a service does, for people who look: what waits in its database at this moment, whether or not for too long.

use crate::{journal::Journal, letters, store::state};
use contracts::system::{DeadLetter, LetterWish, ServiceState};
use db::{Db, Result};
use kernel::lately::Answered;
use std::time::Duration;

/// What has been due for so long is overdue.
const OVERDUE: Duration = Duration::from_secs(60);
/// So many of the events that were put aside are told.
const TOLD: usize = 20;

/// Since when it has been tried in vain is stuck.
pub const STUCK_AFTER: Duration = Duration::from_secs(15 * 60);
/// Nobody counts further.
pub const COUNTED: i64 = state::COUNTED;

/// What waits in the database of a service, beside what it has answered.
///
/// # Errors
/// What the database says.
pub async fn read(journal: &Journal, answered: Answered) -> Result<ServiceState> {
    let db = &journal.db;
    let now = db.now().await?;
    let waiting = state::waiting(db, now, now.minus(OVERDUE)).await?;
    let told = if waiting.letters > 0 { letters::list(db).await? } else { Vec::new() };
    let letter = |letter: letters::Letter| DeadLetter {
        event: letter.event,
        producer: letter.producer,
        kind: letter.kind,
        subject: letter.subject,
        error: letter.error,
        at: letter.at,
        replay: letter.replay,
    };
    Ok(ServiceState {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        answered,
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
