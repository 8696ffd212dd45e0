//! What is kept of a payment itself. Its figures follow from its attempts and refunds.

use contracts::payments::PaymentState;
use kernel::{
    Currency, Money, Timestamp,
    id::{OrderId, PaymentId, UserId},
};

/// The payment of an order. Money in minor units of `currency`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// Of which order; there is one payment for each.
    pub order_id: OrderId,
    /// Whose.
    pub user_id: UserId,
    /// Where it is.
    pub state: PaymentState,
    /// The currency of all its money.
    pub currency: Currency,
    /// What the order came to when the payment was opened.
    pub amount: i64,
    /// The smallest that the order has owed so far.
    pub owed: i64,
    /// Authorized and not captured.
    pub authorized: i64,
    /// Taken, by a provider or offline.
    pub captured: i64,
    /// The part of `captured` that was paid offline.
    pub offline: i64,
    /// Given back.
    pub refunded: i64,
    /// The part of `refunded` that was given back offline.
    pub refunded_offline: i64,
    /// Claimed by refunds that have not succeeded yet.
    pub claimed: i64,
    /// Counts its changes; 0 before the first is committed.
    pub version: i64,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Payment {
    /// A payment that nothing has happened to.
    pub fn new(id: PaymentId, order_id: OrderId, user_id: UserId, amount: Money, now: Timestamp) -> Payment {
        Payment {
            id,
            order_id,
            user_id,
            state: PaymentState::Open,
            currency: amount.currency,
            amount: amount.minor,
            owed: amount.minor,
            authorized: 0,
            captured: 0,
            offline: 0,
            refunded: 0,
            refunded_offline: 0,
            claimed: 0,
            version: 0,
            created_at: now,
            updated_at: now,
        }
    }
    /// An amount in its currency.
    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }
    /// What could still be refunded.
    pub fn left(&self) -> i64 {
        self.captured.saturating_sub(self.refunded).saturating_sub(self.claimed).max(0)
    }
    /// It is closed, or on its way there.
    pub fn is_closing(&self) -> bool {
        matches!(
            self.state,
            PaymentState::ClosingIfUnpaid | PaymentState::ClosingAlways | PaymentState::Closed
        )
    }
    /// No attempt is to bring money any more: it is closed or being closed, or nothing is owed.
    pub fn needs_no_attempt(&self) -> bool {
        self.is_closing() || self.owed == 0
    }
}
