//! What is left to do where it is not known whether a request was done: that depends on the operation, and on what came
//! along with the request.

use crate::{Problem, Route, request_parts::IDEMPOTENCY_KEY};
use http::{HeaderMap, header};

/// How a request can be made good of which nobody knows whether it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAdvice {
    /// It only reads.
    ReadOnly,
    /// It came with an idempotency key.
    Keyed,
    /// It could have come with one, and came without.
    KeyMissing,
    /// It goes by an ETag: the second of two would be refused because of the first.
    Conditional,
    /// It has no further effect when it is done again.
    Repeatable,
    /// Nothing holds a repeat together with the first.
    NotRepeatable,
}

/// The codes of refusals after which a request may have been done.
const IN_DOUBT: [&str; 2] = ["outcome_unknown", "deadline_exceeded"];

impl RetryAdvice {
    /// Of a request to this operation with these headers.
    pub fn of(route: &Route, headers: &HeaderMap) -> RetryAdvice {
        if route.method.is_safe() {
            RetryAdvice::ReadOnly
        } else if route.takes_key && headers.contains_key(IDEMPOTENCY_KEY) {
            RetryAdvice::Keyed
        } else if route.takes_etag && headers.contains_key(header::IF_MATCH) {
            RetryAdvice::Conditional
        } else if route.may_repeat() {
            RetryAdvice::Repeatable
        } else if route.takes_key {
            RetryAdvice::KeyMissing
        } else {
            RetryAdvice::NotRepeatable
        }
    }

    /// Says in this problem what to do, where it is one after which the request may have been done.
    pub fn tell(self, problem: &mut Problem) {
        if IN_DOUBT.contains(&problem.code.as_str()) {
            problem.detail = self.words().to_owned();
        }
    }

    const fn words(self) -> &'static str {
        match self {
            RetryAdvice::ReadOnly => "Nothing was to be changed: ask again.",
            RetryAdvice::Keyed => {
                "It may have been done: send the same request again, with the same idempotency key. It has at most one \
                 effect."
            }
            RetryAdvice::KeyMissing => {
                "It may have been done: look before you send it again. With an idempotency key a repeat is safe."
            }
            RetryAdvice::Conditional => {
                "It may have been done: read what it changes. If that still has the ETag that you sent, nothing was \
                 done, and you send the request again."
            }
            RetryAdvice::Repeatable => {
                "It may have been done: send the same request again. A repeat has no further effect."
            }
            RetryAdvice::NotRepeatable => {
                "It may have been done: look before you send it again. This operation takes no idempotency key."
            }
        }
    }
}
