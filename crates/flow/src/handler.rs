//! What can become of acting on an event or a timer.

use endpoint::{ApiError, client::CallError};
use kernel::{BoxFuture, ClassifyFailure, FailureKind, retry_scope};
use std::{fmt, sync::Arc};

/// Acts on something; the same thing may come again, so its effect is guarded by the handler.
pub type Handler<T> = Arc<dyn Fn(T) -> BoxFuture<Result<(), ConsumeError>> + Send + Sync>;

/// Why an event or a timer was not acted on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsumeError {
    /// Something is not there at the moment: try again for as long as it takes.
    Retryable(String),
    /// It cannot be acted on: after a few tries it is dead-lettered for people to check.
    Permanent(String),
}

impl fmt::Display for ConsumeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConsumeError::Retryable(why) => write!(f, "not now: {why}"),
            ConsumeError::Permanent(why) => write!(f, "cannot be acted on: {why}"),
        }
    }
}
impl std::error::Error for ConsumeError {}

impl From<db::Error> for ConsumeError {
    fn from(error: db::Error) -> Self {
        match error.failure_kind() {
            FailureKind::Internal => ConsumeError::Permanent(error.to_string()),
            FailureKind::Conflict => {
                retry_scope::mark_conflict();
                ConsumeError::Retryable(error.to_string())
            }
            _ => ConsumeError::Retryable(error.to_string()),
        }
    }
}
impl From<serde_json::Error> for ConsumeError {
    fn from(error: serde_json::Error) -> Self {
        ConsumeError::Permanent(format!("unexpected data: {error}"))
    }
}
impl<X: ApiError> From<CallError<X>> for ConsumeError {
    fn from(error: CallError<X>) -> Self {
        match &error {
            CallError::Broken(_) => ConsumeError::Retryable(error.to_string()),
            // 401: what we sign for ourselves is not taken, as when clocks differ; that says nothing about the event
            CallError::Problem(p) if p.status >= 500 || matches!(p.status, 401 | 429) => {
                ConsumeError::Retryable(error.to_string())
            }
            CallError::Problem(_) | CallError::Refused(_) => ConsumeError::Permanent(error.to_string()),
        }
    }
}

/// Wraps an async function as a [`Handler`].
pub fn handler<T, F, Fut>(act: F) -> Handler<T>
where
    F: Fn(T) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), ConsumeError>> + Send + 'static,
{
    Arc::new(move |what| Box::pin(act(what)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use endpoint::{NoErrors, Problem};

    #[test]
    fn what_another_service_does_not_let_in_is_acted_on_later() {
        let told = |status| {
            let problem = Problem { status, ..Problem::default() };
            ConsumeError::from(CallError::<NoErrors>::Problem(Box::new(problem)))
        };
        for status in [401, 429, 500, 503] {
            assert!(matches!(told(status), ConsumeError::Retryable(_)), "{status}");
        }
        for status in [400, 403, 404, 422] {
            assert!(matches!(told(status), ConsumeError::Permanent(_)), "{status}");
        }
    }
}
