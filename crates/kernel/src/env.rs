//! The environment of a service: clock, randomness, identifiers and tasks.
//!
//! Production uses those of the operating system, and a simulation its own, so that a run can be reproduced from its seed.
//! No other code may access them directly, which `clippy.toml` enforces.

use crate::{
    Id, IdKind, Timestamp,
    outbound::{NoOutbound, Outbound, OutboundResult},
};
use bytes::Bytes;
use http::Request;
use std::{future::Future, pin::Pin, sync::Arc, time::Duration};
use uuid::Uuid;

/// A future that owns its data and can be moved between threads.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The interface of an environment.
pub trait Host: Send + Sync {
    /// The wall clock of this node, in UTC.
    fn now(&self) -> Timestamp;
    /// Fills `bytes` with random bytes, which are cryptographically secure in production.
    fn random(&self, bytes: &mut [u8]);
    /// Runs a task until it or its node ends.
    fn spawn(&self, name: &'static str, task: BoxFuture<()>);
    /// Runs blocking or long-running work (such as hashing a password) on a bounded pool, where it delays no other task. If
    /// the pool is busy, callers wait; they never fail.
    fn blocking(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<()>;
    /// The transport for requests to external servers.
    fn outbound(&self) -> &dyn Outbound {
        &NoOutbound
    }
}

/// A handle to a [`Host`], held by services. Cheap to clone.
#[derive(Clone)]
pub struct Env(Arc<dyn Host>);

impl Env {
    /// Creates a handle to `host`.
    pub fn new(host: impl Host + 'static) -> Self {
        Env(Arc::new(host))
    }

    /// The wall clock, in UTC, with microsecond precision.
    pub fn now(&self) -> Timestamp {
        self.0.now()
    }

    /// Returns `N` random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.random(&mut bytes);
        bytes
    }

    /// Returns a random number, for jitter and random choices.
    pub fn random_u64(&self) -> u64 {
        u64::from_le_bytes(self.random())
    }

    /// Returns a new UUIDv7 (RFC 9562, 5.7): milliseconds of the clock, followed by random bits.
    pub fn uuid(&self) -> Uuid {
        uuid::Builder::from_unix_timestamp_millis(self.millis(), &self.random()).into_uuid()
    }

    /// Returns a new identifier of kind `K`. Later identifiers sort after earlier ones, with millisecond precision.
    pub fn id<K: IdKind>(&self) -> Id<K> {
        Id::from_uuid(self.uuid())
    }

    /// Returns an identifier like [`Env::id`] whose random part is derived from `source`: all that are derived from the same
    /// source have the same [`Id::tail`].
    pub fn derived_id<K: IdKind>(&self, source: Uuid) -> Id<K> {
        let bytes = source.into_bytes();
        let random = std::array::from_fn(|n| bytes[bytes.len() - 10 + n]);
        Id::from_uuid(uuid::Builder::from_unix_timestamp_millis(self.millis(), &random).into_uuid())
    }

    fn millis(&self) -> u64 {
        self.now().as_micros().max(0) as u64 / 1000
    }

    /// Runs a task until it or its node ends. `name` appears in logs and traces.
    pub fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        self.0.spawn(name, Box::pin(task));
    }

    /// Sends a single request to an external server over HTTPS, with the timeout `within`. Everything on which the request
    /// depends must have been committed (R9). Passes two fail points with this name, before and after the request.
    ///
    /// # Errors
    /// [`OutboundError`](crate::outbound::OutboundError), which says whether the request may have taken effect.
    pub async fn ask_outside(
        &self,
        name: &'static str,
        request: Request<Bytes>,
        within: Duration,
    ) -> OutboundResult {
        self.0.outbound().send(name, request, within).await
    }

    /// Runs blocking or long-running work on a bounded pool, and returns its result. `None` only if the node ends first.
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
