//! Reasons why a request is not authenticated, so that a client without a credential and one with an expired credential get
//! different advice. For a credential with an invalid signature, no further reason is given.

use crate::CommonError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The reason why the request is not authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "UnauthenticatedReason")]
pub enum UnauthenticatedReason {
    /// No credential was sent.
    Missing,
    /// The credential is malformed, or more than one was sent.
    Malformed,
    /// The access token or the API key has expired.
    Expired,
    /// The session of the access token has ended.
    Ended,
    /// The credential was not issued by this shop, or is no longer valid.
    NotAccepted,
}

impl CommonError {
    /// Creates the error with this reason.
    pub fn unproved(reason: UnauthenticatedReason) -> CommonError {
        CommonError::Unauthenticated { reason: Some(reason) }
    }

    /// Returns the advice for the reason, if it is known.
    pub(crate) fn why_unauthenticated(&self) -> Option<String> {
        let CommonError::Unauthenticated { reason } = self else { return None };
        let said = match (*reason)? {
            UnauthenticatedReason::Missing => {
                "No credential was sent. Sign in and send the access token as `Authorization: Bearer …`."
            }
            UnauthenticatedReason::Malformed => {
                "Send exactly one credential: a token or an API key as `Authorization: Bearer …`, or an API key as `X-Api-Key: …`."
            }
            UnauthenticatedReason::Expired => {
                "The access token or API key has expired. Use the refresh token, sign in again, or create another API key."
            }
            UnauthenticatedReason::Ended => "The session of this access token has ended. Sign in again.",
            UnauthenticatedReason::NotAccepted => {
                "The credential is invalid or was revoked. Sign in again, or send another API key."
            }
        };
        Some(said.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Problem;

    #[test]
    fn what_an_older_process_says_is_still_read() {
        let old = Problem { status: 401, code: "unauthenticated".into(), ..Problem::default() };
        let read = old.read::<CommonError>().unwrap();
        assert_eq!(read, CommonError::Unauthenticated { reason: None });
        assert!(Problem::of(&read).detail.starts_with("Sign in and send the access token"));
    }

    #[test]
    fn each_reason_has_its_words_and_comes_back_as_it_was() {
        let all = [
            UnauthenticatedReason::Missing,
            UnauthenticatedReason::Malformed,
            UnauthenticatedReason::Expired,
            UnauthenticatedReason::Ended,
            UnauthenticatedReason::NotAccepted,
        ];
        let told = all.map(|reason| {
            let refusal = CommonError::unproved(reason);
            let problem = Problem::of(&refusal);
            assert_eq!((problem.status, problem.code.as_str()), (401, "unauthenticated"));
            assert_eq!(problem.read::<CommonError>(), Some(refusal));
            problem.detail
        });
        let different: std::collections::BTreeSet<_> = told.iter().collect();
        assert_eq!(different.len(), all.len());
    }
}
