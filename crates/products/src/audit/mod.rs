//! The audit of this service: what is broken within it, and its reservations for the checks across services
//! (I1, I2, I7, I8, I10, see `docs/lifecycle.md`).

mod overflow;
mod published_events;

use overflow::Sums;
pub use published_events::{told, told_of};

use crate::store::audit::{self as store, StockCorrection};
use contracts::audit::{Finding, Invariant, Note, ReservationFact, ServiceFacts};
use db::{Db, Result};
use flow::row_reader::RowReader;
use kernel::{
    Id, Timestamp,
    id::{PlacementId, ProductId},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// A hold is asked about again shortly; so many questions without an answer, for so long, are a finding.
const ASKED_TIMES: i64 = 3;
const ANSWERED_WITHIN: Duration = Duration::from_secs(10 * 60);

/// What is broken, and what others can check; every reservation is held in memory.
///
/// # Errors
/// What the database says.
pub async fn audit(db: &Db, now: Timestamp) -> Result<ServiceFacts> {
    let nothing = (Id::from_uuid(uuid::Uuid::nil()), Id::from_uuid(uuid::Uuid::nil()));
    let mut audited = own(db, now).await?;
    if let Some((_, part)) = reservations_after(db, nothing, i64::MAX).await? {
        audited.findings.extend(part.findings);
        audited.unreadable.extend(part.unreadable);
        audited.reservations = part.reservations;
    }
    Ok(audited)
}

/// The reservations after the one of this placement and product that hold units, or of which some were consumed: at
/// most so many, for the checks across services, and the last one of them. None: there are no more.
///
/// # Errors
/// What the database says.
pub async fn reservations_after(
    db: &Db,
    after: (PlacementId, ProductId),
    at_most: i64,
) -> Result<Option<((PlacementId, ProductId), ServiceFacts)>> {
    let mut reading = RowReader::default();
    let found = store::reservations_after(db, after, at_most, &mut reading).await?;
    let Some((last, reservations)) = found else { return Ok(None) };
    let mut audited = ServiceFacts { reservations, ..ServiceFacts::default() };
    reading.add_to(&mut audited);
    Ok(Some((last, audited)))
}

/// Those of these placements, and what was consumed of their orders when they were so.
///
/// # Errors
/// What the database says.
pub async fn reservations_of(
    db: &Db,
    placements: &[PlacementId],
) -> Result<(Vec<ReservationFact>, ConsumedOrders)> {
    let db = &db.snapshot().await?;
    Ok((store::reservations_of(db, placements).await?, heard_of(db, placements).await?))
}

/// What products has heard of these placements' orders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConsumedOrders {
    /// Up to this position of orders' feed everything was acted on; later events may have been, too.
    pub position: i64,
    /// By placing: the newest version of its order that was acted on; 0 or nothing: none.
    pub versions: BTreeMap<PlacementId, i64>,
}

/// What was consumed of the orders of these placements.
///
/// # Errors
/// What the database says.
pub async fn heard_of(db: &Db, placements: &[PlacementId]) -> Result<ConsumedOrders> {
    let db = &db.snapshot().await?;
    let versions = store::versions_heard(db, placements).await?.into_iter().collect();
    Ok(ConsumedOrders { position: store::position_heard(db, "orders").await?, versions })
}

/// What is broken within this service.
///
/// # Errors
/// What the database says.
pub async fn own(db: &Db, now: Timestamp) -> Result<ServiceFacts> {
    let mut reading = RowReader::default();
    let mut findings = published_events::numbers(db, &mut reading).await?;
    store::strangers(db, &mut reading).await?;
    let beyond = overflow::look(db, &mut reading).await?;
    let are_beyond = !beyond.is_empty();
    let mut sums = Sums { reading: &mut reading, are_beyond };
    findings.extend(beyond);
    findings.extend(in_products(db, &mut sums).await?);
    findings.extend(in_reservations(db, &mut sums).await?);
    findings.extend(in_placings(db, now, &mut reading).await?);
    findings.extend(flow::audit::waiting(crate::NAME, db, now).await?);
    let found = store::found(db, &mut reading).await;
    let found = Sums { reading: &mut reading, are_beyond }.or_beyond(found)?;
    let notes = found.into_iter().map(noted).collect();
    let mut audited = ServiceFacts { findings, notes, ..ServiceFacts::default() };
    reading.add_to(&mut audited);
    Ok(audited)
}

/// Products beside their reservations and their ledgers.
async fn in_products(db: &Db, sums: &mut Sums<'_>) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let found = store::reserved_otherwise(db, sums.reading).await;
    for row in sums.or_beyond(found)? {
        let detail = format!(
            "reserved is {}, its reservations hold {}; on hand {}, short {}, back-orders {}",
            row.reserved, row.open, row.on_hand, row.short, row.backorder
        );
        findings.push(finding(Invariant::I1, row.product_id, detail));
    }
    let found = store::moved_otherwise(db, sums.reading).await;
    for row in sums.or_beyond(found)? {
        let detail = format!("on hand is {}, its movements come to {}", row.on_hand, row.moved);
        findings.push(finding(Invariant::I2, row.product_id, detail));
    }
    let unmoved = subjects(&findings);
    let found = store::left_otherwise(db, sums.reading).await;
    for row in sums.or_beyond(found)? {
        let subject = row.product_id.to_string();
        if !unmoved.contains(&subject) {
            let detail =
                format!("a movement left {} on hand, as it says; by all before it {}", row.on_hand, row.left);
            findings.push(finding(Invariant::I2, subject, detail));
        }
    }
    let found = store::unknown(db, sums.reading).await;
    for row in sums.or_beyond(found)? {
        findings.push(match row.open {
            0 => finding(Invariant::I2, row.product_id, "it has a ledger, and is not there".to_owned()),
            open => finding(
                Invariant::I1,
                row.product_id,
                format!("{open} units of it are reserved, and it is not there"),
            ),
        });
    }
    Ok(findings)
}

/// Reservations by themselves, and beside what was sold for them.
async fn in_reservations(db: &Db, sums: &mut Sums<'_>) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for row in store::counted_otherwise(db, sums.reading).await? {
        let detail = format!(
            "{}: {} units were reserved; {} are open, {} consumed, {} released",
            row.product_id, row.quantity, row.open, row.consumed, row.released
        );
        findings.push(finding(Invariant::I1, row.placement_id, detail));
    }
    let found = store::sold_otherwise(db, sums.reading).await;
    for row in sums.or_beyond(found)? {
        let detail = format!(
            "{}: {} units were consumed, and the ledger has {} as sold",
            row.product_id, row.consumed, row.sold
        );
        findings.push(finding(Invariant::I2, row.placement_id, detail));
    }
    let named = subjects(&findings);
    let found = store::shipped_otherwise(db, sums.reading).await;
    for row in sums.or_beyond(found)? {
        let subject = row.placement_id.to_string();
        if !named.contains(&subject) {
            let says = row.shipped.map_or("no number".to_owned(), |shipped| shipped.to_string());
            let detail = format!(
                "{}: a sale says that {says} units were shipped until then; by the ledger {}",
                row.product_id, row.sold
            );
            findings.push(finding(Invariant::I2, subject, detail));
        }
    }
    Ok(findings)
}

/// Placements that hold stock, and what became of which nobody finds out.
async fn in_placings(db: &Db, now: Timestamp, reading: &mut RowReader) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for placement_id in store::never_asked(db, reading).await? {
        let detail = "it holds stock, and nobody asks what became of it".to_owned();
        findings.push(finding(Invariant::I10, placement_id, detail));
    }
    for row in store::asked_in_vain(db, ASKED_TIMES, now.minus(ANSWERED_WITHIN), reading).await? {
        let detail = format!(
            "it holds stock; what became of it was asked {} times since {}, and no answer could be followed",
            row.times, row.since
        );
        findings.push(finding(Invariant::I10, row.placement_id, detail));
    }
    Ok(findings)
}

fn finding(invariant: Invariant, subject: impl ToString, detail: String) -> Finding {
    Finding { invariant, subject: subject.to_string(), detail }
}

fn subjects(findings: &[Finding]) -> BTreeSet<String> {
    findings.iter().map(|finding| finding.subject.clone()).collect()
}

/// Shipping is never refused: what the books lacked was found, and somebody should count.
fn noted(StockCorrection { product_id, units, movements }: StockCorrection) -> Note {
    let times = if movements == 1 { "once".to_owned() } else { format!("{movements} times") };
    let detail =
        format!("{units} units that the books did not have were found as they were shipped, {times}");
    Note { subject: product_id.to_string(), detail }
}
