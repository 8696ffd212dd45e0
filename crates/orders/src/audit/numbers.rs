//! The numbers of orders (I7): none is given out twice, or no more orders could be placed.

use super::finding;
use crate::store::audit_stock as store;
use contracts::audit::{Finding, Invariant};
use db::{Db, Result};
use flow::audit::LARGEST;

/// How what is found broken here is named.
pub(super) const NUMBERS: &str = "orders: numbers";

/// Where the next number comes from knows the newest one.
pub(super) async fn look(db: &Db) -> Result<Option<Finding>> {
    let (given_out, highest) = store::numbers(db).await?;
    let Some(highest) = highest else { return Ok(None) };
    let detail = match given_out {
        Some(given_out) if given_out > LARGEST => {
            format!("{given_out} were given out, as is noted: there are hardly more")
        }
        Some(given_out) if given_out >= highest => return Ok(None),
        Some(given_out) => {
            format!("{given_out} were given out, as is noted, and there is an order {highest}")
        }
        None => format!("which number comes next is not noted, and there is an order {highest}"),
    };
    Ok(Some(finding(Invariant::I7, NUMBERS, detail)))
}
