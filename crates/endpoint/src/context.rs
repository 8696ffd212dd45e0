//! Context that is passed along with every call that a request causes.

use http::HeaderValue;
use kernel::{Env, id::UserId};
use std::{net::IpAddr, time::Duration};
use tokio::time::Instant;

/// Context that is passed along with every call that a request causes.
#[derive(Debug, Clone)]
pub struct Context {
    /// The time at which the caller stops waiting for the response.
    pub deadline: Instant,
    /// The ID of the request, as in the logs of every service.
    pub request_id: String,
    /// The trace context, in the W3C format.
    pub traceparent: Option<String>,
    /// The caller's own `Authorization`, passed on by clients that have no credential of their own.
    pub bearer: Option<HeaderValue>,
    /// The user on whose behalf the calls are made.
    pub act_for: Option<UserId>,
    /// The network of the original client, passed to the next service only. Absent for calls that a service makes on its
    /// own.
    pub client: Option<IpAddr>,
}

impl Context {
    /// Creates a context for work that was not caused by a request: timers, events, startup.
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
    /// Returns the context with `user` as the user on whose behalf the calls are made.
    #[must_use]
    pub fn acting_for(mut self, user: UserId) -> Self {
        self.act_for = Some(user);
        self
    }
    /// Returns the context with a deadline of at most `longest` from now.
    #[must_use]
    pub fn within(mut self, longest: Duration) -> Self {
        self.deadline = self.deadline.min(Instant::now() + longest);
        self
    }
    /// The remaining time.
    pub fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}

/// Generates a request ID.
pub fn new_request_id(env: &Env) -> String {
    format!("req_{:032x}", u128::from_be_bytes(env.random()))
}

/// Generates a trace context that is not sampled, in the W3C Trace Context format.
pub fn new_traceparent(env: &Env) -> String {
    // zero is not a valid identifier
    let trace = u128::from_be_bytes(env.random()) | 1;
    let parent = env.random_u64() | 1;
    format!("00-{trace:032x}-{parent:016x}-00")
}
