//! The error type of handlers.

use crate::{ApiError, CommonError, NoErrors, client::CallError};
use kernel::{ClassifyFailure, FailureKind, retry_scope};
use std::error::Error;

/// The reason why a handler returns no reply. `X` is the endpoint's own error type. `?` converts it from that type, from
/// [`CommonError`], from a database error and from a failed call to another service.
#[derive(Debug)]
pub enum HandlerError<X> {
    /// One of the endpoint's own errors.
    Declared(X),
    /// An error that any endpoint can return.
    Common(CommonError),
    /// An internal error, which is logged and returned as `internal`.
    Internal(Box<dyn Error + Send + Sync>),
}

impl<X> HandlerError<X> {
    /// Creates an internal error.
    pub fn internal(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        HandlerError::Internal(error.into())
    }
}

/// The delay after which a client should retry a request with an unknown outcome, in seconds.
const ASK_AGAIN_AFTER_S: u32 = 1;

impl<X> From<CommonError> for HandlerError<X> {
    fn from(common: CommonError) -> Self {
        HandlerError::Common(common)
    }
}
impl From<NoErrors> for HandlerError<NoErrors> {
    fn from(nothing: NoErrors) -> Self {
        match nothing {}
    }
}
impl<X, E: ClassifyFailure> From<E> for HandlerError<X> {
    fn from(error: E) -> Self {
        HandlerError::Common(match error.failure_kind() {
            FailureKind::Unavailable { retry_after_s } => {
                CommonError::Unavailable { retry_after: retry_after_s }
            }
            FailureKind::Isolated { retry_after_s } => {
                retry_scope::mark_isolated();
                CommonError::Unavailable { retry_after: retry_after_s }
            }
            FailureKind::Conflict => {
                retry_scope::mark_conflict();
                CommonError::Unavailable { retry_after: ASK_AGAIN_AFTER_S }
            }
            // the change may have taken effect: the client is informed, and nothing is reverted (R8)
            FailureKind::OutcomeUnknown => {
                retry_scope::mark_isolated();
                CommonError::OutcomeUnknown { retry_after: ASK_AGAIN_AFTER_S }
            }
            FailureKind::StorageFull => CommonError::InsufficientStorage,
            FailureKind::Internal => return HandlerError::Internal(Box::new(error)),
        })
    }
}
/// Converts a failed call to another service into an error for the own caller, after the caller has handled expected
/// errors.
impl<X, Y: ApiError> From<CallError<Y>> for HandlerError<X> {
    fn from(error: CallError<Y>) -> Self {
        let retry_after = match &error {
            CallError::Problem(p) => p.retry_after().and_then(|s| u32::try_from(s).ok()),
            _ => None,
        };
        let retry_after = retry_after.unwrap_or(ASK_AGAIN_AFTER_S);
        match &error {
            _ if error.outcome_unknown() => CommonError::OutcomeUnknown { retry_after }.into(),
            CallError::Broken(_) => {
                retry_scope::mark_isolated();
                CommonError::Unavailable { retry_after }.into()
            }
            // 401: the other service rejects this service's own credential, for example because of clock skew; the caller
            // cannot fix that
            CallError::Problem(p) if matches!(p.status, 401 | 429 | 503) => {
                CommonError::Unavailable { retry_after }.into()
            }
            CallError::Problem(p) if p.status == 507 => CommonError::InsufficientStorage.into(),
            CallError::Problem(_) | CallError::Refused(_) => HandlerError::internal(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Problem;

    fn told(status: u16) -> HandlerError<NoErrors> {
        let problem = Problem { status, ..Problem::default() };
        HandlerError::from(CallError::<NoErrors>::Problem(Box::new(problem)))
    }

    #[test]
    fn whoever_asks_us_is_told_to_come_back_where_another_service_does_not_let_us_in() {
        for status in [401, 429, 503] {
            assert!(
                matches!(told(status), HandlerError::Common(CommonError::Unavailable { .. })),
                "{status}"
            );
        }
        for status in [400, 403, 404] {
            assert!(matches!(told(status), HandlerError::Internal(_)), "{status}");
        }
    }
}
