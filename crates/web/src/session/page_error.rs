//! Why a request has no page.

use crate::texts as t;
use endpoint::{ApiError, client::CallError};

/// Why a request has no page.
#[derive(Debug)]
pub(crate) enum PageError {
    /// Not signed in, or no longer.
    SignIn,
    NotFound,
    /// The account lacks the permission.
    Forbidden,
    /// Rate limited; retry after this many seconds.
    RateLimited(u64),
    /// A service does not respond, or its outcome is unknown.
    Unavailable,
    /// Not possible in the current state, in the words of the service.
    Conflict(String),
}

impl PageError {
    /// The error for a code of a service.
    fn refused(code: &str, title: &str) -> PageError {
        PageError::Conflict(format!("{} {}", t::refused(code, title), t::console::NOT_DONE.text()))
    }
}

impl<X: ApiError> From<CallError<X>> for PageError {
    fn from(error: CallError<X>) -> PageError {
        match error {
            CallError::Refused(refusal) => {
                let row = refusal.row();
                match row.status {
                    404 => PageError::NotFound,
                    _ => PageError::refused(row.code, row.title()),
                }
            }
            CallError::Problem(problem) => match problem.status {
                401 => PageError::SignIn,
                403 => PageError::Forbidden,
                404 => PageError::NotFound,
                429 => PageError::RateLimited(problem.retry_after().unwrap_or(1)),
                400..500 => PageError::refused(&problem.code, &problem.title),
                _ => PageError::Unavailable,
            },
            CallError::Broken(broken) => {
                tracing::warn!(%broken, "a page could not be made");
                PageError::Unavailable
            }
        }
    }
}
