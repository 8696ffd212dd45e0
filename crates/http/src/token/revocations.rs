//! The ended sessions that this process knows of.

use super::{LEEWAY_S, Revocation};
use kernel::{
    Timestamp,
    id::{SessionId, UserId},
};
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Notify, futures::Notified},
    time::Instant,
};

/// The ended sessions. A session is removed when no valid token can belong to it any more.
#[derive(Debug)]
pub struct RevokedSessions {
    heard: Mutex<RevocationState>,
    /// Notified whenever a session ends.
    ended: Notify,
    /// The maximum lifetime of a token.
    token_life: Duration,
}

#[derive(Debug, Default)]
struct RevocationState {
    sessions: BTreeMap<SessionId, Timestamp>,
    users: BTreeMap<UserId, Timestamp>,
    position: i64,
    at: Option<Instant>,
    /// The latest time of this process's clock, by which old sessions were removed.
    furthest: Option<Timestamp>,
}

impl RevokedSessions {
    /// Creates an empty set; `token_life` is the maximum lifetime of a token.
    pub fn new(token_life: Duration) -> Self {
        RevokedSessions { heard: Mutex::default(), ended: Notify::new(), token_life }
    }

    fn heard(&self) -> MutexGuard<'_, RevocationState> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records a revocation. Can be repeated, in any order.
    pub fn revoke(&self, revocation: &Revocation) {
        let mut heard = self.heard();
        let at = match revocation.session {
            Some(session) => heard.sessions.entry(session).or_insert(revocation.at),
            None => heard.users.entry(revocation.user).or_insert(revocation.at),
        };
        *at = revocation.at.max(*at);
        drop(heard);
        self.ended.notify_waiters();
    }

    /// Resolves when another session has ended since the future was enabled.
    pub(super) fn more_ended(&self) -> Notified<'_> {
        self.ended.notified()
    }

    /// Records that the feed was read up to this position, and removes expired entries. If the clock was ahead, too many
    /// were removed: once it has been set back by more than the permitted clock difference, the feed is read again from the
    /// start.
    pub fn read_up_to(&self, position: i64, now: Timestamp) {
        let leeway = Duration::from_secs(2 * LEEWAY_S.unsigned_abs());
        let over = now.minus(self.token_life + leeway);
        let mut heard = self.heard();
        let is_set_back = heard.furthest.is_some_and(|furthest| now.plus(leeway) < furthest);
        if is_set_back {
            (heard.furthest, heard.position) = (Some(now), 0);
        } else {
            (heard.furthest, heard.position) = (heard.furthest.max(Some(now)), heard.position.max(position));
        }
        heard.at = Some(Instant::now());
        heard.sessions.retain(|_, at| *at >= over);
        heard.users.retain(|_, at| *at >= over);
    }

    /// The position up to which the feed was read.
    pub fn position(&self) -> i64 {
        self.heard().position
    }

    /// Returns whether a token of this session, issued in this second, is revoked.
    pub fn has_ended(&self, session: SessionId, user: UserId, issued_s: i64) -> bool {
        let heard = self.heard();
        let all_before = heard.users.get(&user);
        heard.sessions.contains_key(&session)
            || all_before.is_some_and(|at| Timestamp::from_seconds(issued_s) <= *at)
    }

    /// Returns whether the feed was ever read.
    pub fn has_heard(&self) -> bool {
        self.heard().at.is_some()
    }

    /// Returns whether the feed was read within this time.
    pub fn heard_within(&self, longest: Duration) -> bool {
        self.heard().at.is_some_and(|at| at.elapsed() <= longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Id;

    const LIFE: Duration = Duration::from_secs(3600);

    fn ended(session: Option<SessionId>, user: UserId, at_s: i64) -> Revocation {
        Revocation { session, user, at: Timestamp::from_seconds(at_s) }
    }

    #[test]
    fn a_user_revoked_ends_older_tokens_and_a_session_all_of_its_own() {
        let sessions = RevokedSessions::new(LIFE);
        let (user, one, other) = (Id::from_uuid(Default::default()), id(1), id(2));
        sessions.revoke(&ended(Some(one), user, 100));
        assert!(sessions.has_ended(one, user, 999));
        assert!(!sessions.has_ended(other, user, 50));
        sessions.revoke(&ended(None, user, 100));
        sessions.revoke(&ended(None, user, 90));
        assert!(sessions.has_ended(other, user, 100));
        assert!(!sessions.has_ended(other, user, 101));
    }

    #[test]
    fn what_no_token_can_be_of_is_forgotten() {
        let sessions = RevokedSessions::new(LIFE);
        let (user, session) = (Id::from_uuid(Default::default()), id(1));
        sessions.revoke(&ended(Some(session), user, 100));
        let last = 100 + 3600 + 2 * LEEWAY_S;
        sessions.read_up_to(1, Timestamp::from_seconds(last));
        assert!(sessions.has_ended(session, user, 50));
        sessions.read_up_to(2, Timestamp::from_seconds(last + 1));
        assert!(!sessions.has_ended(session, user, 50));
        assert_eq!(sessions.position(), 2);
    }

    #[test]
    fn what_a_clock_that_was_ahead_has_forgotten_is_read_anew() {
        let sessions = RevokedSessions::new(LIFE);
        let (user, session) = (Id::from_uuid(Default::default()), id(1));
        let told = || sessions.revoke(&ended(Some(session), user, 100));
        told();
        sessions.read_up_to(7, Timestamp::from_seconds(200));
        sessions.read_up_to(7, Timestamp::from_seconds(100_000));
        assert!(!sessions.has_ended(session, user, 50));
        // less than the permitted clock difference
        sessions.read_up_to(7, Timestamp::from_seconds(100_000 - 2 * LEEWAY_S));
        assert_eq!(sessions.position(), 7);
        sessions.read_up_to(7, Timestamp::from_seconds(201));
        assert_eq!(sessions.position(), 0);
        told();
        sessions.read_up_to(7, Timestamp::from_seconds(202));
        assert_eq!(sessions.position(), 7);
        assert!(sessions.has_ended(session, user, 50));
    }

    fn id(n: u128) -> SessionId {
        // an ID is any 128 bits
        SessionId::from_uuid(format!("{n:032x}").parse().unwrap_or_default())
    }
}
