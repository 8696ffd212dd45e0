//! An order's payment and its fulfilment in a word each (R1): computed, never set.

use super::{Order, payment::PaymentCopy};
use contracts::{
    orders::{FulfilmentSummary, PaymentSummary},
    payments::{AttemptStatus, PaymentState},
};

impl Order {
    pub(crate) fn payment_status(&self) -> PaymentSummary {
        self.payment.as_ref().map_or(PaymentSummary::Unpaid, payment_status)
    }

    pub(crate) fn fulfilment_status(&self) -> FulfilmentSummary {
        let units = self.lines.units();
        if units.are_cancelled() {
            FulfilmentSummary::Cancelled
        } else if units.shipped == 0 {
            FulfilmentSummary::Unfulfilled
        } else if units.open > 0 {
            FulfilmentSummary::PartiallyShipped
        } else if units.arrived() == 0 {
            FulfilmentSummary::Shipped
        } else if units.arrived() < units.shipped {
            FulfilmentSummary::PartiallyDelivered
        } else {
            FulfilmentSummary::Delivered
        }
    }
}

fn payment_status(copy: &PaymentCopy) -> PaymentSummary {
    let figures = &copy.figures;
    match copy.taken_and_back() {
        (1.., 0) => PaymentSummary::Paid,
        (captured @ 1.., refunded) if refunded < captured => PaymentSummary::PartiallyRefunded,
        (1.., _) => PaymentSummary::Refunded,
        _ if figures.authorized.minor > 0 => PaymentSummary::Authorized,
        // a total of 0 is secured without any money
        _ if figures.state == PaymentState::Secured => PaymentSummary::Paid,
        _ if figures.pending => PaymentSummary::Pending,
        _ if last_attempt(copy) == Some(AttemptStatus::Voided) => PaymentSummary::Voided,
        _ => PaymentSummary::Unpaid,
    }
}

fn last_attempt(copy: &PaymentCopy) -> Option<AttemptStatus> {
    copy.payment.as_ref()?.attempts.last().map(|attempt| attempt.status)
}
