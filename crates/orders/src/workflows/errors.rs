//! Why something was not changed, as the work finds it; each endpoint tells what is its own of that.

use contracts::{
    fulfilments::FulfilmentStatus,
    orders::{
        Action, CancelOrderError, CreateFulfilmentError, DeleteDraftError, DraftOrderError,
        FulfilmentTransitionError, Hold, HoldOrderError, OrderStatus, PackFulfilmentError,
        SetOrderStatusError, ShipFulfilmentError, TargetStatus, UpdateDraftError, UpdateFulfilmentError,
        UpdateOrderError,
    },
};
use endpoint::{FieldError, HandlerError};

/// Why an order, a draft or a fulfilment stays as it is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum OrderError {
    IllegalTransition { status: OrderStatus, allowed: Vec<Action>, targets: Vec<TargetStatus> },
    IllegalFulfilmentTransition { status: FulfilmentStatus, next: Vec<FulfilmentStatus> },
    VersionConflict { current_version: i64 },
    NotOpen { errors: Vec<FieldError> },
    WholeOnly,
    NotOnSale { errors: Vec<FieldError> },
    PaymentInProgress,
    OnHold { hold: Hold, holds: Vec<Hold> },
    CaptureFailed,
}
impl From<OrderError> for HandlerError<OrderError> {
    fn from(refusal: OrderError) -> Self {
        HandlerError::Declared(refusal)
    }
}

/// What an endpoint can answer.
pub(crate) trait FromOrderError: Sized {
    /// The refusal in its words; or back, where it has none for it.
    fn of(refusal: OrderError) -> Result<Self, OrderError>;
}

/// The refusal in the words of an endpoint.
pub(crate) fn told<X: FromOrderError>(not: HandlerError<OrderError>) -> HandlerError<X> {
    match not {
        HandlerError::Declared(refusal) => X::of(refusal).map_or_else(
            |other| HandlerError::internal(format!("this endpoint has no word for {other:?}")),
            HandlerError::Declared,
        ),
        HandlerError::Common(common) => HandlerError::Common(common),
        HandlerError::Internal(error) => HandlerError::Internal(error),
    }
}

macro_rules! answers {
    ($($error:ident: $($variant:ident { $($member:ident),* }),+;)+) => {$(
        impl FromOrderError for $error {
            fn of(refusal: OrderError) -> Result<Self, OrderError> {
                match refusal {
                    $(OrderError::$variant { $($member,)* .. } => Ok($error::$variant { $($member),* }),)+
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
    FulfilmentTransitionError: IllegalFulfilmentTransition { status, next }, IllegalTransition { status, allowed };
}
