//! Effects of a transition besides the new state.

/// Effect of a transition besides the new state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Effect {
    /// The payment is due after the configured time.
    AwaitPayment,
    /// The payment is no longer due.
    ClearDueDate,
    /// Payments is requested to close the payment, until its response is final.
    ClosePayment,
    /// The response of payments was final.
    ClearClosing,
    /// All open units are cancelled.
    ReleaseOpen,
    /// Fulfilments that have not shipped are cancelled.
    CancelFulfilments,
    /// The current amount due is sent to payments, until payments has responded.
    SyncAmountDue,
    HoldForPayment,
    HoldShort,
    HoldMissing,
    EndPaymentHold,
    EndShortHold,
    EndMissingHold,
    HoldByStaff,
    EndStaffHold,
    /// No unit can be shipped any more, or all units are delivered.
    EndAllHolds,
}

impl Effect {
    pub(super) fn words(self) -> &'static str {
        match self {
            Effect::AwaitPayment => "set due time",
            Effect::ClearDueDate => "clear due time",
            Effect::ClosePayment => "request payment closing",
            Effect::ClearClosing => "end payment closing",
            Effect::ReleaseOpen => "cancel open units",
            Effect::CancelFulfilments => "cancel unshipped fulfilments",
            Effect::SyncAmountDue => "update amount due in payments",
            Effect::HoldForPayment => "set hold `payment`",
            Effect::HoldShort => "set hold `stock_short`",
            Effect::HoldMissing => "set hold `stock_missing`",
            Effect::EndPaymentHold => "end hold `payment`",
            Effect::EndShortHold => "end hold `stock_short`",
            Effect::EndMissingHold => "end hold `stock_missing`",
            Effect::HoldByStaff => "set hold `manual`",
            Effect::EndStaffHold => "end hold `manual`",
            Effect::EndAllHolds => "end all holds",
        }
    }
}
