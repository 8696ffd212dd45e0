//! Placing: what an order comes to, and what it is at first.

use super::{ChangeSet, Holds, Line, Lines, Order};
use crate::transition::order::{OrderState, OrderTrigger, TransitionNotAllowed};
use contracts::{
    Metadata,
    orders::{Adjustment, AdjustmentKind},
    reservations::ReservedLine,
};
use kernel::{Currency, Money, MoneyError, Timestamp, id::*};
use std::time::Duration;

/// A line that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RequestedLine {
    Product {
        product_id: ProductId,
        quantity: i64,
    },
    Custom {
        title: String,
        unit_price: Money,
        quantity: i64,
    },
    /// A line of a draft that stays what it is, whatever has become of its product.
    Kept(Line),
}

impl RequestedLine {
    /// How many units.
    pub(crate) fn quantity(&self) -> i64 {
        match self {
            RequestedLine::Product { quantity, .. } | RequestedLine::Custom { quantity, .. } => *quantity,
            RequestedLine::Kept(line) => line.quantity,
        }
    }
}

/// Why there is no price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PricingError {
    /// A sum is too large: where, as a pointer into the request.
    TooLarge { pointer: String },
    /// The discounts are more than all the rest.
    BelowZero,
    /// Products has answered something that cannot be.
    Unexpected(String),
}

/// Lines with their prices, and what it all comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PricedLines {
    pub(crate) lines: Vec<Line>,
    pub(crate) total: Money,
}

/// Prices the wanted lines, with the products' prices as they were reserved.
pub(crate) fn price(
    wanted: &[RequestedLine],
    reserved: &[ReservedLine],
    adjustments: &[Adjustment],
    currency: Currency,
    mut new_id: impl FnMut() -> LineId,
) -> Result<PricedLines, PricingError> {
    let mut total = Money::zero(currency);
    let mut lines = Vec::with_capacity(wanted.len());
    for (index, wanted) in wanted.iter().enumerate() {
        let line = line(wanted, reserved, new_id())?;
        let too_large = || PricingError::TooLarge { pointer: format!("/lines/{index}/quantity") };
        let sum = line.unit_price.times(line.quantity).and_then(|price| total.plus(price)?.in_a_total());
        total = sum.map_err(|error| not_priced(&error, too_large()))?;
        lines.push(line);
    }
    for (index, adjustment) in adjustments.iter().enumerate() {
        let too_large = PricingError::TooLarge { pointer: format!("/adjustments/{index}/amount") };
        total = total
            .plus(adjustment.amount)
            .and_then(Money::in_a_total)
            .map_err(|error| not_priced(&error, too_large))?;
    }
    if total.minor < 0 { Err(PricingError::BelowZero) } else { Ok(PricedLines { lines, total }) }
}

fn not_priced(error: &MoneyError, too_large: PricingError) -> PricingError {
    match error {
        MoneyError::Overflow => too_large,
        other => PricingError::Unexpected(other.to_string()),
    }
}

fn line(wanted: &RequestedLine, reserved: &[ReservedLine], id: LineId) -> Result<Line, PricingError> {
    let (product_id, title, sku, unit_price, quantity) = match wanted {
        RequestedLine::Kept(line) => return Ok(line.clone()),
        RequestedLine::Custom { title, unit_price, quantity } => {
            (None, title.clone(), None, *unit_price, *quantity)
        }
        RequestedLine::Product { product_id, quantity } => {
            let found = reserved.iter().find(|line| line.product_id == *product_id);
            let missing = || PricingError::Unexpected(format!("{product_id} is reserved without a price"));
            let product = found.ok_or_else(missing)?;
            (
                Some(*product_id),
                product.name.clone(),
                Some(product.sku.clone()),
                product.unit_price,
                *quantity,
            )
        }
    };
    let (open, cancelled, shipped, delivered, returned, undelivered) = (quantity, 0, 0, 0, 0, 0);
    Ok(Line {
        id,
        product_id,
        title,
        sku,
        quantity,
        unit_price,
        open,
        cancelled,
        shipped,
        delivered,
        returned,
        undelivered,
    })
}

/// What an adjustment adds: a discount takes off.
pub(crate) fn adjustment_amount(kind: AdjustmentKind, amount: Money) -> Money {
    match kind {
        AdjustmentKind::Discount => Money::new(-amount.minor, amount.currency),
        AdjustmentKind::Shipping | AdjustmentKind::Tax => amount,
    }
}

/// What an order is made with.
#[derive(Debug, Clone)]
pub(crate) struct PlacementData {
    pub(crate) id: OrderId,
    pub(crate) number: i64,
    /// None for a draft.
    pub(crate) placement_id: Option<PlacementId>,
    pub(crate) user_id: UserId,
    /// The same, where that is a guest.
    pub(crate) guest_id: Option<UserId>,
    pub(crate) lines: Vec<Line>,
    pub(crate) adjustments: Vec<Adjustment>,
    pub(crate) total: Money,
    pub(crate) metadata: Metadata,
    /// A shortfall of its stock has been consumed of already.
    pub(crate) is_short: bool,
}

impl Order {
    /// A new order, and its first event.
    pub(crate) fn place(
        placing: PlacementData,
        now: Timestamp,
        payment_due: Duration,
    ) -> Result<(Order, ChangeSet), TransitionNotAllowed> {
        Order::make(placing, OrderTrigger::Placed, now, payment_due)
    }

    /// An order that begins with `trigger`.
    pub(super) fn make(
        placing: PlacementData,
        trigger: OrderTrigger,
        now: Timestamp,
        payment_due: Duration,
    ) -> Result<(Order, ChangeSet), TransitionNotAllowed> {
        let PlacementData {
            id,
            number,
            placement_id,
            user_id,
            guest_id,
            lines,
            adjustments,
            total,
            metadata,
            is_short,
        } = placing;
        let mut order = Order {
            id,
            number,
            placement_id,
            user_id,
            guest_id,
            state: OrderState::New,
            holds: Holds { stock_short: is_short, ..Holds::default() },
            held_given_back: None,
            lines: Lines(lines),
            adjustments,
            total,
            owed: total,
            payment: None,
            payment_refused: None,
            payment_due_at: None,
            cancel_code: None,
            metadata,
            packed: 0,
            allocated: 0,
            failed: 0,
            back_before: 0,
            confirmation: None,
            version: 0,
            created_at: now,
            updated_at: now,
        };
        let mut change = ChangeSet::of(&order, now, payment_due);
        order.step(&mut change, trigger, |_| {})?;
        Ok((order, change))
    }
}
