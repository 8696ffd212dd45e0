//! What needs attention in the system, for the first page of the console: cached, and read again in the background.

use super::{
    audit::AuditRunner,
    status_poll::{PAYMENTS, look},
};
use crate::{session::app::Web, texts::console as c};
use kernel::Timestamp;
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// An older status is read again in the background.
const KNOWN_FOR: Duration = Duration::from_secs(5);
/// And is not shown any more when it is this old.
const FORGOTTEN: Duration = Duration::from_secs(120);

/// The cached status.
#[derive(Default)]
pub(crate) struct StatusCache {
    known: Mutex<CachedStatus>,
}

#[derive(Default)]
struct CachedStatus {
    at: Option<Timestamp>,
    is_asking: bool,
    put_aside: i64,
    overdue: i64,
    /// Unresolved calls of payments, and unwritten emails of notifications.
    unanswered: i64,
    unwritten: i64,
    /// Unknown charges of the provider.
    unknown_charges: i64,
    /// Invariants that were violated in the last audit.
    broken: i64,
}

/// Something that needs attention: how often, what, and where the details are.
pub(crate) struct AttentionItem {
    pub(crate) count: i64,
    pub(crate) text: String,
    pub(crate) at: AttentionTarget,
}
impl AttentionItem {
    /// Services count up to this number.
    pub(crate) const MOST: i64 = 1000;
}
/// The page with the details.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AttentionTarget {
    System,
    Unanswered,
    UnknownCharges,
    Mails,
}

impl StatusCache {
    /// The current items. The system page is for users with its permission only. The status is read again in the background, so that no
    /// page waits for all services.
    pub(crate) fn known(&self, web: &Web, may_look: bool) -> Vec<AttentionItem> {
        let now = web.needs.env.now();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let age = known.at.map(|at| now.since(at));
        if !known.is_asking && age.is_none_or(|age| age > KNOWN_FOR) {
            known.is_asking = true;
            let web = web.clone();
            web.needs
                .env
                .clone()
                .spawn("look_at_the_system", async move { web.state::<StatusCache>().ask(&web).await });
        }
        if age.is_none_or(|age| age > FORGOTTEN) {
            return Vec::new();
        }
        let of = |count, text: fn(i64) -> String, at| AttentionItem { count, text: text(count), at };
        let mails = if may_look { AttentionTarget::System } else { AttentionTarget::Mails };
        let all = [
            of(known.broken, c::invariants_broken, AttentionTarget::System),
            of(known.unanswered, c::payments_unanswered, AttentionTarget::Unanswered),
            of(known.unknown_charges, c::charges_unknown, AttentionTarget::UnknownCharges),
            of(known.unwritten, c::mails_unwritten, mails),
            of(known.put_aside, c::events_put_aside, AttentionTarget::System),
            of(known.overdue, c::timers_overdue, AttentionTarget::System),
        ];
        all.into_iter().filter(|one| may_look || one.at != AttentionTarget::System).collect()
    }

    async fn ask(&self, web: &Web) {
        let all = look(web).await;
        let states = || all.iter().filter_map(|service| service.state.as_ref());
        let (put_aside, overdue) =
            (states().map(|state| state.put_aside).sum(), states().map(|state| state.overdue).sum());
        let stuck = |name| {
            let of = all.iter().find(|service| service.name == name);
            of.and_then(|service| service.state.as_ref()).map_or(0, |state| state.stuck)
        };
        let (unanswered, unwritten) = (stuck(PAYMENTS), stuck("notifications"));
        let unknown_charges = states().map(|state| state.unknown_charges).sum();
        let broken = i64::try_from(web.state::<AuditRunner>().broken(&all)).unwrap_or(i64::MAX);
        let at = Some(web.needs.env.now());
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = CachedStatus {
            at,
            is_asking: false,
            put_aside,
            overdue,
            unanswered,
            unwritten,
            unknown_charges,
            broken,
        };
    }
}
