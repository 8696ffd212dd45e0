//! What travels along with every call that one request causes.

use http::HeaderValue;
use kernel::{Env, id::UserId};
use std::{net::IpAddr, time::Duration};
use tokio::time::Instant;

/// What travels along with every call that one request causes.
#[derive(Debug, Clone)]
pub struct Context {
    /// When nobody waits for the answer any more.
    pub deadline: Instant,
    /// The request, as the logs of every service name it.
    pub request_id: String,
    /// The trace, as W3C writes it.
    pub traceparent: Option<String>,
    /// The caller's own `Authorization`, passed on by clients that have no credential of their own.
    pub bearer: Option<HeaderValue>,
    /// The user for whom all this is done.
    pub act_for: Option<UserId>,
    /// The network of the client who asked, told to the next service alone. What a service asks for itself has none.
    pub client: Option<IpAddr>,
}

impl Context {
    /// For work that no request caused: timers, events, the start.
    pub fn background(env: &Env, within: Duration) -> Self {
        Context {
            deadline: Instant::now() + within,
            request_id: new_request_id(env),
            traceparent: Some(new_traceparent(env)),
            bearer: None,
            act_for: None,
            client: None,
        }
    }
    /// The same, but for this user.
    #[must_use]
    pub fn acting_for(mut self, user: UserId) -> Self {
        self.act_for = Some(user);
        self
    }
    /// The same, but not for longer than this.
    #[must_use]
    pub fn within(mut self, longest: Duration) -> Self {
        self.deadline = self.deadline.min(Instant::now() + longest);
        self
    }
    /// The time that is left.
    pub fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}

/// A new name for a request.
pub fn new_request_id(env: &Env) -> String {
    format!("req_{:032x}", u128::from_be_bytes(env.random()))
}

/// A new trace, not sampled, as W3C's Trace Context writes it.
pub fn new_traceparent(env: &Env) -> String {
    // zero is not an identifier
    let trace = u128::from_be_bytes(env.random()) | 1;
    let parent = env.random_u64() | 1;
    format!("00-{trace:032x}-{parent:016x}-00")
}
