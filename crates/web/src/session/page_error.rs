//! Why a request comes to no page.

use crate::texts as t;
use endpoint::{ApiError, client::CallError};

/// Why there is no page.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Nobody is signed in, or not any more.
    SignIn,
    NotFound,
    /// This account may not.
    Forbidden,
    /// Too often; again after so many seconds.
    TooOften(u64),
    /// A service cannot be asked, or does not know.
    Unavailable,
    /// It is not possible now, in the words of the service.
    Conflict(String),
}

impl Stop {
    /// What the service's code means.
    fn refused(code: &str, title: &str) -> Stop {
        Stop::Conflict(format!("{} {}", t::refused(code, title), t::console::NOT_DONE.say()))
    }
}

impl<X: ApiError> From<CallError<X>> for Stop {
    fn from(error: CallError<X>) -> Stop {
        match error {
            CallError::Refused(refusal) => {
                let row = refusal.row();
                match row.status {
                    404 => Stop::NotFound,
                    _ => Stop::refused(row.code, row.title()),
                }
            }
            CallError::Problem(problem) => match problem.status {
                401 => Stop::SignIn,
                403 => Stop::Forbidden,
                404 => Stop::NotFound,
                429 => Stop::TooOften(problem.retry_after().unwrap_or(1)),
                400..500 => Stop::refused(&problem.code, &problem.title),
                _ => Stop::Unavailable,
            },
            CallError::Broken(broken) => {
                tracing::warn!(%broken, "a page could not be made");
                Stop::Unavailable
            }
        }
    }
}
