//! What waits for too long in the tables of the event flow (I8, see `docs/lifecycle.md`), and what its feed lacks (I7);
//! a part of each service's audit.

pub use crate::store::audit::{FeedProgress, JournalEntry, Unpublished};
use crate::{
    row_reader::RowReader,
    store::{
        audit::{self as store, ConsumedPosition},
        dead_letters::{self, DeadLetter},
    },
};
use contracts::audit::{Finding, Invariant};
use db::{Db, Result};
use kernel::Timestamp;
use std::{collections::BTreeMap, time::Duration};

/// An event is published within this.
const PUBLISHED_WITHIN: Duration = Duration::from_secs(60);
/// A timer is taken within this.
const TAKEN_WITHIN: Duration = Duration::from_secs(60);

/// A timer is due within this: no setting puts anything off for longer than ten years.
const DUE_WITHIN: Duration = Duration::from_secs(11 * 366 * 24 * 3600);

/// A timer whose work has failed for so long is a matter for people: an outage that ends by itself is shorter.
const TRIED_WITHIN: Duration = Duration::from_secs(24 * 3600);

/// More than there will ever be of anything that is counted one by one: a number beyond this was never given out, and the
/// next ones would soon have no place.
pub const LARGEST: i64 = i64::MAX / 2;

/// Timers that are read together.
const TIMERS_AT_A_TIME: i64 = 500;

/// Events that are read together.
const EVENTS_AT_A_TIME: i64 = 500;

/// The feed of this service (I7).
///
/// # Errors
/// What the database says.
pub async fn feed(db: &Db) -> Result<FeedProgress> {
    store::feed(db).await
}

/// What this service has heard of others.
///
/// # Errors
/// What the database says.
pub async fn heard(db: &Db) -> Result<Vec<ConsumedPosition>> {
    store::heard(db).await
}

/// Shows every event of these subjects, subject by subject, oldest first. So many are held in memory at a time.
///
/// # Errors
/// What the database says.
pub async fn replay(db: &Db, subjects: &[String], mut show: impl FnMut(JournalEntry) + Send) -> Result<()> {
    let mut unseen = subjects.to_vec();
    // the subject of which more may follow, and the version that was shown last
    let mut begun: Option<(String, i64)> = None;
    while begun.is_some() || !unseen.is_empty() {
        let events = match &begun {
            Some((subject, version)) => {
                store::journal(db, std::slice::from_ref(subject), *version, EVENTS_AT_A_TIME).await?
            }
            None => store::journal(db, &unseen, i64::MIN, EVENTS_AT_A_TIME).await?,
        };
        let more_follow = i64::try_from(events.len()).is_ok_and(|count| count == EVENTS_AT_A_TIME);
        match (more_follow, &begun) {
            (true, _) => {
                unseen.retain(|subject| events.iter().all(|event| event.subject != *subject));
                begun = events.last().map(|last| (last.subject.clone(), last.version));
            }
            (false, Some(_)) => begun = None,
            (false, None) => unseen.clear(),
        }
        events.into_iter().for_each(&mut show);
    }
    Ok(())
}

/// The newest version of each of these subjects that this service has published up to this position of its feed.
///
/// # Errors
/// What the database says.
pub async fn told(db: &Db, subjects: &[String], position: i64) -> Result<BTreeMap<String, i64>> {
    store::told(db, subjects, position).await
}

/// The first hundred events of this service that have not been published for a minute.
///
/// # Errors
/// What the database says.
pub async fn unpublished(db: &Db, now: Timestamp, reading: &mut RowReader) -> Result<Vec<Unpublished>> {
    store::unpublished(db, now.minus(PUBLISHED_WITHIN), reading).await
}

/// The first hundred dead letters of this service that no operator has resolved.
///
/// # Errors
/// What the database says.
pub async fn unseen_letters(db: &Db, reading: &mut RowReader) -> Result<Vec<DeadLetter>> {
    dead_letters::listed(db, reading).await
}

/// When this service was last at work, by its own rows: when its newest event was written, or a timer set, taken or put
/// off, whichever is later. Whatever a service does at a time that it has set leaves one of these. None where it has done
/// nothing yet.
///
/// # Errors
/// What the database says.
pub async fn last_at_work(db: &Db) -> Result<Option<Timestamp>> {
    store::last_at_work(db).await
}

/// What is wrong with the timers of `service`: overdue by a minute, tried without success for a day, or with work that cannot be
/// done, a finding for each kind; or due at a time that is never reached (I8). And which of them cannot be read (I7): where one
/// is due, none of its kind is taken.
///
/// # Errors
/// What the database says.
pub async fn timers(service: &str, db: &Db, now: Timestamp) -> Result<Vec<Finding>> {
    let found = store::timers(db, now.minus(TAKEN_WITHIN), now.minus(TRIED_WITHIN)).await?;
    let finding = |of: store::FaultyTimers| {
        let parts = [
            (of.overdue, "are overdue by a minute".to_owned()),
            (of.tried, "have been tried in vain for a day".to_owned()),
            (of.impossible, format!("cannot be done ({})", of.error.unwrap_or_default())),
        ];
        let parts = parts.into_iter().filter(|(count, _)| *count > 0);
        let detail: Vec<String> = parts.map(|(count, what)| format!("{count} {what}")).collect();
        let subject = format!("{service}: timer {}", of.kind);
        Finding { invariant: Invariant::I8, subject, detail: detail.join(", ") }
    };
    let mut findings: Vec<Finding> = found.into_iter().map(finding).collect();
    let at_latest = db.now().await?.max(now).plus(DUE_WITHIN);
    let (mut kind, mut key) = (String::new(), String::new());
    loop {
        let of = (kind.as_str(), key.as_str());
        let store::TimerBatch { last, bad, late } =
            store::each_timer(db, of, at_latest, TIMERS_AT_A_TIME).await?;
        findings.extend(bad.into_iter().map(|store::BadTimer { kind, why }| Finding {
            invariant: Invariant::I7,
            subject: format!("{service}: timer {kind}"),
            detail: format!("it cannot be read: {why}"),
        }));
        findings.extend(late.into_iter().map(|store::LateTimer { kind, key, due_at }| Finding {
            invariant: Invariant::I8,
            subject: format!("{service}: timer {kind}"),
            detail: format!("that of {key} is due only at {due_at}: nothing is put off for so long"),
        }));
        let Some(last) = last else { break };
        (kind, key) = last;
    }
    Ok(findings)
}

/// What waits in `service`, in numbers: at most one finding about its events, one about its dead letters, and one
/// about each kind of timer.
///
/// # Errors
/// What the database says.
pub async fn waiting(service: &str, db: &Db, now: Timestamp) -> Result<Vec<Finding>> {
    let (unpublished, unseen) = store::waiting(db, now.minus(PUBLISHED_WITHIN)).await?;
    let rows = [
        (unpublished, ": events", "not sent for a minute"),
        (unseen, Finding::DEAD_LETTERS, "not looked at"),
    ];
    let waits = rows.into_iter().filter(|(count, ..)| *count > 0);
    let finding = |(count, of, what): (i64, &str, &str)| Finding {
        invariant: Invariant::I8,
        subject: format!("{service}{of}"),
        detail: format!("{count} {what}"),
    };
    let timers = timers(service, db, now).await?;
    Ok(waits.map(finding).chain(timers).collect())
}
