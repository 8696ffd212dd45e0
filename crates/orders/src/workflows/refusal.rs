//! Why something was not changed, as the work finds it; each endpoint tells what is its own of that.

use contracts::{
    fulfilments::FulfilmentStatus,
    orders::{
        Action, CancelOrderError, CreateFulfilmentError, DeleteDraftError, DraftOrderError, Hold,
        HoldOrderError, MoveFulfilmentError, OrderStatus, PackFulfilmentError, SetOrderStatusError,
        ShipFulfilmentError, TargetStatus, UpdateDraftError, UpdateFulfilmentError, UpdateOrderError,
    },
};
use endpoint::{Fail, Fault};

/// Why an order, a draft or a fulfilment stays as it is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Refusal {
    IllegalTransition { status: OrderStatus, allowed: Vec<Action>, targets: Vec<TargetStatus> },
    IllegalFulfilmentTransition { status: FulfilmentStatus, next: Vec<FulfilmentStatus> },
    VersionConflict { current_version: i64 },
    NotOpen { errors: Vec<Fault> },
    WholeOnly,
    NotOnSale { errors: Vec<Fault> },
    PaymentInProgress,
    OnHold { hold: Hold, holds: Vec<Hold> },
    CaptureFailed,
}
impl From<Refusal> for Fail<Refusal> {
    fn from(refusal: Refusal) -> Self {
        Fail::Refused(refusal)
    }
}

/// What an endpoint can answer.
pub(crate) trait Answer: Sized {
    /// The refusal in its words; or back, where it has none for it.
    fn of(refusal: Refusal) -> Result<Self, Refusal>;
}

/// The refusal in the words of an endpoint.
pub(crate) fn told<X: Answer>(not: Fail<Refusal>) -> Fail<X> {
    match not {
        Fail::Refused(refusal) => X::of(refusal).map_or_else(
            |other| Fail::broken(format!("this endpoint has no word for {other:?}")),
            Fail::Refused,
        ),
        Fail::Common(common) => Fail::Common(common),
        Fail::Broken(error) => Fail::Broken(error),
    }
}

macro_rules! answers {
    ($($error:ident: $($variant:ident { $($member:ident),* }),+;)+) => {$(
        impl Answer for $error {
            fn of(refusal: Refusal) -> Result<Self, Refusal> {
                match refusal {
                    $(Refusal::$variant { $($member,)* .. } => Ok($error::$variant { $($member),* }),)+
                    other => Err(other),
                }
            }
        }
    )+};
}
answers! {
    CancelOrderError: IllegalTransition { status, allowed, targets }, NotOpen { errors }, WholeOnly {};
    SetOrderStatusError: IllegalTransition { status, allowed, targets }, VersionConflict { current_version },
        PaymentInProgress {}, OnHold { hold, holds }, CaptureFailed {};
    HoldOrderError: IllegalTransition { status, allowed, targets };
    UpdateOrderError: IllegalTransition { status, allowed, targets }, VersionConflict { current_version };
    DraftOrderError: NotOnSale { errors };
    UpdateDraftError: NotOnSale { errors }, IllegalTransition { status, allowed },
        VersionConflict { current_version };
    DeleteDraftError: IllegalTransition { status, allowed };
    CreateFulfilmentError: IllegalTransition { status, allowed, targets }, NotOpen { errors }, OnHold { hold, holds };
    PackFulfilmentError: IllegalFulfilmentTransition { status, next }, IllegalTransition { status, allowed },
        OnHold { hold, holds };
    ShipFulfilmentError: IllegalFulfilmentTransition { status, next }, IllegalTransition { status, allowed },
        OnHold { hold, holds }, CaptureFailed {}, VersionConflict { current_version };
    UpdateFulfilmentError: IllegalFulfilmentTransition { status, next }, VersionConflict { current_version };
    MoveFulfilmentError: IllegalFulfilmentTransition { status, next }, IllegalTransition { status, allowed };
}
