//! Why a call brought no reply.

use crate::{ApiError, Problem, transport::TransportError};
use std::fmt;

/// Why a call brought no reply.
#[derive(Debug)]
pub enum CallError<X> {
    /// One of the endpoint's own refusals.
    Refused(X),
    /// A refusal that any endpoint can give, or one that only a newer server knows: judge it by its status.
    Problem(Box<Problem>),
    /// No answer.
    Broken(TransportError),
}

impl<X> CallError<X> {
    /// Whether it may have had an effect all the same (R8 of `docs/lifecycle.md`): nobody may compensate on it.
    pub fn outcome_unknown(&self) -> bool {
        match self {
            CallError::Refused(_) => false,
            CallError::Problem(problem) => is_unknown(problem.status, &problem.code),
            CallError::Broken(broken) => broken.arrived,
        }
    }
    /// The same failure of another endpoint: for those who pass on what they were told.
    pub fn map<Y>(self, refused: impl FnOnce(X) -> Y) -> CallError<Y> {
        match self {
            CallError::Refused(x) => CallError::Refused(refused(x)),
            CallError::Problem(problem) => CallError::Problem(problem),
            CallError::Broken(broken) => CallError::Broken(broken),
        }
    }
}

/// 500: it broke somewhere. 502 and 504: somebody between does not know either.
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
