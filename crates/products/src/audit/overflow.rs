//! Numbers of units that nobody has (I1, I2): where one stands in a row, sums with it end beyond all numbers, and tell
//! nothing of the others.

use super::finding;
use crate::store::audit as store;
use contracts::audit::{Finding, Invariant};
use db::{Db, Engine, Result};
use flow::row_reader::{self, RowReader};

/// More units than anybody has of anything. Millions of rows with as many can still be added up.
const UNITS_MAX: i64 = 1_000_000_000_000;

/// Movements that are read together.
const PAGE: i64 = 500;

/// What comes of sums over many rows.
pub(super) struct Sums<'a> {
    pub(super) reading: &'a mut RowReader,
    /// Some row is named that has more units than there are.
    pub(super) are_beyond: bool,
}

impl Sums<'_> {
    /// What was found by a sum; nothing where it cannot be worked out with the rows that are named already.
    pub(super) fn or_beyond<T>(&mut self, found: Result<Vec<T>>) -> Result<Vec<T>> {
        match found {
            Err(error) if self.are_beyond && row_reader::is_unreadable(&error) => Ok(Vec::new()),
            found => self.reading.or_name("products: sums of units", found),
        }
    }
}

/// Names the rows with such numbers, and the movements that cannot be read.
pub(super) async fn look(db: &Db, reading: &mut RowReader) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for row in store::beyond_all(db, (-UNITS_MAX, UNITS_MAX), reading).await? {
        let (open, consumed) = (row.open, row.consumed);
        let detail =
            format!("{}: {open} units are open, {consumed} consumed: nobody has as many", row.product_id);
        findings.push(finding(Invariant::I1, row.placement_id, detail));
    }
    findings.extend(moved_beyond(db, reading).await?.into_iter().map(|moved| {
        let detail = format!("a movement of it is of {} units: nobody has as many", moved.delta);
        finding(Invariant::I2, moved.product_id, detail)
    }));
    Ok(findings)
}

async fn moved_beyond(db: &Db, reading: &mut RowReader) -> Result<Vec<store::MovementTotals>> {
    if db.engine() == Engine::Postgres {
        // what stands there is of its column's type; millions of rows need not be read one by one
        return store::beyond_moved(db, (-UNITS_MAX, UNITS_MAX)).await;
    }
    let (mut beyond, mut after) = (Vec::new(), 0);
    while let Some((last, moved)) = store::each_movement(db, after, PAGE, reading).await? {
        after = last;
        beyond.extend(moved.into_iter().filter(|moved| !(-UNITS_MAX..=UNITS_MAX).contains(&moved.delta)));
    }
    Ok(beyond)
}
