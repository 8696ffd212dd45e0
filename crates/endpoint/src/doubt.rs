//! What is left to do where it is not known whether a request was done: that depends on the operation, and on what came
//! along with the request.

use crate::{Problem, Route, parts::IDEMPOTENCY_KEY};
use http::{HeaderMap, header};

/// How a request can be made good of which nobody knows whether it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// It only reads.
    Reads,
    /// It came with an idempotency key.
    Keyed,
    /// It could have come with one, and came without.
    KeyLeftOut,
    /// It goes by an ETag: the second of two would be refused because of the first.
    Conditional,
    /// It has no further effect when it is done again.
    Repeatable,
    /// Nothing holds a repeat together with the first.
    Once,
}

/// The codes of refusals after which a request may have been done.
const IN_DOUBT: [&str; 2] = ["outcome_unknown", "deadline_exceeded"];

impl Doubt {
    /// Of a request to this operation with these headers.
    pub fn of(route: &Route, headers: &HeaderMap) -> Doubt {
        if route.method.is_safe() {
            Doubt::Reads
        } else if route.takes_key && headers.contains_key(IDEMPOTENCY_KEY) {
            Doubt::Keyed
        } else if route.takes_etag && headers.contains_key(header::IF_MATCH) {
            Doubt::Conditional
        } else if route.may_repeat() {
            Doubt::Repeatable
        } else if route.takes_key {
            Doubt::KeyLeftOut
        } else {
            Doubt::Once
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
            Doubt::Reads => "Nothing was to be changed: ask again.",
            Doubt::Keyed => {
                "It may have been done: send the same request again, with the same idempotency key. It has at most one \
                 effect."
            }
            Doubt::KeyLeftOut => {
                "It may have been done: look before you send it again. With an idempotency key a repeat is safe."
            }
            Doubt::Conditional => {
                "It may have been done: read what it changes. If that still has the ETag that you sent, nothing was \
                 done, and you send the request again."
            }
            Doubt::Repeatable => {
                "It may have been done: send the same request again. A repeat has no further effect."
            }
            Doubt::Once => {
                "It may have been done: look before you send it again. This operation takes no idempotency key."
            }
        }
    }
}
