//! What a transition does besides changing the state.

/// What else a transition does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Effect {
    /// It falls due after the time that is given for paying.
    AwaitPayment,
    /// It does not fall due any more.
    ClearDueDate,
    /// Payments is asked to close, until its answer is final.
    ClosePayment,
    /// Payments' answer was final.
    ClearClosing,
    /// Every open unit is cancelled.
    ReleaseOpen,
    /// Fulfilments that have not been shipped are cancelled.
    CancelFulfilments,
    /// Payments is told what is owed now, until it has answered.
    SyncAmountDue,
    HoldForPayment,
    HoldShort,
    HoldMissing,
    EndPaymentHold,
    EndShortHold,
    EndMissingHold,
    HoldByStaff,
    EndStaffHold,
    /// Nothing of it can be shipped any more, or all of it has arrived.
    EndAllHolds,
}

impl Effect {
    pub(super) fn words(self) -> &'static str {
        match self {
            Effect::AwaitPayment => "due time set",
            Effect::ClearDueDate => "due time cleared",
            Effect::ClosePayment => "payment asked to close",
            Effect::ClearClosing => "asking ends",
            Effect::ReleaseOpen => "open units cancelled",
            Effect::CancelFulfilments => "unshipped fulfilments cancelled",
            Effect::SyncAmountDue => "payment told what is owed",
            Effect::HoldForPayment => "hold: payment",
            Effect::HoldShort => "hold: stock_short",
            Effect::HoldMissing => "hold: stock_missing",
            Effect::EndPaymentHold => "hold for payment ends",
            Effect::EndShortHold => "hold for short stock ends",
            Effect::EndMissingHold => "hold for missing stock ends",
            Effect::HoldByStaff => "hold: manual",
            Effect::EndStaffHold => "hold by staff ends",
            Effect::EndAllHolds => "holds end",
        }
    }
}
