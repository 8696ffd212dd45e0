//! Whose password is hashed next: fair among clients, so that a flood from some addresses does not delay the others.
//!
//! Each client network has a load: its attempts of the last minutes, failures counting more. The smallest load goes first, and
//! among equals the name that has failed least in its network, and the oldest attempt of those: what clients of the same network
//! guess at new names does not overtake it. Where the name has signed in from the network before, the load weighs little. The
//! current load counts, not the load at the arrival: the first attempts of a flood came when its load was small. The number
//! that waits is limited; beyond that, the attempt with the largest load is refused with a time to retry.

use kernel::{Env, Timestamp};
use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::oneshot;

/// One attempt of a client is forgotten in so long.
const ATTEMPT: Duration = Duration::from_secs(1);
/// A failed one counts as so many more.
const FAILURE_WEIGHT: u32 = 5;
/// No load is remembered for longer.
const REMEMBERED: Duration = Duration::from_secs(600);
/// The load of a known client weighs so much less.
const KNOWN_SHARE: u64 = 8;
/// From this weight on, one at a time is hashed for all such clients together, and while nobody else is.
const HEAVY: u64 = 120;
/// Clients that are remembered: about a megabyte.
const CLIENTS_MAX: usize = 10_000;

/// The queue before the hasher.
pub(crate) struct HashQueue {
    env: Env,
    at_once: usize,
    waiting_max: usize,
    state: Mutex<HashQueueState>,
}

#[derive(Default)]
struct HashQueueState {
    running: usize,
    /// In the order of their arrivals.
    waiting: Vec<WaitingAttempt>,
    /// When each client's attempts will be forgotten.
    loads: BTreeMap<IpAddr, Timestamp>,
}

struct WaitingAttempt {
    client: IpAddr,
    name: NameHistory,
    place: oneshot::Sender<QueueSlot>,
}

/// What is known of a name in the network that an attempt comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NameHistory {
    /// It is likely that the owner asks.
    pub(crate) is_known: bool,
    /// Failures in a row that are not forgotten.
    pub(crate) failures: i64,
}

impl NameHistory {
    /// A name that has signed in from this network or on this device before.
    pub(crate) const OWNER: NameHistory = NameHistory { is_known: true, failures: 0 };
    /// A name that has not, and has no failures.
    pub(crate) const STRANGER: NameHistory = NameHistory { is_known: false, failures: 0 };
}

/// The right to hash, until it is dropped.
pub(crate) struct QueueSlot(Option<Arc<HashQueue>>);

impl HashQueue {
    pub(crate) fn new(env: Env, at_once: usize, waiting_max: usize) -> Arc<Self> {
        Arc::new(HashQueue { env, at_once: at_once.max(1), waiting_max, state: Mutex::default() })
    }

    /// Waits for a turn; `None` where others go first and too many wait.
    pub(crate) async fn enter(
        self: &Arc<Self>,
        client: Option<IpAddr>,
        name: NameHistory,
    ) -> Option<QueueSlot> {
        let (place, turn) = oneshot::channel();
        {
            let (mut state, now, client) = (self.state(), self.env.now(), known_by(client));
            state.waiting.push(WaitingAttempt { client, name, place });
            self.let_in(&mut state);
            state.add_load(now, client, 1);
            if state.waiting.len() > self.waiting_max {
                state.waiting.retain(|waiting| !waiting.place.is_closed());
            }
            if state.waiting.len() > self.waiting_max
                && let Some((worst, _)) =
                    state.weights(now).max_by_key(|(at, weight)| (*weight, state.failures(*at), *at))
            {
                state.waiting.remove(worst);
            }
        }
        turn.await.ok()
    }

    /// Whether a client could be let in before others that wait, whatever it is known by: before anything is looked up.
    pub(crate) fn has_room(&self, client: Option<IpAddr>) -> bool {
        let (mut state, now, client) = (self.state(), self.env.now(), known_by(client));
        if state.waiting.len() < self.waiting_max {
            return true;
        }
        let least = state.load(now, client) / KNOWN_SHARE;
        let has_room = state.weights(now).any(|(_, weight)| weight >= least);
        if !has_room {
            state.add_load(now, client, 1);
        }
        has_room
    }

    /// What a client tried was wrong.
    pub(crate) fn note_failure(&self, client: Option<IpAddr>) {
        self.state().add_load(self.env.now(), known_by(client), FAILURE_WEIGHT);
    }

    fn let_in(self: &Arc<Self>, state: &mut HashQueueState) {
        while let Some(waiting) = state.next(self.env.now(), self.at_once) {
            state.running += 1;
            if let Err(mut unused) = waiting.send(QueueSlot(Some(self.clone()))) {
                // the waiting request has gone
                unused.0 = None;
                state.running -= 1;
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, HashQueueState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HashQueueState {
    fn next(&mut self, now: Timestamp, at_once: usize) -> Option<oneshot::Sender<QueueSlot>> {
        if self.running >= at_once {
            return None;
        }
        let (next, weight) = self.weights(now).min_by_key(|(at, weight)| (*weight, self.failures(*at)))?;
        let free_for_it = weight < HEAVY || self.running == 0;
        free_for_it.then(|| self.waiting.remove(next).place)
    }

    /// What the loads of those who wait weigh.
    fn weights(&self, now: Timestamp) -> impl Iterator<Item = (usize, u64)> {
        self.waiting.iter().enumerate().map(move |(at, waiting)| {
            let load = self.load(now, waiting.client);
            (at, if waiting.name.is_known { load / KNOWN_SHARE } else { load + 1 })
        })
    }

    fn failures(&self, at: usize) -> i64 {
        self.waiting.get(at).map_or(0, |waiting| waiting.name.failures)
    }

    fn load(&self, now: Timestamp, client: IpAddr) -> u64 {
        // a clock that was set back makes no attempt wait for longer
        let latest = now.plus(REMEMBERED);
        self.loads
            .get(&client)
            .map_or(0, |forgotten_at| (*forgotten_at).clamp(now, latest).since(now).as_secs())
    }

    /// Adds to the load of a client.
    fn add_load(&mut self, now: Timestamp, client: IpAddr, attempts: u32) {
        if self.loads.len() >= CLIENTS_MAX {
            self.loads.retain(|_, forgotten_at| *forgotten_at > now);
        }
        if self.loads.len() >= CLIENTS_MAX {
            // of very many, those that are forgotten soonest, and at least some
            let soon = now.plus(REMEMBERED / 20);
            self.loads.retain(|_, forgotten_at| *forgotten_at > soon);
            while self.loads.len() >= CLIENTS_MAX {
                self.loads.pop_first();
            }
        }
        let latest = now.plus(REMEMBERED);
        let forgotten_at = self.loads.entry(client).or_insert(now);
        *forgotten_at = (*forgotten_at).clamp(now, latest).plus(ATTEMPT * attempts).min(latest);
    }
}

fn known_by(client: Option<IpAddr>) -> IpAddr {
    client.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED))
}

impl Drop for QueueSlot {
    fn drop(&mut self) {
        let Some(queue) = self.0.take() else { return };
        let mut state = queue.state();
        state.running -= 1;
        queue.let_in(&mut state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use std::pin::Pin;
    use testkit::clock::Clock;

    type QueuedTurn = Pin<Box<dyn Future<Output = Option<QueueSlot>>>>;

    fn queue(at_once: usize, waiting_max: usize) -> (Clock, Arc<HashQueue>) {
        let clock = Clock::new();
        let queue = HashQueue::new(clock.env(), at_once, waiting_max);
        (clock, queue)
    }

    fn address(n: u32) -> Option<IpAddr> {
        Some(IpAddr::V4(n.into()))
    }

    /// An attempt that has begun to wait; `None` where it is refused.
    fn try_attempt(queue: &Arc<HashQueue>, client: u32, name: NameHistory) -> Option<QueuedTurn> {
        let queue = queue.clone();
        let mut turn: QueuedTurn = Box::pin(async move { queue.enter(address(client), name).await });
        turn.as_mut().now_or_never().is_none().then_some(turn)
    }
    fn attempt(queue: &Arc<HashQueue>, client: u32, name: NameHistory) -> QueuedTurn {
        try_attempt(queue, client, name).unwrap()
    }

    /// The attempt that has the turn fails, and leaves.
    fn fail(queue: &HashQueue, client: u32, place: QueueSlot) {
        queue.note_failure(address(client));
        drop(place);
    }

    #[test]
    fn in_a_flood_from_many_addresses_others_wait_for_one_hash() {
        for addresses in [1, 12, 100, 1000] {
            let (_clock, queue) = queue(1, 256);
            let mut place = queue.enter(address(0), NameHistory::STRANGER).now_or_never().flatten();
            assert!(place.is_some());
            // as many attempts as a flood has, of which one in ten is compared in the meantime
            let mut flood: Vec<QueuedTurn> = Vec::new();
            for n in 0..4000_u32 {
                let client = 1 + n % addresses;
                flood.extend(try_attempt(&queue, client, NameHistory::STRANGER));
                if n % 10 == 9 {
                    fail(&queue, client, place.take().unwrap());
                    flood.retain_mut(|turn| match turn.as_mut().now_or_never() {
                        Some(Some(next)) => {
                            place = Some(next);
                            false
                        }
                        Some(None) => false,
                        None => true,
                    });
                }
            }
            for (client, name) in
                [(5000, NameHistory::STRANGER), (5001, NameHistory::OWNER), (1, NameHistory::OWNER)]
            {
                let mut turn = attempt(&queue, client, name);
                drop(place.take());
                place = turn.as_mut().now_or_never().flatten();
                assert!(place.is_some(), "{addresses} addresses, {client}, {name:?}");
            }
        }
    }

    #[test]
    fn who_is_known_goes_before_the_first_attempts_of_a_flood_from_the_same_network() {
        let (_clock, queue) = queue(1, 256);
        let place = queue.enter(address(0), NameHistory::STRANGER).now_or_never().flatten();
        let mut first = attempt(&queue, 1, NameHistory::STRANGER);
        (0..40).for_each(|_| queue.note_failure(address(1)));
        let mut known = attempt(&queue, 1, NameHistory::OWNER);
        drop(place);
        assert!(known.as_mut().now_or_never().flatten().is_some());
        assert!(first.as_mut().now_or_never().flatten().is_some(), "it is let in later");
    }

    #[test]
    fn a_name_that_has_not_failed_goes_before_the_names_of_a_flood_from_the_same_network() {
        let (_clock, queue) = queue(1, 256);
        let place = queue.enter(address(1), NameHistory::STRANGER).now_or_never().flatten();
        let mut other = attempt(&queue, 1, NameHistory::STRANGER);
        let flood: Vec<QueuedTurn> = (0..600)
            .filter_map(|n| try_attempt(&queue, 1, NameHistory { is_known: false, failures: 1 + n % 25 }))
            .collect();
        assert!(flood.len() >= 250, "they wait");
        drop(place);
        assert!(other.as_mut().now_or_never().flatten().is_some());
    }

    #[test]
    fn a_first_attempt_is_not_overtaken_by_later_ones_of_its_network() {
        let (_clock, queue) = queue(1, 256);
        let mut running = queue.enter(address(1), NameHistory::STRANGER).now_or_never().flatten();
        let mut before: Vec<_> = (0..15).map(|_| attempt(&queue, 1, NameHistory::STRANGER)).collect();
        let mut owner = attempt(&queue, 1, NameHistory::STRANGER);
        let _later: Vec<_> = (0..15).map(|_| attempt(&queue, 1, NameHistory::STRANGER)).collect();
        for (turn, next) in before.iter_mut().enumerate() {
            drop(running.take());
            running = next.as_mut().now_or_never().flatten();
            assert!(running.is_some(), "turn {turn}");
        }
        drop(running);
        assert!(owner.as_mut().now_or_never().flatten().is_some());
    }

    #[test]
    fn beyond_the_room_the_heaviest_is_told_to_come_back() {
        let (_clock, queue) = queue(1, 2);
        let place = queue.enter(address(1), NameHistory::STRANGER).now_or_never().flatten();
        let (mut first, mut second) =
            (attempt(&queue, 1, NameHistory::STRANGER), attempt(&queue, 1, NameHistory::STRANGER));
        assert!(
            queue.enter(address(1), NameHistory::STRANGER).now_or_never().is_some_and(|turn| turn.is_none())
        );
        let mut other = attempt(&queue, 2, NameHistory::STRANGER);
        assert!(second.as_mut().now_or_never().is_some_and(|turn| turn.is_none()), "it made room");
        drop(place);
        let turn = other.as_mut().now_or_never().flatten();
        assert!(turn.is_some() && first.as_mut().now_or_never().is_none());
    }

    #[test]
    fn a_client_with_a_heavy_load_takes_one_turn_and_only_a_free_one() {
        let (clock, queue) = queue(4, 256);
        for _ in 0..40 {
            queue.note_failure(address(1));
        }
        let one = queue.enter(address(1), NameHistory::STRANGER).now_or_never().flatten();
        let mut two = attempt(&queue, 1, NameHistory::STRANGER);
        let others: Vec<_> =
            (2..5).map(|n| queue.enter(address(n), NameHistory::STRANGER).now_or_never().flatten()).collect();
        assert!(one.is_some() && others.iter().all(Option::is_some), "three turns are left");
        drop((one, others));
        assert!(two.as_mut().now_or_never().flatten().is_some());
        clock.advance(REMEMBERED);
        let again: Vec<_> =
            (0..4).map(|_| queue.enter(address(1), NameHistory::STRANGER).now_or_never().flatten()).collect();
        assert!(again.iter().all(Option::is_some), "its load is forgotten");
    }

    #[test]
    fn who_has_gone_keeps_no_place_and_few_clients_are_remembered() {
        let (_clock, queue) = queue(1, 1);
        let place = queue.enter(address(0), NameHistory::STRANGER).now_or_never().flatten();
        drop(attempt(&queue, 1, NameHistory::STRANGER));
        let mut next = attempt(&queue, 2, NameHistory::STRANGER);
        drop(place);
        assert!(next.as_mut().now_or_never().flatten().is_some());
        for n in 0..20_000 {
            queue.note_failure(address(n));
        }
        assert!(queue.state().loads.len() <= CLIENTS_MAX);
    }
}
