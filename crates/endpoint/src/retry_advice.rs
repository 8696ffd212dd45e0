//! Advice on what to do when the outcome of a request is unknown. It depends on the operation and on the headers of the
//! request.

use crate::{Problem, Route, request_parts::IDEMPOTENCY_KEY};
use http::{HeaderMap, header};

/// How to proceed when the outcome of a request is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAdvice {
    /// The request only reads.
    ReadOnly,
    /// The request had an idempotency key.
    Keyed,
    /// The operation accepts an idempotency key, but the request had none.
    KeyMissing,
    /// The request had an ETag: a second one would be rejected because of the first.
    Conditional,
    /// A repeated request has no further effect.
    Repeatable,
    /// A repeated request cannot be recognized.
    NotRepeatable,
}

/// The error codes after which a request may have taken effect.
const IN_DOUBT: [&str; 2] = ["outcome_unknown", "deadline_exceeded"];

impl RetryAdvice {
    /// Returns the advice for a request to this operation with these headers.
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

    /// Sets the detail of a problem whose request may have taken effect.
    pub fn tell(self, problem: &mut Problem) {
        if IN_DOUBT.contains(&problem.code.as_str()) {
            problem.detail = self.words().to_owned();
        }
    }

    const fn words(self) -> &'static str {
        match self {
            RetryAdvice::ReadOnly => "The request changes nothing. Retry it.",
            RetryAdvice::Keyed => {
                "The request may have taken effect. Retry it with the same idempotency key: it takes effect at most \
                 once."
            }
            RetryAdvice::KeyMissing => {
                "The request may have taken effect. Check that before you retry. With an idempotency key, retries are safe."
            }
            RetryAdvice::Conditional => {
                "The request may have taken effect. Fetch the resource. If it still has the ETag that you sent, nothing \
                 was changed, and you can retry."
            }
            RetryAdvice::Repeatable => {
                "The request may have taken effect. Retry it: a repeat has no further effect."
            }
            RetryAdvice::NotRepeatable => {
                "The request may have taken effect. Check that before you retry: this operation takes no idempotency key."
            }
        }
    }
}
