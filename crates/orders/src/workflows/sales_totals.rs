//! Brings in line what an older version does not keep up while it works beside this one.

use crate::store::{sales_totals, word_refresh};
use db::{Db, Result};
use kernel::Timestamp;

/// Corrects the sums of orders, day by day. Version 0.1.0 has none: what its replicas write is not in them. Replicas that do so at
/// once wait for one another, and find nothing left.
pub(crate) async fn correct_sums(db: &Db) -> Result<()> {
    let (mut from, mut corrected) = (Timestamp::from_micros(0), 0);
    while let Some((day, after)) = sales_totals::next_day(db, from).await? {
        if after <= from {
            break; // beyond this there is no time
        }
        from = after;
        if !sales_totals::different(db, day, after).await?.is_empty() {
            corrected += correct_day(db, day, after).await?;
        }
    }
    if corrected > 0 {
        tracing::info!(corrected, "sales totals of an older version corrected");
    }
    Ok(())
}

async fn correct_day(db: &Db, day: Timestamp, after: Timestamp) -> Result<usize> {
    let mut tx = db.begin().await?;
    if !word_refresh::hold(&mut tx).await? {
        return tx.rollback().await.map(|()| 0);
    }
    let different = sales_totals::different_now(&mut tx, day, after).await?;
    let corrected = different.len();
    for one in different {
        let (noted, worked_out) = one?;
        sales_totals::correct(&mut tx, &noted, &worked_out).await?;
    }
    tx.commit("orders.correct_sums").await?;
    Ok(corrected)
}
