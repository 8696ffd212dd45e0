//! What an order offers can be done, however it came to where it is.

use super::world::{DUE, OrderRun, id, now};
use crate::{
    fulfilment,
    order::{target_status::TARGETS, *},
    transition::fulfilment::FulfilmentTrigger as Way,
};
use contracts::{
    fulfilments::FulfilmentStatus,
    orders::{Action, CancelCode, TargetStatus},
    payments::Payment,
};

impl OrderRun {
    pub(super) fn check_offers(&self) {
        let order = &self.order;
        for action in order.allowed(Viewer::Staff) {
            assert!(self.can_be_done(action), "{action:?} is offered, and cannot be done: {order:?}");
        }
        for target in TARGETS {
            let is_taken = !order.is_at(target) && self.can_be_reached(target);
            assert_eq!(order.targets().contains(&target), is_taken, "{target:?}: {order:?}");
        }
        // what another service decides (whether it takes or gives back money) is not known here
        for action in [
            Action::Cancel,
            Action::Fulfil,
            Action::Deliver,
            Action::Edit,
            Action::Release,
            Action::Annotate,
            Action::Complete,
        ] {
            let is_offered = order.allowed(Viewer::Staff).contains(&action);
            assert_eq!(self.can_be_done(action), is_offered, "{action:?}: {order:?}");
        }
    }

    /// Whether the operation of this action is accepted, when it is asked for rightly.
    fn can_be_done(&self, action: Action) -> bool {
        let mut order = self.order.clone();
        let mut change = ChangeSet::of(&order, now(), DUE);
        match action {
            Action::Pay => {
                let payment = order.payment.as_ref().and_then(|copy| copy.payment.as_ref());
                // an attempt, or money that staff have in hand, for which none may be under way
                let is_under_way = order.payment.as_ref().is_some_and(PaymentCopy::is_under_way);
                order.can(OrderTrigger::Secured)
                    && (!payment.is_some_and(Payment::attempts_exhausted) || !is_under_way)
            }
            Action::Cancel => order.cancel((CancelCode::Staff, None), &mut change).is_ok(),
            Action::Fulfil => {
                let rest = order.lines.unallocated(&self.allocated());
                !rest.is_empty()
                    && fulfilment::make(&mut order, id(1000), rest, (None, None), &mut change).is_ok()
            }
            Action::Deliver => self.can_deliver(),
            Action::Refund => order.payment.as_ref().is_some_and(|copy| copy.refundable() > 0),
            Action::Edit => order.correct(None, &mut change).is_ok(),
            Action::Hold => order.hold("wait".to_owned(), &mut change).is_ok(),
            Action::Release => order.release(&mut change).is_ok(),
            Action::Annotate => order.annotate(None, &mut change).is_ok(),
            Action::Complete => order.finish(&mut change),
            Action::Place | Action::Delete => false,
        }
    }

    /// Whether `PUT` brings the order there.
    fn can_be_reached(&self, target: TargetStatus) -> bool {
        let mut order = self.order.clone();
        let mut change = ChangeSet::of(&order, now(), DUE);
        match target {
            // money in hand, which nobody takes while an attempt may bring it, or once it is abandoned
            TargetStatus::Confirmed => {
                let is_under_way = order.payment.as_ref().is_some_and(PaymentCopy::is_under_way);
                order.can(OrderTrigger::Secured) && order.state.close_mode().is_none() && !is_under_way
            }
            TargetStatus::Shipped => {
                let is_waiting = self.fulfilments.iter().any(|one| {
                    !matches!(
                        one.status,
                        FulfilmentStatus::Shipped
                            | FulfilmentStatus::Delivered
                            | FulfilmentStatus::Failed
                            | FulfilmentStatus::Returned
                            | FulfilmentStatus::Cancelled
                    )
                });
                order.check_shippable().is_ok()
                    && (is_waiting || !order.lines.unallocated(&self.allocated()).is_empty())
            }
            // of what could not be delivered, `PUT` does not say that it was: each parcel is told of by itself
            TargetStatus::Delivered => self.can_deliver() && !self.has(FulfilmentStatus::Failed),
            TargetStatus::Completed => order.finish(&mut change),
            TargetStatus::Cancelled => order.cancel((CancelCode::Staff, None), &mut change).is_ok(),
        }
    }

    fn has(&self, status: FulfilmentStatus) -> bool {
        self.fulfilments.iter().any(|one| one.status == status)
    }

    fn can_deliver(&self) -> bool {
        let mut parcels = self.fulfilments.iter().filter(|one| one.status == FulfilmentStatus::Shipped);
        parcels.any(|one| {
            let (mut order, mut one) = (self.order.clone(), one.clone());
            let mut change = ChangeSet::of(&order, now(), DUE);
            fulfilment::advance(&mut order, &mut one, Way::Deliver, &mut change).is_ok()
        })
    }
}
