//! What a handler answers instead of a reply.

use crate::{ApiError, Common, Nothing, client::CallError};
use kernel::{Trouble, Troubled, attempt};
use std::error::Error;

/// Why there is no reply. `X` is the endpoint's own error; `?` makes this from it, from [`Common`],
/// from a database's error and from a failed call to another service.
#[derive(Debug)]
pub enum Fail<X> {
    /// One of the endpoint's own refusals.
    Refused(X),
    /// A refusal that any endpoint can answer.
    Common(Common),
    /// A mistake of ours: logged, and answered as `internal`.
    Broken(Box<dyn Error + Send + Sync>),
}

impl<X> Fail<X> {
    /// A mistake of ours.
    pub fn broken(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Fail::Broken(error.into())
    }
}

/// How long a client waits before it asks again what became of its request.
const ASK_AGAIN_AFTER_S: u32 = 1;

impl<X> From<Common> for Fail<X> {
    fn from(common: Common) -> Self {
        Fail::Common(common)
    }
}
impl From<Nothing> for Fail<Nothing> {
    fn from(nothing: Nothing) -> Self {
        match nothing {}
    }
}
impl<X, E: Troubled> From<E> for Fail<X> {
    fn from(error: E) -> Self {
        Fail::Common(match error.trouble() {
            Trouble::Unavailable { retry_after_s } => Common::Unavailable { retry_after: retry_after_s },
            Trouble::CutOff { retry_after_s } => {
                attempt::cut_off();
                Common::Unavailable { retry_after: retry_after_s }
            }
            Trouble::Conflict => {
                attempt::lost();
                Common::Unavailable { retry_after: ASK_AGAIN_AFTER_S }
            }
            // it may have happened: the client is told so, and nothing is taken back (R8)
            Trouble::OutcomeUnknown => {
                attempt::cut_off();
                Common::OutcomeUnknown { retry_after: ASK_AGAIN_AFTER_S }
            }
            Trouble::StorageFull => Common::InsufficientStorage,
            Trouble::Bug => return Fail::Broken(Box::new(error)),
        })
    }
}
/// What a failed call means for the caller's own caller, once it has taken out the refusals that it expects.
impl<X, Y: ApiError> From<CallError<Y>> for Fail<X> {
    fn from(error: CallError<Y>) -> Self {
        let retry_after = match &error {
            CallError::Problem(p) => p.retry_after().and_then(|s| u32::try_from(s).ok()),
            _ => None,
        };
        let retry_after = retry_after.unwrap_or(ASK_AGAIN_AFTER_S);
        match &error {
            _ if error.outcome_unknown() => Common::OutcomeUnknown { retry_after }.into(),
            CallError::Broken(_) => {
                attempt::cut_off();
                Common::Unavailable { retry_after }.into()
            }
            // 401: it does not take what we sign for ourselves, as when its clock is another; nobody who asks us can help
            CallError::Problem(p) if matches!(p.status, 401 | 429 | 503) => {
                Common::Unavailable { retry_after }.into()
            }
            CallError::Problem(p) if p.status == 507 => Common::InsufficientStorage.into(),
            CallError::Problem(_) | CallError::Refused(_) => Fail::broken(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Problem;

    fn told(status: u16) -> Fail<Nothing> {
        let problem = Problem { status, ..Problem::default() };
        Fail::from(CallError::<Nothing>::Problem(Box::new(problem)))
    }

    #[test]
    fn whoever_asks_us_is_told_to_come_back_where_another_service_does_not_let_us_in() {
        for status in [401, 429, 503] {
            assert!(matches!(told(status), Fail::Common(Common::Unavailable { .. })), "{status}");
        }
        for status in [400, 403, 404] {
            assert!(matches!(told(status), Fail::Broken(_)), "{status}");
        }
    }
}
