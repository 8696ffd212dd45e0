//! `payment.*`: how an order's payment stands now. Every one of them carries all totals (R3).

use crate::{Orders, order::PaymentUpdate};
use contracts::events::{Event, EventType, EventType::*, PaymentEvent};
use flow::{Cause, ConsumeError};

/// The events of refunds are for others: their payment's event tells what the order needs.
pub(crate) const HANDLED: &[EventType] = &[
    PaymentOpened,
    PaymentPending,
    PaymentAuthorized,
    PaymentCaptured,
    PaymentFailed,
    PaymentVoided,
    PaymentLapsed,
    PaymentUpdated,
    PaymentRefunded,
    PaymentClosed,
];

pub(crate) async fn payment(s: Orders, event: Event) -> Result<(), ConsumeError> {
    let PaymentEvent { figures, payment, .. } = event.read()?;
    let id = figures.order_id;
    let mut tx = s.db.begin().await?;
    let taken = s
        .store_payment_update(&mut tx, id, Some(&PaymentUpdate::of(figures, payment)), &Cause::event(&event))
        .await?;
    let Some((_, change)) = taken else {
        tx.rollback().await?;
        return Err(ConsumeError::Permanent(format!("there is a payment for {id}, which is not there")));
    };
    if change.is_empty() {
        return Ok(tx.rollback().await?);
    }
    tx.commit("orders.hear_payment").await?;
    s.wake(&change);
    Ok(())
}
