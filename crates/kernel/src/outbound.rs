//! Requests to servers of others: what a service asks outside of the installation.

use crate::BoxFuture;
use bytes::Bytes;
use http::{Request, Response};
use std::{fmt, time::Duration};

/// A reply that is longer is not read: 1 MiB.
pub const REPLY_BYTES_MAX: usize = 1 << 20;

/// Why there is no reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutboundError {
    /// The request never left, and never will: it surely has no effect.
    NotSent(String),
    /// It may have an effect, which has to be asked for.
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

/// A reply, or why there is none.
pub type OutboundResult = Result<Response<Bytes>, OutboundError>;

/// What carries such requests, in one try: over HTTPS only, following no redirect.
pub trait Outbound: Send + Sync {
    /// Carries one, and gives up after `within`. It passes two fail points of this name, before and after.
    fn send(
        &self,
        name: &'static str,
        request: Request<Bytes>,
        within: Duration,
    ) -> BoxFuture<OutboundResult>;
}

/// Reaches nobody: in tests and in the simulation, nothing is outside.
#[derive(Debug, Clone, Copy)]
pub struct Nowhere;

impl Outbound for Nowhere {
    fn send(&self, _: &'static str, _: Request<Bytes>, _: Duration) -> BoxFuture<OutboundResult> {
        Box::pin(std::future::ready(Err(OutboundError::NotSent("nothing is reached from here".to_owned()))))
    }
}
