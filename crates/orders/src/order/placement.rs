//! Placing: what an order comes to, and what it is at first.

use super::{ChangeSet, Holds, Line, Lines, Order};
use crate::{
    pricing::{PricingError, Quote, price},
    transition::order::{OrderState, OrderTrigger, TransitionNotAllowed},
};
use contracts::{Metadata, orders::Adjustment, reservations::ReservedLine};
use kernel::{Currency, Money, Timestamp, id::*};
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

/// Lines with their unit prices, the adjustments, and the quote of both.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PricedLines {
    pub(crate) lines: Vec<Line>,
    pub(crate) adjustments: Vec<Adjustment>,
    pub(crate) quote: Quote,
}

impl PricedLines {
    /// Prices the requested lines at the unit prices of the reservation.
    pub(crate) fn of(
        wanted: &[RequestedLine],
        reserved: &[ReservedLine],
        adjustments: Vec<Adjustment>,
        currency: Currency,
        mut new_id: impl FnMut() -> LineId,
    ) -> Result<PricedLines, PricingError> {
        let lines = wanted.iter().map(|wanted| line(wanted, reserved, new_id()));
        let lines = lines.collect::<Result<Vec<Line>, PricingError>>()?;
        let quote = price(lines.iter().map(Line::priced_units), &adjustments, currency)?;
        Ok(PricedLines { lines, adjustments, quote })
    }
}

fn line(wanted: &RequestedLine, reserved: &[ReservedLine], id: LineId) -> Result<Line, PricingError> {
    let new = |title: &str, unit_price: Money, quantity: i64| Line {
        id,
        product_id: None,
        title: title.to_owned(),
        sku: None,
        quantity,
        unit_price,
        open: quantity,
        cancelled: 0,
        shipped: 0,
        delivered: 0,
        returned: 0,
        undelivered: 0,
    };
    Ok(match wanted {
        RequestedLine::Kept(line) => line.clone(),
        RequestedLine::Custom { title, unit_price, quantity } => new(title, *unit_price, *quantity),
        RequestedLine::Product { product_id, quantity } => {
            let found = reserved.iter().find(|line| line.product_id == *product_id);
            let product = found.ok_or(PricingError::NoPrice(*product_id))?;
            let line = new(&product.name, product.unit_price, *quantity);
            Line { product_id: Some(*product_id), sku: Some(product.sku.clone()), ..line }
        }
    })
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
    pub(crate) priced: PricedLines,
    pub(crate) metadata: Metadata,
    /// A shortfall of its stock has been consumed of already.
    pub(crate) is_short: bool,
}

impl Order {
    /// A new order, and its first event. An unpaid order expires after `payment_due`; without it, never.
    pub(crate) fn place(
        placing: PlacementData,
        now: Timestamp,
        payment_due: Option<Duration>,
    ) -> Result<(Order, ChangeSet), TransitionNotAllowed> {
        Order::make(placing, OrderTrigger::Placed, now, payment_due)
    }

    /// An order that begins with `trigger`.
    pub(super) fn make(
        placing: PlacementData,
        trigger: OrderTrigger,
        now: Timestamp,
        payment_due: Option<Duration>,
    ) -> Result<(Order, ChangeSet), TransitionNotAllowed> {
        let PlacementData { id, number, placement_id, user_id, guest_id, priced, metadata, is_short } =
            placing;
        let total = priced.quote.total();
        let mut order = Order {
            id,
            number,
            placement_id,
            user_id,
            guest_id,
            state: OrderState::New,
            holds: Holds { stock_short: is_short, ..Holds::default() },
            held_given_back: None,
            lines: Lines(priced.lines),
            adjustments: priced.adjustments,
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
        let mut change = ChangeSet::of(&order, now, payment_due.unwrap_or_default());
        order.step(&mut change, trigger, |_| {})?;
        order.payment_due_at = order.payment_due_at.filter(|_| payment_due.is_some());
        Ok((order, change))
    }
}
