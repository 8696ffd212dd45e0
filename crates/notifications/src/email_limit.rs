//! How many emails one address gets in an hour.
//!
//! A stranger can have emails sent to an address that is not theirs: by guest orders, by registering, by asking for a
//! new password. These emails share one limit. Each kind has a part of it, so that a flood of one kind never uses up
//! another: guest orders do not suppress password resets. Emails to an address that the recipient's own account has
//! verified are counted apart, and are postponed instead of suppressed.

use crate::template::EmailTemplate;

/// Emails that are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Budget {
    /// About orders, to an address that is not verified.
    Orders,
    /// Welcome, verification, and whatever else an account with an unverified address causes.
    SignUp,
    /// With a code to choose a new password: strangers can ask for those for any account.
    PasswordReset,
    /// About orders, to the verified address of the account that placed them.
    Verified,
}

impl Budget {
    /// The name under which it is stored.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Budget::Orders => "orders",
            Budget::SignUp => "sign_up",
            Budget::PasswordReset => "password_reset",
            Budget::Verified => "verified",
        }
    }

    /// Emails an hour, of `limit` in total. Those that strangers can cause add up to `limit`.
    pub(crate) fn share(self, limit: u32) -> u32 {
        let (sign_up, reset) = ((limit / 4).max(2), (limit / 4).max(1));
        match self {
            Budget::Orders => limit.saturating_sub(sign_up + reset).max(1),
            Budget::SignUp => sign_up,
            Budget::PasswordReset => reset,
            Budget::Verified => limit,
        }
    }
}

/// What happens to an email over the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Overflow {
    /// It is sent once the limit permits.
    Postpone,
    /// It is kept for staff to see, and never sent.
    Suppress,
}

/// Which budget an email counts towards, and what happens when that is used up; `None`: it is always sent.
pub(crate) fn rule(message: &EmailTemplate, is_verified: bool) -> Option<(Budget, Overflow)> {
    match message {
        // the codes of the last hour are still valid
        EmailTemplate::PasswordReset => Some((Budget::PasswordReset, Overflow::Suppress)),
        // only who has the account's password, or a code from its mailbox, can cause it
        EmailTemplate::PasswordChanged if is_verified => None,
        EmailTemplate::Welcome | EmailTemplate::VerifyEmail | EmailTemplate::PasswordChanged => {
            Some((Budget::SignUp, Overflow::Suppress))
        }
        _ if is_verified => Some((Budget::Verified, Overflow::Postpone)),
        _ if costs_money_or_staff(message) => Some((Budget::Orders, Overflow::Postpone)),
        _ => Some((Budget::Orders, Overflow::Suppress)),
    }
}

/// Whether the email follows a payment, or an action of staff: nobody has hundreds of those sent to a stranger.
fn costs_money_or_staff(message: &EmailTemplate) -> bool {
    match message {
        EmailTemplate::OrderConfirmed { total } => total.minor > 0,
        EmailTemplate::OrderRefunded { .. }
        | EmailTemplate::PaymentLapsed { .. }
        | EmailTemplate::OrderShipped { .. }
        | EmailTemplate::OrderDelivered
        | EmailTemplate::OrderCompleted
        | EmailTemplate::OrderReopened => true,
        EmailTemplate::OrderPlaced { .. }
        | EmailTemplate::PaymentFailed { .. }
        | EmailTemplate::OrderItemsCancelled { .. }
        | EmailTemplate::OrderCancelled { .. }
        | EmailTemplate::OrderExpired
        | EmailTemplate::Welcome
        | EmailTemplate::VerifyEmail
        | EmailTemplate::PasswordReset
        | EmailTemplate::PasswordChanged => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Currency, Money};

    #[test]
    fn what_strangers_can_cause_adds_up_to_the_limit() {
        for limit in 4..200 {
            let parts = [Budget::Orders, Budget::SignUp, Budget::PasswordReset].map(|part| part.share(limit));
            assert_eq!(parts.iter().sum::<u32>(), limit);
            assert!(parts.iter().all(|part| *part > 0), "{parts:?}");
        }
    }

    #[test]
    fn a_flood_never_costs_an_email_that_matters() {
        let euros = |minor| Money::new(minor, Currency::EUR);
        let verified = |message: &EmailTemplate| rule(message, true);
        assert_eq!(verified(&EmailTemplate::PasswordChanged), None);
        assert_eq!(verified(&EmailTemplate::OrderExpired), Some((Budget::Verified, Overflow::Postpone)));
        let unverified = |message: &EmailTemplate| rule(message, false);
        let paid = EmailTemplate::OrderConfirmed { total: euros(100) };
        assert_eq!(unverified(&paid), Some((Budget::Orders, Overflow::Postpone)));
        let free = EmailTemplate::OrderConfirmed { total: euros(0) };
        assert_eq!(unverified(&free), Some((Budget::Orders, Overflow::Suppress)));
        let placed = EmailTemplate::OrderPlaced { total: euros(100) };
        assert_eq!(unverified(&placed), Some((Budget::Orders, Overflow::Suppress)));
        for is_verified in [false, true] {
            let reset = rule(&EmailTemplate::PasswordReset, is_verified);
            assert_eq!(reset, Some((Budget::PasswordReset, Overflow::Suppress)));
        }
    }
}
