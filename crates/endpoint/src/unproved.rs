//! Why nobody is signed in: who has shown nothing is to do another thing than who has shown what is over. Of a credential
//! whose signature does not hold, nothing is told but that.

use crate::Common;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why nobody is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "UnauthenticatedReason")]
pub enum Unproved {
    /// No credential was shown.
    Missing,
    /// What was shown has not the form of a credential, or there is more than one.
    Malformed,
    /// The access token or the API key has expired.
    Expired,
    /// The session of the access token was ended.
    Ended,
    /// The credential is not one of this shop, or no more.
    NotAccepted,
}

impl Common {
    /// Nobody is signed in, and why.
    pub fn unproved(reason: Unproved) -> Common {
        Common::Unauthenticated { reason: Some(reason) }
    }

    /// What to do, where it is known why.
    pub(crate) fn why_unauthenticated(&self) -> Option<String> {
        let Common::Unauthenticated { reason } = self else { return None };
        let said = match (*reason)? {
            Unproved::Missing => {
                "No credential was sent. Sign in and send the access token as `Authorization: Bearer …`."
            }
            Unproved::Malformed => {
                "Send exactly one credential: a token or an API key as `Authorization: Bearer …`, or an API key as `X-Api-Key: …`."
            }
            Unproved::Expired => {
                "The access token or API key has expired. Use the refresh token, sign in again, or create another API key."
            }
            Unproved::Ended => "The session of this access token has ended. Sign in again.",
            Unproved::NotAccepted => {
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
        let read = old.read::<Common>().unwrap();
        assert_eq!(read, Common::Unauthenticated { reason: None });
        assert!(Problem::of(&read).detail.starts_with("Sign in and send the access token"));
    }

    #[test]
    fn each_reason_has_its_words_and_comes_back_as_it_was() {
        let all = [
            Unproved::Missing,
            Unproved::Malformed,
            Unproved::Expired,
            Unproved::Ended,
            Unproved::NotAccepted,
        ];
        let told = all.map(|reason| {
            let refusal = Common::unproved(reason);
            let problem = Problem::of(&refusal);
            assert_eq!((problem.status, problem.code.as_str()), (401, "unauthenticated"));
            assert_eq!(problem.read::<Common>(), Some(refusal));
            problem.detail
        });
        let different: std::collections::BTreeSet<_> = told.iter().collect();
        assert_eq!(different.len(), all.len());
    }
}
