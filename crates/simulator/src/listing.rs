//! Lists what the simulated provider has charged, oldest first.

use super::{
    SimulatorInner,
    operations::{reference, shown},
};
use crate::store::charges::{self as store, ChargeRow};
use db::{Error, Result};
use kernel::{Money, Timestamp};
use payment_provider::{ChargePage, ListCharges, ListedCharge};
use std::sync::Arc;
use uuid::Uuid;

/// Charges on a page, as many as Stripe lists at most.
const PAGE: usize = 100;

pub(super) async fn list_charges(inner: Arc<SimulatorInner>, list: ListCharges) -> Result<ChargePage> {
    let after = match &list.after {
        Some(cursor) => read(cursor).ok_or_else(|| Error::other("this is no cursor of the simulator"))?,
        None => (list.since, Uuid::nil()),
    };
    let now = inner.db.now().await?;
    let rows = store::charges_since(&inner.db, after, PAGE as i64).await?;
    let last = rows.last().filter(|_| rows.len() == PAGE);
    let next = last.map(|last| format!("{}:{}", last.created_at.as_micros(), last.id));
    let listed = |mut charge: ChargeRow| {
        if charge.is_over(now, inner.settings.authorization_life) {
            charge.state = "expired".to_owned();
        }
        ListedCharge {
            amount: Money::new(charge.amount, charge.currency),
            order_id: charge.order_id,
            created_at: charge.created_at,
            reference: reference(charge.id),
            charge: shown(&charge),
            key: charge.key,
        }
    };
    Ok(ChargePage { charges: rows.into_iter().map(listed).collect(), next })
}

fn read(cursor: &str) -> Option<(Timestamp, Uuid)> {
    let (micros, id) = cursor.split_once(':')?;
    Some((Timestamp::from_micros(micros.parse().ok()?), id.parse().ok()?))
}
