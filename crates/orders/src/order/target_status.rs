//! The states that staff can name for an order: a view of the machine.

use super::{Order, PaymentCopy, Viewer};
use crate::transition::order::{OrderState, OrderTrigger};
use contracts::orders::{Action, FulfilmentSummary, OrderStatus, TargetStatus};

pub(super) const TARGETS: [TargetStatus; 5] = [
    TargetStatus::Confirmed,
    TargetStatus::Shipped,
    TargetStatus::Delivered,
    TargetStatus::Completed,
    TargetStatus::Cancelled,
];

impl Order {
    /// Whether it is there already: then asking for it changes nothing.
    pub(crate) fn is_at(&self, target: TargetStatus) -> bool {
        let units = self.lines.units();
        match target {
            TargetStatus::Confirmed => self.state == OrderState::Confirmed && !self.holds.payment,
            TargetStatus::Shipped => units.shipped > 0 && units.open == 0,
            TargetStatus::Delivered => self.fulfilment_status() == FulfilmentSummary::Delivered,
            TargetStatus::Completed => self.state.status() == OrderStatus::Completed,
            // an order of which something has shipped lives on when the rest is cancelled
            TargetStatus::Cancelled => {
                matches!(self.state, OrderState::Cancelled | OrderState::CancellingAlways)
            }
        }
    }

    /// The states that can be asked for now, and would change it.
    pub(crate) fn targets(&self) -> Vec<TargetStatus> {
        TARGETS.into_iter().filter(|target| !self.is_at(*target) && self.may_become(*target)).collect()
    }

    fn may_become(&self, target: TargetStatus) -> bool {
        let units = self.lines.units();
        match target {
            TargetStatus::Confirmed => {
                let is_under_way = self.payment.as_ref().is_some_and(PaymentCopy::is_under_way);
                self.can(OrderTrigger::Secured) && self.state.close_mode().is_none() && !is_under_way
            }
            TargetStatus::Shipped => self.check_shippable().is_ok() && units.open > 0,
            // of what was not delivered it is not said that it was
            TargetStatus::Delivered => self.can(OrderTrigger::Delivered) && self.failed == 0,
            TargetStatus::Completed => self.can(OrderTrigger::Finished),
            TargetStatus::Cancelled => self.allowed(Viewer::Staff).contains(&Action::Cancel),
        }
    }
}
