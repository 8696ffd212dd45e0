//! What the simulated provider has charged, to be laid beside what payments believes.

use crate::store::simulator as store;
use contracts::audit::ChargeFact;
use db::{Db, Result};

/// Every charge that the provider has made, declined ones too: those are worth nothing.
///
/// # Errors
/// What the database says.
pub async fn audit(db: &Db) -> Result<Vec<ChargeFact>> {
    let mut facts = Vec::new();
    for charge in store::charges(db).await? {
        facts.push(ChargeFact {
            key: charge.key,
            order_id: charge.order_id,
            authorized: if charge.state == "authorized" { charge.amount } else { 0 },
            captured: charge.captured,
            refunded: charge.refunded,
        });
    }
    Ok(facts)
}
