//! What an order adds to the sums of the hour in which it was made: it follows from its row, so that the difference of
//! before and after is what a change does to them.

use super::{Order, PaymentCopy};
use crate::transition::order::OrderState;

/// An order's part of a sum. Money in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct SalesContribution {
    pub(crate) orders: i64,
    pub(crate) paid: i64,
    pub(crate) revenue: i64,
}

impl SalesContribution {
    /// What must be added where `before` is counted already.
    pub(crate) fn since(self, before: SalesContribution) -> SalesContribution {
        SalesContribution {
            orders: self.orders - before.orders,
            paid: self.paid - before.paid,
            revenue: self.revenue - before.revenue,
        }
    }
}

impl Order {
    /// What it adds. A draft is no order yet; revenue is what is secured and was not given back, as far as it is owed.
    pub(crate) fn counted(&self) -> SalesContribution {
        match self.state {
            OrderState::New | OrderState::Draft => SalesContribution::default(),
            OrderState::Confirmed | OrderState::Completed => {
                let kept = self.payment.as_ref().map_or(0, PaymentCopy::kept);
                SalesContribution { orders: 1, paid: 1, revenue: kept.min(self.owed.minor).max(0) }
            }
            _ => SalesContribution { orders: 1, ..SalesContribution::default() },
        }
    }
}
