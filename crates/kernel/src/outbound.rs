//! Requests to servers outside of the installation.

use crate::BoxFuture;
use bytes::Bytes;
use http::{Request, Response};
use std::{fmt, time::Duration};

/// Maximum size of a reply: 1 MiB.
pub const REPLY_BYTES_MAX: usize = 1 << 20;

/// The reason why there is no reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutboundError {
    /// The request was not sent and never will be: it certainly has no effect.
    NotSent(String),
    /// The request may have taken effect, which must be queried.
    Unknown(String),
}

impl fmt::Display for OutboundError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OutboundError::NotSent(why) => write!(f, "not sent: {why}"),
            OutboundError::Unknown(why) => write!(f, "no reply: {why}"),
        }
    }
}

impl std::error::Error for OutboundError {}

/// A reply, or the reason why there is none.
pub type OutboundResult = Result<Response<Bytes>, OutboundError>;

/// The transport for external requests: one attempt, over HTTPS only, without following redirects.
pub trait Outbound: Send + Sync {
    /// Sends a request with the timeout `within`. Passes two fail points with this name, before and after.
    fn send(
        &self,
        name: &'static str,
        request: Request<Bytes>,
        within: Duration,
    ) -> BoxFuture<OutboundResult>;
}

/// Reaches no server. For tests and the simulation.
#[derive(Debug, Clone, Copy)]
pub struct NoOutbound;

impl Outbound for NoOutbound {
    fn send(&self, _: &'static str, _: Request<Bytes>, _: Duration) -> BoxFuture<OutboundResult> {
        Box::pin(std::future::ready(Err(OutboundError::NotSent(
            "no server can be reached from here".to_owned(),
        ))))
    }
}
