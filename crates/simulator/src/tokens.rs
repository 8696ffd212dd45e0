//! The tokens that the simulated provider knows, and how each makes it behave.

use contracts::payments::PaymentMethods;

/// How the simulated provider behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SimToken {
    /// Charges.
    Ok,
    /// Refuses: declined.
    Declined,
    /// Refuses: not enough money.
    InsufficientFunds,
    /// Wants the customer to do something first; then charges.
    RequiresAction,
    /// Wants the customer to do something first, who fails at it.
    ActionDeclined,
    /// Wants the customer to do something first, who has not done it when it is to go on for the first time; then charges.
    ActionUnfinished,
    /// Gives no answer and charges nothing; the request arrives late, unless it was abandoned by then.
    TimeoutBeforeCharge,
    /// Charges, and gives no answer.
    TimeoutAfterCharge,
    /// Charges, and answers slowly.
    Slow,
    /// Answers that it is processing; charges later, and tells so by a webhook.
    WebhookLate,
    /// Charges, and tells so twice by webhooks.
    WebhookTwice,
    /// Authorizes; refuses the first void.
    VoidRefused,
    /// Charges; refuses once to give money back.
    RefundRefused,
}

/// Every token.
pub const TOKENS: &[(&str, SimToken)] = &[
    ("sim_ok", SimToken::Ok),
    ("sim_declined", SimToken::Declined),
    ("sim_insufficient_funds", SimToken::InsufficientFunds),
    ("sim_requires_action", SimToken::RequiresAction),
    ("sim_action_declined", SimToken::ActionDeclined),
    ("sim_action_unfinished", SimToken::ActionUnfinished),
    (TIMEOUT_BEFORE_CHARGE, SimToken::TimeoutBeforeCharge),
    ("sim_timeout_after_charge", SimToken::TimeoutAfterCharge),
    ("sim_slow", SimToken::Slow),
    ("sim_webhook_late", SimToken::WebhookLate),
    ("sim_webhook_twice", SimToken::WebhookTwice),
    ("sim_void_refused", SimToken::VoidRefused),
    ("sim_refund_refused", SimToken::RefundRefused),
];

/// Its tokens as methods of payment.
pub const METHODS: PaymentMethods = PaymentMethods {
    offered: &[
        "sim_ok",
        "sim_declined",
        "sim_insufficient_funds",
        "sim_requires_action",
        "sim_slow",
        "sim_webhook_late",
        "sim_timeout_after_charge",
    ],
    knows: |method| SimToken::named(method).is_some(),
};

/// The method whose requests arrive late.
pub(super) const TIMEOUT_BEFORE_CHARGE: &str = "sim_timeout_before_charge";

impl SimToken {
    /// The token of that name.
    pub fn named(name: &str) -> Option<SimToken> {
        TOKENS.iter().find(|(known, _)| *known == name).map(|(_, token)| *token)
    }
}

impl SimToken {
    /// The operation on its charge that is refused once.
    pub(super) const fn refuses(self) -> Option<&'static str> {
        match self {
            SimToken::VoidRefused => Some("void"),
            SimToken::RefundRefused => Some("refund"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_guide_says_what_each_token_does() {
        let guide = include_str!("../../contracts/src/guide.md");
        let rows = guide.lines().filter_map(|line| line.strip_prefix("| `sim_")?.split_once("` | "));
        let told: BTreeSet<String> = rows.map(|(name, _)| format!("sim_{name}")).collect();
        let known: BTreeSet<String> = TOKENS.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(told, known);
    }

    #[test]
    fn each_method_that_is_offered_is_known() {
        assert!(METHODS.offered.iter().all(|method| (METHODS.knows)(method)));
        assert!(!(METHODS.knows)("sim_gold"));
    }
}
