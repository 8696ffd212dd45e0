//! What an audit finds here: events that wait, were dead-lettered or are missing (I7 and I8, see `docs/lifecycle.md`).

use crate::{NAME, store::audit as store};
use contracts::audit::{Finding, Invariant, ServiceFacts};
use db::{Db, Result};
use flow::row_reader::RowReader;
use kernel::Timestamp;
use std::{collections::BTreeMap, time::Duration};

/// How long an event may take from its producer to its place in the log.
const PATIENCE: Duration = Duration::from_secs(60);
/// Events that are read together.
const PAGE: i64 = 500;
/// Of one kind, so many findings are enough.
const FINDINGS_MAX: i64 = 100;

/// Audits this service.
///
/// # Errors
/// What the database says.
pub async fn audit(db: &Db, now: Timestamp) -> Result<ServiceFacts> {
    let since = now.minus(PATIENCE);
    let (mut findings, mut reading) = (Vec::new(), RowReader::default());
    for letter in flow::audit::unseen_letters(db, &mut reading).await? {
        let detail = format!("of {}: put aside and not looked at: {}", letter.producer, letter.error);
        findings.push(Finding { invariant: Invariant::I8, subject: letter.event.to_string(), detail });
    }
    for event in store::unplaced_since(db, since, FINDINGS_MAX, &mut reading).await? {
        let detail = "heard, and without a place in the public log for a minute".to_owned();
        findings.push(Finding { invariant: Invariant::I8, subject: event.to_string(), detail });
    }
    for gap in store::gaps(db, since, FINDINGS_MAX, &mut reading).await? {
        let after = if gap.forgotten > 0 { format!(" after {}", gap.forgotten) } else { String::new() };
        let (newest, known) = (gap.newest, gap.known);
        let detail = format!("of its versions{after} up to {newest}, events of {known} have been heard");
        findings.push(Finding { invariant: Invariant::I7, subject: gap.subject, detail });
    }
    findings.extend(places(db).await?);
    findings.extend(filed(db, &mut reading).await?);
    // mails that cannot be made among them
    findings.extend(flow::audit::timers(NAME, db, now).await?);
    let mut audited = ServiceFacts { findings, ..ServiceFacts::default() };
    reading.add_to(&mut audited);
    Ok(audited)
}

/// Whether events can get a place in the log: each gets the one after the newest.
async fn places(db: &Db) -> Result<Option<Finding>> {
    let detail = match store::places(db).await? {
        (None, _) => "it is not known where the public log ends; no event gets a place in it".to_owned(),
        (Some(head), newest) if head < newest => {
            format!("places in the public log are counted on from {head}, and {newest} has been given")
        }
        (Some(_), _) => return Ok(None),
    };
    Ok(Some(Finding { invariant: Invariant::I7, subject: format!("{NAME}: public log"), detail }))
}

/// Events of the log that are filed as others.
async fn filed(db: &Db, reading: &mut RowReader) -> Result<Vec<Finding>> {
    let (mut findings, mut after) = (Vec::new(), 0);
    while let Some((last, found)) = store::each_event(db, after, PAGE, reading).await? {
        after = last;
        findings.extend(found.into_iter().map(|otherwise| {
            let detail = format!("its event {} in the public log is filed as another one", otherwise.event);
            Finding { invariant: Invariant::I7, subject: otherwise.subject, detail }
        }));
    }
    Ok(findings)
}

/// The newest version of each of these subjects that the public log has, or has forgotten in its time.
///
/// # Errors
/// What the database says.
pub async fn newest(db: &Db, subjects: &[String]) -> Result<BTreeMap<String, i64>> {
    store::newest(db, subjects).await
}
