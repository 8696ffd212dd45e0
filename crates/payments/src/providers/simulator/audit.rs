//! What the simulated provider has charged, to be laid beside what payments believes.

use super::operations::reference;
use crate::store::simulator::{self as store, ChargeRow};
use contracts::audit::ChargeFact;
use db::{Db, Result};
use kernel::id::OrderId;

/// Every charge that the provider has made, declined ones too: those are worth nothing. All are held in memory.
///
/// # Errors
/// What the database says.
pub async fn audit(db: &Db) -> Result<Vec<ChargeFact>> {
    charges_after(db, "", i64::MAX).await
}

/// The charges after the one with the key `after`, by their keys: at most so many.
///
/// # Errors
/// What the database says.
pub async fn charges_after(db: &Db, after: &str, at_most: i64) -> Result<Vec<ChargeFact>> {
    Ok(store::charges_after(db, after, at_most).await?.into_iter().map(fact).collect())
}

/// The charges of these orders.
///
/// # Errors
/// What the database says.
pub async fn charges_of(db: &Db, orders: &[OrderId]) -> Result<Vec<ChargeFact>> {
    Ok(store::charges_of(db, orders).await?.into_iter().map(fact).collect())
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
