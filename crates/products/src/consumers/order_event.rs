//! Every event of an order carries its totals: stock follows them (R3).

use crate::{
    Products,
    workflows::apply_outcome::{OutcomeSource, apply_outcome},
};
use contracts::{
    events::{Event, EventType, EventType::*, OrderEvent},
    placements::PlacementOutcome,
};
use flow::{Cause, ConsumeError};

/// Orders also tells of fulfilments; what they mean for stock is in the order's own events. A new draft means
/// nothing for it.
pub(crate) const HANDLED: &[EventType] = &[
    OrderPlaced,
    OrderPaymentFailed,
    OrderConfirmed,
    OrderCancelRequested,
    OrderCancelled,
    OrderExpired,
    OrderItemsCancelled,
    OrderUpdated,
    OrderPaymentLapsed,
    OrderCompleted,
    OrderReopened,
    OrderClaimed,
    OrderRefunded,
];

pub(crate) async fn order_event(s: Products, event: Event) -> Result<(), ConsumeError> {
    let OrderEvent { figures, .. } = event.read()?;
    // a draft holds nothing
    let Some(placement_id) = figures.placement_id else { return Ok(()) };
    apply_outcome(
        &s,
        placement_id,
        &PlacementOutcome::Placed { figures },
        (OutcomeSource::Event, &Cause::event(&event)),
    )
    .await?;
    Ok(())
}
