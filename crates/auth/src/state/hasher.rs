//! Hashes and compares passwords off the async threads, a bounded number at a time: each takes 19 MiB, which are used
//! again, and some 20 ms. So many may wait, and more are told to come back: a flood of sign-ins holds up other sign-ins, and
//! nothing else.

use super::memory::{Memories, Memory};
use crate::{
    Settings,
    password::{self, Cost},
};
use endpoint::Common;
use kernel::{Env, Secret};
use std::sync::Arc;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Hashes and compares.
pub(crate) struct Hasher {
    env: Env,
    cost: Cost,
    slots: Arc<Semaphore>,
    /// As many pieces at most as there are slots.
    memories: Arc<Memories>,
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
            slots: Arc::new(Semaphore::new(slots)),
            memories: Arc::default(),
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
        self.work(move |memory| cost.hash(&password, salt, memory)).await
    }

    /// Whether the password has this hash. Without one (no such account) the answer is no, after as much work.
    pub(crate) async fn matches(&self, password: &Secret, hash: Option<&Secret>) -> Result<bool, Common> {
        let password = password.clone();
        let hash = hash.cloned().unwrap_or_else(|| self.cost.of_nobody());
        self.work(move |memory| password::matches(&password, &hash, memory)).await
    }

    /// Whether a hash was made at another cost than is asked for now.
    pub(crate) fn is_outdated(&self, hash: &Secret) -> bool {
        !self.cost.made(hash)
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, Common> {
        let slot = self.slots.clone().acquire_owned().await.map_err(|_| NODE_ENDS)?;
        let memories = self.memories.clone();
        let work = move || {
            // until the work is done, even where nobody waits for it any more: a client that has gone does not stop it
            let _slot = slot;
            work(&mut memories.lend())
        };
        self.env.blocking(work).await.ok_or(NODE_ENDS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::join_all;
    use std::sync::Barrier;

    fn hasher(hashes_at_once: usize) -> Hasher {
        let password_cost = Cost { memory_kib: 64, passes: 1, lanes: 1 };
        let settings = Settings { password_cost, hashes_at_once, ..Settings::default() };
        Hasher::new(testkit::world::env(), &settings)
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn there_is_never_more_memory_than_for_the_hashes_at_once() {
        let hasher = hasher(3);
        let three_at_work = Arc::new(Barrier::new(3));
        let counts = join_all((0..39).map(|_| {
            let (memories, three_at_work) = (hasher.memories.clone(), three_at_work.clone());
            hasher.work(move |memory| {
                memory.blocks(64);
                three_at_work.wait();
                memories.count()
            })
        }))
        .await;
        assert_eq!(counts.into_iter().map(Result::unwrap).max(), Some(3));
        assert_eq!(hasher.memories.count(), 1, "one piece waits");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn work_that_nobody_waits_for_keeps_its_slot() {
        let hasher = hasher(1);
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let (end, is_to_end) = std::sync::mpsc::channel::<()>();
        let slow = hasher.work(move |_| {
            begun.send(()).unwrap();
            is_to_end.recv().unwrap();
        });
        tokio::select! {
            _ = slow => panic!("it waits for us"),
            begun = has_begun => begun.unwrap(),
        }
        assert_eq!((hasher.slots.available_permits(), hasher.memories.count()), (0, 1));
        end.send(()).unwrap();
        assert!(hasher.hash(&Secret::new("correct horse")).await.is_ok());
        assert_eq!((hasher.slots.available_permits(), hasher.memories.count()), (1, 1));
    }
}
