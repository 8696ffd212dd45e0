//! What can become of acting on an event or a timer.

use endpoint::{ApiError, client::CallError};
use kernel::{BoxFuture, Trouble, Troubled, attempt};
use std::{fmt, sync::Arc};

/// Acts on something; the same thing may come again, so its effect is guarded by the handler.
pub type Hear<T> = Arc<dyn Fn(T) -> BoxFuture<Result<(), HearError>> + Send + Sync>;

/// Why an event or a timer was not acted on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HearError {
    /// Something is not there at the moment: try again for as long as it takes.
    Later(String),
    /// It cannot be acted on: after a few tries it is put aside for people to look at.
    Poison(String),
}

impl fmt::Display for HearError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HearError::Later(why) => write!(f, "not now: {why}"),
            HearError::Poison(why) => write!(f, "cannot be acted on: {why}"),
        }
    }
}
impl std::error::Error for HearError {}

impl From<db::Error> for HearError {
    fn from(error: db::Error) -> Self {
        match error.trouble() {
            Trouble::Bug => HearError::Poison(error.to_string()),
            Trouble::Conflict => {
                attempt::lost();
                HearError::Later(error.to_string())
            }
            _ => HearError::Later(error.to_string()),
        }
    }
}
impl From<serde_json::Error> for HearError {
    fn from(error: serde_json::Error) -> Self {
        HearError::Poison(format!("unexpected data: {error}"))
    }
}
impl<X: ApiError> From<CallError<X>> for HearError {
    fn from(error: CallError<X>) -> Self {
        match &error {
            CallError::Broken(_) => HearError::Later(error.to_string()),
            // 401: what we sign for ourselves is not taken, as when clocks differ; that says nothing about the event
            CallError::Problem(p) if p.status >= 500 || matches!(p.status, 401 | 429) => {
                HearError::Later(error.to_string())
            }
            CallError::Problem(_) | CallError::Refused(_) => HearError::Poison(error.to_string()),
        }
    }
}

/// Wraps an async function as a [`Hear`].
pub fn hear<T, F, Fut>(act: F) -> Hear<T>
where
    F: Fn(T) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), HearError>> + Send + 'static,
{
    Arc::new(move |what| Box::pin(act(what)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use endpoint::{Nothing, Problem};

    #[test]
    fn what_another_service_does_not_let_in_is_acted_on_later() {
        let told = |status| {
            let problem = Problem { status, ..Problem::default() };
            HearError::from(CallError::<Nothing>::Problem(Box::new(problem)))
        };
        for status in [401, 429, 500, 503] {
            assert!(matches!(told(status), HearError::Later(_)), "{status}");
        }
        for status in [400, 403, 404, 422] {
            assert!(matches!(told(status), HearError::Poison(_)), "{status}");
        }
    }
}
