//! The error type of calls.

use crate::{ApiError, Problem, transport::TransportError};
use std::fmt;

/// The reason why a call has no reply.
#[derive(Debug)]
pub enum CallError<X> {
    /// One of the endpoint's own errors.
    Refused(X),
    /// An error that any endpoint can return, or one that only a newer server knows: handle it by its status.
    Problem(Box<Problem>),
    /// No response.
    Broken(TransportError),
}

impl<X> CallError<X> {
    /// Returns whether the call may have taken effect (R8 of `docs/lifecycle.md`): callers must not compensate for it.
    pub fn outcome_unknown(&self) -> bool {
        match self {
            CallError::Refused(_) => false,
            CallError::Problem(problem) => is_unknown(problem.status, &problem.code),
            CallError::Broken(broken) => broken.arrived,
        }
    }
    /// Converts the failure to that of another endpoint, to pass it on.
    pub fn map<Y>(self, refused: impl FnOnce(X) -> Y) -> CallError<Y> {
        match self {
            CallError::Refused(x) => CallError::Refused(refused(x)),
            CallError::Problem(problem) => CallError::Problem(problem),
            CallError::Broken(broken) => CallError::Broken(broken),
        }
    }
}

/// 500: the server failed. 502 and 504: a proxy does not know the outcome.
pub(super) fn is_unknown(status: u16, code: &str) -> bool {
    matches!(status, 500 | 502 | 504) || code == "outcome_unknown"
}

impl<X: ApiError> fmt::Display for CallError<X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallError::Refused(refused) => write!(f, "refused: {}", refused.row().code),
            CallError::Problem(problem) => write!(f, "refused: {} {}", problem.status, problem.code),
            CallError::Broken(broken) => broken.fmt(f),
        }
    }
}
impl<X: ApiError> std::error::Error for CallError<X> {}
