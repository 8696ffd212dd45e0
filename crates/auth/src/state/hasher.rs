//! Hashes and compares passwords off the async threads, a bounded number at a time: each takes 19 MiB and
//! some 20 ms. So many may wait, and more are told to come back: a flood of sign-ins holds up other sign-ins, and
//! nothing else.

use crate::{
    Settings,
    password::{self, Cost},
};
use endpoint::Common;
use kernel::{Env, Secret};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Hashes and compares.
pub(crate) struct Hasher {
    env: Env,
    cost: Cost,
    slots: Semaphore,
    /// Who works or waits.
    room: Semaphore,
}

/// To whom finds no room.
const COME_BACK: Common = Common::Unavailable { retry_after: 1 };
/// A node that ends says this to who still waits.
const NODE_ENDS: Common = Common::Unavailable { retry_after: 1 };

impl Hasher {
    pub(crate) fn new(env: Env, settings: &Settings) -> Self {
        let slots = settings.hashes_at_once.clamp(1, Semaphore::MAX_PERMITS);
        let room = slots.saturating_add(settings.hashes_waiting).min(Semaphore::MAX_PERMITS);
        Hasher {
            env,
            cost: settings.password_cost.clone(),
            slots: Semaphore::new(slots),
            room: Semaphore::new(room),
        }
    }

    /// Room to wait for a hash, until the permit is dropped. Without a bound a flood of sign-ins would take every
    /// place that the gateway has for requests at work.
    pub(crate) fn enter(&self) -> Result<SemaphorePermit<'_>, Common> {
        self.room.try_acquire().map_err(|_| COME_BACK)
    }

    /// The hash of a new password.
    pub(crate) async fn hash(&self, password: &Secret) -> Result<Secret, Common> {
        let (password, cost, salt) = (password.clone(), self.cost.clone(), self.env.random());
        self.work(move || cost.hash(&password, salt)).await
    }

    /// Whether the password has this hash. Without one (no such account) the answer is no, after as much work.
    pub(crate) async fn matches(&self, password: &Secret, hash: Option<&Secret>) -> Result<bool, Common> {
        let password = password.clone();
        let hash = hash.cloned().unwrap_or_else(|| self.cost.of_nobody());
        self.work(move || password::matches(&password, &hash)).await
    }

    /// Whether a hash was made at another cost than is asked for now.
    pub(crate) fn is_outdated(&self, hash: &Secret) -> bool {
        !self.cost.made(hash)
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Common> {
        let _slot = self.slots.acquire().await.map_err(|_| NODE_ENDS)?;
        self.env.blocking(work).await.ok_or(NODE_ENDS)
    }
}
