//! The invariants that this service can check alone: I8, nothing waits forever; and (I7) accounts that cannot be read, and
//! data without which no sign-in or sign-out works.

use crate::{
    NAME,
    store::{accounts, revocations, signing_keys},
};
use contracts::audit::{Finding, Invariant, ServiceFacts};
use db::Db;
use flow::{audit as flow_audit, dead_letters::DeadLetter, row_reader::RowReader};
use kernel::{Timestamp, id::UserId};

/// Accounts that are read together.
const PAGE: i64 = 500;

/// What is broken in this service's database.
///
/// # Errors
/// What the database says.
pub async fn audit(db: &Db, now: Timestamp) -> db::Result<ServiceFacts> {
    let finding = |subject: String, detail: String| Finding { invariant: Invariant::I8, subject, detail };
    let (mut findings, mut reading) = (Vec::new(), RowReader::default());
    let mut after = UserId::from_uuid(uuid::Uuid::nil());
    while let Some(last) = accounts::audit(db, after, PAGE, &mut reading).await? {
        after = last;
    }
    for flow_audit::Unpublished { event, since } in flow_audit::unpublished(db, now, &mut reading).await? {
        findings.push(finding(event.to_string(), format!("{NAME} has not published it since {since}")));
    }
    for DeadLetter { event, at, .. } in flow_audit::unseen_letters(db, &mut reading).await? {
        findings
            .push(finding(event.to_string(), format!("{NAME} put it aside at {at}, and nobody has looked")));
    }
    let gone = vanished(db, &mut reading).await?;
    findings.extend(gone.into_iter().map(|id| Finding {
        invariant: Invariant::I7,
        subject: id.to_string(),
        detail: "its events tell of it, and it is not there".to_owned(),
    }));
    findings.extend(flow_audit::timers(NAME, db, now).await?);
    let doors = doors(db).await;
    findings.extend(reading.or_name(&format!("{NAME}: revocations"), doors)?);
    let mut audited = ServiceFacts { findings, ..ServiceFacts::default() };
    reading.add_to(&mut audited);
    Ok(audited)
}

/// Accounts that are missing although events name them: accounts are never deleted.
async fn vanished(db: &Db, reading: &mut RowReader) -> db::Result<Vec<UserId>> {
    accounts::strangers(db, reading).await?;
    let (mut gone, mut after) = (Vec::new(), String::new());
    // events first, so that an account that comes in between is not missed
    while let Some((last, found)) = accounts::vanished(db, &after, PAGE).await? {
        after = last;
        gone.extend(found);
    }
    Ok(gone)
}

/// What people come in and go out by: a key that signs, and the numbers by which other processes hear whose session has ended.
async fn doors(db: &Db) -> db::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut find = |subject: &str, detail: String| {
        findings.push(Finding { invariant: Invariant::I7, subject: format!("{NAME}: {subject}"), detail });
    };
    // both are made by the first start
    let (keys, usable) = signing_keys::count(db).await?;
    if keys > 0 && usable == 0 {
        find("signing keys", format!("none of its {keys} can go on signing: whoever signs in is not known"));
    }
    match revocations::numbered(db).await? {
        (None, _) => {
            find("revocations", "how many sessions have ended is not noted: none can be ended".to_owned())
        }
        (Some(head), newest) if newest > Some(head) || !(0..=flow_audit::LARGEST).contains(&head) => {
            find(
                "revocations",
                format!("{head} sessions have ended, as is noted, and there is number {newest:?}"),
            );
        }
        _ => {}
    }
    Ok(findings)
}
