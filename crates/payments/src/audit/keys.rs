//! The keys that the provider was asked with beside those that are written down (I4): none is sent before (R7), so that the
//! newest one is missed as well, which leaves no gap.

use crate::store::{audit as store, epoch, unknown_charges};
use contracts::audit::{ChargeFact, Finding, Invariant};
use db::{Db, Result};
use kernel::{
    Timestamp,
    id::{AttemptId, OrderId, RefundId},
};
use payment_provider::UsedKey;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Those of these keys that nobody has written down, each by its payment; where that is not known, by its order, or by itself. The
/// provider was asked for them before: what it was asked with by then is written down, also where the shop is at work.
///
/// # Errors
/// What the database says.
pub async fn keys(db: &Db, mut asked: Vec<UsedKey>) -> Result<Vec<Finding>> {
    let keys: Vec<String> =
        asked.iter().flat_map(|asked| [Some(&asked.key), asked.charge.as_ref()]).flatten().cloned().collect();
    let written = store::written(db, &keys).await?;
    asked.retain(|asked| !written.contains(&asked.key));
    if let Some(begun) = epoch::accepted(db).await? {
        asked.retain(|asked| !is_of_lost_time(asked, begun, &written));
    }
    let charges: Vec<String> = asked.iter().filter_map(|asked| asked.charge.clone()).collect();
    let noted = unknown_charges::noted(db, &charges).await?;
    // of a charge that was lost, all keys were: those that were lost, and those of giving it back
    let is_noted = |asked: &UsedKey| asked.charge.as_ref().is_some_and(|charge| noted.contains(charge));
    asked.retain(|asked| !is_noted(asked));
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let order = |asked: &UsedKey| asked.order.map(|order| order.uuid());
    let things = asked.iter().flat_map(|asked| [subject(&asked.key), order(asked)]).flatten();
    let payments = store::whose(db, &things.collect::<Vec<_>>()).await?;
    let finding = |asked: UsedKey| {
        let payment =
            [subject(&asked.key), order(&asked)].into_iter().flatten().find_map(|of| payments.get(&of));
        let of_nobody = || asked.order.map_or_else(|| asked.key.clone(), |order| order.to_string());
        let subject = payment.map_or_else(of_nobody, ToString::to_string);
        let detail =
            format!("the provider was asked with the key {}, which was never written down", asked.key);
        Finding { invariant: Invariant::I4, subject, detail }
    };
    Ok(asked.into_iter().map(finding).collect())
}

/// Takes away charges of which nothing is left to be known: they were lost here, and hold no money any more.
///
/// # Errors
/// What the database says.
pub async fn without_settled(db: &Db, charges: &mut Vec<ChargeFact>) -> Result<()> {
    let is_empty = |charge: &ChargeFact| charge.authorized == 0 && charge.captured == charge.refunded;
    let keys: Vec<String> = charges.iter().filter(|c| is_empty(c)).map(|c| c.key.clone()).collect();
    let settled = unknown_charges::settled(db, &keys).await?;
    charges.retain(|charge| !is_empty(charge) || !settled.contains(&charge.key));
    Ok(())
}

/// The keys of the charges that these orders may be paid with: the provider may have made them for lost orders that these repeat.
///
/// # Errors
/// What the database says.
pub async fn keys_of_charges(db: &Db, orders: &[OrderId]) -> Result<Vec<String>> {
    store::submissions(db, orders).await
}

/// Names for each charge the order that it pays for, which may be the repeat of the lost one that it was made for.
///
/// # Errors
/// What the database says.
pub async fn assign_to_repeats(db: &Db, charges: &mut [ChargeFact]) -> Result<()> {
    let keys: Vec<String> = charges.iter().map(|charge| charge.key.clone()).collect();
    let paid = store::orders_of_keys(db, &keys).await?;
    for charge in charges {
        if let Some(order) = paid.get(&charge.key).filter(|order| order.tail() == charge.order_id.tail()) {
            charge.order_id = *order;
        }
    }
    Ok(())
}

/// Whether the database may have lost it before this epoch: it moved no money, or the charge is known here, whose amounts are
/// compared whatever keys have led to them.
fn is_of_lost_time(asked: &UsedKey, begun: Timestamp, written: &BTreeSet<String>) -> bool {
    let is_known = asked.charge.as_ref().is_some_and(|charge| written.contains(charge));
    asked.is_refused || (is_known && asked.charged_at.is_some_and(|charged| charged < begun))
}

/// The attempt or refund that a key is of, where it is one of ours.
fn subject(key: &str) -> Option<Uuid> {
    let name = key.rsplitn(3, '-').nth(2)?;
    let attempt = name.parse::<AttemptId>().map(|id| id.uuid()).ok();
    attempt.or_else(|| name.parse::<RefundId>().map(|id| id.uuid()).ok())
}
