//! The world outside, as a service is given it: clock, randomness, identifiers and tasks.
//!
//! Production gives the operating system's, a simulation its own, so that a run can be repeated
//! from its seed. Nothing else may reach for them; `clippy.toml` holds that.

use crate::{
    Id, Kind, Timestamp,
    outbound::{Nowhere, Outbound, OutboundResult},
};
use bytes::Bytes;
use http::Request;
use std::{future::Future, pin::Pin, sync::Arc, time::Duration};
use uuid::Uuid;

/// A future that owns what it needs and can move between threads.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// What a world must offer.
pub trait Host: Send + Sync {
    /// The wall clock of this node, in UTC.
    fn now(&self) -> Timestamp;
    /// Fills `bytes` with random ones, fit for secrets in production.
    fn random(&self, bytes: &mut [u8]);
    /// Runs a task until it ends or its node does.
    fn spawn(&self, name: &'static str, task: BoxFuture<()>);
    /// Runs work that blocks or computes for long (hashing a password) where it stops nobody else.
    /// The bounded pool behind it makes callers wait, never fail.
    fn blocking(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<()>;
    /// What carries requests to servers of others.
    fn outbound(&self) -> &dyn Outbound {
        &Nowhere
    }
}

/// The handle to a [`Host`] that services hold; cheap to clone.
#[derive(Clone)]
pub struct Env(Arc<dyn Host>);

impl Env {
    /// A handle to `host`.
    pub fn new(host: impl Host + 'static) -> Self {
        Env(Arc::new(host))
    }

    /// The wall clock, in UTC, to the microsecond.
    pub fn now(&self) -> Timestamp {
        self.0.now()
    }

    /// `N` random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.random(&mut bytes);
        bytes
    }

    /// A random number, for jitter and choices.
    pub fn random_u64(&self) -> u64 {
        u64::from_le_bytes(self.random())
    }

    /// A new UUIDv7 (RFC 9562, 5.7): milliseconds of the clock, then randomness.
    pub fn uuid(&self) -> Uuid {
        let millis = self.now().as_micros().max(0) as u64 / 1000;
        uuid::Builder::from_unix_timestamp_millis(millis, &self.random()).into_uuid()
    }

    /// A new identifier of kind `K`; later ones sort after earlier ones, to the millisecond.
    pub fn id<K: Kind>(&self) -> Id<K> {
        Id::from_uuid(self.uuid())
    }

    /// Runs a task until it ends or its node does. `name` appears in logs and traces.
    pub fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        self.0.spawn(name, Box::pin(task));
    }

    /// Asks a server of others over HTTPS, once, and gives up after `within`. Nothing that the request depends on may be lost
    /// any more (R9). Two fail points have the name, before and after the request.
    ///
    /// # Errors
    /// [`OutboundError`](crate::outbound::OutboundError): whether it surely has no effect, or may have one.
    pub async fn ask_outside(
        &self,
        name: &'static str,
        request: Request<Bytes>,
        within: Duration,
    ) -> OutboundResult {
        self.0.outbound().send(name, request, within).await
    }

    /// Runs work that blocks or computes for long on a bounded pool, and gives its result.
    /// `None` only when the node ends first.
    pub async fn blocking<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let place = Arc::new(std::sync::Mutex::new(None));
        let slot = place.clone();
        self.0
            .blocking(Box::new(move || {
                let result = work();
                if let Ok(mut slot) = slot.lock() {
                    *slot = Some(result);
                }
            }))
            .await;
        place.lock().ok()?.take()
    }
}

impl std::fmt::Debug for Env {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Env")
    }
}
