//! Who listens to the log: how many they are, and what wakes them.
//!
//! Nothing is queued for anybody. A listener has a place in the log, is woken when the log has grown, and reads on from
//! there. So that thousands of events of others do not make every customer's stream look into the database, it is kept
//! in mind for a while whom the newest events concern.

use kernel::id::UserId;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{Notify, futures::Notified};

/// Streams that one account may have open.
const OF_ACCOUNT_MAX: usize = 10;
/// One seat in so many is kept for staff, however many customers listen.
const STAFF_SHARE: usize = 10;
/// Of so many of the newest events it is known whom they concern.
const RECENT_MAX: usize = 4096;

/// All who listen in this process; cheap to clone.
#[derive(Clone)]
pub(crate) struct Streams(Arc<StreamsInner>);

struct StreamsInner {
    log: Mutex<LogTail>,
    grown: Notify,
    seats: Mutex<BTreeMap<UserId, usize>>,
    seats_max: usize,
}

/// Why there is no seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StreamLimitReached {
    /// The account has too many.
    Account,
    /// The process has.
    Process,
}

impl Streams {
    /// For so many in all.
    pub(crate) fn new(seats_max: usize) -> Self {
        let (log, seats) = (Mutex::default(), Mutex::default());
        Streams(Arc::new(StreamsInner { log, grown: Notify::new(), seats, seats_max }))
    }

    fn log(&self) -> MutexGuard<'_, LogTail> {
        self.0.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A seat for a listener, until it is dropped. The last ones are for staff.
    pub(crate) fn seat(&self, account: UserId, is_staff: bool) -> Result<StreamSlot, StreamLimitReached> {
        let mut seats = self.0.seats();
        let kept = if is_staff { 0 } else { self.0.seats_max.div_ceil(STAFF_SHARE) };
        if seats.values().sum::<usize>() >= self.0.seats_max - kept {
            return Err(StreamLimitReached::Process);
        }
        let taken = seats.entry(account).or_default();
        if *taken >= OF_ACCOUNT_MAX {
            return Err(StreamLimitReached::Account);
        }
        *taken += 1;
        Ok(StreamSlot { shared: self.0.clone(), account })
    }

    /// Whether anybody listens.
    pub(crate) fn any(&self) -> bool {
        !self.0.seats().is_empty()
    }

    /// These events have got the places up to `head`, and are committed: each place with whom it concerns.
    pub(crate) fn placed(&self, head: i64, events: Vec<(i64, Option<UserId>)>) {
        self.log().placed(head, events);
        self.0.grown.notify_waiters();
    }

    /// The log reaches to here, whoever has placed what is in it.
    pub(crate) fn reaches(&self, head: i64) {
        let has_grown = head > self.head();
        if has_grown {
            self.placed(head, Vec::new());
        }
    }

    /// How far the log is known to reach.
    pub(crate) fn head(&self) -> i64 {
        self.log().head
    }

    /// Whether an event after this place may concern somebody; it does not where that is known.
    pub(crate) fn may_concern(&self, user: UserId, after: i64) -> bool {
        self.log().may_concern(user, after)
    }

    /// Ready once the log has grown, from the moment at which it is enabled.
    pub(crate) fn grown(&self) -> Notified<'_> {
        self.0.grown.notified()
    }
}

impl StreamsInner {
    fn seats(&self) -> MutexGuard<'_, BTreeMap<UserId, usize>> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A listener's seat.
pub(crate) struct StreamSlot {
    shared: Arc<StreamsInner>,
    account: UserId,
}
impl Drop for StreamSlot {
    fn drop(&mut self) {
        let mut seats = self.shared.seats();
        if let Some(taken) = seats.get_mut(&self.account) {
            *taken -= 1;
            if *taken == 0 {
                seats.remove(&self.account);
            }
        }
    }
}

/// The end of the log, as far as it is known here.
#[derive(Debug, Default)]
struct LogTail {
    head: i64,
    /// From after this place on it is known whom each event concerns.
    known_after: i64,
    concerns: VecDeque<(i64, UserId)>,
}

impl LogTail {
    fn placed(&mut self, head: i64, mut events: Vec<(i64, Option<UserId>)>) {
        if head <= self.head {
            return;
        }
        events.sort_unstable_by_key(|(place, _)| *place);
        let follows = events.first().map(|(place, _)| *place) == Some(self.head + 1);
        let is_whole = i64::try_from(events.len()) == Ok(head - self.head);
        if follows && is_whole {
            self.concerns.extend(events.into_iter().filter_map(|(place, user)| Some((place, user?))));
        } else {
            // another process has placed something
            self.concerns.clear();
            self.known_after = head;
        }
        self.head = head;
        while self.concerns.len() > RECENT_MAX {
            self.known_after = self.concerns.pop_front().map_or(self.known_after, |(place, _)| place);
        }
    }

    fn may_concern(&self, user: UserId, after: i64) -> bool {
        let mut newer = self.concerns.iter().rev().take_while(|(place, _)| *place > after);
        after < self.known_after || newer.any(|(_, whom)| *whom == user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Id;

    fn user(n: u128) -> UserId {
        Id::from_uuid(format!("{n:032x}").parse().unwrap())
    }

    #[test]
    fn only_who_is_concerned_looks_and_whoever_is_not_known_not_to_be() {
        let mut recent = LogTail::default();
        recent.placed(3, vec![(1, Some(user(1))), (3, Some(user(2))), (2, None)]);
        assert!(recent.may_concern(user(1), 0) && !recent.may_concern(user(1), 1));
        assert!(recent.may_concern(user(2), 2) && !recent.may_concern(user(3), 0));
        // what another process has placed may concern everybody
        recent.placed(5, vec![]);
        assert!(recent.may_concern(user(3), 4) && !recent.may_concern(user(3), 5));
        recent.placed(8, vec![(7, None), (8, Some(user(1)))]);
        assert!(recent.may_concern(user(3), 7) && !recent.may_concern(user(3), 8));
        // it never goes back
        recent.placed(6, vec![(6, Some(user(3)))]);
        assert_eq!(recent.head, 8);
    }

    #[test]
    fn what_is_kept_in_mind_is_bounded() {
        let mut recent = LogTail::default();
        for place in 1..=RECENT_MAX as i64 + 10 {
            recent.placed(place, vec![(place, Some(user(1)))]);
        }
        assert_eq!(recent.concerns.len(), RECENT_MAX);
        assert!(recent.may_concern(user(2), 9) && !recent.may_concern(user(2), 10));
    }

    #[test]
    fn seats_are_bounded_for_each_account_and_for_all_and_given_back() {
        // two of them for staff
        let streams = Streams::new(OF_ACCOUNT_MAX + 4);
        assert!(!streams.any());
        let mut taken: Vec<StreamSlot> =
            (0..OF_ACCOUNT_MAX).map(|_| streams.seat(user(1), false).ok().unwrap()).collect();
        assert_eq!(streams.seat(user(1), false).err(), Some(StreamLimitReached::Account));
        taken.extend([2, 3].map(|n| streams.seat(user(n), false).ok().unwrap()));
        assert_eq!(streams.seat(user(4), false).err(), Some(StreamLimitReached::Process));
        taken.extend([5, 6].map(|n| streams.seat(user(n), true).ok().unwrap()));
        assert_eq!(streams.seat(user(7), true).err(), Some(StreamLimitReached::Process));
        taken.drain(..3);
        assert!(streams.seat(user(1), false).is_ok());
        taken.clear();
        assert!(!streams.any());
    }
}
