//! What the simulated provider has charged, to be laid beside what payments believes.

use super::operations::reference;
use crate::store::simulator::{self as store, ChargeRow};
use contracts::{audit::ChargeFact, payments::CaptureMode};
use db::{Db, Result};
use kernel::id::OrderId;

/// Every charge that the provider has made, declined ones too: those are worth nothing. All are held in memory.
///
/// # Errors
/// What the database says.
pub async fn audit(db: &Db) -> Result<Vec<ChargeFact>> {
    Ok(store::charges_after(db, "", i64::MAX).await?.into_iter().map(fact).collect())
}

/// The charges after the one with the key `after`, by their keys: at most so many. What may yet be taken counts as
/// promised.
///
/// # Errors
/// What the database says.
pub async fn charges_after(db: &Db, after: &str, at_most: i64) -> Result<Vec<ChargeFact>> {
    Ok(store::charges_after(db, after, at_most).await?.into_iter().map(at_most_taken).collect())
}

/// The charges of these orders, in the same way.
///
/// # Errors
/// What the database says.
pub async fn charges_of(db: &Db, orders: &[OrderId]) -> Result<Vec<ChargeFact>> {
    Ok(store::charges_of(db, orders).await?.into_iter().map(at_most_taken).collect())
}

/// A charge that is not decided yet may take all of it, and one that takes all at once has not let go of a rest. Money
/// that its state does not know of is none.
fn at_most_taken(charge: ChargeRow) -> ChargeFact {
    let is_taken = charge.state == "captured";
    let is_open = matches!(charge.state.as_str(), "requires_action" | "processing");
    let rest = charge.amount - charge.captured;
    let is_whole = is_open || (is_taken && charge.capture == CaptureMode::Automatic);
    let mut fact = fact(charge);
    if !is_taken {
        fact.captured = 0;
    }
    if is_whole {
        fact.authorized = rest;
    }
    fact
}

fn fact(charge: ChargeRow) -> ChargeFact {
    ChargeFact {
        authorized: if charge.state == "authorized" { charge.amount } else { 0 },
        key: charge.key,
        reference: reference(charge.id),
        order_id: charge.order_id,
        currency: charge.currency,
        captured: charge.captured,
        refunded: charge.refunded,
    }
}
