//! Hashes and compares passwords off the async threads, a bounded number at a time: each takes 19 MiB, which are used
//! again, and some 20 ms. Who is next is decided by [`HashQueue`]: a flood of sign-ins holds up other sign-ins for a moment, and
//! nothing else.

pub(crate) use super::hash_queue::NameHistory;
use super::{
    hash_buffers::{HashBuffer, HashBufferPool},
    hash_queue::{HashQueue, QueueSlot},
};
use crate::{
    AuthSettings,
    password::{self, Cost},
};
use endpoint::CommonError;
use kernel::{Env, Secret};
use ordo_http::step_aside;
use std::{net::IpAddr, sync::Arc, time::Duration};
use tokio::time::timeout;

/// Hashes and compares.
pub(crate) struct Hasher {
    env: Env,
    cost: Cost,
    queue: Arc<HashQueue>,
    /// As many pieces at most as hash at a time.
    memories: Arc<HashBufferPool>,
}

/// The turn of one request, in which it hashes and compares, one after the other.
pub(crate) struct HashTurn<'a> {
    hasher: &'a Hasher,
    place: Arc<QueueSlot>,
}

/// The longest wait for a turn: a request that is refused then has done nothing.
const WAIT_MAX: Duration = Duration::from_secs(4);
/// To whom finds no room.
const COME_BACK: CommonError = CommonError::Unavailable { retry_after: 1 };
/// To whom has waited for long: longer than pages and façades would go on waiting.
const COME_LATER: CommonError = CommonError::Unavailable { retry_after: 10 };
/// A node that ends says this to who still waits.
const NODE_ENDS: CommonError = CommonError::Unavailable { retry_after: 1 };

impl Hasher {
    pub(crate) fn new(env: Env, settings: &AuthSettings) -> Self {
        Hasher {
            queue: HashQueue::new(env.clone(), settings.hashes_at_once, settings.hashes_waiting),
            env,
            cost: settings.password_cost.clone(),
            memories: Arc::default(),
        }
    }

    /// Waits for a turn, which lasts until it is dropped.
    ///
    /// # Errors
    /// [`CommonError::Unavailable`] where too many wait who go first, or for too long: nothing has been done then.
    pub(crate) async fn turn(
        &self,
        client: Option<IpAddr>,
        name: NameHistory,
    ) -> Result<HashTurn<'_>, CommonError> {
        let entered = step_aside(timeout(WAIT_MAX, self.queue.enter(client, name))).await;
        let place = entered.map_err(|_| COME_LATER)?.ok_or(COME_BACK)?;
        Ok(HashTurn { hasher: self, place: Arc::new(place) })
    }

    /// Refuses a client that others go before, as long as there is no room, without looking further.
    ///
    /// # Errors
    /// [`CommonError::Unavailable`] then.
    pub(crate) fn check_room(&self, client: Option<IpAddr>) -> Result<(), CommonError> {
        if self.queue.has_room(client) { Ok(()) } else { Err(COME_BACK) }
    }

    /// What a client tried was wrong: others go first.
    pub(crate) fn note_failure(&self, client: Option<IpAddr>) {
        self.queue.note_failure(client);
    }

    /// Whether a hash was made at another cost than is asked for now.
    pub(crate) fn is_outdated(&self, hash: &Secret) -> bool {
        !self.cost.made(hash)
    }
}

impl HashTurn<'_> {
    /// The hash of a new password.
    pub(crate) async fn hash(&self, password: &Secret) -> Result<Secret, CommonError> {
        let Hasher { env, cost, .. } = self.hasher;
        let (password, cost, salt) = (password.clone(), cost.clone(), env.random());
        self.work(move |memory| cost.hash(&password, salt, memory)).await
    }

    /// Whether the password has this hash. Without one (no such account) the answer is no, after as much work.
    pub(crate) async fn matches(
        &self,
        password: &Secret,
        hash: Option<&Secret>,
    ) -> Result<bool, CommonError> {
        let password = password.clone();
        let hash = hash.cloned().unwrap_or_else(|| self.hasher.cost.of_nobody());
        self.work(move |memory| password::matches(&password, &hash, memory)).await
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut HashBuffer) -> T + Send + 'static,
    ) -> Result<T, CommonError> {
        let (memories, place) = (self.hasher.memories.clone(), self.place.clone());
        let work = move || {
            // until the work is done, even if its request has gone: a disconnected client does not stop it
            let _place = place;
            work(&mut memories.lend())
        };
        self.hasher.env.blocking(work).await.ok_or(NODE_ENDS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{FutureExt, future::join_all};
    use std::sync::Barrier;

    fn hasher(hashes_at_once: usize) -> Hasher {
        let password_cost = Cost { memory_kib: 64, passes: 1, lanes: 1 };
        let settings = AuthSettings { password_cost, hashes_at_once, ..AuthSettings::default() };
        Hasher::new(testkit::real_env::env(), &settings)
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn there_is_never_more_memory_than_for_the_hashes_at_once() {
        let hasher = hasher(3);
        let three_at_work = Arc::new(Barrier::new(3));
        let counts = join_all((0..39).map(|_| {
            let (hasher, three_at_work) = (&hasher, three_at_work.clone());
            let memories = hasher.memories.clone();
            async move {
                let turn = hasher.turn(None, NameHistory::OWNER).await?;
                turn.work(move |memory| {
                    memory.blocks(64);
                    three_at_work.wait();
                    memories.count()
                })
                .await
            }
        }))
        .await;
        assert_eq!(counts.into_iter().map(Result::unwrap).max(), Some(3));
        assert_eq!(hasher.memories.count(), 1, "one piece waits");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn work_that_nobody_waits_for_keeps_its_turn() {
        let hasher = hasher(1);
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let (end, is_to_end) = std::sync::mpsc::channel::<()>();
        let turn = hasher.turn(None, NameHistory::OWNER).await.unwrap();
        let slow = turn.work(move |_| {
            begun.send(()).unwrap();
            is_to_end.recv().unwrap();
        });
        tokio::select! {
            _ = slow => panic!("it waits for us"),
            begun = has_begun => begun.unwrap(),
        }
        drop(turn);
        let mut next = std::pin::pin!(hasher.turn(None, NameHistory::OWNER));
        assert!(next.as_mut().now_or_never().is_none(), "the work goes on");
        assert_eq!(hasher.memories.count(), 1);
        end.send(()).unwrap();
        assert!(next.await.unwrap().hash(&Secret::new("correct horse")).await.is_ok());
        assert_eq!(hasher.memories.count(), 1);
    }
}
